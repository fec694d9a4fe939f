import { describe, expect, test } from 'vitest';

import { changesOf, draftOf, fieldsOf } from './draft';

const blank = () => ({ ...fieldsOf(undefined, '2026-11-23'), name: ' Siti ', package_id: '3' });

describe('what the customer form sends', () => {
  test('empty inputs are sent as null, not as empty text', () => {
    const draft = draftOf(blank());
    expect(draft).toMatchObject({ name: 'Siti', package_id: 3, phone: null, area_id: null, odp: null });
    expect(draft).not.toHaveProperty('customer_no');
    expect(draft).not.toHaveProperty('pppoe_password');
  });

  test('a percentage is sent in basis points and without a discount nothing is left behind', () => {
    const fields = blank();
    expect(draftOf({ ...fields, discount_type: 'percent', discount_value: 10 }).discount_value).toBe(1000);
    expect(draftOf({ ...fields, discount_type: 'none', discount_value: 10 })).toMatchObject({
      discount_type: null,
      discount_value: 0,
    });
  });

  test('a change sends only what differs', () => {
    const before = blank();
    expect(changesOf(before, { ...before, phone: '0812', pppoe_password: 'rahasia' })).toEqual({
      phone: '0812',
      pppoe_password: 'rahasia',
    });
    expect(changesOf(before, { ...before })).toEqual({});
  });
});
