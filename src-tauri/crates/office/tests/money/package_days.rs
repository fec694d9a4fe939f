//! The days of a bill by the package that was served on them, whatever was changed between the days and the bill.

use std::sync::atomic::{AtomicU32, Ordering};

use billing::{DiscountType, Rupiah};
use jiff::civil::{Date, date};
use office::Actor;
use office::catalogue::ChangePackage;
use office::customers::{ChangeCustomer, CustomerFields, DiscountValue};

use crate::opened::{Opened, at, on_both};

on_both!(
    a_discount_of_the_bill_is_that_of_all_its_packages,
    a_discount_that_began_after_the_period_is_on_no_day_of_it,
    a_price_that_rose_before_the_bill_is_the_price_of_its_own_days,
    an_amount_off_is_taken_off_a_period_once,
    a_full_first_month_has_one_price_whichever_bill_its_days_are_on,
    a_bill_issued_again_has_the_same_days_after_the_billing_day_was_changed,
    a_leave_is_settled_in_the_part_in_which_it_lies,
    a_wrong_package_is_put_right_by_a_void_and_a_new_bill,
);

/// A package with a code of its own, since the rounds of a test share an office.
async fn package(it: &Opened, letter: &str, price: i64) -> i64 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let code = format!("{letter}{}", NEXT.fetch_add(1, Ordering::Relaxed));
    it.package(&code, price).await
}

async fn change(it: &Opened, id: i64, fields: CustomerFields) {
    let request = ChangeCustomer { id, fields };
    it.office.perform(&Actor::console(), request).await.unwrap();
}

fn off(kind: DiscountType, value: i64, from: Option<Date>, until: Option<Date>) -> CustomerFields {
    CustomerFields {
        discount_type: Some(Some(kind)),
        discount_value: Some(DiscountValue::of(Some(kind), value)),
        discount_from: Some(from),
        discount_until: Some(until),
        ..CustomerFields::default()
    }
}

/// A line at 310,000 that is given 620,000 on 17 January, and billed for January: in advance before that, in arrears not yet.
async fn upgraded(it: &Opened, timing: &str, fields: CustomerFields) -> i64 {
    it.settings(serde_json::json!({ "billing.timing": timing })).await;
    let package_id = Some(package(it, "A", 310_000).await);
    let fields = CustomerFields { package_id, ..fields };
    let id = it.customer("Bu Tini", fields).await.id;
    if timing == "advance" {
        it.bill(2026, 1).await;
    }
    it.clock.set(at("2026-01-17T09:00:00+07:00"));
    let dearer = package(it, "C", 620_000).await;
    it.choose(id, dearer).await;
    id
}

/// January billed in February: for the first time in arrears, again in advance. What it comes to after discount.
async fn in_february(it: &Opened, timing: &str, id: i64) -> i64 {
    it.clock.set(at("2026-02-03T09:00:00+07:00"));
    let january = if timing == "advance" {
        let january = it.invoices(id).await[0].id;
        it.void(january, true).await.unwrap().reissued.unwrap()
    } else {
        it.bill(2026, 1).await;
        it.invoices(id).await.pop().unwrap()
    };
    it.verified().await;
    january.total.0
}

async fn a_discount_of_the_bill_is_that_of_all_its_packages(it: Opened) {
    for timing in ["arrears", "advance"] {
        let id = upgraded(&it, timing, CustomerFields::default()).await;
        change(&it, id, off(DiscountType::Percent, 5_000, None, None)).await;
        assert_eq!(
            in_february(&it, timing, id).await,
            230_000,
            "{timing}: half of 460,000"
        );
        it.clock.set(at("2026-01-01T09:00:00+07:00"));
    }
}

async fn a_discount_that_began_after_the_period_is_on_no_day_of_it(it: Opened) {
    for timing in ["arrears", "advance"] {
        let id = upgraded(&it, timing, CustomerFields::default()).await;
        let later = off(DiscountType::Percent, 5_000, Some(date(2026, 1, 10)), None);
        change(&it, id, later).await;
        // A discount is on a bill whose first day is in it.
        assert_eq!(in_february(&it, timing, id).await, 460_000, "{timing}");
        it.clock.set(at("2026-01-01T09:00:00+07:00"));
        let ended = off(DiscountType::Percent, 5_000, None, Some(date(2026, 1, 10)));
        let id = upgraded(&it, timing, ended).await;
        assert_eq!(in_february(&it, timing, id).await, 230_000, "{timing}");
        it.clock.set(at("2026-01-01T09:00:00+07:00"));
    }
}

async fn a_price_that_rose_before_the_bill_is_the_price_of_its_own_days(it: Opened) {
    for timing in ["arrears", "advance"] {
        let id = upgraded(&it, timing, CustomerFields::default()).await;
        let dearer = it.read(id).await.package_id;
        let price = ChangePackage {
            id: dearer,
            price: Some(Rupiah(930_000)),
            ..ChangePackage::default()
        };
        it.office.perform(&Actor::console(), price).await.unwrap();
        assert_eq!(
            in_february(&it, timing, id).await,
            160_000 + 450_000,
            "{timing}: 16 days of 310,000 and 15 of 930,000"
        );
        it.clock.set(at("2026-01-01T09:00:00+07:00"));
    }
}

