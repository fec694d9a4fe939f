/**
 * The one client of the API: `openapi-fetch` over the chosen door, with the session's token and the
 * language of the window on every request. Any answer that is not a success is thrown as a `Problem`.
 */
import createClient from 'openapi-fetch';

import { language } from '../i18n/index.svelte';
import type { paths } from './paths';
import { asProblem, problemFrom } from './problem';
import { door, fetchThrough } from './transport';
import type { Page } from './types';

const MEMORY = 'sambung.token';

/** The token lives as long as the window or the tab, and no longer. */
export const token = {
  read: () => sessionStorage.getItem(MEMORY),
  keep: (value: string) => {
    sessionStorage.setItem(MEMORY, value);
  },
  forget: () => {
    sessionStorage.removeItem(MEMORY);
  },
};

let onRefused: () => void = () => undefined;

/** Called when the API no longer accepts the session's token. */
export function whenSessionEnds(then: () => void): void {
  onRefused = then;
}

export const client = createClient<paths>({
  baseUrl: globalThis.location.origin === 'null' ? 'http://localhost' : globalThis.location.origin,
  fetch: fetchThrough(door),
});

/** Who asks, and in which language: on every request, whichever way it takes. */
export function sessionHeaders(): Record<string, string> {
  const secret = token.read();
  return { 'accept-language': language(), ...(secret ? { authorization: `Bearer ${secret}` } : {}) };
}

client.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(sessionHeaders())) request.headers.set(name, value);
    return request;
  },
});

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The content of a successful answer, or a thrown `Problem`. */
export async function content<T>(pending: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await pending;
  } catch (error) {
    throw asProblem(error);
  }
  if (outcome.response.ok) return outcome.data as T;
  if (outcome.response.status === 401 && token.read() !== null) {
    token.forget();
    onRefused();
  }
  throw problemFrom(outcome.response.status, outcome.error);
}

/**
 * A page of a list. The API's description writes the items of a page out once more, and there without
 * the promise that no field is ever left out; the item's own description has it, so that one is used.
 */
export async function listed<T>(pending: Promise<Outcome<Page<unknown>>>): Promise<Page<T>> {
  return (await content(pending)) as Page<T>;
}

/** A header that makes a repeated booking of money harmless; one per intention, not per attempt. */
export function idempotency(key: string): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key };
}

export function newKey(): string {
  return crypto.randomUUID();
}
