import { expect, test } from 'vitest';

import { obstaclesOf, sendingOf } from './sending';

const line = (customer_id: number, blocked: string | null = null) => ({
  customer_id,
  amount: 100_000,
  blocked,
});

test('a line that nothing is sent for counts neither as a line nor as money', () => {
  const lines = [line(1), line(2, 'Router hanya diamati.'), line(3), line(4)];
  const sending = sendingOf(lines, ({ customer_id }) => customer_id >= 3);
  expect(sending.able.map(({ customer_id }) => customer_id)).toEqual([1, 3, 4]);
  expect(sending.left.map(({ customer_id }) => customer_id)).toEqual([1]);
  expect(sending.out.map(({ customer_id }) => customer_id)).toEqual([3, 4]);
  expect(sending.blocked.map(({ customer_id }) => customer_id)).toEqual([2]);
  expect(sending.amount).toBe(100_000);
});

test('a struck line with something in its way is told with the blocked ones alone', () => {
  const sending = sendingOf([line(1, 'Tanpa router.')], () => true);
  expect([sending.blocked.length, sending.out.length]).toEqual([1, 0]);
});

test('the reasons are told once each, the most frequent first', () => {
  expect(obstaclesOf([line(1, 'b'), line(2, 'a'), line(3, 'a')])).toEqual([
    { why: 'a', n: 2 },
    { why: 'b', n: 1 },
  ]);
});
