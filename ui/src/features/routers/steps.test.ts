import { expect, test } from 'vitest';

import { asOnRouter } from './steps';

test('the rule that drops the rest is read last, where the router has it', () => {
  const written = [
    { menu: '/ip/pool', rule: 'pool' },
    { menu: '/ip/firewall/filter', rule: 'drop' },
    { menu: '/ip/firewall/filter', rule: 'accept dns' },
    { menu: '/ip/firewall/nat', rule: 'to the page' },
    { menu: '/ip/firewall/filter', rule: 'jump' },
  ];
  expect(asOnRouter(written).map((step) => step.rule)).toEqual([
    'pool',
    'jump',
    'accept dns',
    'drop',
    'to the page',
  ]);
});
