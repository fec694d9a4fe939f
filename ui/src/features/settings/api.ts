import { client, content } from '../../api/client';
import type { ApiToken, Id, NewApiToken, Page, Role, Settings, Staff } from '../../api/types';

export const settings = () => content<Settings>(client.GET('/api/v1/settings', {}));

export const changeSettings = (body: Settings) =>
  content<Settings>(client.PATCH('/api/v1/settings', { body }));

export const staff = () =>
  content<Page<Staff>>(client.GET('/api/v1/staff', { params: { query: { limit: 200 } } }));

export const addStaff = (body: { name: string; role: Role; password: string }) =>
  content<Staff>(client.POST('/api/v1/staff', { body }));

export const changeStaff = (id: Id, body: { role?: Role; is_active?: boolean; password?: string }) =>
  content<Staff>(client.PATCH('/api/v1/staff/{id}', { params: { path: { id } }, body }));

export const tokens = () => content<Page<ApiToken>>(client.GET('/api/v1/auth/tokens', {}));

export const addToken = (body: { name: string; abilities: string[] }) =>
  content<NewApiToken>(client.POST('/api/v1/auth/tokens', { body }));

export const revokeToken = (id: Id) =>
  content<unknown>(client.DELETE('/api/v1/auth/tokens/{id}', { params: { path: { id } } }));
