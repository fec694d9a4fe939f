import { expect, test } from 'vitest';

import { readNumber, showNumber } from './number';

test.each([
  ['12', 0, 12],
  [' 12 ', 0, 12],
  ['-3', 0, -3],
  ['12,5', 2, 12.5],
  ['12.5', 2, 12.5],
  ['0,01', 2, 0.01],
  ['', 2, null],
])('reads %j with %i decimals', (text, decimals, value) => {
  expect(readNumber(text, decimals)).toBe(value);
});

test.each([
  ['12,5', 0],
  ['12,345', 2],
  ['12,', 2],
  [',5', 2],
  ['1.000,5', 2],
  ['1e3', 2],
  ['dua', 0],
  ['1234567890', 0],
])('refuses %j with %i decimals instead of rounding it', (text, decimals) => {
  expect(readNumber(text, decimals)).toBeUndefined();
});

test('what is shown reads back as the same number', () => {
  for (const value of [0, 0.01, 12.5, 99.99, 100]) expect(readNumber(showNumber(value), 2)).toBe(value);
});
