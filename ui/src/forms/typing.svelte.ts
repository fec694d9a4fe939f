/** One form's typing: kept in the tab while it differs from the record, asked about before it is left, gone once saved. */
import { session } from '../features/session/session.svelte';
import { differing, forget, keep, recall, without } from './kept';
import { watchUnsaved } from './unsaved.svelte';

interface Typing<T extends object> {
  /** The form's name in the tab's memory. */
  form: string;
  before: () => T;
  now: () => T;
  /** Fields that are kept nowhere. */
  secret: readonly (keyof T)[];
}

/** What was typed into the form earlier and never saved. */
export function typedEarlier<T extends object>(form: string, before: T): Partial<T> {
  return session.user ? recall(form, session.user.id, before) : {};
}

/** Watches a form for as long as the calling component lives; gives what to call once all is saved. */
export function keepTyping<T extends object>({ form, before, now, secret }: Typing<T>): () => void {
  const by = session.user?.id;
  let over = false;
  const end = () => {
    over = true;
    forget(form);
  };
  $effect(() => {
    const typed = without(differing(before(), now()), secret);
    if (!over && by !== undefined) keep(form, by, typed);
  });
  watchUnsaved({
    isDirty: () => !over && Object.keys(differing(before(), now())).length > 0,
    discard: end,
  });
  return end;
}
