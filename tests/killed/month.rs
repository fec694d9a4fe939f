//! The month run, killed: whole batches of invoices are there or none of one, and the next run bills who is missing.

use std::time::{Duration, Instant};

use crate::moment::{Usual, cut};
use crate::office::{Month, Office};
use crate::tally::Fell;

/// Bills the next month undisturbed, and says how long it takes.
pub(crate) async fn undisturbed(office: &mut Office) -> Duration {
    let month = office.next_month();
    let begun = Instant::now();
    let billed = run(office, month);
    let took = begun.elapsed();
    assert_eq!(billed, office.customers, "everybody is billed");
    took
}

/// Bills the next month, is killed in it, and bills it to the end.
pub(crate) async fn killed(office: &mut Office, usual: &mut Usual, share: f64) -> Fell {
    let month = office.next_month();
    let mut command = office.desk.command();
    command.args(words(&month.billed_at()));
    let moment = usual.moment(share);
    let cut = cut(command, moment).await;
    office.is_sound().await;
    let found = invoices(office, month).await;
    let undone = office.undone().await;
    let claimed = office.claimed().await;
    if !cut.was_killed {
        usual.whole = cut.took;
        assert_eq!(
            (found, undone),
            (office.customers, 0),
            "a run that ended has done everything"
        );
    }

    office.leases_end().await;
    let more = run(office, month);
    assert_eq!(
        found + more,
        office.customers,
        "who was missing is billed, and nobody else"
    );
    assert_eq!(invoices(office, month).await, office.customers);
    assert_eq!(charges(office, month).await, office.customers);
    assert_eq!(
        told(office).await,
        count(office, "SELECT COUNT(*) FROM invoices").await,
        "the log tells of every invoice once, also of those whose run did not live to say so"
    );
    office.is_done().await;
    Fell {
        in_the_middle: cut.was_killed && moment >= usual.opening,
        half_done: (found > 0 && found < office.customers) || undone > 0,
        claimed,
    }
}

fn words(at: &str) -> [&str; 4] {
    ["task", "billing:generate-invoices", "--as-of", at]
}

/// Runs it to its end; how many invoices it made.
fn run(office: &Office, month: Month) -> usize {
    let summary = office.answer(&words(&month.billed_at()));
    let created = summary["created"].as_u64().expect("a number");
    usize::try_from(created).expect("not so many")
}

async fn invoices(office: &Office, month: Month) -> usize {
    let sql = format!(
        "SELECT COUNT(*) FROM invoices WHERE period = '{}'",
        month.period()
    );
    count(office, &sql).await
}

async fn charges(office: &Office, month: Month) -> usize {
    let sql = format!(
        "SELECT COUNT(DISTINCT customer_id) FROM charges WHERE period = '{}' AND voided_at IS NULL",
        month.period()
    );
    count(office, &sql).await
}

/// Of how many invoices the entries of the month runs tell.
async fn told(office: &Office) -> usize {
    let mut books = office.books().await;
    let details: Vec<(String,)> = books
        .rows("SELECT detail FROM billing_logs WHERE act = 'invoices_generated'")
        .await;
    books.shut().await;
    let created = details.iter().map(|(detail,)| {
        let detail: serde_json::Value = serde_json::from_str(detail).expect("a detail is JSON");
        detail["created"].as_u64().expect("a number")
    });
    usize::try_from(created.sum::<u64>()).expect("not so many")
}

async fn count(office: &Office, sql: &str) -> usize {
    let mut books = office.books().await;
    let count = books.number(sql).await;
    books.shut().await;
    usize::try_from(count).expect("not below zero")
}
