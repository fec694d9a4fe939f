//! That `verify` finds what is wrong, each thing by its own check and in its own words.

use billing::{CustomerStatus, journal};
use sqlx::AssertSqlSafe;
use store::customers::{self, Standing};
use store::{Tx, charges, journal as books, verify};

use crate::engine::{Database, on_both};
use crate::invented::{dated, issue, new_charge, now, one_customer, pay};

on_both!(
    a_database_in_order_has_no_findings,
    a_posting_that_is_missing,
    a_projection_that_somebody_edited,
    a_history_that_somebody_edited,
    a_history_row_that_is_missing,
    a_number_that_is_missing,
    money_that_is_on_more_invoices_than_came_in,
    money_that_is_on_fewer_invoices_than_came_in,
    money_that_stands_on_an_invoice_of_somebody_else,
    credit_that_nobody_had,
    a_payment_that_nobody_booked,
    a_reversal_that_nobody_booked,
    a_charge_that_is_not_on_the_total,
    a_void_invoice_that_still_bills_its_month,
    a_shortfall_that_moved_without_an_entry,
    words_that_do_not_find_their_customer,
);

/// Two invoices of 200,000, of which one is paid, and 50,000 of credit.
async fn some_business(database: &Database) -> Tx {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    let (second, _) = issue(&mut tx, budi, 200_000).await;
    let lines = [
        new_charge(budi, Some(first), "2026-01", 200_000),
        new_charge(budi, Some(second), "2026-02", 200_000),
    ];
    charges::insert_all(&mut tx, &lines, now()).await.unwrap();
    pay(&mut tx, budi, 250_000, &[(first, 200_000)]).await;
    tx
}

async fn findings(tx: &mut Tx) -> Vec<(&'static str, Vec<String>)> {
    verify::all(tx)
        .await
        .unwrap()
        .into_iter()
        .filter(|check| !check.is_ok())
        .map(|check| (check.name, check.wrong))
        .collect()
}

async fn names(tx: &mut Tx) -> Vec<&'static str> {
    findings(tx).await.into_iter().map(|(name, _)| name).collect()
}

/// The only finding, and the only sentence of it.
async fn sentence(tx: &mut Tx, check: &str) -> String {
    let mut found = findings(tx).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let (name, mut wrong) = found.remove(0);
    assert_eq!((name, wrong.len()), (check, 1), "{wrong:?}");
    wrong.remove(0)
}

async fn tamper(tx: &mut Tx, text: &str) {
    let text = AssertSqlSafe(text.to_owned());
    let done = match tx {
        Tx::Sqlite(tx) => sqlx::query(text)
            .execute(&mut **tx)
            .await
            .unwrap()
            .rows_affected(),
        Tx::Postgres(tx) => sqlx::query(text)
            .execute(&mut **tx)
            .await
            .unwrap()
            .rows_affected(),
    };
    assert!(done > 0, "the test changed something");
}

async fn a_database_in_order_has_no_findings(database: Database) {
    let mut tx = some_business(&database).await;
    assert_eq!(findings(&mut tx).await, []);
    let checks: Vec<&str> = verify::all(&mut tx)
        .await
        .unwrap()
        .iter()
        .map(|check| check.name)
        .collect();
    assert_eq!(
        checks,
        [
            "journal_balanced",
            "invoice_projections",
            "customer_balances",
            "debt_history",
            "debt_history_rows",
            "credit_not_overdrawn",
            "payments_booked",
            "allocations_of_payments",
            "allocations_of_invoices",
            "allocations_of_strangers",
            "invoice_totals",
            "charges_of_void_invoices",
            "shortfalls",
            "invoice_numbers_gapless",
            "payment_numbers_gapless",
            "service_worth",
            "search_words",
            "references",
        ]
    );
}

async fn a_posting_that_is_missing(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "DELETE FROM postings WHERE account = 'revenue' AND entry_id = (SELECT MIN(id) FROM journal_entries)",
    )
    .await;
    let wrong = sentence(&mut tx, "journal_balanced").await;
    assert!(
        wrong.ends_with(": postings add up to 200000 in 1 postings"),
        "{wrong}"
    );
}

