import { expect, test } from 'vitest';

import { hrefOf, namesOf } from './failures';

test('of many jobs that failed alike the first names are told, and how many there are besides', () => {
  expect(namesOf({ names: ['Budi', 'Sari', 'Wayan'], count: 41 })).toEqual({
    names: 'Budi, Sari, Wayan',
    more: 38,
  });
  expect(namesOf({ names: ['Budi'], count: 1 })).toEqual({ names: 'Budi', more: 0 });
  expect(namesOf({ names: [], count: 4 })).toEqual({ names: '', more: 0 });
});

test('a failure leads to its router, or to the jobs of its kind that stand so', () => {
  expect(hrefOf({ router_id: 3, state: 'unreachable', kind: 'router' })).toBe('#/routers/3');
  expect(hrefOf({ router_id: null, state: 'dead', kind: 'access' })).toBe('#/jobs?status=dead&kind=access');
});
