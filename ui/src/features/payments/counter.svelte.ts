/** Whether the counter is open, and for whom. A screen may name the customer that it shows. */
import type { Id } from '../../api/types';

const state = $state<{ open: boolean; customer: Id | null }>({ open: false, customer: null });

/** The customer that the screen in front is about, if it is about one. */
let inFront: (() => Id | null) | null = null;

export const counter = {
  get open() {
    return state.open;
  },
  set open(open: boolean) {
    state.open = open;
  },
  get customer() {
    return state.customer;
  },
  start(customer?: Id): void {
    state.customer = customer ?? inFront?.() ?? null;
    state.open = true;
  },
  /** A screen says whom F2 would mean; the returned function takes it back. */
  inFront(who: () => Id | null): () => void {
    inFront = who;
    return () => {
      if (inFront === who) inFront = null;
    };
  },
};
