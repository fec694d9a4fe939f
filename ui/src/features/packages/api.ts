import { client, content, listed } from '../../api/client';
import type { Id, NewPackage, Package, PackageDraft } from '../../api/types';

export const packages = () =>
  listed<Package>(client.GET('/api/v1/packages', { params: { query: { limit: 200 } } }));

export const addPackage = (body: NewPackage) => content<Package>(client.POST('/api/v1/packages', { body }));

export const changePackage = (id: Id, body: Partial<PackageDraft>) =>
  content<Package>(client.PATCH('/api/v1/packages/{id}', { params: { path: { id } }, body }));
