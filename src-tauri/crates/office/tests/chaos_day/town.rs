//! An office with five routers and customers on all of them, everybody billed, online and overdue beyond the grace.

use std::sync::Arc;
use std::time::Duration;

use billing::{
    BillingMode, ConnectionType, CustomerStatus, PaymentBehavior, RouterMode, Rupiah, StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::date;
use office::invoicing::GenerateInvoices;
use office::network::TestRouter;
use office::secrets::{MemorySecrets, Name, Secrets};
use office::{Actor, Office, Parts, SetClock};
use secrecy::SecretString;
use simulators::router::{Profile, Router, RouterSpec, RunningRouter, Secret};
use store::Store;
use store::customers::{Details, Standing};

use crate::engine::Engine;

const ROUTERS: usize = 5;
const BILLED: &str = "2026-01-01T00:01:00+07:00";
const OVERDUE: &str = "2026-03-02T06:00:00+07:00";
/// What the package costs.
pub(crate) const PRICE: Rupiah = Rupiah(150_000);
/// The profiles of open and of closed lines.
pub(crate) const OWN: &str = "pkg-hemat-10";
pub(crate) const ISOLATED: &str = "isolated";
/// How long a router is waited for: far above every lag, and short, since each deaf moment costs it.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) struct Town {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) routers: Vec<(i64, RunningRouter)>,
    pub(crate) lines: Vec<Line>,
    _folder: Option<tempfile::TempDir>,
}

/// A customer's line.
pub(crate) struct Line {
    pub(crate) customer_id: i64,
    pub(crate) name: String,
    router: usize,
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

impl Town {
    pub(crate) async fn found(on: &Engine, count: usize) -> Town {
        let (location, folder) = on.database().await;
        let clock = Arc::new(SetClock::at(at(BILLED)));
        let secrets = Secrets::Memory(MemorySecrets::default());
        let office = Office::open(Parts {
            store: Store::open(&location, at(BILLED)).await.expect("the store opens"),
            secrets: secrets.clone(),
            clock: Arc::clone(&clock) as Arc<dyn office::Clock>,
            desk: "meja-uji".to_owned(),
            training: false,
        })
        .await
        .expect("the office opens");
        let mut town = Town {
            office,
            clock,
            routers: Vec::new(),
            lines: Vec::new(),
            _folder: folder,
        };
        town.switch_on(&secrets).await;
        town.people(count).await;
        let bill = GenerateInvoices {
            month: Some(1),
            year: Some(2026),
            dry_run: false,
        };
        town.ask(bill).await;
        office::jobs::run_due(&town.office, true)
            .await
            .expect("what follows from the bills");
        town.clock.set(at(OVERDUE));
        town
    }

    async fn switch_on(&mut self, secrets: &Secrets) {
        for number in 1..=ROUTERS {
            let router = Router::start(RouterSpec::default())
                .await
                .expect("the router starts");
            router.load_profiles([
                Profile::new(OWN, "5120k/10000k"),
                Profile::new(ISOLATED, "64k/64k"),
            ]);
            let details = store::routers::Details {
                name: format!("Gedung {number}"),
                host: "127.0.0.1".into(),
                port: i64::from(router.addr().port()),
                tls: false,
                username: "admin".into(),
                certificate_sha256: None,
                mode: RouterMode::Manage,
                isolated_profile: ISOLATED.into(),
                static_isolation: StaticIsolation::ArpDisable,
                is_active: true,
                timeout_ms: i64::try_from(PATIENCE.as_millis()).expect("a short time"),
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
            secrets
                .set(&Name::router_password(id), SecretString::from(""))
                .await
                .expect("a password");
            self.routers.push((id, router));
        }
    }

    async fn people(&mut self, count: usize) {
        let mut tx = self.office.store().begin().await.expect("begins");
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
        for number in 0..count {
            let (router_id, router) = &self.routers[number % ROUTERS];
            let name = format!("plg{number:05}");
            router.load_secrets([Secret::new(&name, "x").with_profile(OWN)]);
            assert!(router.dial(&name), "{name} comes online");
            let details = details(&name, package_id, *router_id);
            let standing = Standing::of(CustomerStatus::Active);
            let customer_id = store::customers::insert(&mut tx, &details, &standing, at(BILLED))
                .await
                .expect("a customer");
            self.lines.push(Line {
                customer_id,
                name,
                router: number % ROUTERS,
            });
        }
        tx.commit().await.expect("commits");
    }

    /// Asks the office for something as the console.
    pub(crate) async fn ask<R: office::Request>(&self, request: R) -> R::Answer {
        self.office
            .perform(&Actor::console(), request)
            .await
            .unwrap_or_else(|error| panic!("{}: {}", error.code, error.detail.en))
    }

    pub(crate) fn router_of(&self, line: &Line) -> &RunningRouter {
        &self.routers[line.router].1
    }

    pub(crate) fn forward(&self, seconds: i64) {
        let now = office::Clock::now(&*self.clock);
        self.clock.set(now + jiff::SignedDuration::from_secs(seconds));
    }

    /// Does what is due, asks the routers that were away whether they are back, and lets time pass. Whether anything waits
    /// then.
    pub(crate) async fn round(&self, seconds: i64) -> bool {
        office::jobs::run_due(&self.office, true)
            .await
            .expect("the worker's own failures are no part of this day");
        let mut tx = self.office.store().read().await.expect("reads");
        let mut away = store::jobs::parked_routers(&mut tx).await.expect("reads");
        for router in store::routers::all(&mut tx).await.expect("reads") {
            if router.unreachable_since.is_some() && !away.contains(&router.id) {
                away.push(router.id);
            }
        }
        drop(tx);
        for router_id in away {
            let tested = self.ask(TestRouter { router_id }).await;
            assert!(
                tested.ok || tested.error.is_some(),
                "a router that fails says why: {tested:?}"
            );
        }
        self.forward(seconds);
        let mut tx = self.office.store().read().await.expect("reads");
        let states = store::jobs::count_by_state(&mut tx).await.expect("reads");
        states
            .iter()
            .any(|(state, _)| ["queued", "running", "parked"].contains(&state.as_str()))
    }
}

fn details(name: &str, package_id: i64, router_id: i64) -> Details {
    Details {
        customer_no: format!("NO-{name}"),
        name: name.to_owned(),
        phone: None,
        address: None,
        area_id: None,
        odp: None,
        collector_id: None,
        package_id,
        router_id: Some(router_id),
        connection_type: ConnectionType::Pppoe,
        pppoe_username: Some(name.to_owned()),
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
