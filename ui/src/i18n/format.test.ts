import { describe, expect, test } from 'vitest';

import {
  bitrate,
  bytes,
  civilDate,
  clock,
  dayOf,
  grouped,
  moment,
  periodName,
  phone,
  readRupiah,
  rupiah,
  shiftPeriod,
  speed,
  startOfDay,
  lasting,
  uptime,
} from './format';

describe('money', () => {
  test('is written with dots and a space that does not break', () => {
    expect(rupiah(12_345_678)).toBe('Rp\u00a012.345.678');
    expect(rupiah(0)).toBe('Rp\u00a00');
    expect(rupiah(-50_000)).toBe('−Rp\u00a050.000');
    expect(grouped(999)).toBe('999');
  });

  test.each([
    ['200000', 200_000],
    ['200.000', 200_000],
    ['Rp 12.345.678', 12_345_678],
    ['rp1.000', 1_000],
    ['', null],
    ['  ', null],
    ['0', 0],
  ])('reads %j', (text, amount) => {
    expect(readRupiah(text)).toBe(amount);
  });

  test.each(['-5', '1,5', '1.5', '2e5', 'dua', '99999999999999999999', '1.0000', '.000'])(
    'refuses %j instead of guessing',
    (text) => {
      expect(readRupiah(text)).toBeUndefined();
    },
  );

  test('every amount reads back as it was written', () => {
    for (let amount = 1; amount < Number.MAX_SAFE_INTEGER; amount = amount * 7 + 3) {
      expect(readRupiah(rupiah(amount))).toBe(amount);
    }
  });
});

describe('time', () => {
  test('dates are written the Indonesian way', () => {
    expect(civilDate('2026-08-05', 'id')).toBe('5 Agu 2026');
    expect(civilDate('2026-08-05', 'en')).toBe('5 Aug 2026');
    expect(civilDate('besok', 'id')).toBe('besok');
    expect(periodName('2026-05', 'id')).toBe('Mei 2026');
  });

  test('an instant is read in the zone of the office, not of the machine', () => {
    const instant = Date.UTC(2026, 10, 22, 17, 30, 5);
    expect(dayOf(instant, 'Asia/Jakarta')).toBe('2026-11-23');
    expect(clock(instant, 'Asia/Jakarta')).toBe('00.30');
    expect(clock(instant, 'Asia/Jayapura', true)).toBe('02.30.05');
    expect(moment(instant, 'Asia/Jakarta', 'id')).toBe('23 Nov 2026 00.30');
  });

  test('a day begins at midnight of the office', () => {
    expect(startOfDay('2026-11-23', 'Asia/Jakarta')).toBe(Date.UTC(2026, 10, 22, 17));
    expect(startOfDay('2026-12-31', 'Asia/Jayapura', 1)).toBe(Date.UTC(2026, 11, 31, 15));
  });

  test('months are counted over the turn of the year', () => {
    expect(shiftPeriod('2026-12', 1)).toBe('2027-01');
    expect(shiftPeriod('2026-01', -1)).toBe('2025-12');
    expect(shiftPeriod('2026-03', -15)).toBe('2024-12');
  });
});

test('phones and speeds read as people say them', () => {
  expect(phone('6281234567890')).toBe('0812-3456-7890');
  expect(phone('12')).toBe('12');
  expect(speed(20_000)).toBe('20 Mbps');
  expect(speed(10_240)).toBe('10 Mbps');
  expect(speed(512)).toBe('512 kbps');
  expect(speed(2_500)).toBe('2,5 Mbps');
});

describe('what a router measures', () => {
  test.each([
    [0, '0 bps'],
    [999, '999 bps'],
    [1_000, '1 kbps'],
    [4_598_214, '4,6 Mbps'],
    [80_978_965, '81 Mbps'],
    [2_500_000_000, '2,5 Gbps'],
  ])('%i bit/s', (bits, text) => {
    expect(bitrate(bits)).toBe(text);
  });

  test.each([
    [805_306_368, '768 MiB'],
    [1_610_612_736, '1,5 GiB'],
  ])('%i bytes', (count, text) => {
    expect(bytes(count)).toBe(text);
  });

  test.each([
    ['1w2d3h4m5s', '1 minggu 2 hari'],
    ['0w0d3h0m5s', '3 jam 5 detik'],
    ['6s', '6 detik'],
    ['0s', '0s'],
    ['01:02:03', '01:02:03'],
  ])('up for %j', (text, said) => {
    expect(uptime(text, 'id')).toBe(said);
  });
});

test('a time in seconds reads in its two largest parts', () => {
  expect(lasting(0, 'id')).toBe('0 detik');
  expect(lasting(-45, 'id')).toBe('45 detik');
  expect(lasting(7_200, 'en')).toBe('2 h');
  expect(lasting(11_520, 'id')).toBe('3 jam 12 menit');
  expect(lasting(2_764_800, 'id')).toBe('4 minggu 4 hari');
});
