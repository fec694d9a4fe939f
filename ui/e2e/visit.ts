import { expect, type Page } from '@playwright/test';

import { goTo, type Office } from './office';
import type { SCREENS } from './screens';

/** Goes to a screen and waits until what it shows is no longer a skeleton. */
export async function visit(page: Page, office: Office, screen: (typeof SCREENS)[number]): Promise<void> {
  let path = screen.path;
  if (screen.list) {
    const { items } = await office.api<{ items: { id: number }[] }>(screen.list);
    const first = items[0];
    if (!first) throw new Error(`${screen.list} is empty in the training office`);
    path = path.replace(':id', String(first.id));
  }
  await goTo(page, path);
  await expect(page.getByRole('heading', { level: 1 }).first()).not.toHaveText('Memuat…');
  await expect(page.getByText('Memuat…')).toHaveCount(0);
}
