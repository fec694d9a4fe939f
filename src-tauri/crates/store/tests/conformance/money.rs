//! What must be true of numbers, charges and requests, whoever comes at the same time.

use std::collections::BTreeSet;

use billing::Rupiah;
use store::{Error, Promise, charges, counters, idempotency, invoices, payments};
use tokio::task::JoinSet;

use crate::engine::{Database, on_both};
use crate::invented::{
    customer, ground, issue, january, later, new_charge, new_invoice, now, one_customer, pay,
};

on_both!(
    m1_an_invoice_twice_for_one_month,
    m1_a_charge_twice_when_two_desks_bill_at_once,
    m4_a_request_a_hundred_times_at_once_is_carried_out_once,
    m7_a_void_invoice_that_blocks_its_month,
    a_request_that_failed_frees_its_key,
    numbers_taken_by_fifty_at_once_have_no_gap,
    a_number_that_was_taken_back_is_given_out_again,
    a_waiting_charge_goes_on_one_invoice,
    unpaid_invoices_come_oldest_first,
    only_what_was_owed_before_an_invoice_is_earlier_debt,
    money_of_a_day_is_counted_by_method,
    lists_of_documents_are_found_by_number_and_by_customer,
);

async fn m1_an_invoice_twice_for_one_month(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    charges::insert_all(&mut tx, &[new_charge(budi, None, "2026-01", 150_000)], now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut tx = database.store.begin().await.unwrap();
    let invoice = invoices::insert(&mut tx, &new_invoice(budi, 1, 150_000), now())
        .await
        .unwrap();
    let both = [
        new_charge(budi, Some(invoice), "2026-02", 150_000),
        new_charge(budi, Some(invoice), "2026-01", 150_000),
    ];
    let refused = charges::insert_all(&mut tx, &both, now()).await.unwrap_err();
    assert!(matches!(refused, Error::Unique(Promise::Charge)));
    assert_eq!(refused.code(), "already_billed");
    drop(tx);
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(
        charges::pending(&mut tx, budi, budi).await.unwrap().len(),
        1,
        "nothing of the second run is left"
    );
    assert_eq!(invoices::find(&mut tx, invoice).await.unwrap(), None);
}

async fn m1_a_charge_twice_when_two_desks_bill_at_once(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut desks = JoinSet::new();
    for _ in 0..8 {
        let store = database.store.clone();
        desks.spawn(async move {
            let mut tx = store.begin().await?;
            charges::insert_all(&mut tx, &[new_charge(budi, None, "2026-01", 150_000)], now()).await?;
            tx.commit().await
        });
    }
    let outcomes = desks.join_all().await;
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 1);
    assert!(
        outcomes
            .iter()
            .flat_map(|it| it.as_ref().err())
            .all(|it| it.code() == "already_billed")
    );
}

async fn m4_a_request_a_hundred_times_at_once_is_carried_out_once(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut copies = JoinSet::new();
    for _ in 0..100 {
        let store = database.store.clone();
        copies.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            if let Some(kept) = idempotency::claim(&mut tx, "rina", "key-1", "digest", now())
                .await
                .unwrap()
            {
                assert_eq!((kept.request.as_str(), kept.status), ("digest", Some(201)));
                return kept.response.unwrap();
            }
            let (payment, _) = pay(&mut tx, budi, 100_000, &[]).await;
            let answer = format!("payment {payment}");
            idempotency::answer(&mut tx, "rina", "key-1", 201, &answer)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            answer
        });
    }
    let answers: BTreeSet<String> = copies.join_all().await.into_iter().collect();
    assert_eq!(answers.len(), 1, "everybody got the one answer");
    let mut tx = database.store.read().await.unwrap();
    let filter = payments::Filter {
        limit: 10,
        ..payments::Filter::default()
    };
    assert_eq!(payments::list(&mut tx, &filter).await.unwrap().total, 1);
}

