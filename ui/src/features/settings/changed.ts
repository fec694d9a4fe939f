import type { Settings } from '../../api/types';

/** The keys of `after` whose values differ from `before`, compared by content. */
export function changed(before: Settings, after: Settings): Settings {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(old.get(key))),
  );
}

/** The settings that are not as this form left them: somebody else changed them meanwhile, or theirs was kept. */
export function madeElsewhere(left: Settings, saved: Settings): string[] {
  return Object.keys(changed(left, saved)).filter((key) => key !== 'version');
}
