import { expect, test } from 'vitest';

import { affectedBy, affectedByWritten, both } from './affected';

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

test('what was written at another desk makes its lists old, and no form of settings', () => {
  const words = affectedByWritten('{"subjects":["package","office"],"everything":false}');
  expect(words).toContain('packages');
  expect(words).toContain('desks');
  expect(words).not.toContain('settings');
  expect(words).not.toContain('staff');
});

test.each([
  '{"subjects":["package"],"everything":true}',
  '{"subjects":["device"],"everything":false}',
  '{"subjects":"package"}',
  'null',
  'terputus',
])('%s may be anything', (data) => {
  expect(affectedByWritten(data)).toBe('everything');
});

test('two rounds of news are one', () => {
  expect(both(new Set(['a']), new Set(['b']))).toEqual(new Set(['a', 'b']));
  expect(both(new Set(['a']), 'everything')).toBe('everything');
});
