import { expect, test } from 'vitest';

import { add, ceiling, path, SAMPLES } from './traffic';

const at = (read_at: number, download = 0, upload = 0) => ({
  customer_id: 1,
  online: true,
  read_at,
  download,
  upload,
});

test('only the last minute is kept', () => {
  let samples = [at(0)];
  for (let time = 1; time < SAMPLES + 10; time++) samples = add(samples, at(time));
  expect(samples).toHaveLength(SAMPLES);
  expect(samples.at(-1)?.read_at).toBe(SAMPLES + 9);
});

test('a reading that comes a second time is no second point', () => {
  expect(add([at(5, 10)], at(5, 10))).toHaveLength(1);
});

test.each([
  [0, 100_000],
  [100_000, 100_000],
  [100_001, 200_000],
  [21_000_000, 50_000_000],
  [999_000_000, 1_000_000_000],
])('a line at %i bit/s is drawn below %i', (most, top) => {
  expect(ceiling([at(1, most)])).toBe(top);
});

test('upload counts for the scale too', () => {
  expect(ceiling([at(1, 0, 3_000_000)])).toBe(5_000_000);
});

test('the newest reading stands at the right edge and nothing leaves the picture', () => {
  expect(path([0, 50, 200], 100, 300, 40)).toBe('M280.0 40.0L290.0 20.0L300.0 0.0');
  expect(path([], 100, 300, 40)).toBe('');
});
