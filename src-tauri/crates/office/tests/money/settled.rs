//! What a line owes after leaves, ends, changes of mind and of package, in whatever order: what its served days are worth.

use std::collections::BTreeSet;

use billing::{Rupiah, prorate};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use office::Actor;
use office::access::CheckOverdue;
use office::catalogue::AddPackage;
use office::customers::{
    ChangeCustomer, CustomerFields, CustomerView, ForeseeStanding, PauseLine, ReadCustomer, ResumeLine,
    TerminateLine,
};
use office::payments::ReversePayment;

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
    a_line_on_leave_whose_end_passes_has_ended,
    an_end_is_taken_back_only_where_that_is_said,
    any_order_of_leaves_and_ends_costs_the_served_days,
    any_order_of_leaves_and_ends_costs_the_served_days_in_arrears,
);

async fn in_november(it: &Opened, fields: CustomerFields) -> i64 {
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    let id = it.customer("Pak Tono", fields).await.id;
    it.bill(2026, 11).await;
    it.clock.set(at("2026-11-30T09:00:00+07:00"));
    id
}

async fn pause(it: &Opened, id: i64, from: Date, until: Option<Date>) -> office::Result<CustomerView> {
    let request = PauseLine {
        id,
        from,
        until,
        reason: "mudik".into(),
    };
    it.office.perform(&Actor::console(), request).await
}

async fn end(it: &Opened, id: i64, on: Option<Date>) -> office::Result<CustomerView> {
    let request = TerminateLine {
        id,
        on,
        reason: "pindah".into(),
    };
    it.office.perform(&Actor::console(), request).await
}

async fn read(it: &Opened, id: i64) -> CustomerView {
    it.office
        .perform(&Actor::console(), ReadCustomer { id })
        .await
        .unwrap()
}

async fn credit(it: &Opened, id: i64) -> i64 {
    let mut tx = it.office.store().read().await.unwrap();
    store::journal::credit(&mut tx, id).await.unwrap().0
}

/// What is owed or waits for the next invoice.
async fn owes(it: &Opened, id: i64) -> i64 {
    it.balance(id).await + read(it, id).await.waiting_charges.0
}

async fn package(it: &Opened, code: &str, price: i64) -> i64 {
    let package = AddPackage {
        code: code.into(),
        name: code.into(),
        speed_download: 50_000,
        speed_upload: 25_000,
        price: Rupiah(price),
        is_active: None,
    };
    it.office.perform(&Actor::console(), package).await.unwrap().id
}

async fn upgrade(it: &Opened, id: i64, package_id: i64) -> CustomerView {
    let fields = CustomerFields {
        package_id: Some(package_id),
        ..CustomerFields::default()
    };
    let request = ChangeCustomer { id, fields };
    it.office.perform(&Actor::console(), request).await.unwrap()
}

