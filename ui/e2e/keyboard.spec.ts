/** Everything frequent has a key. */
import { expect, goTo, test } from './office';

test.use({ story: 'keyboard' });

test('screens by g and a letter, by Alt and a digit, and by Ctrl+K', async ({ desk }) => {
  const heading = desk.getByRole('heading', { level: 1 });
  await desk.keyboard.press('g');
  await desk.keyboard.press('c');
  await expect(heading).toHaveText('Pelanggan');
  await desk.keyboard.press('Alt+3');
  await expect(heading).toHaveText('Tagihan');
  await desk.keyboard.press('Control+k');
  await desk.keyboard.type('jadwal');
  await expect(desk.getByRole('option', { name: 'Jadwal' })).toHaveAttribute('aria-selected', 'true');
  await desk.keyboard.press('Enter');
  await expect(heading).toHaveText('Jadwal');
  await desk.keyboard.press('?');
  await expect(desk.getByRole('dialog', { name: 'Tombol pintas' })).toBeVisible();
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('dialog')).toBeHidden();
});

test('a customer is found, walked to and opened without a mouse', async ({ desk, office }) => {
  const { items } = await office.api<{ items: { name: string; customer_no: string }[] }>(
    '/customers?limit=5',
  );
  const person = items[3];
  if (!person) throw new Error('the training office has too few customers');
  await goTo(desk, '/customers');
  await expect(desk.getByRole('grid')).toBeVisible();
  await desk.keyboard.press('/');
  await expect(desk.getByRole('searchbox')).toBeFocused();
  await desk.keyboard.type(person.customer_no);
  await expect(desk.getByRole('row')).toHaveCount(2);
  await desk.keyboard.press('ArrowDown');
  await expect(desk.getByRole('grid')).toBeFocused();
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(person.name);
});

test('Ctrl+K is asked anew each time, and what it finds has the focus', async ({ desk, office }) => {
  const { items } = await office.api<{ items: { name: string; customer_no: string }[] }>(
    '/customers?limit=5',
  );
  const person = items[3];
  if (!person) throw new Error('the training office has too few customers');
  await goTo(desk, '/schedule');
  await desk.getByRole('link', { name: 'Jadwal' }).first().focus();
  await desk.keyboard.press('Control+k');
  await desk.keyboard.type('tagihan');
  await desk.keyboard.press('Escape');
  await expect(desk.getByRole('dialog').getByRole('combobox')).toBeHidden();
  await desk.keyboard.press('Control+k');
  await expect(desk.getByRole('dialog').getByRole('combobox')).toHaveValue('');
  await desk.keyboard.type(person.customer_no);
  await expect(desk.getByRole('option', { name: person.name }).first()).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await desk.keyboard.press('Enter');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(person.name);
  await expect(desk.getByRole('main')).toBeFocused();
});

test('every tab of a strip is in sight, and the strip does not scroll', async ({ desk }) => {
  await desk.setViewportSize({ width: 1366, height: 768 });
  await goTo(desk, '/routers/1?tab=drift');
  const strips = desk.getByRole('tablist');
  await expect(strips).toHaveCount(2);
  for (const strip of await strips.all()) {
    // A tab lies over the strip's own border, so that its content is a pixel higher; nothing makes a scroll bar of that.
    const [hidden, across, down] = await strip.evaluate((box) => {
      const { overflowX, overflowY } = getComputedStyle(box);
      return [box.scrollWidth - box.clientWidth, overflowX, overflowY];
    });
    expect([hidden, across, down]).toEqual([0, 'visible', 'visible']);
  }
});

test('English at a switch', async ({ desk }) => {
  await goTo(desk, '/settings/appearance');
  await desk.getByRole('button', { name: 'English' }).click();
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await desk.getByRole('button', { name: 'Indonesia' }).click();
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Pengaturan');
});
