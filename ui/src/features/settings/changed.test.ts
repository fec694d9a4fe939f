import { expect, test } from 'vitest';

import { changed } from './changed';

test('only what was changed is sent, compared by content', () => {
  const before = { 'office.name': 'A', 'billing.due': { after_issue: 20 }, 'isolation.weekdays': [1, 2] };
  expect(changed(before, { ...before, 'billing.due': { after_issue: 20 } })).toEqual({});
  expect(changed(before, { ...before, 'isolation.weekdays': [1], 'office.name': 'B' })).toEqual({
    'isolation.weekdays': [1],
    'office.name': 'B',
  });
});
