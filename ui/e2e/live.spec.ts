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
