import { client, content } from '../../api/client';
import type { Id, Package, PackageDraft, Page } from '../../api/types';

export const packages = () =>
  content<Page<Package>>(client.GET('/api/v1/packages', { params: { query: { limit: 200 } } }));

export const addPackage = (body: PackageDraft) => content<Package>(client.POST('/api/v1/packages', { body }));

export const changePackage = (id: Id, body: PackageDraft) =>
  content<Package>(client.PATCH('/api/v1/packages/{id}', { params: { path: { id } }, body }));