async fn a_request_that_failed_frees_its_key(database: Database) {
    let store = &database.store;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        idempotency::claim(&mut tx, "rina", "key-1", "digest", now())
            .await
            .unwrap(),
        None
    );
    tx.rollback().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        idempotency::claim(&mut tx, "rina", "key-1", "digest", now())
            .await
            .unwrap(),
        None,
        "free again"
    );
    assert_eq!(
        idempotency::claim(&mut tx, "budi", "key-1", "digest", now())
            .await
            .unwrap(),
        None,
        "another's key"
    );
    idempotency::answer(&mut tx, "rina", "key-1", 201, "{}")
        .await
        .unwrap();
    assert_eq!(idempotency::forget(&mut tx, now()).await.unwrap(), 0);
    assert_eq!(idempotency::forget(&mut tx, later(1)).await.unwrap(), 2);
}

async fn m7_a_void_invoice_that_blocks_its_month(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (invoice, _) = issue(&mut tx, budi, 150_000).await;
    charges::insert_all(
        &mut tx,
        &[new_charge(budi, Some(invoice), "2026-01", 150_000)],
        now(),
    )
    .await
    .unwrap();
    assert_eq!(
        charges::served(&mut tx, budi, budi, january().first_day())
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(
        invoices::void(&mut tx, invoice, "wrong package", later(1))
            .await
            .unwrap()
    );
    assert!(
        !invoices::void(&mut tx, invoice, "again", later(2)).await.unwrap(),
        "once"
    );
    let void = invoices::find(&mut tx, invoice).await.unwrap().unwrap();
    assert_eq!(
        (void.voided_at, void.void_reason.as_deref()),
        (Some(later(1)), Some("wrong package"))
    );
    assert!(
        charges::served(&mut tx, budi, budi, january().first_day())
            .await
            .unwrap()
            .is_empty()
    );
    let anew = charges::insert_all(&mut tx, &[new_charge(budi, None, "2026-01", 175_000)], later(3))
        .await
        .unwrap();
    let lines = charges::of_invoices(&mut tx, &[invoice]).await.unwrap();
    assert_eq!(lines.len(), 1, "the void document keeps its line");
    assert_ne!(lines[0].id, anew[0]);
}

async fn numbers_taken_by_fifty_at_once_have_no_gap(database: Database) {
    let mut desks = JoinSet::new();
    for desk in 0..50 {
        let store = database.store.clone();
        desks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let first = counters::take(&mut tx, "INV-202601", 2).await.unwrap();
            if desk % 5 == 0 {
                drop(tx);
                return Vec::new();
            }
            tx.commit().await.unwrap();
            vec![first, first + 1]
        });
    }
    let mut taken: Vec<i64> = desks.join_all().await.into_iter().flatten().collect();
    taken.sort_unstable();
    assert_eq!(taken, (1..=80).collect::<Vec<i64>>());
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(counters::last(&mut tx, "INV-202601").await.unwrap(), 80);
    assert_eq!(counters::last(&mut tx, "INV-202602").await.unwrap(), 0);
}

async fn a_number_that_was_taken_back_is_given_out_again(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(counters::next(&mut tx, "customers").await.unwrap(), 1);
    tx.rollback().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(counters::next(&mut tx, "customers").await.unwrap(), 1);
    counters::at_least(&mut tx, "customers", 120).await.unwrap();
    counters::at_least(&mut tx, "customers", 50).await.unwrap();
    assert_eq!(
        counters::next(&mut tx, "customers").await.unwrap(),
        121,
        "never back"
    );
}

