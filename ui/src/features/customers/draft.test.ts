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

  test('a percentage is sent as percent and without a discount nothing is left behind', () => {
    const fields = blank();
    expect(draftOf({ ...fields, discount_type: 'percent', discount_value: 12.5 }).discount_value).toBe(12.5);
    expect(draftOf({ ...fields, discount_type: 'none', discount_value: 10 })).toMatchObject({
      discount_type: null,
      discount_value: 0,
    });
  });

  test('a rule of the customer is sent as one, and the office is no rule', () => {
    const fields = blank();
    expect(draftOf(fields).due_rule).toBeNull();
    expect(draftOf({ ...fields, due_kind: 'after_issue', due_days: 0 }).due_rule).toEqual({ after_issue: 0 });
    expect(draftOf({ ...fields, due_kind: 'day_of_month', due_days: 25 }).due_rule).toEqual({
      day_of_month: 25,
    });
  });

  test('a rule that stayed the same is not sent again', () => {
    const before = { ...blank(), due_kind: 'day_of_month' as const, due_days: 25 };
    expect(changesOf(before, { ...before, payer_id: '7' })).toEqual({ payer_id: 7 });
    expect(changesOf(before, { ...before, due_kind: 'office' })).toEqual({ due_rule: null });
  });

  test('days of a discount go with the discount', () => {
    const fields = { ...blank(), discount_from: '2026-12-01', discount_until: '2026-12-31' };
    expect(draftOf({ ...fields, discount_type: 'amount', discount_value: 10_000 })).toMatchObject({
      discount_from: '2026-12-01',
      discount_until: '2026-12-31',
    });
    expect(draftOf(fields)).toMatchObject({ discount_from: null, discount_until: null });
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
