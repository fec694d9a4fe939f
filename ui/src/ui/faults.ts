import { tick } from 'svelte';

/** After the server refused a form: the first input that it found fault with gets the focus. */
export async function focusFirstFault(form: HTMLElement | null): Promise<void> {
  await tick();
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
