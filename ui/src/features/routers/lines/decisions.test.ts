import { describe, expect, test } from 'vitest';

import type { LineGroup, RouterLine, RouterLines } from '../../../api/types';
import {
  carried,
  choiceOf,
  faultsOf,
  firstChoice,
  firstGroupChoice,
  needed,
  openGroups,
  requestOf,
  standing,
  UNTOLD,
  type GroupChoice,
  type LineChoice,
} from './decisions';

function line(key: string, some: Partial<RouterLine> = {}): RouterLine {
  return {
    key,
    digest: `digest of ${key}`,
    source: 'secret',
    connection_type: 'pppoe',
    user_name: key,
    address: null,
    mac_address: null,
    interface: null,
    service: 'pppoe',
    profile: '10M',
    comment: null,
    host_name: null,
    disabled: false,
    online: true,
    last_logged_out: null,
    closed: null,
    guess: { name: 'Sari', phone: '628123456789', address: null },
    candidates: [],
    proposal: { action: 'create', customer_id: null, code: 'new', sentence: '' },
    group: 'profile:10M',
    remarks: [],
    ...some,
  };
}

const proposal = (
  action: RouterLine['proposal']['action'],
  code: string,
  customer_id: number | null = null,
) => ({
  proposal: { action, customer_id, code, sentence: '' },
});

const group: LineGroup = {
  key: 'profile:10M',
  profile: '10M',
  rate_limit: '5M/10M',
  speed_download: 10_000,
  speed_upload: 5_000,
  lines: 1,
  by: 'new',
  package_id: null,
  candidates: [],
  new_package: { code: '10M', name: '10M', speed_download: 10_000, speed_upload: 5_000, price: null },
  map_profile: true,
};

const read = (lines: RouterLine[]): RouterLines => ({
  router_id: 1,
  router_name: 'Pusat',
  mode: 'observe',
  read_at: 1,
  defaults: { billing_start: '2026-12-01', billing_day: 1 },
  isolated_profile: 'isolated',
  isolated_profiles: [],
  absent_menus: [],
  totals: {
    lines: lines.length,
    known: 0,
    matched: 0,
    created: 0,
    to_choose: 0,
    left: 0,
    closed: 0,
    online: 0,
    arp_learned: 0,
    arp_by_dhcp: 0,
    leases_dynamic: 0,
  },
  groups: [group],
  lines,
});

const nothing = new Map<string, LineChoice>();
const defaults = {
  billing_start: null,
  billing_day: null,
  taxed: true,
  keep_passwords: true,
  closed_profiles: [],
};
const priced: GroupChoice = {
  package_id: null,
  made: { code: '10M', name: '10M', speed_download: 10_000, speed_upload: 5_000, price: 150_000 },
  map: true,
};

describe('what becomes of a line', () => {
  test('one that several customers may have is never decided by itself', () => {
    const open = line('a', proposal('choose', 'several_candidates'));
    expect(choiceOf(open, nothing)).toBeNull();
    expect(standing(open, nothing)).toBe('choose');
    expect(requestOf(read([open]), nothing, new Map(), defaults).body.lines).toEqual([]);
  });

  test('one that a customer has already is not asked for again', () => {
    const known = line('a', proposal('match', 'same_line', 7));
    expect(standing(known, nothing)).toBe('known');
    expect(requestOf(read([known]), nothing, new Map(), defaults).body.lines).toEqual([]);
  });

  test('a person may leave out what was proposed, and take what was left out', () => {
    const offered = line('a');
    const voucher = line('b', proposal('leave', 'voucher'));
    const decided = new Map([
      ['a', { ...firstChoice(offered), action: 'leave' as const }],
      ['b', { ...firstChoice(voucher), action: 'create' as const }],
    ]);
    const { body } = requestOf(read([offered, voucher]), decided, new Map([[group.key, priced]]), defaults);
    expect(body.lines.map((entry) => [entry.key, entry.action])).toEqual([['b', 'create']]);
  });
});

