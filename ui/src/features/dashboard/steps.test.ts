import { expect, test } from 'vitest';

import { stepsOf } from './steps';

const nothing = { company: false, router_id: null, packages: false, customers: false };
const owner = () => true;

test('an empty office is shown every step with its way', () => {
  const steps = stepsOf(nothing, owner);
  expect(steps.map((step) => step.id)).toEqual(['company', 'router', 'packages', 'customers']);
  expect(steps.flatMap((step) => step.ways.map((way) => way.href))).toEqual([
    '#/settings',
    '#/routers?new=1',
    '#/packages',
    '#/customers/import',
    '#/customers/new',
  ]);
});

test('with a router, its lines are the first way to customers', () => {
  const steps = stepsOf({ ...nothing, router_id: 3 }, owner);
  expect(steps.find((step) => step.id === 'router')).toMatchObject({ done: true, ways: [] });
  expect(steps.at(-1)?.ways[0]).toEqual({ label: 'first.from_router', href: '#/routers/3?tab=import' });
});

test('nobody is sent where their role may not go', () => {
  const cashier = stepsOf(nothing, (ability) => ability === 'customers.write');
  expect(cashier.map((step) => step.id)).toEqual(['customers']);
  expect(stepsOf(nothing, () => false)).toEqual([]);
});
