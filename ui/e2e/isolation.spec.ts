/** The owner's job: see who closes and why, strike one, apply, see each line's outcome, undo. */
import { closedDebtor, expect, goTo, test, type Person } from './office';

test.use({ story: 'isolation' });

interface PlanNow {
  closing: { customer_id: number; name: string }[];
}

test('plan, strike one line, apply, undo', async ({ desk, office }) => {
  const plan = await office.api<PlanNow>('/isolation/plan');
  expect(plan.closing.length, 'the training office must have overdue lines').toBeGreaterThan(1);
  const [spared, closed] = plan.closing;
  if (!spared || !closed) throw new Error('unreachable');

  await goTo(desk, '/isolation');
  await desk
    .getByRole('checkbox', { name: `Sertakan ${spared.name}` })
    .first()
    .click();
  await desk.getByRole('button', { name: /^Jalankan \(/ }).click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Jalankan \(/ })
    .click();

  await expect(desk.getByTestId('plan-progress')).toBeVisible();
  await expect(desk.getByText('Sudah dijalankan')).toBeVisible({ timeout: 30_000 });

  await expect
    .poll(async () => (await office.api<Person>(`/customers/${closed.customer_id}`)).access.observed)
    .toBe('closed');
  expect((await office.api<Person>(`/customers/${spared.customer_id}`)).access.observed).not.toBe('closed');

  await desk.getByRole('button', { name: 'Kembalikan semua' }).click();
  const hold = desk.getByRole('dialog').getByLabel('Tetap terbuka selama');
  await expect(hold).toHaveValue('3');
  await hold.fill('5');
  await desk.getByRole('dialog').getByRole('button', { name: 'Kembalikan semua' }).click();
  await expect(desk.getByText('Sudah dikembalikan')).toBeVisible({ timeout: 30_000 });
  const { items } = await office.api<{ items: { held_until: string | null }[] }>('/isolation?limit=1');
  expect(items[0]?.held_until).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  await expect(desk.getByTestId('held')).toBeVisible();
  await expect
    .poll(async () => (await office.api<Person>(`/customers/${closed.customer_id}`)).access.observed)
    .toBe('open');
});

test('why is this line closed? the rule, the invoices, the router', async ({ desk, office }) => {
  const person = await closedDebtor(office);
  const why = await office.api<{ sentence: string; reasons: { invoices: { number: string }[] }[] }>(
    `/customers/${person.id}/why`,
  );
  await goTo(desk, `/customers/${person.id}`);
  await expect(desk.getByRole('heading', { name: 'Mengapa jalur ditutup?' })).toBeVisible();
  const panel = desk.getByTestId('why');
  await expect(panel).toContainText(why.sentence);
  const invoice = why.reasons.flatMap((reason) => reason.invoices)[0];
  if (invoice) await expect(panel).toContainText(invoice.number);
  await expect(panel).toContainText('Yang dikatakan router');
});
