// A real window under WebDriver (tauri-driver in PATH, or in target/tools/bin), and what every test of one needs.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
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

/** Starts the program with these arguments in a window; its words go to `place`/log. */
export async function openWindow(program, place, ...args) {
  // WebDriver starts a program without arguments of ours, and keeps what it prints.
  const start = join(place, 'sambung-driven');
  const words = args.map((arg) => `'${arg}'`).join(' ');
  await writeFile(start, `#!/bin/sh\nexec '${resolve(program)}' ${words} 2>>'${place}/log'\n`);
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
  return {
    window,
    seen: (locator) => window.wait(until.elementLocated(locator), PATIENCE),
    /** Quits the window, or, where the program has ended by itself, only what drove it. */
    close: async ({ ended = false } = {}) => {
      if (!ended) await window.quit();
      driver.kill();
    },
  };
}