describe('packages', () => {
  test('a new package without a price holds the import back', () => {
    const lines = [line('a')];
    expect(openGroups(lines, nothing, new Map([[group.key, firstGroupChoice(group)]]))).toEqual([group.key]);
    expect(openGroups(lines, nothing, new Map([[group.key, priced]]))).toEqual([]);
  });

  test('a free package is a price too', () => {
    const free = { ...priced, made: { code: 'X', name: 'X', speed_download: 1, speed_upload: 1, price: 0 } };
    expect(openGroups([line('a')], nothing, new Map([[group.key, free]]))).toEqual([]);
  });

  test('a line of unknown speed needs a package of its own or one for all of them', () => {
    const closed = line('a', { group: null });
    expect(openGroups([closed], nothing, new Map())).toEqual([UNTOLD]);
    const own = new Map([['a', { ...firstChoice(closed), package_id: 3 }]]);
    expect(openGroups([closed], own, new Map())).toEqual([]);
    expect(needed([closed], own).size).toBe(0);
  });

  test('neither package nor mapping is made for a group that nobody takes', () => {
    const left = line('a', proposal('leave', 'voucher'));
    const { body } = requestOf(read([left]), nothing, new Map([[group.key, priced]]), defaults);
    expect(body.packages).toEqual([]);
    expect(body.mappings).toEqual([]);
  });

  test('the mapping and the lines point at the package that is made', () => {
    const { body } = requestOf(read([line('a')]), nothing, new Map([[group.key, priced]]), defaults);
    expect(body.packages).toEqual([priced.made]);
    expect(body.mappings).toEqual([{ profile: '10M', new_package: 0 }]);
    expect(body.lines).toEqual([{ key: 'a', digest: 'digest of a', action: 'create', new_package: 0 }]);
  });
});

describe('what is sent of a new customer', () => {
  test('only what was typed differently, and an emptied telephone as none', () => {
    const offered = line('a');
    const decided = new Map([['a', { ...firstChoice(offered), name: ' Sari Dewi ', phone: '' }]]);
    const { body } = requestOf(read([offered]), decided, new Map([[group.key, priced]]), defaults);
    expect(body.lines[0]).toEqual({
      key: 'a',
      digest: 'digest of a',
      action: 'create',
      new_package: 0,
      name: 'Sari Dewi',
      phone: null,
    });
  });

  test('a match keeps the package of the customer unless another was chosen', () => {
    const offered = line('a', proposal('match', 'phone', 7));
    const { body } = requestOf(read([offered]), nothing, new Map(), defaults);
    expect(body.lines).toEqual([{ key: 'a', digest: 'digest of a', action: 'match', customer_id: 7 }]);
  });

  test('a closed line says whether it stays closed', () => {
    const closed = line('a', { closed: { by: 'disabled', sentence: '' } });
    const decided = new Map([['a', { ...firstChoice(closed), keep_closed: false }]]);
    const { body } = requestOf(read([closed]), decided, new Map([[group.key, priced]]), defaults);
    expect(body.lines[0]?.keep_closed).toBe(false);
  });
});

test('a second reading keeps what was decided, but for lines that changed or went', () => {
  const lines = [line('a'), line('b'), line('c')];
  const leave = { ...firstChoice(line('a')), action: 'leave' as const };
  const decided = new Map(lines.map(({ key }) => [key, leave]));
  const again = [line('a'), line('b', { digest: 'another' })];
  expect(carried(lines, again, decided)).toEqual([['a', leave]]);
});

test('a refusal finds its line although lines before it were left out', () => {
  const lines = [line('a', proposal('leave', 'voucher')), line('b'), line('c')];
  const asked = requestOf(read(lines), nothing, new Map([[group.key, priced]]), defaults);
  const fault = (field: string) => ({ field, code: 'x', message: `about ${field}` });
  const faults = faultsOf(asked, [
    fault('lines[1].name'),
    fault('packages[0].price'),
    fault('mappings[0].profile'),
    fault('billing_day'),
    fault('lines[9].name'),
  ]);
  expect([...faults.lines]).toEqual([['c', ['about lines[1].name']]]);
  expect([...faults.groups]).toEqual([[group.key, ['about packages[0].price', 'about mappings[0].profile']]]);
  expect(faults.placed).toEqual(['lines[1].name', 'packages[0].price', 'mappings[0].profile']);
});
