//! What a line owes after leaves, ends, changes of mind and of package, in whatever order: what its served days are worth.

use billing::Rupiah;
use jiff::civil::date;
use office::access::CheckOverdue;
use office::customers::{CustomerFields, ForeseeStanding, ResumeLine, TerminateLine};
use office::payments::ReversePayment;
use office::{Actor, Verify};

use crate::opened::{Opened, at, on_both};

on_both!(
    a_payment_that_is_reversed_leaves_no_credit_beside_a_debt,
    prices_that_include_the_tax_give_back_no_more_than_was_paid,
    each_line_of_a_payer_is_given_back_with_its_own_tax,
    what_waits_to_be_asked_is_withdrawn_before_anything_is_given_back,
    a_line_that_has_ended_is_asked_for_what_waits,
    an_upgrade_costs_the_days_that_are_served_with_it,
    in_arrears_a_leave_makes_a_correction_smaller,
    an_invoice_that_is_issued_again_asks_for_an_upgrade_once,
    an_upgrade_that_was_billed_is_given_back_with_the_bill_that_it_was_of,
    what_was_asked_again_on_another_bill_is_given_back_once,
    an_upgrade_costs_the_difference_to_what_was_billed,
    a_line_that_ended_is_on_the_invoice_that_is_issued_again,
    a_leave_that_is_over_is_not_stretched_by_taking_the_line_up,
    two_leaves_in_a_month_are_both_remembered,
    an_amount_off_is_taken_off_once,
    a_bill_that_is_not_what_its_days_are_worth_is_found,
    a_line_on_leave_whose_end_passes_has_ended,
    an_end_is_taken_back_only_where_that_is_said,
);

async fn in_november(it: &Opened, fields: CustomerFields) -> i64 {
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    let id = it.customer("Pak Tono", fields).await.id;
    it.bill(2026, 11).await;
    it.clock.set(at("2026-11-30T09:00:00+07:00"));
    id
}

/// A line of 300,000 a month that begins on the 20th of November: the thirty days to the 19th of December are billed.
async fn from_the_twentieth(it: &Opened, fields: CustomerFields) -> i64 {
    it.clock.set(at("2026-11-20T00:01:00+07:00"));
    let dear = it.package("P300", 300_000).await;
    let fields = CustomerFields {
        package_id: Some(fields.package_id.unwrap_or(dear)),
        billing_day: Some(20),
        billing_start: Some(date(2026, 11, 20)),
        ..fields
    };
    let id = it.customer("Bu Sari", fields).await.id;
    it.bill(2026, 11).await;
    it.clock.set(at("2026-11-30T09:00:00+07:00"));
    id
}

/// The package of 300,000 that [`from_the_twentieth`] has made.
async fn dear(it: &Opened) -> i64 {
    let mut tx = it.office.store().read().await.unwrap();
    let packages = store::packages::all(&mut tx).await.unwrap();
    let dear = packages.iter().find(|package| package.details.code == "P300");
    dear.unwrap().id
}

async fn a_payment_that_is_reversed_leaves_no_credit_beside_a_debt(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    let first = it.pay(id, 200_000).await.payment.id;
    it.pay(id, 200_000).await;
    assert_eq!((it.balance(id).await, it.credit(id).await), (-200_000, 200_000));
    let reverse = ReversePayment {
        id: first,
        reason: "tercatat dua kali".into(),
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), reverse).await.unwrap();
    assert_eq!((it.balance(id).await, it.credit(id).await), (0, 0));
    assert_eq!(
        it.invoices(id).await[0].remaining,
        Rupiah::ZERO,
        "the second payment pays it"
    );
    it.verified().await;
}

