/** What a new office does first, in the order in which one step makes the next one easier. */
import type { Ability, Dashboard } from '../../api/types';
import type { Key } from '../../i18n/index.svelte';

type FirstSteps = NonNullable<Dashboard['first_steps']>;

export interface Step {
  id: 'company' | 'router' | 'packages' | 'customers';
  title: Key;
  lead: Key;
  done: boolean;
  /** Where it is done; the first way is the usual one. */
  ways: readonly { label: Key; href: string }[];
}

/** The steps that somebody with these abilities can take; a step that is done has no way any more. */
export function stepsOf(first: FirstSteps, may: (ability: Ability) => boolean): Step[] {
  const router = first.router_id;
  const steps: (Step & { needs: Ability })[] = [
    {
      id: 'company',
      title: 'first.company',
      lead: 'first.company_lead',
      done: first.company,
      ways: [{ label: 'first.company_do', href: '#/settings' }],
      needs: 'settings.write',
    },
    {
      id: 'router',
      title: 'first.router',
      lead: 'first.router_lead',
      done: router !== null,
      ways: [{ label: 'first.router_do', href: '#/routers?new=1' }],
      needs: 'network.write',
    },
    {
      id: 'packages',
      title: 'first.packages',
      lead: 'first.packages_lead',
      done: first.packages,
      ways: [{ label: 'first.packages_do', href: '#/packages' }],
      needs: 'catalogue.write',
    },
    {
      id: 'customers',
      title: 'first.customers',
      lead: 'first.customers_lead',
      done: first.customers,
      ways: [
        ...(router !== null && may('network.read')
          ? [{ label: 'first.from_router' as const, href: `#/routers/${router}?tab=import` }]
          : []),
        { label: 'first.from_file', href: '#/customers/import' },
        { label: 'customers.new', href: '#/customers/new' },
      ],
      needs: 'customers.write',
    },
  ];
  return steps
    .filter((step) => may(step.needs))
    .map(({ id, title, lead, done, ways }) => ({ id, title, lead, done, ways: done ? [] : ways }));
}
