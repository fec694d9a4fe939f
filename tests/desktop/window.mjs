#!/usr/bin/env node
// The real window under WebDriver, with nothing between it and the program but WebKit: log in to a training office,
// find a closed line, take the payment by keyboard, and see the line open because the simulated router said so.
//
// usage: with-keyring xvfb-run -a window.mjs PROGRAM [--pictures DIR]     (see driven.mjs)

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { By, Key } from 'selenium-webdriver';

import { awaited, field, openWindow, wanted } from './driven.mjs';

const { program, pictures } = wanted('window.mjs');
let place, opened, window, seen, typed, ask, picture;

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'sambung-window-'));
  const office = ['training', '--customers', '300', '--data-dir', join(place, 'office')];
  opened = await openWindow(program, place, office, { pictures });
  ({ window, seen, typed, ask, picture } = opened);
});

after(async () => {
  await opened?.close({ ended: Boolean(process.exitCode) });
  if (place) await rm(place, { recursive: true, force: true });
});

test('the login screen of a training office says who may enter, and lets them in', async () => {
  const notice = await seen(By.xpath('//*[contains(text(), "Ini kantor latihan")]'));
  await picture('window-login');
  const [, user, password] = /sebagai (\S+) dengan kata sandi (\S+)\./.exec(await notice.getText()) ?? [];
  await (await seen(field('Nama pengguna'))).sendKeys(user);
  await (await seen(field('Kata sandi'))).sendKeys(password, Key.ENTER);
  await seen(By.xpath('//h1[normalize-space(.) = "Beranda"]'));
  await picture('window-dashboard');
});

test('a payment at the counter opens a closed line, and the screen says so when the router has', async () => {
  const isolated = () => ask('GET', '/api/v1/customers?status=isolated&limit=1');
  if ((await isolated()).total === 0) await ask('POST', '/api/v1/isolation/apply', { strike: [], confirm: true });
  const number = await awaited('a line is closed', async () => (await isolated()).items[0]?.customer_no);
  await window.executeScript("location.hash = '#/customers?status=isolated'");
  await awaited('the list shows it', async () => (await window.executeScript('return document.body.innerText')).includes(number));
  await picture('window-customers');

  await typed(Key.F2);
  await seen(By.css('[role="dialog"] [role="combobox"]'));
  await typed(number, Key.ENTER);
  const amount = await seen(field('Jumlah dibayar'));
  await awaited('the amount due stands in the form, ready for Enter', async () => {
    const focused = await window.executeScript('return document.activeElement === arguments[0]', amount);
    return focused && Number((await amount.getAttribute('value')).replaceAll(/\D/g, '')) > 0;
  });
  await picture('window-payment');
  await typed(Key.ENTER);

  const line = await seen(By.css('[data-testid="line"]'));
  await awaited('the line is open', async () => (await line.getAttribute('data-state')) === 'open');
  await picture('window-line-open');
});

test('the page can reach nothing of the program but its own commands', async () => {
  const refused = await window.executeAsyncScript((done) => {
    globalThis.__TAURI_INTERNALS__
      .invoke('plugin:opener|open_path', { path: '/etc/passwd' })
      .then(() => done('opened'), (error) => done(String(error)));
  });
  assert.match(refused, /not allowed/);
});

test('a request that is no frame is refused with a code', async () => {
  const refused = await window.executeAsyncScript((done) => {
    globalThis.__TAURI_INTERNALS__.invoke('api', new Uint8Array([0, 0])).then(done, (error) => done(error.code));
  });
  assert.equal(refused, 'request_unreadable');
});

test('the content policy lets no script in that the program did not bring', async () => {
  const ran = await window.executeScript(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.smuggled = true';
    document.head.append(script);
    return globalThis.smuggled === true;
  });
  assert.equal(ran, false);
});