async fn a_projection_that_somebody_edited(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE invoices SET paid = paid + 1, remaining = remaining - 1 WHERE number = 'INV-202601-00002'",
    )
    .await;
    assert_eq!(
        sentence(&mut tx, "invoice_projections").await,
        "invoice INV-202601-00002: paid 1 and remaining 199999, the journal says 0 and 200000"
    );
    tamper(&mut tx, "UPDATE customers SET balance = 0").await;
    assert_eq!(
        names(&mut tx).await,
        ["invoice_projections", "customer_balances", "debt_history"]
    );
}

async fn a_history_that_somebody_edited(database: Database) {
    let mut tx = some_business(&database).await;
    // The last row is right, so the sum and the end of the history say nothing.
    tamper(
        &mut tx,
        "UPDATE debt_history SET balance = 1 WHERE id = (SELECT MIN(id) FROM debt_history)",
    )
    .await;
    let wrong = sentence(&mut tx, "debt_history_rows").await;
    assert!(
        wrong.contains("change 200000 on 2026-01-01 and balance 1,"),
        "{wrong}"
    );
    assert!(
        wrong.ends_with("says 200000 on 2026-01-01 and the rows before it 200000"),
        "{wrong}"
    );
}

async fn a_history_row_that_is_missing(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "DELETE FROM debt_history WHERE id = (SELECT MIN(id) FROM debt_history)",
    )
    .await;
    let found = findings(&mut tx).await;
    let found: Vec<_> = found.iter().map(|(name, wrong)| (*name, wrong.len())).collect();
    // The rows after the gap do not follow from those before it.
    assert_eq!(found, [("debt_history", 1), ("debt_history_rows", 3)]);
}

async fn a_number_that_is_missing(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE invoices SET number = 'INV-202601-00003' WHERE number = 'INV-202601-00002'",
    )
    .await;
    tamper(&mut tx, "UPDATE payments SET number = 'PAY-20260101-00002'").await;
    assert_eq!(
        findings(&mut tx).await,
        [
            (
                "invoice_numbers_gapless",
                vec!["series INV-202601-: 2 numbers from 1 to 3".to_owned()]
            ),
            (
                "payment_numbers_gapless",
                vec!["series PAY-20260101-: 1 numbers from 2 to 2".to_owned()]
            ),
        ]
    );
}

async fn money_that_is_on_more_invoices_than_came_in(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(&mut tx, "UPDATE allocations SET amount = amount + 100000").await;
    assert_eq!(
        findings(&mut tx).await,
        [
            (
                "allocations_of_payments",
                vec![
                    "payment PAY-20260101-00001: 250000 came in, 300000 went to invoices and 50000 became credit"
                        .to_owned()
                ]
            ),
            (
                "allocations_of_invoices",
                vec!["invoice INV-202601-00001: 300000 stands allocated, the journal says 200000".to_owned()]
            ),
        ]
    );
}

async fn money_that_is_on_fewer_invoices_than_came_in(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(&mut tx, "DELETE FROM allocations").await;
    assert_eq!(
        findings(&mut tx).await,
        [
            (
                "allocations_of_payments",
                vec![
                    "payment PAY-20260101-00001: 250000 came in, 0 went to invoices and 50000 became credit"
                        .to_owned()
                ]
            ),
            (
                "allocations_of_invoices",
                vec!["invoice INV-202601-00001: 0 stands allocated, the journal says 200000".to_owned()]
            ),
        ]
    );
}

