/**
 * What somebody typed and has not saved, kept in the tab: it outlives a reload and the end of a session, and goes with
 * the tab. Only what differs from the record is kept, so that it lies over a record that changed meanwhile; it comes
 * back to the person who typed it and to nobody else. Secrets are never kept.
 */
import type { Id } from '../api/types';

const MEMORY = 'sambung.typed.';

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The fields that are not as they were. */
export function differing<T extends object>(before: T, now: T): Partial<T> {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => !same(old.get(name), value)),
  ) as Partial<T>;
}

export function without<T extends object>(values: Partial<T>, names: readonly (keyof T)[]): Partial<T> {
  const secret: readonly PropertyKey[] = names;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !secret.includes(name))) as Partial<T>;
}

/** Keeps the values under the form's name; none at all is nothing to keep. */
export function keep(form: string, by: Id, values: object): void {
  if (Object.keys(values).length === 0) forget(form);
  else sessionStorage.setItem(MEMORY + form, JSON.stringify({ by, values }));
}

export function forget(form: string): void {
  sessionStorage.removeItem(MEMORY + form);
}

/** What that person typed into that form, as far as the form still has such fields. */
export function recall<T extends object>(form: string, by: Id, before: T): Partial<T> {
  const text = sessionStorage.getItem(MEMORY + form);
  if (text === null) return {};
  const kept = read(text);
  if (kept?.by !== by) return {};
  return Object.fromEntries(Object.entries(kept.values).filter(([name]) => name in before)) as Partial<T>;
}

function read(text: string): { by: unknown; values: object } | null {
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== 'object' || kept === null || !('by' in kept) || !('values' in kept)) return null;
    return typeof kept.values === 'object' && kept.values !== null
      ? { by: kept.by, values: kept.values }
      : null;
  } catch {
    return null;
  }
}