/// A line of 300,000 a month that begins on the 20th of November: the thirty days to the 19th of December are billed.
async fn from_the_twentieth(it: &Opened, fields: CustomerFields) -> i64 {
    it.clock.set(at("2026-11-20T00:01:00+07:00"));
    let dear = package(it, "P300", 300_000).await;
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

async fn a_payment_that_is_reversed_leaves_no_credit_beside_a_debt(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    let first = it.pay(id, 200_000).await.payment.id;
    it.pay(id, 200_000).await;
    assert_eq!((it.balance(id).await, credit(&it, id).await), (-200_000, 200_000));
    let reverse = ReversePayment {
        id: first,
        reason: "tercatat dua kali".into(),
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), reverse).await.unwrap();
    assert_eq!((it.balance(id).await, credit(&it, id).await), (0, 0));
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
    pause(&it, id, date(2026, 11, 1), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    assert_eq!((credit(&it, id).await, it.balance(id).await), (200_000, -200_000));
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
    pause(&it, second, date(2026, 11, 16), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    assert_eq!(credit(&it, payer).await, 100_000, "no tax fell on it");
    pause(&it, payer, date(2026, 11, 16), Some(date(2026, 11, 30)))
        .await
        .unwrap();
    assert_eq!(
        credit(&it, payer).await,
        211_000,
        "and eleven in a hundred on this one"
    );
    assert_eq!(total, 422_000);
    it.verified().await;
}

async fn what_waits_to_be_asked_is_withdrawn_before_anything_is_given_back(it: Opened) {
    let id = from_the_twentieth(&it, CustomerFields::default()).await;
    end(&it, id, Some(date(2026, 12, 9))).await.unwrap();
    assert_eq!(owes(&it, id).await, 200_000);
    end(&it, id, None).await.unwrap();
    assert_eq!(
        (owes(&it, id).await, read(&it, id).await.waiting_charges),
        (300_000, Rupiah(100_000))
    );
    end(&it, id, Some(date(2026, 12, 14))).await.unwrap();
    assert_eq!(
        (owes(&it, id).await, read(&it, id).await.waiting_charges),
        (250_000, Rupiah(50_000)),
        "half of what waited is asked for"
    );
    end(&it, id, Some(date(2026, 12, 4))).await.unwrap();
    assert_eq!(
        (owes(&it, id).await, read(&it, id).await.waiting_charges),
        (150_000, Rupiah::ZERO)
    );
    it.verified().await;
}

async fn a_line_that_has_ended_is_asked_for_what_waits(it: Opened) {
    let id = from_the_twentieth(&it, CustomerFields::default()).await;
    end(&it, id, Some(date(2026, 12, 9))).await.unwrap();
    end(&it, id, Some(date(2026, 12, 14))).await.unwrap();
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
    let mut tx = it.office.store().read().await.unwrap();
    let dear = store::packages::all(&mut tx).await.unwrap();
    drop(tx);
    let dear = dear
        .iter()
        .find(|package| package.details.code == "P300")
        .unwrap()
        .id;
    let changed = upgrade(&it, id, dear).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(66_667)),
        "twenty of thirty days"
    );
    end(&it, id, Some(date(2026, 12, 9))).await.unwrap();
    // Twenty days at the old price, the last ten of them at the new one.
    assert_eq!(owes(&it, id).await, 133_333 + 33_333);
    end(&it, id, None).await.unwrap();
    assert_eq!(owes(&it, id).await, 266_667);
    pause(&it, id, date(2026, 12, 1), Some(date(2026, 12, 9)))
        .await
        .unwrap();
    assert_eq!(owes(&it, id).await, 140_000 + 36_667);

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
    pause(&it, other, date(2026, 12, 1), Some(date(2026, 12, 9)))
        .await
        .unwrap();
    let changed = upgrade(&it, other, dear).await;
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
    let dear = package(&it, "P300", 300_000).await;
    pause(&it, before, date(2026, 11, 1), Some(date(2026, 11, 20)))
        .await
        .unwrap();
    for id in [before, after] {
        upgrade(&it, id, dear).await;
    }
    pause(&it, after, date(2026, 11, 1), Some(date(2026, 11, 20)))
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
    let mut tx = it.office.store().read().await.unwrap();
    let packages = store::packages::all(&mut tx).await.unwrap();
    drop(tx);
    let dear = packages
        .iter()
        .find(|package| package.details.code == "P300")
        .unwrap()
        .id;
    upgrade(&it, id, dear).await;
    let first = it.invoices(id).await[0].id;
    it.void(first, true).await.unwrap();
    assert_eq!(
        owes(&it, id).await,
        266_667,
        "ten days at the old price, twenty at the new"
    );
    it.verified().await;

    // Declared void and billed again by the month run, it costs the same; and what waits in between goes on no other bill.
    let last = it.invoices(id).await.pop().unwrap().id;
    it.void(last, false).await.unwrap();
    assert_eq!(
        (it.balance(id).await, read(&it, id).await.waiting_charges),
        (0, Rupiah(-33_333))
    );
    it.bill(2026, 11).await;
    assert_eq!(owes(&it, id).await, 266_667);
    it.verified().await;
}

