import { expect, test } from 'vitest';

import { readDays, readHosts, readTime } from './typed';

test('days are a list of whole numbers, each once', () => {
  expect(readDays('3, 1')).toEqual([3, 1]);
  expect(readDays(' 7;3 3 ')).toEqual([7, 3]);
  expect(readDays('  ')).toEqual([]);
  expect(readDays('3, besok')).toBeNull();
  expect(readDays('-1')).toBeNull();
  expect(readDays('366')).toBeNull();
});

test('a time is written with a dot or a colon', () => {
  expect(readTime('7.30')).toBe('07:30');
  expect(readTime(' 21:05 ')).toBe('21:05');
  expect(readTime('pagi')).toBe('pagi');
  expect(readTime('')).toBe('');
});

test('hosts are read as people copy them from the address bar', () => {
  expect(readHosts('https://app.midtrans.com/pay?x=1\napi.xendit.co, 203.0.113.7')).toEqual([
    'app.midtrans.com',
    'api.xendit.co',
    '203.0.113.7',
  ]);
  expect(readHosts('A.example\na.example')).toEqual(['a.example']);
  expect(readHosts(' \n ')).toEqual([]);
});
