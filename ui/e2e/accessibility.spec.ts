/** axe finds nothing, on any screen, in light and in dark; and no screen shows an error. */
import { expectAccessible } from './axe';
import { expect, test } from './office';
import { SCREENS } from './screens';
import { visit } from './visit';

test.use({ story: 'accessibility' });

for (const scheme of ['light', 'dark'] as const) {
  test(`every screen in ${scheme}`, async ({ desk, office }) => {
    test.setTimeout(180_000);
    await desk.emulateMedia({ colorScheme: scheme });
    for (const screen of SCREENS) {
      await test.step(screen.name, async () => {
        await visit(desk, office, screen);
        await expect(desk.getByRole('alert'), `${screen.name} shows an error`).toHaveCount(0);
        await expectAccessible(desk);
        await desk.keyboard.press('Escape');
      });
    }
    await test.step('the counter', async () => {
      await desk.keyboard.press('F2');
      await expect(desk.getByRole('dialog')).toBeVisible();
      await expectAccessible(desk);
      await desk.keyboard.press('Escape');
    });
    await test.step('find anything', async () => {
      await desk.keyboard.press('Control+k');
      await expect(desk.getByRole('dialog')).toBeVisible();
      await expectAccessible(desk);
    });
  });
}
