import { QueryClient } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Following, Transport } from '../api/transport';

// The page's own memory, which the session and the language ask.
const memory = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
vi.stubGlobal('localStorage', memory);
vi.stubGlobal('sessionStorage', memory);
vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('location', { origin: 'http://localhost' });

const { every, follow } = await import('./live.svelte');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Call {
  headers: Record<string, string>;
  tell: (text: string) => void;
  end: () => void;
}

/** A door whose feed the test writes itself; it answers with the next status, then always with 200. */
function written(...statuses: number[]) {
  const calls: Call[] = [];
  const door: Transport = {
    request: () => Promise.reject(new Error('only the feed is asked here')),
    follow: (_path, headers) => {
      let stream!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start(controller) {
          stream = controller;
        },
      });
      calls.push({
        headers,
        tell: (text) => {
          stream.enqueue(new TextEncoder().encode(text));
        },
        end: () => {
          stream.close();
        },
      });
      return Promise.resolve<Following>({ status: statuses.shift() ?? 200, body });
    },
  };
  return { calls, door };
}

function asked(queries: QueryClient, word: string) {
  queries.setQueryData([word], 1);
  return () => queries.getQueryState([word])?.isInvalidated;
}

const event = (id: string, kind: string) => `id: ${id}\nevent: ${kind}\ndata: {}\n\n`;

test('an event makes what it touches old, and nothing else', async () => {
  const queries = new QueryClient();
  const customers = asked(queries, 'customers');
  const packages = asked(queries, 'packages');
  const { calls, door } = written();
  const stop = follow(queries, door);
  await vi.advanceTimersByTimeAsync(0);
  calls[0]?.tell(event('4.', 'PaymentReceived'));
  await vi.advanceTimersByTimeAsync(200);
  expect(customers()).toBe(true);
  expect(packages()).toBe(false);
  stop();
});

test('what another desk wrote makes it old too, and moves no cursor', async () => {
  const queries = new QueryClient();
  const customers = asked(queries, 'customers');
  const packages = asked(queries, 'packages');
  const { calls, door } = written();
  const stop = follow(queries, door);
  await vi.advanceTimersByTimeAsync(0);
  calls[0]?.tell(event('4.', 'ClosingsPreviewed'));
  calls[0]?.tell('event: changed\ndata: {"subjects":["package"],"everything":false}\n\n');
  await vi.advanceTimersByTimeAsync(200);
  expect(packages()).toBe(true);
  expect(customers()).toBe(true);
  calls[0]?.end();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(calls[1]?.headers['last-event-id']).toBe('4.');
  stop();
});

test('a feed that breaks is taken up after its last event, and everything is read again', async () => {
  const queries = new QueryClient();
  const { calls, door } = written();
  const stop = follow(queries, door);
  await vi.advanceTimersByTimeAsync(0);
  calls[0]?.tell(event('4.', 'PaymentReceived'));
  await vi.advanceTimersByTimeAsync(200);
  const packages = asked(queries, 'packages');
  calls[0]?.end();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(calls).toHaveLength(2);
  expect(calls[1]?.headers['last-event-id']).toBe('4.');
  expect(packages()).toBe(true);
  stop();
});

test('screens ask seldom while the feed is followed, and often once it broke', async () => {
  const { calls, door } = written(200, 503, 503);
  const stop = follow(new QueryClient(), door);
  await vi.advanceTimersByTimeAsync(0);
  expect(every(5_000)).toBe(30_000);
  calls[0]?.end();
  await vi.advanceTimersByTimeAsync(10);
  expect(every(5_000)).toBe(5_000);
  stop();
});

test.each([401, 403])('a refusal (%i) is not asked again and again', async (status) => {
  const { calls, door } = written(status);
  const stop = follow(new QueryClient(), door);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(calls).toHaveLength(1);
  stop();
});

test('a feed that cannot be had is asked for with growing pauses', async () => {
  const { calls, door } = written(...Array.from({ length: 20 }, () => 503));
  const stop = follow(new QueryClient(), door);
  await vi.advanceTimersByTimeAsync(60_000);
  // After 0, 1, 3, 7, 15, 31 seconds, and then every thirty.
  expect(calls.length).toBeGreaterThan(4);
  expect(calls.length).toBeLessThan(8);
  stop();
});
