//! An office on a database of its own with one simulated router behind a real TCP port. Time stands where a test puts it.

use std::sync::Arc;
use std::time::Duration;

use billing::{
    BillingMode, ConnectionType, CustomerStatus, Method, OverrideVerdict, PaymentBehavior, RouterMode,
    Rupiah, StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::date;
use office::access::{CheckOverdue, SetOverride};
use office::invoicing::GenerateInvoices;
use office::jobs::run_due;
use office::payments::{TakePayment, TakenPayment};
use office::schedule::TaskSummary;
use office::secrets::{MemorySecrets, Name, Secrets};
use office::{Actor, Office, Parts, SetClock};
use secrecy::SecretString;
use simulators::router::{Fault, Router, RouterSpec, RunningRouter, Secret};
use store::customers::{Details, Standing};
use store::{Location, Store};

use crate::engine::Engine;

/// 1 January 2026, 00:01 in Jakarta: the month run.
pub(crate) const BILLED: &str = "2026-01-01T00:01:00+07:00";
/// Long after grace: everything of January is overdue.
pub(crate) const OVERDUE: &str = "2026-03-02T06:00:00+07:00";
/// What the package costs.
pub(crate) const PRICE: Rupiah = Rupiah(150_000);

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) router: RunningRouter,
    pub(crate) router_id: i64,
    pub(crate) package_id: i64,
    pub(crate) secrets: Secrets,
    location: Location,
    _folder: Option<tempfile::TempDir>,
}

/// A further router, and the customer whose line on it waits to be closed.
pub(crate) struct Second {
    pub(crate) router: RunningRouter,
    pub(crate) customer_id: i64,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

async fn open(location: &Location, clock: &Arc<SetClock>, secrets: &Secrets) -> Office {
    Office::open(parts(location, clock, secrets).await)
        .await
        .expect("the office opens")
}

async fn parts(location: &Location, clock: &Arc<SetClock>, secrets: &Secrets) -> Parts {
    let store = Store::open(location, at(BILLED)).await.expect("the store opens");
    Parts {
        store,
        secrets: secrets.clone(),
        clock: Arc::clone(clock) as Arc<dyn office::Clock>,
        desk: "meja-uji".to_owned(),
        training: false,
    }
}

impl Desk {
    /// An office with a managed router, on the day of the month run.
    pub(crate) async fn open(on: &Engine) -> Desk {
        Desk::with(
            on,
            RouterSpec::default(),
            RouterMode::Manage,
            StaticIsolation::ArpDisable,
        )
        .await
    }

    pub(crate) async fn with(
        on: &Engine,
        spec: RouterSpec,
        mode: RouterMode,
        static_isolation: StaticIsolation,
    ) -> Desk {
        let router = Router::start(spec).await.expect("the router starts");
        let (location, folder) = on.database().await;
        let clock = Arc::new(SetClock::at(at(BILLED)));
        let secrets = Secrets::Memory(MemorySecrets::default());
        let office = open(&location, &clock, &secrets).await;
        let mut tx = office.store().begin().await.expect("begins");
        let package = store::packages::Details {
            code: "HEMAT-10".into(),
            name: "Hemat 10".into(),
            speed_download: 10_000,
            speed_upload: 5_120,
            price: PRICE,
            is_active: true,
        };
        let package_id = store::packages::insert(&mut tx, &package, at(BILLED))
            .await
            .expect("a package")
            .id;
        let details = store::routers::Details {
            name: "Gedung A".into(),
            host: "127.0.0.1".into(),
            port: i64::from(router.addr().port()),
            tls: router.fingerprint().is_some(),
            username: "admin".into(),
            certificate_sha256: None,
            mode,
            isolated_profile: "isolated".into(),
            static_isolation,
            is_active: true,
            timeout_ms: 2_000,
            attempts: 1,
            max_in_flight: 32,
            new_profiles: store::routers::NewProfiles::default(),
        };
        let router_id = store::routers::insert(&mut tx, &details, at(BILLED))
            .await
            .expect("a router")
            .id;
        tx.commit().await.expect("commits");
        secrets
            .set(&Name::router_password(router_id), SecretString::from(""))
            .await
            .expect("a password");
        Desk {
            office,
            clock,
            router,
            router_id,
            package_id,
            secrets,
            location,
            _folder: folder,
        }
    }

    /// Closes the office and opens it again on the same database, as after a restart.
    pub(crate) async fn reopen(self) -> Desk {
        self.office.store().close().await;
        let office = open(&self.location, &self.clock, &self.secrets).await;
        Desk { office, ..self }
    }

    /// What a further copy of the program opens this office with, and these secrets.
    pub(crate) async fn parts(&self, secrets: &Secrets) -> Parts {
        parts(&self.location, &self.clock, secrets).await
    }

