import { expect, test } from 'vitest';

import { customerOf } from './subject';

test('a job about one customer names them', () => {
  expect(customerOf({ payload: { customer_id: 12 } })).toBe(12);
});

test.each([[null], [[]], ['12'], [{ plan_id: 3 }], [{ customer_id: '12' }], [{ customer_id: null }]])(
  'the payload %j is about nobody in particular',
  (payload) => {
    expect(customerOf({ payload })).toBeNull();
  },
);
