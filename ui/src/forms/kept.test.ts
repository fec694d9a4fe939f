import { beforeEach, expect, test, vi } from 'vitest';

import { differing, forget, keep, recall, without } from './kept';

const memory = new Map<string, string>();
vi.stubGlobal('sessionStorage', {
  getItem: (name: string) => memory.get(name) ?? null,
  setItem: (name: string, value: string) => memory.set(name, value),
  removeItem: (name: string) => memory.delete(name),
});

const before = { name: '', phone: '', days: null as number | null, password: '' };

beforeEach(() => {
  memory.clear();
});

test('what was typed comes back to the one who typed it, and to nobody else', () => {
  keep('customers/new', 7, { name: 'Siti', days: 3 });
  expect(recall('customers/new', 7, before)).toEqual({ name: 'Siti', days: 3 });
  expect(recall('customers/new', 8, before)).toEqual({});
  expect(recall('customers/12', 7, before)).toEqual({});
});

test('only what differs is kept, so a record that changed meanwhile keeps its other fields', () => {
  const typed = differing(before, { ...before, phone: '0812' });
  expect(typed).toEqual({ phone: '0812' });
  expect({ ...before, name: 'Siti', ...typed }).toEqual({ ...before, name: 'Siti', phone: '0812' });
});

test('a password is never kept', () => {
  const typed = differing(before, { ...before, name: 'Siti', password: 'rahasia' });
  keep('customers/new', 7, without(typed, ['password']));
  expect([...memory.values()].join()).not.toContain('rahasia');
});

test('nothing typed is nothing kept', () => {
  keep('customers/new', 7, { name: 'Siti' });
  keep('customers/new', 7, {});
  expect(memory.size).toBe(0);
  forget('customers/new');
});

test.each(['', '[]', 'null', '{"by":7}', '{"by":7,"values":null}', '{"by":7,"values":{"gone":1}}'])(
  'memory that says %j gives nothing back',
  (text) => {
    memory.set('sambung.typed.customers/new', text);
    expect(recall('customers/new', 7, before)).toEqual({});
  },
);
