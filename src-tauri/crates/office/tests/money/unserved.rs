//! Days that were billed and are not served: a pause, an end, and a change of mind.

use billing::Rupiah;
use jiff::civil::{Date, date};
use office::Actor;
use office::customers::{CustomerFields, ForeseeStanding, PauseLine, ResumeLine, TerminateLine};

use crate::opened::{Opened, at, on_both};

/// A customer of 200,000 a month whose November (30 days) is billed; it is the 15th.
async fn in_november(it: &Opened, fields: CustomerFields) -> i64 {
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    let id = it.customer("Pak Tono", fields).await.id;
    it.bill(2026, 11).await;
    it.clock.set(at("2026-11-15T09:00:00+07:00"));
    id
}

async fn who_paid_and_leaves_has_the_unserved_days_to_his_credit(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.end(id, Some(date(2026, 11, 15))).await.unwrap();
    assert_eq!((it.balance(id).await, it.credit(id).await), (-100_000, 100_000));
    it.verified().await;
}

async fn what_is_given_back_is_told_before_and_nothing_is_kept_of_the_question(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true })).await;
    let fields = CustomerFields {
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let id = in_november(&it, fields).await;
    let total = it.invoices(id).await[0].total;
    it.pay(id, total.0).await;
    let foresee = async |asked: ForeseeStanding| {
        let asked = ForeseeStanding { id, ..asked };
        it.office.perform(&Actor::console(), asked).await
    };
    let nothing = foresee(ForeseeStanding::default()).await.unwrap();
    assert_eq!(nothing.credit, Rupiah::ZERO, "nobody set it aside");
    let leaving = ForeseeStanding {
        last_day: Some(date(2026, 11, 15)),
        ..ForeseeStanding::default()
    };
    assert_eq!(foresee(leaving).await.unwrap().credit, Rupiah(total.0 / 2));
    let pausing = ForeseeStanding {
        paused_from: Some(date(2026, 11, 16)),
        ..ForeseeStanding::default()
    };
    assert_eq!(foresee(pausing).await.unwrap().credit, Rupiah(total.0 / 2));
    assert_eq!((it.credit(id).await, it.balance(id).await), (0, 0));

    it.pause(id, date(2026, 11, 16), None).await.unwrap();
    assert_eq!(it.credit(id).await, total.0 / 2);
    it.clock.set(at("2026-11-25T09:00:00+07:00"));
    let again = foresee(ForeseeStanding::default()).await.unwrap();
    assert_eq!(again.credit, Rupiah(-40_000), "six of thirty days, before tax");
}

async fn who_has_not_paid_and_leaves_owes_only_the_served_days(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.end(id, Some(date(2026, 11, 15))).await.unwrap();
    assert_eq!((it.balance(id).await, it.credit(id).await), (100_000, 0));
    it.verified().await;
}

async fn who_stays_after_all_is_billed_again_for_what_was_given_back(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    let stays = async || {
        let request = TerminateLine {
            id,
            on: None,
            reason: "batal pindah".into(),
        };
        it.office.perform(&Actor::console(), request).await
    };
    assert_eq!(stays().await.unwrap_err().code, "not_ending");
    it.end(id, Some(date(2026, 11, 20))).await.unwrap();
    assert_eq!(it.credit(id).await, 66_667, "ten of thirty days");
    let asked = ForeseeStanding {
        id,
        stays: true,
        ..ForeseeStanding::default()
    };
    let foreseen = it.office.perform(&Actor::console(), asked).await.unwrap();
    assert_eq!(foreseen.credit, Rupiah(-66_667));
    let customer = stays().await.unwrap();
    assert_eq!(
        (customer.terminated_on, customer.status.as_str()),
        (None, "active")
    );

    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 12).await;
    let december = it.invoices(id).await.pop().unwrap();
    assert_eq!(
        december.total,
        Rupiah(266_667),
        "the whole month and the days of November"
    );
    assert_eq!(it.balance(id).await, 200_000);

    it.verified().await;
}

