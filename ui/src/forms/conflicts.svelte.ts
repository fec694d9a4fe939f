/**
 * A form whose record was changed by somebody else while it was being filled in: what was typed stays, the record is read
 * anew, and where both changed a field somebody chooses before it is saved again.
 */
import { asProblem, type ChangedBy } from '../api/problem';
import { differences, remaining, type Choice, type Difference, type Side } from './conflict';

/** The code of a refused edit of an old version. */
const STALE = 'stale';

interface Edited<T extends object> {
  /** What the form was opened with, as it is sent. */
  before: () => Partial<T>;
  /** What stands on it, as it is sent. */
  mine: () => T;
  /** The record as it is now. */
  read: () => Promise<{ draft: Partial<T>; version: number }>;
}

interface Met {
  changed: ChangedBy | null;
  theirs: object;
  version: number;
}

export interface Conflict<T extends object = object> {
  /** Whether somebody was quicker, and nothing was saved since. */
  readonly isMet: boolean;
  readonly changed: ChangedBy | null;
  readonly differences: readonly Difference[];
  /** Whether a field is still to be chosen. */
  readonly isUndecided: boolean;
  choose: (field: string, side: Side) => void;
  chosen: (field: string) => Side | undefined;
  /** Takes a refusal in hand; `false` when it is about something else. */
  meet: (error: unknown) => Promise<boolean>;
  /** What is to be saved now, over the version that was read last. */
  rest: () => Partial<T> & { version: number };
  forget: () => void;
}

/** Watches a form for as long as the calling component lives. */
export function watchConflict<T extends object>(edited: Edited<T>): Conflict<T> {
  let met = $state.raw<Met | null>(null);
  let choice = $state.raw<Choice>({});
  const open = $derived(met ? differences(edited.before(), edited.mine(), met.theirs) : []);

  return {
    get isMet() {
      return met !== null;
    },
    get changed() {
      return met?.changed ?? null;
    },
    get differences() {
      return open;
    },
    get isUndecided() {
      return open.some(({ field }) => choice[field] === undefined);
    },
    choose(field, side) {
      choice = { ...choice, [field]: side };
    },
    chosen: (field) => choice[field],
    async meet(error) {
      const problem = asProblem(error);
      if (problem.code !== STALE) return false;
      const { draft, version } = await edited.read();
      choice = {};
      met = { changed: problem.changed, theirs: draft, version };
      return true;
    },
    rest() {
      const theirs = met?.theirs ?? {};
      return {
        ...remaining(edited.before(), edited.mine(), theirs, choice),
        version: met?.version ?? 0,
      };
    },
    forget() {
      met = null;
      choice = {};
    },
  };
}
