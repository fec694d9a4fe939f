import { expect, test } from 'vitest';

import { changed, madeElsewhere } from './changed';

test('only what was changed is sent, compared by content', () => {
  const before = { 'office.name': 'A', 'billing.due': { after_issue: 20 }, 'isolation.weekdays': [1, 2] };
  expect(changed(before, { ...before, 'billing.due': { after_issue: 20 } })).toEqual({});
  expect(changed(before, { ...before, 'isolation.weekdays': [1], 'office.name': 'B' })).toEqual({
    'isolation.weekdays': [1],
    'office.name': 'B',
  });
});

test('what somebody else changed is told from what was saved here', () => {
  const left = { 'office.name': 'Warga Net', 'office.phone': '0812', version: 3 };
  expect(madeElsewhere(left, { ...left, version: 4 })).toEqual([]);
  expect(madeElsewhere(left, { ...left, 'office.phone': '0813', version: 5 })).toEqual(['office.phone']);
});
