/** What a person has decided so far about the lines of one reading of a router. */
import { SvelteMap } from 'svelte/reactivity';

import type { FieldProblem } from '../../../api/problem';
import type { Id, RouterLine, RouterLines } from '../../../api/types';
import {
  carried,
  choiceOf,
  counted,
  faultsOf,
  firstChoice,
  firstGroupChoice,
  isKnown,
  openGroups,
  requestOf,
  standing,
  staysClosed,
  UNTOLD,
  type Asked,
  type Defaults,
  type Faults,
  type GroupChoice,
  type LineChoice,
  type Standing,
} from './decisions';

const NO_FAULTS: Faults = { lines: new Map(), groups: new Map(), placed: [] };

export class Matching {
  readonly read: RouterLines;
  readonly decided = new SvelteMap<string, LineChoice>();
  readonly chosen = new SvelteMap<string, GroupChoice>();
  faults = $state.raw<Faults>(NO_FAULTS);

  readonly standings = $derived.by(() => {
    const counts: Record<Standing, number> = { known: 0, choose: 0, create: 0, match: 0, leave: 0 };
    for (const line of this.read.lines) counts[standing(line, this.decided)]++;
    return counts;
  });
  /** The groups that need a package, with how many new customers take it. */
  readonly needed = $derived.by(() => counted(this.read.lines, this.decided, this.chosen));
  /** How many new customers have a line that stays closed. */
  readonly closed = $derived.by(
    () => this.read.lines.filter((line) => staysClosed(line, this.decided)).length,
  );
  /** The groups that make a package, which others can take as well. */
  readonly makers = $derived.by(() =>
    [...this.chosen].flatMap(([key, { made }]) => (made && this.needed.has(key) ? [{ key, made }] : [])),
  );
  readonly open = $derived.by(() => openGroups(this.read.lines, this.decided, this.chosen));
  readonly #candidates = $derived.by(() =>
    Object.fromEntries(
      this.read.lines.flatMap((line) =>
        line.candidates.map((candidate) => [candidate.customer_id, candidate] as const),
      ),
    ),
  );

  /** `maps`: whether the person at this desk may map packages to profiles. */
  constructor(read: RouterLines, maps: boolean) {
    this.read = read;
    for (const group of read.groups) {
      const choice = firstGroupChoice(group);
      this.chosen.set(group.key, { ...choice, map: choice.map && maps });
    }
    this.chosen.set(UNTOLD, { package_id: null, made: null, of: null, map: false });
  }

  /** Goes on from an earlier reading of the same router. */
  goOn(from: Matching): void {
    for (const [key, choice] of carried(from.read.lines, this.read.lines, from.decided)) {
      this.decided.set(key, choice);
    }
    for (const [key, choice] of from.chosen) {
      if (this.chosen.has(key)) this.chosen.set(key, choice);
    }
    this.#letGo();
  }

  choice(line: RouterLine): LineChoice | null {
    return choiceOf(line, this.decided);
  }

  standing(line: RouterLine): Standing {
    return standing(line, this.decided);
  }

  group(key: string): GroupChoice {
    return this.chosen.get(key) ?? { package_id: null, made: null, of: null, map: false };
  }

  /** Chooses the package of a group; whoever took one that it makes no more has to choose again. */
  choose(key: string, choice: GroupChoice): void {
    this.chosen.set(key, choice);
    this.#letGo();
  }

  #letGo(): void {
    const isMade = (key: string | null) => key === null || this.chosen.get(key)?.made != null;
    for (const [key, choice] of this.chosen) {
      if (!isMade(choice.of)) this.chosen.set(key, { ...choice, of: null });
    }
    for (const [key, choice] of this.decided) {
      if (!isMade(choice.package_of)) this.decided.set(key, { ...choice, package_of: null });
    }
  }

  decide(line: RouterLine, choice: LineChoice): void {
    this.decided.set(line.key, choice);
  }

  leave(lines: Iterable<RouterLine>): void {
    for (const line of lines) this.decided.set(line.key, { ...firstChoice(line), action: 'leave' });
  }

  /** New customers, with what was guessed of each. Who has no name yet is left for a person to name. */
  create(lines: Iterable<RouterLine>): void {
    for (const line of lines) {
      if (!isKnown(line))
        this.decided.set(line.key, { ...firstChoice(line), action: 'create', customer_id: null });
    }
  }

  /** Back to what was proposed. */
  forget(lines: Iterable<RouterLine>): void {
    for (const line of lines) this.decided.delete(line.key);
  }

  candidate(id: Id | null) {
    return id === null ? undefined : this.#candidates[id];
  }

  request(defaults: Defaults): Asked {
    return requestOf(this.read, this.decided, this.chosen, defaults);
  }

  blame(asked: Asked, fields: readonly FieldProblem[]): void {
    this.faults = faultsOf(asked, fields);
  }

  absolve(): void {
    this.faults = NO_FAULTS;
  }
}
