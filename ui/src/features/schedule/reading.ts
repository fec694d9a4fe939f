import cronstrue from 'cronstrue';
import 'cronstrue/locales/id';

import type { Language } from '../../i18n/index.svelte';

function said(fields: readonly string[], language: Language): string {
  const text = cronstrue.toString(fields.join(' '), {
    locale: language,
    use24HourTimeFormat: true,
    verbose: true,
  });
  // As the times beside it are written.
  return language === 'id' ? text.replace(/\b(\d{2}):(\d{2})\b/g, '$1.$2') : text;
}

/** A cron text as a person would say it, with the word for `or` in that language; `null` while it is none. */
export function reading(cron: string, language: Language, or: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string];
  try {
    // A day of the month and a weekday beside each other mean either of them; the library says "and".
    if (!day.startsWith('*') && !weekday.startsWith('*')) {
      const byDay = said([minute, hour, day, month, '*'], language);
      const byWeekday = said([minute, hour, '*', month, weekday], language);
      return `${byDay}; ${or} ${byWeekday.charAt(0).toLowerCase()}${byWeekday.slice(1)}`;
    }
    return said(fields, language);
  } catch {
    return null;
  }
}
