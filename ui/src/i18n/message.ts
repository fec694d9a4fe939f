/**
 * Fills a translated sentence. `{name}` is replaced by the value; `{n:line|lines}` chooses a word by
 * the number `n` (singular for one). Unknown names stay visible, so that a mistake is seen.
 */
export type Values = Readonly<Record<string, string | number>>;

const SLOT = /\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g;

export function fill(sentence: string, values: Values = {}): string {
  return sentence.replace(SLOT, (slot: string, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return slot;
    if (one === undefined || many === undefined) return String(value);
    // A count comes as a number or with its thousands apart: 1.000 is not one.
    return Number(String(value).replaceAll('.', '')) === 1 ? one : many;
  });
}

/** The names that a sentence expects, for comparing two languages. */
export function slots(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(SLOT)].map((match) => match[1] ?? ''))].sort();
}