async fn the_tax_of_the_unserved_days_goes_back_with_them(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true })).await;
    let fields = CustomerFields {
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let id = in_november(&it, fields).await;
    let total = it.invoices(id).await[0].total;
    assert!(total > Rupiah(200_000), "{total}");
    it.pay(id, total.0).await;
    it.end(id, Some(date(2026, 11, 15))).await.unwrap();
    assert_eq!(it.credit(id).await, total.0 / 2);
    it.verified().await;
}

async fn a_pause_gives_back_the_billed_days_and_the_next_bill_leaves_out_its_own(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.pause(id, date(2026, 11, 21), Some(date(2026, 12, 10)))
        .await
        .unwrap();
    // Ten of thirty days.
    assert_eq!(it.credit(id).await, 66_667);
    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 12).await;
    let december = it.invoices(id).await.pop().unwrap();
    // 21 of 31 days, and the credit has paid its part of them.
    assert_eq!(
        (december.total, it.balance(id).await),
        (Rupiah(135_484), 135_484 - 66_667)
    );
    it.verified().await;
}

async fn a_line_taken_up_earlier_pays_for_the_days_with_the_next_invoice(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.pause(id, date(2026, 11, 16), None).await.unwrap();
    assert_eq!(it.credit(id).await, 100_000);
    it.clock.set(at("2026-11-25T09:00:00+07:00"));
    it.office
        .perform(&Actor::console(), ResumeLine { id })
        .await
        .unwrap();
    assert_eq!(
        it.credit(id).await,
        100_000,
        "what was given stays until the next invoice"
    );
    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 12).await;
    let december = it.invoices(id).await.pop().unwrap();
    let again = december
        .lines
        .iter()
        .find(|line| line.description.contains("Penyesuaian 6 hari"));
    assert_eq!(
        again.map(|line| line.amount),
        Some(Rupiah(40_000)),
        "{:?}",
        december.lines
    );
    // The 25th to the 30th: six of thirty days.
    assert_eq!(december.total, Rupiah(200_000 + 40_000));
    it.verified().await;
}

async fn voiding_the_invoice_takes_back_what_was_given_of_it(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.end(id, Some(date(2026, 11, 15))).await.unwrap();
    let invoice = it.invoices(id).await[0].id;
    it.void(invoice, false).await.unwrap();
    assert_eq!(it.credit(id).await, 200_000, "what was paid, and no more");
    it.verified().await;
}

async fn pausing(it: &Opened, id: i64, from: Date, until: Option<Date>) -> office::Result<()> {
    let request = PauseLine {
        id,
        from,
        until,
        reason: "mudik".into(),
    };
    it.office.perform(&Actor::console(), request).await.map(|_| ())
}

async fn a_second_pause_leaves_what_the_first_gave_back(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.clock.set(at("2026-11-29T09:00:00+07:00"));
    it.pause(id, date(2026, 11, 1), Some(date(2026, 11, 6)))
        .await
        .unwrap();
    assert_eq!(it.credit(id).await, 40_000, "six of thirty days");
    it.pause(id, date(2026, 11, 20), Some(date(2026, 11, 22)))
        .await
        .unwrap();
    assert_eq!(it.credit(id).await, 60_000, "and three more");
    it.pause(id, date(2026, 12, 10), Some(date(2026, 12, 12)))
        .await
        .unwrap();
    assert_eq!(it.credit(id).await, 60_000, "nothing is taken back");
    let mut tx = it.office.store().read().await.unwrap();
    assert_eq!(store::charges::pending(&mut tx, id, id).await.unwrap(), []);
    drop(tx);
    let overlapping = pausing(&it, id, date(2026, 11, 21), Some(date(2026, 11, 25))).await;
    // The one in December has not begun, so it is moved, and the days of November stay settled.
    assert!(overlapping.is_ok(), "{overlapping:?}");
    it.verified().await;
}

