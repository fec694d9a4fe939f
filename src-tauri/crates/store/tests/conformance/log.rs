//! The log and the chain that proves it.

use serde_json::json;
use sqlx::AssertSqlSafe;
use store::Tx;
use store::billing_logs::seal::{self, Finding};
use store::billing_logs::{self, Filter, NewLogRow};

use crate::engine::{Database, on_both};
use crate::invented::later;

on_both!(
    the_log_is_found_by_what_people_remember,
    s7_a_log_row_that_is_changed_afterwards,
    s7_a_log_row_that_is_removed_or_slipped_in,
    personal_data_that_is_erased_leaves_the_chain_whole,
    a_search_for_a_percent_sign_finds_everything,
);

fn row(act: &'static str, subject_id: i64, name: &'static str) -> NewLogRow<'static> {
    NewLogRow {
        at: later(subject_id),
        actor: "rina",
        desk: "loket",
        act,
        subject_kind: "customer",
        subject_id: Some(subject_id),
        subject_name: Some(name),
        outcome: "done",
        message: format!("{act} of {name}"),
        detail: Some(json!({"before": {"b": 1, "a": 2}, "after": null})),
        cause: None,
    }
}

async fn found(tx: &mut Tx, filter: Filter<'_>) -> Vec<i64> {
    let page = billing_logs::list(tx, &Filter { limit: 50, ..filter })
        .await
        .unwrap();
    assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
    page.items.iter().filter_map(|it| it.subject_id).collect()
}

async fn the_log_is_found_by_what_people_remember(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let rows = [
        row("payment_received", 1, "Budi"),
        row("isolation_executed", 2, "Ani"),
        row("payment_received", 3, "Ani"),
    ];
    billing_logs::record_all(&mut tx, &rows).await.unwrap();
    assert_eq!(found(&mut tx, Filter::default()).await, [3, 2, 1], "newest first");
    assert_eq!(
        found(
            &mut tx,
            Filter {
                search: Some("ANI"),
                ..Filter::default()
            }
        )
        .await,
        [3, 2]
    );
    assert_eq!(
        found(
            &mut tx,
            Filter {
                act: Some("payment_received"),
                ..Filter::default()
            }
        )
        .await,
        [3, 1]
    );
    assert_eq!(
        found(
            &mut tx,
            Filter {
                subject_id: Some(2),
                ..Filter::default()
            }
        )
        .await,
        [2]
    );
    assert_eq!(
        found(
            &mut tx,
            Filter {
                subject_kind: Some("router"),
                ..Filter::default()
            }
        )
        .await,
        Vec::<i64>::new()
    );
    let second = Filter {
        from: Some(later(2)),
        until: Some(later(3)),
        ..Filter::default()
    };
    assert_eq!(found(&mut tx, second).await, [2]);
    let page = billing_logs::list(
        &mut tx,
        &Filter {
            limit: 2,
            ..Filter::default()
        },
    )
    .await
    .unwrap();
    let rest = Filter {
        cursor: page.next.as_ref(),
        limit: 2,
        ..Filter::default()
    };
    let rest = billing_logs::list(&mut tx, &rest).await.unwrap();
    assert_eq!(
        (rest.items.len(), rest.items[0].subject_id, rest.next),
        (1, Some(1), None)
    );
}

async fn a_search_for_a_percent_sign_finds_everything(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    billing_logs::record(&mut tx, &row("discount 10%", 1, "Budi"))
        .await
        .unwrap();
    billing_logs::record(&mut tx, &row("discount", 2, "Ani"))
        .await
        .unwrap();
    assert_eq!(
        found(
            &mut tx,
            Filter {
                search: Some("10%"),
                ..Filter::default()
            }
        )
        .await,
        [1]
    );
    assert_eq!(
        found(
            &mut tx,
            Filter {
                search: Some("%"),
                ..Filter::default()
            }
        )
        .await,
        [1]
    );
    assert_eq!(
        found(
            &mut tx,
            Filter {
                search: Some("d_scount"),
                ..Filter::default()
            }
        )
        .await,
        Vec::<i64>::new()
    );
}

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
    let page = billing_logs::list(
        tx,
        &Filter {
            limit: 50,
            ..Filter::default()
        },
    )
    .await
    .unwrap();
    page.items.iter().rev().map(|it| it.id).collect()
}

/// What somebody with the database in hand could do.
async fn tamper(tx: &mut Tx, text: String) {
    let done = match tx {
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
    };
    assert_eq!(done, 1);
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
    // Whoever also puts a digest that fits under it breaks the link to the next seal.
    tamper(
        &mut tx,
        format!("UPDATE log_seals SET chain = 'x' WHERE log_id = {}", ids[5]),
    )
    .await;
    let report = seal::verify(&mut tx).await.unwrap();
    assert_eq!(
        report.findings,
        [
            Finding::Changed(ids[3]),
            Finding::Broken(ids[5]),
            Finding::Broken(ids[6])
        ]
    );
}

async fn s7_a_log_row_that_is_removed_or_slipped_in(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    tamper(&mut tx, format!("DELETE FROM billing_logs WHERE id = {}", ids[2])).await;
    assert_eq!(
        seal::verify(&mut tx).await.unwrap().findings,
        [Finding::Missing(ids[2])]
    );
    tamper(
        &mut tx,
        format!("DELETE FROM log_seals WHERE log_id = {}", ids[2]),
    )
    .await;
    assert_eq!(
        seal::verify(&mut tx).await.unwrap().findings,
        [Finding::Broken(ids[3])]
    );
    tamper(
        &mut tx,
        format!(
            "INSERT INTO billing_logs (id, at, actor, desk, act, subject_kind, outcome, message)
             VALUES ({}, 0, 'x', 'x', 'x', 'x', 'done', 'x')",
            ids[2]
        ),
    )
    .await;
    let report = seal::verify(&mut tx).await.unwrap();
    assert_eq!(
        report.findings,
        [Finding::Unsealed(ids[2]), Finding::Broken(ids[3])]
    );
}

async fn personal_data_that_is_erased_leaves_the_chain_whole(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ids = sealed(&mut tx).await;
    tamper(
        &mut tx,
        format!(
            "UPDATE billing_logs SET message = '{}', subject_name = NULL, detail = NULL WHERE id = {}",
            seal::ERASED,
            ids[4]
        ),
    )
    .await;
    let report = seal::verify(&mut tx).await.unwrap();
    assert_eq!(report.findings, [Finding::Erased(ids[4])]);
    assert!(report.is_sound());
    assert_eq!(seal::advance(&mut tx, 100).await.unwrap(), 2);
    assert_eq!(seal::verify(&mut tx).await.unwrap().tail, 0);
}
