/**
 * What the counter may say about a line after a payment. It never says "open" on the strength of
 * having asked: only a reading of the router newer than the payment's own counts.
 */
import type { AccessState, Instant, Job, Observed } from '../../api/types';

export type LineState =
  | { state: 'opening' }
  | { state: 'open' }
  | { state: 'still_open' }
  | { state: 'stays_closed' }
  | { state: 'no_router' }
  | { state: 'parked'; reason: string | null }
  | { state: 'retrying'; reason: string | null; again: Instant | null }
  | { state: 'dead'; reason: string | null };

interface Seen {
  /** What the router had last said before the payment. */
  was: Observed;
  access: Pick<AccessState, 'desired' | 'observed'>;
  job: Pick<Job, 'status' | 'error' | 'run_at'> | null;
  hasRouter: boolean;
}

export function lineAfterPayment({ was, access, job, hasRouter }: Seen): LineState {
  if (!hasRouter) return { state: 'no_router' };
  if (access.desired === 'closed') return { state: 'stays_closed' };
  if (access.observed === 'open') return { state: was === 'open' ? 'still_open' : 'open' };
  switch (job?.status) {
    case 'parked':
      return { state: 'parked', reason: job.error };
    case 'dead':
    case 'cancelled':
      return { state: 'dead', reason: job.error };
    case 'queued':
      return job.error ? { state: 'retrying', reason: job.error, again: job.run_at } : { state: 'opening' };
    default:
      return { state: 'opening' };
  }
}