async fn a_pause_that_is_over_is_not_ended_once_more(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.clock.set(at("2026-11-29T09:00:00+07:00"));
    it.pause(id, date(2026, 11, 1), Some(date(2026, 11, 6)))
        .await
        .unwrap();
    let ended = it.office.perform(&Actor::console(), ResumeLine { id }).await;
    assert_eq!(ended.unwrap_err().code, "not_paused");
    assert_eq!(it.credit(id).await, 40_000, "six of thirty days, and no more");
}

async fn who_is_set_aside_now_is_not_set_aside_for_later(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pause(id, date(2026, 11, 11), None).await.unwrap();
    let later = pausing(&it, id, date(2026, 12, 20), Some(date(2026, 12, 25))).await;
    assert_eq!(later.unwrap_err().code, "pause_running");
}

async fn a_slip_of_the_year_gives_nothing_back(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    for day in [date(2020, 1, 15), date(1, 1, 1), date(9999, 12, 31)] {
        let refused = it.end(id, Some(day)).await.unwrap_err();
        assert_eq!(
            (refused.fields[0].field.as_str(), refused.fields[0].code),
            ("on", "out_of_range")
        );
        let refused = pausing(&it, id, day, None).await.unwrap_err();
        assert_eq!(refused.fields[0].field, "from");
    }
    assert_eq!(it.credit(id).await, 0);
}

async fn days_left_out_of_one_line_are_priced_by_its_own_bill_and_not_by_the_payers(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    let fields = CustomerFields {
        payer_id: Some(Some(id)),
        ..CustomerFields::default()
    };
    let shop = it.customer("Warung Pak Tono", fields).await.id;
    it.pause(shop, date(2026, 12, 1), Some(date(2026, 12, 20)))
        .await
        .unwrap();
    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 12).await;
    let both = it.invoices(id).await.pop().unwrap();
    let amounts: Vec<Rupiah> = both.lines.iter().map(|line| line.amount).collect();
    assert_eq!(
        amounts,
        [Rupiah(200_000), Rupiah(70_968)],
        "11 of 31 days of the shop"
    );
    // Something is given back of the same invoice, for the other line.
    it.pause(id, date(2026, 12, 21), Some(date(2026, 12, 25)))
        .await
        .unwrap();
    it.clock.set(at("2026-12-10T09:00:00+07:00"));
    it.office
        .perform(&Actor::console(), ResumeLine { id: shop })
        .await
        .unwrap();
    let mut tx = it.office.store().read().await.unwrap();
    let waiting = store::charges::pending(&mut tx, shop, shop).await.unwrap();
    drop(tx);
    let amounts: Vec<Rupiah> = waiting.iter().map(|charge| charge.amount).collect();
    assert_eq!(amounts, [Rupiah(70_967)], "both together are 22 of 31 days");
    it.verified().await;
}

/// November of 200,000 is paid and billed, paused from the 16th and taken up on the 25th: 40,000 are asked for again.
async fn paused_and_taken_up_again(it: &Opened) -> (i64, i64) {
    let id = in_november(it, CustomerFields::default()).await;
    it.pay(id, 200_000).await;
    it.pause(id, date(2026, 11, 16), None).await.unwrap();
    it.clock.set(at("2026-11-25T09:00:00+07:00"));
    it.office
        .perform(&Actor::console(), ResumeLine { id })
        .await
        .unwrap();
    (id, it.invoices(id).await[0].id)
}

async fn voiding_the_invoice_forgets_what_was_asked_for_again(it: Opened) {
    let (id, november) = paused_and_taken_up_again(&it).await;
    it.void(november, false).await.unwrap();
    assert_eq!(it.credit(id).await, 200_000, "what was paid, and no more");
    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 12).await;
    let december = it.invoices(id).await.pop().unwrap();
    assert_eq!(december.total, Rupiah(200_000), "{:?}", december.lines);
    it.verified().await;
}