async fn an_upgrade_that_was_billed_is_given_back_with_the_bill_that_it_was_of(it: Opened) {
    let fields = CustomerFields {
        package_id: Some(it.package_id),
        ..CustomerFields::default()
    };
    let id = from_the_twentieth(&it, fields).await;
    let mut tx = it.office.store().read().await.unwrap();
    let packages = store::packages::all(&mut tx).await.unwrap();
    drop(tx);
    let dear = packages
        .iter()
        .find(|package| package.details.code == "P300")
        .unwrap()
        .id;
    upgrade(&it, id, dear).await;
    it.clock.set(at("2026-12-20T00:01:00+07:00"));
    it.bill(2026, 12).await;
    assert_eq!(owes(&it, id).await, 566_667);
    for _ in 0..2 {
        let november = it
            .invoices(id)
            .await
            .into_iter()
            .rfind(|invoice| invoice.voided_at.is_none() && invoice.period.to_string() == "2026-11");
        it.void(november.unwrap().id, true).await.unwrap();
        assert_eq!(owes(&it, id).await, 566_667, "however often");
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
    pause(&it, id, date(2026, 10, 10), None).await.unwrap();
    pause(&it, id, date(2026, 10, 10), Some(date(2026, 10, 14)))
        .await
        .unwrap();
    it.clock.set(at("2026-11-01T00:01:00+07:00"));
    it.bill(2026, 11).await;
    let right = 167_742 + 200_000;
    assert_eq!(owes(&it, id).await, right, "26 of 31 days, and November");
    for period in ["2026-10", "2026-11", "2026-10", "2026-10", "2026-11"] {
        let invoice = it
            .invoices(id)
            .await
            .into_iter()
            .rfind(|invoice| invoice.voided_at.is_none() && invoice.period.to_string() == period);
        it.void(invoice.unwrap().id, true).await.unwrap();
        assert_eq!(owes(&it, id).await, right, "after {period} was issued again");
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
    let dear = package(&it, "P300", 300_000).await;
    let changed = upgrade(&it, id, dear).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(50_000)),
        "half of 300,000 less 200,000"
    );
    let dearest = package(&it, "P500", 500_000).await;
    let changed = upgrade(&it, id, dearest).await;
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
    pause(&it, away, date(2026, 11, 11), Some(date(2026, 11, 20)))
        .await
        .unwrap();
    let dearer = package(&it, "P400", 400_000).await;
    let changed = upgrade(&it, away, dearer).await;
    assert_eq!(
        changed.package_change.unwrap().difference,
        Some(Rupiah(50_000)),
        "ten of thirty days at 150,000 more"
    );
    it.verified().await;
}

async fn a_line_that_ended_is_on_the_invoice_that_is_issued_again(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    end(&it, id, Some(date(2026, 11, 15))).await.unwrap();
    assert_eq!(
        (owes(&it, id).await, read(&it, id).await.status.as_str()),
        (100_000, "terminated")
    );
    let first = it.invoices(id).await[0].id;
    let again = it.void(first, true).await.unwrap().reissued.unwrap();
    assert_eq!((again.total, owes(&it, id).await), (Rupiah(100_000), 100_000));
    it.void(again.id, false).await.unwrap();
    it.bill(2026, 11).await;
    assert_eq!(owes(&it, id).await, 100_000);
    it.verified().await;
}

async fn a_leave_that_is_over_is_not_stretched_by_taking_the_line_up(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    pause(&it, id, date(2026, 11, 10), None).await.unwrap();
    pause(&it, id, date(2026, 11, 10), Some(date(2026, 11, 14)))
        .await
        .unwrap();
    let right = owes(&it, id).await;
    assert_eq!(right, 166_667);
    // It has no router, so nobody but the check takes it up again.
    let check = CheckOverdue::default();
    it.office.perform(&Actor::console(), check).await.unwrap();
    let customer = read(&it, id).await;
    assert_eq!(
        (customer.status.as_str(), customer.paused_until),
        ("active", Some(date(2026, 11, 14)))
    );
    let _ = it.office.perform(&Actor::console(), ResumeLine { id }).await;
    assert_eq!(owes(&it, id).await, right);
}

