/**
 * How a request reaches the office. One API stands behind two doors: TCP for a browser, one Tauri
 * command for the window. Nothing above this file knows which door it came through.
 */
import { Channel } from '@tauri-apps/api/core';

import { join, split, type AnswerHead } from './frame';
import { inWindow, shell } from './shell';

export interface Answer {
  status: number;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
}

/** An answer that goes on: its body arrives piece by piece until it ends or nobody reads it any more. */
export interface Following {
  status: number;
  body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

export interface Transport {
  request(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array | null,
  ): Promise<Answer>;
  /** A GET whose answer is read as it comes. Aborting ends it on both sides. */
  follow(path: string, headers: Record<string, string>, until: AbortSignal): Promise<Following>;
}

/** The door of a browser: plain HTTP to the server that served this page. */
export const browserDoor: Transport = {
  async request(method, path, headers, body) {
    const response = await fetch(path, {
      method,
      headers,
      body: body ? new Uint8Array(body) : null,
      credentials: 'omit',
      cache: 'no-store',
    });
    return {
      status: response.status,
      headers: [...response.headers],
      body: new Uint8Array(await response.arrayBuffer()),
    };
  },
  async follow(path, headers, until) {
    const response = await fetch(path, { headers, credentials: 'omit', cache: 'no-store', signal: until });
    return { status: response.status, body: response.body ?? new ReadableStream() };
  },
};

/** The door of the window: the same router, in process, without a port. */
export const desktopDoor: Transport = {
  async request(method, path, headers, body) {
    const answer = await shell<ArrayBuffer | number[]>('api', join({ method, path, headers }, body));
    const { head, body: bytes } = split(answer);
    return { ...head, body: bytes };
  },
  async follow(path, headers, until) {
    const chunks = new Channel<ArrayBuffer | number[]>();
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(pieces) {
        let ended = false;
        const end = () => {
          if (!ended) pieces.close();
          ended = true;
        };
        // An empty piece is the program's word for the end.
        chunks.onmessage = (piece) => {
          const bytes = new Uint8Array(piece);
          if (bytes.length === 0) end();
          else if (!ended) pieces.enqueue(bytes);
        };
        until.addEventListener('abort', end);
      },
    });
    const { id, status } = await shell<AnswerHead & { id: number }>('follow', { path, headers, chunks });
    const stop = () => void shell('unfollow', { id });
    if (until.aborted) stop();
    else until.addEventListener('abort', stop);
    return { status, body };
  },
};

export const door: Transport = inWindow ? desktopDoor : browserDoor;

/** A `fetch` for `openapi-fetch` that goes through the given door. */
export function fetchThrough(transport: Transport): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const bytes = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const answer = await transport.request(
      request.method,
      url.pathname + url.search,
      Object.fromEntries(request.headers),
      bytes,
    );
    // A `Response` refuses a body, even an empty one, with these statuses.
    const bare = answer.status === 204 || answer.status === 205 || answer.status === 304;
    return new Response(bare ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}
