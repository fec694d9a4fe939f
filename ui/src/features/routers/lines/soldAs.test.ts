import { expect, test, vi } from 'vitest';

import type { LineGroup } from '../../../api/types';

// The page's own memory, which the language asks.
vi.stubGlobal('localStorage', { getItem: () => null });
vi.stubGlobal('document', { documentElement: {} });

const { isProfile, soldAs } = await import('./soldAs');

const group = (some: Partial<LineGroup>): LineGroup => ({
  key: 'profile:10M',
  profile: null,
  rate_limit: null,
  speed_download: null,
  speed_upload: null,
  lines: 1,
  by: 'new',
  package_id: null,
  candidates: [],
  new_package: null,
  map_profile: false,
  ...some,
});

test('a group is called in words and never by its key', () => {
  const speed = group({
    key: 'speed:10000/5000',
    rate_limit: '5M/10M',
    speed_download: 10_000,
    speed_upload: 5_000,
  });
  expect(soldAs(speed)).toBe('10 Mbps turun / 5 Mbps naik');
  expect(soldAs(group({ key: 'hotspot:default' }))).toBe('Hotspot, profil default');
  const profile = group({ profile: '10M' });
  expect([soldAs(profile), isProfile(profile), isProfile(speed)]).toEqual(['10M', true, false]);
});
