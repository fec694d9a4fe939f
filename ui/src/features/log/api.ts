import { client, listed } from '../../api/client';
import type { LogEntry } from '../../api/types';

export interface LogFilter {
  search?: string;
  act?: string;
  /** Instants: from inclusive, to exclusive. */
  from?: number;
  to?: number;
  cursor?: string;
  limit?: number;
}

export const log = (query: LogFilter) =>
  listed<LogEntry>(client.GET('/api/v1/billing-logs', { params: { query } }));
