/** Whom a job is about, as far as its payload says so. */
import type { Id, Job } from '../../api/types';

/** The customer of a job; `null` for one that is about nobody, or about many. */
export function customerOf({ payload }: Pick<Job, 'payload'>): Id | null {
  if (typeof payload !== 'object' || payload === null || !('customer_id' in payload)) return null;
  return Number.isInteger(payload.customer_id) ? Number(payload.customer_id) : null;
}
