import { describe, expect, test } from 'vitest';

import type { LineGroup, RouterLine, RouterLines } from '../../../api/types';
import {
  carried,
  choiceOf,
  counted,
  faultsOf,
  firstChoice,
  firstGroupChoice,
  makerOf,
  needed,
  openGroups,
  requestOf,
  standing,
  staysClosed,
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
  defaults: { billing_start: '2026-12-01', billing_day: 1, bill_closed: true },
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
    closed_created: 0,
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
  bill_closed: true,
  closed_profiles: [],
  open_profiles: [],
};
const priced: GroupChoice = {
  package_id: null,
  made: { code: '10M', name: '10M', speed_download: 10_000, speed_upload: 5_000, price: 150_000 },
  of: null,
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

describe('a package that is made for one group', () => {
  const shared: GroupChoice = { package_id: null, made: null, of: group.key, map: false };

  test('can be taken by lines of unknown speed in the same form', () => {
    const closed = line('b', { group: null });
    const chosen = new Map([
      [group.key, priced],
      [UNTOLD, shared],
    ]);
    expect(openGroups([line('a'), closed], nothing, chosen)).toEqual([]);
    const { body } = requestOf(read([line('a'), closed]), nothing, chosen, defaults);
    expect(body.packages).toEqual([priced.made]);
    expect(body.lines.map((entry) => entry.new_package)).toEqual([0, 0]);
  });

  test('is made although the lines of its own group are left out', () => {
    const closed = line('b', { group: null });
    const left = line('a');
    const decided = new Map([['a', { ...firstChoice(left), action: 'leave' as const }]]);
    const chosen = new Map([
      [group.key, priced],
      [UNTOLD, shared],
    ]);
    expect([...counted([left, closed], decided, chosen)]).toEqual([
      [UNTOLD, 1],
      [group.key, 0],
    ]);
    const { body, packages } = requestOf(read([left, closed]), decided, chosen, defaults);
    expect([body.packages, packages]).toEqual([[priced.made], [group.key]]);
    expect(body.lines[0]?.new_package).toBe(0);
  });

  test('can be taken by a single line', () => {
    const closed = line('b', { group: null });
    const decided = new Map([['b', { ...firstChoice(closed), package_of: group.key }]]);
    const chosen = new Map([[group.key, priced]]);
    expect(openGroups([closed], decided, chosen)).toEqual([]);
    const { body } = requestOf(read([closed]), decided, chosen, defaults);
    expect([body.packages, body.lines[0]?.new_package]).toEqual([[priced.made], 0]);
  });

  test('is no package while it is not made any more', () => {
    const closed = line('b', { group: null });
    const chosen = new Map([
      [group.key, { ...priced, made: null, package_id: 3 }],
      [UNTOLD, shared],
    ]);
    expect(makerOf(UNTOLD, chosen)).toBeNull();
    expect(openGroups([line('a'), closed], nothing, chosen)).toEqual([UNTOLD]);
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
    expect(staysClosed(closed, decided)).toBe(false);
  });

  test('whether a closed line is billed is said for all, and for a line that differs', () => {
    const lines = ['a', 'b'].map((key) => line(key, { closed: { by: 'disabled', sentence: '' } }));
    const [first] = lines;
    if (!first) throw new Error('there are two');
    const decided = new Map([['a', { ...firstChoice(first), bill_closed: true }]]);
    const asked = { ...defaults, bill_closed: false };
    const { body } = requestOf(read(lines), decided, new Map([[group.key, priced]]), asked);
    expect(body.bill_closed).toBe(false);
    expect(body.lines.map((entry) => entry.bill_closed)).toEqual([true, undefined]);
    expect(lines.filter((entry) => staysClosed(entry, decided)).length).toBe(2);
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