async fn prices_that_include_the_tax_give_back_no_more_than_was_paid(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true, "tax.price_includes_tax": true }))
        .await;
    let fields = CustomerFields {
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let id = in_november(&it, fields).await;
    it.pay(id, 200_000).await;
    let asked = ForeseeStanding {
        id,
        paused_from: Some(date(2026, 11, 1)),
        paused_until: Some(date(2026, 11, 30)),
        ..ForeseeStanding::default()
    };
    let foreseen = it.office.perform(&Actor::console(), asked).await.unwrap();
    assert_eq!(foreseen.credit, Rupiah(200_000));
    it.pause(id, date(2026, 11, 1), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    assert_eq!((it.credit(id).await, it.balance(id).await), (200_000, -200_000));
    it.verified().await;
}

async fn each_line_of_a_payer_is_given_back_with_its_own_tax(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true })).await;
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    let taxed = CustomerFields {
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let payer = it.customer("Toko Maju", taxed).await.id;
    let fields = CustomerFields {
        payer_id: Some(Some(payer)),
        ..CustomerFields::default()
    };
    let second = it.customer("Gudang Maju", fields).await.id;
    it.bill(2026, 11).await;
    let total = it.invoices(payer).await[0].total.0;
    it.pay(payer, total).await;
    it.clock.set(at("2026-11-30T09:00:00+07:00"));
    it.pause(second, date(2026, 11, 16), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    assert_eq!(it.credit(payer).await, 100_000, "no tax fell on it");
    it.pause(payer, date(2026, 11, 16), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    assert_eq!(
        it.credit(payer).await,
        211_000,
        "and eleven in a hundred on this one"
    );
    assert_eq!(total, 422_000);
    it.verified().await;
}

async fn what_waits_to_be_asked_is_withdrawn_before_anything_is_given_back(it: Opened) {
    let id = from_the_twentieth(&it, CustomerFields::default()).await;
    it.end(id, Some(date(2026, 12, 9))).await.unwrap();
    assert_eq!(it.owes(id).await, 200_000);
    it.end(id, None).await.unwrap();
    assert_eq!(
        (it.owes(id).await, it.read(id).await.waiting_charges),
        (300_000, Rupiah(100_000))
    );
    it.end(id, Some(date(2026, 12, 14))).await.unwrap();
    assert_eq!(
        (it.owes(id).await, it.read(id).await.waiting_charges),
        (250_000, Rupiah(50_000)),
        "half of what waited is asked for"
    );
    it.end(id, Some(date(2026, 12, 4))).await.unwrap();
    assert_eq!(
        (it.owes(id).await, it.read(id).await.waiting_charges),
        (150_000, Rupiah::ZERO)
    );
    it.verified().await;
}

async fn a_line_that_has_ended_is_asked_for_what_waits(it: Opened) {
    let id = from_the_twentieth(&it, CustomerFields::default()).await;
    it.end(id, Some(date(2026, 12, 9))).await.unwrap();
    it.end(id, Some(date(2026, 12, 14))).await.unwrap();
    assert_eq!(it.balance(id).await, 200_000, "the rest waits");
    it.clock.set(at("2026-12-20T00:01:00+07:00"));
    it.bill(2026, 12).await;
    assert_eq!(it.balance(id).await, 250_000);
    let last = it.invoices(id).await.pop().unwrap();
    assert_eq!((last.total, last.lines.len()), (Rupiah(50_000), 1));
    it.bill(2026, 12).await;
    assert_eq!(it.invoices(id).await.len(), 2, "once");
    it.verified().await;
}

async fn an_upgrade_costs_the_days_that_are_served_with_it(it: Opened) {
    let fields = |it: &Opened| CustomerFields {
        package_id: Some(it.package_id),
        ..CustomerFields::default()
    };
    let id = from_the_twentieth(&it, fields(&it)).await;
    let dear = dear(&it).await;
    let changed = it.choose(id, dear).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(66_667)),
        "twenty of thirty days"
    );
    it.end(id, Some(date(2026, 12, 9))).await.unwrap();
    // Twenty days at the old price, the last ten of them at the new one.
    assert_eq!(it.owes(id).await, 133_333 + 33_333);
    it.end(id, None).await.unwrap();
    assert_eq!(it.owes(id).await, 266_667);
    it.pause(id, date(2026, 12, 1), Some(date(2026, 12, 9)))
        .await
        .unwrap();
    assert_eq!(it.owes(id).await, 140_000 + 36_667);

    // A leave that is known makes the difference smaller from the beginning.
    let other = CustomerFields {
        billing_day: Some(20),
        billing_start: Some(date(2026, 11, 20)),
        ..fields(&it)
    };
    it.clock.set(at("2026-11-20T00:02:00+07:00"));
    let other = it.customer("Bu Rina", other).await.id;
    it.bill(2026, 11).await;
    it.clock.set(at("2026-11-30T09:00:00+07:00"));
    it.pause(other, date(2026, 12, 1), Some(date(2026, 12, 9)))
        .await
        .unwrap();
    let changed = it.choose(other, dear).await;
    assert_eq!(changed.package_change.unwrap().difference, Some(Rupiah(36_667)));
    it.verified().await;
}

