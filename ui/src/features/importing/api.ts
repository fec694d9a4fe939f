import { client, content, listed } from '../../api/client';
import type { Id, ImportBatch, ImportPreview, ImportResult, ImportUndone } from '../../api/types';

/** Reads the file without importing anything; the digest names it for the second step. `router` is for rows that name none. */
export async function preview(file: File, router: string | null): Promise<ImportPreview> {
  const bytes = await file.arrayBuffer();
  return content<ImportPreview>(
    client.POST('/api/v1/customers/imports', {
      // The document knows bytes only as text; they are sent as they are.
      ...(router !== null && { params: { query: { router } } }),
      body: '',
      bodySerializer: () => bytes,
      headers: {
        'content-type': 'application/octet-stream',
        // A header carries Latin-1 only; file names do not keep to that.
        'X-File-Name': encodeURIComponent(file.name),
      },
    }),
  );
}

export type ImportMode = 'all_or_nothing' | 'good_rows';

/** `firstPeriod` is the first month that is billed; without one it is the month under way. */
export const apply = (digest: string, mode: ImportMode, firstPeriod: string | null) =>
  content<ImportResult>(
    client.POST('/api/v1/customers/imports/{digest}/apply', {
      params: { path: { digest } },
      body: { mode, first_period: firstPeriod },
    }),
  );

export const batches = (cursor: string | undefined) =>
  listed<ImportBatch>(
    client.GET('/api/v1/customers/imports', { params: { query: { ...(cursor && { cursor }), limit: 20 } } }),
  );

export const undo = (id: Id) =>
  content<ImportUndone>(
    client.POST('/api/v1/customers/imports/{batch_id}/undo', { params: { path: { batch_id: id } } }),
  );
