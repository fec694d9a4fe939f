/** The window's door to an answer that goes on: pieces through a channel, an empty one as the end. */
import { expect, test, vi } from 'vitest';

interface Sent {
  command: string;
  args: { id?: number; path?: string; chunks?: { onmessage: (piece: ArrayBuffer | number[]) => void } };
}

const sent: Sent[] = [];
vi.mock('@tauri-apps/api/core', () => ({
  Channel: class {
    onmessage: (piece: ArrayBuffer | number[]) => void = () => undefined;
  },
  isTauri: () => true,
  invoke: (command: string, args: Sent['args']) => {
    sent.push({ command, args });
    return Promise.resolve(command === 'follow' ? { id: 7, status: 200, headers: [] } : null);
  },
}));

const { desktopDoor } = await import('./transport');

const bytes = (text: string) => new TextEncoder().encode(text);

test('pieces arrive in order, as bytes or as numbers, and an empty one is the end', async () => {
  const { status, body } = await desktopDoor.follow(
    '/api/v1/events/stream',
    {},
    new AbortController().signal,
  );
  expect(status).toBe(200);
  const chunks = sent.findLast((call) => call.command === 'follow')?.args.chunks;
  chunks?.onmessage(bytes('event: satu\n').buffer);
  chunks?.onmessage([...bytes('\n')]);
  chunks?.onmessage([]);
  expect(await new Response(body).text()).toBe('event: satu\n\n');
});

test('whoever stops reading has the program stop too', async () => {
  const until = new AbortController();
  const { body } = await desktopDoor.follow('/api/v1/events/stream', {}, until.signal);
  until.abort();
  expect(await new Response(body).text()).toBe('');
  expect(sent.at(-1)).toMatchObject({ command: 'unfollow', args: { id: 7 } });
  // What was still on its way falls on nobody.
  const chunks = sent.findLast((call) => call.command === 'follow')?.args.chunks;
  expect(() => chunks?.onmessage(bytes('late').buffer)).not.toThrow();
});
