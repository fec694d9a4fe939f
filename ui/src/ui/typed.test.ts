import { expect, test } from 'vitest';

import { isUnfinished, typed, type Typing } from './typed';

const nothing: Typing = { text: '', amount: null };
const key = (data: string) => ({ inputType: 'insertText', data });

/** Key by key, as a clerk does, with the field grouping what it understands. */
function keys(text: string): Typing {
  let now = nothing;
  for (const data of text) {
    const shown = now.amount == null ? now.text : now.amount.toLocaleString('de-DE');
    now = typed(shown + data, now, key(data));
  }
  return now;
}

test.each([
  ['200000', 200_000],
  ['1.500', 1_500],
  ['12.345.678', 12_345_678],
  ['150.000,00', 150_000],
])('%s is money, typed key by key', (text, amount) => {
  expect(keys(text).amount).toBe(amount);
});

test.each(['1.5', '1.50', '12.3.4', '150,5'])('%s is not made into another amount', (text) => {
  expect(keys(text).amount).toBeUndefined();
  expect(typed(text, nothing, { inputType: 'insertFromPaste' }).amount).toBeUndefined();
  expect(
    typed(text, { text: '200.000', amount: 200_000 }, { inputType: 'insertFromPaste' }).amount,
  ).toBeUndefined();
});

test('our own dots do not stand in the way of a change in the middle', () => {
  const before: Typing = { text: '200.000', amount: 200_000 };
  expect(typed('2005.000', before, key('5')).amount).toBe(2_005_000);
  expect(typed('20.000', before, { inputType: 'deleteContentBackward', data: null }).amount).toBe(20_000);
});

test('a group of thousands on its way is no mistake yet', () => {
  expect(['1.', '1.5', '150.00', '1.000.', '150,', '150,0'].every(isUnfinished)).toBe(true);
  expect(['1.5000', '1500.', 'abc', '150'].some(isUnfinished)).toBe(false);
});
