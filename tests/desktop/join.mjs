#!/usr/bin/env node
// A further desk, as its clerk lets it in: the window of a first start, the server's address and a one-time code typed in, and
// the program starts again in the office that the other desk has.
//
// usage: with-cluster with-keyring xvfb-run -a join.mjs PROGRAM     (see driven.mjs)

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { By } from 'selenium-webdriver';

import { awaited, field, openWindow } from './driven.mjs';

const [program] = process.argv.slice(2);
if (!program) {
  console.error('usage: join.mjs PROGRAM');
  process.exit(2);
}
const cluster = process.env.SAMBUNG_TEST_POSTGRES;
let place, address, data, code, opened;

function ran(command, args, { input = '', env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'id_ID.UTF-8', ...env },
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** A command at the first desk, whose secrets are in a file: the keyring is the joining desk's. */
const firstDesk = (args, input) =>
  ran(resolve(program), args, {
    input,
    env: {
      SAMBUNG_DATA_DIR: join(place, 'first'),
      SAMBUNG_DATABASE_URL: address,
      SAMBUNG_SECRETS: 'file',
      SAMBUNG_PASSPHRASE: 'sandi untuk uji',
    },
  });

/** The processes of the program that have the joining desk's folder open. */
async function running() {
  const found = [];
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    try {
      const words = (await readFile(`/proc/${id}/cmdline`, 'utf8')).split('\0');
      if ((await readlink(`/proc/${id}/exe`)) === resolve(program) && words.includes(data)) found.push(Number(id));
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return found;
}

before(async () => {
  if (!cluster) return;
  place = await mkdtemp(join(tmpdir(), 'sambung-join-'));
  data = join(place, 'further');
  await mkdir(join(place, 'first'));
  const database = `join_${process.pid}`;
  const [server, options = ''] = cluster.split('?');
  const url = (name) => `${server.replace(/\/$/, '')}/${name}${options && `?${options}`}`;
  ran('psql', [url('postgres'), '-qc', `CREATE DATABASE ${database}`]);
  ran('psql', [url('postgres'), '-qc', `CREATE DATABASE ${database}_empty`]);
  address = url(database);
  firstDesk(['user', 'add', 'pemilik', '--role', 'owner'], 'kata sandi panjang\n');
  code = firstDesk(['desk', 'pair']);
  opened = await openWindow(program, place, '--data-dir', data);
});

after(async () => {
  for (const id of cluster ? await running() : []) process.kill(id, 'SIGTERM');
  await opened?.close({ ended: true });
  if (place) await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const options = { skip: !cluster && 'SAMBUNG_TEST_POSTGRES is not set' };
const pressed = async (label) => (await opened.seen(By.xpath(`//button[normalize-space(.) = "${label}"]`))).click();
const said = (text) => awaited(text, async () => (await opened.window.executeScript('return document.body.innerText')).includes(text));

async function write(label, text) {
  const input = await opened.seen(field(label));
  await input.clear();
  await input.sendKeys(text);
}

test('a first start offers to join, and says what is wrong beside the field', options, async () => {
  await pressed('Gabung');
  await write('Alamat server', 'mysql://10.0.0.2/kantor');
  await write('Kode', code);
  await pressed('Gabung ke kantor');
  await said('harus berawalan postgres://');
  await write('Alamat server', address.replace(/join_\d+/, '$&_empty'));
  await pressed('Gabung ke kantor');
  await said('Tidak ada kantor di');
  await write('Alamat server', address);
  await write('Kode', '0000-0000-0000-0000');
  await pressed('Gabung ke kantor');
  await said('Kode pasangan salah');
});

test('the right code brings the window back in the office that was joined', options, async () => {
  const [before] = await running();
  await write('Kode', code);
  await pressed('Gabung ke kantor');
  const [again] = await awaited('the program starts again', async () => {
    const now = await running();
    return now.length > 0 && !now.includes(before) && now;
  });
  await opened.close({ ended: true });
  // The one that started again is nobody's to drive; the next start is.
  process.kill(again, 'SIGTERM');
  await awaited('it quits', async () => (await running()).length === 0);
  opened = await openWindow(program, place, '--data-dir', data);
  await opened.seen(field('Nama pengguna'));
  const desks = JSON.stringify(firstDesk(['desk', 'list']));
  assert.ok(desks.includes('is_present'), desks);
  assert.match(await readFile(join(data, 'office-on-server.txt'), 'utf8'), /^postgresql /);
});
