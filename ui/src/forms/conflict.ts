/** Two people's edits of one record, field by field: what both changed, and what is left to save once somebody chose. */

/** Whose value is kept. */
export type Side = 'mine' | 'theirs';

/** Whose value is kept, by field. */
export type Choice = Readonly<Partial<Record<string, Side>>>;

/** A field that both have changed, to different values. */
export interface Difference {
  field: string;
  mine: unknown;
  theirs: unknown;
}

/** Nothing and an empty field are the same to whoever filled the form in. */
const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

const fieldsOf = (record: object) => new Map<string, unknown>(Object.entries(record));

/** The fields of `mine` that both sides have changed since `before`, and not to the same. */
export function differences(before: object, mine: object, theirs: object): Difference[] {
  const [was, now] = [fieldsOf(before), fieldsOf(theirs)];
  return [...fieldsOf(mine)]
    .filter(
      ([field, value]) =>
        !same(value, was.get(field)) && !same(now.get(field), was.get(field)) && !same(value, now.get(field)),
    )
    .map(([field, value]) => ({ field, mine: value, theirs: now.get(field) }));
}

/** What of `mine` is to be saved over `theirs`: what was typed here, but for the fields where theirs is kept. */
export function remaining<T extends object>(
  before: object,
  mine: T,
  theirs: object,
  choice: Choice,
): Partial<T> {
  const [was, now] = [fieldsOf(before), fieldsOf(theirs)];
  return Object.fromEntries(
    [...fieldsOf(mine)].filter(
      ([field, value]) =>
        !same(value, was.get(field)) && !same(value, now.get(field)) && choice[field] !== 'theirs',
    ),
  ) as Partial<T>;
}
