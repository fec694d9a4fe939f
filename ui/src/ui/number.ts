/** Numbers as a clerk types them: whole ones, or with a few decimals after a comma or a dot. */

/** `null` for nothing typed, `undefined` for what is no number with at most so many decimals. */
export function readNumber(text: string, decimals = 0): number | null | undefined {
  const bare = text.trim();
  if (bare === '') return null;
  const [, whole, part = ''] = /^(-?\d{1,9})(?:[.,](\d+))?$/.exec(bare) ?? [];
  if (whole === undefined || part.length > decimals) return undefined;
  return Number(part ? `${whole}.${part}` : whole);
}

/** `12.5` → `12,5`. */
export function showNumber(value: number | null): string {
  return value === null ? '' : String(value).replace('.', ',');
}
