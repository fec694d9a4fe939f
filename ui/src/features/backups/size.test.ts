import { describe, expect, test } from 'vitest';

import { fileName, fileSize } from './size';

describe('the size of a file', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_234_567, '1,2 MB'],
    [456_000_000, '456 MB'],
    [7_000_000_000_000_000, '7000 TB'],
  ])('%i bytes', (bytes, shown) => {
    expect(fileSize(bytes)).toBe(shown);
  });
});

describe('the name of a file', () => {
  test('stands behind the last slash of either kind', () => {
    expect(fileName('/media/cadangan/a.age')).toBe('a.age');
    expect(fileName('D:\\Cadangan\\a.age')).toBe('a.age');
    expect(fileName('a.age')).toBe('a.age');
  });
});
