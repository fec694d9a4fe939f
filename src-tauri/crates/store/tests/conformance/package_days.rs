//! What lines had before: also where a charge alone remembers it, as in databases from before it was kept.

use billing::{ChargeKind, Rupiah, ServicePrice};
use jiff::civil::date;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use store::{Location, Store, charges, package_history};

use crate::engine::{Database, on_both};
use crate::invented::{customer, ground, new_charge, now};

on_both!(changes_that_only_a_charge_remembers_are_known_after_the_migration);

/// The migration without what changes the schema, which is there already.
fn statements(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split_inclusive(";\n")
        .filter(|text| !text.contains("ALTER TABLE"))
}

async fn changes_that_only_a_charge_remembers_are_known_after_the_migration(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let (budi, had) = (customer(&mut tx, ground, 1, "Budi").await, ground.package_id);
    let waiting = |kind, key: String, price: Option<i64>| charges::NewCharge {
        kind,
        price: price.map(|price| ServicePrice {
            price: Rupiah(price),
            days: 31,
            discount: None,
        }),
        ..new_charge(budi, None, &key, 50_000)
    };
    let (difference, correction) = (ChargeKind::Difference, ChargeKind::Correction);
    let new = [
        waiting(difference, format!("2026-01#2026-01-17:{had}>999"), Some(100_000)),
        // The same change on the days of a further bill.
        waiting(
            difference,
            format!("2026-01#2026-01-17:{had}>999@2026-01-20"),
            Some(100_000),
        ),
        waiting(
            correction,
            format!("2026-02#2026-02-05:{had}>999"),
            Some(-100_000),
        ),
        // Days that are served after all, and a correction that stands for itself.
        waiting(difference, "2026-01#served:1".into(), None),
        waiting(correction, "shortfall:7".into(), None),
    ];
    charges::insert_all(&mut tx, &new, now()).await.unwrap();
    tx.commit().await.unwrap();
    database.store.close().await;
    match &database.location {
        Location::Sqlite(path) => {
            let mut connection = SqliteConnectOptions::new()
                .filename(path)
                .connect()
                .await
                .unwrap();
            for statement in statements(include_str!(
                "../../../../../migrations/sqlite/0016_package_days.sql"
            )) {
                sqlx::query(statement).execute(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
        }
        Location::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            for statement in statements(include_str!(
                "../../../../../migrations/postgres/0016_package_days.sql"
            )) {
                sqlx::query(statement).execute(&mut connection).await.unwrap();
            }
        }
    }
    let store = Store::open(&database.location, now()).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let known = package_history::since(&mut tx, budi, budi, date(2025, 1, 1))
        .await
        .unwrap();
    let known: Vec<_> = known.iter().map(|it| (it.package_id, it.next_from)).collect();
    assert_eq!(known, [(had, date(2026, 1, 17)), (had, date(2026, 2, 5))]);
    let left = charges::pending(&mut tx, budi, budi).await.unwrap();
    assert_eq!(
        left.len(),
        4,
        "what days before a change were cheaper is not waited for any more"
    );
}
