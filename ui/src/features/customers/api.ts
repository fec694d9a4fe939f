import { client, content, idempotency, listed } from '../../api/client';
import type {
  AccessOutcome,
  AddedCharge,
  Customer,
  CustomerStatus,
  CustomerDraft,
  Disconnected,
  ErasedPersonalData,
  ForeseenStanding,
  Id,
  Invoice,
  NewCharge,
  Period,
  Override,
  PppoePassword,
  SentMessage,
  Statement,
  Traffic,
  UnbilledPeriod,
  WaitingCharge,
  Why,
} from '../../api/types';

export interface CustomerFilter {
  search?: string;
  status?: CustomerStatus;
  router_id?: Id;
  package_id?: Id;
  area_id?: Id;
  overdue?: boolean;
  sort?: string;
  cursor?: string;
  limit?: number;
}

/** What flows through the line at this moment; the router is asked for it. */
export const traffic = (id: Id) =>
  content<Traffic>(client.GET('/api/v1/customers/{id}/traffic', { params: { path: { id } } }));

export const customers = (query: CustomerFilter) =>
  listed<Customer>(client.GET('/api/v1/customers', { params: { query } }));

export const customer = (id: Id) =>
  content<Customer>(client.GET('/api/v1/customers/{id}', { params: { path: { id } } }));

/** The password that the customer's device dials with; who asked is on record. */
export const pppoePassword = (id: Id) =>
  content<PppoePassword>(client.GET('/api/v1/customers/{id}/pppoe-password', { params: { path: { id } } }));

export const addCustomer = (body: CustomerDraft) =>
  content<Customer>(client.POST('/api/v1/customers', { body }));

export const changeCustomer = (id: Id, body: CustomerDraft) =>
  content<Customer>(client.PATCH('/api/v1/customers/{id}', { params: { path: { id } }, body }));

export const why = (id: Id) =>
  content<Why>(client.GET('/api/v1/customers/{id}/why', { params: { path: { id } } }));

export const sendWhy = (id: Id) =>
  content<SentMessage>(client.POST('/api/v1/customers/{id}/why/send', { params: { path: { id } } }));

export const statement = (id: Id) =>
  content<Statement>(client.GET('/api/v1/customers/{id}/statement', { params: { path: { id } } }));

export const setOverride = (id: Id, body: Override) =>
  content<unknown>(client.POST('/api/v1/customers/{id}/override', { params: { path: { id } }, body }));

export const endOverride = (id: Id) =>
  content<unknown>(client.DELETE('/api/v1/customers/{id}/override', { params: { path: { id } } }));

export const isolate = (id: Id, reason: string) =>
  content<AccessOutcome>(
    client.POST('/api/v1/customers/{id}/isolate', { params: { path: { id } }, body: { reason } }),
  );

/** Without a day the office's usual hold applies where the ledger would close the line. */
export const openAccess = (id: Id, reason: string, until: string | null) =>
  content<AccessOutcome>(
    client.POST('/api/v1/customers/{id}/open-access', { params: { path: { id } }, body: { reason, until } }),
  );

/** Ends the live session once; the device dials again by itself. */
export const disconnect = (id: Id) =>
  content<Disconnected>(client.POST('/api/v1/customers/{id}/disconnect', { params: { path: { id } } }));

/** The days of the last periods that no bill has, oldest first. */
export const unbilled = (id: Id) =>
  content<UnbilledPeriod[]>(client.GET('/api/v1/customers/{id}/unbilled', { params: { path: { id } } }));

/** The key makes a second attempt at the same act harmless. */
export const billPeriod = (id: Id, body: { period: Period; from: string }, key: string) =>
  content<Invoice>(
    client.POST('/api/v1/customers/{id}/invoices', {
      params: { path: { id } },
      body,
      headers: idempotency(key),
    }),
  );

/** What waits for the next invoice, oldest first. */
export const waitingCharges = (id: Id) =>
  content<WaitingCharge[]>(client.GET('/api/v1/customers/{id}/charges', { params: { path: { id } } }));

/** The key makes a second attempt at the same act harmless. */
export const addCharge = (id: Id, body: NewCharge, key: string) =>
  content<AddedCharge>(
    client.POST('/api/v1/customers/{id}/charges', {
      params: { path: { id } },
      body,
      headers: idempotency(key),
    }),
  );

/** Gives what goes on waiting. */
export const withdrawCharge = (id: Id, charge_id: Id) =>
  content<WaitingCharge[]>(
    client.DELETE('/api/v1/customers/{id}/charges/{charge_id}', { params: { path: { id, charge_id } } }),
  );

/** What a pause, an end, or (with neither) taking the line up again would give back; nothing is kept. */
export const foresee = (
  id: Id,
  query: { paused_from?: string; paused_until?: string; last_day?: string; stays?: boolean },
) =>
  content<ForeseenStanding>(
    client.GET('/api/v1/customers/{id}/standing', { params: { path: { id }, query } }),
  );

export const pause = (id: Id, body: { from: string; until: string | null; reason: string }) =>
  content<unknown>(client.POST('/api/v1/customers/{id}/pause', { params: { path: { id } }, body }));

export const resume = (id: Id) =>
  content<unknown>(client.POST('/api/v1/customers/{id}/resume', { params: { path: { id } } }));

export const terminate = (id: Id, body: { on: string | null; reason: string }) =>
  content<unknown>(client.POST('/api/v1/customers/{id}/terminate', { params: { path: { id } }, body }));

/** Erases what the log tells of the customer; nothing brings it back. */
export const erasePersonalData = (id: Id, body: { reason: string; confirm: string }) =>
  content<ErasedPersonalData>(
    client.POST('/api/v1/customers/{id}/erase-personal-data', { params: { path: { id } }, body }),
  );
