/**
 * The shapes of the REST API as the screens use them. This file is the one seam between the window
 * and the API's own description: when `schema.d.ts` (generated from the OpenAPI document) changes,
 * only these names are pointed at it.
 */
export type Id = number;
/** Rupiah, always whole. */
export type Rupiah = number;
/** `YYYY-MM-DD` in the office's zone. */
export type CivilDate = string;
/** Milliseconds since 1970 UTC. */
export type Instant = number;
/** `YYYY-MM`. */
export type Period = string;

export type CustomerStatus = 'pending' | 'active' | 'isolated' | 'suspended' | 'terminated';
export type ConnectionType = 'pppoe' | 'static' | 'dhcp' | 'hotspot';
export type Method = 'cash' | 'transfer' | 'qris' | 'ewallet' | 'va' | 'other';
export type InvoiceStatus = 'pending' | 'partial' | 'paid' | 'overdue' | 'void';
export type Access = 'open' | 'closed';
export type Observed = 'open' | 'closed' | 'unknown';
export type RouterMode = 'observe' | 'manage';
export type StaticIsolation = 'arp_disable' | 'address_list';
export type Role = 'owner' | 'admin' | 'cashier' | 'technician' | 'collector';

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total: number;
}

export interface Setup {
  needs_owner: boolean;
  name: string;
  training: boolean;
  /** True when this page may make the owner: in the window, never over TCP. */
  local: boolean;
  language: string;
  version: string;
}

export interface User {
  id: Id;
  name: string;
  role: Role;
  abilities: string[];
}

export interface Session {
  token: string;
  expires_at?: Instant | null;
  user: User;
}

export interface Dashboard {
  date: CivilDate;
  today: {
    received: Rupiah;
    payments: number;
    by_method: { method: Method; amount: Rupiah; count: number }[];
  };
  unpaid: { amount: Rupiah; invoices: number; overdue_amount: Rupiah; overdue_invoices: number };
  lines: {
    pending: number;
    active: number;
    isolated: number;
    suspended: number;
    seen_open: number;
    seen_closed: number;
    unknown: number;
  };
  failures: {
    job_id: Id;
    kind: string;
    state: JobStatus;
    code: string | null;
    detail: string | null;
    at: Instant;
  }[];
  next_tasks: { task: string; at: Instant }[];
  messages_waiting: number;
}

export interface AccessState {
  desired: Access;
  observed: Observed;
  observed_at: Instant | null;
}

export interface Customer {
  id: Id;
  customer_no: string;
  name: string;
  phone: string | null;
  address: string | null;
  area_id: Id | null;
  area: { id: Id; name: string } | null;
  odp: string | null;
  package_id: Id;
  package: { id: Id; code: string; name: string; price: Rupiah } | null;
  router_id: Id | null;
  router: { id: Id; name: string } | null;
  connection_type: ConnectionType;
  pppoe_username: string | null;
  has_pppoe_password: boolean;
  static_ip: string | null;
  mac_address: string | null;
  ont_serial: string | null;
  billing: 'normal' | 'free';
  billing_day: number;
  billing_start: CivilDate | null;
  taxed: boolean;
  exempt: boolean;
  discount_type: 'amount' | 'percent' | null;
  discount_value: number;
  discount_reason: string | null;
  payment_behavior: 'regular' | 'rapel';
  rapel_months: number;
  status: CustomerStatus;
  isolation_reason: string | null;
  balance: Rupiah;
  overdue_amount: Rupiah;
  access: AccessState;
  paused_from: CivilDate | null;
  paused_until: CivilDate | null;
  terminated_on: CivilDate | null;
  created_at: Instant;
  updated_at: Instant;
  version: number;
}

export interface CustomerDraft {
  customer_no?: string | null;
  name?: string;
  phone?: string | null;
  address?: string | null;
  area_id?: Id | null;
  odp?: string | null;
  package_id?: Id;
  router_id?: Id | null;
  connection_type?: ConnectionType;
  pppoe_username?: string | null;
  pppoe_password?: string | null;
  static_ip?: string | null;
  mac_address?: string | null;
  ont_serial?: string | null;
  billing?: 'normal' | 'free';
  billing_day?: number;
  billing_start?: CivilDate | null;
  taxed?: boolean;
  exempt?: boolean;
  discount_type?: 'amount' | 'percent' | null;
  discount_value?: number;
  discount_reason?: string | null;
  payment_behavior?: 'regular' | 'rapel';
  rapel_months?: number;
  version?: number;
}

export interface Override {
  verdict: Access;
  reason: string;
  until: CivilDate | null;
}

export interface Why {
  desired: Access;
  status: CustomerStatus;
  observed: Observed;
  observed_at: Instant | null;
  sentence: string;
  reasons: {
    code: string;
    sentence: string;
    invoices: { id: Id; number: string; due_date: CivilDate; remaining: Rupiah; days_overdue: number }[];
  }[];
  override: Override | null;
  router: { id: Id; name: string; mode: RouterMode; said: string | null; at: Instant | null } | null;
  history: { at: Instant; sentence: string }[];
  message_text: string;
}

