import { describe, expect, test } from 'vitest';

import { allocate } from './allocation';

const two = [
  { id: 2, due_date: '2026-11-20', remaining: 200_000 },
  { id: 1, due_date: '2026-10-20', remaining: 200_000 },
];
const plain = (amount: number, named: number | null = null) => {
  const { shares, left } = allocate(amount, two, named);
  return { shares: [...shares], left };
};

describe('the preview of a payment on two invoices of 200.000', () => {
  test('200.000 pays the oldest', () => {
    expect(plain(200_000)).toEqual({ shares: [[1, 200_000]], left: 0 });
  });

  test('a named invoice comes first', () => {
    expect(plain(100_000, 2)).toEqual({ shares: [[2, 100_000]], left: 0 });
  });

  test('350.000 pays the first and leaves 50.000 on the second', () => {
    expect(plain(350_000)).toEqual({
      shares: [
        [1, 200_000],
        [2, 150_000],
      ],
      left: 0,
    });
  });

  test('500.000 pays both and leaves 100.000', () => {
    expect(plain(500_000).left).toBe(100_000);
  });

  test('no rupiah appears or vanishes, whatever the amount', () => {
    for (let amount = 0; amount <= 600_000; amount += 7_919) {
      const { shares, left } = allocate(amount, two, null);
      expect([...shares.values()].reduce((sum, share) => sum + share, left)).toBe(amount);
    }
  });
});
