//! The chain that proves the log: whoever changes, removes, slips in, swaps or cuts off what was sealed is found, and the
//! place is named. Erasing a person's data is none of that.

use serde_json::json;
use sqlx::AssertSqlSafe;
use store::Tx;
use store::billing_logs::erase::{self, ERASED};
use store::billing_logs::seal::{self, Finding};
use store::billing_logs::{self, Filter, LogRow, NewLogRow};

use crate::engine::{Database, on_both};
use crate::log::row;

on_both!(
    s7_a_log_row_that_is_changed_afterwards,
    s7_a_log_row_that_is_removed_or_slipped_in,
    s7_two_log_rows_that_change_places,
    s7_the_end_of_the_log_cut_off_with_its_seals,
    s7_a_note_of_the_end_that_is_changed_too,
    a_row_from_before_the_english_wording_is_sealed_as_it_was,
    personal_data_that_is_erased_leaves_the_chain_whole,
    a_row_that_somebody_emptied_passes_for_erased,
    what_is_erased_is_found_by_no_search,
);

/// Ten rows, eight of them sealed in two goes.
async fn sealed(tx: &mut Tx) -> Vec<i64> {
    for subject in 1..=10 {
        billing_logs::record(tx, &row("payment_received", subject, "Budi"))
            .await
            .unwrap();
    }
    assert_eq!(seal::advance(tx, 5).await.unwrap(), 5);
    assert_eq!(seal::advance(tx, 3).await.unwrap(), 3);
    let report = seal::verify(tx).await.unwrap();
    assert!(report.is_sound() && report.findings.is_empty(), "{report:?}");
    assert_eq!((report.sealed, report.tail), (8, 2), "the unsealed tail is told");
    all(tx).await.iter().map(|row| row.id).collect()
}

/// The rows, oldest first.
async fn all(tx: &mut Tx) -> Vec<LogRow> {
    let filter = Filter {
        limit: 50,
        ..Filter::default()
    };
    let mut rows = billing_logs::list(tx, &filter).await.unwrap().items;
    rows.reverse();
    rows
}

async fn findings(tx: &mut Tx) -> Vec<Finding> {
    seal::verify(tx).await.unwrap().findings
}

/// What somebody with the database in hand could do.
async fn tamper(tx: &mut Tx, text: String) -> u64 {
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query("PRAGMA defer_foreign_keys = ON")
                .execute(&mut **tx)
                .await
                .unwrap();
            sqlx::query(AssertSqlSafe(text))
                .execute(&mut **tx)
                .await
                .unwrap()
                .rows_affected()
        }
        Tx::Postgres(tx) => {
            sqlx::query("ALTER TABLE log_seals DROP CONSTRAINT IF EXISTS log_seals_log_id_fkey")
                .execute(&mut **tx)
                .await
                .unwrap();
            sqlx::query(AssertSqlSafe(text))
                .execute(&mut **tx)
                .await
                .unwrap()
                .rows_affected()
        }
    }
}

async fn s7_a_log_row_that_is_changed_afterwards(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    tamper(
        &mut tx,
        format!("UPDATE billing_logs SET actor = 'budi' WHERE id = {}", ids[3]),
    )
    .await;
    let report = seal::verify(&mut tx).await.unwrap();
    assert_eq!(report.findings, [Finding::Changed(ids[3])]);
    assert!(!report.is_sound());
    // The English wording is proven like the rest.
    tamper(
        &mut tx,
        format!(
            "UPDATE billing_logs SET message_en = 'nothing' WHERE id = {}",
            ids[6]
        ),
    )
    .await;
    let changed = [Finding::Changed(ids[3]), Finding::Changed(ids[6])];
    assert_eq!(findings(&mut tx).await, changed);
    // Whoever also puts a digest that fits under it breaks the link to the next seal.
    tamper(
        &mut tx,
        format!("UPDATE log_seals SET chain = 'x' WHERE log_id = {}", ids[5]),
    )
    .await;
    assert_eq!(
        findings(&mut tx).await,
        [
            Finding::Changed(ids[3]),
            Finding::Broken {
                after: Some(ids[4]),
                at: ids[5]
            },
            Finding::Changed(ids[6]),
            Finding::Broken {
                after: Some(ids[5]),
                at: ids[6]
            },
        ]
    );
}

