/** Profiles that a plan or a sync changes, told the same way wherever they stand: what is there now and what it becomes. */
import type { CivilDate, PlanProfile, ProfileSync, RouterPlan } from '../../api/types';
import type { Key } from '../../i18n/index.svelte';

/** A limit, upload before download, or in place of one why there is none. */
export type Limit = { rate: string } | { word: Key };

export const UNLIMITED: Limit = { word: 'profiles.unlimited' };
export const ABSENT: Limit = { word: 'profiles.absent' };

/** A row of the table of profiles. */
export interface ProfileRow {
  key: string;
  profile: string;
  connection_type: string;
  package: string | null;
  now: Limit;
  next: Limit;
  /** How many lines it limits. */
  lines: number;
  /** Where it stands in its plan; `null` while there is no plan. */
  status: string | null;
  error: string | null;
  /** Until when it stays as it is because its plan was taken back, where something holds it. */
  held: CivilDate | null;
}

interface Named {
  profile: string;
  connection_type: string;
}

export type WrongRate = RouterPlan['wrong_rates'][number];
export type SyncedProfile = ProfileSync['synced'][number];

/** The hotspot may have a profile of the same name. */
export const profileKey = ({ profile, connection_type }: Named) => `${connection_type} ${profile}`;

const limit = (rate: string | null | undefined): Limit =>
  rate === null || rate === undefined ? UNLIMITED : { rate };

export const ofWrongRate = (row: WrongRate): ProfileRow => ({
  key: profileKey(row),
  profile: row.profile,
  connection_type: row.connection_type,
  package: row.package,
  now: row.is_missing ? ABSENT : limit(row.rate_seen),
  next: { rate: row.rate_wanted },
  lines: row.lines,
  status: null,
  error: null,
  held: row.held_until ?? null,
});

/** What a sync would change; what is as it should be is no part of it. */
export const ofSync = (synced: readonly SyncedProfile[]): ProfileRow[] =>
  synced
    .filter((row) => row.action !== 'unchanged')
    .map((row) => ({
      key: profileKey(row),
      profile: row.profile,
      connection_type: row.connection_type,
      package: row.package,
      now: row.action === 'created' ? ABSENT : limit(row.rate_before),
      next: { rate: row.rate_wanted },
      lines: row.lines,
      status: null,
      error: null,
      held: null,
    }));

const said = (profile: PlanProfile['before']) => (profile?.exists === false ? ABSENT : limit(profile?.rate));

export const ofPlan = (row: PlanProfile): ProfileRow => ({
  key: `${row.router_id} ${profileKey(row)}`,
  profile: row.profile,
  connection_type: row.connection_type,
  package: row.package,
  now: said(row.before),
  next: row.after ? said(row.after) : { rate: row.rate_wanted },
  lines: row.lines,
  status: row.status,
  error: row.error,
  held: null,
});
