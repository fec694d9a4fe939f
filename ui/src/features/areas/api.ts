import { client, content, listed } from '../../api/client';
import type { Area, Id } from '../../api/types';

export const areas = () => listed<Area>(client.GET('/api/v1/areas', { params: { query: { limit: 500 } } }));

export const addArea = (name: string) => content<Area>(client.POST('/api/v1/areas', { body: { name } }));

export const renameArea = (id: Id, name: string, version: number) =>
  content<Area>(client.PATCH('/api/v1/areas/{id}', { params: { path: { id } }, body: { name, version } }));
