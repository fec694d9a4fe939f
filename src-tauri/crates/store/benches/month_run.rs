//! What the month run costs in the database: the store's own functions beside a bare loop that inserts the same rows
//! through sqlx, one statement a row, into the same schema with the same pragmas and the same batches, in one run.
//!
//! `cargo bench -p store --bench month_run` (`CUSTOMERS=100000` for more); with `SAMBUNG_TEST_POSTGRES` on PostgreSQL too.
//! No rule of billing is in it: this is the floor that the application's month run stands on.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use billing::journal::{Entry, IssuedInvoice, invoice_issued};
use billing::{BillingMode, ChargeKind, ConnectionType, CustomerStatus, PaymentBehavior, Period, Rupiah};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::billing_logs::NewLogRow;
use store::charges::NewCharge;
use store::customers::{Details, Standing};
use store::events::NewEvent;
use store::invoices::NewInvoice;
use store::jobs::NewJob;
use store::journal::Dated;
use store::{
    Location, Store, Tx, billing_logs, charges, counters, customers, events, invoices, jobs, journal,
    packages,
};

const BATCH: usize = 300;
const DAY: Date = date(2026, 1, 1);

fn now() -> Timestamp {
    "2025-12-31T17:01:00Z".parse().unwrap()
}

/// The rows of one customer. A macro, since sqlx's engines have no type in common.
macro_rules! bare_rows {
    ($tx:expr, $customer:expr, $number:expr) => {{
        let at = now().as_millisecond();
        let (invoice,): (i64,) = sqlx::query_as(
            "INSERT INTO invoices (number, customer_id, period, issue_date, due_date, subtotal, discount, tax_base, tax,
               total, origin, paid, remaining, created_at)
             VALUES ($1, $2, '2026-01', '2026-01-01', '2026-01-21', 150000, 0, 137500, 16500, 166500, $3, 0, 166500, $4)
             RETURNING id",
        )
        .bind(format!("INV-202601-{:05}", $number))
        .bind($customer)
        .bind("billing:generate-invoices")
        .bind(at)
        .fetch_one(&mut **$tx)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO charges (customer_id, invoice_id, kind, period, service_from, service_to, description, amount,
               discount, created_at)
             VALUES ($1, $2, 'subscription', '2026-01', '2026-01-01', '2026-01-31', 'Rumah 10 Mbps', 150000, 0, $3)",
        )
        .bind($customer)
        .bind(invoice)
        .bind(at)
        .execute(&mut **$tx)
        .await
        .unwrap();
        let (entry,): (i64,) = sqlx::query_as(
            "INSERT INTO journal_entries (on_date, at, kind, customer_id, invoice_id, actor)
             VALUES ('2026-01-01', $1, 'invoice_issued', $2, $3, 'system') RETURNING id",
        )
        .bind(at)
        .bind($customer)
        .bind(invoice)
        .fetch_one(&mut **$tx)
        .await
        .unwrap();
        for (position, account, of_customer, amount) in
            [(0_i64, "receivable", true, 166_500_i64), (1, "revenue", false, -150_000), (2, "tax", false, -16_500)]
        {
            sqlx::query(
                "INSERT INTO postings (entry_id, position, account, customer_id, invoice_id, amount)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(entry)
            .bind(position)
            .bind(account)
            .bind(of_customer.then_some($customer))
            .bind(of_customer.then_some(invoice))
            .bind(amount)
            .execute(&mut **$tx)
            .await
            .unwrap();
        }
        sqlx::query("UPDATE customers SET balance = balance + 166500 WHERE id = $1")
            .bind($customer)
            .execute(&mut **$tx)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO debt_history (customer_id, entry_id, on_date, change, balance)
             VALUES ($1, $2, '2026-01-01', 166500, 166500)",
        )
        .bind($customer)
        .bind(entry)
        .execute(&mut **$tx)
        .await
        .unwrap();
        let (event,): (i64,) = sqlx::query_as(
            "INSERT INTO events (at, kind, subject_kind, subject_id, payload, actor, cause)
             VALUES ($1, 'InvoiceGenerated', 'invoice', $2, $3, 'system', 'billing:generate-invoices') RETURNING id",
        )
        .bind(at)
        .bind(invoice)
        .bind(json!({"invoice_id": invoice}).to_string())
        .fetch_one(&mut **$tx)
        .await
        .unwrap();
        for kind in ["notify_invoice", "debt_history"] {
            sqlx::query(
                "INSERT INTO jobs (kind, key, payload, run_at, event_id, created_at, state)
                 VALUES ($1, $2, $3, $4, $5, $4, 'queued')",
            )
            .bind(kind)
            .bind(format!("{kind}:{invoice}"))
            .bind(json!({"invoice_id": invoice}).to_string())
            .bind(at)
            .bind(event)
            .execute(&mut **$tx)
            .await
            .unwrap();
        }
        sqlx::query(
            "INSERT INTO billing_logs (at, actor, desk, act, subject_kind, subject_id, outcome, message, cause)
             VALUES ($1, 'system', 'loket', 'invoice_generated', 'invoice', $2, 'done', 'INV', 'billing:generate-invoices')",
        )
        .bind(at)
        .bind(invoice)
        .execute(&mut **$tx)
        .await
        .unwrap();
    }};
}

