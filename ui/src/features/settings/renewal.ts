/** What a form of settings calls when it was saved beside changes of somebody else: the section is opened anew with them. */
import { getContext, setContext } from 'svelte';

const RENEWAL = Symbol('settings');

type Renew = () => void;

export function offerRenewal(renew: Renew): void {
  setContext(RENEWAL, renew);
}

export function useRenewal(): Renew {
  return getContext<Renew | undefined>(RENEWAL) ?? (() => undefined);
}