async fn a_waiting_charge_goes_on_one_invoice(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let ids = charges::insert_all(
        &mut tx,
        &[
            new_charge(budi, None, "2026-01", 150_000),
            new_charge(budi, None, "2026-02", 150_000),
        ],
        now(),
    )
    .await
    .unwrap();
    let (invoice, _) = issue(&mut tx, budi, 140_000).await;
    let attached = |charge_id, discount| charges::Attached {
        taxed: false,
        charge_id,
        invoice_id: invoice,
        amount: Rupiah(140_000),
        discount: Rupiah(discount),
    };
    assert_eq!(
        charges::attach(&mut tx, &[attached(ids[0], 10_000)])
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        charges::attach(&mut tx, &[attached(ids[0], 0)]).await.unwrap(),
        0,
        "it waits no more"
    );
    let line = &charges::of_invoices(&mut tx, &[invoice]).await.unwrap()[0];
    assert_eq!((line.id, line.discount), (ids[0], Rupiah(10_000)));
    assert_eq!(line.amount, Rupiah(140_000));
    assert_eq!(
        charges::pending(&mut tx, 0, i64::MAX).await.unwrap()[0].id,
        ids[1]
    );
    assert!(
        !charges::void(&mut tx, ids[0], now()).await.unwrap(),
        "an invoice shows it"
    );
    assert!(charges::void(&mut tx, ids[1], now()).await.unwrap());
    assert!(charges::pending(&mut tx, 0, i64::MAX).await.unwrap().is_empty());
}

async fn unpaid_invoices_come_oldest_first(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    let ani = customer(&mut tx, ground, 2, "Ani").await;
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    let (second, _) = issue(&mut tx, budi, 200_000).await;
    let (third, _) = issue(&mut tx, ani, 100_000).await;
    pay(&mut tx, budi, 350_000, &[(first, 200_000), (second, 150_000)]).await;
    let unpaid = invoices::unpaid(&mut tx, budi).await.unwrap();
    assert_eq!(
        unpaid.iter().map(|it| (it.id, it.remaining)).collect::<Vec<_>>(),
        [(second, Rupiah(50_000))]
    );
    let due = jiff::civil::date(2026, 1, 21);
    assert!(
        invoices::unpaid_of_all(&mut tx, due).await.unwrap().is_empty(),
        "nothing was due before its day"
    );
    let tomorrow = jiff::civil::date(2026, 1, 22);
    let all = invoices::unpaid_of_all(&mut tx, tomorrow).await.unwrap();
    assert_eq!(
        all.iter().map(|it| it.id).collect::<Vec<_>>(),
        [second, third],
        "by customer"
    );
    let late = invoices::overdue_amounts(&mut tx, &[budi, ani], tomorrow)
        .await
        .unwrap();
    assert_eq!(late.iter().map(|it| it.amount.0).sum::<i64>(), 150_000);
    let sums = invoices::unpaid_sums(&mut tx, due).await.unwrap();
    assert_eq!(
        (sums.invoices, sums.amount, sums.overdue_invoices),
        (2, Rupiah(150_000), 0)
    );
    let sums = invoices::unpaid_sums(&mut tx, tomorrow).await.unwrap();
    assert_eq!((sums.overdue_invoices, sums.overdue_amount), (2, Rupiah(150_000)));
}

async fn only_what_was_owed_before_an_invoice_is_earlier_debt(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    let ani = customer(&mut tx, ground, 2, "Ani").await;
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    let (second, _) = issue(&mut tx, budi, 200_000).await;
    let (third, _) = issue(&mut tx, budi, 200_000).await;
    let (other, _) = issue(&mut tx, ani, 100_000).await;
    pay(&mut tx, budi, 50_000, &[(first, 50_000)]).await;
    let mut owed = invoices::owed_before(&mut tx, &[first, second, third, other])
        .await
        .unwrap();
    owed.sort_by_key(|it| it.invoice_id);
    assert_eq!(
        owed.iter()
            .map(|it| (it.invoice_id, it.amount))
            .collect::<Vec<_>>(),
        [(second, Rupiah(150_000)), (third, Rupiah(350_000))],
        "a later invoice is not owed before an earlier one"
    );
    assert!(invoices::void(&mut tx, first, "salah", now()).await.unwrap());
    let owed = invoices::owed_before(&mut tx, &[second, third]).await.unwrap();
    assert_eq!(
        owed.iter()
            .map(|it| (it.invoice_id, it.amount))
            .collect::<Vec<_>>(),
        [(third, Rupiah(200_000))],
        "what is void is owed no more"
    );
}