export interface SentMessage {
  notification_id: Id;
  channel: string;
  wa_link: string | null;
}

export interface Statement {
  opening: Rupiah;
  closing: Rupiah;
  items: {
    on_date: CivilDate;
    kind: string;
    reference: string | null;
    description: string | null;
    debit: Rupiah;
    credit: Rupiah;
    balance: Rupiah;
  }[];
}

export interface AccessOutcome {
  customer_id: Id;
  desired: Access;
  observed: Observed;
  outcome: 'done' | 'queued' | 'observed_only';
  message: string;
}

export interface ImportPreview {
  digest: string;
  file_name: string;
  columns: { heading: string; field: string | null }[];
  rows: number;
  good: number;
  bad: number;
  /** `fatal` rows are not imported; the others are, with a remark. */
  problems: { line_no: number; field: string | null; code: string; message: string; fatal?: boolean }[];
  sample: Record<string, unknown>[];
}

export interface ImportResult {
  batch_id: Id;
  imported: number;
  refused: number;
}

export interface ImportBatch {
  batch_id: Id;
  file_name: string;
  imported: number;
  refused: number;
  created_by: string;
  created_at: Instant;
  undone_by: string | null;
  undone_at: Instant | null;
}

export interface ImportUndone {
  removed: number;
  withdrawn: number;
  kept: { customer_no: string; code: string; reason: string }[];
}

export interface Area {
  id: Id;
  name: string;
}

export interface Package {
  id: Id;
  code: string;
  name: string;
  speed_download: number;
  speed_upload: number;
  price: Rupiah;
  is_active: boolean;
  customers: number;
  version?: number;
}

export type PackageDraft = Partial<Omit<Package, 'id' | 'customers'>>;

export interface Router {
  id: Id;
  name: string;
  host: string;
  port: number;
  tls: boolean;
  username: string;
  has_password: boolean;
  mode: RouterMode;
  isolated_profile: string | null;
  static_isolation: StaticIsolation;
  is_active: boolean;
  identity: string | null;
  ros_version: string | null;
  last_seen_at: Instant | null;
  unreachable_since: Instant | null;
  last_error: string | null;
  certificate_sha256: string | null;
  lines: number;
  version?: number;
}

export interface RouterDraft {
  name?: string;
  host?: string;
  port?: number;
  tls?: boolean;
  username?: string;
  password?: string;
  mode?: RouterMode;
  isolated_profile?: string | null;
  static_isolation?: StaticIsolation;
  is_active?: boolean;
  version?: number;
}

export interface RouterTest {
  ok: boolean;
  identity: string | null;
  version: string | null;
  board: string | null;
  uptime: string | null;
  clock_skew_seconds: number | null;
  permissions: { missing: string[]; excess: string[] } | null;
  latency_ms: number | null;
  error: { code: string; message: string } | null;
}

export interface ProfileSync {
  synced: { profile: string; action: 'created' | 'updated' | 'unchanged' }[];
}

export interface RouterPlan {
  router_id: Id;
  read_at: Instant;
  lines: {
    customer_id: Id;
    customer_no: string;
    name: string;
    desired: Access;
    observed: Observed;
    profile_seen: string | null;
    profile_wanted: string | null;
    difference: string;
    reason: string | null;
  }[];
  strangers: { name: string; profile: string | null; comment: string | null }[];
  totals: Record<string, number>;
}

export interface InvoiceLine {
  id: Id;
  kind: string;
  description: string;
  service_from: CivilDate | null;
  service_to: CivilDate | null;
  amount: Rupiah;
  discount: Rupiah;
  customer_id: Id;
}

export interface Invoice {
  id: Id;
  number: string;
  customer_id: Id;
  customer: { id: Id; customer_no: string; name: string };
  period: Period | null;
  issue_date: CivilDate;
  due_date: CivilDate;
  lines: InvoiceLine[];
  subtotal: Rupiah;
  discount: Rupiah;
  tax_base: Rupiah;
  tax: Rupiah;
  total: Rupiah;
  paid: Rupiah;
  remaining: Rupiah;
  status: InvoiceStatus;
  is_overdue: boolean;
  voided_at: Instant | null;
  void_reason: string | null;
  origin: string | null;
}

export interface TaskSummary {
  task: string;
  as_of: CivilDate;
  dry_run: boolean;
  created?: number;
  isolated?: number;
  opened?: number;
  sent?: number;
  synced?: number;
  waiting: number;
  skipped: number;
  failed: number;
  errors: { subject: string; code: string; message: string }[];
}

export interface GenerateSummary extends TaskSummary {
  amount: Rupiah;
  items: { customer_id: Id; customer_no: string; name: string; lines: string[]; total: Rupiah }[];
}

