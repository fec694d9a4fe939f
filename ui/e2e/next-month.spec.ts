/** What is told before somebody decides: the next month's bills, when a task runs, and what a pause gives back. */
import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';

test.use({ story: 'next-month' });

interface Line {
  name: string;
  cause: string;
}

test('the rehearsal names who joined, and nothing is made by looking', async ({ desk, office }) => {
  const packages = await office.api<{ items: { id: number; price: number }[] }>('/packages');
  const { month } = await office.api<{ month: string }>('/reports/next-month');
  await office.api('/customers', {
    method: 'POST',
    body: JSON.stringify({
      name: 'Pelanggan Bulan Depan',
      phone: '081234567891',
      package_id: packages.items[0]?.id,
      connection_type: 'pppoe',
      pppoe_username: 'bulan-depan',
      billing_start: `${month}-01`,
    }),
  });
  const before = (await office.api<{ total: number }>('/invoices?limit=1')).total;
  await goTo(desk, '/invoices');
  await desk.getByRole('link', { name: 'Gladi bulan depan' }).click();
  const row = desk.getByRole('row', { name: 'Pelanggan Bulan Depan' });
  await expect(row).toContainText('Baru');
  const said = await office.api<{ items: Line[]; causes: { cause: string; lines: number }[] }>(
    '/reports/next-month',
  );
  expect(said.items.find((line) => line.name === 'Pelanggan Bulan Depan')?.cause).toBe('new');
  await expect(desk.getByRole('list', { name: 'Selisih per sebab' }).getByRole('listitem')).toHaveCount(
    said.causes.length,
  );
  expect((await office.api<{ total: number }>('/invoices?limit=1')).total).toBe(before);
});

test('a schedule is read aloud as it is typed, and refused where it would never rest', async ({ desk }) => {
  await goTo(desk, '/schedule');
  await desk
    .getByRole('listitem')
    .filter({ hasText: 'billing:check-overdue' })
    .getByRole('button', { name: 'Ubah' })
    .click();
  const dialog = desk.getByRole('dialog');
  const cron = dialog.getByLabel('Jadwal (cron)');
  const said = dialog.getByRole('status');
  await cron.fill('30 7 * * 1');
  await expect(said).toContainText('Senin');
  await expect(said.getByText(/\d{4}.*07\.30$/)).toHaveCount(5);
  await cron.fill('* * * * *');
  await expect(said).toContainText('5 menit');
});

test('a pause says what becomes of the days that were billed before it is agreed', async ({
  desk,
  office,
}) => {
  const paid = await office.api<{ items: { id: number; status: string; balance: number }[] }>(
    '/customers?status=active&limit=200',
  );
  const customer = paid.items.find((one) => one.balance <= 0);
  expect(customer).toBeDefined();
  await goTo(desk, `/customers/${customer?.id}`);
  await desk.getByRole('button', { name: 'Tindakan' }).click();
  await desk.getByRole('menuitem', { name: 'Cuti' }).click();
  await expect(desk.getByRole('dialog').getByRole('status')).toContainText(/titipan|sudah ditagih/);
});

test('an end that was agreed is shown with the customer, and taken back', async ({ desk, office }) => {
  const { items } = await office.api<{ items: { id: number }[] }>('/customers?status=active&limit=5');
  const customer = items[1];
  if (!customer) throw new Error('the training office must have active customers');
  const on = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const body = JSON.stringify({ on, reason: 'pindah kota' });
  await office.api(`/customers/${customer.id}/terminate`, { method: 'POST', body });
  await goTo(desk, `/customers/${customer.id}`);
  const ends = desk.getByTestId('ends');
  await expect(ends).toContainText('Berhenti setelah');
  await desk.getByRole('button', { name: 'Tindakan' }).click();
  await desk.getByRole('menuitem', { name: 'Batalkan berhenti' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByLabel('Alasan').fill('tidak jadi pindah');
  await expectAccessible(desk);
  await dialog.getByRole('button', { name: 'Batalkan berhenti' }).click();
  await expect(ends).toBeHidden();
});
