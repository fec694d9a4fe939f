/** Nobody is offered what their role cannot do; what they are offered works. */
import type { Page } from '@playwright/test';

import { expect, goTo, logIn, test, type Office } from './office';

test.use({ story: 'roles' });

const PASSWORD = 'kata-sandi-uji-7';

async function as(page: Page, office: Office, role: string): Promise<void> {
  await office.api('/staff', {
    method: 'POST',
    body: JSON.stringify({ name: `uji-${role}`, role, password: PASSWORD }),
  });
  await logIn(page, { ...office, user: `uji-${role}`, password: PASSWORD });
}

const button = (page: Page, name: string | RegExp) =>
  page.locator('main').getByRole('button', { name }).or(page.locator('main').getByRole('link', { name }));

async function customer(office: Office): Promise<number> {
  const { items } = await office.api<{ items: { id: number }[] }>('/customers?limit=1');
  if (!items[0]) throw new Error('the training office has no customer');
  return items[0].id;
}

test('a cashier takes money and is offered nothing else', async ({ page, office }) => {
  await as(page, office, 'cashier');
  const menu = page.getByRole('navigation', { name: 'Menu utama' });
  await expect(menu.getByRole('link', { name: 'Pembayaran' })).toBeVisible();
  await expect(menu.getByRole('link', { name: 'Catatan' })).toHaveCount(0);

  await goTo(page, `/customers/${await customer(office)}`);
  await expect(button(page, 'Terima pembayaran')).toBeVisible();
  await expect(button(page, 'Tindakan')).toHaveCount(0);
  await expect(button(page, /^Ubah/)).toHaveCount(0);

  for (const [path, name] of [
    ['/customers', /Pelanggan baru|Impor/],
    ['/invoices', 'Buat tagihan bulanan'],
    ['/isolation', /^Jalankan/],
    ['/packages', /Paket baru/],
    ['/areas', /Wilayah baru/],
    ['/routers', /Router baru/],
    ['/schedule', /Jalankan sekarang|Jeda/],
    ['/settings', 'Simpan'],
    ['/settings/staff', /Pengguna baru/],
  ] as const) {
    await goTo(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText('Memuat…')).toHaveCount(0);
    await expect(page.getByRole('alert'), `${path} shows an error`).toHaveCount(0);
    await expect(button(page, name), `${path} offers ${name}`).toHaveCount(0);
  }
});

test('an address that the menu does not offer is no way in', async ({ page, office }) => {
  await logIn(page, { ...office, user: 'uji-cashier', password: PASSWORD });
  const id = await customer(office);
  for (const path of [
    '/customers/new',
    '/customers/import',
    `/customers/${id}/edit`,
    '/log',
    '/routers/1/repair',
  ]) {
    await goTo(page, path);
    await expect(page.getByRole('heading', { level: 1 }), path).toHaveText('Bukan bagian peran Anda');
  }
  await goTo(page, `/customers/${id}`);
  await expect(button(page, 'Terima pembayaran')).toBeVisible();
});

test('a technician changes lines and takes no money', async ({ page, office }) => {
  await as(page, office, 'technician');
  await goTo(page, `/customers/${await customer(office)}`);
  await expect(button(page, 'Tindakan')).toBeVisible();
  await expect(button(page, /^Ubah/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Terima pembayaran' })).toHaveCount(0);
  await page.keyboard.press('F2');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option', { name: 'Pelanggan baru' })).toBeVisible();
  await expect(page.getByRole('option', { name: /Terima pembayaran/ })).toHaveCount(0);
});
