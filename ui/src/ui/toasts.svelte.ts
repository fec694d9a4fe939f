/** Short confirmations at the window's edge. Errors do not belong here: they stay where they happened. */
export interface Toast {
  id: number;
  text: string;
}

const LIFETIME = 6000;
let counter = 0;
const shown = $state<Toast[]>([]);

export function toasts(): readonly Toast[] {
  return shown;
}

export function dismiss(id: number): void {
  const index = shown.findIndex((toast) => toast.id === id);
  if (index >= 0) shown.splice(index, 1);
}

export function toast(text: string): void {
  const id = ++counter;
  shown.push({ id, text });
  setTimeout(() => {
    dismiss(id);
  }, LIFETIME);
}
