import { expect, test } from 'vitest';

import type { Plan } from '../../api/types';
import {
  canStop,
  canStrike,
  canUndo,
  progressOf,
  returnOf,
  shownStatus,
  standingOf,
  stoppable,
  stopOf,
} from './progress';

const lines = (...states: string[]) => states.map((status) => ({ status }));
const plan = (status: string, ...states: string[]) =>
  ({ status, lines: lines(...states), profiles: lines() }) as unknown as Plan;

test('struck lines are no part of the work', () => {
  expect(progressOf(lines('done', 'failed', 'planned', 'struck', 'skipped'))).toEqual({
    total: 4,
    settled: 3,
    of: { waiting: 1, done: 1, back: 0, failed: 1, left: 1, stopped: 0, struck: 1 },
  });
});

test('lines that were brought back stand under a tab of their own, and are not done', () => {
  const rows = lines('done', 'undone', 'undone', 'kept');
  const { of, settled } = progressOf(rows);
  expect(of).toEqual({ waiting: 0, done: 1, back: 2, failed: 0, left: 1, stopped: 0, struck: 0 });
  expect(settled).toBe(4);
  expect(rows.filter((line) => standingOf(line) === 'done').length).toBe(of.done);
});

test('a state of a later version is not counted as work that waits', () => {
  expect(progressOf(lines('stopped')).settled).toBe(1);
});

test('a plan that runs can be stopped and taken back at the same time', () => {
  const running = plan('applying', 'done', 'planned');
  expect(canStop(running)).toBe(true);
  expect(canUndo(running)).toBe(true);
});

test.each(['waiting', 'undone', 'dismissed'])('a plan that is %s cannot be stopped', (status) => {
  expect(canStop(plan(status, 'planned'))).toBe(false);
});

test('an undo can be stopped while a line or a profile is not back yet', () => {
  const undoing = plan('undoing', 'undone', 'kept', 'done', 'done', 'struck');
  expect(canStop(undoing)).toBe(true);
  expect(stoppable(undoing, undoing.lines)).toBe(2);
  expect(canStop(plan('undoing', 'undone', 'kept'))).toBe(false);
  expect(canStop({ ...plan('undoing'), profiles: lines('done') } as unknown as Plan)).toBe(true);
});

test('what has changed nothing has no way back', () => {
  expect(canUndo(plan('applying', 'planned', 'failed'))).toBe(false);
  expect(canUndo(plan('undone', 'done'))).toBe(false);
});

test('lines are struck while their plan waits, and not once it runs', () => {
  expect(['waiting', 'preview'].map((status) => canStrike({ status }))).toEqual([true, true]);
  expect(['applying', 'applied', 'dismissed'].some((status) => canStrike({ status }))).toBe(false);
});

test('a plan that is taken back says how many of its changed lines are back', () => {
  expect(returnOf(plan('undoing', 'undone', 'kept', 'done', 'done', 'failed', 'struck'))).toEqual({
    total: 4,
    settled: 2,
    undone: 1,
    kept: 1,
  });
  expect(returnOf(plan('undone', 'struck'))).toBeNull();
  expect(returnOf(plan('applied', 'done'))).toBeNull();
});

test('a plan of profiles alone is stopped, taken back and counted like one of lines', () => {
  const of = (status: string, ...states: string[]) =>
    ({ status, lines: lines(), profiles: lines(...states) }) as unknown as Plan;
  expect(canStop(of('applying', 'planned'))).toBe(true);
  expect(canUndo(of('applied', 'done'))).toBe(true);
  const undone = of('undone', 'undone', 'kept');
  expect(returnOf(undone)).toBeNull();
  expect(returnOf(undone, undone.profiles)).toEqual({ total: 2, settled: 2, undone: 1, kept: 1 });
});

test('what a stop left out is neither struck nor done', () => {
  const rows = [
    { status: 'done', error: null },
    { status: 'struck', error: null },
    { status: 'struck', error: 'Rencana dihentikan oleh Sari.' },
  ];
  const { total, settled, of } = progressOf(rows);
  expect([total, settled, of.struck, of.stopped]).toEqual([2, 1, 1, 1]);
  expect(rows.map(shownStatus)).toEqual(['done', 'struck', 'stopped']);
});

test('a stop is told with what it left out, also where everything had been sent by then', () => {
  const stopped = (more: object, ...states: [string, string | null][]) =>
    ({
      cancelled_by: 'sari',
      cancelled_at: 5,
      lines: states.map(([status, error]) => ({ status, error })),
      profiles: [],
      ...more,
    }) as unknown as Plan;
  const left = stopOf(stopped({}, ['done', null], ['struck', null], ['struck', 'dihentikan']));
  expect(left).toEqual({ by: 'sari', at: 5, lines: 1, profiles: 0, settled: 1 });
  expect(stopOf(stopped({}, ['done', null]))).toMatchObject({ lines: 0, settled: 1 });
  expect(stopOf(stopped({ cancelled_by: null, cancelled_at: null }, ['done', null]))).toBeNull();
  expect(stopOf(stopped({ undone_at: 4 }, ['done', 'dihentikan'])), 'the stop of an undo').toBeNull();
});
