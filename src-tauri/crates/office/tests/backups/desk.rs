//! An office with customers who owe, a folder for backups, and a clock that stands where it is put.

use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use billing::{ConnectionType, Method, Rupiah};
use jiff::Timestamp;
use office::backups::{BackupPassphrase, BackupView, ListBackups, MakeBackup, RehearseBackup};
use office::catalogue::AddPackage;
use office::customers::{AddCustomer, CustomerFields};
use office::payments::TakePayment;
use office::secrets::{MemorySecrets, Secrets};
use office::settings::ChangeSettings;
use office::{Actor, Error, Office, Parts, SetClock};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::Connection as _;
use store::{Location, Store};
use tempfile::TempDir;

pub(crate) const PASSPHRASE: &str = "sapi makan rumput";

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) folder: PathBuf,
    pub(crate) customer_id: i64,
    /// Removed when the test ends.
    _home: TempDir,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An office in a file, at half past twelve of 1 January 2026 in Jakarta.
pub(crate) async fn sqlite() -> Desk {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    open(Location::Sqlite(data.join("office.sqlite")), home).await
}

/// The same on the cluster; `None` without one, which is said aloud.
pub(crate) async fn postgres(test: &str) -> Option<Desk> {
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        eprintln!("SKIPPED {test} on PostgreSQL: SAMBUNG_TEST_POSTGRES is not set");
        return None;
    };
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "backups{:x}_{}",
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
    Some(open(Location::Postgres(url(&name)), tempfile::tempdir().unwrap()).await)
}

async fn open(location: Location, home: TempDir) -> Desk {
    let clock = Arc::new(SetClock::at(at("2026-01-01T12:30:00+07:00")));
    let parts = Parts {
        store: Store::open(&location, office::Clock::now(clock.as_ref()))
            .await
            .unwrap(),
        secrets: Secrets::Memory(MemorySecrets::default()),
        clock: clock.clone(),
        desk: "meja-kasir".into(),
        training: false,
    };
    let office = Office::open(parts).await.unwrap();
    let console = Actor::console();
    let package = AddPackage {
        code: "HOME".into(),
        name: "Home 20 Mbps".into(),
        speed_download: 20_480,
        speed_upload: 10_240,
        price: Rupiah(150_000),
        is_active: None,
    };
    let package_id = office.perform(&console, package).await.unwrap().id;
    let fields = CustomerFields {
        name: Some("Budi Santoso".into()),
        package_id: Some(package_id),
        connection_type: Some(ConnectionType::Pppoe),
        ..CustomerFields::default()
    };
    let customer = office.perform(&console, AddCustomer(fields)).await.unwrap();
    let folder = home.path().join("cadangan");
    std::fs::create_dir(&folder).unwrap();
    Desk {
        office,
        clock,
        folder,
        customer_id: customer.id,
        _home: home,
    }
}

impl Desk {
    pub(crate) async fn set(&self, key: &str, value: Value) -> Result<(), Error> {
        let change = ChangeSettings([(key.to_owned(), value)].into_iter().collect());
        self.office.perform(&Actor::console(), change).await.map(drop)
    }

    /// Names the folder and the passphrase.
    pub(crate) async fn set_up(&self) {
        self.set("backup.folder", json!(self.folder)).await.unwrap();
        self.set("office.name", json!("Warga Net")).await.unwrap();
        let passphrase = BackupPassphrase {
            passphrase: SecretString::from(PASSPHRASE),
        };
        self.office.perform(&Actor::console(), passphrase).await.unwrap();
    }

    pub(crate) async fn make(&self) -> Result<BackupView, Error> {
        self.office.perform(&Actor::console(), MakeBackup).await
    }

    pub(crate) async fn rehearse(&self, id: i64) -> Result<BackupView, Error> {
        self.office
            .perform(&Actor::console(), RehearseBackup { id })
            .await
    }

    pub(crate) async fn list(&self) -> Vec<BackupView> {
        let list = self
            .office
            .perform(&Actor::console(), ListBackups::default())
            .await;
        list.unwrap().items
    }

    pub(crate) async fn pay(&self, amount: i64) {
        take(&self.office, self.customer_id, amount).await;
    }

    /// What lies in the folder for backups, by name.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Takes cash; what nobody owes becomes credit.
pub(crate) async fn take(office: &Office, customer_id: i64, amount: i64) {
    let payment = TakePayment {
        customer_id,
        invoice_id: None,
        amount: Rupiah(amount),
        method: Method::Cash,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        reason: None,
        idempotency_key: None,
    };
    office.perform(&Actor::console(), payment).await.unwrap();
}

/// Runs each named test, a function from a [`Desk`], on both engines.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::desk::sqlite().await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(desk) = crate::desk::postgres(stringify!($test)).await {
                        super::$test(desk).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_both;
