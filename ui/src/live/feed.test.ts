import { expect, test } from 'vitest';

import { readFeed, type Told } from './feed';

function arriving(...pieces: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(stream) {
      for (const piece of pieces) stream.enqueue(new TextEncoder().encode(piece));
      stream.close();
    },
  });
}

async function read(...pieces: string[]): Promise<Told[]> {
  const events: Told[] = [];
  await readFeed(arriving(...pieces), (event) => events.push(event));
  return events;
}

test('an event that arrives in pieces is one event', async () => {
  expect(await read('id: 7', '.\nevent: Payment', 'Received\ndata: {}\n', '\n')).toEqual([
    { cursor: '7.', kind: 'PaymentReceived', data: '{}' },
  ]);
});

test('a keep-alive is no event', async () => {
  expect(await read(':\n\n', 'id: 8.\nevent: CustomerIsolated\ndata: {}\n\n', ': still here\n\n')).toEqual([
    { cursor: '8.', kind: 'CustomerIsolated', data: '{}' },
  ]);
});

test('an event that broke off half way was not told', async () => {
  expect(await read('id: 9.\nevent: PaymentReceived\ndata: {"id"')).toEqual([]);
});

test('a feed that breaks off is an error, not an end', async () => {
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull() {
      throw new Error('connection reset');
    },
  });
  await expect(readFeed(broken, () => undefined)).rejects.toThrow('connection reset');
});