async fn money_of_a_day_is_counted_by_method(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    assert!(
        payments::received_on(&mut tx, crate::invented::TODAY)
            .await
            .unwrap()
            .is_empty()
    );
    let (first, _) = pay(&mut tx, budi, 100_000, &[]).await;
    pay(&mut tx, budi, 50_000, &[]).await;
    let day = payments::received_on(&mut tx, crate::invented::TODAY)
        .await
        .unwrap();
    assert_eq!(
        (day.len(), day[0].amount, day[0].payments),
        (1, Rupiah(150_000), 2)
    );
    assert!(
        payments::reverse(&mut tx, first, "typed twice", later(1))
            .await
            .unwrap()
    );
    assert!(
        !payments::reverse(&mut tx, first, "typed twice", later(1))
            .await
            .unwrap(),
        "once"
    );
    let day = payments::received_on(&mut tx, crate::invented::TODAY)
        .await
        .unwrap();
    assert_eq!(day[0].amount, Rupiah(50_000), "what was taken back is not there");
    assert_eq!(
        payments::find(&mut tx, first)
            .await
            .unwrap()
            .unwrap()
            .reversal_reason
            .as_deref(),
        Some("typed twice")
    );
}

async fn lists_of_documents_are_found_by_number_and_by_customer(database: Database) {
    use billing::InvoiceStatus;
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi Santoso").await;
    let ani = customer(&mut tx, ground, 2, "Ani Santoso").await;
    let (paid, _) = issue(&mut tx, budi, 200_000).await;
    let (partial, _) = issue(&mut tx, budi, 200_000).await;
    let (open, _) = issue(&mut tx, ani, 100_000).await;
    let (void, _) = issue(&mut tx, ani, 100_000).await;
    pay(&mut tx, budi, 250_000, &[(paid, 200_000), (partial, 50_000)]).await;
    invoices::void(&mut tx, void, "x", now()).await.unwrap();

    let today = jiff::civil::date(2026, 1, 21);
    let all = invoices::Filter {
        search: None,
        status: None,
        today,
        period: Some(january()),
        customer_id: None,
        cursor: None,
        limit: 50,
    };
    let mut seen = 0;
    for today in [today, jiff::civil::date(2026, 1, 22)] {
        for &status in InvoiceStatus::ALL {
            let filter = invoices::Filter {
                status: Some(status),
                today,
                ..all.clone()
            };
            let page = invoices::list(&mut tx, &filter).await.unwrap();
            seen += page.total;
            for it in page.items {
                let derived =
                    InvoiceStatus::derive(it.total, it.paid, it.voided_at.is_some(), it.due_date, today);
                assert_eq!(derived, status, "the list and the rule agree on {}", it.number);
            }
        }
    }
    assert_eq!(seen, 8, "every invoice has one status on each day");

    let mut found = async |search, customer_id| -> Vec<i64> {
        let filter = invoices::Filter {
            search,
            customer_id,
            ..all.clone()
        };
        invoices::list(&mut tx, &filter)
            .await
            .unwrap()
            .items
            .into_iter()
            .map(|it| it.id)
            .collect()
    };
    assert_eq!(
        found(None, None).await,
        [void, open, partial, paid],
        "newest first"
    );
    assert_eq!(found(Some("inv-202601-00003"), None).await, [open]);
    assert_eq!(found(Some("santo bud"), None).await, [partial, paid]);
    assert_eq!(found(Some("santo"), Some(ani)).await, [void, open]);
    assert_eq!(found(Some("nobody"), None).await, Vec::<i64>::new());

    let filter = payments::Filter {
        search: Some("pay-20260101"),
        limit: 50,
        ..payments::Filter::default()
    };
    assert_eq!(payments::list(&mut tx, &filter).await.unwrap().total, 1);
    let filter = payments::Filter {
        search: Some("ani"),
        ..filter
    };
    assert_eq!(payments::list(&mut tx, &filter).await.unwrap().total, 0);
}
