//! What a bill calls its service: the month where the service lies in it, the days where it does not.

use jiff::civil::date;
use office::customers::{ChangeCustomer, CustomerFields};

use crate::opened::{Opened, at, on_both};

async fn said(it: &Opened, customer_id: i64) -> String {
    let invoice = it.invoices(customer_id).await.pop().unwrap();
    invoice.lines[0].description.clone()
}

async fn service_that_is_no_calendar_month_is_named_by_its_days(it: Opened) {
    let line = |day, start| CustomerFields {
        billing_day: Some(day),
        billing_start: Some(start),
        ..CustomerFields::default()
    };
    it.clock.set(at("2026-12-10T08:00:00+07:00"));
    let joined = it.customer("Siti", line(15, date(2026, 12, 10))).await.id;
    let usual = it.customer("Budi", line(15, date(2025, 1, 15))).await.id;
    let first = it.customer("Joko", line(1, date(2026, 12, 10))).await.id;
    it.bill(2026, 11).await;
    it.bill(2026, 12).await;
    assert_eq!(
        said(&it, joined).await,
        "Internet Home 20 Mbps, 10–14 Desember 2026"
    );
    assert_eq!(
        said(&it, usual).await,
        "Internet Home 20 Mbps, 15 November – 14 Desember 2026"
    );
    assert_eq!(
        said(&it, first).await,
        "Internet Home 20 Mbps, Desember 2026 (mulai 10 Desember 2026)"
    );
}

async fn the_days_between_two_billing_days_are_named_too(it: Opened) {
    let id = it.customer("Siti", CustomerFields::default()).await.id;
    it.bill(2026, 1).await;
    let fields = CustomerFields {
        billing_day: Some(15),
        ..CustomerFields::default()
    };
    let change = ChangeCustomer { id, fields };
    it.office
        .perform(&office::Actor::console(), change)
        .await
        .unwrap();
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 1).await;
    assert_eq!(
        said(&it, id).await,
        "Internet Home 20 Mbps, prorata 1–14 Februari 2026 (sudah ditagih sampai 31 Januari 2026)"
    );
}

on_both!(
    service_that_is_no_calendar_month_is_named_by_its_days,
    the_days_between_two_billing_days_are_named_too,
);
