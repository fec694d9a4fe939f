/** A list that the API gives in pages: the rows so far, how many there are, and the way to the next. */
import { createInfiniteQuery, keepPreviousData } from '@tanstack/svelte-query';

import type { Page } from './types';

interface Options<T> {
  /** Asks again every so many milliseconds, for lists that change by themselves; by what they show. */
  every?: (rows: readonly T[]) => number;
}

export function createPaged<T>(
  key: () => readonly unknown[],
  fetch: (cursor: string | undefined) => Promise<Page<T>>,
  options: Options<T> = {},
) {
  const query = createInfiniteQuery(() => ({
    queryKey: key(),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => fetch(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<T>) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (known: { state: { data?: { pages: Page<T>[] } | undefined } }) =>
      options.every?.(known.state.data?.pages.flatMap((page) => page.items) ?? []) ?? false,
  }));
  const rows = $derived(query.data?.pages.flatMap((page) => page.items) ?? []);
  const total = $derived(query.data?.pages[0]?.total ?? 0);
  return {
    get rows() {
      return rows;
    },
    get total() {
      return total;
    },
    /** Nothing is known yet: show a skeleton. */
    get pending() {
      return query.isPending;
    },
    get error() {
      return query.error;
    },
    /** The rows shown belong to what was asked before. */
    get stale() {
      return query.isPlaceholderData;
    },
    get fetching() {
      return query.isFetchingNextPage;
    },
    more() {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    again() {
      void query.refetch();
    },
  };
}

export type Paged<T> = ReturnType<typeof createPaged<T>>;