async fn s7_a_log_row_that_is_removed_or_slipped_in(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    tamper(&mut tx, format!("DELETE FROM billing_logs WHERE id = {}", ids[2])).await;
    assert_eq!(findings(&mut tx).await, [Finding::Missing(ids[2])]);
    tamper(
        &mut tx,
        format!("DELETE FROM log_seals WHERE log_id = {}", ids[2]),
    )
    .await;
    let broken = Finding::Broken {
        after: Some(ids[1]),
        at: ids[3],
    };
    assert_eq!(findings(&mut tx).await, [broken]);
    tamper(
        &mut tx,
        format!(
            "INSERT INTO billing_logs (id, at, actor, desk, act, subject_kind, outcome, message)
             VALUES ({}, 0, 'x', 'x', 'x', 'x', 'done', 'x')",
            ids[2]
        ),
    )
    .await;
    assert_eq!(findings(&mut tx).await, [Finding::Inserted(ids[2]), broken]);
}

async fn s7_two_log_rows_that_change_places(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    let place = |from: i64, to: i64| format!("UPDATE billing_logs SET id = {to} WHERE id = {from}");
    tamper(&mut tx, place(ids[1], -1)).await;
    tamper(&mut tx, place(ids[2], ids[1])).await;
    tamper(&mut tx, place(-1, ids[2])).await;
    assert_eq!(
        findings(&mut tx).await,
        [Finding::Changed(ids[1]), Finding::Changed(ids[2])]
    );
}

async fn s7_the_end_of_the_log_cut_off_with_its_seals(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    for table in ["log_seals WHERE log_id", "billing_logs WHERE id"] {
        tamper(&mut tx, format!("DELETE FROM {table} > {}", ids[5])).await;
    }
    let cut = Finding::Cut {
        sealed_until: ids[7],
        gone: 2,
    };
    assert_eq!(findings(&mut tx).await, [cut]);
    // What is written and sealed afterwards does not heal it, although SQLite gives out the same ids again.
    for subject in 11..=15 {
        billing_logs::record(&mut tx, &row("payment_received", subject, "Ani"))
            .await
            .unwrap();
    }
    assert!(seal::advance(&mut tx, 100).await.unwrap() > 0);
    let left = findings(&mut tx).await;
    let is_broken =
        |finding: &Finding| matches!(finding, Finding::Broken { after, .. } if *after == Some(ids[5]));
    assert!(left.iter().any(is_broken), "{left:?}");
}

async fn s7_a_note_of_the_end_that_is_changed_too(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    tamper(&mut tx, "UPDATE log_head SET chain = 'x'".into()).await;
    assert_eq!(findings(&mut tx).await, [Finding::Head(ids[7])]);
    tamper(&mut tx, "DELETE FROM log_head".into()).await;
    assert_eq!(findings(&mut tx).await, [Finding::Head(ids[7])]);
}

async fn a_row_from_before_the_english_wording_is_sealed_as_it_was(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let old = NewLogRow {
        message_en: None,
        ..row("payment_received", 1, "Budi")
    };
    billing_logs::record(&mut tx, &old).await.unwrap();
    seal::advance(&mut tx, 10).await.unwrap();
    assert_eq!(findings(&mut tx).await, []);
    // Nobody puts an English wording under what was sealed without one.
    tamper(&mut tx, "UPDATE billing_logs SET message_en = 'Nothing'".into()).await;
    let id = all(&mut tx).await[0].id;
    assert_eq!(findings(&mut tx).await, [Finding::Changed(id)]);
}

