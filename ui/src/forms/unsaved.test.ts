import { expect, test, vi } from 'vitest';

vi.mock('svelte', async (original) => ({ ...(await original<object>()), onDestroy: () => undefined }));

const { hasUnsaved, leave, leaving, watchUnsaved } = await import('./unsaved.svelte');

let typed = '';
const discard = vi.fn(() => {
  typed = '';
});
watchUnsaved({ isDirty: () => typed !== '', discard });

test('where nothing was typed nobody is asked', () => {
  const then = vi.fn();
  leave(then);
  expect(then).toHaveBeenCalledOnce();
  expect(leaving.asked).toBe(false);
});

test('who stays keeps what they typed, and nothing happens later either', () => {
  typed = 'Siti';
  const then = vi.fn();
  leave(then);
  expect(leaving.asked).toBe(true);
  leaving.stay();
  expect(leaving.asked).toBe(false);
  expect(then).not.toHaveBeenCalled();
  expect(hasUnsaved()).toBe(true);
});

test('who leaves loses it, and is asked once', () => {
  typed = 'Siti';
  const then = vi.fn();
  leave(then);
  leaving.go();
  expect(discard).toHaveBeenCalledOnce();
  expect(then).toHaveBeenCalledOnce();
  expect(hasUnsaved()).toBe(false);
  expect(leaving.asked).toBe(false);
});
