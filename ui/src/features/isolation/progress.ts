/** How far a plan is, counted by what became of its lines. */
import type { Plan, PlanLine } from '../../api/types';

/** What a person asks of a line: all of its states come down to one of these. */
export type Standing = 'waiting' | 'done' | 'back' | 'failed' | 'left' | 'stopped' | 'struck';

const STANDINGS: Readonly<Record<string, Standing>> = {
  planned: 'waiting',
  done: 'done',
  undone: 'back',
  failed: 'failed',
  skipped: 'left',
  kept: 'left',
  struck: 'struck',
};

type Row = Pick<PlanLine, 'status'> & Partial<Pick<PlanLine, 'error'>>;

/** What a stop left out says why; what a person struck says nothing. */
const wasStopped = (line: Row) => line.status === 'struck' && Boolean(line.error);

/** A state that this version does not know is at least no work that waits. */
export const standingOf = (line: Row): Standing =>
  wasStopped(line) ? 'stopped' : (STANDINGS[line.status] ?? 'left');

/** The state of a line as it is shown: what was left out by a stop was not struck by a person. */
export const shownStatus = (line: Row): string => (wasStopped(line) ? 'stopped' : line.status);

export interface Progress {
  /** Lines that were to be changed; those that a person struck are none. */
  total: number;
  /** Those that came to their end; what a stop left out did not. */
  settled: number;
  of: Readonly<Record<Standing, number>>;
}

/** Of a plan's lines, or of its profiles. */
export function progressOf(lines: readonly Row[]): Progress {
  const of: Record<Standing, number> = {
    waiting: 0,
    done: 0,
    back: 0,
    failed: 0,
    left: 0,
    stopped: 0,
    struck: 0,
  };
  for (const line of lines) of[standingOf(line)] += 1;
  const total = lines.length - of.struck;
  return { total, settled: total - of.waiting - of.stopped, of };
}

/** What a stop left of a plan's lines and profiles. */
export interface Stop {
  by: string;
  /** When, epoch milliseconds. */
  at: number;
  /** Lines that were not sent any more. */
  lines: number;
  profiles: number;
  /** Lines and profiles that had come to their end. */
  settled: number;
}

/** Who stopped a plan while it was carried out, and what that left out; `null` where nobody did. The stop of an undo is told by its lines. */
export function stopOf(plan: Plan): Stop | null {
  if (!plan.cancelled_by || !plan.cancelled_at) return null;
  if (plan.undone_at && plan.cancelled_at > plan.undone_at) return null;
  const [lines, profiles] = [progressOf(plan.lines), progressOf(plan.profiles)];
  return {
    by: plan.cancelled_by,
    at: plan.cancelled_at,
    lines: lines.of.stopped,
    profiles: profiles.of.stopped,
    settled: lines.settled + profiles.settled,
  };
}

/** How far a plan is taken back. */
export interface Return {
  /** Lines that it had changed. */
  total: number;
  settled: number;
  undone: number;
  /** Changed since by somebody else, and left as they are. */
  kept: number;
}

const TAKEN_BACK = new Set(['undoing', 'undone']);

/** `null` for a plan that nobody takes back, or that had changed nothing of these: its lines, or its profiles. */
export function returnOf(
  plan: Pick<Plan, 'status' | 'lines'>,
  changed: readonly Pick<PlanLine, 'status'>[] = plan.lines,
): Return | null {
  if (!TAKEN_BACK.has(plan.status)) return null;
  const n = (status: string) => changed.filter((line) => line.status === status).length;
  const undone = n('undone');
  const kept = n('kept');
  const settled = undone + kept;
  const total = settled + n('done');
  return total > 0 ? { total, settled, undone, kept } : null;
}

const GOING = new Set(['approved', 'applying']);

/** How many of a plan's lines, or of its profiles, would stay as they are if it were stopped now. */
export function stoppable(plan: Pick<Plan, 'status'>, changed: readonly Pick<PlanLine, 'status'>[]): number {
  const { of } = progressOf(changed);
  if (plan.status === 'undoing') return of.done;
  return GOING.has(plan.status) ? of.waiting : 0;
}

/** Whether lines or profiles still wait for their turn, there or back, so that there is something to stop. */
export function canStop(plan: Plan): boolean {
  return stoppable(plan, [...plan.lines, ...plan.profiles]) > 0;
}

const OPEN = new Set(['waiting', 'preview']);

/** Whether single lines may still be taken out and back in. */
export function canStrike(plan: Pick<Plan, 'status'>): boolean {
  return OPEN.has(plan.status);
}

/** Whether there is a way back: as soon as one line or profile was changed, and not only after the last. */
export function canUndo(plan: Plan): boolean {
  return (
    (plan.status === 'applied' || GOING.has(plan.status)) &&
    [...plan.lines, ...plan.profiles].some((changed) => changed.status === 'done')
  );
}
