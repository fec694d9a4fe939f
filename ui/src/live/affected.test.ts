import { expect, test } from 'vitest';

import { affectedBy } from './affected';

test('a payment makes money and lines old, and leaves the packages alone', () => {
  const words = affectedBy(['PaymentReceived']);
  expect(words).toContain('customers');
  expect(words).toContain('dashboard');
  expect(words).not.toContain('packages');
});

test('several events are one set of answers to read again', () => {
  const words = affectedBy(['InvoiceGenerated', 'CustomerIsolated', 'InvoiceGenerated']);
  expect(words).toContain('invoices');
  expect(words).toContain('isolation');
});

test.each(['DeviceRebooted', 'toString', '__proto__'])(
  '%s is unknown, so everything is read again',
  (kind) => {
    expect(affectedBy(['PaymentReceived', kind])).toBe('everything');
  },
);
