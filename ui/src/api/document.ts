/** Fetching a file (PDF, ZIP) from the API with the session's token, under the name that it gives. */
import type { Document } from '../app/pdf';
import { sessionHeaders } from './client';
import { problemFrom } from './problem';
import { inWindow } from './shell';
import { door, fetchThrough } from './transport';

export async function fetchDocument(
  path: string,
  query: Record<string, string>,
  name: string,
): Promise<Document> {
  // The program fetches what it opens itself: it opens nothing that a page hands to it.
  if (inWindow) return { path: `${path}?${new URLSearchParams(query).toString()}` };
  const response = await fetchThrough(door)(
    new Request(new URL(`${path}?${new URLSearchParams(query).toString()}`, location.href), {
      headers: sessionHeaders(),
    }),
  );
  if (!response.ok) throw problemFrom(response.status, await response.json().catch(() => null));
  const given = /filename="([^"/\\]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return {
    name: given ?? name,
    type: response.headers.get('content-type')?.split(';')[0] ?? 'application/pdf',
    bytes: new Uint8Array(await response.arrayBuffer()),
  };
}
