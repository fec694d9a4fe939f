import { expect, test } from 'vitest';

import type { RouterLeaks } from '../../api/types';
import { totalsOf } from './totals';

const secret = (name: string, worth: number | null): RouterLeaks['unbilled'][number] => ({
  kind: 'secret',
  connection_type: 'pppoe',
  name,
  address: null,
  mac_address: null,
  place: null,
  profile: 'pkg-10m',
  rate_limit: null,
  comment: null,
  live: true,
  online: true,
  last_logged_out: null,
  package_id: worth === null ? null : 1,
  worth,
});

const router = (id: number, some: Partial<RouterLeaks>): RouterLeaks => ({
  router_id: id,
  router: `R${id}`,
  read_at: 1,
  error: null,
  unbilled: [],
  worth: 0,
  of_unknown_worth: 0,
  never_online: [],
  missing: [],
  ...some,
});

test('a router that could not be read is named and takes nothing from the others', () => {
  const totals = totalsOf([
    router(1, { error: 'tidak menjawab', read_at: null }),
    router(2, { unbilled: [secret('a', 150_000), secret('b', null)], worth: 150_000, of_unknown_worth: 1 }),
  ]);
  expect(totals.unread.map((entry) => entry.router)).toEqual(['R1']);
  expect(totals).toMatchObject({ worth: 150_000, unknown: 1 });
  expect(totals.unbilled.map((row) => [row.router, row.name])).toEqual([
    ['R2', 'a'],
    ['R2', 'b'],
  ]);
});

test('the same name on two routers stays two rows', () => {
  const totals = totalsOf([
    router(1, { unbilled: [secret('a', 100_000)], worth: 100_000 }),
    router(2, { unbilled: [secret('a', 200_000)], worth: 200_000 }),
  ]);
  expect(totals.worth).toBe(300_000);
  expect(new Set(totals.unbilled.map((row) => `${row.router_id}:${row.name}`)).size).toBe(2);
});

test('no router leaks nothing', () => {
  expect(totalsOf([])).toEqual({ worth: 0, unknown: 0, unbilled: [], never: [], missing: 0, unread: [] });
});