#[tokio::main]
async fn main() {
    let count: i64 = std::env::var("CUSTOMERS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(10_000);
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let location = |name: &str| Location::Sqlite(folder.path().join(format!("{name}{round}.db")));
        compare("sqlite", round, count, &location("bare"), &location("store")).await;
    }
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        println!("postgres: SKIPPED, SAMBUNG_TEST_POSTGRES is not set");
        return;
    };
    for round in 1..=3 {
        let (bare, ours) = (
            database(&cluster, "bare", round).await,
            database(&cluster, "store", round).await,
        );
        compare("postgres", round, count, &bare, &ours).await;
    }
}

async fn database(cluster: &str, name: &str, round: i32) -> Location {
    let (server, options) = cluster.split_once('?').unwrap_or((cluster, ""));
    let server = server.trim_end_matches('/');
    let name = format!("bench_{name}_{round}");
    let mut connection = PgConnection::connect(&format!("{server}/postgres?{options}"))
        .await
        .unwrap();
    let _ = sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    Location::Postgres(format!("{server}/{name}?{options}"))
}

async fn compare(engine: &str, round: i32, count: i64, bare_at: &Location, ours_at: &Location) {
    let store = Store::open(bare_at, now()).await.unwrap();
    let ids = office(&store, count).await;
    let bare = bare(&store, &ids).await;
    let store = Store::open(ours_at, now()).await.unwrap();
    let ids = office(&store, count).await;
    let ours = ours(&store, &ids).await;
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "{engine} round {round}: {count} customers, bare loop {bare:.2?}, store {ours:.2?}, ratio {ratio:.2}"
    );
}

async fn office(store: &Store, count: i64) -> Vec<i64> {
    let mut tx = store.begin().await.unwrap();
    let package = packages::Details {
        code: "HOME".into(),
        name: "Rumah".into(),
        speed_download: 10_240,
        speed_upload: 5_120,
        price: Rupiah(150_000),
        is_active: true,
    };
    let package_id = packages::insert(&mut tx, &package, now()).await.unwrap().id;
    let mut ids = Vec::new();
    for number in 1..=count {
        let details = Details {
            customer_no: format!("PLG-{number:06}"),
            name: format!("Pelanggan {number}"),
            phone: Some(format!("62812{number:08}")),
            address: None,
            area_id: None,
            odp: None,
            collector_id: None,
            package_id,
            router_id: None,
            connection_type: ConnectionType::Pppoe,
            pppoe_username: Some(format!("user{number}")),
            pppoe_password: None,
            static_ip: None,
            mac_address: None,
            ont_serial: None,
            billing: BillingMode::Normal,
            billing_day: 1,
            billing_start: DAY,
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
        };
        let standing = Standing::of(CustomerStatus::Active);
        ids.push(
            customers::insert(&mut tx, &details, &standing, now())
                .await
                .unwrap(),
        );
    }
    tx.commit().await.unwrap();
    ids
}

