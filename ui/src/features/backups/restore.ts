/** Putting a backup back: only the program around the window can, see src-tauri/src/desktop/restoring.rs. */
import { sessionHeaders } from '../../api/client';
import { shell } from '../../api/shell';
import { language } from '../../i18n/index.svelte';

/** What a backup holds, and what would have to be typed again after it. */
export interface Checked {
  office: string;
  taken_at: number | null;
  customers: number;
  invoices: number;
  payments: number;
  lost_passwords: number;
  lost_routers: string[];
}

/** Lets somebody choose a file; `null` if they changed their mind. */
export const chooseBackup = () => shell<string | null>('choose_backup', {});

export const checkBackup = (file: string, passphrase: string) =>
  shell<Checked>('check_backup', {
    backup: { file, passphrase: passphrase === '' ? null : passphrase, language: language() },
    headers: sessionHeaders(),
  });

/** The program starts again with the backup that was checked; answers only when it is refused. */
export const restoreBackup = () =>
  shell<never>('restore_backup', { language: language(), headers: sessionHeaders() });

/** The backup that was put in place at this start, and where what it replaced is kept; told once. */
export const lastRestore = () => shell<{ kept: string | null } | null>('last_restore', {});
