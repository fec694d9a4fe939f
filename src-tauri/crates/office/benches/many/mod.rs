//! An office with many customers, the same ones on every run: names, streets and numbers as an Indonesian provider has
//! them, written through the store. It decides nothing about billing.

use std::str::FromStr;

use billing::{
    BillingMode, ConnectionType, CustomerStatus, DiscountType, PaymentBehavior, RouterMode, Rupiah,
    StaticIsolation,
};
use jiff::Timestamp;
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use store::customers::{Details, Standing};
use store::{Location, Store, Tx};

const GIVEN: &str = "\
    Budi|Siti|Agus|Dewi|Joko|Rina|Putri|Eko|Wahyu|Sri|Andi|Nurul|Ahmad|Fitri|Hendra|Yuni|Bambang|\
    Ratna|Dedi|Indah|Rudi|Lilis|Slamet|Wati|Fajar|Maya|Iwan|Ayu|Arif|Nina|Taufik|Desi|Surya|\
    Lestari|Yudi|Kartika|Gunawan|Mega|Teguh|Novi|Bayu|Endang|Rizky|Aisyah|Doni|Tuti|Fauzi|Winarti|\
    Irfan|Sulastri|Made|Ketut|Wayan|Ujang|Asep|Cecep|Neneng|Euis|Tono|Parjo|Rahmat|Hasan|Zainal|\
    Umi";
const FAMILY: &str = "\
    Santoso|Rahayu|Wibowo|Lestari|Saputra|Hidayat|Susanti|Nugroho|Maulana|Pratama|Setiawan|\
    Kurniawan|Handayani|Purnomo|Sutrisno|Wahyuni|Firmansyah|Ramadhan|Siregar|Nasution|Lubis|\
    Simanjuntak|Hutapea|Sihombing|Suryani|Permana|Gunadi|Hartono|Wijaya|Kusuma|Anggraini|\
    Puspitasari|Suharto|Mulyono|Sudirman|Fauziah|Iskandar|Halim|Yulianti|Budiman|Prasetyo|Suparman|\
    Rohmah|Astuti|Utami|Ginting|Tarigan|Pasaribu";
const STREETS: &str = "\
    Mawar|Melati|Kenanga|Flamboyan|Anggrek|Cempaka|Merdeka|Diponegoro|Sudirman|Veteran|Pahlawan|\
    Kartini|Gajah Mada|Hayam Wuruk|Pemuda|Ahmad Yani|Raya Bogor|Pasar Baru|Cendana|Dahlia|Teratai|\
    Nusa Indah|Bougenville|Kamboja";

/// What stands on a customer's card, as far as somebody would search for it.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) customer_no: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) street: &'static str,
    pub(crate) pppoe_username: String,
}

