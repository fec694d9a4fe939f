//! The journal and what is derived from it.

use billing::journal::{
    Entry, IssuedInvoice, MovedPayment, credit_applied, invoice_voided, opening_credit, payment_reversed,
    write_off,
};
use billing::{Account, EntryKind, Rupiah};
use store::{Tx, customers, invoices, journal};
use tokio::task::JoinSet;

use crate::engine::{Database, on_both};
use crate::invented::{TODAY, customer, dated, ground, issue, issued, new_invoice, now, one_customer, pay};

on_both!(
    two_invoices_and_a_payment_of_one,
    half_of_an_invoice_is_paid,
    a_payment_goes_over_two_invoices,
    more_than_is_owed_becomes_credit,
    credit_that_pays_an_invoice_changes_no_balance,
    a_void_invoice_gives_back_what_was_paid,
    a_debt_that_was_given_up_is_settled,
    an_entry_is_turned_round_once,
    many_entries_at_once_tell_the_same_history_as_one_by_one,
    payments_at_once_for_one_customer_add_up,
    an_entry_for_nobody_leaves_nothing,
);

/// `(paid, remaining)` of an invoice.
async fn standing(tx: &mut Tx, invoice: i64) -> (i64, i64) {
    let it = invoices::find(tx, invoice).await.unwrap().unwrap();
    (it.paid.0, it.remaining.0)
}

async fn balance(tx: &mut Tx, customer: i64) -> i64 {
    customers::find(tx, customer).await.unwrap().unwrap().balance.0
}

/// A customer who owes two invoices of Rp 200,000.
async fn two_invoices(database: &Database) -> (Tx, i64, i64, i64) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    let (second, _) = issue(&mut tx, budi, 200_000).await;
    assert_eq!(standing(&mut tx, first).await, (0, 200_000));
    assert_eq!(balance(&mut tx, budi).await, 400_000);
    (tx, budi, first, second)
}

async fn two_invoices_and_a_payment_of_one(database: Database) {
    let (mut tx, budi, first, second) = two_invoices(&database).await;
    pay(&mut tx, budi, 200_000, &[(first, 200_000)]).await;
    assert_eq!(standing(&mut tx, first).await, (200_000, 0));
    assert_eq!(standing(&mut tx, second).await, (0, 200_000));
    assert_eq!(balance(&mut tx, budi).await, 200_000);
}

async fn half_of_an_invoice_is_paid(database: Database) {
    let (mut tx, budi, first, _) = two_invoices(&database).await;
    pay(&mut tx, budi, 100_000, &[(first, 100_000)]).await;
    assert_eq!(standing(&mut tx, first).await, (100_000, 100_000));
    assert_eq!(balance(&mut tx, budi).await, 300_000);
}

async fn a_payment_goes_over_two_invoices(database: Database) {
    let (mut tx, budi, first, second) = two_invoices(&database).await;
    pay(&mut tx, budi, 350_000, &[(first, 200_000), (second, 150_000)]).await;
    assert_eq!(standing(&mut tx, first).await, (200_000, 0));
    assert_eq!(standing(&mut tx, second).await, (150_000, 50_000));
    assert_eq!(balance(&mut tx, budi).await, 50_000);
}

async fn more_than_is_owed_becomes_credit(database: Database) {
    let (mut tx, budi, first, second) = two_invoices(&database).await;
    let (payment, entry) = pay(&mut tx, budi, 500_000, &[(first, 200_000), (second, 200_000)]).await;
    assert_eq!(balance(&mut tx, budi).await, -100_000, "negative is credit");
    assert_eq!(journal::credit(&mut tx, budi).await.unwrap(), Rupiah(100_000));
    assert_eq!(
        journal::credits(&mut tx, 0, i64::MAX).await.unwrap()[0].amount,
        Rupiah(100_000)
    );
    assert_eq!(
        journal::entry_of_payment(&mut tx, payment)
            .await
            .unwrap()
            .unwrap()
            .id,
        entry
    );
    let postings = journal::postings_of(&mut tx, &[entry]).await.unwrap();
    assert_eq!(postings.iter().map(|it| it.amount.0).sum::<i64>(), 0);
    assert!(
        postings
            .iter()
            .any(|it| it.account == Account::Cash("rina".into()) && it.amount == Rupiah(500_000))
    );
    let accounts = journal::account_balances(&mut tx).await.unwrap();
    assert_eq!(accounts.iter().map(|it| it.amount.0).sum::<i64>(), 0);
    assert!(
        accounts
            .iter()
            .any(|it| it.account == Account::Revenue && it.amount == Rupiah(-400_000))
    );
}

