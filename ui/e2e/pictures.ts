/** Pictures of every screen, in two sizes and both appearances, for looking at: `target/pictures/`. */
import { fileURLToPath } from 'node:url';

import { closedDebtor, expect, goTo, test } from './office';
import { atRouter } from './router';
import { SCREENS } from './screens';
import { visit } from './visit';

const folder = process.env.PICTURES ?? fileURLToPath(new URL('../../target/pictures/', import.meta.url));
const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
];

for (const scheme of ['light', 'dark'] as const) {
  for (const size of SIZES) {
    test(`${scheme} at ${size.width}×${size.height}`, async ({ desk, office }) => {
      await desk.setViewportSize(size);
      await desk.emulateMedia({ colorScheme: scheme });
      const take = (name: string) =>
        desk.screenshot({ path: `${folder}/${name}-${scheme}-${size.width}.png`, animations: 'disabled' });

      const debtor = await closedDebtor(office);
      for (const screen of SCREENS) {
        await visit(desk, office, screen);
        await desk.evaluate(() => document.fonts.ready);
        await take(screen.name);
        await desk.keyboard.press('Escape');
      }
      // One line that the office does not know yet, so that there is something to match.
      await atRouter(office.router, [
        '/ppp/secret/add',
        `=name=lama-${scheme}-${size.width}`,
        '=password=rahasia',
        '=service=pppoe',
        '=profile=pkg-hemat',
        '=comment=Sutrisno Kebon Jeruk 081234567801',
      ]);
      await goTo(desk, '/routers/1?tab=import');
      await desk.getByRole('button', { name: 'Baca router' }).click();
      await expect(desk.getByTestId('line-group').first()).toBeVisible();
      await take('router-import-read');

      await desk.keyboard.press('Control+k');
      await desk.keyboard.type(debtor.name.slice(0, 4));
      await expect(desk.getByRole('option', { name: 'PLG-' }).first()).toBeVisible();
      await take('find');
      await desk.keyboard.press('Escape');
      await expect(desk.getByRole('dialog')).toBeHidden();

      await desk.keyboard.press('F2');
      await desk.keyboard.type(debtor.customer_no);
      await expect(desk.getByRole('option', { name: debtor.customer_no }).first()).toHaveAttribute(
        'aria-selected',
        'true',
      );
      await take('counter-find');
      await desk.keyboard.press('Enter');
      await expect(desk.getByLabel('Jumlah dibayar')).toBeFocused();
      await take('counter-amount');
      await desk.keyboard.press('Enter');
      await expect(desk.getByTestId('line')).toHaveAttribute('data-state', /open|closed|no_router/);
      await take('counter-booked');
    });
  }
}