async fn in_arrears_a_leave_makes_a_correction_smaller(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    it.clock.set(at("2026-11-01T09:00:00+07:00"));
    let fields = CustomerFields {
        billing_start: Some(date(2026, 11, 1)),
        ..CustomerFields::default()
    };
    let (before, after) = (
        it.customer(
            "Sebelum",
            CustomerFields {
                billing_start: Some(date(2026, 11, 1)),
                ..CustomerFields::default()
            },
        )
        .await
        .id,
        it.customer("Sesudah", fields).await.id,
    );
    it.clock.set(at("2026-11-30T09:00:00+07:00"));
    let dear = it.package("P300", 300_000).await;
    it.pause(before, date(2026, 11, 1), Some(date(2026, 11, 20)))
        .await
        .unwrap();
    for id in [before, after] {
        it.choose(id, dear).await;
    }
    it.pause(after, date(2026, 11, 1), Some(date(2026, 11, 20)))
        .await
        .unwrap();
    it.clock.set(at("2026-12-01T00:01:00+07:00"));
    it.bill(2026, 11).await;
    for id in [before, after] {
        assert_eq!(
            it.balance(id).await,
            70_000,
            "nine days at 200,000 and one at 300,000"
        );
    }
    it.verified().await;
}

async fn an_invoice_that_is_issued_again_asks_for_an_upgrade_once(it: Opened) {
    let fields = CustomerFields {
        package_id: Some(it.package_id),
        ..CustomerFields::default()
    };
    let id = from_the_twentieth(&it, fields).await;
    let dear = dear(&it).await;
    it.choose(id, dear).await;
    let first = it.invoices(id).await[0].id;
    it.void(first, true).await.unwrap();
    assert_eq!(
        it.owes(id).await,
        266_667,
        "ten days at the old price, twenty at the new"
    );
    it.verified().await;

    // Declared void and billed again by the month run, it costs the same; and what waits in between goes on no other bill.
    let last = it.invoices(id).await.pop().unwrap().id;
    it.void(last, false).await.unwrap();
    assert_eq!(
        (it.balance(id).await, it.read(id).await.waiting_charges),
        (0, Rupiah(0))
    );
    it.bill(2026, 11).await;
    assert_eq!(it.owes(id).await, 266_667);
    it.verified().await;
}

async fn an_upgrade_that_was_billed_is_given_back_with_the_bill_that_it_was_of(it: Opened) {
    let fields = CustomerFields {
        package_id: Some(it.package_id),
        ..CustomerFields::default()
    };
    let id = from_the_twentieth(&it, fields).await;
    let dear = dear(&it).await;
    it.choose(id, dear).await;
    it.clock.set(at("2026-12-20T00:01:00+07:00"));
    it.bill(2026, 12).await;
    assert_eq!(it.owes(id).await, 566_667);
    for _ in 0..2 {
        let november = it
            .invoices(id)
            .await
            .into_iter()
            .rfind(|invoice| invoice.voided_at.is_none() && invoice.period.to_string() == "2026-11");
        it.void(november.unwrap().id, true).await.unwrap();
        assert_eq!(it.owes(id).await, 566_667, "however often");
    }
    it.verified().await;
}

