//! The instant that a task is told to take for now: how far ahead of the office's own clock it may lie.

use office::customers::CustomerFields;
use office::schedule::{PreviewTask, RunTask, Task};
use office::{Actor, Error, Kind};

use crate::opened::{Opened, at, on_both};

fn billing(as_of: &str, dry_run: bool) -> RunTask {
    RunTask {
        task: Task::GenerateInvoices.as_str().to_owned(),
        as_of: Some(at(as_of)),
        dry_run,
        ..RunTask::default()
    }
}

async fn refused(it: &Opened, run: RunTask) -> Option<Error> {
    it.office.perform(&Actor::console(), run).await.err()
}

async fn a_slip_of_the_year_in_as_of_bills_nobody(it: Opened) {
    let id = it.customer("Pak Asep", CustomerFields::default()).await.id;
    let error = refused(&it, billing("2062-02-01T00:01:00+07:00", false))
        .await
        .unwrap();
    assert_eq!((error.kind, error.code), (Kind::Invalid, "as_of_too_far"));
    for sentence in [&error.detail.id, &error.detail.en] {
        assert!(
            sentence.contains("62") && sentence.contains("2062-02-01") && sentence.contains("2026-01-01"),
            "{sentence}"
        );
    }
    assert!(it.invoices(id).await.is_empty());
    let mut tx = it.office.store().read().await.unwrap();
    let row = store::schedule::find(&mut tx, Task::GenerateInvoices.as_str())
        .await
        .unwrap();
    drop(tx);
    assert!(
        row.is_none_or(|row| row.last_started.is_none()),
        "what is refused is no run"
    );
    it.verified().await;
}

async fn two_months_ahead_are_billed_and_a_day_more_is_not(it: Opened) {
    let id = it.customer("Bu Euis", CustomerFields::default()).await.id;
    let beyond = refused(&it, billing("2026-03-05T00:00:00+07:00", false)).await;
    assert_eq!(beyond.map(|error| error.code), Some("as_of_too_far"));
    assert!(it.invoices(id).await.is_empty());
    // The end of the sixty-second day, by the office's days.
    let last = refused(&it, billing("2026-03-04T23:59:00+07:00", false)).await;
    assert!(last.is_none(), "{last:?}");
    assert_eq!(it.invoices(id).await.len(), 1);
    // The clock of the office counts, wherever the machine's stands.
    it.clock.set(at("2062-01-20T08:00:00+07:00"));
    let later = refused(&it, billing("2062-02-01T00:01:00+07:00", false)).await;
    assert!(later.is_none(), "{later:?}");
    it.verified().await;
}

async fn a_dry_run_looks_a_year_ahead_and_no_further(it: Opened) {
    it.customer("Pak Asep", CustomerFields::default()).await;
    let year = billing("2027-01-02T00:01:00+07:00", true);
    assert!(refused(&it, year.clone()).await.is_none());
    let preview = PreviewTask { run: year };
    assert!(it.office.perform(&Actor::console(), preview).await.is_ok());

    let beyond = billing("2027-01-03T00:01:00+07:00", true);
    let preview = PreviewTask { run: beyond.clone() };
    let previewed = it.office.perform(&Actor::console(), preview).await.err();
    for error in [refused(&it, beyond).await, previewed] {
        let error = error.unwrap();
        assert_eq!((error.kind, error.code), (Kind::Invalid, "as_of_too_far"));
        assert!(error.detail.id.contains("366") && error.detail.en.contains("366"));
    }
}

on_both!(
    a_slip_of_the_year_in_as_of_bills_nobody,
    two_months_ahead_are_billed_and_a_day_more_is_not,
    a_dry_run_looks_a_year_ahead_and_no_further,
);
