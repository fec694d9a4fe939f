//! The log: what is written is found again. The chain that proves it has a file of its own.

use serde_json::json;
use store::Tx;
use store::billing_logs::{self, Filter, NewLogRow};

use crate::engine::{Database, on_both};
use crate::invented::later;

on_both!(
    the_log_is_found_by_what_people_remember,
    a_search_finds_the_beginnings_of_words_in_both_languages,
    a_search_for_a_percent_sign_finds_everything,
    a_reader_of_all_of_it_gets_each_row_once,
);

pub(crate) fn row(act: &'static str, subject_id: i64, name: &'static str) -> NewLogRow<'static> {
    NewLogRow {
        at: later(subject_id),
        actor: "rina",
        desk: "loket",
        act,
        subject_kind: "customer",
        subject_id: Some(subject_id),
        subject_name: Some(name),
        outcome: "done",
        message: "Pembayaran PAY-20260101-00001 sebesar Rp 150.000",
        message_en: Some("Payment PAY-20260101-00001 of Rp 150.000"),
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

async fn a_search_finds_the_beginnings_of_words_in_both_languages(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let rows = [
        NewLogRow {
            message: "Jalur Kusnadi diputus di router Pusat",
            message_en: Some("Kusnadi's line was dropped on router Pusat"),
            ..row("line_disconnected", 1, "Kusnadi")
        },
        NewLogRow {
            message: "Tagihan INV-202601-00012 dibatalkan: salah tulis",
            message_en: Some("Invoice INV-202601-00012 voided: salah tulis"),
            actor: "siti",
            ..row("invoice_voided", 2, "Ani")
        },
        NewLogRow {
            message: "Sudah lama",
            message_en: None,
            ..row("payment_received", 3, "Ani")
        },
    ];
    billing_logs::record_all(&mut tx, &rows).await.unwrap();
    for (search, expected) in [
        ("diput", vec![1]),
        ("dropped", vec![1]),
        ("KUSNADI pusat", vec![1]),
        ("pusat kusnadi", vec![1]),
        ("INV-202601-00012", vec![2]),
        ("202601", vec![2]),
        ("inv 00012", vec![2]),
        ("sit", vec![2]),
        ("ani", vec![3, 2]),
        ("ani lama", vec![3]),
        ("usnadi", vec![]),
        ("kusnadi tidak", vec![]),
        ("\"OR\" ani* | !", vec![]),
        ("  ", vec![3, 2, 1]),
    ] {
        let search = Some(search);
        let filter = Filter {
            search,
            ..Filter::default()
        };
        assert_eq!(found(&mut tx, filter).await, expected, "{search:?}");
    }
    let narrowed = Filter {
        search: Some("ani"),
        actor: Some("siti"),
        desk: Some("loket"),
        outcome: Some("done"),
        ..Filter::default()
    };
    assert_eq!(found(&mut tx, narrowed.clone()).await, [2]);
    let failed = Filter {
        outcome: Some("failed"),
        ..narrowed.clone()
    };
    assert_eq!(found(&mut tx, failed).await, Vec::<i64>::new());
    let elsewhere = Filter {
        desk: Some("gudang"),
        ..narrowed
    };
    assert_eq!(found(&mut tx, elsewhere).await, Vec::<i64>::new());
    let caused = NewLogRow {
        cause: Some("job:17"),
        ..row("line_written", 4, "Budi")
    };
    billing_logs::record(&mut tx, &caused).await.unwrap();
    let by_cause = |cause| Filter {
        cause: Some(cause),
        ..Filter::default()
    };
    assert_eq!(found(&mut tx, by_cause("job:17")).await, [4]);
    assert_eq!(found(&mut tx, by_cause("job:1")).await, Vec::<i64>::new());
}

async fn a_search_for_a_percent_sign_finds_everything(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    billing_logs::record(&mut tx, &row("payment_received", 1, "Budi"))
        .await
        .unwrap();
    for search in ["%", "_", "!", "B_di", "Bu%i"] {
        let filter = Filter {
            search: Some(search),
            ..Filter::default()
        };
        assert_eq!(found(&mut tx, filter).await, Vec::<i64>::new(), "{search}");
    }
}

async fn a_reader_of_all_of_it_gets_each_row_once(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let rows: Vec<_> = (1..=7).map(|id| row("payment_received", id, "Budi")).collect();
    billing_logs::record_all(&mut tx, &rows).await.unwrap();
    let mut cursor = None;
    let mut read = Vec::new();
    loop {
        let filter = Filter {
            cursor: cursor.as_ref(),
            limit: 3,
            ..Filter::default()
        };
        let page = billing_logs::walk(&mut tx, &filter).await.unwrap();
        read.extend(page.items.iter().filter_map(|row| row.subject_id));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(read, [7, 6, 5, 4, 3, 2, 1]);
}
