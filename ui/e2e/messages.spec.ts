/** What customers are told: seen in one list and on the customer, and handed to a person who sends it. */
import { expectAccessible } from './axe';
import { closedDebtor, expect, goTo, test } from './office';

test.use({ story: 'messages' });

interface Message {
  id: number;
  customer_id: number;
  kind: string;
  text: string;
  wa_link: string | null;
}

test('a line was closed: the message stands ready to be sent by hand', async ({ desk, office }) => {
  const debtor = await closedDebtor(office);
  const find = async () =>
    (await office.api<{ items: Message[] }>(`/notifications?customer_id=${debtor.id}&kind=isolated`))
      .items[0];
  await expect.poll(find, { message: 'the message about the closed line' }).toBeTruthy();
  const message = await find();
  if (!message?.wa_link) throw new Error('the message has no link to send it by');

  await goTo(desk, '/messages?kind=isolated');
  const row = desk.getByRole('row', { name: new RegExp(debtor.customer_no) });
  await expect(row).toBeVisible();
  await row.getByRole('gridcell').first().click();
  const dialog = desk.getByRole('dialog', { name: 'Jalur ditutup' });
  await expect(dialog).toContainText(message.text.slice(0, 60));
  await expectAccessible(desk);

  // The test talks to nobody outside: that the system was asked for the link is enough.
  const outside = desk.context();
  await outside.route('https://wa.me/**', (route) => route.abort());
  const asked = outside.waitForEvent('request', (request) => request.url().startsWith('https://wa.me/'));
  await dialog.getByRole('button', { name: 'Buka WhatsApp' }).click();
  expect((await asked).url()).toBe(message.wa_link);
  await desk.keyboard.press('Escape');

  await goTo(desk, `/customers/${debtor.id}?tab=messages`);
  await expect(desk.getByRole('tabpanel')).toContainText(message.text.slice(0, 60));
  await expectAccessible(desk);
});

test('the books are checked by a button, and the outcome is told', async ({ desk }) => {
  await goTo(desk, '/log');
  await desk.getByRole('link', { name: 'Pemeriksaan data' }).click();
  await desk.getByRole('button', { name: 'Periksa sekarang' }).click();
  await expect(desk.getByText(/Semua \d+ pemeriksaan cocok/)).toBeVisible();
  await expect(desk.getByRole('listitem').filter({ hasText: 'Jurnal seimbang' })).toBeVisible();
  await expectAccessible(desk);
});
