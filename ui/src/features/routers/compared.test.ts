import { expect, test, vi } from 'vitest';

import type { RouterCompared } from '../../api/types';

// The page's own memory, which the language asks.
vi.stubGlobal('localStorage', { getItem: () => null });
vi.stubGlobal('document', { documentElement: {} });

const { comparedTotals, differing, verdictOf } = await import('./compared');

const router = (
  router_id: number,
  totals: Partial<NonNullable<RouterCompared['plan']>['totals']> | null,
) => ({
  router_id,
  router: `R-${router_id}`,
  code: totals ? null : 'router_unreachable',
  error: totals ? null : 'Router tidak menjawab.',
  plan: totals && {
    router_id,
    read_at: router_id * 1_000,
    lines: [],
    strangers: [],
    wrong_rates: [],
    mapped_rates: [],
    totals: {
      lines: 10,
      none: 10,
      missing: 0,
      should_close: 0,
      should_open: 0,
      strangers: 0,
      wrong_profile: 0,
      wrong_rate: 0,
      wrong_limit: 0,
      uncontrolled: 0,
      ...totals,
    },
  },
});

test('a router that cannot be read counts for nothing, neither as equal nor as different', () => {
  const compared = [router(1, { none: 7, should_close: 3 }), router(2, null), router(3, { strangers: 4 })];
  expect(comparedTotals(compared)).toEqual({
    routers: 2,
    lines: 20,
    differing: 3,
    strangers: 4,
    read_at: 1_000,
  });
});

test('secrets without a customer are no line that differs', () => {
  expect(differing(router(1, { strangers: 4 }))).toBe(0);
});

test('a router whose lines are right and whose profiles are not is not called as it should be', () => {
  expect(verdictOf(router(1, { wrong_rate: 2 })).tone).toBe('warn');
  expect(verdictOf(router(1, {})).tone).toBe('good');
});
