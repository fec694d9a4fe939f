import { useQueryClient } from '@tanstack/svelte-query';

import type { Id } from '../../api/types';
import { strikeLines } from './api';

/** Leaving lines out of a plan that waits or is shown for a day, for everybody who looks; `failed` is what went wrong last. */
export function createStriking() {
  const queries = useQueryClient();
  let failed = $state<unknown>(null);
  return {
    get failed() {
      return failed;
    },
    async strike(plan: Id, customers: readonly Id[], off: boolean) {
      failed = null;
      try {
        await strikeLines(plan, [...customers], off);
      } catch (error) {
        failed = error;
      }
      await queries.invalidateQueries({ queryKey: ['isolation'] });
      await queries.invalidateQueries({ queryKey: ['dashboard'] });
    },
  };
}
