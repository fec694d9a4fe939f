import { useQueryClient } from '@tanstack/svelte-query';

import type { IsolationPlan, PlanEntry } from '../../api/types';
import { strikeLines } from './api';

/** Leaving lines out of what is shown for a day, for everybody who looks; `failed` is what went wrong last. */
export function createStriking() {
  const queries = useQueryClient();
  let failed = $state<unknown>(null);
  return {
    get failed() {
      return failed;
    },
    async strike(plan: IsolationPlan | undefined, row: PlanEntry, off: boolean) {
      if (!plan?.shown) return;
      failed = null;
      try {
        await strikeLines(plan.shown.id, [row.customer_id], off);
      } catch (error) {
        failed = error;
      }
      await queries.invalidateQueries({ queryKey: ['isolation'] });
      await queries.invalidateQueries({ queryKey: ['dashboard'] });
    },
  };
}
