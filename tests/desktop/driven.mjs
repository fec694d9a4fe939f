// A real window under WebDriver (tauri-driver in PATH, or in target/tools/bin), and what every test of one needs.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, readlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { Builder, By, Capabilities, until } from 'selenium-webdriver';

/** Until a thing that should happen counts as one that does not. */
export const PATIENCE = 60_000;
const root = resolve(import.meta.dirname, '../..');

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The program and where pictures go, from the command line of a test. */
export function wanted(name) {
  const [program, option, pictures] = process.argv.slice(2);
  if (!program || (option && (option !== '--pictures' || !pictures))) {
    throw new Error(`usage: ${name} PROGRAM [--pictures DIR]`);
  }
  return { program: resolve(program), pictures };
}

export async function awaited(what, happened) {
  const end = Date.now() + PATIENCE;
  let last;
  do {
    try {
      const answer = await happened();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((go) => setTimeout(go, 100));
  } while (Date.now() < end);
  assert.fail(`${what}: did not happen within ${PATIENCE / 1000} s${last ? ` (${last.message})` : ''}`);
}

/** The input with this label. */
export const field = (label) =>
  By.xpath(
    `//label[contains(normalize-space(.), "${label}")]//input | //input[@id = //label[contains(normalize-space(.), "${label}")]/@for]`,
  );

/** Runs a command to its good end, and gives what it printed. */
export function ran(command, args, { input = '', env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'id_ID.UTF-8', ...env },
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** The processes of the program that were started with this data folder. */
export async function running(program, data) {
  const found = [];
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    try {
      const words = (await readFile(`/proc/${id}/cmdline`, 'utf8')).split('\0');
      if ((await readlink(`/proc/${id}/exe`)) === program && words.includes(data)) found.push(Number(id));
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return found;
}

/** Whether a process has let go of everything; its name is gone before its locks are. */
async function isGone(id) {
  const told = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => ') X');
  return /\) [ZX]/.test(told);
}

/** Ends the program of this data folder, if it runs, as the end of a session does. */
export async function ended(program, data) {
  for (const id of await running(program, data)) {
    process.kill(id, 'SIGTERM');
    await awaited('the program ends', () => isGone(id));
  }
}

/**
 * Waits until the program of the window `opened`, which ran as `before`, has started again by itself, and until `isReady`. What
 * came back is nobody's to drive, so it is ended.
 */
export async function startedAgain(opened, program, data, before, isReady = () => true) {
  await awaited('the program starts again', async () => {
    const now = await running(program, data);
    const isAnother = now.length > 0 && now.every((id) => !before.includes(id));
    return isAnother && (await Promise.all(before.map(isGone))).every(Boolean) && isReady();
  });
  await opened.close({ ended: true });
  await ended(program, data);
}

/** Starts the program with these arguments in a window; its words go to `place`/log. */
export async function openWindow(program, place, args, { pictures } = {}) {
  // WebDriver starts a program without arguments of ours, and keeps what it prints.
  const start = join(place, 'sambung-driven');
  const words = args.map((arg) => `'${arg}'`).join(' ');
  await writeFile(start, `#!/bin/sh\nexec '${program}' ${words} 2>>'${place}/log'\n`);
  await chmod(start, 0o755);

  const [port, native] = [await freePort(), await freePort()];
  const path = [join(root, 'target/tools/bin'), process.env.PATH].join(delimiter);
  const driver = spawn('tauri-driver', ['--port', port, '--native-port', native], {
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  driver.once('error', (error) => console.error(`tauri-driver cannot be started: ${error.message}`));
  const capabilities = new Capabilities({ browserName: 'wry', 'tauri:options': { application: start } });
  const window = await awaited('a WebDriver session', () =>
    new Builder().usingServer(`http://127.0.0.1:${port}/`).withCapabilities(capabilities).build(),
  );
  const seen = (locator) => window.wait(until.elementLocated(locator), PATIENCE);
  /** Presses the button with this label. */
  const pressed = async (label) => (await seen(By.xpath(`//button[normalize-space(.) = "${label}"]`))).click();
  /** One of the program's commands, from the page: what it answered, or the refusal. */
  const invoked = async (command, request) => {
    const [answer, refusal] = await window.executeAsyncScript(
      (command, request, done) => {
        globalThis.__TAURI_INTERNALS__.invoke(command, request).then(
          (answer) => done([answer, null]),
          (refusal) => done([null, refusal]),
        );
      },
      command,
      request,
    );
    return { answer, refusal };
  };
  return {
    window,
    seen,
    invoked,
    typed: (...keys) => window.actions().sendKeys(...keys).perform(),
    pressed,
    /** Presses the button after which the program ends: whoever drove it may get no answer any more. */
    left: (label) => pressed(label).catch((error) => console.error(`after “${label}”: ${error.name}`)),
    /** Writes into the input with this label, instead of what is there. */
    written: async (label, text) => {
      const input = await seen(field(label));
      await input.clear();
      await input.sendKeys(text);
    },
    /** Waits until the page says this. */
    said: (text) =>
      awaited(`“${text}”`, async () => (await window.executeScript('return document.body.innerText')).includes(text)),
    /** One request through the window's own door, in the session that the login began. */
    ask: async (method, path, body) => {
      const [status, answer] = await window.executeAsyncScript(
        (method, path, body, done) => {
          const headers = { authorization: `Bearer ${sessionStorage.getItem('sambung.token')}`, 'content-type': 'application/json' };
          const head = new TextEncoder().encode(JSON.stringify({ method, path, headers }));
          const text = new TextEncoder().encode(body);
          const frame = new Uint8Array(4 + head.length + text.length);
          new DataView(frame.buffer).setUint32(0, head.length);
          frame.set(head, 4);
          frame.set(text, 4 + head.length);
          globalThis.__TAURI_INTERNALS__.invoke('api', frame).then(
            (bytes) => {
              const end = 4 + new DataView(bytes).getUint32(0);
              const { status } = JSON.parse(new TextDecoder().decode(bytes.slice(4, end)));
              done([status, new TextDecoder().decode(bytes.slice(end))]);
            },
            (refusal) => done([0, JSON.stringify(refusal)]),
          );
        },
        method,
        path,
        body === undefined ? '' : JSON.stringify(body),
      );
      assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${answer}`);
      return answer === '' ? null : JSON.parse(answer);
    },
    /** Takes a picture of the page, by day and by night, where somebody wants pictures. */
    picture: async (name) => {
      if (!pictures) return;
      await mkdir(pictures, { recursive: true });
      const light = await window.executeScript('return document.documentElement.dataset.theme');
      for (const theme of ['light', 'dark']) {
        await window.executeScript('document.documentElement.dataset.theme = arguments[0]', theme);
        // What the page says may not be painted yet.
        await window.executeAsyncScript((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))));
        const file = join(pictures, `${name}${theme === 'dark' ? '-dark' : ''}.png`);
        await writeFile(file, Buffer.from(await window.takeScreenshot(), 'base64'));
      }
      await window.executeScript('document.documentElement.dataset.theme = arguments[0]', light);
    },
    /** Quits the window, or, where the program has ended by itself, only what drove it. */
    close: async ({ ended = false } = {}) => {
      if (!ended) await window.quit();
      driver.kill();
    },
  };
}
