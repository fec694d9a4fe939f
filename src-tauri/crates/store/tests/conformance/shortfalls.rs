//! What the month run asks of the store besides the days: shortfalls that may move, charges that wait again after a void,
//! lines that ended a short while ago.

use billing::{ChargeKind, CustomerStatus, Rupiah, journal};
use jiff::civil::date;
use store::customers::{self, Standing};
use store::{allocations, charges, invoices, journal as books};

use crate::engine::{Database, on_both};
use crate::invented::{customer, dated, ground, issue, line, new_charge, now, one_customer, pay};

on_both!(
    m5_a_shortfall_that_moves_twice,
    a_shortfall_that_is_none,
    m7_a_charge_that_is_lost_with_a_void_invoice,
    a_line_whose_last_days_nobody_bills,
    credit_on_an_invoice_is_told_from_money,
);

async fn m5_a_shortfall_that_moves_twice(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    pay(&mut tx, budi, 199_000, &[(first, 199_000)]).await;
    let (second, _) = issue(&mut tx, budi, 201_000).await;
    let short = invoices::short(&mut tx, budi, budi, Rupiah(1_000)).await.unwrap();
    assert_eq!(
        short.iter().map(|it| (it.id, it.remaining)).collect::<Vec<_>>(),
        [(first, Rupiah(1_000))]
    );
    assert!(
        charges::carried_on(&mut tx, &[first, second])
            .await
            .unwrap()
            .is_empty()
    );

    let moving = charges::NewCharge {
        kind: ChargeKind::Correction,
        moved_from: Some(first),
        ..new_charge(budi, Some(second), "shortfall:1", 1_000)
    };
    charges::insert_all(&mut tx, &[moving], now()).await.unwrap();
    let entry = journal::shortfall_moved(budi, first, Rupiah(1_000)).unwrap();
    let moved = books::post(&mut tx, &entry, dated("system")).await.unwrap();
    let settled = invoices::find(&mut tx, first).await.unwrap().unwrap();
    assert_eq!((settled.paid, settled.remaining), (Rupiah(200_000), Rupiah::ZERO));
    assert!(
        invoices::short(&mut tx, budi, budi, Rupiah(1_000))
            .await
            .unwrap()
            .is_empty()
    );
    let carried = charges::carried_on(&mut tx, &[first, second]).await.unwrap();
    assert_eq!(
        (
            carried.len(),
            carried[0].moved_from,
            carried[0].invoice_id,
            carried[0].amount
        ),
        (1, first, second, Rupiah(1_000))
    );
    let found = books::entry_of_shortfall(&mut tx, first).await.unwrap().unwrap();
    assert_eq!(found.id, moved);

    // The invoice that carries it on is void: it is owed where it came from, and may move again.
    invoices::void(&mut tx, second, "salah", now()).await.unwrap();
    let back = journal::shortfall_returned(budi, first, Rupiah(1_000), moved).unwrap();
    books::post(&mut tx, &back, dated("system")).await.unwrap();
    assert_eq!(books::entry_of_shortfall(&mut tx, first).await.unwrap(), None);
    assert!(charges::carried_on(&mut tx, &[first]).await.unwrap().is_empty());
    assert_eq!(
        invoices::short(&mut tx, budi, budi, Rupiah(1_000))
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn a_shortfall_that_is_none(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    // Nothing paid, too much missing, nothing missing, void.
    issue(&mut tx, budi, 900).await;
    let (much, _) = issue(&mut tx, budi, 200_000).await;
    let (none, _) = issue(&mut tx, budi, 200_000).await;
    let (void, _) = issue(&mut tx, budi, 200_000).await;
    pay(
        &mut tx,
        budi,
        598_499,
        &[(much, 198_999), (none, 200_000), (void, 199_500)],
    )
    .await;
    invoices::void(&mut tx, void, "salah", now()).await.unwrap();
    let short = invoices::short(&mut tx, budi, budi, Rupiah(1_000)).await.unwrap();
    assert_eq!(short, []);
}

async fn m7_a_charge_that_is_lost_with_a_void_invoice(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (invoice, _) = issue(&mut tx, budi, 250_000).await;
    let lines = [
        new_charge(budi, Some(invoice), "2026-01", 150_000),
        charges::NewCharge {
            kind: ChargeKind::Installation,
            ..new_charge(budi, Some(invoice), "2026-01#1", 100_000)
        },
    ];
    charges::insert_all(&mut tx, &lines, now()).await.unwrap();
    invoices::void(&mut tx, invoice, "salah", now()).await.unwrap();
    assert_eq!(charges::wait_again(&mut tx, invoice, now()).await.unwrap(), 1);
    let waiting = charges::pending(&mut tx, budi, budi).await.unwrap();
    assert_eq!(
        waiting.iter().map(|it| (it.kind, it.amount)).collect::<Vec<_>>(),
        [(ChargeKind::Installation, Rupiah(100_000))],
        "the month is billed again by the rules"
    );
}

async fn a_line_whose_last_days_nobody_bills(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let active = customer(&mut tx, ground, 1, "Budi").await;
    let ended = |on| Standing {
        terminated_on: Some(on),
        ..Standing::of(CustomerStatus::Terminated)
    };
    let lately = customers::insert(&mut tx, &line(ground, 2, "Ani"), &ended(date(2026, 1, 16)), now())
        .await
        .unwrap();
    customers::insert(
        &mut tx,
        &line(ground, 3, "Ujang"),
        &ended(date(2025, 1, 16)),
        now(),
    )
    .await
    .unwrap();
    for lock in [false, true] {
        let found = customers::billable(&mut tx, 0, date(2025, 12, 1), 10, lock)
            .await
            .unwrap();
        assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [active, lately]);
    }
    let after = customers::billable(&mut tx, active, date(2025, 12, 1), 10, false)
        .await
        .unwrap();
    assert_eq!(after.len(), 1, "strides go on from the last id");
}

async fn credit_on_an_invoice_is_told_from_money(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    let (second, _) = issue(&mut tx, budi, 200_000).await;
    pay(&mut tx, budi, 150_000, &[(first, 150_000)]).await;
    let credit = |amount| allocations::NewAllocation {
        payment_id: None,
        invoice_id: second,
        amount: Rupiah(amount),
    };
    allocations::insert_all(&mut tx, &[credit(30_000), credit(20_000)], now())
        .await
        .unwrap();
    let used = allocations::credit_used(&mut tx, &[first, second]).await.unwrap();
    assert_eq!(
        used.iter()
            .map(|it| (it.invoice_id, it.amount))
            .collect::<Vec<_>>(),
        [(second, Rupiah(50_000))]
    );
}
