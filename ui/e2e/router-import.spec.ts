/** An existing router becomes customers: what is open is asked, what was decided is taken in, and undone. */
import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';
import { atRouter } from './router';

test.use({ story: 'router-import' });

interface Line {
  customer_id: number;
  pppoe_username: string | null;
  package: { code: string; price: number } | null;
  override: { verdict: string } | null;
}

test('lines of the router become customers, with a price asked for and a closed line kept closed', async ({
  desk,
  office,
}) => {
  const secret = (name: string, comment: string, more: string[] = []) =>
    atRouter(office.router, [
      '/ppp/secret/add',
      `=name=${name}`,
      '=password=rahasia',
      '=service=pppoe',
      '=profile=20M-lama',
      `=comment=${comment}`,
      ...more,
    ]);
  await atRouter(office.router, ['/ppp/profile/add', '=name=20M-lama', '=rate-limit=10M/20M']);
  await secret('lama-1', 'Sutrisno Kebon Jeruk 081234567801');
  await secret('lama-2', 'Wahyuningsih 081234567802', ['=disabled=yes']);
  await secret('lama-3', 'Jangan ikut');
  const before = (await office.api<{ total: number }>('/customers?limit=1')).total;

  await goTo(desk, '/routers/1?tab=import');
  await desk.getByRole('button', { name: 'Baca router' }).click();
  await desk.getByRole('tab', { name: /Pelanggan baru/ }).click();
  await expect(desk.getByRole('gridcell', { name: /^lama-1/ })).toBeVisible();
  await expectAccessible(desk);
  expect((await office.api<{ total: number }>('/customers?limit=1')).total, 'a look keeps nothing').toBe(
    before,
  );

  // One line is left out together with whatever else is selected.
  await desk.getByRole('checkbox', { name: 'Pilih lama-3' }).click();
  await desk.getByRole('button', { name: 'Biarkan 1 jalur' }).click();
  await expect(desk.getByRole('gridcell', { name: /^lama-3/ })).toHaveCount(0);

  // A name is mended by keyboard in the dialog of the line.
  await desk.getByRole('gridcell', { name: /^lama-1/ }).click();
  const dialog = desk.getByRole('dialog');
  await expectAccessible(desk);
  await dialog.getByLabel(/^Nama/).fill('Sutrisno Wibowo');
  await desk.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(desk.getByRole('gridcell', { name: 'Sutrisno Wibowo' })).toBeVisible();

  // No router knows a price: until it is there, nothing can be taken in.
  const take = desk.getByRole('button', { name: 'Impor 2 jalur' });
  await expect(take).toBeDisabled();
  await desk
    .getByTestId('line-group')
    .getByLabel(/Harga per bulan/)
    .fill('175000');
  await take.click();
  await expect(desk.getByTestId('lines-taken')).toContainText('2 pelanggan baru');

  const { items } = await office.api<{ items: (Line & { id: number })[] }>(
    '/customers?search=lama-&limit=10',
  );
  const taken = await Promise.all(
    items.map((row) => office.api<Line & { name: string }>(`/customers/${row.id}`)),
  );
  expect(taken.map((line) => line.pppoe_username).sort()).toEqual(['lama-1', 'lama-2']);
  expect(taken.find((line) => line.pppoe_username === 'lama-1')).toMatchObject({
    name: 'Sutrisno Wibowo',
    package: { price: 175_000 },
    override: null,
  });
  expect(taken.find((line) => line.pppoe_username === 'lama-2')?.override?.verdict).toBe('closed');

  await desk.getByRole('link', { name: 'Lihat atau batalkan impor' }).click();
  await desk.getByRole('button', { name: 'Batalkan impor' }).first().click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Batalkan impor' }).click();
  await expect(desk.getByRole('dialog')).toBeHidden();
  await expect
    .poll(async () => (await office.api<{ total: number }>('/customers?search=lama-1&limit=1')).total)
    .toBe(0);
});

test('a line that changed on the router since the look is refused at its row, and nothing is kept', async ({
  desk,
  office,
}) => {
  await atRouter(office.router, [
    '/ppp/secret/add',
    '=name=ubah-1',
    '=password=rahasia',
    '=service=pppoe',
    '=profile=pkg-hemat',
    '=comment=Pak Ubah',
  ]);
  await goTo(desk, '/routers/1?tab=import');
  await desk.getByRole('button', { name: 'Baca router' }).click();
  await desk.getByRole('tab', { name: /Pelanggan baru/ }).click();
  await desk.getByRole('checkbox', { name: /^Pilih semua/ }).click();
  await desk.getByRole('checkbox', { name: 'Pilih ubah-1' }).click();
  await desk.getByRole('button', { name: /^Biarkan/ }).click();
  await atRouter(office.router, ['/ppp/secret/set', '=numbers=ubah-1', '=profile=pkg-usaha']);

  await desk.getByRole('button', { name: 'Impor 1 jalur' }).click();
  await expect(desk.getByRole('alert')).toContainText('router_lines_changed');
  await desk.getByRole('tab', { name: /Ditolak/ }).click();
  await expect(desk.getByRole('gridcell', { name: /^ubah-1/ })).toBeVisible();
  expect((await office.api<{ total: number }>('/customers?search=ubah-1&limit=1')).total).toBe(0);
});
