/** All routers beside the ledger, added up, and what is said of each. */
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';

import type { RouterCompared } from '../../api/types';
import { t } from '../../i18n/index.svelte';
import type { Look } from '../../ui/status';

/** Lines that are not as they should be; what no customer has is counted apart, since it is never repaired. */
export function differing({ plan }: RouterCompared): number {
  return plan ? plan.totals.lines - plan.totals.none : 0;
}

export interface ComparedTotals {
  routers: number;
  lines: number;
  differing: number;
  strangers: number;
  /** When the first of them was read: nothing on the screen is older. */
  read_at: number | null;
}

/** The sum over the routers that could be read. */
export function comparedTotals(compared: readonly RouterCompared[]): ComparedTotals {
  const read = compared.flatMap((row) => (row.plan ? [row.plan] : []));
  return {
    routers: read.length,
    lines: read.reduce((sum, plan) => sum + plan.totals.lines, 0),
    differing: compared.reduce((sum, row) => sum + differing(row), 0),
    strangers: read.reduce((sum, plan) => sum + plan.totals.strangers, 0),
    read_at: read.length > 0 ? Math.min(...read.map((plan) => plan.read_at)) : null,
  };
}

export function verdictOf(row: RouterCompared): Look & { label: string } {
  if (!row.plan) return { tone: 'bad', icon: CircleAlert, label: t('compare.unread') };
  const n = differing(row);
  const { lines: total, wrong_rate: rates } = row.plan.totals;
  if (n > 0) return { tone: 'warn', icon: CircleDot, label: t('compare.n_differ', { n, total }) };
  return rates > 0
    ? { tone: 'warn', icon: CircleDot, label: t('compare.n_rates_differ', { n: rates }) }
    : { tone: 'good', icon: CircleCheck, label: t('compare.none') };
}
