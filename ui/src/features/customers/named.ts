/** The names behind the ids on the customer form, as far as its lists have been read. */
import type { QueryClient } from '@tanstack/svelte-query';

/** The list that an id is of, by its query, and by what an entry is called there. */
const LISTS: Readonly<Record<string, string>> = {
  area_id: 'areas',
  collector_id: 'staff',
  package_id: 'packages',
  router_id: 'routers',
};

interface Listed {
  items: { id: number; name: string }[];
}

/** What a field's id stands for; `undefined` where the field has none or its list was not read. */
export function named(queries: QueryClient, field: string, value: unknown): string | undefined {
  const list = Object.hasOwn(LISTS, field) ? LISTS[field] : undefined;
  if (!list || typeof value !== 'number') return undefined;
  return queries.getQueryData<Listed>([list])?.items.find((entry) => entry.id === value)?.name;
}
