/** What an entry of the log is about, in words, and where it can be seen. */
import type { LogEntry } from '../../api/types';
import { word } from '../../i18n/index.svelte';

type Subject = Pick<LogEntry, 'subject_kind' | 'subject_id' | 'subject_name'>;

/** A plan has a number and no name of its own. */
export const subjectOf = (entry: Subject): string =>
  (entry.subject_kind === 'plan' ? null : entry.subject_name) ??
  [word('subject', entry.subject_kind), entry.subject_id].filter((part) => part !== null).join(' #');

const PLACES = new Map([
  ['customer', '/customers'],
  ['invoice', '/invoices'],
  ['payment', '/payments'],
  ['router', '/routers'],
  ['plan', '/isolation'],
]);

/** Where the record that an entry is about can be seen. */
export function placeOf(entry: Subject): string | null {
  const path = PLACES.get(entry.subject_kind);
  return path && entry.subject_id !== null ? `#${path}/${entry.subject_id}` : null;
}