/// Erases what the log tells of customer 5, and says so in it.
async fn erased(tx: &mut Tx) -> erase::Erased {
    let erased = erase::of_customer(tx, 5).await.unwrap();
    let entry = NewLogRow {
        subject_name: None,
        message: "Data pribadi dihapus",
        message_en: Some("Personal data erased"),
        detail: Some(erased.kept()),
        ..row(erase::ACT, 5, "")
    };
    billing_logs::record(tx, &entry).await.unwrap();
    erase::forget_words(tx).await.unwrap();
    erased
}

async fn personal_data_that_is_erased_leaves_the_chain_whole(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    let about_more = NewLogRow {
        subject_kind: "plan",
        detail: Some(
            json!({"kept": [{"customer_id": 5, "name": "Budi"}, {"customer_id": 55, "name": "Ani"}]}),
        ),
        ..row("plan_undo_finished", 1, "plan 1")
    };
    let of_its_job = NewLogRow {
        subject_kind: "job",
        message: "Pekerjaan access gagal: secret budi-5 tidak ada",
        detail: Some(json!({"payload": {"customer_id": 5}})),
        ..row("system_error", 17, "access:5")
    };
    billing_logs::record_all(&mut tx, &[about_more, of_its_job])
        .await
        .unwrap();
    seal::advance(&mut tx, 100).await.unwrap();

    assert_eq!(erased(&mut tx).await.len(), 3);
    let report = seal::verify(&mut tx).await.unwrap();
    let rows = all(&mut tx).await;
    let (plan, job) = (&rows[10], &rows[11]);
    assert_eq!(
        report.findings,
        [ids[4], plan.id, job.id].map(Finding::Erased),
        "the customer's row, and those about more"
    );
    assert!(report.is_sound());
    let own = &rows[4];
    assert_eq!(
        (own.message.as_str(), own.message_en.as_deref()),
        (ERASED, Some(ERASED))
    );
    assert_eq!((&own.subject_name, &own.detail), (&None, &None));
    assert_eq!(own.actor, "rina", "who acted stays");
    assert_eq!(
        plan.detail,
        Some(json!({"kept": [{"customer_id": 5, "name": ERASED}, {"customer_id": 55, "name": "Ani"}]}))
    );
    assert_eq!((job.message.as_str(), &job.subject_name), (ERASED, &None));

    seal::advance(&mut tx, 100).await.unwrap();
    assert!(seal::verify(&mut tx).await.unwrap().is_sound());
    assert!(
        erase::of_customer(&mut tx, 5).await.unwrap().is_empty(),
        "once is enough"
    );
}

async fn a_row_that_somebody_emptied_passes_for_erased(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    let empty = |id: i64| {
        format!(
            "UPDATE billing_logs SET message = '{ERASED}', message_en = '{ERASED}', subject_name = NULL, detail = NULL
             WHERE id = {id}"
        )
    };
    tamper(&mut tx, empty(ids[2])).await;
    assert_eq!(findings(&mut tx).await, [Finding::Changed(ids[2])]);
    // Neither may one that was erased be touched afterwards.
    erased(&mut tx).await;
    tamper(
        &mut tx,
        format!("UPDATE billing_logs SET actor = 'budi' WHERE id = {}", ids[4]),
    )
    .await;
    assert_eq!(
        findings(&mut tx).await,
        [Finding::Changed(ids[2]), Finding::Changed(ids[4])]
    );
}

async fn what_is_erased_is_found_by_no_search(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    sealed(&mut tx).await;
    let search = |search| Filter {
        search: Some(search),
        limit: 50,
        ..Filter::default()
    };
    let before = billing_logs::count(&mut tx, &search("budi")).await.unwrap();
    erased(&mut tx).await;
    assert_eq!(
        billing_logs::count(&mut tx, &search("budi")).await.unwrap(),
        before - 1
    );
}
