/** What is wrong with a passphrase that was typed twice, before anybody is asked; the API refuses the rest. */
export const LEAST = 12;

export type Wrong = 'short' | 'different';

export function wrongWith(passphrase: string, again: string): Wrong | null {
  if ([...passphrase].length < LEAST) return 'short';
  return passphrase === again ? null : 'different';
}
