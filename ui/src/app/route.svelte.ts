/**
 * Where the window is: the hash of the address, so that the same build works from a server, from the
 * application's own scheme, and after a reload.
 */
import { untrack } from 'svelte';
import { SvelteURLSearchParams } from 'svelte/reactivity';

import { hasUnsaved, leave } from '../forms/unsaved.svelte';
import { hashFor } from './address';

export interface Place {
  path: string;
  query: SvelteURLSearchParams;
}

export function readPlace(hash: string): Place {
  const bare = hash.replace(/^#/, '') || '/';
  const at = bare.indexOf('?');
  return at < 0
    ? { path: bare, query: new SvelteURLSearchParams() }
    : { path: bare.slice(0, at), query: new SvelteURLSearchParams(bare.slice(at + 1)) };
}

/** The values of `:names` in a pattern, or `null` when the path is another one. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) {
      if (value === '') return null;
      values[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) return null;
  }
  return values;
}

const meant = hashFor(location);
if (meant !== null) history.replaceState(null, '', `/${meant}`);

let place = $state.raw(readPlace(location.hash));

const hashOf = ({ path, query }: Place) => (query.size > 0 ? `#${path}?${query.toString()}` : `#${path}`);

addEventListener('hashchange', () => {
  const next = readPlace(location.hash);
  if (next.path === place.path || !hasUnsaved()) {
    place = next;
    return;
  }
  // The address has moved already, by a link or by going back; it waits where it was for the answer.
  const wanted = location.hash;
  history.replaceState(null, '', hashOf(place));
  leave(() => {
    history.pushState(null, '', wanted);
    place = readPlace(wanted);
  });
});

export function here(): Place {
  return place;
}

export function go(path: string): void {
  location.hash = path;
}

/**
 * Keeps a filter in the address without a step in the history. It may be called in an effect: it
 * depends on nothing that it writes.
 */
export function setQuery(values: Record<string, string | null>): void {
  untrack(() => {
    const query = new SvelteURLSearchParams(place.query);
    for (const [name, value] of Object.entries(values)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    if (text === place.query.toString()) return;
    const next = text ? `${place.path}?${text}` : place.path;
    history.replaceState(null, '', `#${next}`);
    place = readPlace(next);
  });
}
