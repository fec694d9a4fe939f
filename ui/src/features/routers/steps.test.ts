import { expect, test } from 'vitest';

import { asOnRouter, hasOurs, staysOnRemoval } from './steps';

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

test('a removal leaves the rule that closes lines, and takes the one that closes nobody any more', () => {
  const steps = [
    { action: 'add', name: 'drop:sambung-isolated' },
    { action: 'keep', name: 'drop:sambung-isolated' },
    { action: 'keep', name: 'isolated' },
    { action: 'remove', name: 'drop:sambung-isolated' },
    { action: 'remove', name: 'jump:sambung-isolated' },
    { action: 'change', name: 'isolated' },
  ] as const;
  expect(steps.map(staysOnRemoval)).toEqual([true, true, true, false, false, false]);
});

test('the rule that a removal left can still be taken away', () => {
  const menu = '/ip/firewall/filter';
  expect(hasOurs([{ action: 'keep', menu: '/ppp/profile' }])).toBe(false);
  expect(hasOurs([{ action: 'add', menu }])).toBe(false);
  expect(
    hasOurs([
      { action: 'add', menu },
      { action: 'remove', menu },
    ]),
  ).toBe(true);
});
