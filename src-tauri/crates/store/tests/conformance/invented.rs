//! An invented office: the least that a test needs around what it tests.

use billing::journal::{Entry, IssuedInvoice, MovedPayment, invoice_issued, payment_received};
use billing::{
    Account, AllocationPart, AllocationReason, BillingMode, ChargeKind, ConnectionType, CustomerStatus,
    Method, PaymentBehavior, Period, RouterMode, Rupiah, StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use store::customers::{self, Standing};
use store::journal::Dated;
use store::{Tx, allocations, charges, counters, invoices, journal, packages, payments, routers};

/// 1 January 2026, 00:01 in Jakarta.
pub(crate) fn now() -> Timestamp {
    "2025-12-31T17:01:00Z".parse().unwrap()
}

pub(crate) fn later(seconds: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_secs(seconds)
}

pub(crate) const TODAY: Date = date(2026, 1, 1);

pub(crate) fn dated(actor: &str) -> Dated<'_> {
    Dated {
        on_date: TODAY,
        at: now(),
        actor,
    }
}

pub(crate) fn january() -> Period {
    Period::of(TODAY)
}

pub(crate) fn package() -> packages::Details {
    packages::Details {
        code: "HOME-10".into(),
        name: "Rumah 10 Mbps".into(),
        speed_download: 10_240,
        speed_upload: 5_120,
        price: Rupiah(150_000),
        is_active: true,
    }
}

pub(crate) fn router() -> routers::Details {
    routers::Details {
        name: "Pusat".into(),
        host: "10.0.0.1".into(),
        port: 8729,
        tls: true,
        username: "sambung".into(),
        certificate_sha256: None,
        mode: RouterMode::Manage,
        isolated_profile: "isolated".into(),
        static_isolation: StaticIsolation::ArpDisable,
        is_active: true,
        timeout_ms: 5_000,
        attempts: 3,
        max_in_flight: 32,
        new_profiles: store::routers::NewProfiles::default(),
    }
}

/// The package and the router that every customer below has.
#[derive(Clone, Copy)]
pub(crate) struct Ground {
    pub(crate) package_id: i64,
    pub(crate) router_id: i64,
}

pub(crate) async fn ground(tx: &mut Tx) -> Ground {
    Ground {
        package_id: packages::insert(tx, &package(), now()).await.unwrap().id,
        router_id: routers::insert(tx, &router(), now()).await.unwrap().id,
    }
}

/// A PPPoE line; `number` makes it one of a kind.
pub(crate) fn line(ground: Ground, number: i64, name: &str) -> customers::Details {
    customers::Details {
        customer_no: format!("PLG-{number:05}"),
        name: name.into(),
        phone: Some(format!("62812{number:08}")),
        address: Some("Jl. Mawar No. 7 RT 03".into()),
        area_id: None,
        odp: None,
        collector_id: None,
        package_id: ground.package_id,
        router_id: Some(ground.router_id),
        connection_type: ConnectionType::Pppoe,
        pppoe_username: Some(format!("user{number}@sambung")),
        pppoe_password: None,
        static_ip: None,
        mac_address: None,
        ont_serial: None,
        billing: BillingMode::Normal,
        billing_day: 1,
        billing_start: date(2025, 6, 1),
        taxed: false,
        discount_type: None,
        discount_value: 0,
        discount_reason: None,
        discount_from: None,
        discount_until: None,
        payment_behavior: PaymentBehavior::Regular,
        rapel_months: 0,
        payer_id: None,
        due_rule: None,
        exempt: false,
    }
}

pub(crate) async fn customer(tx: &mut Tx, ground: Ground, number: i64, name: &str) -> i64 {
    let standing = Standing::of(CustomerStatus::Active);
    customers::insert(tx, &line(ground, number, name), &standing, now())
        .await
        .unwrap()
}

/// An office with one customer, committed.
pub(crate) async fn one_customer(store: &store::Store) -> i64 {
    let mut tx = store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let id = customer(&mut tx, ground, 1, "Budi Santoso").await;
    tx.commit().await.unwrap();
    id
}

