import { client, content } from '../../api/client';
import type { Found } from '../../api/types';

/** Whatever begins like the words: at most eight of each kind. */
export const find = (words: string) =>
  content<Found>(client.GET('/api/v1/find', { params: { query: { q: words } } }));
