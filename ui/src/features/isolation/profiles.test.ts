import { expect, test } from 'vitest';

import type { PlanProfile } from '../../api/types';
import { ABSENT, UNLIMITED, ofPlan, ofSync, ofWrongRate, type SyncedProfile } from './profiles';

const was = (exists: boolean, rate: string | null): NonNullable<PlanProfile['before']> => ({
  exists,
  rate,
  address_list: null,
  local_address: null,
  remote_address: null,
});

const planned = (more: Partial<PlanProfile>): PlanProfile => ({
  id: 1,
  router_id: 1,
  profile: 'pkg-hemat-10',
  connection_type: 'pppoe',
  package: 'HEMAT-10',
  rate_wanted: '5120k/10M',
  lines: 12,
  status: 'planned',
  before: was(true, '1M/2M'),
  after: null,
  error: null,
  finished_at: null,
  ...more,
});

test('a planned profile shows what is there and what it will be, a done one what it became', () => {
  expect(ofPlan(planned({}))).toMatchObject({
    now: { rate: '1M/2M' },
    next: { rate: '5120k/10M' },
    lines: 12,
    status: 'planned',
  });
  const done = planned({ status: 'done', after: was(true, '5M/10M') });
  expect(ofPlan(done)).toMatchObject({ now: { rate: '1M/2M' }, next: { rate: '5M/10M' }, status: 'done' });
});

test('no limit and no profile are two different things', () => {
  expect(ofPlan(planned({ before: was(true, null) })).now).toEqual(UNLIMITED);
  expect(ofPlan(planned({ before: was(false, null) })).now).toEqual(ABSENT);
  const wrong = {
    profile: 'pkg-hemat-10',
    connection_type: 'hotspot' as const,
    package: 'HEMAT-10',
    is_missing: false,
    rate_seen: null,
    rate_wanted: '5120k/10M',
    lines: 3,
    held_until: '2026-12-04',
  };
  expect(ofWrongRate(wrong)).toMatchObject({
    key: 'hotspot pkg-hemat-10',
    now: UNLIMITED,
    held: '2026-12-04',
  });
  expect(ofWrongRate({ ...wrong, is_missing: true }).now).toEqual(ABSENT);
});

test('the table of a sync leaves out what is as it should be', () => {
  const row = (
    profile: string,
    action: SyncedProfile['action'],
    rate_before: string | null,
  ): SyncedProfile => ({
    profile,
    connection_type: 'pppoe',
    action,
    package: null,
    rate_before,
    rate_wanted: '64k/64k',
    lines: 0,
  });
  const rows = ofSync([
    row('pkg-a', 'updated', '1M/1M'),
    row('pkg-b', 'unchanged', '64k/64k'),
    row('isolated', 'created', null),
  ]);
  expect(rows.map(({ profile, now, next }) => [profile, now, next])).toEqual([
    ['pkg-a', { rate: '1M/1M' }, { rate: '64k/64k' }],
    ['isolated', ABSENT, { rate: '64k/64k' }],
  ]);
});
