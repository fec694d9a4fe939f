/** What leaks at all routers together, and its rows with the name of their router. */
import type { Id, RouterLeaks } from '../../api/types';

export type Unbilled = RouterLeaks['unbilled'][number] & { router: string; router_id: Id };
export type Never = RouterLeaks['never_online'][number] & { router: string; router_id: Id };

export interface LeakTotals {
  /** Rupiah a month of the unbilled lines whose package is known. */
  worth: number;
  /** Unbilled lines of no known package: the sum is at least `worth`, never exactly. */
  unknown: number;
  unbilled: Unbilled[];
  never: Never[];
  /** Billed lines that their router does not have. */
  missing: number;
  /** Routers that could not be read; while there is one, no figure is the whole. */
  unread: RouterLeaks[];
}

export function totalsOf(routers: readonly RouterLeaks[]): LeakTotals {
  const sum = (of: (router: RouterLeaks) => number) => routers.reduce((all, router) => all + of(router), 0);
  return {
    worth: sum((router) => router.worth),
    unknown: sum((router) => router.of_unknown_worth),
    unbilled: routers.flatMap(({ unbilled, router, router_id }) =>
      unbilled.map((secret) => ({ ...secret, router, router_id })),
    ),
    never: routers.flatMap(({ never_online, router, router_id }) =>
      never_online.map((line) => ({ ...line, router, router_id })),
    ),
    missing: sum((router) => router.missing.length),
    unread: routers.filter((router) => router.error !== null),
  };
}
