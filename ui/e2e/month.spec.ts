/** The month run from the window: what would happen, then that, and a second time nothing. */
import { expect, goTo, test } from './office';

test('preview, make, and twice gives nothing twice', async ({ desk, office }) => {
  await goTo(desk, '/invoices?generate=1');
  // Next month has not been billed by the training office.
  await desk.getByRole('button', { name: 'Bulan berikutnya' }).click();
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByTestId('generate-preview')).toContainText(/[1-9]\d* tagihan akan dibuat/);
  const before = (await office.api<{ total: number }>('/invoices?limit=1')).total;

  await dialog.getByRole('button', { name: /^Buat \d+ tagihan$/ }).click();
  await expect(dialog.getByTestId('generate-result')).toContainText(/[1-9]\d* tagihan/);
  const after = (await office.api<{ total: number }>('/invoices?limit=1')).total;
  expect(after).toBeGreaterThan(before);

  await desk.keyboard.press('Escape');
  await goTo(desk, '/');
  await goTo(desk, '/invoices?generate=1');
  await desk.getByRole('button', { name: 'Bulan berikutnya' }).click();
  await expect(dialog.getByText('Tidak ada yang perlu dibuat')).toBeVisible();
});

test('a package with a code that is taken is refused beside its field, and nothing typed is lost', async ({
  desk,
  office,
}) => {
  const packages = await office.api<{ items: { code: string }[] }>('/packages');
  const taken = packages.items[0]?.code ?? '';
  await goTo(desk, '/packages');
  await expect(desk.getByRole('grid')).toBeVisible();
  await desk.keyboard.press('n');
  const dialog = desk.getByRole('dialog');
  await dialog.getByLabel('Kode').fill(taken);
  await dialog.getByLabel('Nama paket').fill('Paket Uji');
  await dialog.getByLabel('Unduh').fill('20000');
  await dialog.getByLabel('Unggah').fill('10000');
  await dialog.getByLabel('Harga per bulan').fill('175000');
  await desk.keyboard.press('Enter');
  await expect(dialog.getByRole('alert').first()).toBeVisible();
  await expect(dialog.getByLabel('Nama paket')).toHaveValue('Paket Uji');
  await expect(dialog.getByLabel('Harga per bulan')).toHaveValue('175.000');
});