/// Spreads consecutive numbers over 64 bits (the finalizer of SplitMix64), so that names and streets are not in step.
pub(crate) fn spread(number: i64, salt: u64) -> u64 {
    let mut mixed = number
        .cast_unsigned()
        .wrapping_add(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// One of `words`, by chance but the same one every time.
pub(crate) fn pick<T: Copy>(words: &[T], number: i64, salt: u64) -> T {
    words[usize::try_from(spread(number, salt) % words.len() as u64).unwrap()]
}

/// One of the words between bars, likewise.
fn word(words: &'static str, number: i64, salt: u64) -> &'static str {
    pick(&words.split('|').collect::<Vec<_>>(), number, salt)
}

/// The card of the customer with this number, from 1.
pub(crate) fn card(number: i64) -> Card {
    let (given, family) = (word(GIVEN, number, 1), word(FAMILY, number, 2));
    // Every fourth name has three words.
    let name = match spread(number, 3) % 4 {
        0 => format!("{given} {} {family}", word(GIVEN, number, 4)),
        _ => format!("{given} {family}"),
    };
    let operator = pick(
        &["812", "813", "821", "852", "857", "878", "896", "838"],
        number,
        5,
    );
    Card {
        customer_no: format!("PLG-{number:06}"),
        name,
        phone: format!("62{operator}{:08}", spread(number, 6) % 100_000_000),
        street: word(STREETS, number, 7),
        pppoe_username: format!(
            "{}.{}{number}@sambung",
            given.to_lowercase(),
            family.to_lowercase()
        ),
    }
}

/// When the office was filled.
pub(crate) fn filled_at() -> Timestamp {
    Timestamp::from_str("2025-12-20T03:00:00Z").unwrap()
}

/// Fills a new database: packages, areas, routers, and `count` customers, of whom nobody was billed yet. The office is a
/// PKP and every second line is taxed; every tenth has a discount and every twentieth is closed.
pub(crate) async fn fill(location: &Location, count: i64) {
    let store = Store::open(location, filled_at()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for (key, value) in [("tax.is_pkp", true), ("tax.price_includes_tax", false)] {
        store::settings::put(&mut tx, key, &value.into(), filled_at())
            .await
            .unwrap();
    }
    let (packages, areas, routers) = surroundings(&mut tx).await;
    for number in 1..=count {
        let closed = number % 20 == 7;
        let standing = Standing {
            status: if closed {
                CustomerStatus::Isolated
            } else {
                CustomerStatus::Active
            },
            isolation_reason: closed.then(|| "2 tagihan lewat jatuh tempo".to_owned()),
            ..Standing::default()
        };
        let details = details(
            number,
            pick(&packages, number, 8),
            pick(&areas, number, 9),
            pick(&routers, number, 10),
        );
        store::customers::insert(&mut tx, &details, &standing, filled_at())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    store.close().await;
    if let Location::Postgres(url) = location {
        // PostgreSQL does it by itself within a minute; here that would come too late.
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql("VACUUM ANALYZE")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
}

async fn surroundings(tx: &mut Tx) -> (Vec<i64>, Vec<i64>, Vec<i64>) {
    let (mut packages, mut areas, mut routers) = (Vec::new(), Vec::new(), Vec::new());
    for (code, speed, price) in [
        ("HOME10", 10, 150_000),
        ("HOME20", 20, 200_000),
        ("HOME50", 50, 350_000),
    ] {
        let package = store::packages::Details {
            code: code.to_owned(),
            name: format!("Rumah {speed} Mbps"),
            speed_download: speed * 1_024,
            speed_upload: speed * 512,
            price: Rupiah(price),
            is_active: true,
        };
        packages.push(
            store::packages::insert(tx, &package, filled_at())
                .await
                .unwrap()
                .id,
        );
    }
    for street in STREETS.split('|').take(12) {
        areas.push(
            store::areas::insert(tx, &format!("RW {street}"), filled_at())
                .await
                .unwrap()
                .id,
        );
    }
    for number in 1..=4 {
        let router = store::routers::Details {
            name: format!("Router {number}"),
            host: format!("10.0.0.{number}"),
            port: 8_729,
            tls: true,
            username: "sambung".to_owned(),
            certificate_sha256: None,
            mode: RouterMode::Observe,
            isolated_profile: "isolated".to_owned(),
            static_isolation: StaticIsolation::ArpDisable,
            is_active: true,
            timeout_ms: 10_000,
            attempts: 3,
            max_in_flight: 32,
            new_profiles: store::routers::NewProfiles::default(),
        };
        routers.push(store::routers::insert(tx, &router, filled_at()).await.unwrap().id);
    }
    (packages, areas, routers)
}

fn details(number: i64, package_id: i64, area_id: i64, router_id: i64) -> Details {
    let card = card(number);
    let discounted = number % 10 == 3;
    Details {
        customer_no: card.customer_no,
        name: card.name,
        phone: Some(card.phone),
        address: Some(format!(
            "Jl. {} No. {} RT 0{}",
            card.street,
            spread(number, 11) % 200,
            number % 9 + 1
        )),
        area_id: Some(area_id),
        odp: Some(format!("ODP-{:03}", spread(number, 12) % 400)),
        collector_id: None,
        package_id,
        router_id: Some(router_id),
        connection_type: ConnectionType::Pppoe,
        pppoe_username: Some(card.pppoe_username),
        pppoe_password: None,
        static_ip: None,
        mac_address: None,
        ont_serial: Some(format!("ZTEG{:08X}", spread(number, 13) % 0xFFFF_FFFF)),
        billing: BillingMode::Normal,
        billing_day: 1,
        billing_start: date(2025, 1, 1),
        taxed: number % 2 == 0,
        discount_type: discounted.then_some(DiscountType::Amount),
        discount_value: if discounted { 25_000 } else { 0 },
        discount_reason: discounted.then(|| "Tetangga kantor".to_owned()),
        discount_from: discounted.then(|| date(2025, 1, 1)),
        discount_until: None,
        payment_behavior: PaymentBehavior::Regular,
        rapel_months: 0,
        payer_id: None,
        due_rule: None,
        exempt: false,
    }
}

/// The throwaway cluster of `tests/postgres/with-cluster`; `None` without one, which is said aloud.
pub(crate) fn cluster() -> Option<Cluster> {
    let Ok(url) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        println!(
            "PostgreSQL: SKIPPED, SAMBUNG_TEST_POSTGRES is not set (run through tests/postgres/with-cluster)"
        );
        return None;
    };
    let (server, options) = url.split_once('?').unwrap_or((&url, ""));
    Some(Cluster {
        server: server.trim_end_matches('/').to_owned(),
        options: options.to_owned(),
    })
}

/// A PostgreSQL server on which databases may be made.
pub(crate) struct Cluster {
    server: String,
    options: String,
}

impl Cluster {
    /// The URL of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}/{database}?{}", self.server, self.options)
    }

    /// Makes the database anew, empty or as a copy of another one, and gives its URL.
    pub(crate) async fn make(&self, database: &str, copied_from: Option<&str>) -> String {
        let template = copied_from.map_or_else(String::new, |template| format!(" TEMPLATE {template}"));
        self.say(format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
            .await;
        self.say(format!("CREATE DATABASE {database}{template}")).await;
        self.url(database)
    }

    async fn say(&self, statement: String) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
}
