//! The product: an office whose customers all owe January, and one router that serves them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use billing::{
    BillingMode, ConnectionType, CustomerStatus, Method, PaymentBehavior, RouterMode, Rupiah, StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::date;
use office::access::CheckOverdue;
use office::invoicing::GenerateInvoices;
use office::jobs::run_due;
use office::payments::TakePayment;
use office::secrets::{MemorySecrets, Name, Secrets};
use office::{Actor, Office, Parts, SetClock};
use secrecy::SecretString;
use simulators::router::{Profile, Router, RouterSpec, RunningRouter, Secret};
use store::customers::{Details, Standing};
use store::{Location, Store};

/// Commands under way at once on a router: what a new router has.
pub(crate) const IN_FLIGHT: u32 = 32;

const PRICE: Rupiah = Rupiah(150_000);
const BILLED: &str = "2026-01-01T00:01:00+07:00";
const OVERDUE: &str = "2026-03-02T06:00:00+07:00";

/// What a mass change took.
pub(crate) struct Measured {
    pub(crate) elapsed: Duration,
    /// Commands that the router was sent.
    pub(crate) commands: u64,
}

/// An office and its router.
pub(crate) struct Subject {
    pub(crate) router: RunningRouter,
    office: Office,
    customers: Vec<i64>,
    _folder: tempfile::TempDir,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn name(number: usize) -> String {
    format!("pelanggan{number:05}@sambung")
}

impl Subject {
    /// As many customers, all online, all overdue.
    pub(crate) async fn fill(lines: usize, round_trip: Duration) -> Subject {
        let router = Router::start(RouterSpec::default()).await.unwrap();
        router.load_profiles([
            Profile::new("pkg-hemat-10", "5120k/10M"),
            Profile::new("isolated", "64k/64k"),
        ]);
        router.load_secrets(
            (0..lines).map(|number| Secret::new(name(number), "x").with_profile("pkg-hemat-10")),
        );
        for number in 0..lines {
            assert!(router.dial(&name(number)), "line {number} comes online");
        }
        let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
        let clock = Arc::new(SetClock::at(at(BILLED)));
        let store = Store::open(&Location::Sqlite(folder.path().join("kantor.db")), at(BILLED))
            .await
            .unwrap();
        let secrets = Secrets::Memory(MemorySecrets::default());
        let office = Office::open(Parts {
            store,
            secrets: secrets.clone(),
            clock: Arc::clone(&clock) as Arc<dyn office::Clock>,
            desk: "bench".to_owned(),
            training: false,
        })
        .await
        .unwrap();
        let customers = customers(&office, &router, &secrets, lines).await;
        let bill = GenerateInvoices {
            month: Some(1),
            year: Some(2026),
            dry_run: false,
        };
        office.perform(&Actor::console(), bill).await.unwrap();
        run_due(&office, true).await.unwrap();
        clock.set(at(OVERDUE));
        router.set_round_trip(round_trip);
        Subject {
            router,
            office,
            customers,
            _folder: folder,
        }
    }

    /// The overdue check with every job that it causes.
    pub(crate) async fn close_all(&self) -> Measured {
        let check = CheckOverdue {
            dry_run: false,
            confirm: true,
        };
        self.router.clear_command_log();
        let start = Instant::now();
        self.office.perform(&Actor::console(), check).await.unwrap();
        run_due(&self.office, true).await.unwrap();
        let measured = self.measured(start);
        self.assert_all("isolated");
        measured
    }

