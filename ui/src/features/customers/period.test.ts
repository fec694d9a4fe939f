import { expect, test } from 'vitest';

import { periodStart } from './period';

test.each([
  ['2026-02-03', 1, '2026-02-01'],
  ['2026-02-03', 3, '2026-02-03'],
  ['2026-02-03', 20, '2026-01-20'],
  ['2026-01-05', 28, '2025-12-28'],
  ['2024-03-27', 28, '2024-02-28'],
])('%s with billing day %i is in the period from %s', (day, billingDay, start) => {
  expect(periodStart(day, billingDay)).toBe(start);
});