async fn voiding_the_invoice_gives_back_what_another_asked_for_again(it: Opened) {
    let (id, november) = paused_and_taken_up_again(&it).await;
    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 12).await;
    it.clock.set(at("2026-12-02T09:00:00+07:00"));
    // 240,000 with 40,000 of November, of which 100,000 were paid by the credit.
    assert_eq!(it.balance(id).await, 140_000);
    it.void(november, false).await.unwrap();
    // Of December 200,000 remain; 200,000 were paid in November.
    assert_eq!(it.balance(id).await, 0);
    it.verified().await;
}

async fn who_pays_for_another_line_does_not_leave_before_it_has_another_payer(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    let fields = CustomerFields {
        payer_id: Some(Some(id)),
        ..CustomerFields::default()
    };
    let shop = it.customer("Warung Pak Tono", fields).await.id;
    let refused = it.end(id, Some(date(2026, 11, 30))).await.unwrap_err();
    assert_eq!(refused.code, "pays_for_others");
    it.end(shop, Some(date(2026, 11, 10))).await.unwrap();
    it.end(id, Some(date(2026, 11, 30))).await.unwrap();
}

async fn who_has_said_when_to_leave_becomes_nobodys_payer(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.end(id, Some(date(2026, 12, 10))).await.unwrap();
    let shop = it.customer("Warung Pak Tono", CustomerFields::default()).await.id;
    let fields = CustomerFields {
        payer_id: Some(Some(id)),
        ..CustomerFields::default()
    };
    let change = office::customers::ChangeCustomer { id: shop, fields };
    let refused = it.office.perform(&Actor::console(), change).await.unwrap_err();
    assert_eq!(refused.fields[0].code, "payer_left");
}

async fn a_first_day_that_is_moved_to_today_begins_today_and_is_billed(it: Opened) {
    it.clock.set(at("2026-11-15T09:00:00+07:00"));
    let later = CustomerFields {
        billing_start: Some(date(2026, 12, 5)),
        ..CustomerFields::default()
    };
    let id = it.customer("Bu Rina", later).await.id;
    let fields = CustomerFields {
        billing_start: Some(date(2026, 11, 10)),
        ..CustomerFields::default()
    };
    let change = office::customers::ChangeCustomer { id, fields };
    let changed = it.office.perform(&Actor::console(), change).await.unwrap();
    assert_eq!(changed.status, billing::CustomerStatus::Active);
    it.bill(2026, 11).await;
    assert_eq!(it.invoices(id).await[0].total, Rupiah(140_000), "21 of 30 days");
}

on_both!(
    a_second_pause_leaves_what_the_first_gave_back,
    a_pause_that_is_over_is_not_ended_once_more,
    who_is_set_aside_now_is_not_set_aside_for_later,
    a_slip_of_the_year_gives_nothing_back,
    what_is_given_back_is_told_before_and_nothing_is_kept_of_the_question,
    days_left_out_of_one_line_are_priced_by_its_own_bill_and_not_by_the_payers,
    voiding_the_invoice_forgets_what_was_asked_for_again,
    voiding_the_invoice_gives_back_what_another_asked_for_again,
    who_has_said_when_to_leave_becomes_nobodys_payer,
    a_first_day_that_is_moved_to_today_begins_today_and_is_billed,
    who_paid_and_leaves_has_the_unserved_days_to_his_credit,
    who_has_not_paid_and_leaves_owes_only_the_served_days,
    who_stays_after_all_is_billed_again_for_what_was_given_back,
    the_tax_of_the_unserved_days_goes_back_with_them,
    a_pause_gives_back_the_billed_days_and_the_next_bill_leaves_out_its_own,
    a_line_taken_up_earlier_pays_for_the_days_with_the_next_invoice,
    voiding_the_invoice_takes_back_what_was_given_of_it,
    who_pays_for_another_line_does_not_leave_before_it_has_another_payer,
);
