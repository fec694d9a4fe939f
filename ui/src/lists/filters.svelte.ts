/**
 * What a list was asked for: the typed search and the chosen filters, kept in the address so that going back,
 * reloading and a link all show the same rows. A word of the address that means nothing counts as absent.
 */
import { here, setQuery } from '../app/route.svelte';
import { settled } from './settled.svelte';

/** Reads a word of the address; `undefined` when it is none that the filter knows. */
export type Reader<T> = (word: string) => T | undefined;

/** WebKit refuses a page that writes its address often; what is typed goes there when the fingers rest. */
const ADDRESS_REST_MS = 600;

export const oneOf =
  <T extends string>(known: readonly T[]): Reader<T> =>
  (word) =>
    known.find((entry) => entry === word);

export const number: Reader<number> = (word) => (/^\d+$/.test(word) ? Number(word) : undefined);
export const flag: Reader<true> = (word) => (word === 'true' ? true : undefined);
export const text: Reader<string> = (word) => word || undefined;
export const day: Reader<string> = (word) => (/^\d{4}-\d{2}-\d{2}$/.test(word) ? word : undefined);

type Readers = Record<string, Reader<unknown>>;
export type Asked<R extends Readers> = {
  [Name in keyof R]?: Exclude<ReturnType<R[Name]>, undefined>;
} & { search?: string };

export function createFilters<R extends Readers>(readers: R) {
  let typed = $state(here().query.get('search') ?? '');
  const search = settled(() => typed.trim());
  const rested = settled(() => typed.trim(), ADDRESS_REST_MS);
  $effect(() => {
    setQuery({ search: rested.value || null });
  });

  const asked = $derived.by(() => {
    const values: Record<string, unknown> = search.value ? { search: search.value } : {};
    for (const [name, read] of Object.entries(readers)) {
      const value = read(here().query.get(name) ?? '');
      if (value !== undefined) values[name] = value;
    }
    return values as Asked<R>;
  });

  return {
    get typed() {
      return typed;
    },
    set typed(next: string) {
      typed = next;
    },
    /** What the API is asked: only what was chosen, in the types that it takes. */
    get asked() {
      return asked;
    },
    /** Whether anything narrows the list. */
    get some() {
      return Object.keys(asked).length > 0;
    },
    /** The chosen word of a filter as the address has it; empty for none. */
    word: (name: string): string => (asked[name] === undefined ? '' : String(asked[name])),
    choose: (name: string, word: string | null): void => {
      setQuery({ [name]: word });
    },
    clear: () => {
      typed = '';
      setQuery(Object.fromEntries(Object.keys(readers).map((name) => [name, null])));
    },
  };
}

/** What the controls of a filter need of it, whichever list it narrows. */
export type Filters = Omit<ReturnType<typeof createFilters<Readers>>, 'asked'>;
