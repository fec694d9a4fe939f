/**
 * The shape in which a request and its answer cross the border between this page and the program
 * around it (src-tauri/src/desktop/frame.rs describes it): the length of a JSON head as a big-endian
 * u32, the head, and the body as it is, so that a file does not become text with a number per byte.
 */
const LENGTH = 4;

export interface AnswerHead {
  status: number;
  headers: [string, string][];
}

export function join(head: unknown, body: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(LENGTH + text.length + (body?.length ?? 0));
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, LENGTH);
  if (body) bytes.set(body, LENGTH + text.length);
  return bytes;
}

/** Answers as the window receives them: bytes, or numbers where the platform lets no bytes through. */
export function split(frame: ArrayBuffer | number[]): { head: AnswerHead; body: Uint8Array<ArrayBuffer> } {
  const bytes = new Uint8Array(frame);
  const end = LENGTH + new DataView(bytes.buffer).getUint32(0);
  return {
    head: JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH, end))) as AnswerHead,
    body: bytes.subarray(end),
  };
}
