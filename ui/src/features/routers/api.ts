import { client, content, listed } from '../../api/client';
import type {
  Id,
  NewRouter,
  ProfileSync,
  Router,
  RouterDraft,
  RouterMode,
  RouterPlan,
  RouterTest,
} from '../../api/types';

const at = (id: Id) => ({ params: { path: { id } } });

export const routers = () =>
  listed<Router>(client.GET('/api/v1/routers', { params: { query: { limit: 200 } } }));

export const router = (id: Id) => content<Router>(client.GET('/api/v1/routers/{id}', at(id)));

export const addRouter = (body: NewRouter) => content<Router>(client.POST('/api/v1/routers', { body }));

export const changeRouter = (id: Id, body: RouterDraft) =>
  content<Router>(client.PATCH('/api/v1/routers/{id}', { ...at(id), body }));

export const testRouter = (id: Id) => content<RouterTest>(client.POST('/api/v1/routers/{id}/test', at(id)));

export const setMode = (id: Id, mode: RouterMode) =>
  content<Router>(client.POST('/api/v1/routers/{id}/mode', { ...at(id), body: { mode } }));

export const syncProfiles = (id: Id) =>
  content<ProfileSync>(client.POST('/api/v1/routers/{id}/sync-profiles', at(id)));

export const routerPlan = (id: Id) => content<RouterPlan>(client.GET('/api/v1/routers/{id}/plan', at(id)));
