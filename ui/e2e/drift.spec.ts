/** What is at the router and not in the books: the drift names it, the leaks say what it costs. */
import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';
import { atRouter, openLines } from './router';

test.use({ story: 'drift' });

interface Plan {
  totals: Record<string, number>;
  lines: { customer_id: number; name: string; difference: string }[];
}

test('a changed profile, a missing secret and a stranger are each named in their place', async ({
  desk,
  office,
}) => {
  const { lines, totals } = await office.api<Plan>('/routers/1/plan');
  expect(totals.missing).toBe(0);
  const [changed, removed] = await openLines(office, 2);
  await atRouter(office.router, ['/ppp/secret/set', `=numbers=${changed}`, '=profile=default']);
  await atRouter(office.router, ['/ppp/secret/remove', `=numbers=${removed}`]);
  await atRouter(office.router, [
    '/ppp/secret/add',
    '=name=tanpa-tagihan',
    '=password=rahasia',
    '=service=pppoe',
    '=profile=pkg-hemat',
    '=comment=Warung Bu Tini',
  ]);
  const after = await office.api<Plan>('/routers/1/plan');
  const named = (difference: string) =>
    after.lines.filter((line) => line.difference === difference).map((line) => line.name);

  await goTo(desk, '/routers/1?tab=drift');
  const closing = desk.getByRole('tab', { name: /Harus ditutup/ });
  await expect(closing).toContainText(String(totals.should_close));
  expect(lines.length).toBe(after.totals.lines);
  await desk.getByRole('tab', { name: /Tidak ada di router/ }).click();
  await expect(desk.getByRole('gridcell', { name: named('missing')[0] ?? 'nobody' })).toBeVisible();
  await desk.getByRole('tab', { name: /Profil salah/ }).click();
  await expect(desk.getByRole('gridcell', { name: named('wrong_profile')[0] ?? 'nobody' })).toBeVisible();
  await desk.getByRole('tab', { name: /Tanpa pelanggan/ }).click();
  await expect(desk.getByRole('gridcell', { name: 'tanpa-tagihan' })).toBeVisible();
  await expectAccessible(desk);
});

test('the leak report adds up what the unbilled lines are worth', async ({ desk, office }) => {
  const report = await office.api<{ worth: number; unbilled: { name: string }[] }[]>('/reports/leaks');
  const worth = report.reduce((sum, router) => sum + router.worth, 0);
  expect(worth).toBeGreaterThan(0);
  await goTo(desk, '/leaks');
  await expect(desk.getByTestId('leak-sum')).toHaveText(
    `Rp\u00a0${String(worth).replace(/\B(?=(\d{3})+$)/g, '.')}`,
  );
  await expect(desk.getByRole('gridcell', { name: 'tanpa-tagihan' })).toBeVisible();
  await expectAccessible(desk);
});

test('the isolation page is shown, written and taken off again', async ({ desk, office }) => {
  await goTo(desk, '/routers/1?tab=page');
  await expect(desk.getByText('Alamat halaman isolir belum diatur')).toBeVisible();
  await office.api('/settings', {
    method: 'PATCH',
    body: JSON.stringify({ 'isolation_page.address': '192.168.10.5:8791' }),
  });
  await goTo(desk, '/routers/1');
  await desk.reload();
  await goTo(desk, '/routers/1?tab=page');
  await desk.getByRole('button', { name: /^Tulis \d+ perubahan$/ }).click();
  await expect(desk.getByTestId('page-done')).toContainText('Router sendiri menyatakan');
  await expectAccessible(desk);
  expect((await office.api<{ done: boolean }>('/routers/1/isolation-page')).done).toBe(true);

  await desk.getByRole('button', { name: 'Ambil lagi…' }).click();
  await desk.getByRole('button', { name: /^Ambil \d+ baris$/ }).click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Ambil \d+ baris$/ })
    .click();
  await expect(desk.getByTestId('page-done')).toContainText('sudah diambil dari router');
  expect((await office.api<{ done: boolean }>('/routers/1/isolation-page')).done).toBe(false);
});

test('what flows through a line is said in words beside the graph', async ({ desk, office }) => {
  const { items } = await office.api<{ items: { id: number }[] }>('/customers?limit=1');
  await goTo(desk, `/customers/${items[0]?.id ?? 0}`);
  const panel = desk.getByTestId('traffic');
  await expect(panel).toContainText(/\d+(,\d)? [kMG]?bps/);
  await expect(panel.locator('svg')).toBeVisible();
  await desk.emulateMedia({ reducedMotion: 'reduce' });
  await expect(panel.locator('svg')).toHaveCount(0);
  await expect(panel).toContainText(/\d+(,\d)? [kMG]?bps/);
});
