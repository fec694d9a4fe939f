//! An office that is carried from one database into another, in every direction that there is here: whole, counted, and
//! refused where something stands already.

use std::collections::BTreeSet;

use billing::CustomerStatus;
use sqlx::AssertSqlSafe;
use store::customers::{self, Standing};
use store::holdings::{self, Holdings};
use store::{Error, Store, Tx, backup, billing_logs, charges, invoices, settings, transfer, users, verify};

use crate::engine::{self, Database, on_both};
use crate::invented::{customer, ground, issue, later, line, new_charge, now, pay};

on_both!(
    an_office_arrives_whole_on_either_engine_and_goes_on_counting_there,
    every_table_is_carried_but_for_what_belongs_to_a_database_or_a_running_program,
    an_office_is_not_carried_over_another_one,
    an_office_is_not_carried_into_another_schema,
    what_is_written_meanwhile_is_in_a_copy_wholly_or_not_at_all,
    a_copy_says_what_the_journal_was_when_it_was_taken,
);

/// New, empty databases: a file, and one on the cluster where there is one.
async fn targets(test: &str) -> Vec<Database> {
    let mut targets = vec![engine::sqlite().await];
    targets.extend(engine::postgres(test).await);
    targets
}

async fn statement(tx: &mut Tx, text: &str) {
    let text = AssertSqlSafe(text.to_owned());
    match tx {
        Tx::Sqlite(tx) => drop(sqlx::raw_sql(text).execute(&mut **tx).await.unwrap()),
        Tx::Postgres(tx) => drop(sqlx::raw_sql(text).execute(&mut **tx).await.unwrap()),
    }
}

/// Customers who pay for each other, invoices, payments, one of them turned round, and a row with what is easily lost.
async fn some_business(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let mother = customer(&mut tx, ground, 1, "Bu Siti \u{2728} \"RT 03\"").await;
    let mut son = line(ground, 2, "Adi");
    son.payer_id = Some(mother);
    let son = customers::insert(&mut tx, &son, &Standing::of(CustomerStatus::Active), now())
        .await
        .unwrap();
    // A payer who was taken in after the one who is paid for.
    let aunt = customer(&mut tx, ground, 3, "Wati").await;
    statement(
        &mut tx,
        &format!("UPDATE customers SET payer_id = {aunt}, exempt = TRUE WHERE id = {mother}"),
    )
    .await;
    for (id, month) in [(mother, "2026-01"), (son, "2026-01"), (aunt, "2026-01")] {
        let (invoice, _) = issue(&mut tx, id, 150_000).await;
        let charge = [new_charge(id, Some(invoice), month, 150_000)];
        charges::insert_all(&mut tx, &charge, now()).await.unwrap();
        if id != aunt {
            pay(&mut tx, id, 200_000, &[(invoice, 150_000)]).await;
        }
    }
    users::insert(&mut tx, "rina", "cashier", "$argon2id$x", now())
        .await
        .unwrap();
    settings::put(&mut tx, "office.name", &"Warga \"Net\" \u{0}?".into(), now())
        .await
        .unwrap();
    let row = billing_logs::NewLogRow {
        at: now(),
        actor: "rina",
        desk: "meja",
        act: "payment_received",
        subject_kind: "customer",
        subject_id: Some(mother),
        subject_name: None,
        outcome: "done",
        message: "Pembayaran diterima\nbaris kedua",
        message_en: None,
        detail: None,
        cause: None,
    };
    billing_logs::record(&mut tx, &row).await.unwrap();
    billing_logs::seal::advance(&mut tx, 100).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sound(store: &Store) {
    let mut tx = store.read().await.unwrap();
    for check in verify::all(&mut tx).await.unwrap() {
        assert!(check.is_ok(), "{check:?}");
    }
    assert!(billing_logs::seal::verify(&mut tx).await.unwrap().is_sound());
}

async fn held(store: &Store) -> Holdings {
    holdings::of(&mut store.read().await.unwrap()).await.unwrap()
}

async fn an_office_arrives_whole_on_either_engine_and_goes_on_counting_there(database: Database) {
    some_business(&database.store).await;
    for target in targets("an_office_arrives_whole").await {
        let mut from = database.store.read().await.unwrap();
        let mut to = target.store.begin().await.unwrap();
        let carried = transfer::carry(&mut from, &mut to).await.unwrap();
        to.commit().await.unwrap();
        drop(from);
        assert_eq!(carried.source, carried.target);
        assert_eq!(carried.target, held(&database.store).await);
        assert_eq!(
            (
                carried.target.customers,
                carried.target.invoices,
                carried.target.payments
            ),
            (3, 3, 2)
        );
        assert!(carried.rows() > 20, "{carried:?}");
        sound(&target.store).await;

        let mut tx = target.store.begin().await.unwrap();
        let payers = customers::find(&mut tx, 1).await.unwrap().unwrap().details;
        assert_eq!((payers.payer_id, payers.exempt), (Some(3), true));
        assert_eq!(payers.name, "Bu Siti \u{2728} \"RT 03\"");
        let name = settings::find(&mut tx, "office.name")
            .await
            .unwrap()
            .unwrap()
            .value;
        assert_eq!(name, "Warga \"Net\" \u{0}?");
        // The next rows get ids and numbers of their own.
        let found = billing_logs::Filter {
            search: Some("diterima"),
            limit: 10,
            ..billing_logs::Filter::default()
        };
        assert_eq!(billing_logs::list(&mut tx, &found).await.unwrap().items.len(), 1);
        let (invoice, entry) = issue(&mut tx, 3, 150_000).await;
        assert_eq!(invoice, 4);
        assert_eq!(entry, carried.target.journal.last + 1);
        let numbers = invoices::find(&mut tx, invoice).await.unwrap().unwrap();
        assert_eq!(numbers.number, "INV-202601-00004");
    }
}

async fn every_table_is_carried_but_for_what_belongs_to_a_database_or_a_running_program(database: Database) {
    let mut tx = database.store.read().await.unwrap();
    let carried: BTreeSet<String> = transfer::tables(&mut tx).await.unwrap().into_iter().collect();
    // Asked in another way than the program asks.
    let all: Vec<(String,)> = match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_as("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'table'")
            .fetch_all(&mut **tx)
            .await
            .unwrap(),
        Tx::Postgres(tx) => {
            sqlx::query_as("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()")
                .fetch_all(&mut **tx)
                .await
                .unwrap()
        }
    };
    let left: BTreeSet<String> = all
        .into_iter()
        .map(|(name,)| name)
        .filter(|name| !carried.contains(name) && !name.starts_with("sqlite_"))
        // What SQLite keeps for searching the log follows from its rows.
        .filter(|name| !name.starts_with("log_words"))
        .collect();
    assert_eq!(
        left,
        BTreeSet::from(["_sqlx_migrations", "leases", "desks", "desk_pairings"].map(str::to_owned)),
        "a new table is carried, or it is said here why not"
    );
    if let Tx::Postgres(tx) = &mut tx {
        let strange: Vec<(String, String)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND is_identity = 'YES' AND column_name <> 'id'",
        )
        .fetch_all(&mut **tx)
        .await
        .unwrap();
        assert!(
            strange.is_empty(),
            "what the database numbers is called id, for the counting to go on there: {strange:?}"
        );
    }
}

