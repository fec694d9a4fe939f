//! What is billed late, by hand, or again after a void: as if nothing had come between.

use billing::{CustomerStatus, DiscountType, Rupiah};
use jiff::civil::date;
use office::Actor;
use office::customers::{ChangeCustomer, CustomerFields};
use office::invoicing::GenerateInvoices;
use office::schedule::RunTask;

use crate::opened::{Opened, at, on_both};

on_both!(
    days_of_a_difference_that_are_served_after_all_are_asked_once_after_a_void,
    a_past_period_is_issued_again_at_the_package_that_it_had,
    a_past_period_is_issued_again_at_the_package_before_a_cheaper_one,
    a_period_of_before_is_billed_late_at_the_package_that_it_had,
    who_was_entered_ahead_is_billed_by_hand_and_seen_by_a_dry_run,
    a_discount_that_comes_with_an_upgrade_does_not_change_what_days_cost_more,
    a_first_day_does_not_move_past_days_that_are_billed,
    a_line_that_was_opened_again_owes_no_days_on_which_it_was_closed,
);

async fn change(it: &Opened, id: i64, fields: CustomerFields) -> office::Result<()> {
    let request = ChangeCustomer { id, fields };
    it.office.perform(&Actor::console(), request).await.map(drop)
}

/// A customer on a package of 310,000, billed for January.
async fn in_january(it: &Opened, fields: CustomerFields) -> i64 {
    let package_id = Some(it.package("A", 310_000).await);
    let fields = CustomerFields { package_id, ..fields };
    let id = it.customer("Bu Tini", fields).await.id;
    it.bill(2026, 1).await;
    id
}

async fn days_of_a_difference_that_are_served_after_all_are_asked_once_after_a_void(it: Opened) {
    let id = in_january(&it, CustomerFields::default()).await;
    let dearer = it.package("C", 620_000).await;
    it.clock.set(at("2026-01-11T09:00:00+07:00"));
    it.choose(id, dearer).await;
    it.clock.set(at("2026-01-15T09:00:00+07:00"));
    it.pause(id, date(2026, 1, 20), Some(date(2026, 2, 10)))
        .await
        .unwrap();
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    it.clock.set(at("2026-02-03T09:00:00+07:00"));
    it.pause(id, date(2026, 1, 25), Some(date(2026, 2, 10)))
        .await
        .unwrap();
    let owed = it.owes(id).await;
    let february = it.invoices(id).await[1].id;
    it.void(february, true).await.unwrap();
    assert_eq!(it.owes(id).await, owed, "issued again, it asks for the same");
    let newest = it.invoices(id).await.pop().unwrap().id;
    it.void(newest, false).await.unwrap();
    it.bill(2026, 2).await;
    assert_eq!(it.owes(id).await, owed);
    it.verified().await;
}

async fn a_past_period_is_issued_again_at_the_package_that_it_had(it: Opened) {
    let id = in_january(&it, CustomerFields::default()).await;
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    it.clock.set(at("2026-02-10T09:00:00+07:00"));
    it.choose(id, it.package("C", 620_000).await).await;
    let owed = it.owes(id).await;
    let january = it.invoices(id).await[0].id;
    let new = it.void(january, true).await.unwrap().reissued.unwrap();
    assert_eq!(new.lines[0].amount, Rupiah(310_000), "{:?}", new.lines);
    assert_eq!(it.owes(id).await, owed);
    // The month that still runs is at the new one, and what its first days were cheaper comes off.
    let february = it.invoices(id).await[1].id;
    it.void(february, true).await.unwrap();
    assert_eq!(it.owes(id).await, owed);
    it.verified().await;
}

async fn a_past_period_is_issued_again_at_the_package_before_a_cheaper_one(it: Opened) {
    let id = in_january(&it, CustomerFields::default()).await;
    it.clock.set(at("2026-01-15T09:00:00+07:00"));
    it.choose(id, it.package("KECIL", 155_000).await).await;
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    assert_eq!(it.invoices(id).await[1].total, Rupiah(155_000));
    it.clock.set(at("2026-02-10T09:00:00+07:00"));
    let january = it.invoices(id).await[0].id;
    let new = it.void(january, true).await.unwrap().reissued.unwrap();
    assert_eq!(new.total, Rupiah(310_000));
    it.verified().await;
}

async fn a_period_of_before_is_billed_late_at_the_package_that_it_had(it: Opened) {
    let package_id = Some(it.package("A", 310_000).await);
    let fields = CustomerFields {
        package_id,
        ..CustomerFields::default()
    };
    let id = it.customer("Pak Ujang", fields).await.id;
    it.clock.set(at("2026-02-10T09:00:00+07:00"));
    it.choose(id, it.package("C", 620_000).await).await;
    // Two slips in a day leave what January had.
    it.choose(id, it.package("D", 930_000).await).await;
    it.bill(2026, 1).await;
    it.bill(2026, 2).await;
    let totals: Vec<i64> = it
        .invoices(id)
        .await
        .iter()
        .map(|invoice| invoice.total.0)
        .collect();
    assert_eq!(totals, [310_000, 930_000]);
    it.verified().await;
}

