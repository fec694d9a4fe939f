import { client, listed } from '../../api/client';
import { fetchDocument } from '../../api/document';
import type { Id, LogEntry } from '../../api/types';

export interface LogWhich {
  search?: string;
  act?: string;
  actor?: string;
  desk?: string;
  outcome?: string;
  subject_kind?: string;
  subject_id?: Id;
  cause?: string;
  /** Instants: from inclusive, to exclusive. */
  from?: number;
  to?: number;
}

export interface LogFilter extends LogWhich {
  cursor?: string;
  limit?: number;
}

export type TableForm = 'csv' | 'xlsx';

export const log = (query: LogFilter) =>
  listed<LogEntry>(client.GET('/api/v1/billing-logs', { params: { query } }));

/** What the filter shows, all pages of it, as a file. */
export function logTable(form: TableForm, which: LogWhich) {
  const given = Object.entries(which).map(([name, value]) => [name, String(value)]);
  const query = { format: form, ...Object.fromEntries(given) } as Record<string, string>;
  return fetchDocument('/api/v1/billing-logs/export', query, `log.${form}`);
}
