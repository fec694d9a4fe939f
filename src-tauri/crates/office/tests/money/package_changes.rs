//! Another package: a dearer one now, with the difference for the days that were billed; a cheaper one with the next period.

use billing::{ChargeKind, Rupiah};
use jiff::civil::date;
use office::Actor;
use office::customers::CustomerFields;

use crate::opened::{Opened, at, on_both};

/// A customer who is billed for January, on the morning of the 17th: fifteen of its 31 days are left.
async fn in_mid_january(it: &Opened, fields: CustomerFields) -> i64 {
    let id = it.customer("Bu Siti", fields).await.id;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-01-17T08:00:00+07:00"));
    id
}

async fn a_dearer_package_begins_now_and_the_next_invoice_asks_for_the_difference(it: Opened) {
    let id = in_mid_january(&it, CustomerFields::default()).await;
    let fast = it.package("FAST", 355_000).await;
    let changed = it.choose(id, fast).await;
    let change = changed.package_change.unwrap();
    assert_eq!(changed.package_id, fast);
    // 155,000 for 15 of 31 days.
    assert_eq!(
        (change.from, change.difference),
        (date(2026, 1, 17), Some(Rupiah(75_000)))
    );
    assert!(it.read(id).await.package_change.is_none(), "nothing waits");
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    let february = it.invoices(id).await.pop().unwrap();
    assert_eq!(february.total, Rupiah(355_000 + 75_000));
    let line = february
        .lines
        .iter()
        .find(|line| line.kind == ChargeKind::Difference)
        .unwrap();
    assert!(
        line.description.contains("Home 20 Mbps ke FAST"),
        "{}",
        line.description
    );
    it.verified().await;
}

async fn a_discount_in_percent_makes_the_difference_smaller(it: Opened) {
    let fields = CustomerFields {
        discount_type: Some(Some(billing::DiscountType::Percent)),
        discount_value: Some(office::customers::DiscountValue::of(
            Some(billing::DiscountType::Percent),
            2_000,
        )),
        ..CustomerFields::default()
    };
    let id = in_mid_january(&it, fields).await;
    let fast = it.package("FAST", 355_000).await;
    let change = it.choose(id, fast).await.package_change.unwrap();
    assert_eq!(change.difference, Some(Rupiah(60_000)));
}

async fn a_slip_that_is_taken_back_the_same_day_costs_nothing(it: Opened) {
    let id = in_mid_january(&it, CustomerFields::default()).await;
    let fast = it.package("FAST", 355_000).await;
    it.choose(id, fast).await;
    let back = it.choose(id, it.package_id).await;
    assert_eq!(back.package_id, it.package_id, "at once");
    assert_eq!(back.package_change.unwrap().difference, Some(Rupiah(-75_000)));
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    assert_eq!(it.invoices(id).await.pop().unwrap().total, Rupiah(200_000));
    it.verified().await;
}

async fn a_cheaper_package_waits_for_the_next_period_and_is_billed_and_recorded_from_then(it: Opened) {
    let id = in_mid_january(&it, CustomerFields::default()).await;
    let slow = it.package("SLOW", 100_000).await;
    let changed = it.choose(id, slow).await;
    assert_eq!(changed.package_id, it.package_id, "until the period ends");
    let change = changed.package_change.unwrap();
    assert_eq!((change.package.id, change.from), (slow, date(2026, 2, 1)));
    assert_eq!(change.difference, None);
    assert!(
        it.read(id).await.package_change.is_some(),
        "and the record says so"
    );
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    let request = office::invoicing::GenerateInvoices {
        dry_run: true,
        ..office::invoicing::GenerateInvoices::default()
    };
    let shown = it.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(shown.amount, Rupiah(100_000), "a preview of the day knows it");
    it.bill(2026, 2).await;
    let february = it.invoices(id).await.pop().unwrap();
    assert_eq!(february.total, Rupiah(100_000));
    assert!(february.lines[0].description.contains("SLOW"));
    let customer = it.read(id).await;
    assert_eq!(customer.package_id, slow);
    assert!(customer.package_change.is_none());
    it.verified().await;
}

