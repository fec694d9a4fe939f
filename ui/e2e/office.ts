/**
 * A training office for a test: the real program with invented customers and a simulated router, in a
 * data directory that is thrown away. No route is mocked; what the screens show came over TCP.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, test as base, type Page } from '@playwright/test';

export interface Office {
  url: string;
  user: string;
  password: string;
  /** Where the simulated router listens, as `host:port`. */
  router: string;
  /** Asks the API as the same user, to check what the screen said against the books. */
  api: <T>(path: string, init?: RequestInit) => Promise<T>;
}

const program =
  process.env.SAMBUNG_BIN ?? fileURLToPath(new URL('../../target/debug/sambung', import.meta.url));
const READY_MS = 60_000;
const CUSTOMERS = Number(process.env.SAMBUNG_CUSTOMERS ?? '200');

interface Ready {
  url: string;
  user: string;
  password: string;
  router: string;
}

function ready(child: ChildProcess): Promise<Ready> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the program was started without pipes');
  let words = '';
  stderr.on('data', (part: Buffer) => (words += part.toString()));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error(`the training office was not ready after ${READY_MS} ms:\n${words}`));
    }, READY_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`the training office ended with ${code}:\n${words}`));
    });
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(late);
      resolve(JSON.parse(line) as Ready);
    });
  });
}

async function open(story: string): Promise<{ office: Office; close: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), `sambung-${story || 'e2e'}-`));
  const child = spawn(
    program,
    ['--data-dir', directory, 'training', '--customers', String(CUSTOMERS), '--serve', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const { url, user, password, router } = await ready(child);
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: user, password }),
    });
    const { token } = (await login.json()) as { token: string };
    const api: Office['api'] = async (path, init = {}) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as never;
    };
    return { office: { url, user, password, router, api }, close };
  } catch (error) {
    child.kill('SIGTERM');
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

export interface Person {
  id: number;
  customer_no: string;
  name: string;
  balance: number;
  overdue_amount: number;
  access: { desired: string; observed: string; observed_at: number | null };
}

/** Closes everybody who must close, as the owner would, and gives one of them who owes money. */
export async function closedDebtor(office: Office): Promise<Person> {
  const find = async () =>
    (await office.api<{ items: Person[] }>('/customers?access=closed&limit=200')).items.find(
      (person) => person.balance > 0,
    );
  const known = await find();
  if (known) return known;
  await office.api('/isolation/apply', {
    method: 'POST',
    body: JSON.stringify({ plan_id: null, strike: [], confirm: true }),
  });
  await expect.poll(find, { message: 'a line that the router calls closed', timeout: 30_000 }).toBeTruthy();
  const closed = await find();
  if (!closed) throw new Error('the closed line opened again by itself');
  return closed;
}

/** Logs in by keyboard alone, as a person does in the morning. */
export async function logIn(page: Page, office: Office): Promise<void> {
  await page.goto(office.url);
  await expect(page.getByLabel('Nama pengguna')).toBeFocused();
  await page.keyboard.type(office.user);
  await page.keyboard.press('Tab');
  await page.keyboard.type(office.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Beranda', level: 1 })).toBeVisible();
}

export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, path);
}

export const test = base.extend<{ desk: Page }, { story: string; office: Office }>({
  /** As in the window, where a library that writes over what all objects inherit leaves an empty page. */
  page: async ({ page }, use) => {
    await page.addInitScript(() => Object.freeze(Object.prototype));
    await use(page);
  },
  /** Each file names its own story, and so gets an office that no other file has touched. */
  story: ['', { option: true, scope: 'worker' }],
  office: [
    async ({ story }, use) => {
      const { office, close } = await open(story);
      await use(office);
      await close();
    },
    { scope: 'worker', timeout: READY_MS + 10_000 },
  ],
  /** A page that is logged in, and that fails the test on any error in the console. */
  desk: async ({ page, office }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // A refused form is a 4xx answer; the browser reports it, the screen handles it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        faults.push(message.text());
      }
    });
    await logIn(page, office);
    await use(page);
    expect(faults, 'errors in the browser console').toEqual([]);
  },
});

export { expect };