async fn who_was_entered_ahead_is_billed_by_hand_and_seen_by_a_dry_run(it: Opened) {
    it.clock.set(at("2026-01-20T09:00:00+07:00"));
    let fields = CustomerFields {
        billing_start: Some(date(2026, 2, 1)),
        ..CustomerFields::default()
    };
    let line = it.customer("Kak Rani", fields).await;
    assert_eq!(line.status, CustomerStatus::Pending);
    let ahead = RunTask {
        task: "billing:generate-invoices".into(),
        dry_run: true,
        as_of: Some(at("2026-02-01T00:01:00+07:00")),
        ..RunTask::default()
    };
    let told = it.office.perform(&Actor::console(), ahead).await.unwrap();
    assert_eq!(told.created, 1);
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    let by_hand = |dry_run| GenerateInvoices {
        dry_run,
        ..GenerateInvoices::default()
    };
    let told = it.office.perform(&Actor::console(), by_hand(true)).await.unwrap();
    assert_eq!((told.summary.created, told.amount), (1, Rupiah(200_000)));
    assert_eq!(
        it.read(line.id).await.status,
        CustomerStatus::Pending,
        "looking changes nothing"
    );
    let made = it
        .office
        .perform(&Actor::console(), by_hand(false))
        .await
        .unwrap();
    assert_eq!((made.summary.created, made.amount), (1, Rupiah(200_000)));
    assert_eq!(it.read(line.id).await.status, CustomerStatus::Active);
    it.verified().await;
}

async fn a_discount_that_comes_with_an_upgrade_does_not_change_what_days_cost_more(it: Opened) {
    let half = || CustomerFields {
        discount_type: Some(Some(DiscountType::Percent)),
        discount_value: Some(office::customers::DiscountValue::of(
            Some(DiscountType::Percent),
            5_000,
        )),
        ..CustomerFields::default()
    };
    let dearer = it.package("C", 620_000).await;
    let upgrade = || CustomerFields {
        package_id: Some(dearer),
        ..CustomerFields::default()
    };
    let id = in_january(&it, CustomerFields::default()).await;
    it.clock.set(at("2026-01-17T09:00:00+07:00"));
    change(&it, id, half()).await.unwrap();
    change(&it, id, upgrade()).await.unwrap();
    assert_eq!(
        it.read(id).await.waiting_charges,
        Rupiah(150_000),
        "15 of 31 days, each 10,000 dearer; the discount is for service that begins under it"
    );
    it.verified().await;
}

async fn a_first_day_does_not_move_past_days_that_are_billed(it: Opened) {
    let id = in_january(&it, CustomerFields::default()).await;
    it.clock.set(at("2026-01-20T09:00:00+07:00"));
    let later = || CustomerFields {
        billing_start: Some(date(2026, 1, 16)),
        ..CustomerFields::default()
    };
    let refused = change(&it, id, later()).await.unwrap_err();
    assert_eq!(refused.code, "billed_before_start");
    assert_eq!(
        it.read(id).await.billing_start,
        date(2025, 1, 1),
        "nothing has changed"
    );
    let january = it.invoices(id).await[0].id;
    it.void(january, false).await.unwrap();
    change(&it, id, later()).await.unwrap();
    it.bill(2026, 1).await;
    assert_eq!(it.balance(id).await, 160_000, "16 of 31 days");
    it.verified().await;
}

async fn a_line_that_was_opened_again_owes_no_days_on_which_it_was_closed(it: Opened) {
    it.settings(serde_json::json!({ "billing.bill_while_closed": "never" }))
        .await;
    let id = in_january(&it, CustomerFields::default()).await;
    let turn = async |kind, instant| {
        let mut tx = it.office.store().begin().await.unwrap();
        let event = store::events::NewEvent {
            at: at(instant),
            kind,
            subject_kind: "customer",
            subject_id: id,
            payload: serde_json::json!({}),
            actor: "uji",
            cause: None,
        };
        store::events::record(&mut tx, &event).await.unwrap();
        tx.commit().await.unwrap();
    };
    turn("CustomerIsolated", "2026-01-29T06:00:00+07:00").await;
    turn("CustomerAccessOpened", "2026-02-11T10:00:00+07:00").await;
    it.clock.set(at("2026-02-12T00:01:00+07:00"));
    it.bill(2026, 2).await;
    let february = it.invoices(id).await.pop().unwrap();
    // 18 of 28 days.
    assert_eq!(february.total, Rupiah(199_286));
    assert_eq!(february.lines[0].service_from, Some(date(2026, 2, 11)));
    it.verified().await;
}
