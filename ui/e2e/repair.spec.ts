/** What differs at the router is repaired from the screen: looked through, struck, confirmed, followed, taken back. */
import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';
import { atRouter, openLines } from './router';

test.use({ story: 'repair' });

interface Line {
  customer_id: number;
  name: string;
  difference: string;
}

const plan = '/routers/1/plan';
const only = (lines: Line[], difference: string) => lines.filter((line) => line.difference === difference);

test('all routers are compared on one screen, and each leads to its repair', async ({ desk, office }) => {
  for (const user of await openLines(office, 2))
    await atRouter(office.router, ['/ppp/secret/set', `=numbers=${user}`, '=profile=default']);
  const { totals } = await office.api<{ totals: Record<string, number> }>(plan);
  const differing = (totals.lines ?? 0) - (totals.none ?? 0);

  await goTo(desk, '/routers');
  await desk.getByRole('link', { name: 'Bandingkan semua router' }).click();
  await expect(desk.getByTestId('compare-sum')).toContainText(`${differing} berbeda`);
  await expectAccessible(desk);
  await desk.getByRole('link', { name: 'Perbaiki…' }).click();
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(/^Perbaiki /);
  await expect(desk.getByRole('button', { name: `Perbaiki ${differing} jalur` })).toBeVisible();
  await expectAccessible(desk);
});

test('a struck line is left as it is, the others are repaired, and the plan takes it back', async ({
  desk,
  office,
}) => {
  const before = await office.api<{ lines: Line[] }>(plan);
  const [spared, repaired] = only(before.lines, 'wrong_profile');
  if (!spared || !repaired) throw new Error('two lines must have a wrong profile');

  await goTo(desk, '/routers/1?tab=drift');
  await desk.getByRole('tab', { name: /Profil salah/ }).click();
  await desk.getByRole('link', { name: 'Perbaiki…' }).click();
  await expect(desk.getByRole('tab', { name: /Profil salah/ })).toHaveAttribute('aria-selected', 'true');
  await expect(desk.getByText(/\/ppp\/secret\/set/).first()).toBeVisible();

  // Only this kind, and of it one line less, by the keyboard.
  await desk.getByRole('tab', { name: /Semua/ }).click();
  await desk.getByRole('checkbox', { name: /dari \d+ jalur ikut/ }).press('Space');
  await expect(desk.getByRole('button', { name: 'Perbaiki 0 jalur' })).toBeDisabled();
  await desk.getByRole('tab', { name: /Profil salah/ }).click();
  await desk.getByRole('checkbox', { name: `Sertakan ${repaired.name}` }).press('Space');
  await desk.getByRole('button', { name: 'Perbaiki 1 jalur' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Perbaiki 1 jalur' }).click();

  await expect(desk.getByTestId('plan-progress')).toHaveText('1 dari 1 jalur', { timeout: 30_000 });
  await expectAccessible(desk);
  const after = await office.api<{ lines: Line[] }>(plan);
  expect(only(after.lines, 'wrong_profile').map((line) => line.name)).toEqual([spared.name]);

  await desk.getByRole('button', { name: 'Kembalikan semua' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Kembalikan semua' }).click();
  await expect(desk.getByText('Sudah dikembalikan')).toBeVisible({ timeout: 30_000 });
  const undone = await office.api<{ lines: Line[] }>(plan);
  expect(only(undone.lines, 'wrong_profile')).toHaveLength(2);
});

test('profiles are shown before they are synced, and their plan takes them back', async ({
  desk,
  office,
}) => {
  interface Synced {
    synced: { profile: string; action: string; rate_before: string | null; connection_type: string }[];
  }
  const table = () =>
    office.api<Synced>('/routers/1/sync-profiles', {
      method: 'POST',
      body: JSON.stringify({ dry_run: true }),
    });
  const ours = (await table()).synced.find(
    (row) => row.connection_type === 'pppoe' && row.rate_before !== null,
  );
  if (!ours) throw new Error('the training router must have a profile of ours');
  await atRouter(office.router, ['/ppp/profile/set', `=numbers=${ours.profile}`, '=rate-limit=1M/2M']);

  await goTo(desk, '/routers/1');
  await desk.getByRole('button', { name: 'Samakan profil' }).click();
  const dialog = desk.getByRole('dialog');
  const row = dialog.getByRole('row', { name: ours.profile });
  await expect(row).toContainText('1M/2M');
  await expectAccessible(desk);
  expect((await table()).synced.find((it) => it.profile === ours.profile)?.rate_before).toBe('1M/2M');
  await dialog.getByRole('button', { name: /^Samakan \d+ profil$/ }).click();

  await expect(desk.getByTestId('profiles-progress')).toHaveText(/^(\d+) dari \1 profil$/);
  await expect(desk.getByRole('row', { name: ours.profile })).toContainText('Selesai');
  await expectAccessible(desk);
  await desk.getByRole('button', { name: 'Kembalikan semua' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Kembalikan semua' }).click();
  await expect(desk.getByRole('row', { name: ours.profile })).toContainText('Dikembalikan');
  expect((await table()).synced.find((it) => it.profile === ours.profile)?.rate_before).toBe('1M/2M');
  await atRouter(office.router, [
    '/ppp/profile/set',
    `=numbers=${ours.profile}`,
    `=rate-limit=${ours.rate_before ?? ''}`,
  ]);
});

test('closings above the limit are confirmed with the reason before them', async ({ desk, office }) => {
  const { totals } = await office.api<{ totals: { should_close: number } }>(plan);
  expect(totals.should_close, 'the training office must have lines that should be closed').toBeGreaterThan(0);
  await goTo(desk, '/routers/1/repair?only=should_close');
  await desk.getByRole('button', { name: /^Perbaiki \d+ jalur$/ }).click();
  const dialog = desk.getByRole('dialog');
  await expect(dialog).toContainText(`${totals.should_close} jalur ditutup`);
  await expectAccessible(desk);
  await desk.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
