/** What of a router's differences is chosen for repair, and what that comes to. */
import type { Id, Reconciled } from '../../api/types';
import type { Key } from '../../i18n/index.svelte';

export type RepairLine = Reconciled['lines'][number];
export type Difference = RepairLine['difference'];

/** In the order in which an office cares: who is online without paying first. */
const ORDER: readonly string[] = ['should_close', 'should_open', 'missing', 'wrong_profile', 'wrong_limit'];

/** The differences that occur, the gravest first; one that this version does not know comes last. */
export function differencesOf(lines: readonly RepairLine[]): Difference[] {
  const place = (difference: string) =>
    ORDER.includes(difference) ? ORDER.indexOf(difference) : ORDER.length;
  return [...new Set(lines.map((line) => line.difference))].sort((a, b) => place(a) - place(b));
}

/** Whether a person struck the line's closing for today or tomorrow, so that somebody has to take it in again. */
export const isHeld = (line: RepairLine) => line.struck || line.struck_tomorrow;

/** The lines that will be sent: neither struck by the person nor held back by the rules. */
export function chosen(
  lines: readonly RepairLine[],
  struck: ReadonlySet<Id>,
  taken: ReadonlySet<Id> = new Set(),
): RepairLine[] {
  return lines.filter((line) => line.blocked === null && !isOut(line, struck, taken));
}

/** Whether a line is left out: by the person at the screen, or as struck before and not taken in by them. */
export const isOut = (line: RepairLine, struck: ReadonlySet<Id>, taken: ReadonlySet<Id>) =>
  struck.has(line.customer_id) || (isHeld(line) && !taken.has(line.customer_id));

export interface Sum {
  lines: number;
  closing: number;
  /** What those who will be closed owe. */
  owed: number;
}

export function sumOf(lines: readonly RepairLine[]): Sum {
  const closing = lines.filter((line) => line.difference === 'should_close');
  return {
    lines: lines.length,
    closing: closing.length,
    owed: closing.reduce((sum, line) => sum + line.amount, 0),
  };
}

/** What the button says: what is sent of lines and of profiles, and nothing of what there is none of. */
export function sendWords(lines: number, profiles: number): { key: Key; values: Record<string, number> } {
  if (profiles === 0) return { key: 'repair.send', values: { n: lines } };
  if (lines === 0) return { key: 'repair.send_profiles', values: { p: profiles } };
  return { key: 'repair.send_both', values: { n: lines, p: profiles } };
}
