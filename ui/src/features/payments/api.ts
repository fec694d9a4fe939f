import { client, content, listed, idempotency } from '../../api/client';
import { fetchDocument } from '../../api/document';
import type { Id, Method, Payment, PaymentDraft, PaymentTaken } from '../../api/types';

export interface PaymentFilter {
  search?: string;
  customer_id?: Id;
  method?: Method;
  from?: string;
  to?: string;
  cursor?: string;
  limit?: number;
}

export const payments = (query: PaymentFilter) =>
  listed<Payment>(client.GET('/api/v1/payments', { params: { query } }));

export const payment = (id: Id) =>
  content<Payment>(client.GET('/api/v1/payments/{id}', { params: { path: { id } } }));

/** Books money. The key makes a second attempt at the same booking harmless. */
export const takePayment = (body: PaymentDraft, key: string) =>
  content<PaymentTaken>(client.POST('/api/v1/payments', { body, headers: idempotency(key) }));

export const reversePayment = (id: Id, reason: string, key: string) =>
  content<Payment>(
    client.POST('/api/v1/payments/{id}/reverse', {
      params: { path: { id } },
      body: { reason },
      headers: idempotency(key),
    }),
  );

export const receipt = (id: Id, number: string) =>
  fetchDocument(`/api/v1/payments/${id}/receipt`, { format: 'pdf', width: '80' }, `${number}.pdf`);
