/** Light or dark: as the system says, unless a person chose. Remembered on this machine. */
export type Theme = 'system' | 'light' | 'dark';

const MEMORY = 'sambung.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function remembered(): Theme {
  const value = localStorage.getItem(MEMORY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

let chosen = $state<Theme>(remembered());

function apply(): void {
  const dark = chosen === 'dark' || (chosen === 'system' && system.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

export function startTheme(): void {
  apply();
  system.addEventListener('change', apply);
}

export function theme(): Theme {
  return chosen;
}

export function chooseTheme(next: Theme): void {
  chosen = next;
  localStorage.setItem(MEMORY, next);
  apply();
}
