import { describe, expect, test } from 'vitest';

import { wrongWith } from './passphrase';

describe('a passphrase', () => {
  test('is long enough and typed the same twice', () => {
    expect(wrongWith('pendek', 'pendek')).toBe('short');
    expect(wrongWith('sapi makan rumput', 'sapi makan rumpu')).toBe('different');
    expect(wrongWith('sapi makan rumput', 'sapi makan rumput')).toBeNull();
  });

  test('is counted in characters as people see them', () => {
    expect(wrongWith('🐄🐄🐄🐄🐄🐄', '🐄🐄🐄🐄🐄🐄')).toBe('short');
  });
});
