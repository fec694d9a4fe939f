/**
 * A value that follows another without chasing it: a change after a pause is taken over at once, changes in a row
 * (a key held down, a text pasted key by key) once they rest. A single keystroke therefore waits for nothing.
 */
const REST_MS = 40;

export function settled<T>(source: () => T, rest = REST_MS): { readonly value: T } {
  let value = $state.raw(source());
  let changed = -Infinity;
  $effect(() => {
    const next = source();
    const now = performance.now();
    const waited = now - changed;
    changed = now;
    if (waited >= rest) {
      value = next;
      return;
    }
    const timer = setTimeout(() => {
      value = next;
    }, rest);
    return () => {
      clearTimeout(timer);
    };
  });
  return {
    get value() {
      return value;
    },
  };
}