    fn details(&self, name: &str, kind: ConnectionType) -> Details {
        Details {
            customer_no: format!("NO-{name}"),
            name: name.to_owned(),
            phone: Some("6281234567890".into()),
            address: None,
            area_id: None,
            odp: None,
            collector_id: None,
            package_id: self.package_id,
            router_id: Some(self.router_id),
            connection_type: kind,
            pppoe_username: (kind == ConnectionType::Pppoe).then(|| name.to_owned()),
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

    async fn insert(&self, details: &[Details]) -> Vec<i64> {
        let mut tx = self.office.store().begin().await.expect("begins");
        let mut ids = Vec::new();
        for details in details {
            let standing = Standing::of(CustomerStatus::Active);
            ids.push(
                store::customers::insert(&mut tx, details, &standing, at(BILLED))
                    .await
                    .expect("a customer"),
            );
        }
        tx.commit().await.expect("commits");
        ids
    }

    /// PPPoE customers, each with a secret under the package's profile, online.
    pub(crate) async fn pppoe(&self, names: &[&str]) -> Vec<i64> {
        self.router
            .load_profiles([simulators::router::Profile::new("pkg-hemat-10", "5120k/10000k")]);
        self.router.load_secrets(
            names
                .iter()
                .map(|name| Secret::new(*name, "x").with_profile("pkg-hemat-10")),
        );
        for name in names {
            assert!(self.router.dial(name), "{name} comes online");
        }
        let details: Vec<Details> = names
            .iter()
            .map(|name| self.details(name, ConnectionType::Pppoe))
            .collect();
        self.insert(&details).await
    }

    pub(crate) async fn fixed(&self, name: &str, address: &str) -> i64 {
        let details = Details {
            static_ip: Some(address.into()),
            ..self.details(name, ConnectionType::Static)
        };
        self.insert(&[details]).await[0]
    }

    pub(crate) async fn dhcp(&self, name: &str) -> i64 {
        self.insert(&[self.details(name, ConnectionType::Dhcp)]).await[0]
    }

    /// A customer whose device has this MAC address; the lease is the router's.
    pub(crate) async fn leased(&self, name: &str, mac: &str) -> i64 {
        let details = Details {
            mac_address: Some(mac.into()),
            ..self.details(name, ConnectionType::Dhcp)
        };
        self.insert(&[details]).await[0]
    }

    /// A customer who logs in at the hotspot under his name; the user is the router's.
    pub(crate) async fn hotspot(&self, name: &str) -> i64 {
        let details = Details {
            pppoe_username: Some(name.into()),
            ..self.details(name, ConnectionType::Hotspot)
        };
        self.insert(&[details]).await[0]
    }

    /// A further router with a fault, with a customer on it whose line a person wants closed.
    pub(crate) async fn second_router(&self, name: &str, fault: Fault, customer: &str) -> Second {
        let router = Router::start(RouterSpec::default())
            .await
            .expect("the router starts");
        router.set_fault(fault).await.expect("the fault is set");
        let mut details = self.router_row().await.details;
        details.name = name.to_owned();
        details.port = i64::from(router.addr().port());
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
        let line = Details {
            router_id: Some(id),
            ..self.details(customer, ConnectionType::Pppoe)
        };
        let customer_id = self.insert(&[line]).await[0];
        let word = SetOverride {
            customer_id,
            verdict: OverrideVerdict::Closed,
            reason: "uji".into(),
            until: None,
        };
        self.office
            .perform(&Actor::console(), word)
            .await
            .expect("the override");
        Second { router, customer_id }
    }

    /// Bills January and lets the grace pass.
    pub(crate) async fn bill_and_wait(&self) {
        let request = GenerateInvoices {
            month: Some(1),
            year: Some(2026),
            dry_run: false,
        };
        self.office
            .perform(&Actor::console(), request)
            .await
            .expect("the month run");
        self.clock.set(at(OVERDUE));
    }

    pub(crate) async fn check_overdue(&self, confirm: bool) -> TaskSummary {
        let request = CheckOverdue {
            dry_run: false,
            confirm,
        };
        self.office
            .perform(&Actor::console(), request)
            .await
            .expect("the overdue check")
    }

    pub(crate) async fn pay(&self, customer_id: i64, amount: Rupiah) -> TakenPayment {
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
        self.office
            .perform(&Actor::console(), request)
            .await
            .expect("the payment")
    }

    /// Asks the office for something as the console.
    pub(crate) async fn ask<R: office::Request>(&self, request: R) -> office::Result<R::Answer> {
        self.office.perform(&Actor::console(), request).await
    }

    /// The same for somebody who reads English.
    pub(crate) async fn ask_in_english<R: office::Request>(&self, request: R) -> office::Result<R::Answer> {
        let reader = Actor::console().reading(office::Language::English);
        self.office.perform(&reader, request).await
    }

    /// Changes settings, given as a JSON object.
    pub(crate) async fn settings(&self, change: serde_json::Value) {
        let change = serde_json::from_value(change).expect("an object");
        self.ask(office::settings::ChangeSettings(change))
            .await
            .expect("the settings");
    }

    /// Tests the router, which is how a person makes one that was away known again, and runs what waited for it.
    pub(crate) async fn router_is_back(&self) {
        self.router
            .set_fault(Fault::Normal)
            .await
            .expect("the fault ends");
        let test = office::network::TestRouter {
            router_id: self.router_id,
        };
        self.ask(test).await.expect("the test");
        self.run_due().await;
    }

    pub(crate) async fn run_due(&self) {
        run_due(&self.office, true).await.expect("jobs run");
    }

    pub(crate) fn forward(&self, seconds: i64) {
        let now = office::Clock::now(&*self.clock);
        self.clock.set(now + jiff::SignedDuration::from_secs(seconds));
    }
}

/// An office with so many PPPoE lines, all of them overdue beyond the grace.
pub(crate) async fn overdue(on: &Engine, count: usize) -> (Desk, Vec<i64>) {
    let desk = Desk::open(on).await;
    let names: Vec<String> = (1..=count).map(|number| format!("plg{number:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ids = desk.pppoe(&names).await;
    desk.bill_and_wait().await;
    (desk, ids)
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
