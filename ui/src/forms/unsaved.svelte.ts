/** Forms with something typed that is saved nowhere. Before the window leaves one, the person is asked. */
import { onDestroy } from 'svelte';

interface Form {
  /** Whether leaving would lose something. */
  isDirty: () => boolean;
  /** The person said that it may be lost. */
  discard?: () => void;
}

let forms: readonly Form[] = [];
let question = $state.raw<(() => void) | null>(null);

export function hasUnsaved(): boolean {
  return forms.some((form) => form.isDirty());
}

/** Watches a form for as long as the calling component lives. */
export function watchUnsaved(form: Form): void {
  forms = [...forms, form];
  onDestroy(() => {
    forms = forms.filter((other) => other !== form);
  });
}

/** Leaves at once where nothing would be lost; otherwise when the person says so. */
export function leave(then: () => void): void {
  if (!hasUnsaved()) {
    then();
    return;
  }
  question = then;
}

/** The question as the window shows it. */
export const leaving = {
  get asked() {
    return question !== null;
  },
  stay() {
    question = null;
  },
  go() {
    const then = question;
    for (const form of forms) form.discard?.();
    leaving.stay();
    then?.();
  },
};
