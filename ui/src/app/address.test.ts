import { expect, test } from 'vitest';

import { hashFor } from './address';

const at = (pathname: string, search = '', hash = '') => hashFor({ pathname, search, hash });

test('a screen that was typed as a path is found under its hash', () => {
  expect(at('/customers/34')).toBe('#/customers/34');
  expect(at('/invoices/', '?status=overdue')).toBe('#/invoices?status=overdue');
});

test('the page itself, and an address with a hash, stay as they are', () => {
  expect(at('/')).toBeNull();
  expect(at('/index.html')).toBeNull();
  expect(at('/customers', '', '#/log')).toBeNull();
});
