import { expect, test } from 'vitest';

import { differences, remaining } from './conflict';

const before = { name: 'Budi', phone: '0812', address: null, price: 100 };

test('only what both changed to different values is to be chosen', () => {
  const mine = { ...before, name: 'Budi S.', phone: '0813', price: 200 };
  const theirs = { ...before, name: 'Budi Santoso', price: 200, address: 'RT 3' };
  expect(differences(before, mine, theirs)).toEqual([
    { field: 'name', mine: 'Budi S.', theirs: 'Budi Santoso' },
  ]);
});

test('what was changed here alone is saved, and what was changed there stays', () => {
  const mine = { ...before, name: 'Budi S.', phone: '0813' };
  const theirs = { ...before, name: 'Budi Santoso', address: 'RT 3' };
  expect(remaining(before, mine, theirs, { name: 'theirs' })).toEqual({ phone: '0813' });
  expect(remaining(before, mine, theirs, { name: 'mine' })).toEqual({ name: 'Budi S.', phone: '0813' });
});

test('a field that nobody has there, like a password, is never in conflict', () => {
  const mine = { ...before, password: 'rahasia' };
  expect(differences(before, mine, { ...before, name: 'Budi Santoso' })).toEqual([]);
  expect(remaining(before, mine, before, {})).toEqual({ password: 'rahasia' });
});

test('lists and rules are compared by what is in them', () => {
  const was = { due: { after_issue: 20 } };
  expect(differences(was, { due: { after_issue: 10 } }, { due: { after_issue: 10 } })).toEqual([]);
  expect(differences(was, { due: { after_issue: 10 } }, { due: { day_of_month: 10 } })).toHaveLength(1);
});
