/** The month run from the window: what would happen, then that, and a second time nothing. */
import { expect, goTo, test } from './office';

test.use({ story: 'month' });

test('preview, make, and twice gives nothing twice', async ({ desk, office }) => {
  // The training office has billed this month; somebody who joined since has not been billed.
  const packages = await office.api<{ items: { id: number }[] }>('/packages');
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Jakarta' }).format(new Date());
  const added = await office.api<{ customer_no: string; name: string }>('/customers', {
    method: 'POST',
    body: JSON.stringify({
      name: 'Pelanggan Bulan Ini',
      phone: '081234567890',
      package_id: packages.items[0]?.id,
      connection_type: 'pppoe',
      pppoe_username: 'bulan-ini',
      billing_start: `${today.slice(0, 7)}-01`,
    }),
  });

  await goTo(desk, '/invoices?generate=1');
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByTestId('generate-preview')).toContainText('1 tagihan akan dibuat');
  await expect(dialog.getByRole('grid')).toContainText(added.customer_no);
  const before = (await office.api<{ total: number }>('/invoices?limit=1')).total;

  await dialog.getByRole('button', { name: 'Buat 1 tagihan' }).click();
  await expect(dialog.getByTestId('generate-result')).toContainText('1 tagihan');
  const after = (await office.api<{ total: number }>('/invoices?limit=1')).total;
  expect(after).toBe(before + 1);

  await desk.keyboard.press('Escape');
  await goTo(desk, '/');
  await goTo(desk, '/invoices?generate=1');
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
