//! Money that is booked with another day: with a reason, not longer ago than anybody remembers, and on record.

use office::Actor;
use office::customers::CustomerFields;
use office::logs::ListLogs;
use office::payments::TakePayment;

use crate::opened::{Opened, at, on_both, payment};

/// A payment of 20 December, booked on 1 January.
fn dated(customer_id: i64, received: &str, reason: Option<&str>) -> TakePayment {
    TakePayment {
        received_at: Some(at(received).as_millisecond()),
        reason: reason.map(str::to_owned),
        ..payment(customer_id, 50_000)
    }
}

async fn another_day_needs_a_reason_which_the_log_keeps(it: Opened) {
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    let day = "2025-12-20T10:00:00+07:00";
    for reason in [None, Some("  ")] {
        let request = dated(id, day, reason);
        let error = it.office.perform(&Actor::console(), request).await.unwrap_err();
        assert_eq!(
            (error.code, error.fields[0].field.as_str()),
            ("invalid", "reason")
        );
    }
    let request = dated(id, day, Some("transfer akhir pekan"));
    let taken = it.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(taken.payment.number, "PAY-20251220-00001");
    let log = it
        .office
        .perform(&Actor::console(), ListLogs::default())
        .await
        .unwrap();
    let entry = log
        .items
        .iter()
        .find(|entry| entry.act == "payment_received")
        .unwrap();
    let detail = entry.detail.as_ref().unwrap();
    assert_eq!(
        (&detail["reason"], &detail["received_on"]),
        (&"transfer akhir pekan".into(), &"2025-12-20".into())
    );
    it.verified().await;
}

async fn today_needs_no_reason(it: Opened) {
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    let request = dated(id, "2026-01-01T00:30:00+07:00", None);
    it.office.perform(&Actor::console(), request).await.unwrap();
}

async fn a_day_that_is_too_long_ago_is_refused_with_the_first_one_that_is_not(it: Opened) {
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    for day in ["1970-01-01T00:00:00Z", "2024-11-26T10:00:00+07:00"] {
        let request = dated(id, day, Some("lupa"));
        let error = it.office.perform(&Actor::console(), request).await.unwrap_err();
        assert_eq!(error.fields[0].code, "too_long_ago", "{day}");
        assert!(error.fields[0].message.id.contains("2024-11-27"), "{error:?}");
    }
    let request = dated(id, "2024-11-27T10:00:00+07:00", Some("lupa"));
    it.office.perform(&Actor::console(), request).await.unwrap();
}

on_both!(
    another_day_needs_a_reason_which_the_log_keeps,
    today_needs_no_reason,
    a_day_that_is_too_long_ago_is_refused_with_the_first_one_that_is_not,
);
