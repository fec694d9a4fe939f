-- The office: who works in it, whom it serves, what is owed and paid, what was done.
-- Instants are epoch milliseconds (BIGINT), civil dates ISO text, money whole rupiah, structured values JSON text.
-- Kept the same, statement by statement, as migrations/postgres: only key types and, so that text sorts and folds
-- case the same, the collation of names differ.

CREATE TABLE settings (
  key        TEXT PRIMARY KEY,
  value      TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE users (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  is_active     BOOLEAN NOT NULL,
  failed_logins BIGINT NOT NULL DEFAULT 0,
  locked_until  BIGINT,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  version       BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_name ON users (LOWER(name));

-- A token is known by the digest of its secret; the secret itself is shown once and kept nowhere.
CREATE TABLE tokens (
  id           INTEGER PRIMARY KEY,
  user_id      BIGINT NOT NULL REFERENCES users (id),
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  digest       TEXT NOT NULL UNIQUE,
  abilities    TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  last_used_at BIGINT,
  revoked_at   BIGINT
);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE areas (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version    BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX areas_name ON areas (LOWER(name));

CREATE TABLE packages (
  id             INTEGER PRIMARY KEY,
  code           TEXT NOT NULL,
  name           TEXT NOT NULL,
  speed_download BIGINT NOT NULL,
  speed_upload   BIGINT NOT NULL,
  price          BIGINT NOT NULL,
  is_active      BOOLEAN NOT NULL,
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL,
  version        BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX packages_code ON packages (LOWER(code));

CREATE TABLE routers (
  id                 INTEGER PRIMARY KEY,
  name               TEXT NOT NULL,
  host               TEXT NOT NULL,
  port               BIGINT NOT NULL,
  tls                BOOLEAN NOT NULL,
  username           TEXT NOT NULL,
  certificate_sha256 TEXT,
  mode               TEXT NOT NULL,
  isolated_profile   TEXT NOT NULL,
  static_isolation   TEXT NOT NULL,
  is_active          BOOLEAN NOT NULL,
  timeout_ms         BIGINT NOT NULL,
  attempts           BIGINT NOT NULL,
  max_in_flight      BIGINT NOT NULL,
  identity           TEXT,
  ros_version        TEXT,
  last_seen_at       BIGINT,
  unreachable_since  BIGINT,
  last_error         TEXT,
  created_at         BIGINT NOT NULL,
  updated_at         BIGINT NOT NULL,
  version            BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX routers_name ON routers (LOWER(name));

-- Which profile a router already has for a package, where it is not pkg-<code>.
CREATE TABLE package_profiles (
  router_id  BIGINT NOT NULL REFERENCES routers (id),
  package_id BIGINT NOT NULL REFERENCES packages (id),
  profile    TEXT NOT NULL,
  PRIMARY KEY (router_id, package_id)
);

CREATE TABLE customers (
  id                INTEGER PRIMARY KEY,
  customer_no       TEXT NOT NULL,
  name              TEXT NOT NULL,
  phone             TEXT,
  address           TEXT,
  area_id           BIGINT REFERENCES areas (id),
  odp               TEXT,
  collector_id      BIGINT REFERENCES users (id),
  package_id        BIGINT NOT NULL REFERENCES packages (id),
  router_id         BIGINT REFERENCES routers (id),
  connection_type   TEXT NOT NULL,
  pppoe_username    TEXT,
  pppoe_password    TEXT,
  static_ip         TEXT,
  mac_address       TEXT,
  ont_serial        TEXT,
  billing           TEXT NOT NULL,
  billing_day       BIGINT NOT NULL,
  billing_start     TEXT NOT NULL,
  taxed             BOOLEAN NOT NULL,
  discount_type     TEXT,
  discount_value    BIGINT NOT NULL DEFAULT 0,
  discount_reason   TEXT,
  discount_from     TEXT,
  discount_until    TEXT,
  payment_behavior  TEXT NOT NULL,
  rapel_months      BIGINT NOT NULL DEFAULT 0,
  payer_id          BIGINT REFERENCES customers (id),
  due_rule          TEXT,
  exempt            BOOLEAN NOT NULL DEFAULT FALSE,
  status            TEXT NOT NULL,
  isolation_reason  TEXT,
  paused_from       TEXT,
  paused_until      TEXT,
  terminated_on     TEXT,
  balance           BIGINT NOT NULL DEFAULT 0,
  created_at        BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  version           BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX customers_no ON customers (LOWER(customer_no));
CREATE UNIQUE INDEX customers_pppoe ON customers (router_id, pppoe_username)
  WHERE pppoe_username IS NOT NULL AND status <> 'terminated';
-- Without a router too, since two NULLs are not equal.
CREATE UNIQUE INDEX customers_pppoe_unrouted ON customers (pppoe_username)
  WHERE router_id IS NULL AND pppoe_username IS NOT NULL AND status <> 'terminated';
CREATE UNIQUE INDEX customers_static_ip ON customers (router_id, static_ip)
  WHERE static_ip IS NOT NULL AND status <> 'terminated';
CREATE INDEX customers_name ON customers (LOWER(name), id);
CREATE INDEX customers_status ON customers (status, id);
CREATE INDEX customers_router ON customers (router_id);
CREATE INDEX customers_payer ON customers (payer_id);

-- The words of a customer's name, number, phone, address and user name, lower case: an index that finds a customer by
-- the beginnings of words, the same way on both engines.
CREATE TABLE customer_words (
  word        TEXT NOT NULL,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  PRIMARY KEY (word, customer_id)
) WITHOUT ROWID;
CREATE INDEX customer_words_customer ON customer_words (customer_id, word);

-- What the router was last seen to say about a line. `desired` is what was last asked of it.
CREATE TABLE access (
  customer_id BIGINT PRIMARY KEY REFERENCES customers (id),
  desired     TEXT NOT NULL,
  observed    TEXT NOT NULL,
  observed_at BIGINT,
  evidence    TEXT
);

-- A word that outranks the ledger: a promise to pay, an office's grace, a closing by hand.
CREATE TABLE overrides (
  id          INTEGER PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  verdict     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  until       TEXT,
  created_by  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  ended_by    TEXT,
  ended_at    BIGINT
);
CREATE INDEX overrides_customer ON overrides (customer_id);
CREATE UNIQUE INDEX overrides_in_force ON overrides (customer_id) WHERE ended_at IS NULL;

CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE invoices (
  id          INTEGER PRIMARY KEY,
  number      TEXT NOT NULL UNIQUE,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  period      TEXT NOT NULL,
  issue_date  TEXT NOT NULL,
  due_date    TEXT NOT NULL,
  subtotal    BIGINT NOT NULL,
  discount    BIGINT NOT NULL,
  tax_base    BIGINT NOT NULL,
  tax         BIGINT NOT NULL,
  total       BIGINT NOT NULL,
  paid        BIGINT NOT NULL,
  remaining   BIGINT NOT NULL,
  origin      TEXT NOT NULL,
  voided_at   BIGINT,
  void_reason TEXT,
  created_at  BIGINT NOT NULL
);
CREATE INDEX invoices_customer ON invoices (customer_id, due_date);
CREATE INDEX invoices_period ON invoices (period, id);
CREATE INDEX invoices_unpaid ON invoices (due_date, id) WHERE remaining > 0 AND voided_at IS NULL;

-- What a line is billed for. The unique index is the promise that a period is billable once, whatever happens to
-- documents; voiding the invoice frees it.
CREATE TABLE charges (
  id           INTEGER PRIMARY KEY,
  customer_id  BIGINT NOT NULL REFERENCES customers (id),
  invoice_id   BIGINT REFERENCES invoices (id),
  kind         TEXT NOT NULL,
  period       TEXT NOT NULL,
  service_from TEXT,
  service_to   TEXT,
  description  TEXT NOT NULL,
  amount       BIGINT NOT NULL,
  discount     BIGINT NOT NULL,
  voided_at    BIGINT,
  created_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX charges_once ON charges (customer_id, kind, period) WHERE voided_at IS NULL;
CREATE INDEX charges_invoice ON charges (invoice_id);
CREATE INDEX charges_customer ON charges (customer_id);
CREATE INDEX charges_waiting ON charges (customer_id) WHERE invoice_id IS NULL AND voided_at IS NULL;

CREATE TABLE payments (
  id              INTEGER PRIMARY KEY,
  number          TEXT NOT NULL UNIQUE,
  customer_id     BIGINT NOT NULL REFERENCES customers (id),
  amount          BIGINT NOT NULL,
  credit          BIGINT NOT NULL,
  method          TEXT NOT NULL,
  reference       TEXT,
  money_received  BIGINT,
  change_given    BIGINT,
  received_at     BIGINT NOT NULL,
  received_on     TEXT NOT NULL,
  received_by     TEXT NOT NULL,
  reversed_at     BIGINT,
  reversal_reason TEXT,
  created_at      BIGINT NOT NULL
);
CREATE INDEX payments_customer ON payments (customer_id, id);
CREATE INDEX payments_day ON payments (received_on, id);

-- Money of a payment, or of the customer's credit (payment_id NULL), that went to an invoice.
CREATE TABLE allocations (
  id          INTEGER PRIMARY KEY,
  payment_id  BIGINT REFERENCES payments (id),
  invoice_id  BIGINT NOT NULL REFERENCES invoices (id),
  amount      BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  reversed_at BIGINT
);
CREATE INDEX allocations_payment ON allocations (payment_id);
CREATE INDEX allocations_invoice ON allocations (invoice_id);

-- The journal: append-only, double entry. Debits are positive, credits negative; each entry's postings add up to zero.
CREATE TABLE journal_entries (
  id          INTEGER PRIMARY KEY,
  on_date     TEXT NOT NULL,
  at          BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  customer_id BIGINT REFERENCES customers (id),
  invoice_id  BIGINT REFERENCES invoices (id),
  payment_id  BIGINT REFERENCES payments (id),
  reverses_id BIGINT REFERENCES journal_entries (id),
  actor       TEXT NOT NULL,
  memo        TEXT
);
CREATE INDEX journal_entries_customer ON journal_entries (customer_id, id);
CREATE UNIQUE INDEX journal_entries_reversed_once ON journal_entries (reverses_id) WHERE reverses_id IS NOT NULL;

CREATE TABLE postings (
  entry_id    BIGINT NOT NULL REFERENCES journal_entries (id),
  position    BIGINT NOT NULL,
  account     TEXT NOT NULL,
  customer_id BIGINT REFERENCES customers (id),
  invoice_id  BIGINT REFERENCES invoices (id),
  amount      BIGINT NOT NULL,
  PRIMARY KEY (entry_id, position)
);
CREATE INDEX postings_account ON postings (account, customer_id);
CREATE INDEX postings_customer ON postings (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX postings_invoice ON postings (invoice_id) WHERE invoice_id IS NOT NULL;

-- How a customer's debt moved, and why: one row for each invoice, payment and correction.
CREATE TABLE debt_history (
  id          INTEGER PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  entry_id    BIGINT NOT NULL REFERENCES journal_entries (id),
  on_date     TEXT NOT NULL,
  change      BIGINT NOT NULL,
  balance     BIGINT NOT NULL
);
CREATE INDEX debt_history_customer ON debt_history (customer_id, id);

CREATE TABLE idempotency_keys (
  actor      TEXT NOT NULL,
  key        TEXT NOT NULL,
  request    TEXT NOT NULL,
  status     BIGINT,
  response   TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (actor, key)
);

CREATE TABLE events (
  id           INTEGER PRIMARY KEY,
  at           BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id   BIGINT NOT NULL,
  payload      TEXT NOT NULL,
  actor        TEXT NOT NULL,
  cause        TEXT
);
CREATE INDEX events_subject ON events (subject_kind, subject_id);

CREATE TABLE jobs (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  key         TEXT NOT NULL,
  payload     TEXT NOT NULL,
  router_id   BIGINT REFERENCES routers (id),
  state       TEXT NOT NULL,
  tries       BIGINT NOT NULL DEFAULT 0,
  run_at      BIGINT NOT NULL,
  lease_owner TEXT,
  lease_until BIGINT,
  error_code  TEXT,
  error       TEXT,
  event_id    BIGINT REFERENCES events (id),
  created_at  BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE UNIQUE INDEX jobs_once ON jobs (key) WHERE state IN ('queued', 'running', 'parked');
CREATE INDEX jobs_due ON jobs (state, run_at, id);

CREATE TABLE notifications (
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  event_id    BIGINT REFERENCES events (id),
  kind        TEXT NOT NULL,
  channel     TEXT NOT NULL,
  recipient   TEXT,
  text        TEXT NOT NULL,
  state       TEXT NOT NULL,
  error       TEXT,
  provider_id TEXT,
  created_at  BIGINT NOT NULL,
  sent_at     BIGINT
);
CREATE INDEX notifications_customer ON notifications (customer_id, id);
CREATE INDEX notifications_state ON notifications (state, id);

CREATE TABLE schedule (
  task          TEXT PRIMARY KEY,
  cron          TEXT NOT NULL,
  paused        BOOLEAN NOT NULL,
  last_slot     BIGINT NOT NULL,
  last_started  BIGINT,
  last_finished BIGINT,
  last_outcome  TEXT
);

CREATE TABLE leases (
  name    TEXT PRIMARY KEY,
  owner   TEXT NOT NULL,
  until   BIGINT NOT NULL
);

-- A mass change of lines: who, why, what will be sent. Kept with what stood there before, so that it can be undone.
CREATE TABLE plans (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  as_of       TEXT NOT NULL,
  state       TEXT NOT NULL,
  closing     BIGINT NOT NULL,
  opening     BIGINT NOT NULL,
  amount      BIGINT NOT NULL,
  close_limit BIGINT NOT NULL,
  reason      TEXT,
  created_by  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  approved_by TEXT,
  approved_at BIGINT,
  finished_at BIGINT,
  undone_by   TEXT,
  undone_at   BIGINT
);
CREATE INDEX plans_state ON plans (state, id);

CREATE TABLE plan_lines (
  id          INTEGER PRIMARY KEY,
  plan_id     BIGINT NOT NULL REFERENCES plans (id),
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  router_id   BIGINT NOT NULL REFERENCES routers (id),
  action      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  amount      BIGINT NOT NULL,
  state       TEXT NOT NULL,
  before      TEXT,
  after       TEXT,
  error       TEXT,
  finished_at BIGINT
);
CREATE UNIQUE INDEX plan_lines_once ON plan_lines (plan_id, customer_id);
CREATE INDEX plan_lines_customer ON plan_lines (customer_id);

CREATE TABLE import_batches (
  id         INTEGER PRIMARY KEY,
  file_name  TEXT NOT NULL,
  imported   BIGINT NOT NULL,
  refused    BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  undone_by  TEXT,
  undone_at  BIGINT
);

CREATE TABLE import_rows (
  batch_id    BIGINT NOT NULL REFERENCES import_batches (id),
  line_no     BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (batch_id, line_no)
);

CREATE TABLE billing_logs (
  id           INTEGER PRIMARY KEY,
  at           BIGINT NOT NULL,
  actor        TEXT NOT NULL,
  desk         TEXT NOT NULL,
  act          TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id   BIGINT,
  subject_name TEXT,
  outcome      TEXT NOT NULL,
  message      TEXT NOT NULL,
  detail       TEXT,
  cause        TEXT
);
CREATE INDEX billing_logs_subject ON billing_logs (subject_kind, subject_id);
CREATE INDEX billing_logs_act ON billing_logs (act, id);

-- The chain that proves the log: each seal holds the digest of its row and of the seal before it.
CREATE TABLE log_seals (
  log_id BIGINT PRIMARY KEY REFERENCES billing_logs (id),
  digest TEXT NOT NULL,
  chain  TEXT NOT NULL
);
