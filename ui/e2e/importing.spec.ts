/** An office brings its list: every bad row is named before anything is saved, and it can be undone. */
import { expect, goTo, test } from './office';

test.use({ story: 'importing' });

interface PackageRow {
  code: string;
}

test('a file with bad rows: preview, good rows only, undo', async ({ desk, office }) => {
  const packages = await office.api<{ items: PackageRow[] }>('/packages');
  const code = packages.items[0]?.code;
  if (!code) throw new Error('the training office has no package');
  const before = (await office.api<{ total: number }>('/customers?limit=1')).total;

  const rows = [
    'Nama;No HP;Alamat;Paket;Username PPPoE',
    `Sutrisno Impor;0812-3456-7001;Jl. Baru 1;${code};impor-1`,
    `Wahyuningsih Impor;+62 812 3456 7002;Jl. Baru 2;${code};impor-2`,
    `Telepon Salah;08-xx;Jl. Baru 3;${code};impor-3`,
    'Paket Salah;081234567004;Jl. Baru 4;paket-yang-tidak-ada;impor-4',
    `Nama Ganda;081234567005;Jl. Baru 5;${code};impor-1`,
  ];
  await goTo(desk, '/customers/import');
  await desk.getByTestId('import-file').setInputFiles({
    name: 'pelanggan lama.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF${rows.join('\r\n')}\r\n`),
  });

  const problems = desk.getByRole('grid', { name: /Masalah di dalam berkas/ });
  await expect(problems).toBeInViewport({ ratio: 1 });
  await expect(problems.getByRole('gridcell', { name: '4', exact: true })).toBeVisible();
  await expect(problems.getByRole('gridcell', { name: '5', exact: true })).toBeVisible();
  expect((await office.api<{ total: number }>('/customers?limit=1')).total, 'a preview saves nothing').toBe(
    before,
  );

  await desk.getByRole('button', { name: /^Impor [\d.]+ baris yang baik$/ }).click();
  await expect(desk.getByTestId('import-result')).toBeVisible();
  const after = (await office.api<{ total: number }>('/customers?limit=1')).total;
  expect(after).toBeGreaterThan(before);

  await desk.getByRole('button', { name: 'Batalkan impor' }).first().click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Batalkan impor' }).click();
  await expect
    .poll(async () => (await office.api<{ total: number }>('/customers?limit=1')).total)
    .toBe(before);
});

test('a good file: what it adds up to is on the screen, and so is the button', async ({ desk, office }) => {
  const packages = await office.api<{ items: PackageRow[] }>('/packages');
  const code = packages.items[0]?.code ?? '';
  const rows = [
    'Nama;No HP;Alamat;Paket;Username PPPoE;Wilayah;Status;Hutang',
    `Sri Utang;081234567101;Jl. Lama 1;${code};utang-1;Wilayah Uji;Aktif;200.000`,
    `Tono Utang;081234567102;Jl. Lama 2;${code};utang-2;Wilayah Uji;Isolir;300.000`,
  ];
  await goTo(desk, '/customers/import');
  await desk.getByTestId('import-file').setInputFiles({
    name: 'utang.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(rows.join('\r\n')),
  });
  await expect(desk.getByTestId('import-debt')).toHaveText('Rp\u00a0500.000');
  await expect(desk.getByText('Wilayah Uji').first()).toBeVisible();
  await expect(desk.getByRole('columnheader').nth(1)).toHaveText('Status');
  await expect(desk.getByRole('button', { name: 'Impor semua 2 baris' })).toBeInViewport();
});

test('a picture is not a customer list', async ({ desk }) => {
  await goTo(desk, '/customers/import');
  await desk.getByTestId('import-file').setInputFiles({
    name: 'foto.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52,
    ]),
  });
  await expect(desk.getByRole('alert')).toBeVisible();
});
