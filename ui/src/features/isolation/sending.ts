/** What of a plan is sent: a line with something in its way is listed, but nothing is told to its router. */
import type { PlanEntry } from '../../api/types';

export interface Sending<Entry> {
  /** Lines that can be changed, with those that somebody struck. */
  able: Entry[];
  /** Lines that are not changed although they should be; each says why in `blocked`. */
  blocked: Entry[];
  /** Of those that can be changed, the ones that are sent. */
  left: Entry[];
  /** Of those that can be changed, the struck ones. */
  out: Entry[];
  /** What the sent lines owe, in rupiah. */
  amount: number;
}

export function sendingOf<Entry extends Pick<PlanEntry, 'blocked' | 'amount'>>(
  entries: readonly Entry[],
  isStruck: (entry: Entry) => boolean = () => false,
): Sending<Entry> {
  const able = entries.filter((entry) => entry.blocked === null);
  const left = able.filter((entry) => !isStruck(entry));
  return {
    able,
    blocked: entries.filter((entry) => entry.blocked !== null),
    left,
    out: able.filter(isStruck),
    amount: left.reduce((sum, entry) => sum + entry.amount, 0),
  };
}

/** Why lines are not sent, the most frequent reason first. */
export function obstaclesOf(blocked: readonly Pick<PlanEntry, 'blocked'>[]): { why: string; n: number }[] {
  const reasons = blocked.map((entry) => entry.blocked ?? '');
  return [...new Set(reasons)]
    .map((why) => ({ why, n: reasons.filter((reason) => reason === why).length }))
    .sort((one, other) => other.n - one.n);
}
