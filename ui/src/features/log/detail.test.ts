import { describe, expect, test } from 'vitest';

import { inWords, toldBy } from './detail';

const words = {
  yes: 'ya',
  no: 'tidak',
  money: (amount: number) => `Rp ${amount}`,
  field: (name: string) => name,
};

describe('what an entry tells', () => {
  test('the fields that differ, with what stood there before', () => {
    const told = toldBy({
      before: { name: 'Budi', odp: 'A1', exempt: false },
      after: { name: 'Budi', odp: null, exempt: true, pppoe_password: 'changed' },
      period: '2026-01',
    });
    expect(told.changes).toEqual([
      { field: 'odp', before: 'A1', after: null },
      { field: 'exempt', before: false, after: true },
      { field: 'pppoe_password', before: undefined, after: 'changed' },
    ]);
    expect(told.facts).toEqual([{ field: 'period', value: '2026-01' }]);
  });

  test('a single value that changed, and settings, each with its own', () => {
    expect(toldBy({ before: 'observe', after: 'manage', closed: 3 })).toEqual({
      changes: [{ field: '', before: 'observe', after: 'manage' }],
      facts: [{ field: 'closed', value: 3 }],
    });
    expect(
      toldBy({ 'billing.grace_days': { before: 7, after: 5 }, 'schedule.x': { after: '0 9 * * *' } }).changes,
    ).toEqual([
      { field: 'billing.grace_days', before: 7, after: 5 },
      { field: 'schedule.x', before: undefined, after: '0 9 * * *' },
    ]);
  });

  test('nothing where nothing was kept', () => {
    expect(toldBy(null)).toEqual({ changes: [], facts: [] });
  });
});

describe('a value in words', () => {
  test.each([
    [null, 'name', '–'],
    [true, 'exempt', 'ya'],
    [150_000, 'amount', 'Rp 150000'],
    [3, 'tries', '3'],
    [[], 'errors', '–'],
    [['a', 'b'], 'errors', 'a, b'],
    [[{ invoice_id: 1, amount: 5 }], 'allocations', 'invoice_id: 1; amount: Rp 5'],
  ])('%j of %s', (value, field, expected) => {
    expect(inWords(value, field, words)).toBe(expected);
  });
});
