//! An office on a file of its own with simulated routers behind real TCP ports. Time stands where a test puts it.

use std::sync::Arc;
use std::time::Duration;

use billing::{
    BillingMode, ConnectionType, CustomerStatus, Method, PaymentBehavior, RouterMode, Rupiah, StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::date;
use office::access::CheckOverdue;
use office::invoicing::GenerateInvoices;
use office::payments::TakePayment;
use office::secrets::{MemorySecrets, Name, Secrets};
use office::settings::ChangeSettings;
use office::{Actor, Office, Parts, SetClock};
use secrecy::SecretString;
use serde_json::Value;
use simulators::router::{Profile, Router, RouterSpec, RunningRouter, Secret};
use store::customers::{Details, Standing};
use store::{Location, Store};

/// 1 January 2026, 00:01 in Jakarta: the month run.
const BILLED: &str = "2026-01-01T00:01:00+07:00";
/// Long after grace: everything of January is overdue.
const OVERDUE: &str = "2026-03-02T06:00:00+07:00";
/// What the package costs.
pub(crate) const PRICE: Rupiah = Rupiah(150_000);

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) router: RunningRouter,
    pub(crate) router_id: i64,
    secrets: Secrets,
    package_id: i64,
    _folder: tempfile::TempDir,
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

impl Desk {
    /// An office with a managed router.
    pub(crate) async fn open() -> Desk {
        Desk::with(RouterMode::Manage, StaticIsolation::ArpDisable).await
    }

