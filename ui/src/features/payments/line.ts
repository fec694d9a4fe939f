/**
 * What the counter may say about a line after a payment. It never says "open" on the strength of
 * having asked: only a reading of the router newer than the payment's own counts. And it says
 * "opening" only while a job really is under way; where none is, it says what is so instead.
 */
import type { AccessState, Customer, Instant, Job, Observed, RouterMode } from '../../api/types';

export type LineState =
  | { state: 'opening' }
  | { state: 'open' }
  | { state: 'still_open' }
  | { state: 'stays_closed' }
  | { state: 'kept_closed' }
  | { state: 'not_closed_yet' }
  | { state: 'no_router' }
  | { state: 'observed' }
  | { state: 'parked'; reason: string | null }
  | { state: 'retrying'; reason: string | null; again: Instant | null }
  | { state: 'dead'; reason: string | null }
  | { state: 'missing' }
  | { state: 'never_read' }
  | { state: 'idle' };

interface Seen {
  /** What the router had last said before the payment. */
  was: Observed;
  access: Pick<AccessState, 'desired' | 'observed'>;
  overdue: number;
  /** The mode of the line's router; `null` where it has none. */
  mode: RouterMode | null;
  untold: Pick<NonNullable<Customer['untold']>, 'because' | 'code' | 'message'> | null;
  /** `none` where the payment asked for nothing, `unread` until the job was read for the first time. */
  job: Pick<Job, 'status' | 'error' | 'run_at'> | 'none' | 'unread';
  /** Whether the line was read before its job was: its end may not be in that answer yet. */
  isBehind: boolean;
}

export function lineAfterPayment(seen: Seen): LineState {
  const { access, mode } = seen;
  if (mode === null) return { state: 'no_router' };
  if (access.desired === 'closed') {
    if (access.observed !== 'closed') return { state: 'not_closed_yet' };
    return { state: seen.overdue > 0 ? 'stays_closed' : 'kept_closed' };
  }
  if (access.observed === 'open') return { state: seen.was === 'open' ? 'still_open' : 'open' };
  if (mode === 'observe') return { state: 'observed' };
  return byItsJob(seen) ?? byWhatIsUntold(seen);
}

/** What the payment's own job says; `null` where there is none that still has something to say. */
function byItsJob({ job, isBehind }: Seen): LineState | null {
  if (job === 'none') return null;
  if (job === 'unread') return { state: 'opening' };
  switch (job.status) {
    case 'parked':
      return { state: 'parked', reason: job.error };
    case 'dead':
    case 'cancelled':
      return { state: 'dead', reason: job.error };
    case 'queued':
      return job.error ? { state: 'retrying', reason: job.error, again: job.run_at } : { state: 'opening' };
    case 'running':
      return { state: 'opening' };
    default:
      return isBehind ? { state: 'opening' } : null;
  }
}

function byWhatIsUntold({ untold, access }: Seen): LineState {
  switch (untold?.because) {
    case 'observed':
      return { state: 'observed' };
    case 'failed':
    case 'unnamed':
      return { state: 'dead', reason: untold.message };
    case 'missing':
      return { state: 'missing' };
    case 'waiting':
      // Work that met nothing wrong yet is on its way; what has a reason waits for that to pass.
      if (untold.code === null && untold.message === null) return { state: 'opening' };
      return untold.code?.startsWith('router_')
        ? { state: 'parked', reason: untold.message }
        : { state: 'retrying', reason: untold.message, again: null };
    default:
      return { state: access.observed === 'unknown' ? 'never_read' : 'idle' };
  }
}
