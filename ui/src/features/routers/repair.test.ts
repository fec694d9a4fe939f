import { expect, test } from 'vitest';

import { chosen, differencesOf, sendWords, sumOf, type RepairLine } from './repair';

const line = (customer_id: number, difference: string, more: Partial<RepairLine> = {}): RepairLine => ({
  customer_id,
  customer_no: `PLG-${customer_id}`,
  name: `Pelanggan ${customer_id}`,
  difference: difference as RepairLine['difference'],
  action: difference === 'should_close' ? 'closed' : 'open',
  reason: '',
  amount: 100_000,
  before: null,
  after: null,
  will_send: '',
  blocked: null,
  struck: false,
  struck_tomorrow: false,
  ...more,
});

test('who is online without paying comes first, and a difference of a later version is still shown', () => {
  const lines = [line(1, 'wrong_rate'), line(2, 'missing'), line(3, 'should_close'), line(4, 'missing')];
  expect(differencesOf(lines)).toEqual(['should_close', 'missing', 'wrong_rate']);
});

test('neither a struck line nor one that is held back is sent', () => {
  const lines = [
    line(1, 'should_close'),
    line(2, 'should_open'),
    line(3, 'missing', { blocked: 'Tanpa sandi.' }),
  ];
  expect(chosen(lines, new Set([1])).map((entry) => entry.customer_id)).toEqual([2]);
});

test('only the debts of those who will be closed are summed', () => {
  expect(sumOf([line(1, 'should_close'), line(2, 'should_open'), line(3, 'should_close')])).toEqual({
    lines: 3,
    closing: 2,
    owed: 200_000,
  });
});

test('profiles are sent beside lines, and alone', () => {
  expect(sendWords(2, 0)).toEqual({ key: 'repair.send', values: { n: 2 } });
  expect(sendWords(2, 1)).toEqual({ key: 'repair.send_both', values: { n: 2, p: 1 } });
  expect(sendWords(0, 1)).toEqual({ key: 'repair.send_profiles', values: { p: 1 } });
});

test('a closing that was struck for today or tomorrow is sent only once somebody took it in', () => {
  const lines = [
    line(1, 'should_close', { struck: true }),
    line(2, 'should_close', { struck_tomorrow: true }),
    line(3, 'should_close'),
  ];
  const ids = (rows: readonly RepairLine[]) => rows.map(({ customer_id }) => customer_id);
  expect(ids(chosen(lines, new Set()))).toEqual([3]);
  expect(ids(chosen(lines, new Set([3]), new Set([2])))).toEqual([2]);
});