/// An invoice draft for a month of `amount`, without tax.
pub(crate) fn new_invoice(customer_id: i64, number: i64, amount: i64) -> invoices::NewInvoice<'static> {
    invoices::NewInvoice {
        number: format!("INV-202601-{number:05}"),
        customer_id,
        period: january(),
        issue_date: TODAY,
        due_date: date(2026, 1, 21),
        subtotal: Rupiah(amount),
        discount: Rupiah::ZERO,
        tax_base: Rupiah(amount),
        tax: Rupiah::ZERO,
        total: Rupiah(amount),
        origin: "test",
    }
}

pub(crate) fn new_charge(
    customer_id: i64,
    invoice_id: Option<i64>,
    period: &str,
    amount: i64,
) -> charges::NewCharge {
    charges::NewCharge {
        customer_id,
        invoice_id,
        kind: ChargeKind::Subscription,
        period: period.into(),
        service_from: Some(TODAY),
        service_to: Some(date(2026, 1, 31)),
        description: "Rumah 10 Mbps".into(),
        amount: Rupiah(amount),
        discount: Rupiah::ZERO,
        billing_day: None,
        left_out: 0,
        price: None,
        taxed: None,
        moved_from: None,
    }
}

pub(crate) fn issued(customer_id: i64, invoice_id: i64, amount: i64) -> Entry {
    let parts = IssuedInvoice {
        customer_id,
        invoice_id,
        revenue: Rupiah(amount),
        tax: Rupiah::ZERO,
        deposit: Rupiah::ZERO,
        opening: Rupiah::ZERO,
    };
    invoice_issued(&parts).unwrap().unwrap()
}

/// Issues an invoice as the month run does, but for the charge, and gives its id and its entry's.
pub(crate) async fn issue(tx: &mut Tx, customer_id: i64, amount: i64) -> (i64, i64) {
    let number = counters::next(tx, "INV-202601").await.unwrap();
    let invoice = invoices::insert(tx, &new_invoice(customer_id, number, amount), now())
        .await
        .unwrap();
    let entry = journal::post(tx, &issued(customer_id, invoice, amount), dated("system"))
        .await
        .unwrap();
    (invoice, entry)
}

/// Takes a payment that goes to `parts`, the rest to credit, and gives its id and its entry's.
pub(crate) async fn pay(tx: &mut Tx, customer_id: i64, amount: i64, parts: &[(i64, i64)]) -> (i64, i64) {
    let parts: Vec<AllocationPart> = parts
        .iter()
        .map(|&(invoice_id, amount)| AllocationPart {
            invoice_id,
            amount: Rupiah(amount),
            reason: AllocationReason::Oldest,
        })
        .collect();
    let credit = Rupiah(amount - parts.iter().map(|part| part.amount.0).sum::<i64>());
    let number = counters::next(tx, "PAY-20260101").await.unwrap();
    let payment = payments::NewPayment {
        number: format!("PAY-20260101-{number:05}"),
        customer_id,
        amount: Rupiah(amount),
        credit,
        method: Method::Cash,
        reference: None,
        money_received: Some(Rupiah(amount)),
        change_given: Some(Rupiah::ZERO),
        received_at: now(),
        received_on: TODAY,
        received_by: "rina",
    };
    let payment_id = payments::insert(tx, &payment, now()).await.unwrap();
    let rows: Vec<_> = parts
        .iter()
        .map(|part| allocations::NewAllocation {
            payment_id: Some(payment_id),
            invoice_id: part.invoice_id,
            amount: part.amount,
        })
        .collect();
    allocations::insert_all(tx, &rows, now()).await.unwrap();
    let drawer = Account::Cash("rina".into());
    let moved = MovedPayment {
        customer_id,
        payment_id,
        account: &drawer,
        parts: &parts,
        credit,
    };
    let entry = journal::post(tx, &payment_received(&moved).unwrap(), dated("rina"))
        .await
        .unwrap();
    (payment_id, entry)
}