async fn two_leaves_in_a_month_are_both_remembered(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    pause(&it, id, date(2026, 11, 10), Some(date(2026, 11, 14)))
        .await
        .unwrap();
    pause(&it, id, date(2026, 11, 20), Some(date(2026, 11, 24)))
        .await
        .unwrap();
    assert_eq!(it.balance(id).await, 133_333, "twenty of thirty days");
    let first = it.invoices(id).await[0].id;
    it.void(first, true).await.unwrap();
    assert_eq!(it.balance(id).await, 133_333);
    end(&it, id, Some(date(2026, 11, 4))).await.unwrap();
    assert_eq!(owes(&it, id).await, 26_667, "four days");
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
    pause(&it, id, date(2026, 11, 16), Some(date(2026, 11, 30)))
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
        owes(&it, id).await,
        100_000,
        "all days are served, and the discount is one"
    );

    // An end that was known before the bill and is taken back adds days to the period, and no second discount.
    it.clock.set(at("2026-11-01T00:02:00+07:00"));
    let id = it.customer("Pak Jaka", off("50000")).await.id;
    end(&it, id, Some(date(2026, 11, 15))).await.unwrap();
    it.bill(2026, 11).await;
    assert_eq!(it.balance(id).await, 50_000, "half of 200,000 less 50,000");
    end(&it, id, None).await.unwrap();
    it.bill(2026, 11).await;
    assert_eq!(owes(&it, id).await, 150_000);
    it.verified().await;
}

async fn a_line_on_leave_whose_end_passes_has_ended(it: Opened) {
    let id = in_november(&it, CustomerFields::default()).await;
    pause(&it, id, date(2026, 11, 28), None).await.unwrap();
    end(&it, id, Some(date(2026, 12, 3))).await.unwrap();
    it.clock.set(at("2026-12-03T06:00:00+07:00"));
    let check = CheckOverdue::default();
    it.office.perform(&Actor::console(), check).await.unwrap();
    assert_eq!(
        read(&it, id).await.status.as_str(),
        "suspended",
        "it is the last day"
    );
    it.clock.set(at("2026-12-04T06:00:00+07:00"));
    it.office.perform(&Actor::console(), check).await.unwrap();
    assert_eq!(read(&it, id).await.status.as_str(), "terminated");

    // A slip is taken back, also when its day has passed; what is long over is not.
    let back = end(&it, id, None).await.unwrap();
    assert_eq!((back.status.as_str(), back.terminated_on), ("suspended", None));
    end(&it, id, Some(date(2026, 12, 3))).await.unwrap();
    it.clock.set(at("2027-04-01T06:00:00+07:00"));
    assert_eq!(end(&it, id, None).await.unwrap_err().code, "line_ended");
}

async fn an_end_is_taken_back_only_where_that_is_said(_: Opened) {
    let forgotten = serde_json::from_value::<TerminateLine>(serde_json::json!({ "reason": "jadi pindah" }));
    assert!(forgotten.unwrap_err().to_string().contains("on"));
    let said = serde_json::from_value::<TerminateLine>(serde_json::json!({ "reason": "batal", "on": null }));
    assert_eq!(said.unwrap().on, None);
}

/// Numbers from a seed, so that a sequence that fails can be run again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

async fn any_order_of_leaves_and_ends_costs_the_served_days(it: Opened) {
    sequences(&it).await;
}

async fn any_order_of_leaves_and_ends_costs_the_served_days_in_arrears(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    sequences(&it).await;
}

