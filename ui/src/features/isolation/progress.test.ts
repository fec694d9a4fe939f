import { expect, test } from 'vitest';

import type { Plan } from '../../api/types';
import { canStop, canStrike, canUndo, progressOf, returnOf, standingOf, stoppable } from './progress';

const lines = (...states: string[]) => states.map((status) => ({ status }));
const plan = (status: string, ...states: string[]) =>
  ({ status, lines: lines(...states), profiles: lines() }) as unknown as Plan;

test('struck lines are no part of the work', () => {
  expect(progressOf(lines('done', 'failed', 'planned', 'struck', 'skipped'))).toEqual({
    total: 4,
    settled: 3,
    of: { waiting: 1, done: 1, back: 0, failed: 1, left: 1, struck: 1 },
  });
});

test('lines that were brought back stand under a tab of their own, and are not done', () => {
  const rows = lines('done', 'undone', 'undone', 'kept');
  const { of, settled } = progressOf(rows);
  expect(of).toEqual({ waiting: 0, done: 1, back: 2, failed: 0, left: 1, struck: 0 });
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
