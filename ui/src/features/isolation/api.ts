import { client, content, listed } from '../../api/client';
import type { CivilDate, Id, IsolationPlan, Plan, PlanSummary } from '../../api/types';

/** The plan as it would be at this moment; nothing is sent. */
export const planNow = () => content<IsolationPlan>(client.GET('/api/v1/isolation/plan', {}));

/** The plan for another day: tomorrow's, to be seen the day before. */
export const planOn = (day: CivilDate) =>
  content<IsolationPlan>(client.GET('/api/v1/isolation/plan', { params: { query: { as_of: day } } }));

export interface Approval {
  plan_id: Id | null;
  strike: Id[];
  confirm: boolean;
}

export const applyPlan = (body: Approval) => content<Plan>(client.POST('/api/v1/isolation/apply', { body }));

/** Takes lines out of a plan that waits or is shown for tomorrow, or back in; it stays so. */
export const strikeLines = (id: Id, customers: Id[], struck: boolean) =>
  content<Plan>(
    client.POST('/api/v1/isolation/{id}/strike', {
      params: { path: { id } },
      body: { customer_ids: customers, struck },
    }),
  );

/** Approves ahead what is shown for a day, so that it closes by itself whatever the limit is; or takes that back. */
export const approveAhead = (id: Id, withdraw: boolean) =>
  content<Plan>(
    client.POST('/api/v1/isolation/{id}/approve', { params: { path: { id } }, body: { withdraw } }),
  );

export const plans = (cursor?: string) =>
  listed<PlanSummary>(
    client.GET('/api/v1/isolation', { params: { query: { limit: 50, ...(cursor && { cursor }) } } }),
  );

export const plan = (id: Id) =>
  content<Plan>(client.GET('/api/v1/isolation/{id}', { params: { path: { id } } }));

/** `days`: how long the lines that it opens stay open, whatever they owe; 0 leaves it to the next check. */
export const undoPlan = (id: Id, days: number) =>
  content<Plan>(
    client.POST('/api/v1/isolation/{id}/undo', { params: { path: { id } }, body: { hold_days: days } }),
  );

export const dismissPlan = (id: Id) =>
  content<Plan>(client.POST('/api/v1/isolation/{id}/dismiss', { params: { path: { id } } }));

/** Lines whose turn has not come are left as they are. */
export const stopPlan = (id: Id) =>
  content<Plan>(client.POST('/api/v1/isolation/{id}/cancel', { params: { path: { id } } }));