async fn in_arrears_the_period_that_ended_is_billed_at_the_package_that_it_had(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    it.bill(2025, 12).await;
    it.clock.set(at("2026-01-17T08:00:00+07:00"));
    let slow = it.package("SLOW", 100_000).await;
    it.choose(id, slow).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 1).await;
    assert_eq!(it.invoices(id).await.pop().unwrap().total, Rupiah(200_000));
    assert_eq!(it.read(id).await.package_id, slow);
}

async fn in_arrears_a_dearer_package_costs_its_own_days_alone(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    it.bill(2025, 12).await;
    it.clock.set(at("2026-01-17T08:00:00+07:00"));
    let fast = it.package("FAST", 355_000).await;
    let change = it.choose(id, fast).await.package_change.unwrap();
    assert_eq!((change.from, change.difference), (date(2026, 1, 17), None));
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 1).await;
    let january = it.invoices(id).await.pop().unwrap();
    let said: Vec<(&str, i64)> = january
        .lines
        .iter()
        .map(|line| (line.description.as_str(), line.amount.0))
        .collect();
    assert_eq!(
        said,
        [
            ("Internet Home 20 Mbps, 1–16 Januari 2026", 103_226),
            ("Internet FAST, 17–31 Januari 2026", 171_774)
        ]
    );
    assert_eq!(january.total, Rupiah(275_000));
    it.verified().await;
}

async fn in_arrears_a_slip_that_is_taken_back_the_same_day_costs_nothing(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    it.clock.set(at("2026-01-17T08:00:00+07:00"));
    let fast = it.package("FAST", 355_000).await;
    it.choose(id, fast).await;
    let back = it.choose(id, it.package_id).await;
    assert_eq!(back.package_id, it.package_id, "at once");
    it.clock.set(at("2026-01-18T08:00:00+07:00"));
    it.choose(id, fast).await;
    it.clock.set(at("2026-01-19T08:00:00+07:00"));
    let waits = it.choose(id, it.package_id).await;
    assert_eq!(waits.package_id, fast, "a day later it is a cheaper package");
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 1).await;
    // 17 of 31 days at 200,000 and 14 at 355,000.
    assert_eq!(
        it.invoices(id).await.pop().unwrap().total,
        Rupiah(109_677 + 160_323)
    );
    it.verified().await;
}

async fn a_change_that_waits_is_given_up_by_choosing_the_present_package(it: Opened) {
    let id = in_mid_january(&it, CustomerFields::default()).await;
    let slow = it.package("SLOW", 100_000).await;
    it.choose(id, slow).await;
    assert!(it.choose(id, it.package_id).await.package_change.is_none());
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    assert_eq!(it.invoices(id).await.pop().unwrap().total, Rupiah(200_000));
    assert_eq!(it.read(id).await.package_id, it.package_id);
}

async fn a_period_without_a_bill_is_billed_whole_at_what_is_chosen_now(it: Opened) {
    let id = in_mid_january(&it, CustomerFields::default()).await;
    let slow = it.package("SLOW", 100_000).await;
    let wrong = it.invoices(id).await.pop().unwrap();
    it.void(wrong.id, false).await.unwrap();
    let changed = it.choose(id, slow).await;
    assert_eq!(
        (changed.package_id, changed.package_change.is_none()),
        (slow, true)
    );
    it.bill(2026, 1).await;
    assert_eq!(it.invoices(id).await.pop().unwrap().total, Rupiah(100_000));
    it.verified().await;
}

on_both!(
    a_period_without_a_bill_is_billed_whole_at_what_is_chosen_now,
    a_dearer_package_begins_now_and_the_next_invoice_asks_for_the_difference,
    a_discount_in_percent_makes_the_difference_smaller,
    a_slip_that_is_taken_back_the_same_day_costs_nothing,
    a_cheaper_package_waits_for_the_next_period_and_is_billed_and_recorded_from_then,
    in_arrears_the_period_that_ended_is_billed_at_the_package_that_it_had,
    in_arrears_a_dearer_package_costs_its_own_days_alone,
    in_arrears_a_slip_that_is_taken_back_the_same_day_costs_nothing,
    a_change_that_waits_is_given_up_by_choosing_the_present_package,
);