async fn an_office_is_not_carried_over_another_one(database: Database) {
    some_business(&database.store).await;
    for target in targets("an_office_is_not_carried_over").await {
        let mut tx = target.store.begin().await.unwrap();
        settings::put(&mut tx, "office.name", &"Tetangga Net".into(), now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut from = database.store.read().await.unwrap();
        let mut to = target.store.begin().await.unwrap();
        let refused = transfer::carry(&mut from, &mut to).await.unwrap_err();
        assert!(
            matches!(&refused, Error::NotEmpty(table) if table == "settings"),
            "{refused:?}"
        );
        drop(to);
        assert_eq!(held(&target.store).await, Holdings::default());
        let mut to = target.store.begin().await.unwrap();
        let replaced = transfer::replace(&mut from, &mut to).await;
        match to {
            Tx::Sqlite(_) => assert_eq!(replaced.unwrap_err().code(), "unsupported"),
            Tx::Postgres(_) => {
                assert_eq!(replaced.unwrap().target.customers, 3);
                to.commit().await.unwrap();
                sound(&target.store).await;
            }
        }
    }
}

async fn an_office_is_not_carried_into_another_schema(database: Database) {
    for (change, what) in [
        (
            "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1",
            "another version",
        ),
        ("ALTER TABLE areas ADD COLUMN colour TEXT", "another column"),
        ("CREATE TABLE towns (id BIGINT PRIMARY KEY)", "another table"),
    ] {
        for target in targets("an_office_is_not_carried_into_another_schema").await {
            let mut from = database.store.read().await.unwrap();
            let mut to = target.store.begin().await.unwrap();
            statement(&mut to, change).await;
            let refused = transfer::carry(&mut from, &mut to).await.unwrap_err();
            assert_eq!(refused.code(), "database_foreign_schema", "{what}");
        }
    }
}

async fn what_is_written_meanwhile_is_in_a_copy_wholly_or_not_at_all(database: Database) {
    some_business(&database.store).await;
    let before = held(&database.store).await;
    let till = database.store.clone();
    let paying = tokio::spawn(async move {
        for _ in 0..60 {
            let mut tx = till.begin().await.unwrap();
            pay(&mut tx, 3, 1_000, &[]).await;
            tx.commit().await.unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut last = before.payments;
    for number in 0..6 {
        let file = folder.path().join(format!("cadangan-{number}.sqlite"));
        let copied = backup::copy(&database.store, &file, later(number)).await.unwrap();
        let copy = Store::open(&store::Location::Sqlite(file), now()).await.unwrap();
        sound(&copy).await;
        assert_eq!(held(&copy).await, copied.holdings);
        assert!(copied.holdings.payments >= last, "a later copy holds no less");
        last = copied.holdings.payments;
    }
    paying.await.unwrap();
    assert_eq!(held(&database.store).await.payments, before.payments + 60);
}

async fn a_copy_says_what_the_journal_was_when_it_was_taken(database: Database) {
    some_business(&database.store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cadangan.sqlite");
    let copied = backup::copy(&database.store, &file, now()).await.unwrap();
    let then = held(&database.store).await;
    assert_eq!(copied.holdings, then);
    assert_eq!(copied.schema, store::known_version());
    assert_eq!(
        then.journal.accounts.values().map(|amount| amount.0).sum::<i64>(),
        0
    );
    assert_eq!(then.journal.turnover.0, 3 * 150_000 + 2 * 200_000);
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["cadangan.sqlite"], "nothing lies beside it");
    assert_eq!(backup::look_at(&file).await.unwrap(), copied);
    let again = backup::copy(&database.store, &file, now()).await.unwrap_err();
    assert_eq!(
        again.code(),
        "database_unreachable",
        "a copy is never written over"
    );

    let mut tx = database.store.begin().await.unwrap();
    pay(&mut tx, 3, 5_000, &[]).await;
    tx.commit().await.unwrap();
    assert_ne!(held(&database.store).await.journal, copied.holdings.journal);
    assert_eq!(
        holdings::journal_until(&mut database.store.read().await.unwrap(), then.journal.last)
            .await
            .unwrap(),
        then.journal
    );
}
