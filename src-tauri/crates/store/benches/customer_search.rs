//! How long a keystroke takes: the first page and the total of customer searches over many customers, cold cache and all.
//!
//! `cargo bench -p store --bench customer_search` (`CUSTOMERS=100000` is the default); with `SAMBUNG_TEST_POSTGRES` on
//! PostgreSQL too.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use billing::{BillingMode, ConnectionType, CustomerStatus, PaymentBehavior, Rupiah};
use jiff::Timestamp;
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::customers::{self, Details, Filter, Sort, Standing};
use store::{Location, Store, packages};

const NAMES: [&str; 12] = [
    "Budi", "Siti", "Agus", "Dewi", "Joko", "Rina", "Putri", "Eko", "Wahyu", "Sri", "Andi", "Nurul",
];
const FAMILIES: [&str; 10] = [
    "Santoso", "Rahayu", "Wibowo", "Lestari", "Saputra", "Hidayat", "Susanti", "Nugroho", "Maulana",
    "Pratama",
];
const STREETS: [&str; 6] = ["Mawar", "Melati", "Kenanga", "Flamboyan", "Anggrek", "Cempaka"];

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn pick<'a>(words: &[&'a str], number: i64, step: i64) -> &'a str {
    words[usize::try_from(number / step).unwrap() % words.len()]
}

#[tokio::main]
async fn main() {
    let count: i64 = std::env::var("CUSTOMERS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    measure(
        "sqlite",
        &Location::Sqlite(folder.path().join("sambung.db")),
        count,
    )
    .await;
    let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
        println!("postgres: SKIPPED, SAMBUNG_TEST_POSTGRES is not set");
        return;
    };
    let (server, options) = cluster.split_once('?').unwrap_or((&cluster, ""));
    let server = server.trim_end_matches('/');
    let mut connection = PgConnection::connect(&format!("{server}/postgres?{options}"))
        .await
        .unwrap();
    sqlx::raw_sql(AssertSqlSafe("CREATE DATABASE bench_search".to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    measure(
        "postgres",
        &Location::Postgres(format!("{server}/bench_search?{options}")),
        count,
    )
    .await;
}

async fn measure(engine: &str, location: &Location, count: i64) {
    let store = Store::open(location, now()).await.unwrap();
    fill(&store, count).await;
    let searches = [
        "b",
        "bu",
        "budi",
        "budi san",
        "plg-000123",
        "mawar 17",
        "0812000001",
        "s a",
        "zzz",
        "",
    ];
    for sort in [Sort::Name, Sort::Balance] {
        for search in searches {
            let filter = Filter {
                search: Some(search),
                sort,
                limit: 50,
                ..Filter::default()
            };
            let (mut times, mut total) = (Vec::new(), 0);
            for _ in 0..9 {
                let start = Instant::now();
                let mut tx = store.read().await.unwrap();
                total = customers::list(&mut tx, &filter).await.unwrap().total;
                times.push(start.elapsed());
            }
            times.sort_unstable();
            let (median, worst): (Duration, Duration) = (times[4], times[8]);
            println!(
                "{engine} by {sort:?} {search:?}: {total} of {count}, median {median:.1?}, worst {worst:.1?}"
            );
        }
    }
}

async fn fill(store: &Store, count: i64) {
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
    for number in 1..=count {
        let details = Details {
            customer_no: format!("PLG-{number:06}"),
            name: format!("{} {}", pick(&NAMES, number, 1), pick(&FAMILIES, number, 7)),
            phone: Some(format!("62812{number:08}")),
            address: Some(format!(
                "Jl. {} No. {} RT 0{}",
                pick(&STREETS, number, 11),
                number % 200,
                number % 9
            )),
            area_id: None,
            odp: None,
            collector_id: None,
            package_id,
            router_id: None,
            connection_type: ConnectionType::Pppoe,
            pppoe_username: Some(format!("user{number}@sambung")),
            pppoe_password: None,
            static_ip: None,
            mac_address: None,
            ont_serial: None,
            billing: BillingMode::Normal,
            billing_day: 1,
            billing_start: date(2025, 1, 1),
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
        customers::insert(&mut tx, &details, &standing, now())
            .await
            .unwrap();
    }
    // PostgreSQL gathers statistics by itself within a minute; here it would come too late.
    if let store::Tx::Postgres(tx) = &mut tx {
        sqlx::query("ANALYZE").execute(&mut **tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}