async fn an_amount_off_is_taken_off_a_period_once(it: Opened) {
    for (amount, left) in [(100_000, 360_000), (320_000, 140_000), (900_000, 0)] {
        let fields = off(DiscountType::Amount, amount, None, None);
        let id = upgraded(&it, "arrears", fields).await;
        assert_eq!(in_february(&it, "arrears", id).await, left);
        it.clock.set(at("2026-01-01T09:00:00+07:00"));
    }
}

async fn a_full_first_month_has_one_price_whichever_bill_its_days_are_on(it: Opened) {
    it.settings(serde_json::json!({ "billing.first_month": "full" }))
        .await;
    // From the 12th on, twenty days for 310,000; the line ends after ten of them.
    for timing in ["advance", "arrears"] {
        it.settings(serde_json::json!({ "billing.timing": timing })).await;
        it.clock.set(at("2026-01-12T09:00:00+07:00"));
        let fields = || CustomerFields {
            billing_start: Some(date(2026, 1, 12)),
            ..CustomerFields::default()
        };
        let package_id = Some(package(&it, "A", 310_000).await);
        let customer = it
            .customer(
                "Bu Tini",
                CustomerFields {
                    package_id,
                    ..fields()
                },
            )
            .await;
        let id = customer.id;
        it.bill(2026, 1).await;
        it.clock.set(at("2026-01-21T09:00:00+07:00"));
        it.end(id, Some(date(2026, 1, 21))).await.unwrap();
        it.clock.set(at("2026-02-03T09:00:00+07:00"));
        it.bill(2026, 1).await;
        assert_eq!(it.balance(id).await, 155_000, "{timing}");
        let january = it.invoices(id).await[0].id;
        it.void(january, false).await.unwrap();
        it.bill(2026, 1).await;
        assert_eq!(it.balance(id).await, 155_000, "{timing}: billed late");
        it.verified().await;
    }
    // In arrears an upgrade parts the same twenty days.
    it.clock.set(at("2026-01-12T09:00:00+07:00"));
    let fields = CustomerFields {
        package_id: Some(package(&it, "B", 310_000).await),
        billing_start: Some(date(2026, 1, 12)),
        ..CustomerFields::default()
    };
    let id = it.customer("Pak Ujang", fields).await.id;
    it.clock.set(at("2026-01-22T09:00:00+07:00"));
    it.choose(id, package(&it, "C", 620_000).await).await;
    it.clock.set(at("2026-02-03T09:00:00+07:00"));
    it.bill(2026, 1).await;
    assert_eq!(it.balance(id).await, 155_000 + 310_000);
    it.verified().await;
}

async fn a_bill_issued_again_has_the_same_days_after_the_billing_day_was_changed(it: Opened) {
    let package_id = Some(package(&it, "A", 310_000).await);
    let fields = CustomerFields {
        package_id,
        ..CustomerFields::default()
    };
    let id = it.customer("Bu Tini", fields).await.id;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-01-20T09:00:00+07:00"));
    let fields = CustomerFields {
        billing_day: Some(15),
        ..CustomerFields::default()
    };
    change(&it, id, fields).await;
    let january = it.invoices(id).await[0].id;
    let new = it.void(january, true).await.unwrap().reissued.unwrap();
    assert_eq!(
        (new.lines[0].service_from, new.lines[0].service_to, new.total),
        (Some(date(2026, 1, 1)), Some(date(2026, 1, 31)), Rupiah(310_000))
    );
    it.clock.set(at("2026-02-15T09:00:00+07:00"));
    it.bill(2026, 1).await;
    let bridge = it.invoices(id).await.pop().unwrap();
    assert_eq!(
        (bridge.lines[0].service_from, bridge.lines[0].service_to),
        (Some(date(2026, 2, 1)), Some(date(2026, 2, 14)))
    );
    let again = it.void(bridge.id, true).await.unwrap().reissued.unwrap();
    assert_eq!(again.total, bridge.total);
    it.verified().await;
}

async fn a_leave_is_settled_in_the_part_in_which_it_lies(it: Opened) {
    let id = upgraded(&it, "arrears", CustomerFields::default()).await;
    it.pause(id, date(2026, 1, 22), Some(date(2026, 1, 26)))
        .await
        .unwrap();
    it.clock.set(at("2026-02-03T09:00:00+07:00"));
    it.bill(2026, 1).await;
    // Five of the fifteen dear days are not served.
    assert_eq!(it.balance(id).await, 160_000 + 200_000);
    it.verified().await;
}

async fn a_wrong_package_is_put_right_by_a_void_and_a_new_bill(it: Opened) {
    let id = upgraded(&it, "advance", CustomerFields::default()).await;
    let january = it.invoices(id).await[0].id;
    it.void(january, false).await.unwrap();
    // As billed again it would have both; but what is chosen while there is no bill is for all of the period.
    it.choose(id, package(&it, "B", 155_000).await).await;
    it.bill(2026, 1).await;
    assert_eq!(it.balance(id).await, 155_000);
    it.verified().await;
}
