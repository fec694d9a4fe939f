/** Above the limit a person decides: single lines are left out of a plan that waits, and tomorrow's is approved ahead. */
import { expectAccessible } from './axe';
import { expect, goTo, test, type Office, type Person } from './office';

test.use({ story: 'waiting' });

interface Waiting {
  id: number;
  status: string;
  lines: { customer_id: number; name: string }[];
}

/** Payments of last month's invoices are taken back, so that on any day of a month more lines are overdue than go through. */
async function moreDebtors(office: Office): Promise<void> {
  const { as_of: today } = await office.api<{ as_of: string }>('/isolation/plan');
  const [year, month] = today.split('-').map(Number);
  const last = new Date(Date.UTC(year ?? 0, (month ?? 0) - 2, 1)).toISOString().slice(0, 7);
  const paid = await office.api<{ items: { customer: { id: number } }[] }>(
    `/invoices?period=${last}&status=paid&limit=60`,
  );
  for (const { customer } of paid.items) {
    const payments = await office.api<{ items: { id: number; reversed_at: number | null }[] }>(
      `/payments?customer_id=${customer.id}`,
    );
    for (const { id } of payments.items.filter((payment) => payment.reversed_at === null)) {
      const body = JSON.stringify({ reason: 'salah catat' });
      await office.api(`/payments/${id}/reverse`, { method: 'POST', body });
    }
  }
}

test('what closes tomorrow is approved ahead, and the approval taken back', async ({ desk, office }) => {
  await office.api('/schedule/billing:preview-closings/run', { method: 'POST', body: '{}' });
  await goTo(desk, '/isolation?tab=tomorrow');
  await desk.getByRole('button', { name: /^Setujui \d+ jalur untuk besok$/ }).click();
  const approved = desk.getByTestId('approved-ahead');
  await expect(approved).toContainText('ditutup tanpa bertanya lagi');
  await expect(desk.getByRole('button', { name: /untuk besok$/ })).toBeHidden();
  await expectAccessible(desk);

  // The list of today and the plan's own page say the same, and the approval is taken back on either.
  await desk.getByRole('tab', { name: /^Akan ditutup/ }).click();
  await expect(approved).toContainText('Untuk ');
  const { items } = await office.api<{ items: { id: number }[] }>('/isolation?status=preview');
  await goTo(desk, `/isolation/${items[0]?.id}`);
  await expect(desk.getByTestId('shown-for')).toContainText('penutupan');
  await expect(approved).toContainText('ditutup tanpa bertanya lagi');
  await expect(desk.getByRole('gridcell', { name: 'Disetujui' }).first()).toBeVisible();
  await expectAccessible(desk);
  await desk.getByRole('button', { name: 'Tarik persetujuan' }).click();
  await expect(approved).toBeHidden();
  await expect(desk.getByRole('button', { name: /^Setujui \d+ jalur$/ })).toBeVisible();
});

test('a line that is struck from a plan that waits is counted, and not closed with it', async ({
  desk,
  office,
}) => {
  await moreDebtors(office);
  const plan = await office.api<Waiting>('/isolation/apply', { method: 'POST', body: '{}' });
  expect(plan.status, 'the training office must have more overdue lines than go through').toBe('waiting');
  const [spared, closed] = plan.lines;
  if (!spared || !closed) throw new Error('unreachable');
  const n = plan.lines.length;

  await goTo(desk, `/isolation/${plan.id}`);
  await expect(desk.getByRole('button', { name: `Setujui ${n} jalur` })).toBeVisible();
  await desk
    .getByRole('checkbox', { name: `Sertakan ${spared.name}` })
    .first()
    .press('Space');
  const approve = desk.getByRole('button', { name: `Setujui ${n - 1} jalur` });
  await expect(approve).toBeVisible();
  await expect(desk.getByText('1 dicoret')).toBeVisible();
  await expectAccessible(desk);
  await approve.click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: `Setujui ${n - 1} jalur` })
    .click();

  await expect(desk.getByText('Sudah dijalankan')).toBeVisible({ timeout: 30_000 });
  await expect(desk.getByRole('checkbox')).toHaveCount(0);
  await expect
    .poll(async () => (await office.api<Person>(`/customers/${closed.customer_id}`)).access.observed)
    .toBe('closed');
  expect((await office.api<Person>(`/customers/${spared.customer_id}`)).access.observed).not.toBe('closed');
});