async fn credit_that_pays_an_invoice_changes_no_balance(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    journal::post(
        &mut tx,
        &opening_credit(budi, Rupiah(50_000)).unwrap(),
        dated("import"),
    )
    .await
    .unwrap();
    // As the month run does: the invoice and the credit that it uses, in one go.
    let invoice = invoices::insert(&mut tx, &new_invoice(budi, 1, 200_000), now())
        .await
        .unwrap();
    let entries = [
        issued(budi, invoice, 200_000),
        credit_applied(budi, invoice, Rupiah(50_000)).unwrap(),
    ];
    journal::post_all(&mut tx, &entries, dated("system"))
        .await
        .unwrap();
    assert_eq!(standing(&mut tx, invoice).await, (50_000, 150_000));
    assert_eq!(balance(&mut tx, budi).await, 150_000);
    assert_eq!(journal::credit(&mut tx, budi).await.unwrap(), Rupiah::ZERO);
    assert!(journal::credits(&mut tx, budi, budi).await.unwrap().is_empty());
    let kinds: Vec<EntryKind> = journal::statement(&mut tx, budi, TODAY, TODAY)
        .await
        .unwrap()
        .iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(
        kinds,
        [EntryKind::OpeningDebt, EntryKind::InvoiceIssued],
        "a move within the customer is no line"
    );
}

async fn a_void_invoice_gives_back_what_was_paid(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (invoice, entry) = issue(&mut tx, budi, 200_000).await;
    pay(&mut tx, budi, 50_000, &[(invoice, 50_000)]).await;
    let parts = IssuedInvoice {
        customer_id: budi,
        invoice_id: invoice,
        revenue: Rupiah(200_000),
        tax: Rupiah::ZERO,
        deposit: Rupiah::ZERO,
        opening: Rupiah::ZERO,
    };
    let voided = invoice_voided(&parts, Rupiah(50_000), entry).unwrap().unwrap();
    journal::post(&mut tx, &voided, dated("rina")).await.unwrap();
    assert_eq!(standing(&mut tx, invoice).await, (0, 0));
    assert_eq!(balance(&mut tx, budi).await, -50_000);
    assert_eq!(journal::credit(&mut tx, budi).await.unwrap(), Rupiah(50_000));
    let kinds: Vec<_> = journal::entries_of_invoice(&mut tx, invoice)
        .await
        .unwrap()
        .into_iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            EntryKind::InvoiceIssued,
            EntryKind::PaymentReceived,
            EntryKind::InvoiceVoided
        ]
    );
}

async fn a_debt_that_was_given_up_is_settled(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (invoice, _) = issue(&mut tx, budi, 200_000).await;
    journal::post(
        &mut tx,
        &write_off(budi, invoice, Rupiah(200_000)).unwrap(),
        dated("owner"),
    )
    .await
    .unwrap();
    assert_eq!(standing(&mut tx, invoice).await, (200_000, 0));
    assert_eq!(balance(&mut tx, budi).await, 0);
}

