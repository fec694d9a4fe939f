import { client, content, idempotency, listed } from '../../api/client';
import { fetchDocument } from '../../api/document';
import type {
  GenerateSummary,
  Id,
  Invoice,
  InvoiceStatus,
  Period,
  Rehearsal,
  VoidedInvoice,
} from '../../api/types';

export interface InvoiceFilter {
  search?: string;
  status?: InvoiceStatus;
  period?: string;
  customer_id?: Id;
  cursor?: string;
  limit?: number;
}

export const invoices = (query: InvoiceFilter) =>
  listed<Invoice>(client.GET('/api/v1/invoices', { params: { query } }));

export const invoice = (id: Id) =>
  content<Invoice>(client.GET('/api/v1/invoices/{id}', { params: { path: { id } } }));

/** Makes the month's invoices, or with `dryRun` shows which it would make. */
export function generate(period: Period, dryRun: boolean, key: string): Promise<GenerateSummary> {
  const [year = null, month = null] = period.split('-').map(Number);
  return content<GenerateSummary>(
    client.POST('/api/v1/invoices/generate', {
      body: { year, month, dry_run: dryRun },
      headers: { 'Idempotency-Key': key },
    }),
  );
}

/** What the next month's run will bill, beside this month. */
export const nextMonth = () => content<Rehearsal>(client.GET('/api/v1/reports/next-month'));

/** The key makes a second attempt at the same act harmless. */
export const voidInvoice = (id: Id, body: { reason: string; reissue: boolean }, key: string) =>
  content<VoidedInvoice>(
    client.POST('/api/v1/invoices/{id}/void', {
      params: { path: { id } },
      body,
      headers: idempotency(key),
    }),
  );

export type Layout = 'a4' | 'a5';

export const invoicePdf = (id: Id, number: string, layout: Layout) =>
  fetchDocument(`/api/v1/invoices/${id}/pdf`, { layout }, `${number}.pdf`);

export const monthPdf = (period: Period, layout: Layout) =>
  fetchDocument('/api/v1/invoices/pdf', { period, layout }, `${period}.pdf`);
