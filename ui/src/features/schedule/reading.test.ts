import { describe, expect, test } from 'vitest';

import { reading } from './reading';

describe('a cron text in words', () => {
  test('is read in the language of the window', () => {
    expect(reading('0 6 * * *', 'id')).toContain('06:00');
    expect(reading('0 6 * * *', 'id')).toContain('hari');
    expect(reading('*/15 * * * *', 'en')).toBe('Every 15 minutes, every hour, every day');
    expect(reading('0 10 30,L * *', 'id')).toContain('hari terakhir');
  });

  test('is not made up for a text that is none', () => {
    for (const text of ['', '0 6', 'every day at six', '99 6 * * *', '0 0 6 * * *']) {
      expect(reading(text, 'id'), text).toBeNull();
    }
  });
});
