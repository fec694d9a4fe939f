import { client, content, listed } from '../../api/client';
import type { Id, Notification } from '../../api/types';

export interface NotificationFilter {
  customer_id?: Id;
  status?: string;
  kind?: string;
  cursor?: string;
  limit?: number;
}

export const notifications = (query: NotificationFilter) =>
  listed<Notification>(client.GET('/api/v1/notifications', { params: { query } }));

export const markHanded = (id: Id) =>
  content<Notification>(client.POST('/api/v1/notifications/{id}/handed', { params: { path: { id } } }));

export const markSent = (id: Id) =>
  content<Notification>(client.POST('/api/v1/notifications/{id}/sent', { params: { path: { id } } }));
