import { useQueryClient } from '@tanstack/svelte-query';

import type { Id } from '../../api/types';
import { approveAhead } from './api';

/** Approving ahead what is shown for a day, or taking that back; `failed` is what went wrong last. */
export function createApproving() {
  const queries = useQueryClient();
  let failed = $state<unknown>(null);
  let busy = $state(false);
  return {
    get failed() {
      return failed;
    },
    get busy() {
      return busy;
    },
    async approve(plan: Id, withdraw: boolean) {
      failed = null;
      busy = true;
      try {
        await approveAhead(plan, withdraw);
      } catch (error) {
        failed = error;
      } finally {
        await queries.invalidateQueries({ queryKey: ['isolation'] });
        await queries.invalidateQueries({ queryKey: ['dashboard'] });
        busy = false;
      }
    },
  };
}
