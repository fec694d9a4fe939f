/**
 * Reads the office's feed of events (server-sent events) off an answer that goes on. It hands over each
 * event as it comes and ends when the answer does; that the feed broke is for the caller to mend.
 */
import { EventSourceParserStream } from 'eventsource-parser/stream';

export interface Told {
  /** Where the feed is after this event; sent back to go on from here. */
  cursor: string | null;
  /** What happened, `changed` for what was written at any desk, or `problem` when the office ends the feed. */
  kind: string;
  /** What came with it. */
  data: string;
}

export async function readFeed(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  told: (event: Told) => void,
): Promise<void> {
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (;;) {
    const { done, value } = await events.read();
    if (done) return;
    told({ cursor: value.id ?? null, kind: value.event ?? 'message', data: value.data });
  }
}
