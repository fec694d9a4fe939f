/** What a clerk is typing into a field of money: how it is read while the dots in it may be ours. */
import { readRupiah } from '../i18n/format';

export interface Typing {
  text: string;
  /** `null` for nothing, `undefined` for what is no money. */
  amount: number | null | undefined;
}

/** What is still being typed: `1.`, `1.5`, `12.50`, `150,0`. It is no money yet, and no mistake either. */
export const isUnfinished = (text: string): boolean =>
  /^\d{1,3}(\.\d{3})*\.\d{0,2}$|^[\d.]+,0?$/.test(text.trim());

/**
 * Reads a text after one change to it. A digit typed into or taken out of an amount that we grouped ourselves leaves our
 * dots in the wrong places; they say nothing. Dots that a person typed or pasted must stand between thousands.
 */
export function typed(
  text: string,
  before: Typing,
  change: { inputType?: string; data?: string | null },
): Typing {
  const wasOurs = before.amount != null;
  const digit =
    change.inputType?.startsWith('delete') === true ||
    (change.inputType === 'insertText' && /^\d+$/.test(change.data ?? ''));
  // Taken for an amount now, the comma would be gone before what comes after it is typed.
  if (change.inputType === 'insertText' && /,0?$/.test(text)) return { text, amount: undefined };
  const ours = wasOurs && digit && /^[\d.]*$/.test(text);
  return { text, amount: readRupiah(ours ? text.replaceAll('.', '') : text) };
}
