/** Reads a picture for the office's documents: what the settings keep is base64 without a prefix. */

/** More would make every invoice heavy; the whole request may be no larger than a mebibyte. */
export const LARGEST_LOGO = 300_000;

export type LogoFault = 'too_large' | 'not_a_picture';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const CHUNK = 8_192;

const begins = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, at) => bytes[at] === byte);

/** What a file is, its bytes tell; its name and its declared type may be wrong. */
export function readLogo(bytes: Uint8Array): { base64: string } | { fault: LogoFault } {
  if (bytes.length > LARGEST_LOGO) return { fault: 'too_large' };
  if (!begins(bytes, PNG) && !begins(bytes, JPEG)) return { fault: 'not_a_picture' };
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return { base64: btoa(text) };
}

/** An address under which the window can show a kept logo; `null` when there is none. */
export function logoAddress(base64: string): string | null {
  if (base64 === '') return null;
  // The first three bytes of a JPEG, in base64.
  return `data:image/${base64.startsWith('/9j/') ? 'jpeg' : 'png'};base64,${base64}`;
}
