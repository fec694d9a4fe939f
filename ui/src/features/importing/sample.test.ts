import { describe, expect, test, vi } from 'vitest';

import type { Sample } from './sample';

// The chosen language is remembered by the window; here there is none.
vi.stubGlobal('localStorage', { getItem: () => null });
vi.stubGlobal('document', { documentElement: {} });
const { fieldName, filledFields, sampleText } = await import('./sample');

const row: Sample = {
  line_no: 2,
  name: 'Siti',
  customer_no: null,
  phone: '6281234567890',
  address: null,
  package: 'P10',
  router: null,
  connection_type: 'pppoe',
  pppoe_username: 'siti',
  has_pppoe_password: true,
  static_ip: null,
  mac_address: null,
  ont_serial: null,
  odp: null,
  area: null,
  collector: null,
  billing_day: 1,
  billing_start: '2026-11-01',
  discount_type: null,
  discount_value: 0,
  rapel_months: 0,
  debt: 150_000,
  status: 'active',
  taxed: false,
};

describe('the sample of an import', () => {
  test('shows who, in what state and with what debt before everything else', () => {
    expect(filledFields([row]).slice(0, 4)).toEqual(['name', 'status', 'debt', 'package']);
  });

  test('has no column that is empty in every row', () => {
    const fields = filledFields([row]);
    expect(fields).toContain('debt');
    expect(fields).toContain('taxed');
    expect(fields).not.toContain('address');
    expect(fields).not.toContain('discount_value');
    expect(filledFields([row, { ...row, address: 'Jl. Baru 1' }])).toContain('address');
  });

  test('names its columns and values in words', () => {
    for (const field of filledFields([row])) expect(fieldName(field)).not.toContain('_');
    expect(sampleText(row, 'has_pppoe_password')).toBe('Ya');
    expect(sampleText(row, 'taxed')).toBe('Tidak');
    expect(sampleText(row, 'status')).toBe('Aktif');
    expect(sampleText(row, 'phone')).toBe('0812-3456-7890');
    expect(sampleText(row, 'billing_start')).toBe('1 Nov 2026');
    expect(sampleText(row, 'debt')).toBe('Rp\u00a0150.000');
    expect(sampleText(row, 'address')).toBe('–');
  });

  test('a discount is read by what it counts', () => {
    const percent: Sample = { ...row, discount_type: 'percent', discount_value: 12.5 };
    expect(sampleText(percent, 'discount_value')).toBe('12,5%');
    expect(filledFields([percent])).not.toContain('discount_type');
    const amount: Sample = { ...row, discount_type: 'amount', discount_value: 10_000 };
    expect(sampleText(amount, 'discount_value')).toBe('Rp\u00a010.000');
  });
});
