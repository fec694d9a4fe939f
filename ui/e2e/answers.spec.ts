/** No press stays without an answer: a double click is one press, and a form says what it lacks. */
import { expect, goTo, test } from './office';

test.use({ story: 'answers' });

test('a double click on a task opens its dialog, which stays', async ({ desk }) => {
  await goTo(desk, '/schedule');
  await desk.getByRole('button', { name: 'Jalankan sekarang' }).first().dblclick();
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Uji saja' })).toBeVisible();
  await expect(dialog).toContainText('Uji dulu');
});

test('a double click on run runs once, and what it did is told', async ({ desk }) => {
  const runs: string[] = [];
  desk.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/run')) runs.push(request.url());
  });
  await goTo(desk, '/schedule');
  const task = desk.getByRole('listitem').filter({ hasText: 'billing:generate-invoices' });
  await task.getByRole('button', { name: 'Jalankan sekarang' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Jalankan sekarang' }).dblclick();
  await expect(dialog).toContainText('Yang terjadi');
  expect(runs).toHaveLength(1);
  await desk.keyboard.press('Escape');
});

test('a double click on pause pauses', async ({ desk }) => {
  await goTo(desk, '/schedule');
  const task = desk.getByRole('listitem').filter({ hasText: 'billing:generate-invoices' });
  await task.getByRole('button', { name: 'Jeda' }).dblclick();
  await expect(task.getByRole('button', { name: 'Lanjutkan' })).toBeVisible();
  await expect(task).toContainText('Dijeda');
});

test('a double click on the month run opens it, and it stays', async ({ desk }) => {
  await goTo(desk, '/invoices');
  await desk
    .getByRole('button', { name: /Buat tagihan/ })
    .first()
    .dblclick();
  await expect(desk.getByRole('dialog').getByTestId('generate-preview')).toBeVisible();
});

test('an empty form says beside each field what it lacks', async ({ desk }) => {
  const lacks = (label: string) =>
    expect(desk.getByRole('dialog').getByLabel(label)).toHaveAccessibleDescription('Wajib diisi.');

  await goTo(desk, '/areas');
  await desk.getByRole('button', { name: 'Wilayah baru' }).click();
  await desk.keyboard.press('Enter');
  await lacks('Nama wilayah');
  await desk.keyboard.press('Escape');

  await goTo(desk, '/packages');
  await desk.getByRole('button', { name: 'Paket baru' }).click();
  await desk.keyboard.press('Enter');
  for (const label of ['Kode', 'Nama paket', 'Unduh', 'Unggah', 'Harga per bulan']) await lacks(label);
  await expect(desk.getByRole('dialog').getByLabel('Kode')).toBeFocused();
  await desk.keyboard.press('Escape');

  await goTo(desk, '/routers');
  await desk.getByRole('button', { name: 'Router baru' }).click();
  await desk.keyboard.press('Enter');
  for (const label of ['Nama', 'Alamat', 'Pengguna API']) await lacks(label);
  await desk.keyboard.press('Escape');

  await goTo(desk, '/settings/staff');
  await desk.getByRole('button', { name: 'Pengguna baru' }).click();
  await desk.keyboard.press('Enter');
  await lacks('Nama pengguna');
  await desk.keyboard.press('Escape');
});

test('a router without a password is saved as one, and says so', async ({ desk }) => {
  await goTo(desk, '/routers');
  await desk.getByRole('button', { name: 'Router baru' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByLabel('Nama').fill('Baru');
  await dialog.getByLabel('Alamat').fill('127.0.0.1');
  await dialog.getByLabel('Pengguna API').fill('admin');
  await desk.keyboard.press('Enter');
  await expect(desk.getByText('Kosong: masuk tanpa kata sandi')).toBeVisible();
});