export interface Payment {
  id: Id;
  number: string;
  customer_id: Id;
  customer_no: string;
  customer_name: string;
  invoice_id: Id | null;
  amount: Rupiah;
  method: Method;
  reference: string | null;
  received_at: Instant;
  received_by: string;
  allocations: { invoice_id: Id; number: string; amount: Rupiah }[];
  credit: Rupiah;
  reversed_at: Instant | null;
  reversal_reason: string | null;
}

export interface PaymentDraft {
  customer_id: Id;
  invoice_id?: Id | null;
  amount: Rupiah;
  method: Method;
  reference?: string | null;
  money_received?: Rupiah | null;
  to_credit?: boolean;
}

export interface PaymentTaken extends Payment {
  change: Rupiah;
  access: AccessState & { job_id: Id | null };
}

export interface PlanEntry {
  customer_id: Id;
  customer_no: string;
  name: string;
  router: string | null;
  reason: string;
  amount: Rupiah;
  action: Access;
  will_send: string;
  /** Why nothing will be sent although it should be. */
  blocked: string | null;
}

export interface IsolationPlan {
  as_of: CivilDate;
  closing: PlanEntry[];
  opening: PlanEntry[];
  amount: Rupiah;
  limit: { limit: number; active_lines: number; usual: number | null; within: boolean };
  /** Why nobody is closed on that day. */
  not_closing: string | null;
  waiting_plan: PlanSummary | null;
}

export type PlanStatus = 'waiting' | 'approved' | 'applying' | 'applied' | 'undoing' | 'undone' | 'dismissed';
export type PlanLineStatus = 'planned' | 'struck' | 'done' | 'failed' | 'skipped' | 'undone' | 'kept';

export interface PlanSummary {
  id: Id;
  kind: string;
  as_of: CivilDate;
  status: PlanStatus;
  closing: number;
  opening: number;
  amount: Rupiah;
  limit: number;
  reason: string | null;
  created_by: string;
  created_at: Instant;
  finished_at: Instant | null;
}

export interface Plan extends PlanSummary {
  lines: {
    id: Id;
    customer_id: Id;
    customer_no: string;
    name: string;
    router_id: Id;
    action: Access;
    reason: string;
    amount: Rupiah;
    status: PlanLineStatus;
    error: string | null;
    finished_at: Instant | null;
  }[];
}

export type JobStatus = 'queued' | 'running' | 'parked' | 'done' | 'dead' | 'cancelled';

export interface Job {
  id: Id;
  kind: string;
  key: string;
  status: JobStatus;
  tries: number;
  run_at: Instant;
  created_at: Instant;
  finished_at: Instant | null;
  error_code: string | null;
  error: string | null;
  router_id: Id | null;
}

export interface ScheduledTask {
  task: string;
  cron: string;
  description: string | null;
  paused: boolean;
  next: Instant[];
  last_started: Instant | null;
  last_finished: Instant | null;
  last_outcome: unknown;
}

export interface Schedule {
  zone: string;
  tasks: ScheduledTask[];
}

export interface LogEntry {
  id: Id;
  at: Instant;
  actor: string;
  desk: string;
  act: string;
  subject_kind: string;
  subject_id: Id | null;
  subject_name: string | null;
  outcome: string;
  message: string;
  detail: unknown;
  cause: string | null;
}

export interface ApiToken {
  id: Id;
  name: string;
  abilities: string[];
  created_at: Instant;
  last_used_at: Instant | null;
  revoked_at: Instant | null;
}

export interface NewApiToken extends ApiToken {
  token: string;
}

export interface Staff {
  id: Id;
  name: string;
  role: Role;
  is_active: boolean;
}

export interface BankAccount {
  bank: string;
  number: string;
  holder: string;
}

/** The flat object of `GET settings`; a key that this version does not know is left alone. */
export interface Settings {
  'office.name'?: string | null;
  'office.address'?: string | null;
  'office.phone'?: string | null;
  'office.npwp'?: string | null;
  'office.zone'?: string | null;
  'office.language'?: string | null;
  'office.bank_accounts'?: BankAccount[] | null;
  'office.footer'?: string | null;
  'tax.is_pkp'?: boolean;
  'tax.price_includes_tax'?: boolean;
  'billing.due'?: { after_issue: number } | { day_of_month: number };
  'billing.timing'?: 'advance' | 'arrears';
  'billing.grace_days'?: number;
  'billing.tolerance'?: Rupiah;
  'billing.first_month'?: 'prorated' | 'full';
  'isolation.min_overdue_invoices'?: number;
  'isolation.weekdays'?: number[];
  'isolation.holidays'?: CivilDate[];
  'updates.enabled'?: boolean;
  [key: string]: unknown;
}

export interface Found {
  customers: { id: Id; customer_no: string; name: string; status: CustomerStatus; balance: Rupiah }[];
  invoices: { id: Id; number: string; customer_id: Id; customer_name: string; amount: Rupiah }[];
  payments: { id: Id; number: string; customer_id: Id; customer_name: string; amount: Rupiah }[];
}
