//! That `verify` finds what is wrong, each thing by its own check.

use sqlx::AssertSqlSafe;
use store::{Tx, verify};

use crate::engine::{Database, on_both};
use crate::invented::{issue, one_customer, pay};

on_both!(
    a_database_in_order_has_no_findings,
    a_posting_that_is_missing,
    a_projection_that_somebody_edited,
    a_number_that_is_missing,
    money_that_is_on_more_invoices_than_came_in,
);

async fn some_business(database: &Database) -> Tx {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let (first, _) = issue(&mut tx, budi, 200_000).await;
    issue(&mut tx, budi, 200_000).await;
    pay(&mut tx, budi, 250_000, &[(first, 200_000)]).await;
    tx
}

async fn findings(tx: &mut Tx) -> Vec<&'static str> {
    verify::all(tx)
        .await
        .unwrap()
        .into_iter()
        .filter(|check| !check.is_ok())
        .map(|check| check.name)
        .collect()
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
    assert_eq!(findings(&mut tx).await, Vec::<&str>::new());
    assert_eq!(verify::all(&mut tx).await.unwrap().len(), 8);
}

async fn a_posting_that_is_missing(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "DELETE FROM postings WHERE account = 'revenue' AND entry_id = (SELECT MIN(id) FROM journal_entries)",
    )
    .await;
    assert_eq!(findings(&mut tx).await, ["journal_balanced"]);
}

async fn a_projection_that_somebody_edited(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(
        &mut tx,
        "UPDATE invoices SET paid = paid + 1, remaining = remaining - 1 WHERE number = 'INV-202601-00002'",
    )
    .await;
    assert_eq!(findings(&mut tx).await, ["invoice_projections"]);
    let wrong = &verify::all(&mut tx).await.unwrap()[1].wrong;
    assert_eq!(
        wrong[..],
        ["invoice INV-202601-00002: paid 1 and remaining 199999, the journal says 0 and 200000"]
    );
    tamper(&mut tx, "UPDATE customers SET balance = 0").await;
    assert_eq!(
        findings(&mut tx).await,
        ["invoice_projections", "customer_balances", "debt_history"]
    );
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
        ["invoice_numbers_gapless", "payment_numbers_gapless"]
    );
}

async fn money_that_is_on_more_invoices_than_came_in(database: Database) {
    let mut tx = some_business(&database).await;
    tamper(&mut tx, "UPDATE allocations SET amount = amount + 100000").await;
    assert_eq!(findings(&mut tx).await, ["allocations"]);
}
