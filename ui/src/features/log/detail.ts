/** What an entry of the log tells besides its sentence, taken apart for reading: what changed, and the rest. */

/** One field that changed. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

/** Something else that was kept. */
export interface Fact {
  field: string;
  value: unknown;
}

export interface Told {
  changes: Change[];
  facts: Fact[];
}

type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{before: {…}, after: {…}}`, `{before: x, after: y}`, and settings, where each key has its own before and after. */
export function toldBy(detail: unknown): Told {
  if (!isFields(detail)) return { changes: [], facts: detail == null ? [] : [{ field: '', value: detail }] };
  const { before, after, ...rest } = detail;
  const changes: Change[] = [];
  if ('before' in detail || 'after' in detail) {
    if (isFields(before) || isFields(after)) changes.push(...between(before, after));
    else changes.push({ field: '', before, after });
  }
  const facts: Fact[] = [];
  for (const [field, value] of Object.entries(rest)) {
    if (isChange(value)) changes.push({ field, before: value['before'], after: value['after'] });
    else facts.push({ field, value });
  }
  return { changes, facts };
}

function isChange(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name === 'before' || name === 'after');
}

/** The fields that differ. One that stands on one side alone came or went. */
function between(before: unknown, after: unknown): Change[] {
  const [old, now] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .map((field) => ({ field, before: old[field], after: now[field] }))
    .filter((change) => JSON.stringify(change.before ?? null) !== JSON.stringify(change.after ?? null));
}

/** Fields whose numbers are rupiah. */
const MONEY = new Set([
  'amount',
  'balance',
  'credit',
  'debt',
  'given_back',
  'paid',
  'price',
  'remaining',
  'total',
]);

export interface Words {
  yes: string;
  no: string;
  money: (amount: number) => string;
  field: (name: string) => string;
}

/** A value in words: nothing is a dash, a list has commas, an object names its fields. */
export function inWords(value: unknown, field: string, words: Words): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'number') return MONEY.has(field) ? words.money(value) : String(value);
  if (Array.isArray(value)) return value.map((one) => inWords(one, field, words)).join(', ') || '–';
  if (isFields(value)) {
    const parts = Object.entries(value).map(
      ([name, one]) => `${words.field(name)}: ${inWords(one, name, words)}`,
    );
    return parts.join('; ') || '–';
  }
  return String(value as string);
}