    /// The overdue check, and in the middle of it a payment of somebody who was closed already: how long from the answer to
    /// the payment until the line is open on the router and its session has gone, and how many lines were closed by then.
    pub(crate) async fn pay_while_closing(&self) -> (Duration, usize) {
        let check = CheckOverdue {
            dry_run: false,
            confirm: true,
        };
        let payer = async {
            let isolated = || {
                let secrets = self.router.secrets();
                secrets
                    .iter()
                    .filter(|secret| secret.profile == "isolated")
                    .count()
            };
            while isolated() < self.customers.len() / 4 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let secrets = self.router.secrets();
            let closed = secrets
                .iter()
                .find(|secret| secret.profile == "isolated")
                .unwrap();
            let place = (0..self.customers.len())
                .find(|place| name(*place) == closed.name)
                .unwrap();
            self.office
                .perform(&Actor::console(), payment(self.customers[place]))
                .await
                .unwrap();
            let start = Instant::now();
            let is_open = || {
                let secret = self.router.secret(&closed.name).unwrap();
                let session = self.router.active(&closed.name);
                secret.profile != "isolated" && session.is_none_or(|session| session.profile != "isolated")
            };
            while !is_open() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            (start.elapsed(), isolated())
        };
        let actor = Actor::console();
        let (checked, paid) = tokio::join!(self.office.perform(&actor, check), payer);
        checked.unwrap();
        run_due(&self.office, true).await.unwrap();
        paid
    }

    /// Everybody has paid; what is measured is what follows: the events heard, the lines opened and read back.
    pub(crate) async fn open_all(&self) -> Measured {
        for &customer_id in &self.customers {
            self.office
                .perform(&Actor::console(), payment(customer_id))
                .await
                .unwrap();
        }
        self.router.clear_command_log();
        let start = Instant::now();
        run_due(&self.office, true).await.unwrap();
        let measured = self.measured(start);
        self.assert_all("pkg-hemat-10");
        measured
    }

    fn measured(&self, start: Instant) -> Measured {
        Measured {
            elapsed: start.elapsed(),
            commands: self.router.command_log().counts.values().sum(),
        }
    }

    fn assert_all(&self, profile: &str) {
        let wrong = self
            .router
            .secrets()
            .into_iter()
            .filter(|secret| secret.profile != profile)
            .count();
        assert_eq!(wrong, 0, "lines that do not have the profile {profile}");
    }
}

fn payment(customer_id: i64) -> TakePayment {
    TakePayment {
        customer_id,
        invoice_id: None,
        amount: PRICE,
        method: Method::Cash,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        reason: None,
        idempotency_key: None,
    }
}

async fn customers(office: &Office, router: &RunningRouter, secrets: &Secrets, lines: usize) -> Vec<i64> {
    let mut tx = office.store().begin().await.unwrap();
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
        .unwrap()
        .id;
    let details = store::routers::Details {
        name: "Gedung A".into(),
        host: "127.0.0.1".into(),
        port: i64::from(router.addr().port()),
        tls: false,
        username: "admin".into(),
        certificate_sha256: None,
        mode: RouterMode::Manage,
        isolated_profile: "isolated".into(),
        static_isolation: StaticIsolation::ArpDisable,
        is_active: true,
        timeout_ms: 30_000,
        attempts: 1,
        max_in_flight: i64::from(IN_FLIGHT),
        new_profiles: store::routers::NewProfiles::default(),
    };
    let router_id = store::routers::insert(&mut tx, &details, at(BILLED))
        .await
        .unwrap()
        .id;
    let mut ids = Vec::with_capacity(lines);
    for number in 0..lines {
        let standing = Standing::of(CustomerStatus::Active);
        let details = customer(number, package_id, router_id);
        ids.push(
            store::customers::insert(&mut tx, &details, &standing, at(BILLED))
                .await
                .unwrap(),
        );
    }
    tx.commit().await.unwrap();
    secrets
        .set(&Name::router_password(router_id), SecretString::from(""))
        .await
        .unwrap();
    ids
}

fn customer(number: usize, package_id: i64, router_id: i64) -> Details {
    Details {
        customer_no: format!("PLG-{number:05}"),
        name: format!("Pelanggan {number}"),
        phone: None,
        address: None,
        area_id: None,
        odp: None,
        collector_id: None,
        package_id,
        router_id: Some(router_id),
        connection_type: ConnectionType::Pppoe,
        pppoe_username: Some(name(number)),
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

/// The highest resident set of this process, simulator included, in kilobytes; 0 where the system does not tell.
pub(crate) fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
