/** What stands on the customer form, and what of it is sent: for a new record all, for a change the difference. */
import type { ConnectionType, Customer, CustomerDraft, DueRule } from '../../api/types';
import { phone } from '../../i18n/format';

/** Whose rule says when an invoice is due. */
export type DueKind = 'office' | 'after_issue' | 'day_of_month';

export interface CustomerFields {
  customer_no: string;
  name: string;
  phone: string;
  address: string;
  area_id: string;
  collector_id: string;
  odp: string;
  package_id: string | null;
  router_id: string;
  connection_type: ConnectionType;
  pppoe_username: string;
  pppoe_password: string;
  static_ip: string;
  mac_address: string;
  ont_serial: string;
  billing: 'normal' | 'free';
  billing_day: number | null;
  billing_start: string | null;
  taxed: boolean;
  exempt: boolean;
  discount_type: 'none' | 'amount' | 'percent';
  /** Rupiah, or percent with at most two decimals. */
  discount_value: number | null;
  discount_reason: string;
  discount_from: string | null;
  discount_until: string | null;
  due_kind: DueKind;
  due_days: number | null;
  payer_id: string;
  payment_behavior: 'regular' | 'rapel';
  rapel_months: number | null;
}

function dueOf(rule: DueRule | null): Pick<CustomerFields, 'due_kind' | 'due_days'> {
  if (rule === null) return { due_kind: 'office', due_days: null };
  return 'after_issue' in rule
    ? { due_kind: 'after_issue', due_days: rule.after_issue }
    : { due_kind: 'day_of_month', due_days: rule.day_of_month };
}

function ruleOf({ due_kind, due_days }: CustomerFields): DueRule | null {
  if (due_kind === 'office' || due_days === null) return null;
  return due_kind === 'after_issue' ? { after_issue: due_days } : { day_of_month: due_days };
}

export function fieldsOf(customer: Customer | undefined, today: string): CustomerFields {
  return {
    customer_no: customer?.customer_no ?? '',
    name: customer?.name ?? '',
    phone: customer?.phone ? phone(customer.phone) : '',
    address: customer?.address ?? '',
    area_id: customer?.area_id ? String(customer.area_id) : '',
    collector_id: customer?.collector_id ? String(customer.collector_id) : '',
    odp: customer?.odp ?? '',
    // A package that waits for its day is what was chosen last; choosing the present one gives it up.
    package_id: customer ? String(customer.package_change?.package.id ?? customer.package_id) : null,
    router_id: customer?.router_id ? String(customer.router_id) : '',
    connection_type: customer?.connection_type ?? 'pppoe',
    pppoe_username: customer?.pppoe_username ?? '',
    pppoe_password: '',
    static_ip: customer?.static_ip ?? '',
    mac_address: customer?.mac_address ?? '',
    ont_serial: customer?.ont_serial ?? '',
    billing: customer?.billing ?? 'normal',
    billing_day: customer?.billing_day ?? 1,
    billing_start: customer ? customer.billing_start : today,
    taxed: customer?.taxed ?? true,
    exempt: customer?.exempt ?? false,
    discount_type: customer?.discount_type ?? 'none',
    discount_value: customer?.discount_type ? customer.discount_value : null,
    discount_reason: customer?.discount_reason ?? '',
    discount_from: customer?.discount_from ?? null,
    discount_until: customer?.discount_until ?? null,
    ...dueOf(customer?.due_rule ?? null),
    payer_id: customer?.payer_id ? String(customer.payer_id) : '',
    payment_behavior: customer?.payment_behavior ?? 'regular',
    rapel_months: customer?.rapel_months ?? 0,
  };
}

const text = (value: string) => value.trim() || null;
const reference = (value: string | null) => (value ? Number(value) : null);

export function draftOf(fields: CustomerFields): CustomerDraft {
  const discounted = fields.discount_type !== 'none';
  const worth = fields.discount_value ?? 0;
  const draft: CustomerDraft = {
    name: fields.name.trim(),
    phone: text(fields.phone),
    address: text(fields.address),
    area_id: reference(fields.area_id),
    collector_id: reference(fields.collector_id),
    odp: text(fields.odp),
    router_id: reference(fields.router_id),
    connection_type: fields.connection_type,
    pppoe_username: fields.connection_type === 'pppoe' ? text(fields.pppoe_username) : null,
    static_ip: fields.connection_type === 'pppoe' ? null : text(fields.static_ip),
    mac_address: text(fields.mac_address),
    ont_serial: text(fields.ont_serial),
    billing: fields.billing,
    billing_day: fields.billing_day ?? 1,
    billing_start: fields.billing_start,
    taxed: fields.taxed,
    exempt: fields.exempt,
    discount_type: fields.discount_type === 'none' ? null : fields.discount_type,
    discount_value: discounted ? worth : 0,
    discount_reason: discounted ? text(fields.discount_reason) : null,
    discount_from: discounted ? fields.discount_from : null,
    discount_until: discounted ? fields.discount_until : null,
    due_rule: ruleOf(fields),
    payer_id: reference(fields.payer_id),
    payment_behavior: fields.payment_behavior,
    rapel_months: fields.payment_behavior === 'rapel' ? (fields.rapel_months ?? 0) : 0,
  };
  if (fields.package_id) draft.package_id = Number(fields.package_id);
  if (fields.customer_no.trim()) draft.customer_no = fields.customer_no.trim();
  if (fields.pppoe_password) draft.pppoe_password = fields.pppoe_password;
  return draft;
}

/** Only what was changed, so that two people who edit different fields do not undo each other. */
export function changesOf(before: CustomerFields, after: CustomerFields): CustomerDraft {
  const old = new Map<string, unknown>(Object.entries(draftOf(before)));
  return Object.fromEntries(
    Object.entries(draftOf(after)).filter(
      ([name, value]) => JSON.stringify(old.get(name)) !== JSON.stringify(value),
    ),
  );
}
