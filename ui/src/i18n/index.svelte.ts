/**
 * The words of the window. Indonesian is the language of the source; English must have the same keys
 * (a test compares them). The chosen language is remembered on this machine and sent to the API, so
 * that its sentences arrive in the same language.
 */
import en from './en.json';
import id from './id.json';
import { fill, type Values } from './message';

export type Key = keyof typeof id;
export type Language = 'id' | 'en';

const sentences: Record<Language, Record<Key, string>> = { id, en };
const MEMORY = 'sambung.language';

function remembered(): Language {
  return localStorage.getItem(MEMORY) === 'en' ? 'en' : 'id';
}

let chosen = $state<Language>(remembered());
document.documentElement.lang = chosen;

export function language(): Language {
  return chosen;
}

export function chooseLanguage(next: Language): void {
  chosen = next;
  localStorage.setItem(MEMORY, next);
  document.documentElement.lang = next;
}

/** The sentence for a key in the chosen language. Reactive where it is read. */
export function t(key: Key, values?: Values): string {
  return fill(sentences[chosen][key], values);
}

/** What the office said once for everybody, as of a task's run: Indonesian, and English where there is some. */
export function inLanguage(said: { message: string; message_en?: string }): string {
  return (chosen === 'en' && said.message_en) || said.message;
}

type Group =
  | 'access'
  | 'status'
  | 'stranger'
  | 'method'
  | 'connection'
  | 'job'
  | 'task'
  | 'act'
  | 'cause'
  | 'outcome'
  | 'role'
  | 'reason'
  | 'field'
  | 'check'
  | 'channel'
  | 'message'
  | 'subject';

/** The values of a group that this version has words for, as the API names them. */
export function known(group: Group): string[] {
  const start = `${group}.`;
  return Object.keys(sentences.id)
    .filter((key) => key.startsWith(start))
    .map((key) => key.slice(start.length));
}

/**
 * The word for a value that the API may extend (a status, a job kind). A value that this version does
 * not know is shown as it came: better a technical word than an empty cell.
 */
export function word(group: Group | `${Group}.${string}`, value: string): string {
  const all: Record<string, string> = sentences[chosen];
  return all[`${group}.${value}`] ?? value;
}
