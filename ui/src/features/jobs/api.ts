import { client, content, listed } from '../../api/client';
import type { Id, Job, RetriedJobs } from '../../api/types';

export interface JobFilter {
  status?: string;
  kind?: string;
  cursor?: string;
  limit?: number;
}

export const jobs = (query: JobFilter) => listed<Job>(client.GET('/api/v1/jobs', { params: { query } }));

export const job = (id: Id) => content<Job>(client.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));

export const retryJob = (id: Id) =>
  content<Job>(client.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } }));

/** Everything that gave up, once more. */
export const retryAll = () =>
  content<RetriedJobs>(client.POST('/api/v1/jobs/retry', { body: { kind: null } }));

export const cancelJob = (id: Id) =>
  content<Job>(client.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } }));
