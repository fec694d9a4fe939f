import { client, content, listed } from '../../api/client';
import type { ApiToken, Id, Role, Settings, Staff } from '../../api/types';

export const settings = () => content<Settings>(client.GET('/api/v1/settings', {}));

export const changeSettings = (body: Settings) =>
  // A change is any part of the settings; the document describes only the whole.
  content<Settings>(client.PATCH('/api/v1/settings', { body: body as Required<Settings> }));

/** Kept with the secrets; it is never read back. */
export const keepMessengerToken = (token: string) =>
  content<unknown>(client.PUT('/api/v1/notifications/token', { body: { token } }));

export const staff = () => listed<Staff>(client.GET('/api/v1/staff', { params: { query: { limit: 200 } } }));

export const addStaff = (body: { name: string; role: Role; password: string }) =>
  content<Staff>(client.POST('/api/v1/staff', { body }));

export const changeStaff = (
  id: Id,
  body: { role?: Role; is_active?: boolean; password?: string; version?: number },
) => content<Staff>(client.PATCH('/api/v1/staff/{id}', { params: { path: { id } }, body }));

export const tokens = () =>
  listed<ApiToken>(client.GET('/api/v1/auth/tokens', { params: { query: { limit: 200 } } }));

export const addToken = (body: { name: string; abilities: string[] }) =>
  content<ApiToken>(client.POST('/api/v1/auth/tokens', { body }));

export const revokeToken = (id: Id) =>
  content<unknown>(client.DELETE('/api/v1/auth/tokens/{id}', { params: { path: { id } } }));
