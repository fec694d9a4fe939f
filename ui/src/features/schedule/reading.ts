import cronstrue from 'cronstrue';
import 'cronstrue/locales/id';

import type { Language } from '../../i18n/index.svelte';

/** A cron text as a person would say it; `null` while it is none. */
export function reading(cron: string, language: Language): string | null {
  if (cron.trim().split(/\s+/).length !== 5) return null;
  try {
    return cronstrue.toString(cron.trim(), { locale: language, use24HourTimeFormat: true, verbose: true });
  } catch {
    return null;
  }
}
