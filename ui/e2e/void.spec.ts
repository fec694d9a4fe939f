/** A wrong invoice is declared void, and another takes its place. */
import { expect, goTo, test } from './office';

test.use({ story: 'void' });

interface Invoice {
  id: number;
  number: string;
  period: string;
  customer_id: number;
  status: string;
}

test('void with a new invoice in its place leads to the new one', async ({ desk, office }) => {
  const { items } = await office.api<{ items: Invoice[] }>('/invoices?status=overdue&limit=1');
  const [wrong] = items;
  if (!wrong) throw new Error('the training office has no unpaid invoice');
  await goTo(desk, `/invoices/${wrong.id}`);
  await desk.getByRole('button', { name: 'Batalkan tagihan' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByLabel(/Alasan/).fill('Salah paket');
  await dialog.getByRole('checkbox', { name: /Buat tagihan pengganti/ }).click();
  await dialog.getByRole('button', { name: 'Batalkan tagihan' }).click();
  await expect(dialog).toBeHidden();
  const heading = desk.getByRole('heading', { level: 1 });
  await expect(heading).not.toHaveText(wrong.number);
  await expect(heading).toHaveText(/^INV-/);
  // Each of the two leads to the other.
  await desk.getByRole('link', { name: wrong.number }).click();
  await expect(heading).toHaveText(wrong.number);
  await desk.getByRole('main').getByRole('link', { name: /^INV-/ }).first().click();
  await expect(heading).not.toHaveText(wrong.number);

  expect((await office.api<Invoice>(`/invoices/${wrong.id}`)).status).toBe('void');
  const instead = (
    await office.api<{ items: Invoice[] }>(`/invoices?customer_id=${wrong.customer_id}&limit=50`)
  ).items.find((invoice) => invoice.period === wrong.period && invoice.status !== 'void');
  expect(instead?.number).toBe(await heading.textContent());
});

test('days that a void invoice leaves are shown with the customer and billed there', async ({
  desk,
  office,
}) => {
  const { items } = await office.api<{ items: Invoice[] }>('/invoices?status=overdue&limit=200');
  // The office's day, which may be tomorrow's here.
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Jakarta' }).format(new Date());
  const [year = 0, month = 0] = today.split('-').map(Number);
  const period = (ago: number) => new Date(Date.UTC(year, month - 1 - ago, 15)).toISOString().slice(0, 7);
  // Not of the present month, which the month run would bill again.
  const wrong = items.find((invoice) => period(2) <= invoice.period && invoice.period <= period(1));
  if (!wrong) throw new Error('the training office has no unpaid invoice of an earlier month');
  await goTo(desk, `/invoices/${wrong.id}`);
  await desk.getByRole('button', { name: 'Batalkan tagihan' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByLabel(/Alasan/).fill('Salah paket');
  await dialog.getByRole('button', { name: 'Batalkan tagihan' }).click();
  await expect(dialog).toBeHidden();
  await goTo(desk, `/customers/${wrong.customer_id}`);
  const left = desk.getByTestId('unbilled');
  await expect(left.getByRole('listitem')).toHaveCount(1);
  // In a hurry: twice, which is once.
  await desk.getByRole('button', { name: /^Tagih / }).dblclick();
  await expect(left).toBeHidden();
  const again = (
    await office.api<{ items: Invoice[] }>(`/invoices?customer_id=${wrong.customer_id}&limit=50`)
  ).items.filter((invoice) => invoice.period === wrong.period);
  expect(again.map((invoice) => invoice.status === 'void').sort()).toEqual([false, true]);
});
