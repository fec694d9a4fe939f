#!/usr/bin/env node
// A backup put back from the window, as an owner does it who has no terminal: the file is checked and shown, a yes starts the
// program again with it, and what was replaced is kept. In the settings of an office, and in the window of a first start.
//
// usage: with-keyring xvfb-run -a restore.mjs PROGRAM [--pictures DIR]     (see driven.mjs)

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { By } from 'selenium-webdriver';

import { awaited, ended, field, openWindow, ran, running, startedAgain, wanted } from './driven.mjs';

const { program, pictures } = wanted('restore.mjs');
const PASSPHRASE = 'sandi cadangan yang panjang';
let place, data, elsewhere, plain, sealed, opened;

const sambung = (folder, args, input) => ran(program, ['--data-dir', folder, ...args], { input });
const open = (folder, ...further) => openWindow(program, place, ['--data-dir', folder, ...further], { pictures });
const keptIn = async (folder) => (await readdir(folder)).filter((name) => name.startsWith('before-restore-'));
/** Whether a backup was put in place for the first time. */
const isRestored = async (folder) =>
  (await keptIn(folder)).length === 1 && !(await readdir(folder)).includes('restore-next.sqlite');

/** How many customers there are in a file, and what it is called. */
const held = (folder, file) => JSON.parse(sambung(folder, ['restore', '--show', file])).backup;

/** How many customers the office of this folder has. */
async function customers(folder) {
  const file = join(place, `count-${process.hrtime.bigint()}.sqlite`);
  return JSON.parse(sambung(folder, ['backup', file])).holds.customers;
}

async function imported(name) {
  const file = join(place, `${name}.csv`);
  await writeFile(file, `Nama,Paket,Tipe,Username PPPoE,Password PPPoE,Hutang\n${name},HEMAT,pppoe,${name},rahasia,200000\n`);
  sambung(data, ['import', 'customers', file]);
}

async function loggedIn(name) {
  await opened.written('Nama pengguna', name);
  await opened.written('Kata sandi', 'kata sandi panjang');
  await opened.pressed('Masuk');
  await awaited('a session', () => opened.window.executeScript("return sessionStorage.getItem('sambung.token')"));
}

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'sambung-restore-'));
  [data, elsewhere] = [join(place, 'office'), join(place, 'elsewhere')];
  [plain, sealed] = [join(place, 'cadangan.sqlite'), join(place, 'cadangan.tar.zst.age')];
  sambung(data, ['user', 'add', 'pemilik', '--role', 'owner'], 'kata sandi panjang\n');
  sambung(data, ['user', 'add', 'kasir', '--role', 'cashier'], 'kata sandi panjang\n');
  const rate = ['--download', '10240', '--upload', '5120', '--price', '110.000'];
  sambung(data, ['package', 'add', 'HEMAT', '--name', 'Hemat 10 Mbps', ...rate]);
  await imported('Budi');
  sambung(data, ['payment', 'take', 'PLG-00001', '--amount', '150.000']);
  opened = await open(data);
});

