/**
 * The guided match of a router's lines: what is proposed for each, what a person decided otherwise, and
 * the one request that comes of both. It decides nothing that the router's answer left open.
 */
import type { FieldProblem } from '../../../api/problem';
import type { Id, ImportLines, LineGroup, RouterLine, RouterLines } from '../../../api/types';

/** The group of lines of which nothing tells what they were sold as. */
export const UNTOLD = '';

export interface LineChoice {
  action: 'create' | 'match' | 'leave';
  /** Whose line it is, for `match`. */
  customer_id: Id | null;
  name: string;
  phone: string;
  address: string;
  /** A package of its own; `null` is that of its group, or for `match` the one that the customer has. */
  package_id: Id | null;
  /** The group whose new package it gets; wins over `package_id`. */
  package_of: string | null;
  keep_closed: boolean;
  /** Whether a new customer is billed while the line stays closed; `null` is what holds for all of them. */
  bill_closed: boolean | null;
  replace_line: boolean;
}

export interface PackageFields {
  code: string;
  name: string;
  /** kbit/s. */
  speed_download: number | null;
  speed_upload: number | null;
  /** Rupiah a month. */
  price: number | null;
}

export interface GroupChoice {
  package_id: Id | null;
  /** The package to be made for it; wins over `package_id`. */
  made: PackageFields | null;
  /** Another group, whose new package it gets; wins over `package_id` while that one makes a package. */
  of: string | null;
  /** Whether the package keeps the profile's name on the router. */
  map: boolean;
}

type Decided = ReadonlyMap<string, LineChoice>;
type Chosen = ReadonlyMap<string, GroupChoice>;

/** A customer's record has this line already: there is nothing to decide. */
export function isKnown(line: RouterLine): boolean {
  return line.proposal.code === 'same_line';
}

export function firstChoice(line: RouterLine): LineChoice {
  const { action, customer_id } = line.proposal;
  return {
    action: action === 'choose' ? 'create' : action,
    customer_id,
    name: line.guess.name ?? '',
    phone: line.guess.phone ?? '',
    address: line.guess.address ?? '',
    package_id: null,
    package_of: null,
    keep_closed: true,
    bill_closed: null,
    replace_line: false,
  };
}

/** What becomes of a line now; `null` while a person has to choose. */
export function choiceOf(line: RouterLine, decided: Decided): LineChoice | null {
  return decided.get(line.key) ?? (line.proposal.action === 'choose' ? null : firstChoice(line));
}

export type Standing = 'known' | 'choose' | 'create' | 'match' | 'leave';

export function standing(line: RouterLine, decided: Decided): Standing {
  return isKnown(line) ? 'known' : (choiceOf(line, decided)?.action ?? 'choose');
}

export function firstGroupChoice(group: LineGroup): GroupChoice {
  return {
    package_id: group.package_id,
    made: group.new_package && { ...group.new_package, price: null },
    of: null,
    map: group.map_profile,
  };
}

export const groupOf = (line: RouterLine) => line.group ?? UNTOLD;

/** How many new customers take their package from each group. */
export function needed(lines: readonly RouterLine[], decided: Decided): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (standing(line, decided) !== 'create') continue;
    const choice = choiceOf(line, decided);
    if (choice?.package_id != null || choice?.package_of != null) continue;
    counts.set(groupOf(line), (counts.get(groupOf(line)) ?? 0) + 1);
  }
  return counts;
}

/** The group that makes the package of this one, which may be itself; `null` for one that exists, or for none yet. */
export function makerOf(key: string, chosen: Chosen): string | null {
  const choice = chosen.get(key);
  if (!choice || choice.made) return choice ? key : null;
  return choice.of !== null && chosen.get(choice.of)?.made ? choice.of : null;
}

/** The groups whose package is needed: of new customers, and of no line of their own where others take what they make. */
export function counted(lines: readonly RouterLine[], decided: Decided, chosen: Chosen): Map<string, number> {
  const counts = needed(lines, decided);
  const makers = [...counts.keys()].map((key) => makerOf(key, chosen));
  for (const line of lines) {
    const choice = isKnown(line) ? null : choiceOf(line, decided);
    if (choice && choice.action !== 'leave') makers.push(choice.package_of);
  }
  for (const maker of makers) if (maker !== null && !counts.has(maker)) counts.set(maker, 0);
  return counts;
}

/** New customers whose line somebody closed by hand and that stays closed: of these is asked whether they are billed. */
export function staysClosed(line: RouterLine, decided: Decided): boolean {
  if (line.closed === null || standing(line, decided) !== 'create') return false;
  return choiceOf(line, decided)?.keep_closed ?? false;
}

export function isComplete(made: PackageFields): boolean {
  return (
    made.code.trim() !== '' &&
    made.name.trim() !== '' &&
    made.speed_download !== null &&
    made.speed_upload !== null &&
    made.price !== null
  );
}

