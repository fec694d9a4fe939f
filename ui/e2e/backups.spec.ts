/** Backups by button: a folder, a passphrase, a file that was put back to see whether it can be; and what the first screen says. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expectAccessible } from './axe';
import { expect, goTo, test } from './office';

test.use({ story: 'backups' });

test('a backup is made, rehearsed, and called damaged when it is', async ({ desk }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sambung-cadangan-'));
  try {
    await goTo(desk, '/settings/backups');
    const make = desk.getByRole('button', { name: 'Cadangkan sekarang' });
    await expect(make).toBeDisabled();
    await expect(desk.getByText('belum punya kata sandi cadangan')).toBeVisible();
    await expectAccessible(desk);

    await desk.getByLabel('Folder cadangan').fill(join(folder, 'tidak-ada'));
    await desk.getByRole('button', { name: 'Simpan' }).first().click();
    await expect(desk.getByText('Folder ini tidak ada').first()).toBeVisible();
    await desk.getByLabel('Folder cadangan').fill(folder);
    await desk.getByRole('button', { name: 'Simpan' }).first().click();
    await expect(desk.getByText('Folder ini tidak ada')).toHaveCount(0);

    await desk.getByLabel('Kata sandi baru').fill('sapi makan rumput');
    await desk.getByLabel('Ulangi kata sandi').fill('sapi makan daun');
    await desk.getByRole('button', { name: 'Simpan' }).last().click();
    await expect(desk.getByText('Tidak sama dengan yang pertama')).toBeVisible();
    await desk.getByLabel('Ulangi kata sandi').fill('sapi makan rumput');
    await desk.getByRole('button', { name: 'Simpan' }).last().click();
    await expect(desk.getByText('tersimpan di komputer')).toBeVisible();

    await make.click();
    await expect(desk.getByText('Teruji', { exact: true })).toBeVisible({ timeout: 30_000 });
    const files = await readdir(folder);
    expect(files).toHaveLength(1);
    const file = join(folder, files[0] ?? '');
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    await expectAccessible(desk);
    await goTo(desk, '/');
    await expect(desk.getByTestId('backup-fresh')).toContainText('Cadangan terakhir yang teruji');

    // A bad sector on the stick.
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await goTo(desk, '/settings/backups');
    await desk.getByRole('button', { name: 'Uji lagi' }).click();
    await expect(desk.getByText('terpotong atau berubah')).toBeVisible({ timeout: 30_000 });
    await goTo(desk, '/');
    await expect(desk.getByTestId('backup-warning')).toContainText('Cadangan terakhir gagal');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
