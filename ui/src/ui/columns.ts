import type { Snippet } from 'svelte';

/** One column of a `DataTable`: what it sorts by, and how its cell looks. */
export interface Column<T> {
  id: string;
  header: string;
  /** What a header stands for that is shorter than its meaning. */
  hint?: string;
  /** What is shown without a `cell`, and what local sorting compares. */
  value: (row: T) => string | number | null;
  cell?: Snippet<[T]>;
  align?: 'left' | 'right';
  /** A track of the CSS grid: `6rem`, `minmax(10rem, 2fr)`. */
  width: string;
  sortable?: boolean;
}

/** `name` ascending, `-name` descending: the form that the API's `sort` takes. */
export type SortKey = string;

export function sortKey(id: string, descending: boolean): SortKey {
  return descending ? `-${id}` : id;
}

export function readSortKey(key: SortKey | null): { id: string; desc: boolean }[] {
  if (!key) return [];
  return key.startsWith('-') ? [{ id: key.slice(1), desc: true }] : [{ id: key, desc: false }];
}