async fn what_was_asked_again_on_another_bill_is_given_back_once(it: Opened) {
    it.clock.set(at("2026-10-01T00:01:00+07:00"));
    let id = it
        .customer(
            "Pak Tono",
            CustomerFields {
                billing_start: Some(date(2026, 10, 1)),
                ..CustomerFields::default()
            },
        )
        .await
        .id;
    it.bill(2026, 10).await;
    it.clock.set(at("2026-10-20T09:00:00+07:00"));
    it.pause(id, date(2026, 10, 10), None).await.unwrap();
    it.pause(id, date(2026, 10, 10), Some(date(2026, 10, 14)))
        .await
        .unwrap();
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    it.bill(2026, 11).await;
    let right = 167_742 + 200_000;
    assert_eq!(it.owes(id).await, right, "26 of 31 days, and November");
    for period in ["2026-10", "2026-11", "2026-10", "2026-10", "2026-11"] {
        let invoice = it
            .invoices(id)
            .await
            .into_iter()
            .rfind(|invoice| invoice.voided_at.is_none() && invoice.period.to_string() == period);
        it.void(invoice.unwrap().id, true).await.unwrap();
        assert_eq!(it.owes(id).await, right, "after {period} was issued again");
    }
    it.verified().await;
}

async fn an_upgrade_costs_the_difference_to_what_was_billed(it: Opened) {
    // The price of the package was raised since.
    let id = in_november(&it, CustomerFields::default()).await;
    it.clock.set(at("2026-11-16T09:00:00+07:00"));
    let mut tx = it.office.store().begin().await.unwrap();
    let mut cheap = store::packages::find(&mut tx, it.package_id)
        .await
        .unwrap()
        .unwrap();
    cheap.details.price = Rupiah(250_000);
    store::packages::update(&mut tx, &cheap, at("2026-11-16T09:00:00+07:00"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let dear = it.package("P300", 300_000).await;
    let changed = it.choose(id, dear).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(50_000)),
        "half of 300,000 less 200,000"
    );
    let dearest = it.package("P500", 500_000).await;
    let changed = it.choose(id, dearest).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(100_000)),
        "half of 500,000 less 300,000"
    );

    // On leave it costs the days after the leave.
    it.clock.set(at("2026-11-01T00:02:00+07:00"));
    let away = it.customer("Bu Away", CustomerFields::default()).await.id;
    it.bill(2026, 11).await;
    it.clock.set(at("2026-11-16T09:00:00+07:00"));
    it.pause(away, date(2026, 11, 11), Some(date(2026, 11, 20)))
        .await
        .unwrap();
    let dearer = it.package("P400", 400_000).await;
    let changed = it.choose(away, dearer).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(50_000)),
        "ten of thirty days at 150,000 more"
    );
    it.verified().await;
}

async fn a_line_that_ended_is_on_the_invoice_that_is_issued_again(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.end(id, Some(date(2026, 11, 15))).await.unwrap();
    assert_eq!(
        (it.owes(id).await, it.read(id).await.status.as_str()),
        (100_000, "terminated")
    );
    let first = it.invoices(id).await[0].id;
    let again = it.void(first, true).await.unwrap().reissued.unwrap();
    assert_eq!((again.total, it.owes(id).await), (Rupiah(100_000), 100_000));
    it.void(again.id, false).await.unwrap();
    it.bill(2026, 11).await;
    assert_eq!(it.owes(id).await, 100_000);
    it.verified().await;
}

async fn a_leave_that_is_over_is_not_stretched_by_taking_the_line_up(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pause(id, date(2026, 11, 10), None).await.unwrap();
    it.pause(id, date(2026, 11, 10), Some(date(2026, 11, 14)))
        .await
        .unwrap();
    let right = it.owes(id).await;
    assert_eq!(right, 166_667);
    // It has no router, so nobody but the check takes it up again.
    let check = CheckOverdue::default();
    it.office.perform(&Actor::console(), check).await.unwrap();
    let customer = it.read(id).await;
    assert_eq!(
        (customer.status.as_str(), customer.paused_until),
        ("active", Some(date(2026, 11, 14)))
    );
    let _ = it.office.perform(&Actor::console(), ResumeLine { id }).await;
    assert_eq!(it.owes(id).await, right);
}

async fn two_leaves_in_a_month_are_both_remembered(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pause(id, date(2026, 11, 10), Some(date(2026, 11, 14)))
        .await
        .unwrap();
    it.pause(id, date(2026, 11, 20), Some(date(2026, 11, 24)))
        .await
        .unwrap();
    assert_eq!(it.balance(id).await, 133_333, "twenty of thirty days");
    let first = it.invoices(id).await[0].id;
    it.void(first, true).await.unwrap();
    assert_eq!(it.balance(id).await, 133_333);
    it.end(id, Some(date(2026, 11, 4))).await.unwrap();
    assert_eq!(it.owes(id).await, 26_667, "four days");
    it.verified().await;
}

