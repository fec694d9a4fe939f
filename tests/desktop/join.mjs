#!/usr/bin/env node
// A further desk, as its clerk lets it in: the window of a first start, the server's address and a one-time code typed in, and
// the program starts again in the office that the other desk has.
//
// usage: with-cluster with-keyring xvfb-run -a join.mjs PROGRAM [--pictures DIR]     (see driven.mjs)

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ended, field, openWindow, ran, running, startedAgain, wanted } from './driven.mjs';

const { program, pictures } = wanted('join.mjs');
const cluster = process.env.SAMBUNG_TEST_POSTGRES;
let place, address, data, code, opened;

/** A command at the first desk, whose secrets are in a file: the keyring is the joining desk's. */
const firstDesk = (args, input) =>
  ran(program, args, {
    input,
    env: {
      SAMBUNG_DATA_DIR: join(place, 'first'),
      SAMBUNG_DATABASE_URL: address,
      SAMBUNG_SECRETS: 'file',
      SAMBUNG_PASSPHRASE: 'sandi untuk uji',
    },
  });
/** Whether another desk works in the office. */
const isJoined = () => JSON.parse(firstDesk(['desk', 'list'])).desks.some((desk) => desk.is_present && !desk.is_this);

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
  opened = await openWindow(program, place, ['--data-dir', data], { pictures });
});

after(async () => {
  if (!cluster) return;
  await opened?.close({ ended: true });
  await ended(program, data);
  await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const options = { skip: !cluster && 'SAMBUNG_TEST_POSTGRES is not set' };

test('a first start offers to join, and says what is wrong beside the field', options, async () => {
  const { picture, pressed, said, written } = opened;
  await said('Sudah punya kantor');
  await picture('first-start');
  await pressed('Gabung ke kantor di server');
  await picture('join');
  await written('Alamat server', 'mysql://10.0.0.2/kantor');
  await written('Kode', code);
  await pressed('Gabung ke kantor');
  await said('Alamat server harus berawalan postgres://');
  await picture('join-address');
  await written('Alamat server', address.replace(/join_\d+/, '$&_empty'));
  await pressed('Gabung ke kantor');
  await said('Tidak ada kantor di');
  await picture('join-no-office');
  await written('Alamat server', 'postgres://kantor:rahasia@127.0.0.1:1/kantor');
  await pressed('Gabung ke kantor');
  await said('Server tidak terjangkau');
  await picture('join-unreachable');
  await written('Alamat server', address);
  await written('Kode', '0000-0000-0000-0000');
  await pressed('Gabung ke kantor');
  await said('Kode pasangan salah');
  await picture('join-code');
});

test('the right code brings the window back in the office that was joined', options, async () => {
  const before = await running(program, data);
  await opened.written('Kode', code);
  await opened.left('Gabung ke kantor');
  await startedAgain(opened, program, data, before, isJoined);
  opened = await openWindow(program, place, ['--data-dir', data], { pictures });
  await opened.seen(field('Nama pengguna'));
  assert.match(await readFile(join(data, 'office-on-server.txt'), 'utf8'), /^postgresql /);
});

test('whoever has an account in the office can log in at the further desk', options, async () => {
  await opened.written('Nama pengguna', 'pemilik');
  await opened.written('Kata sandi', 'kata sandi panjang');
  await opened.pressed('Masuk');
  await opened.said('Beranda');
  const { items } = await opened.ask('GET', '/api/v1/staff');
  assert.deepEqual(items.map(({ name }) => name), ['pemilik']);
});
