/** What happens elsewhere is seen here: at once by the feed of events, a little later without it. */
import { expect, goTo, logIn, test, type Office } from './office';

test.use({ story: 'live' });

interface Debtor {
  id: number;
  balance: number;
}

async function debtor(office: Office): Promise<Debtor> {
  const { items } = await office.api<{ items: Debtor[] }>('/customers?overdue=true&sort=-balance&limit=1');
  if (!items[0]) throw new Error('the training office has nobody who owes money');
  return items[0];
}

const rupiah = (amount: number) => `Rp ${amount.toString().replace(/\B(?=(\d{3})+$)/g, '.')}`;

async function pays(office: Office, customer: Debtor, amount: number): Promise<void> {
  await office.api('/payments', {
    method: 'POST',
    body: JSON.stringify({ customer_id: customer.id, amount, method: 'transfer' }),
  });
}

test('a payment at another desk changes the screen by the feed', async ({ desk, office }) => {
  const customer = await debtor(office);
  const feed = desk.waitForRequest((request) => request.url().includes('/events/stream'));
  await desk.reload();
  await feed;
  await goTo(desk, `/customers/${customer.id}`);
  await expect(desk.getByTestId('balance')).toHaveText(rupiah(customer.balance));
  await pays(office, customer, 1_000);
  // While the feed is followed a screen asks by itself only every half minute.
  await expect(desk.getByTestId('balance')).toHaveText(rupiah(customer.balance - 1_000));
});

test('what somebody adds at another desk is on the list here, though it is no event', async ({
  desk,
  office,
}) => {
  const feed = desk.waitForRequest((request) => request.url().includes('changes=true'));
  await desk.reload();
  await feed;
  await goTo(desk, '/areas');
  await expect(desk.getByRole('button', { name: /Wilayah baru|New area/ }).first()).toBeVisible();
  await office.api('/areas', { method: 'POST', body: JSON.stringify({ name: 'RT 77 Kenanga' }) });
  await expect(desk.getByText('RT 77 Kenanga')).toBeVisible();
});

test('a record that another desk changed meanwhile keeps what was typed and lets one choose', async ({
  desk,
  office,
}) => {
  const area = await office.api<{ id: number }>('/areas', {
    method: 'POST',
    body: JSON.stringify({ name: 'RT 78 Melati' }),
  });
  await goTo(desk, '/areas');
  await desk.getByText('RT 78 Melati').dblclick();
  const name = desk.getByRole('dialog').getByRole('textbox');
  await name.fill('RT 78 Mawar');
  await office.api(`/areas/${area.id}`, { method: 'PATCH', body: JSON.stringify({ name: 'RT 78 Anggrek' }) });
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /Simpan|Save/ })
    .click();
  const told = desk.getByRole('dialog').getByRole('alert');
  await expect(told).toContainText('RT 78 Anggrek');
  await expect(name).toHaveValue('RT 78 Mawar');
  await told.getByRole('radio').first().check();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /Simpan|Save/ })
    .click();
  await expect(desk.getByText('RT 78 Mawar')).toBeVisible();
});

for (const role of ['cashier', 'technician', 'collector']) {
  test(`a ${role} sees it by the feed too`, async ({ page, office }) => {
    const [user, password] = [`${role}-uji`, 'kata-sandi-uji-8'];
    await office.api('/staff', { method: 'POST', body: JSON.stringify({ name: user, role, password }) });
    const feed = page.waitForResponse((response) => response.url().includes('/events/stream'));
    await logIn(page, { ...office, user, password });
    expect((await feed).status()).toBe(200);
    const customer = await debtor(office);
    await goTo(page, `/customers/${customer.id}`);
    await expect(page.getByTestId('balance')).toHaveText(rupiah(customer.balance));
    await pays(office, customer, 2_000);
    await expect(page.getByTestId('balance')).toHaveText(rupiah(customer.balance - 2_000));
  });
}

test('an address without a hash is the screen of that name', async ({ desk, office }) => {
  const customer = await debtor(office);
  await desk.goto(`${office.url}/customers/${customer.id}`);
  await expect(desk.getByTestId('balance')).toHaveText(rupiah(customer.balance));
  await expect(desk).toHaveURL(`${office.url}/#/customers/${customer.id}`);
});
