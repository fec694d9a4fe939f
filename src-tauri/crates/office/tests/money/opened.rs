//! An office with an owner, packages and a clock that stands where it is put.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use billing::{ConnectionType, Rupiah};
use jiff::Timestamp;
use office::catalogue::AddPackage;
use office::customers::{AddCustomer, CustomerFields, CustomerView};
use office::invoicing::{GenerateInvoices, Generated, InvoiceView, ListInvoices, VoidInvoice, VoidedInvoice};
use office::payments::{TakePayment, TakenPayment};
use office::secrets::{MemorySecrets, Secrets};
use office::settings::ChangeSettings;
use office::{Actor, Office, Parts, SetClock, Verify};
use sqlx::Connection as _;
use store::{Location, Store};
use tempfile::TempDir;

pub(crate) struct Opened {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) package_id: i64,
    _folder: Option<TempDir>,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An office in a file of its own, on the morning of 1 January 2026 in Jakarta.
pub(crate) async fn sqlite() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    open(
        &Location::Sqlite(folder.path().join("office.sqlite")),
        Some(folder),
    )
    .await
}

/// An office on the cluster; `None` without one, which is said aloud.
pub(crate) async fn postgres(test: &str) -> Option<Opened> {
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        eprintln!("SKIPPED {test} on PostgreSQL: SAMBUNG_TEST_POSTGRES is not set");
        return None;
    };
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "office{:x}_{}",
        // A process number comes again within one run of all tests.
        RandomState::new().hash_one(0),
        DATABASES.fetch_add(1, Ordering::Relaxed)
    );
    let (server, options) = cluster.split_once('?').unwrap_or((&cluster, ""));
    let url = |database: &str| format!("{}/{database}?{options}", server.trim_end_matches('/'));
    let mut connection = sqlx::PgConnection::connect(&url("postgres")).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    Some(open(&Location::Postgres(url(&name)), None).await)
}

async fn open(location: &Location, folder: Option<TempDir>) -> Opened {
    let clock = Arc::new(SetClock::at(at("2026-01-01T08:00:00+07:00")));
    let store = Store::open(location, office::Clock::now(clock.as_ref()))
        .await
        .unwrap();
    let secrets = Secrets::Memory(MemorySecrets::default());
    let parts = Parts {
        store,
        secrets,
        clock: clock.clone(),
        desk: "uji".into(),
        training: false,
    };
    let office = Office::open(parts).await.unwrap();
    let package = AddPackage {
        code: "HOME".into(),
        name: "Home 20 Mbps".into(),
        speed_download: 20_480,
        speed_upload: 10_240,
        price: Rupiah(200_000),
        is_active: None,
    };
    let package_id = office.perform(&Actor::console(), package).await.unwrap().id;
    Opened {
        office,
        clock,
        package_id,
        _folder: folder,
    }
}

impl Opened {
    pub(crate) async fn customer(&self, name: &str, fields: CustomerFields) -> CustomerView {
        let fields = CustomerFields {
            name: Some(name.into()),
            package_id: Some(fields.package_id.unwrap_or(self.package_id)),
            connection_type: Some(ConnectionType::Pppoe),
            taxed: Some(fields.taxed.unwrap_or(false)),
            billing_start: Some(fields.billing_start.unwrap_or(jiff::civil::date(2025, 1, 1))),
            ..fields
        };
        self.office
            .perform(&Actor::console(), AddCustomer(fields))
            .await
            .unwrap()
    }

    pub(crate) async fn bill(&self, year: i64, month: i64) -> Generated {
        let request = GenerateInvoices {
            month: Some(month),
            year: Some(year),
            dry_run: false,
        };
        self.office.perform(&Actor::console(), request).await.unwrap()
    }

    pub(crate) async fn settings(&self, change: serde_json::Value) {
        let serde_json::Value::Object(change) = change else {
            panic!("settings are an object")
        };
        self.office
            .perform(&Actor::console(), ChangeSettings(change))
            .await
            .unwrap();
    }

    /// The customer's invoices, oldest first.
    pub(crate) async fn invoices(&self, customer_id: i64) -> Vec<InvoiceView> {
        let request = ListInvoices {
            customer_id: Some(customer_id),
            ..ListInvoices::default()
        };
        let mut items = self
            .office
            .perform(&Actor::console(), request)
            .await
            .unwrap()
            .items;
        items.sort_by_key(|invoice| invoice.id);
        items
    }

    pub(crate) async fn pay(&self, customer_id: i64, amount: i64) -> TakenPayment {
        self.office
            .perform(&Actor::console(), payment(customer_id, amount))
            .await
            .unwrap()
    }

    /// Declares an invoice void, and issues it anew where `reissue` says so.
    pub(crate) async fn void(&self, id: i64, reissue: bool) -> office::Result<VoidedInvoice> {
        let request = VoidInvoice {
            id,
            reason: "paket salah".into(),
            reissue,
            ..VoidInvoice::default()
        };
        self.office.perform(&Actor::console(), request).await
    }

    pub(crate) async fn balance(&self, customer_id: i64) -> i64 {
        let mut tx = self.office.store().read().await.unwrap();
        store::customers::find(&mut tx, customer_id)
            .await
            .unwrap()
            .unwrap()
            .balance
            .0
    }

    /// Requires that the books are right.
    pub(crate) async fn verified(&self) {
        let verdict = self.office.perform(&Actor::console(), Verify).await.unwrap();
        assert!(
            verdict.ok,
            "verify found: {:?}",
            verdict
                .checks
                .iter()
                .filter(|check| !check.ok)
                .collect::<Vec<_>>()
        );
    }
}

pub(crate) fn payment(customer_id: i64, amount: i64) -> TakePayment {
    TakePayment {
        customer_id,
        invoice_id: None,
        amount: Rupiah(amount),
        method: billing::Method::Cash,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        reason: None,
        idempotency_key: None,
    }
}

/// Runs each named test, a function from an [`Opened`], on both engines.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::opened::sqlite().await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(opened) = crate::opened::postgres(stringify!($test)).await {
                        super::$test(opened).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_both;