async fn an_entry_is_turned_round_once(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (payment_id, entry) = pay(&mut tx, budi, 100_000, &[]).await;
    let drawer = Account::Cash("rina".into());
    let moved = MovedPayment {
        customer_id: budi,
        payment_id,
        account: &drawer,
        parts: &[],
        credit: Rupiah(100_000),
    };
    let round = payment_reversed(&moved, entry).unwrap();
    let reversal = journal::post(&mut tx, &round, dated("owner")).await.unwrap();
    assert_eq!(
        journal::find(&mut tx, reversal)
            .await
            .unwrap()
            .unwrap()
            .reverses_id,
        Some(entry)
    );
    assert_eq!(balance(&mut tx, budi).await, 0);
    tx.commit().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    let refused = journal::post(&mut tx, &round, dated("owner")).await.unwrap_err();
    assert_eq!(refused.code(), "already_reversed");
}

async fn many_entries_at_once_tell_the_same_history_as_one_by_one(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let mut customers = Vec::new();
    for number in 1..=40 {
        customers.push(customer(&mut tx, ground, number, "Budi").await);
    }
    // Several entries of one customer in one call, in between those of others, over more than one statement's rows.
    let mut entries: Vec<Entry> = Vec::new();
    let mut invoice_ids = Vec::new();
    let mut number = 0;
    for round in 1..=20 {
        let mut new = Vec::new();
        for &customer in &customers {
            number += 1;
            new.push(new_invoice(customer, number, round * 1_000));
        }
        invoice_ids.extend(invoices::insert_all(&mut tx, &new, now()).await.unwrap());
    }
    let drawn = invoices::find_many(&mut tx, &invoice_ids).await.unwrap();
    assert!(
        drawn.windows(2).all(|pair| pair[0].number < pair[1].number),
        "ids follow the order of the rows"
    );
    for it in &drawn {
        entries.push(issued(it.customer_id, it.id, it.total.0));
    }
    let ids = journal::post_all(&mut tx, &entries, dated("system"))
        .await
        .unwrap();
    assert_eq!(ids.len(), 800);
    for &customer in &customers {
        let lines = journal::statement(&mut tx, customer, TODAY, TODAY).await.unwrap();
        assert_eq!(
            lines.iter().map(|it| it.change.0).collect::<Vec<_>>(),
            (1..=20).map(|round| round * 1_000).collect::<Vec<i64>>()
        );
        assert_eq!(balance(&mut tx, customer).await, 210_000);
    }
    assert_eq!(
        journal::balance_before(&mut tx, customers[0], TODAY)
            .await
            .unwrap(),
        Rupiah::ZERO
    );
    let tomorrow = TODAY.tomorrow().unwrap();
    assert_eq!(
        journal::balance_before(&mut tx, customers[0], tomorrow)
            .await
            .unwrap(),
        Rupiah(210_000)
    );
    let wrong: Vec<String> = store::verify::all(&mut tx)
        .await
        .unwrap()
        .into_iter()
        // What the invoices are for is no matter here: they have no charges.
        .filter(|check| check.name != "invoice_totals")
        .flat_map(|check| check.wrong)
        .collect();
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "the running balances end where the customers' do"
    );
}

async fn payments_at_once_for_one_customer_add_up(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut desks = JoinSet::new();
    for amount in 1..=100 {
        let store = database.store.clone();
        desks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            customers::lock(&mut tx, budi).await.unwrap();
            pay(&mut tx, budi, amount * 1_000, &[]).await;
            tx.commit().await.unwrap();
        });
    }
    desks.join_all().await;
    let mut tx = database.store.read().await.unwrap();
    assert_eq!(balance(&mut tx, budi).await, -5_050_000);
    let wrong: Vec<String> = store::verify::all(&mut tx)
        .await
        .unwrap()
        .into_iter()
        .flat_map(|check| check.wrong)
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

async fn an_entry_for_nobody_leaves_nothing(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let nobody = opening_credit(999, Rupiah(1_000)).unwrap();
    let refused = journal::post(&mut tx, &nobody, dated("import"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "reference_missing");
    drop(tx);
    let mut tx = database.store.read().await.unwrap();
    assert!(journal::account_balances(&mut tx).await.unwrap().is_empty());
}
