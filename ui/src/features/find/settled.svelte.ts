/** A value that follows another once it has rested: a search asks when the fingers pause. */
const REST_MS = 110;

export function settled<T>(source: () => T, rest = REST_MS): { readonly value: T } {
  let value = $state.raw(source());
  $effect(() => {
    const next = source();
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
