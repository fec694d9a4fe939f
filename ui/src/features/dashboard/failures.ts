/** What a person should look at: whom it is about, and where it is looked at. */
import type { Dashboard } from '../../api/types';

export type Failure = Dashboard['failures'][number];

/** The first names, and how many more jobs there are; no names where no customer is known. */
export function namesOf({ names, count }: Pick<Failure, 'names' | 'count'>): { names: string; more: number } {
  return { names: names.join(', '), more: names.length > 0 ? count - names.length : 0 };
}

/** The router itself, or the list of jobs of that state and kind. */
export function hrefOf({ router_id, state, kind }: Pick<Failure, 'router_id' | 'state' | 'kind'>): string {
  if (router_id !== null) return `#/routers/${router_id}`;
  return `#/jobs?${new URLSearchParams({ status: state, kind }).toString()}`;
}