/// Leaves, ends, changes of mind and invoices issued again, every four days for two months, as chance has it.
/// `SAMBUNG_SEQUENCES` makes more of them.
async fn sequences(it: &Opened) {
    let count = std::env::var("SAMBUNG_SEQUENCES")
        .ok()
        .and_then(|count| count.parse().ok());
    for seed in 0..count.unwrap_or(12) {
        let mut dice = Dice(seed);
        it.clock.set(at("2026-11-01T00:01:00+07:00"));
        let id = it
            .customer(&format!("Warga {seed}"), CustomerFields::default())
            .await
            .id;
        it.bill(2026, 11).await;
        let mut said = Vec::new();
        for step in 0..14_i64 {
            let today = date(2026, 11, 2).checked_add((step * 4).days()).unwrap();
            it.clock.set(at(&format!("{today}T09:00:00+07:00")));
            it.bill(today.year().into(), today.month().into()).await;
            let day = |dice: &mut Dice, back: u64, on: u64| {
                let days = i64::try_from(dice.below(back + on)).unwrap() - i64::try_from(back).unwrap();
                today.checked_add(days.days()).unwrap()
            };
            let what = dice.below(8);
            let done = match what {
                0 | 1 => {
                    let from = day(&mut dice, 10, 15);
                    let length = i64::try_from(dice.below(12)).unwrap();
                    let until = (dice.below(3) > 0).then(|| from.checked_add(length.days()).unwrap());
                    said.push(format!("{today} cuti {from}..{until:?}"));
                    pause(it, id, from, until).await.err()
                }
                2 | 3 => {
                    said.push(format!("{today} lagi"));
                    it.office
                        .perform(&Actor::console(), ResumeLine { id })
                        .await
                        .err()
                }
                4 => {
                    let on = day(&mut dice, 0, 20);
                    said.push(format!("{today} berhenti {on}"));
                    end(it, id, Some(on)).await.err()
                }
                5 => {
                    said.push(format!("{today} batal berhenti"));
                    end(it, id, None).await.err()
                }
                _ => {
                    let last = it
                        .invoices(id)
                        .await
                        .into_iter()
                        .rfind(|invoice| invoice.voided_at.is_none());
                    said.push(format!("{today} terbit ulang"));
                    match last {
                        Some(invoice) => it.void(invoice.id, true).await.err(),
                        None => None,
                    }
                }
            };
            if let Some(refused) = done {
                said.push(format!("  ({})", refused.code));
            }
            let (owed, worth) = (owes(it, id).await, worth(it, id).await);
            assert_eq!(owed, worth, "seed {seed}: {said:#?}");
        }
    }
    it.verified().await;
}

/// What the billed periods of a line are worth, day by day.
async fn worth(it: &Opened, id: i64) -> i64 {
    let customer = read(it, id).await;
    let mut tx = it.office.store().read().await.unwrap();
    let long_ago = date(2026, 10, 1);
    let mut leaves: Vec<(Date, Date)> = store::leaves::since(&mut tx, id, id, long_ago)
        .await
        .unwrap()
        .iter()
        .map(|leave| (leave.from_day, leave.until_day))
        .collect();
    let charges = store::charges::for_service(&mut tx, id, id, long_ago)
        .await
        .unwrap();
    drop(tx);
    leaves.extend(
        customer
            .paused_from
            .map(|from| (from, customer.paused_until.unwrap_or(Date::MAX))),
    );
    let last = customer.terminated_on.unwrap_or(Date::MAX);
    let mut billed: BTreeSet<Date> = BTreeSet::new();
    let mut sum = 0;
    for charge in charges {
        let (from, to) = (charge.service_from.unwrap(), charge.service_to.unwrap());
        let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).collect();
        assert!(days.iter().all(|day| billed.insert(*day)), "a day is billed once");
        let served = days
            .iter()
            .filter(|day| **day <= last && !leaves.iter().any(|(from, to)| from <= *day && *day <= to))
            .count();
        let month = u32::try_from(from.days_in_month()).unwrap();
        sum += prorate(Rupiah(200_000), u32::try_from(served).unwrap(), month)
            .unwrap()
            .0;
    }
    sum
}
