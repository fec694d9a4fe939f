/** Settings that are typed as text: lists of days, times of day, lists of hosts. */

const MOST_DAYS = 365;

/** `3, 1` → `[3, 1]`; nothing typed is no day; `null` for what is not a list of days. */
export function readDays(text: string): number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  if (!words.every((word) => /^\d{1,3}$/.test(word) && Number(word) <= MOST_DAYS)) return null;
  return [...new Set(words.map(Number))];
}

/** `7.30` and `7:30` → `07:30`. What is no time stays as it is, for the API to refuse it in words. */
export function readTime(text: string): string {
  const match = /^(\d{1,2})[.:](\d{2})$/.exec(text.trim());
  return match ? `${(match[1] ?? '').padStart(2, '0')}:${match[2]}` : text.trim();
}

/** One host a line or after a comma; `https://` and what follows the name is how people copy it. */
export function readHosts(text: string): string[] {
  const hosts = text
    .split(/[\s,;]+/)
    .map((word) =>
      word
        .replace(/^[a-z]+:\/\//i, '')
        .replace(/\/.*$/, '')
        .toLowerCase(),
    )
    .filter((word) => word !== '');
  return [...new Set(hosts)];
}
