//! The promises that the schema keeps by unique indexes, each with the word that a caller can branch on. SQLite names
//! the columns of a broken index (or the index, if it is over an expression), PostgreSQL always the constraint.

use std::fmt;

/// Which "only once" was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Promise {
    /// One account for each name, whatever its case.
    UserName,
    /// One token for each secret.
    Token,
    /// One area for each name.
    AreaName,
    /// One package for each code.
    PackageCode,
    /// One router for each name.
    RouterName,
    /// One customer for each number.
    CustomerNo,
    /// One line in service for each PPPoE name on a router.
    PppoeUsername,
    /// One line in service for each address on a router.
    StaticIp,
    /// One override in force for each customer.
    Override,
    /// One invoice for each number.
    InvoiceNumber,
    /// A period of a line is billed once.
    Charge,
    /// One payment for each number.
    PaymentNumber,
    /// An entry is reversed once.
    Reversal,
    /// A request with a key is carried out once.
    Idempotency,
    /// One job at a time for each key.
    Job,
    /// One message for each key.
    Notification,
    /// A customer stands in a plan once.
    PlanLine,
    /// A promise without a word of its own.
    Other,
}

/// The promise, the name of its index or constraint on PostgreSQL, and what SQLite says instead where that differs.
const KEPT_BY: [(Promise, &str, &str); 18] = [
    (Promise::UserName, "users_name", "'users_name'"),
    (Promise::Token, "tokens_digest_key", "tokens.digest"),
    (Promise::AreaName, "areas_name", "'areas_name'"),
    (Promise::PackageCode, "packages_code", "'packages_code'"),
    (Promise::RouterName, "routers_name", "'routers_name'"),
    (Promise::CustomerNo, "customers_no", "'customers_no'"),
    (
        Promise::PppoeUsername,
        "customers_pppoe",
        "customers.pppoe_username",
    ),
    (
        Promise::PppoeUsername,
        "customers_pppoe_unrouted",
        "customers.pppoe_username",
    ),
    (Promise::StaticIp, "customers_static_ip", "customers.static_ip"),
    (Promise::Override, "overrides_in_force", "overrides.customer_id"),
    (Promise::InvoiceNumber, "invoices_number_key", "invoices.number"),
    (
        Promise::Charge,
        "charges_once",
        "charges.customer_id, charges.kind",
    ),
    (Promise::PaymentNumber, "payments_number_key", "payments.number"),
    (
        Promise::Reversal,
        "journal_entries_reversed_once",
        "journal_entries.reverses_id",
    ),
    (
        Promise::Idempotency,
        "idempotency_keys_pkey",
        "idempotency_keys.actor",
    ),
    (Promise::Job, "jobs_once", "jobs.key"),
    (
        Promise::Notification,
        "notifications_key_key",
        "notifications.key",
    ),
    (Promise::PlanLine, "plan_lines_once", "plan_lines.plan_id"),
];

impl Promise {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Promise::UserName => "user_name_taken",
            Promise::Token => "token_taken",
            Promise::AreaName => "area_name_taken",
            Promise::PackageCode => "package_code_taken",
            Promise::RouterName => "router_name_taken",
            Promise::CustomerNo => "customer_no_taken",
            Promise::PppoeUsername => "pppoe_username_taken",
            Promise::StaticIp => "static_ip_taken",
            Promise::Override => "override_in_force",
            Promise::InvoiceNumber => "invoice_number_taken",
            Promise::Charge => "already_billed",
            Promise::PaymentNumber => "payment_number_taken",
            Promise::Reversal => "already_reversed",
            Promise::Idempotency => "idempotency_key_used",
            Promise::Job => "job_exists",
            Promise::Notification => "notification_exists",
            Promise::PlanLine => "plan_line_exists",
            Promise::Other => "duplicate",
        }
    }

    pub(crate) fn of_sqlite(message: &str) -> Promise {
        KEPT_BY
            .iter()
            .find(|(_, _, said)| message.contains(said))
            .map_or(Promise::Other, |kept| kept.0)
    }

    pub(crate) fn of_postgres(constraint: &str) -> Promise {
        KEPT_BY
            .iter()
            .find(|(_, name, _)| *name == constraint)
            .map_or(Promise::Other, |kept| kept.0)
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Promise::UserName => "a user with this name exists already",
            Promise::Token => "a token with this secret exists already",
            Promise::AreaName => "an area with this name exists already",
            Promise::PackageCode => "a package with this code exists already",
            Promise::RouterName => "a router with this name exists already",
            Promise::CustomerNo => "a customer with this number exists already",
            Promise::PppoeUsername => "another line on this router has this PPPoE user name",
            Promise::StaticIp => "another line on this router has this address",
            Promise::Override => "an override is in force already; end it first",
            Promise::InvoiceNumber => "an invoice with this number exists already",
            Promise::Charge => "this period of the line has been billed already",
            Promise::PaymentNumber => "a payment with this number exists already",
            Promise::Reversal => "this entry has been reversed already",
            Promise::Idempotency => "a request with this key was made already",
            Promise::Job => "the same job is waiting or running already",
            Promise::Notification => "this message exists already",
            Promise::PlanLine => "the customer stands in this plan already",
            Promise::Other => "the same record exists already",
        })
    }
}