/** The groups that new customers need and that have no package, or one without a price or a speed. */
export function openGroups(lines: readonly RouterLine[], decided: Decided, chosen: Chosen): string[] {
  return [...counted(lines, decided, chosen).keys()].filter((key) => {
    const choice = chosen.get(key);
    if (!choice) return true;
    if (choice.made) return !isComplete(choice.made);
    return makerOf(key, chosen) === null && choice.package_id === null;
  });
}

/** What was decided about lines that a new reading shows unchanged; the others have to be looked at again. */
export function carried(
  before: readonly RouterLine[],
  after: readonly RouterLine[],
  decided: Decided,
): [key: string, choice: LineChoice][] {
  const unchanged = new Set(after.map((line) => `${line.digest} ${line.key}`));
  return before.flatMap((line) => {
    const choice = decided.get(line.key);
    return choice && unchanged.has(`${line.digest} ${line.key}`) ? [[line.key, choice]] : [];
  });
}

export interface Asked {
  body: ImportLines;
  /** The group behind each of `body.packages` and of `body.mappings`. */
  packages: string[];
  mappings: string[];
}

export interface Defaults {
  billing_start: string | null;
  billing_day: number | null;
  taxed: boolean;
  keep_passwords: boolean;
  bill_closed: boolean;
  closed_profiles: string[];
  open_profiles: string[];
}

const blank = (text: string) => text.trim() || null;

/** The request for what was decided. Lines that are left, known or undecided are not in it. */
export function requestOf(read: RouterLines, decided: Decided, chosen: Chosen, defaults: Defaults): Asked {
  const used = counted(read.lines, decided, chosen);
  const packages: string[] = [];
  const mappings: string[] = [];
  const body: ImportLines = { ...defaults, packages: [], mappings: [], lines: [] };

  const packageOf = (key: string): { package_id: Id } | { new_package: number } | Record<never, never> => {
    const choice = chosen.get(key);
    const maker = makerOf(key, chosen);
    if (maker !== null) return { new_package: packages.indexOf(maker) };
    return choice?.package_id == null ? {} : { package_id: choice.package_id };
  };

  const ownPackage = ({ package_id, package_of }: LineChoice) => {
    if (package_of !== null) return { new_package: packages.indexOf(package_of) };
    return package_id === null ? null : { package_id };
  };

  for (const key of used.keys()) {
    const made = chosen.get(key)?.made;
    if (!made) continue;
    packages.push(key);
    body.packages?.push({
      code: made.code.trim(),
      name: made.name.trim(),
      speed_download: made.speed_download ?? 0,
      speed_upload: made.speed_upload ?? 0,
      price: made.price ?? 0,
    });
  }
  for (const group of read.groups) {
    if (!group.profile || !used.has(group.key) || !chosen.get(group.key)?.map) continue;
    mappings.push(group.key);
    body.mappings?.push({ profile: group.profile, ...packageOf(group.key) });
  }
  for (const line of read.lines) {
    const choice = isKnown(line) ? null : choiceOf(line, decided);
    if (!choice || choice.action === 'leave') continue;
    const { key, digest, guess } = line;
    if (choice.action === 'match') {
      body.lines.push({
        key,
        digest,
        action: 'match',
        customer_id: choice.customer_id,
        ...ownPackage(choice),
        ...(line.closed && { keep_closed: choice.keep_closed }),
        ...(choice.replace_line && { replace_line: true }),
      });
      continue;
    }
    body.lines.push({
      key,
      digest,
      action: 'create',
      ...(ownPackage(choice) ?? packageOf(groupOf(line))),
      ...(choice.name.trim() !== (guess.name ?? '') && { name: choice.name.trim() }),
      ...(blank(choice.phone) !== guess.phone && { phone: blank(choice.phone) }),
      ...(blank(choice.address) !== guess.address && { address: blank(choice.address) }),
      ...(line.closed && { keep_closed: choice.keep_closed }),
      ...(staysClosed(line, decided) && choice.bill_closed !== null && { bill_closed: choice.bill_closed }),
    });
  }
  return { body, packages, mappings };
}

export interface Faults {
  lines: Map<string, string[]>;
  groups: Map<string, string[]>;
  /** The fields that found their line or group; the rest is for the head of the page. */
  placed: string[];
}

/** Brings what the server found wrong (`lines[3].name`, `packages[0].price`) to its line or group. */
export function faultsOf(asked: Asked, fields: readonly FieldProblem[]): Faults {
  const faults: Faults = { lines: new Map(), groups: new Map(), placed: [] };
  for (const { field, message } of fields) {
    const [, list, place] = /^(lines|packages|mappings)\[(\d+)\]/.exec(field) ?? [];
    if (list === undefined) continue;
    const index = Number(place);
    const key =
      list === 'lines'
        ? asked.body.lines[index]?.key
        : list === 'packages'
          ? asked.packages[index]
          : asked.mappings[index];
    if (key === undefined) continue;
    const into = list === 'lines' ? faults.lines : faults.groups;
    into.set(key, [...(into.get(key) ?? []), message]);
    faults.placed.push(field);
  }
  return faults;
}
