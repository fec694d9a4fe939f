/** What a customer is charged besides the package: with the next invoice, or with one of its own. */
import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';

test.use({ story: 'charges' });

interface Customer {
  id: number;
  balance: number;
}

test('an installation is billed now, a late fee waits and is taken back, a reduction says why', async ({
  desk,
  office,
}) => {
  const { items } = await office.api<{ items: Customer[] }>('/customers?status=active&limit=1');
  const [customer] = items;
  if (!customer) throw new Error('the training office has no active customer');
  await goTo(desk, `/customers/${customer.id}`);
  const dialog = desk.getByRole('dialog');
  const add = async () => {
    await desk.getByRole('button', { name: 'Tindakan' }).click();
    await desk.getByRole('menuitem', { name: 'Tambah biaya…' }).click();
    await expect(dialog).toBeVisible();
  };
  const choose = async (kind: string) => {
    await dialog.getByLabel('Jenis').click();
    await desk.getByRole('option', { name: kind, exact: true }).click();
  };
  const save = (name: string) => dialog.getByRole('button', { name, exact: true }).click();

  await add();
  await save('Simpan');
  await expect(dialog.getByText('Wajib diisi')).toHaveCount(1);
  await expectAccessible(desk);
  await dialog.getByLabel('Jumlah').fill('250000');
  await dialog.getByRole('checkbox', { name: 'Tagihkan sekarang' }).click();
  await save('Tagihkan');
  await expect(dialog).toBeHidden();
  const after = await office.api<Customer>(`/customers/${customer.id}`);
  expect(after.balance).toBe(customer.balance + 250_000);

  const waiting = desk.getByTestId('charges');
  const before = await waiting.getByRole('listitem').count();
  await add();
  await choose('Denda');
  await dialog.getByLabel('Jumlah').fill('10000');
  await save('Simpan');
  await expect(dialog).toBeHidden();
  await expect(waiting.getByText('Rp 10.000')).toBeVisible();

  await add();
  await choose('Potongan');
  await dialog.getByLabel('Jumlah').fill('15000');
  await save('Simpan');
  await expect(dialog.getByText('Wajib diisi')).toHaveCount(1);
  await dialog.getByLabel('Keterangan di tagihan').fill('Gangguan tiga hari');
  await save('Simpan');
  await expect(dialog).toBeHidden();
  await expect(waiting.getByText('−Rp 15.000')).toBeVisible();
  await expectAccessible(desk);

  await desk.getByRole('button', { name: 'Batalkan Denda keterlambatan' }).click();
  await expect(waiting.getByText('Rp 10.000')).toBeHidden();
  await expect(waiting.getByRole('listitem')).toHaveCount(before + 1);
});

test('an invoice of a charge alone says what becomes of it when it is void', async ({ desk, office }) => {
  const { items } = await office.api<{ items: Customer[] }>('/customers?status=active&limit=5');
  const customer = items[4];
  if (!customer) throw new Error('the training office has too few customers');
  const { invoice } = await office.api<{ invoice: { id: number; number: string } }>(
    `/customers/${customer.id}/charges`,
    { method: 'POST', body: JSON.stringify({ kind: 'installation', amount: 150_000, bill_now: true }) },
  );
  await goTo(desk, `/invoices/${invoice.id}`);
  await desk.getByRole('button', { name: 'Batalkan tagihan' }).click();
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByText('Pemasangan menunggu tagihan berikutnya lagi')).toBeVisible();
  await expect(dialog.getByRole('checkbox')).toHaveCount(0);
  await dialog.getByLabel(/Alasan/).fill('Salah pelanggan');
  await dialog.getByRole('button', { name: 'Batalkan tagihan' }).click();
  await expect(dialog).toBeHidden();
  await goTo(desk, `/customers/${customer.id}`);
  await expect(desk.getByText(invoice.number).first()).toBeVisible();
  await desk.getByRole('button', { name: 'Batalkan Pemasangan' }).click();
  await expect(desk.getByTestId('charges').getByText('Pemasangan')).toBeHidden();
});

test('a discount that leaves nothing to pay says so while it is typed', async ({ desk, office }) => {
  const { items } = await office.api<{ items: Customer[] }>('/customers?status=active&limit=1');
  await goTo(desk, `/customers/${items[0]?.id}/edit`);
  const main = desk.getByRole('main');
  await main.getByLabel('Potongan', { exact: true }).click();
  await desk.getByRole('option', { name: 'Jumlah tetap (Rp)' }).click();
  const value = main.getByLabel('Besar potongan');
  await value.fill('1000');
  await expect(main.getByText('tagihannya Rp 0')).toHaveCount(0);
  await value.fill('99999999');
  await expect(main.getByText('tagihannya Rp 0')).toBeVisible();
  await expectAccessible(desk);
});
