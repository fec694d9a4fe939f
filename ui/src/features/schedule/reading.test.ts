import { describe, expect, test } from 'vitest';

import { reading } from './reading';

describe('a cron text in words', () => {
  test('is read in the language of the window', () => {
    expect(reading('0 6 * * *', 'id', 'atau')).toContain('06.00');
    expect(reading('0 6 * * *', 'id', 'atau')).toContain('hari');
    expect(reading('*/15 * * * *', 'en', 'or')).toBe('Every 15 minutes, every hour, every day');
    expect(reading('0 10 30,L * *', 'id', 'atau')).toContain('hari terakhir');
  });

  test('says "or" where either day is enough', () => {
    expect(reading('0 6 1 * 1', 'en', 'or')).toBe(
      'At 06:00, on day 1 of the month; or at 06:00, only on Monday',
    );
    expect(reading('0 6 1 * 1', 'id', 'atau')).toContain('; atau ');
    expect(reading('0 6 1 * 1', 'id', 'atau')).not.toContain(', dan ');
  });

  test('is not made up for a text that is none', () => {
    for (const text of ['', '0 6', 'every day at six', '99 6 * * *', '0 0 6 * * *']) {
      expect(reading(text, 'id', 'atau'), text).toBeNull();
    }
  });
});
