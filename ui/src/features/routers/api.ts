import { client, content, listed } from '../../api/client';
import type {
  Id,
  ImportedLines,
  ImportLines,
  NewRouter,
  Preparation,
  ProfileSync,
  Reconciled,
  ReconcileOrder,
  Router,
  RouterCompared,
  RouterDraft,
  RouterHealth,
  RouterLines,
  RouterMode,
  RouterPlan,
  RouterProfiles,
  RouterTest,
  SwitchedMode,
} from '../../api/types';

const at = (id: Id) => ({ params: { path: { id } } });

export const routers = () =>
  listed<Router>(client.GET('/api/v1/routers', { params: { query: { limit: 200 } } }));

export const router = (id: Id) => content<Router>(client.GET('/api/v1/routers/{id}', at(id)));

export const addRouter = (body: NewRouter) => content<Router>(client.POST('/api/v1/routers', { body }));

export const changeRouter = (id: Id, body: RouterDraft) =>
  content<Router>(client.PATCH('/api/v1/routers/{id}', { ...at(id), body }));

/** Where the last test of a router is kept; a router that was changed has to be tested again. */
export const testKey = ({ id, version }: Pick<Router, 'id' | 'version'>) => ['router-test', id, version];

export const testRouter = (id: Id) => content<RouterTest>(client.POST('/api/v1/routers/{id}/test', at(id)));

export const setMode = (id: Id, mode: RouterMode) =>
  content<SwitchedMode>(client.POST('/api/v1/routers/{id}/mode', { ...at(id), body: { mode } }));

/** What a switch would accept; nothing changes. */
export const foreseeMode = (id: Id, mode: RouterMode) =>
  content<SwitchedMode>(
    client.POST('/api/v1/routers/{id}/mode', { ...at(id), body: { mode, dry_run: true } }),
  );

/** What bringing the profiles up to date would change. Nothing is sent. */
export const syncTable = (id: Id) =>
  content<ProfileSync>(
    client.POST('/api/v1/routers/{id}/sync-profiles', { ...at(id), body: { dry_run: true } }),
  );

export const syncProfiles = (id: Id) =>
  content<ProfileSync>(
    client.POST('/api/v1/routers/{id}/sync-profiles', { ...at(id), body: { dry_run: false } }),
  );

export const routerPlan = (id: Id) => content<RouterPlan>(client.GET('/api/v1/routers/{id}/plan', at(id)));

/** Every router that is in use beside the ledger; one that cannot be read has its reason in place of a plan. */
export const routerPlans = () => content<RouterCompared[]>(client.GET('/api/v1/routers/plan', {}));

/** What repairing everything that differs would send. Nothing is sent. */
export const repairTable = (id: Id) =>
  content<Reconciled>(client.POST('/api/v1/routers/{id}/reconcile', { ...at(id), body: { dry_run: true } }));

export const repair = (id: Id, body: ReconcileOrder) =>
  content<Reconciled>(client.POST('/api/v1/routers/{id}/reconcile', { ...at(id), body }));

export const health = (id: Id) => content<RouterHealth>(client.GET('/api/v1/routers/{id}/health', at(id)));

/**
 * Reads every line of the router and proposes what becomes of it; nothing is kept. `closed`: profiles of which
 * a person says that lines were closed with them; `open`: that they were not, though it looks so.
 */
export const routerLines = (id: Id, closed: readonly string[], open: readonly string[]) =>
  content<RouterLines>(
    client.GET('/api/v1/routers/{id}/import-lines', {
      params: {
        path: { id },
        query: {
          ...(closed.length > 0 && { closed_profiles: closed.join(',') }),
          ...(open.length > 0 && { open_profiles: open.join(',') }),
        },
      },
    }),
  );

export const takeLines = (id: Id, body: ImportLines) =>
  content<ImportedLines>(client.POST('/api/v1/routers/{id}/import-lines', { ...at(id), body }));

export const profiles = (id: Id) =>
  content<RouterProfiles>(client.GET('/api/v1/routers/{id}/profiles', at(id)));

/** `null` takes a package back to the profile that Sambung makes itself. */
export const mapProfiles = (id: Id, mappings: { package_id: Id; profile: string | null }[]) =>
  content<RouterProfiles>(
    client.POST('/api/v1/routers/{id}/profile-mappings', { ...at(id), body: { mappings } }),
  );

/** What preparing the router, or taking everything off again, would change. Nothing is sent. */
export const preparation = (id: Id, query: { removing: boolean; pool?: string }) =>
  content<Preparation>(
    client.GET('/api/v1/routers/{id}/isolation-page', { params: { path: { id }, query } }),
  );

export const prepare = (id: Id, pool: string) =>
  content<Preparation>(client.POST('/api/v1/routers/{id}/isolation-page', { ...at(id), body: { pool } }));

export const unprepare = (id: Id) =>
  content<Preparation>(client.DELETE('/api/v1/routers/{id}/isolation-page', at(id)));