async fn money_that_stands_on_an_invoice_of_somebody_else(database: Database) {
    let mut tx = some_business(&database).await;
    let other = customers::find_by_no(&mut tx, "PLG-00001")
        .await
        .unwrap()
        .unwrap();
    let details = customers::Details {
        customer_no: "PLG-00002".into(),
        pppoe_username: None,
        ..other.details
    };
    let ani = customers::insert(&mut tx, &details, &Standing::of(CustomerStatus::Active), now())
        .await
        .unwrap();
    tamper(&mut tx, &format!("UPDATE payments SET customer_id = {ani}")).await;
    let wrong = sentence(&mut tx, "allocations_of_strangers").await;
    assert!(
        wrong.ends_with(
            ": 200000 of payment PAY-20260101-00001 on invoice INV-202601-00001, which is another customer's"
        ),
        "{wrong}"
    );
}

async fn credit_that_nobody_had(database: Database) {
    let mut tx = some_business(&database).await;
    let budi = customers::find_by_no(&mut tx, "PLG-00001")
        .await
        .unwrap()
        .unwrap()
        .id;
    let entry = journal::credit_granted(budi, billing::Rupiah(50_001), billing::Rupiah::ZERO).unwrap();
    let id = books::post(&mut tx, &entry, dated("rina")).await.unwrap();
    let original = books::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(names(&mut tx).await, Vec::<&str>::new());
    // What was given is taken back twice over: balanced, and still wrong.
    tamper(
        &mut tx,
        &format!(
            "UPDATE postings SET amount = -amount * 2 WHERE entry_id = {}",
            original.id
        ),
    )
    .await;
    assert_eq!(
        names(&mut tx).await,
        ["customer_balances", "debt_history_rows", "credit_not_overdrawn"]
    );
    let wrong = findings(&mut tx).await.pop().unwrap().1;
    assert_eq!(
        wrong,
        ["customer PLG-00001: 50002 more credit was used than there was"]
    );
}

async fn a_payment_that_nobody_booked(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE payments SET amount = amount + 1, credit = credit + 1",
    )
    .await;
    assert_eq!(
        sentence(&mut tx, "payments_booked").await,
        "payment PAY-20260101-00001: 250001 and not reversed, the journal has 250000 in 1 entries and 0 reversals"
    );
}

async fn a_reversal_that_nobody_booked(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(&mut tx, "UPDATE payments SET reversed_at = 1").await;
    assert_eq!(
        findings(&mut tx).await,
        [
            (
                "payments_booked",
                vec![
                    "payment PAY-20260101-00001: 250000 and reversed, the journal has 250000 in 1 entries and 0 reversals"
                        .to_owned()
                ]
            ),
            (
                "allocations_of_payments",
                vec![
                    "payment PAY-20260101-00001: 250000 came in, 200000 went to invoices and 50000 became credit; it is \
                     reversed and 200000 still stands"
                        .to_owned()
                ]
            ),
        ]
    );
}

async fn a_charge_that_is_not_on_the_total(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE charges SET discount = 5000 WHERE period = '2026-02'",
    )
    .await;
    assert_eq!(
        sentence(&mut tx, "invoice_totals").await,
        "invoice INV-202601-00002: subtotal 200000, discount 0, tax 0 and total 200000, its charges add up to 200000 less 5000"
    );
}

async fn a_void_invoice_that_still_bills_its_month(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE charges SET voided_at = 1 WHERE period = '2026-02'",
    )
    .await;
    let wrong = sentence(&mut tx, "charges_of_void_invoices").await;
    assert!(
        wrong.ends_with("(subscription 2026-02): is void on invoice INV-202601-00002, which stands"),
        "{wrong}"
    );
}

async fn a_shortfall_that_moved_without_an_entry(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE charges SET moved_from = (SELECT MIN(id) FROM invoices) WHERE period = '2026-02'",
    )
    .await;
    assert_eq!(
        sentence(&mut tx, "shortfalls").await,
        "invoice INV-202601-00001: 200000 is carried on by another, the journal says 0"
    );
}

async fn words_that_do_not_find_their_customer(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(&mut tx, "UPDATE customers SET name = 'Budi Hartono'").await;
    assert_eq!(
        sentence(&mut tx, "search_words").await,
        "customer PLG-00001: not found by [hartono] found by [santoso], which it has not"
    );
}
