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
  await desk.getByLabel('Alamat untuk jalur yang ditutup').fill('10.77.1.0/33');
  await desk.getByRole('button', { name: 'Lihat lagi' }).click();
  await expect(desk.getByRole('alert').first()).toBeVisible();
  await expect(desk.getByLabel('Alamat untuk jalur yang ditutup')).toHaveValue('10.77.1.0/33');
  await desk.getByLabel('Alamat untuk jalur yang ditutup').fill('');
  await desk.getByRole('button', { name: 'Lihat lagi' }).click();
  await expect(desk.getByRole('alert')).toHaveCount(0);
  await desk.getByRole('button', { name: /^Tulis \d+ perubahan$/ }).click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Tulis \d+ perubahan$/ })
    .click();
  await expect(desk.getByTestId('page-done')).toContainText('Router sendiri menyatakan');
  await expect(desk.getByTestId('page-counts')).toHaveText(/^\d+ baris, semuanya sudah ada$/);
  await expectAccessible(desk);
  expect((await office.api<{ done: boolean }>('/routers/1/isolation-page')).done).toBe(true);

  await desk.getByRole('button', { name: 'Cabut dari router…' }).click();
  await desk.getByRole('button', { name: /^Cabut \d+ baris$/ }).click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Cabut \d+ baris$/ })
    .click();
  await expect(desk.getByTestId('page-done')).toContainText('sudah dicabut dari router');
  expect((await office.api<{ done: boolean }>('/routers/1/isolation-page')).done).toBe(false);
});

test('a removal says which rule stays while a line is closed by it', async ({ desk, office }) => {
  await office.api('/settings', {
    method: 'PATCH',
    body: JSON.stringify({ 'isolation_page.address': '192.168.10.5:8791' }),
  });
  await office.api('/routers/1', {
    method: 'PATCH',
    body: JSON.stringify({ static_isolation: 'address_list' }),
  });
  await office.api('/routers/1/isolation-page', { method: 'POST', body: '{}' });
  await atRouter(office.router, [
    '/ip/firewall/address-list/add',
    '=list=sambung-isolated',
    '=address=10.99.0.9',
  ]);
  await goTo(desk, '/routers/1?tab=page');
  await desk.getByRole('button', { name: 'Cabut dari router…' }).click();
  await expect(desk.getByText(/^1 jalur di router ini hanya ditutup lewat daftar alamat/)).toBeVisible();
  await expect(desk.getByRole('gridcell', { name: /^Tetap ada: 1 jalur masih ditutup/ })).toBeVisible();
  await expect(desk.getByTestId('page-counts')).toHaveText(/baris akan dicabut, 1 tetap$/);
  await desk.getByRole('button', { name: /^Cabut \d+ baris$/ }).click();
  await desk
    .getByRole('dialog')
    .getByRole('button', { name: /^Cabut \d+ baris$/ })
    .click();
  await expect(desk.getByTestId('page-done')).toContainText('Aturan yang masih menutup jalur tetap ada');
  await expect(desk.getByTestId('page-counts')).toHaveText('1 baris tetap, karena masih menutup jalur');
  await expectAccessible(desk);

  // Whoever comes back can still take that rule off, and sees that it stays for now.
  await goTo(desk, '/routers/1');
  await goTo(desk, '/routers/1?tab=page');
  await desk.getByRole('button', { name: 'Cabut dari router…' }).click();
  await expect(desk.getByText('Yang tetap hanya aturan yang menutup jalur.')).toBeVisible();
  await expect(desk.getByRole('button', { name: /^Cabut \d+ baris$/ })).toBeDisabled();
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

test('a dozen routers that cannot be read are one notice, and the table keeps its height', async ({
  desk,
  office,
}) => {
  for (let n = 1; n <= 12; n += 1) {
    await office.api('/routers', {
      method: 'POST',
      body: JSON.stringify({
        name: `Mati ${n}`,
        host: `127.0.1.${n}`,
        port: 9,
        tls: n % 2 === 0,
        username: 'sambung',
        password: 'tidak-dipakai',
        timeout_ms: 1000,
        attempts: 1,
      }),
    });
  }
  for (const path of ['/routers/compare', '/leaks']) {
    await goTo(desk, path);
    const unread = desk.getByTestId('unread-routers');
    await expect(unread).toContainText('12 router tidak bisa dibaca');
    await unread.locator('summary').click();
    await expect(unread.getByRole('link', { name: 'Mati 12', exact: true })).toBeAttached();
    if (path === '/leaks') await desk.getByRole('tab', { name: /Per router/ }).click();
    await expect
      .poll(async () => (await desk.getByRole('grid').boundingBox())?.height ?? 0)
      .toBeGreaterThan(200);
    await expectAccessible(desk);
  }
  await expect(desk.getByText('Hanya dari 1 router yang terbaca; 12 tidak terbaca.').first()).toBeVisible();
  await goTo(desk, '/routers/3');
  await expect(desk.getByText('TLS, sertifikat belum dikenal')).toBeVisible();
});
