import type { TaskSummary } from '../../api/types';

const NAMES = ['created', 'isolated', 'opened', 'sent', 'synced', 'waiting', 'skipped', 'failed'] as const;

/** The numbers of a task's summary that are not zero, in the order in which people ask for them. */
export function counts(summary: Partial<TaskSummary>): { name: string; count: number }[] {
  return NAMES.map((name) => ({ name, count: summary[name] ?? 0 })).filter((entry) => entry.count > 0);
}

/** Whether what a task left behind is a summary; it may also be an error, or nothing. */
export function isSummary(outcome: unknown): outcome is Partial<TaskSummary> {
  return typeof outcome === 'object' && outcome !== null && 'failed' in outcome && 'skipped' in outcome;
}
