import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'svelte/compiler';
import { describe, expect, test } from 'vitest';

import en from './en.json';
import id from './id.json';
import { fill, slots } from './message';

const source = new URL('..', import.meta.url).pathname;
const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
const english: Record<string, string> = en;
const indonesian: Record<string, string> = id;

describe('fill', () => {
  test('puts values in and chooses singular or plural', () => {
    expect(fill('{n} {n:line|lines} of {name}', { n: 1, name: 'Sari' })).toBe('1 line of Sari');
    expect(fill('{n} {n:line|lines}', { n: 0 })).toBe('0 lines');
    expect(fill('{n} {n:line|lines}', { n: '1.000' })).toBe('1.000 lines');
    expect(fill('{n} {n:line|lines}', { n: '1' })).toBe('1 line');
  });

  test('leaves a name that nobody filled visible', () => {
    expect(fill('Rp {amount}')).toBe('Rp {amount}');
  });
});

describe('the two languages', () => {
  test('have the same keys', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(indonesian).sort());
  });

  test.each(Object.keys(indonesian))('%s has the same slots and is not empty', (key) => {
    expect(indonesian[key]).toBeTruthy();
    expect(english[key]).toBeTruthy();
    expect(slots(english[key] ?? '')).toEqual(slots(indonesian[key] ?? ''));
  });
});

/** Components whose text is the name of a key on the keyboard, the same in every language. */
const LANGUAGE_FREE = new Set(['Kbd']);
const VISIBLE_ATTRIBUTES = new Set([
  'title',
  'placeholder',
  'aria-label',
  'alt',
  'label',
  'hint',
  'description',
]);
/** The product's name, the currency, the shape of a MAC address: the same in every language. */
const LANGUAGE_FREE_WORDS = /\b(Sambung|Rp|AA:BB:CC:00:11:22)\b/g;
const LETTERS = /\p{L}{2,}/u;

interface SvelteNode {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  start: number;
}

function isNode(value: unknown): value is SvelteNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Every piece of text in a component that a person would see and that no translation reaches. */
function hardCoded(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) {
    node.forEach((child) => hardCoded(child, found));
    return found;
  }
  if (!isNode(node)) return found;
  if (node.type === 'StyleDirective') return found;
  if (node.type === 'Component' && LANGUAGE_FREE.has(node.name ?? '')) return found;
  if (node.type === 'Text' && LETTERS.test((node.data ?? '').replace(LANGUAGE_FREE_WORDS, '')))
    found.push((node.data ?? '').trim());
  if (node.type === 'Attribute') {
    if (VISIBLE_ATTRIBUTES.has(node.name ?? '')) hardCoded(node.value, found);
    return found;
  }
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'expression' && key !== 'metadata') hardCoded(child, found);
  }
  return found;
}

describe('no visible text outside the translations', () => {
  test.each(files.filter((file) => file.endsWith('.svelte')))('%s', (file) => {
    const root = parse(readFileSync(join(source, file), 'utf8'), { modern: true });
    expect(hardCoded(root.fragment)).toEqual([]);
  });
});

describe('every sentence is used', () => {
  const code = files
    .filter((file) => /\.(svelte|ts)$/.test(file) && !file.includes('.test.'))
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  // Words looked up by a value of the API are reached through their group.
  const groups =
    /^(access|status|stranger|method|connection|job|task|act|cause|outcome|role|reason|field|check|channel|message|subject)\./;
  test.each(Object.keys(indonesian).filter((key) => !groups.test(key)))('%s', (key) => {
    expect(code.includes(`'${key}'`), `${key} is in the files of words but on no screen`).toBe(true);
  });
});