after(async () => {
  await opened?.close({ ended: true });
  for (const folder of [data, elsewhere]) if (folder) await ended(program, folder);
  if (place) await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test('a file that is no backup, or not there, is said beside the field', async () => {
  const { ask, window, pressed, written, said, picture } = opened;
  await loggedIn('pemilik');
  await ask('PATCH', '/api/v1/settings', { 'office.name': 'Sinar Desa Net' });
  sambung(data, ['backup', plain]);
  sambung(data, ['backup', sealed, '--encrypt'], `${PASSPHRASE}\n`);
  await imported('Siti');
  await window.executeScript("location.hash = '#/settings/backups'");
  const button = await opened.seen(By.xpath('//button[normalize-space(.) = "Pulihkan…"]'));
  await picture('settings-backups');
  await window.executeScript('arguments[0].scrollIntoView({ block: "center" })', button);
  await picture('settings-backups-below');
  await pressed('Pulihkan…');
  await picture('restore-file');
  const nothing = join(place, 'catatan.txt');
  await writeFile(nothing, 'bukan cadangan '.repeat(500));
  await written('Berkas cadangan', nothing);
  await pressed('Periksa cadangan');
  await said('bukan cadangan Sambung');
  await picture('restore-no-backup');
  await written('Berkas cadangan', join(place, 'tidak-ada.sqlite'));
  await pressed('Periksa cadangan');
  await said('tidak ada. Periksa nama dan foldernya');
});

/** What the dialog says that the backup holds. */
const shown = () =>
  opened.window.executeScript(() =>
    Object.fromEntries(
      [...document.querySelectorAll('[role="dialog"] dt')].map((name) => [name.innerText, name.nextElementSibling.innerText]),
    ),
  );

test('a backup of the list is opened with the passphrase that this computer keeps', async () => {
  const { ask, window, pressed, seen, said, picture } = opened;
  await pressed('Kembali');
  const folder = join(place, 'cadangan');
  await mkdir(folder);
  await ask('PATCH', '/api/v1/settings', { 'backup.folder': folder });
  await ask('PUT', '/api/v1/backups/passphrase', { passphrase: PASSPHRASE });
  // The page asks anew for what was changed behind its back.
  await window.navigate().refresh();
  await awaited('a backup can be made', async () => {
    await (await window.findElement(By.xpath('//button[normalize-space(.) = "Cadangkan sekarang" and not(@disabled)]'))).click();
    return true;
  });
  const row = await seen(By.xpath('//li//button[contains(normalize-space(.), "Pulihkan…") and not(@disabled)]'));
  await window.executeScript('arguments[0].scrollIntoView({ block: "center" })', row);
  await picture('settings-backups-list');
  await row.click();
  await pressed('Periksa cadangan');
  await said('Cadangan ini utuh');
  assert.equal((await shown()).Pelanggan, '2');
  await pressed('Kembali');
});

test('a backup is checked and what it holds is shown, and nothing has changed by then', async () => {
  const { pressed, written, said, picture } = opened;
  await written('Berkas cadangan', plain);
  await pressed('Periksa cadangan');
  await said('Cadangan ini utuh');
  await picture('restore-checked');
  const facts = await shown();
  assert.equal(facts.Kantor, 'Sinar Desa Net');
  assert.deepEqual([facts.Pelanggan, facts.Tagihan, facts.Pembayaran], ['1', '1', '1']);
  assert.equal(await customers(data), 2);
  assert.deepEqual(await keptIn(data), []);
});

test('a yes starts the program again with the backup in place, and what it replaced is kept', async () => {
  const before = await running(program, data);
  await opened.left('Pulihkan sekarang');
  await startedAgain(opened, program, data, before, () => isRestored(data));
  assert.equal(await customers(data), 1);
  const [kept] = await keptIn(data);
  assert.equal(held(data, join(data, kept)).holds.customers, 2);
  assert.equal(JSON.parse(sambung(data, ['verify'])).ok, true);
});

test('what somebody said yes to waits for the next start, and the login page says that it was done', async () => {
  // As when the machine went dark between the yes and the start.
  await imported('Tono');
  await copyFile(plain, join(data, 'restore-next.sqlite'));
  // The window is shown also where the session had started the program, in the tray.
  opened = await open(data, '--tray');
  await opened.said('Cadangan sudah dipulihkan');
  await opened.said(join(data, 'before-restore-'));
  await opened.picture('login-restored');
  await loggedIn('kasir');
  assert.equal((await opened.ask('GET', '/api/v1/customers')).total, 1);
  assert.equal((await keptIn(data)).length, 2);
});

test('a cashier is not offered it, and refused without it being offered', async () => {
  const { window, invoked } = opened;
  await window.executeScript("location.hash = '#/settings/backups'");
  await opened.said('Tidak diizinkan');
  await opened.picture('settings-backups-cashier');
  const offered = await window.findElements(By.xpath('//button[contains(normalize-space(.), "Pulihkan")]'));
  assert.equal(offered.length, 0);
  const token = await window.executeScript("return sessionStorage.getItem('sambung.token')");
  assert.ok(token);
  for (const headers of [{ authorization: `Bearer ${token}` }, {}]) {
    const check = { backup: { file: plain, passphrase: null, language: 'id' }, headers };
    const checked = await invoked('check_backup', check);
    assert.equal(checked.refusal?.code, 'forbidden', JSON.stringify(checked));
    assert.match(checked.refusal.message, /^Hanya yang boleh/);
    const put = await invoked('restore_backup', { language: 'en', headers });
    assert.equal(put.refusal?.code, 'forbidden', JSON.stringify(put));
    assert.match(put.refusal.message, /^Only who may/);
  }
  assert.ok(!(await readdir(data)).includes('restore-next.sqlite'));
  await opened.close();
  await ended(program, data);
});

test('a first start opens an encrypted backup with its passphrase', async () => {
  opened = await open(elsewhere);
  const { pressed, written, said, seen, picture } = opened;
  await pressed('Pulihkan dari cadangan');
  await written('Berkas cadangan', sealed);
  await pressed('Periksa cadangan');
  await seen(field('Kata sandi cadangan'));
  await said('Cadangan ini terkunci');
  await picture('restore-passphrase');
  await written('Kata sandi cadangan', 'bukan sandinya sama sekali');
  await pressed('Periksa cadangan');
  await said('tidak membuka cadangan');
  await picture('restore-passphrase-wrong');
  await written('Kata sandi cadangan', PASSPHRASE);
  await pressed('Periksa cadangan');
  await said('Cadangan ini utuh');
  await said('Sinar Desa Net');
  await picture('restore-checked-first');
  const before = await running(program, elsewhere);
  await opened.left('Pulihkan sekarang');
  await startedAgain(opened, program, elsewhere, before, () => isRestored(elsewhere));
  assert.equal(await customers(elsewhere), 1);
  opened = await open(elsewhere);
  await loggedIn('pemilik');
  assert.equal((await opened.ask('GET', '/api/v1/customers')).total, 1);
});
