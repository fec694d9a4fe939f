/** What somebody typed is not lost by a wrong key: leaving asks, and a reload or a new login gives it back. */
import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';

test.use({ story: 'unsaved' });

test('an untouched form is left without a question', async ({ desk }) => {
  await goTo(desk, '/customers/new');
  await expect(desk.getByLabel('Router', { exact: false }).first()).toContainText('Pusat');
  await goTo(desk, '/invoices');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Tagihan');
});

test('leaving asks; who stays has everything, who leaves begins anew', async ({ desk }) => {
  const name = desk.getByLabel(/^Nama/);
  const heading = desk.getByRole('heading', { level: 1 });
  await goTo(desk, '/customers/new');
  await name.fill('Siti Belum Disimpan');
  await desk.getByRole('navigation').getByRole('link', { name: 'Tagihan' }).click();

  const question = desk.getByRole('dialog', { name: 'Ada isian yang belum disimpan' });
  await expect(question.getByRole('button', { name: 'Tetap di sini' })).toBeFocused();
  await expectAccessible(desk);
  await desk.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(heading).toHaveText('Pelanggan baru');
  await expect(name).toHaveValue('Siti Belum Disimpan');

  await desk.getByRole('navigation').getByRole('link', { name: 'Tagihan' }).click();
  await question.getByRole('button', { name: 'Buang isian' }).click();
  await expect(heading).toHaveText('Tagihan');
  await goTo(desk, '/customers/new');
  await expect(name).toHaveValue('');
});

test('a reload and the end of a session give back what was typed, but no password', async ({
  desk,
  office,
}) => {
  await goTo(desk, '/customers/new');
  await desk.getByLabel(/^Nama/).fill('Siti Kembali');
  await desk.getByLabel(/^Username PPPoE/).fill('siti-kembali');
  await desk.getByLabel(/^Kata sandi PPPoE/).fill('sangat-rahasia');
  await desk.reload();
  await expect(desk.getByLabel(/^Nama/)).toHaveValue('Siti Kembali');
  await expect(desk.getByLabel(/^Username PPPoE/)).toHaveValue('siti-kembali');
  await expect(desk.getByLabel(/^Kata sandi PPPoE/)).toHaveValue('');
  await expect(desk.getByText('sudah dikembalikan')).toBeVisible();
  await expectAccessible(desk);

  // The office no longer knows this session; the next answer says so.
  await desk.evaluate(() => {
    sessionStorage.setItem('sambung.token', 'no-longer-valid');
  });
  await desk.getByRole('button', { name: 'Simpan' }).click();
  await desk.getByLabel('Nama pengguna').fill(office.user);
  await desk.getByLabel('Kata sandi').fill(office.password);
  await desk.keyboard.press('Enter');
  await expect(desk.getByLabel(/^Nama/)).toHaveValue('Siti Kembali');
  expect(await desk.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('sangat-rahasia');

  await desk.getByRole('button', { name: 'Buang isian' }).click();
  await expect(desk.getByLabel(/^Nama/)).toHaveValue('');
});

test('a dialog with something typed is not closed by Escape alone', async ({ desk }) => {
  await goTo(desk, '/packages');
  await desk.keyboard.press('n');
  const form = desk.getByRole('dialog', { name: /Paket baru/ });
  await form.getByLabel(/^Nama/).fill('Paket Ragu');
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('dialog', { name: 'Ada isian yang belum disimpan' })).toBeVisible();
  await desk.keyboard.press('Enter');
  await expect(form.getByLabel(/^Nama/)).toHaveValue('Paket Ragu');
  await form.getByRole('button', { name: 'Batal' }).click();
  await expect(form).toBeHidden();
});

test('over a form in a dialog the question stands in front, also in the session of the login', async ({
  desk,
}) => {
  await goTo(desk, '/packages');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Paket');
  await desk.keyboard.press('n');
  const form = desk.getByRole('dialog', { name: /Paket/ });
  await form.getByLabel(/^Kode/).fill('BELUM');
  await desk.keyboard.press('Escape');
  const question = desk.getByRole('dialog', { name: 'Ada isian yang belum disimpan' });
  // A click goes to whatever lies in front.
  await question.getByRole('button', { name: 'Tetap di sini' }).click();
  await expect(question).toBeHidden();
  await expect(form.getByLabel(/^Kode/)).toHaveValue('BELUM');
  await desk.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Buang isian' }).click();
  await expect(form).toBeHidden();
});
