/** The cashier's job: four keystrokes after the name, and "open" only when the router said so. */
import { closedDebtor, expect, goTo, test, type Person } from './office';

test.use({ story: 'counter' });

const rupiah = (amount: number) => `Rp\u00a0${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}`;

test('a wrong password is refused with a sentence, and the name stays', async ({ page, office }) => {
  await page.goto(office.url);
  await page.getByLabel('Nama pengguna').fill(office.user);
  await page.getByLabel('Kata sandi').fill('bukan ini');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Nama pengguna')).toHaveValue(office.user);
});

test('a payment in four keystrokes reopens a closed line', async ({ desk, office }) => {
  const debtor = await closedDebtor(office);

  await desk.keyboard.press('F2');
  await desk.keyboard.type(debtor.customer_no);
  await desk.keyboard.press('Enter');
  const amount = desk.getByLabel('Jumlah dibayar');
  await expect(amount).toBeFocused();
  await expect(amount).toHaveValue(String(debtor.balance).replace(/\B(?=(\d{3})+$)/g, '.'));
  await desk.keyboard.press('Enter');

  await expect(desk.getByTestId('paid')).toHaveText(rupiah(debtor.balance));
  const line = desk.getByTestId('line');
  await expect(line).toHaveAttribute('data-state', 'open');
  await expect(line).toContainText('dibaca ulang dari router pukul');

  const after = await office.api<Person>(`/customers/${debtor.id}`);
  expect(after.access.observed, 'the screen said open; the router must have').toBe('open');
  expect(after.balance).toBe(0);
});

test('Enter before the list has arrived still chooses from the right list', async ({ desk, office }) => {
  const page = await office.api<{ items: Person[] }>('/customers?limit=50');
  const person = page.items.at(-1);
  if (!person) throw new Error('the training office has no customers');
  await desk.keyboard.press('F2');
  await desk.keyboard.type(person.customer_no);
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('dialog')).toContainText(person.name);
  await expect(desk.getByRole('dialog')).toContainText(person.customer_no);
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('dialog')).toBeHidden();
});

test('money received shows the change, and too little cannot be booked', async ({ desk, office }) => {
  const page = await office.api<{ items: Person[] }>('/customers?overdue=true&limit=50');
  const debtor = page.items.find((person) => person.balance > 0);
  if (!debtor) throw new Error('the training office has no debtor');
  await goTo(desk, `/customers/${debtor.id}`);
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(debtor.name);
  await desk.keyboard.press('F2');
  await expect(desk.getByLabel('Jumlah dibayar')).toBeFocused();
  await desk.keyboard.press('Tab');
  await desk.keyboard.press('Control+a');
  await desk.keyboard.type('1');
  await expect(desk.getByRole('button', { name: 'Catat pembayaran' })).toBeDisabled();
  await desk.keyboard.press('Control+a');
  await desk.keyboard.type(String(debtor.balance + 50_000));
  await desk.keyboard.press('Enter');
  await expect(desk.getByTestId('change')).toHaveText(rupiah(50_000));
});

test('nothing is no payment: 0 and an empty field are refused beside the field', async ({ desk, office }) => {
  const page = await office.api<{ items: Person[] }>('/customers?overdue=true&limit=50');
  const debtor = page.items.find((person) => person.balance > 0);
  if (!debtor) throw new Error('the training office has no debtor');
  await goTo(desk, `/customers/${debtor.id}`);
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(debtor.name);
  await desk.keyboard.press('F2');
  const amount = desk.getByLabel('Jumlah dibayar');
  for (const typed of ['0', '']) {
    await expect(amount).toBeFocused();
    await desk.keyboard.press('Control+a');
    await desk.keyboard.press('Delete');
    await desk.keyboard.type(typed);
    await desk.keyboard.press('Enter');
    await expect(amount).toHaveAccessibleDescription(/Isi jumlah bulat lebih dari 0/);
  }
  const after = await office.api<Person>(`/customers/${debtor.id}`);
  expect(after.balance, 'nothing was booked').toBe(debtor.balance);
  await desk.keyboard.press('Escape');
});

test('the receipt is a PDF, with one key', async ({ desk, office }) => {
  const page = await office.api<{ items: { id: number; number: string }[] }>('/payments?limit=1');
  const payment = page.items[0];
  if (!payment) throw new Error('there is no payment to print');
  await goTo(desk, `/payments/${payment.id}`);
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(payment.number);
  const answer = desk.waitForResponse((response) => response.url().includes('/receipt'));
  await desk.keyboard.press('p');
  const receipt = await answer;
  expect(receipt.status()).toBe(200);
  expect(receipt.headers()['content-type']).toContain('application/pdf');
});

test('a line behind a router that is only observed is not said to be opening', async ({ desk, office }) => {
  const debtor = await closedDebtor(office);
  const { router_id } = await office.api<{ router_id: number }>(`/customers/${debtor.id}`);
  const mode = (mode: string) =>
    office.api(`/routers/${router_id}/mode`, { method: 'POST', body: JSON.stringify({ mode }) });
  await mode('observe');
  try {
    await goTo(desk, `/customers/${debtor.id}`);
    await expect(desk.getByRole('heading', { level: 1 })).toHaveText(debtor.name);
    await desk.keyboard.press('F2');
    await expect(desk.getByLabel('Jumlah dibayar')).toBeFocused();
    await desk.keyboard.press('Enter');
    const line = desk.getByTestId('line');
    await expect(line).toHaveAttribute('data-state', 'observed');
    await expect(line).toContainText('masih dalam mode amati, jadi tidak ada yang dikirim');
    await desk.keyboard.press('Escape');
  } finally {
    await mode('manage');
  }
});

test('who is called exactly so is chosen, and a refused amount is forgotten with the next digit', async ({
  desk,
  office,
}) => {
  const { items } = await office.api<{ items: { id: number }[] }>('/packages?limit=1');
  const [package_] = items;
  if (!package_) throw new Error('the training office has no package');
  for (const name of ['Aan Zulkarnain', 'Zulkarnain Adi', 'Zulkarnain']) {
    const body = {
      name,
      phone: '081234500000',
      package_id: package_.id,
      connection_type: 'pppoe',
      pppoe_username: `z-${name.replace(' ', '-').toLowerCase()}`,
    };
    await office.api('/customers', { method: 'POST', body: JSON.stringify(body) });
  }
  await desk.keyboard.press('F2');
  await desk.keyboard.type('zulkarnain');
  await desk.keyboard.press('Enter');
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByText('Zulkarnain', { exact: true })).toBeVisible();

  const amount = desk.getByLabel('Jumlah dibayar');
  await amount.fill('9000000');
  await desk.keyboard.press('Enter');
  await expect(dialog.getByText(/melebihi tagihan/)).toBeVisible();
  await amount.fill('1000');
  await expect(dialog.getByText(/melebihi tagihan/)).toBeHidden();
  await desk.keyboard.press('Escape');
});
