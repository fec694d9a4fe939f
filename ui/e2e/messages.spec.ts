/** What customers are told: seen in one list and on the customer, and handed to a person who sends it. */
import type { Page, Request } from '@playwright/test';

import { expectAccessible } from './axe';
import { closedDebtor, expect, goTo, test } from './office';

test.use({ story: 'messages' });

interface Message {
  id: number;
  customer_id: number;
  kind: string;
  text: string;
  wa_link: string | null;
  state: string;
}

/** The next address of WhatsApp that the page wants opened; nothing goes there. */
async function whatsapp(desk: Page): Promise<Request> {
  const outside = desk.context();
  await outside.route('https://wa.me/**', (route) => route.abort());
  return outside.waitForEvent('request', (request) => request.url().startsWith('https://wa.me/'));
}

test('a line was closed: the message stands ready to be sent by hand', async ({ desk, office }) => {
  const debtor = await closedDebtor(office);
  const find = async () =>
    (await office.api<{ items: Message[] }>(`/notifications?customer_id=${debtor.id}&kind=isolated`))
      .items[0];
  await expect.poll(find, { message: 'the message about the closed line' }).toBeTruthy();
  const message = await find();
  if (!message?.wa_link) throw new Error('the message has no link to send it by');

  await goTo(desk, `/messages?kind=isolated&customer_id=${debtor.id}`);
  const row = desk.getByRole('row', { name: new RegExp(debtor.customer_no) });
  await expect(row).toBeVisible();
  await row.getByRole('gridcell').first().click();
  const dialog = desk.getByRole('dialog', { name: 'Jalur ditutup' });
  await expect(dialog).toContainText(message.text.slice(0, 60));
  await expectAccessible(desk);

  // The test talks to nobody outside: that the system was asked for the link is enough.
  const asked = whatsapp(desk);
  await dialog.getByRole('button', { name: 'Buka di WhatsApp' }).click();
  expect((await asked).url()).toBe(message.wa_link);
  await expect(dialog).toBeHidden();
  await expect(row).toContainText('Dibuka di WhatsApp');
  expect((await find())?.state, 'an opened link sent nothing yet').toBe('handed');

  // Who closed WhatsApp too early opens it once more; nothing is marked by it.
  await row.getByRole('gridcell').first().click();
  const again = whatsapp(desk);
  await dialog.getByRole('button', { name: 'Buka lagi' }).click();
  expect((await again).url()).toBe(message.wa_link);
  expect((await find())?.state).toBe('handed');

  await dialog.getByRole('button', { name: 'Tandai terkirim' }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText('Terkirim');
  await expect(row.getByRole('button', { name: 'Tandai terkirim' })).toBeHidden();
  expect((await find())?.state, 'the books know it too').toBe('sent');

  await goTo(desk, `/customers/${debtor.id}?tab=messages`);
  await expect(desk.getByRole('tabpanel')).toContainText(message.text.slice(0, 60));
  await expectAccessible(desk);
});

test('the answer about a line is opened from the customer, and is sent once somebody says so', async ({
  desk,
  office,
}) => {
  const debtor = await closedDebtor(office);
  await goTo(desk, `/customers/${debtor.id}`);
  await expect(desk.getByTestId('why')).toBeVisible();
  const asked = whatsapp(desk);
  await desk.keyboard.press('w');
  expect((await asked).url()).toContain('https://wa.me/');
  const mark = desk.getByRole('button', { name: 'Tandai terkirim' });
  await expect(mark).toBeVisible();
  const why = async () =>
    (await office.api<{ items: Message[] }>(`/notifications?customer_id=${debtor.id}&kind=why`)).items[0]
      ?.state;
  await expect.poll(why).toBe('handed');
  await mark.click();
  await expect.poll(why).toBe('sent');
  // The same once more today is refused, in words, and is true.
  await desk.keyboard.press('w');
  await expect(desk.getByText(/sudah dikirim hari ini/)).toBeVisible();
});

test('a customer without a number is told of as such, and the key does not stay without an answer', async ({
  desk,
  office,
}) => {
  const { items } = await office.api<{ items: { id: number; version: number }[] }>('/customers?limit=1');
  const customer = items[0];
  if (!customer) throw new Error('the training office has no customers');
  await office.api(`/customers/${customer.id}`, {
    method: 'PATCH',
    body: JSON.stringify({ phone: null, version: customer.version }),
  });
  await goTo(desk, `/customers/${customer.id}`);
  await expect(desk.getByTestId('why')).toBeVisible();
  await desk.keyboard.press('w');
  await expect(desk.getByText(/belum punya nomor HP/)).toBeVisible();
});

test('the books are checked by a button, and the outcome is told', async ({ desk }) => {
  await goTo(desk, '/log');
  await desk.getByRole('link', { name: 'Pemeriksaan data' }).click();
  await desk.getByRole('button', { name: 'Periksa sekarang' }).click();
  await expect(desk.getByText(/Semua \d+ pemeriksaan cocok/)).toBeVisible();
  await expect(desk.getByRole('listitem').filter({ hasText: 'Jurnal seimbang' })).toBeVisible();
  await expectAccessible(desk);
});
