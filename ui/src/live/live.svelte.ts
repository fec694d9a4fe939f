/**
 * Keeps the screens fresh: follows the office's events, as far as the reader may see them, and has what they
 * made old read again. While the feed is broken the screens ask by themselves every so often.
 */
import type { QueryClient } from '@tanstack/svelte-query';

import { sessionHeaders } from '../api/client';
import { door, type Transport } from '../api/transport';
import { affectedBy, affectedByWritten, both, type Affected } from './affected';
import { readFeed } from './feed';

const FEED = '/api/v1/events/stream?live=true&changes=true';
/** A month run tells ten thousand invoices; they are gathered this long before the screens are read again. */
const GATHER_MS = 100;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** While the feed tells what happens, asking is only for what it does not tell. */
const CALM_MS = 30_000;

const state = $state({ following: false });

/** How often a screen asks by itself, in milliseconds: `alone` while nothing tells it what happened. */
export function every(alone: number): number {
  return state.following ? Math.max(alone, CALM_MS) : alone;
}

const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Has old answers read again, one round at a time: what happens during a round is for the next. */
function gathering(queries: QueryClient) {
  let old: Affected = new Set();
  let reading = false;

  async function read() {
    reading = true;
    while (old === 'everything' || old.size > 0) {
      await rest(GATHER_MS);
      const affected = old;
      old = new Set();
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => affected === 'everything' || affected.has(String(queryKey[0])),
      });
    }
    reading = false;
  }

  return {
    add(affected: Affected) {
      old = both(old, affected);
      if (!reading) void read();
    },
    stop() {
      old = new Set();
    },
  };
}

/** Follows until the returned function is called. */
export function follow(queries: QueryClient, through: Transport = door): () => void {
  const until = new AbortController();
  const gathered = gathering(queries);
  let cursor: string | null = null;
  let pause = FIRST_PAUSE_MS;
  let broken = false;

  /** One connection, to its end; whether it makes sense to try again. */
  async function connect(): Promise<boolean> {
    const headers = { ...sessionHeaders(), ...(cursor && { 'last-event-id': cursor }) };
    const { status, body } = await through.follow(FEED, headers, until.signal);
    // A refusal is an answer: who may not follow, asks.
    if (status === 401 || status === 403 || status === 404) return false;
    if (status !== 200) return true;
    state.following = true;
    // What happened while nobody listened may not be told again.
    if (broken) void queries.invalidateQueries();
    broken = false;
    pause = FIRST_PAUSE_MS;
    let refused = false;
    await readFeed(body, (event) => {
      cursor = event.cursor ?? cursor;
      if (event.kind === 'problem') refused = true;
      else if (event.kind === 'changed') gathered.add(affectedByWritten(event.data));
      else gathered.add(affectedBy([event.kind]));
    });
    return !refused;
  }

  async function goOn() {
    while (!until.signal.aborted) {
      let again = true;
      try {
        again = await connect();
      } catch {
        // A feed that broke is mended by the next round; meanwhile the screens ask by themselves.
      }
      state.following = false;
      broken = true;
      if (!again || until.signal.aborted) return;
      await rest(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  void goOn();
  return () => {
    until.abort();
    gathered.stop();
    state.following = false;
  };
}