    pub(crate) async fn with(mode: RouterMode, static_isolation: StaticIsolation) -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(SetClock::at(at(BILLED)));
        let secrets = Secrets::Memory(MemorySecrets::default());
        let location = Location::Sqlite(folder.path().join("kantor.db"));
        let office = Office::open(Parts {
            store: Store::open(&location, at(BILLED)).await.expect("the store opens"),
            secrets: secrets.clone(),
            clock: Arc::clone(&clock) as Arc<dyn office::Clock>,
            desk: "meja-uji".to_owned(),
            training: false,
        })
        .await
        .expect("the office opens");
        let package = store::packages::Details {
            code: "HEMAT-10".into(),
            name: "Hemat 10".into(),
            speed_download: 10_000,
            speed_upload: 5_120,
            price: PRICE,
            is_active: true,
        };
        let mut tx = office.store().begin().await.expect("begins");
        let package_id = store::packages::insert(&mut tx, &package, at(BILLED))
            .await
            .expect("a package")
            .id;
        tx.commit().await.expect("commits");
        let router = Router::start(RouterSpec::default())
            .await
            .expect("the router starts");
        let mut desk = Desk {
            office,
            clock,
            router,
            router_id: 0,
            secrets,
            package_id,
            _folder: folder,
        };
        desk.router_id = desk.enter("Gedung A", &desk.router, mode, static_isolation).await;
        desk
    }

    /// A further managed router, and its id.
    pub(crate) async fn second(&self, name: &str) -> (RunningRouter, i64) {
        let router = Router::start(RouterSpec::default())
            .await
            .expect("the router starts");
        let id = self
            .enter(name, &router, RouterMode::Manage, StaticIsolation::ArpDisable)
            .await;
        (router, id)
    }

    async fn enter(&self, name: &str, router: &RunningRouter, mode: RouterMode, how: StaticIsolation) -> i64 {
        let details = store::routers::Details {
            name: name.into(),
            host: "127.0.0.1".into(),
            port: i64::from(router.addr().port()),
            tls: false,
            username: "admin".into(),
            certificate_sha256: None,
            mode,
            isolated_profile: "isolated".into(),
            static_isolation: how,
            is_active: true,
            timeout_ms: 2_000,
            attempts: 1,
            max_in_flight: 32,
            new_profiles: store::routers::NewProfiles::default(),
        };
        let mut tx = self.office.store().begin().await.expect("begins");
        let id = store::routers::insert(&mut tx, &details, at(BILLED))
            .await
            .expect("a router")
            .id;
        tx.commit().await.expect("commits");
        self.secrets
            .set(&Name::router_password(id), SecretString::from(""))
            .await
            .expect("a password");
        id
    }

    /// A customer as the office enters one, whose phone ends in 7890.
    pub(crate) fn customer(&self, no: &str, name: &str, way: ConnectionType) -> Details {
        Details {
            customer_no: no.to_owned(),
            name: name.to_owned(),
            phone: Some("6281234567890".into()),
            address: None,
            area_id: None,
            odp: None,
            collector_id: None,
            package_id: self.package_id,
            router_id: Some(self.router_id),
            connection_type: way,
            pppoe_username: None,
            pppoe_password: None,
            static_ip: None,
            mac_address: None,
            ont_serial: None,
            billing: BillingMode::Normal,
            billing_day: 1,
            billing_start: date(2026, 1, 1),
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

    /// Enters a customer.
    pub(crate) async fn add(&self, details: &Details) -> i64 {
        let mut tx = self.office.store().begin().await.expect("begins");
        let standing = Standing::of(CustomerStatus::Active);
        let id = store::customers::insert(&mut tx, details, &standing, at(BILLED))
            .await
            .expect("a customer");
        tx.commit().await.expect("commits");
        id
    }

    /// A customer whose device is online under `address`, which the secret fixes.
    pub(crate) async fn dialled(&self, no: &str, name: &str, address: &str) -> i64 {
        let username = no.to_lowercase();
        self.router
            .load_profiles([Profile::new("pkg-hemat-10", "5120k/10000k")]);
        let secret = Secret {
            remote_address: Some(address.to_owned()),
            ..Secret::new(&username, "x").with_profile("pkg-hemat-10")
        };
        self.router.load_secrets([secret]);
        assert!(self.router.dial(&username), "{name} comes online");
        let details = Details {
            pppoe_username: Some(username),
            ..self.customer(no, name, ConnectionType::Pppoe)
        };
        self.add(&details).await
    }

    /// A customer with a fixed address on a router.
    pub(crate) async fn fixed(&self, no: &str, address: &str, router_id: i64) -> i64 {
        let details = Details {
            static_ip: Some(address.to_owned()),
            router_id: Some(router_id),
            ..self.customer(no, "Warnet Maju", ConnectionType::Static)
        };
        self.add(&details).await
    }

    /// Asks the office for something as the console.
    pub(crate) async fn ask<R: office::Request>(&self, request: R) -> office::Result<R::Answer> {
        self.office.perform(&Actor::console(), request).await
    }

    /// Changes settings, given as an object.
    pub(crate) async fn set(&self, settings: Value) {
        let settings = serde_json::from_value(settings).expect("an object");
        self.ask(ChangeSettings(settings))
            .await
            .expect("the settings are taken");
    }

    /// Bills January and lets the grace pass.
    pub(crate) async fn bill_and_wait(&self) {
        let request = GenerateInvoices {
            month: Some(1),
            year: Some(2026),
            dry_run: false,
        };
        self.ask(request).await.expect("the month run");
        self.clock.set(at(OVERDUE));
    }

    /// Closes whoever is overdue, and reads back.
    pub(crate) async fn close_overdue(&self) {
        let request = CheckOverdue {
            dry_run: false,
            confirm: true,
        };
        let summary = self.ask(request).await.expect("the overdue check");
        assert_eq!(summary.failed, 0, "{summary:?}");
    }

    pub(crate) async fn pay(&self, customer_id: i64, amount: Rupiah) {
        let request = TakePayment {
            customer_id,
            invoice_id: None,
            amount,
            method: Method::Cash,
            reference: None,
            money_received: None,
            to_credit: None,
            received_at: None,
            reason: None,
            idempotency_key: None,
        };
        self.ask(request).await.expect("the payment");
    }

    pub(crate) async fn run_due(&self) {
        office::jobs::run_due(&self.office, true).await.expect("jobs run");
    }

    pub(crate) fn forward(&self, minutes: i64) {
        let now = office::Clock::now(&*self.clock);
        self.clock.set(now + jiff::SignedDuration::from_mins(minutes));
    }

    /// The log's entries of an act, newest first.
    pub(crate) async fn acts(&self, act: &str) -> Vec<store::billing_logs::LogRow> {
        let mut tx = self.office.store().read().await.expect("reads");
        let filter = store::billing_logs::Filter {
            act: Some(act),
            limit: 100,
            ..Default::default()
        };
        store::billing_logs::list(&mut tx, &filter)
            .await
            .expect("reads")
            .items
    }

    /// How many commands changed something on the router.
    pub(crate) fn writes(&self) -> u64 {
        let log = self.router.command_log();
        log.counts
            .iter()
            .filter(|(word, _)| !word.ends_with("/print") && *word != "/login")
            .map(|(_, n)| n)
            .sum()
    }
}

/// Waits for a condition, and fails with its name when it never comes.
pub(crate) async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}
