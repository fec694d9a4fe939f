import { client, content, listed } from '../../api/client';
import type { Backup, BackupSetup, Id } from '../../api/types';

export const backups = () =>
  listed<Backup>(client.GET('/api/v1/backups', { params: { query: { limit: 100 } } }));

export const backupSetup = () => content<BackupSetup>(client.GET('/api/v1/backups/standing', {}));

/** Answered when the backup was made and rehearsed; the list shows meanwhile how far it has come. */
export const makeBackup = () => content<Backup>(client.POST('/api/v1/backups', {}));

export const rehearseBackup = (id: Id) =>
  content<Backup>(client.POST('/api/v1/backups/{id}/rehearse', { params: { path: { id } } }));

/** Kept with the secrets; it is never read back. */
export const keepBackupPassphrase = (passphrase: string) =>
  content<unknown>(client.PUT('/api/v1/backups/passphrase', { body: { passphrase } }));
