//! An office whose customers all owe January, each with a line on one router, some days after the grace is over.

use std::net::SocketAddr;
use std::sync::Arc;

use billing::{
    BillingMode, ConnectionType, CustomerStatus, PaymentBehavior, RouterMode, Rupiah, StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::date;
use office::invoicing::GenerateInvoices;
use office::jobs::run_due;
use office::secrets::{MemorySecrets, Name, Secrets};
use office::{Actor, Office, Parts, SetClock};
use secrecy::SecretString;
use simulators::router::{Profile, RunningRouter, Secret};
use store::customers::{Details, Standing};
use store::{Location, Store};

/// Commands under way at once on a router: what a new router has.
pub(crate) const IN_FLIGHT: u32 = 32;
/// What each customer owes.
pub(crate) const PRICE: Rupiah = Rupiah(150_000);
/// The profile of their package.
pub(crate) const PROFILE: &str = "pkg-hemat-10";

const BILLED: &str = "2026-01-01T00:01:00+07:00";
const OVERDUE: &str = "2026-03-02T06:00:00+07:00";

/// An office that owns its folder.
pub(crate) struct Owing {
    pub(crate) office: Office,
    /// In the order of their numbers.
    pub(crate) customers: Vec<i64>,
    _folder: tempfile::TempDir,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The PPPoE name of a customer.
pub(crate) fn name(number: usize) -> String {
    format!("pelanggan{number:05}@sambung")
}

/// Gives a router as many lines.
pub(crate) fn load(router: &RunningRouter, lines: usize) {
    router.load_profiles([
        Profile::new(PROFILE, "5120k/10M"),
        Profile::new("isolated", "64k/64k"),
    ]);
    router.load_secrets((0..lines).map(|number| Secret::new(name(number), "x").with_profile(PROFILE)));
}

/// An office with as many customers, all of them billed and overdue, on a SQLite file.
pub(crate) async fn office(router: SocketAddr, lines: usize) -> Owing {
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
    let customers = customers(&office, router, &secrets, lines).await;
    let bill = GenerateInvoices {
        month: Some(1),
        year: Some(2026),
        dry_run: false,
    };
    office.perform(&Actor::console(), bill).await.unwrap();
    run_due(&office, true).await.unwrap();
    clock.set(at(OVERDUE));
    Owing {
        office,
        customers,
        _folder: folder,
    }
}

async fn customers(office: &Office, router: SocketAddr, secrets: &Secrets, lines: usize) -> Vec<i64> {
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
        port: i64::from(router.port()),
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
