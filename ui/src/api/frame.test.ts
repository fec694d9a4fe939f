import { expect, test } from 'vitest';

import { join, split } from './frame';

// The program's half (src-tauri/src/desktop/frame.rs) is tested against these same bytes.
const written = '\0\0\0\x24{"status":200,"headers":[["a","b"]]}!';

test('a frame is the bytes that the program reads', () => {
  const frame = join({ status: 200, headers: [['a', 'b']] }, new TextEncoder().encode('!'));
  expect(new TextDecoder().decode(frame)).toBe(written);
});

test.each([
  ['bytes', (bytes: Uint8Array<ArrayBuffer>) => bytes.buffer],
  ['numbers', (bytes: Uint8Array<ArrayBuffer>) => Array.from(bytes)],
])('an answer that arrives as %s keeps head and body', (_how, arrives) => {
  const { head, body } = split(arrives(new TextEncoder().encode(written)));
  expect(head).toEqual({ status: 200, headers: [['a', 'b']] });
  expect(new TextDecoder().decode(body)).toBe('!');
});

test('every byte goes over unchanged, and no body is an empty one', () => {
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  expect(split(join({ status: 200, headers: [] }, all).buffer).body).toEqual(all);
  expect(split(join({ status: 204, headers: [] }, null).buffer).body).toHaveLength(0);
});