async fn ours(store: &Store, customers: &[i64]) -> Duration {
    let start = Instant::now();
    for batch in customers.chunks(BATCH) {
        let mut tx = store.begin().await.unwrap();
        let first = counters::take(&mut tx, "INV-202601", i64::try_from(batch.len()).unwrap())
            .await
            .unwrap();
        let new: Vec<_> = (first..)
            .zip(batch)
            .map(|(number, customer)| invoice(*customer, number))
            .collect();
        let invoices = invoices::insert_all(&mut tx, &new, now()).await.unwrap();
        let pairs: Vec<(i64, i64)> = batch.iter().copied().zip(invoices).collect();
        let lines: Vec<_> = pairs
            .iter()
            .map(|(customer, invoice)| charge(*customer, *invoice))
            .collect();
        charges::insert_all(&mut tx, &lines, now()).await.unwrap();
        let entries: Vec<_> = pairs
            .iter()
            .map(|(customer, invoice)| entry(*customer, *invoice))
            .collect();
        journal::post_all(
            &mut tx,
            &entries,
            Dated {
                on_date: DAY,
                at: now(),
                actor: "system",
            },
        )
        .await
        .unwrap();
        let log: Vec<_> = pairs.iter().map(|(_, invoice)| log_row(*invoice)).collect();
        billing_logs::record_all(&mut tx, &log).await.unwrap();
        let happened: Vec<_> = pairs.iter().map(|(_, invoice)| event(*invoice)).collect();
        let events = events::record_all(&mut tx, &happened).await.unwrap();
        let mut effects = Vec::with_capacity(2 * events.len());
        for ((_, invoice), event) in pairs.iter().zip(events) {
            effects.push(job("notify_invoice", *invoice, event));
            effects.push(job("debt_history", *invoice, event));
        }
        jobs::enqueue_all(&mut tx, &effects, now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    start.elapsed()
}

fn invoice(customer_id: i64, number: i64) -> NewInvoice<'static> {
    NewInvoice {
        number: format!("INV-202601-{number:05}"),
        customer_id,
        period: Period::of(DAY),
        issue_date: DAY,
        due_date: date(2026, 1, 21),
        subtotal: Rupiah(150_000),
        discount: Rupiah::ZERO,
        tax_base: Rupiah(137_500),
        tax: Rupiah(16_500),
        total: Rupiah(166_500),
        origin: "billing:generate-invoices",
    }
}

fn charge(customer_id: i64, invoice_id: i64) -> NewCharge {
    NewCharge {
        customer_id,
        invoice_id: Some(invoice_id),
        kind: ChargeKind::Subscription,
        period: "2026-01".into(),
        service_from: Some(DAY),
        service_to: Some(date(2026, 1, 31)),
        description: "Rumah 10 Mbps".into(),
        amount: Rupiah(150_000),
        discount: Rupiah::ZERO,
    }
}

fn entry(customer_id: i64, invoice_id: i64) -> Entry {
    let parts = IssuedInvoice {
        customer_id,
        invoice_id,
        revenue: Rupiah(150_000),
        tax: Rupiah(16_500),
        deposit: Rupiah::ZERO,
        opening: Rupiah::ZERO,
    };
    invoice_issued(&parts).unwrap().unwrap()
}

fn log_row(invoice: i64) -> NewLogRow<'static> {
    NewLogRow {
        at: now(),
        actor: "system",
        desk: "loket",
        act: "invoice_generated",
        subject_kind: "invoice",
        subject_id: Some(invoice),
        subject_name: None,
        outcome: "done",
        message: "INV".into(),
        detail: None,
        cause: Some("billing:generate-invoices"),
    }
}

fn event(invoice: i64) -> NewEvent<'static> {
    NewEvent {
        at: now(),
        kind: "InvoiceGenerated",
        subject_kind: "invoice",
        subject_id: invoice,
        payload: json!({"invoice_id": invoice}),
        actor: "system",
        cause: Some("billing:generate-invoices"),
    }
}

fn job(kind: &'static str, invoice: i64, event: i64) -> NewJob<'static> {
    NewJob {
        kind,
        key: format!("{kind}:{invoice}"),
        payload: json!({"invoice_id": invoice}),
        router_id: None,
        run_at: now(),
        event_id: Some(event),
    }
}

/// The same rows, and the same two projections, by one statement each.
async fn bare(store: &Store, customers: &[i64]) -> Duration {
    let start = Instant::now();
    let mut number = 0;
    for batch in customers.chunks(BATCH) {
        let mut tx = store.begin().await.unwrap();
        for customer in batch {
            number += 1;
            match &mut tx {
                Tx::Sqlite(tx) => bare_rows!(tx, *customer, number),
                Tx::Postgres(tx) => bare_rows!(tx, *customer, number),
            }
        }
        tx.commit().await.unwrap();
    }
    start.elapsed()
}