async fn an_amount_off_is_taken_off_once(it: Opened) {
    let off = |value: &str| CustomerFields {
        discount_type: Some(Some(billing::DiscountType::Amount)),
        discount_value: Some(serde_json::from_str(value).unwrap()),
        discount_reason: Some(Some("kenalan".into())),
        ..CustomerFields::default()
    };
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    let id = it.customer("Pak Joko", off("100000")).await.id;
    it.pause(id, date(2026, 11, 16), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    it.bill(2026, 11).await;
    assert_eq!(it.balance(id).await, 0, "half of 200,000 less 100,000");
    it.clock.set(at("2026-11-15T09:00:00+07:00"));
    it.office
        .perform(&Actor::console(), ResumeLine { id })
        .await
        .unwrap();
    assert_eq!(
        it.owes(id).await,
        100_000,
        "all days are served, and the discount is one"
    );

    // An end that was known before the bill and is taken back adds days to the period, and no second discount.
    it.clock.set(at("2026-11-01T00:02:00+07:00"));
    let id = it.customer("Pak Jaka", off("50000")).await.id;
    it.end(id, Some(date(2026, 11, 15))).await.unwrap();
    it.bill(2026, 11).await;
    assert_eq!(it.balance(id).await, 50_000, "half of 200,000 less 50,000");
    it.end(id, None).await.unwrap();
    it.bill(2026, 11).await;
    assert_eq!(it.owes(id).await, 150_000);
    it.verified().await;
}

async fn a_bill_that_is_not_what_its_days_are_worth_is_found(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pause(id, date(2026, 11, 10), Some(date(2026, 11, 14)))
        .await
        .unwrap();
    it.verified().await;
    // As an earlier version did that forgot a leave.
    let mut tx = it.office.store().begin().await.unwrap();
    let charge = store::charges::of_days(&mut tx, id, date(2026, 11, 1))
        .await
        .unwrap()[0]
        .id;
    store::charges::set_returned(&mut tx, charge, Rupiah::ZERO)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let verdict = it.office.perform(&Actor::console(), Verify).await.unwrap();
    let found = verdict
        .checks
        .iter()
        .find(|check| check.name == "service_worth")
        .unwrap();
    assert!(
        !verdict.ok && found.wrong[0].contains("200000 stands"),
        "{found:?}"
    );
}

async fn a_line_on_leave_whose_end_passes_has_ended(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    it.pause(id, date(2026, 11, 28), None).await.unwrap();
    it.end(id, Some(date(2026, 12, 3))).await.unwrap();
    it.clock.set(at("2026-12-03T06:00:00+07:00"));
    let check = CheckOverdue::default();
    it.office.perform(&Actor::console(), check).await.unwrap();
    assert_eq!(
        it.read(id).await.status.as_str(),
        "suspended",
        "it is the last day"
    );
    it.clock.set(at("2026-12-04T06:00:00+07:00"));
    it.office.perform(&Actor::console(), check).await.unwrap();
    assert_eq!(it.read(id).await.status.as_str(), "terminated");

    // A slip is taken back, also when its day has passed; what is long over is not.
    let back = it.end(id, None).await.unwrap();
    assert_eq!((back.status.as_str(), back.terminated_on), ("suspended", None));
    it.end(id, Some(date(2026, 12, 3))).await.unwrap();
    it.clock.set(at("2027-04-01T06:00:00+07:00"));
    assert_eq!(it.end(id, None).await.unwrap_err().code, "line_ended");
}

async fn an_end_is_taken_back_only_where_that_is_said(_: Opened) {
    let forgotten = serde_json::from_value::<TerminateLine>(serde_json::json!({ "reason": "jadi pindah" }));
    assert!(forgotten.unwrap_err().to_string().contains("on"));
    let said = serde_json::from_value::<TerminateLine>(serde_json::json!({ "reason": "batal", "on": null }));
    assert_eq!(said.unwrap().on, None);
}
