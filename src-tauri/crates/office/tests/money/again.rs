//! Bills that are issued again beside others, and days that change afterwards: what an auditor found in orders of acts that nobody
//! had tried.

use billing::{DiscountType, Rupiah};
use jiff::civil::{Date, date};
use office::Actor;
use office::customers::{ChangeCustomer, CustomerFields, DiscountValue, ResumeLine};
use office::invoicing::BillPeriod;

use crate::opened::{Opened, at, on_both};

on_both!(
    a_difference_that_a_void_gave_up_is_not_asked_for_by_a_later_leave,
    a_bill_that_neither_begins_nor_ends_with_its_period_has_the_same_price_again,
    a_billing_day_that_became_the_day_of_joining_moves_no_days,
    an_amount_off_stays_with_a_period_whose_bill_is_issued_again,
    an_amount_off_is_settled_over_all_parts_of_a_bill,
    an_amount_off_is_settled_over_all_bills_of_a_period,
    an_amount_off_of_months_ago_is_left_as_it_is,
    an_amount_off_above_the_price_is_taken_off_a_dearer_package_too,
    a_package_that_is_chosen_after_the_end_is_asked_for_when_the_end_is_taken_back,
    a_full_first_month_keeps_its_price_on_a_second_bill,
    a_cheaper_package_waits_for_the_last_day_that_is_billed,
    days_that_are_billed_ahead_have_the_package_that_waits_for_them,
    what_is_chosen_for_a_period_leaves_days_of_other_bills_alone,
    a_package_that_is_on_a_bill_is_no_slip,
    a_way_there_and_back_on_one_day_costs_nothing,
    a_package_that_waits_comes_on_its_day_though_the_line_has_ended,
    days_that_were_billed_ahead_at_a_package_that_never_came_cost_what_was_served,
);

/// A line at 310,000 from 1 January 2025 on, with A, C and E at 10,000, 20,000 and 30,000 a day of January.
struct Line<'a> {
    it: &'a Opened,
    id: i64,
    a: i64,
    c: i64,
    e: i64,
}

async fn line(it: &Opened, fields: CustomerFields) -> Line<'_> {
    let (a, c, e) = (
        it.package("A", 310_000).await,
        it.package("C", 620_000).await,
        it.package("E", 930_000).await,
    );
    let fields = CustomerFields {
        package_id: Some(a),
        ..fields
    };
    let id = it.customer("Bu Tini", fields).await.id;
    Line { it, id, a, c, e }
}

/// C is billed for January, and A chosen on the 5th, for February. Now it is the 10th.
async fn waiting_for_a(it: &Opened) -> Line<'_> {
    let line = line(it, CustomerFields::default()).await;
    line.choose(line.c).await;
    it.bill(2026, 1).await;
    line.today(1, 5);
    line.choose(line.a).await;
    line.today(1, 10);
    line
}

impl Line<'_> {
    fn today(&self, month: i8, day: i8) {
        self.it
            .clock
            .set(at(&format!("2026-{month:02}-{day:02}T09:00:00+07:00")));
    }

    async fn edit(&self, fields: CustomerFields) {
        let change = ChangeCustomer { id: self.id, fields };
        self.it.office.perform(&Actor::console(), change).await.unwrap();
    }

    async fn billing_day(&self, day: i64) {
        self.edit(CustomerFields {
            billing_day: Some(day),
            ..CustomerFields::default()
        })
        .await;
    }

    async fn choose(&self, package: i64) {
        self.it.choose(self.id, package).await;
    }

    async fn end(&self, on: Option<Date>) {
        self.it.end(self.id, on).await.unwrap();
    }

    /// Declares the bill at this place void, and issues it again.
    async fn again(&self, place: usize) -> i64 {
        let invoice = self.it.invoices(self.id).await[place].id;
        self.it
            .void(invoice, true)
            .await
            .unwrap()
            .reissued
            .unwrap()
            .total
            .0
    }

    /// All that is asked of the line, billed or waiting.
    async fn owes(&self) -> i64 {
        self.it.verified().await;
        self.it.owes(self.id).await
    }
}

fn from(day: Date) -> CustomerFields {
    CustomerFields {
        billing_start: Some(day),
        ..CustomerFields::default()
    }
}

fn off(amount: i64) -> CustomerFields {
    CustomerFields {
        discount_type: Some(Some(DiscountType::Amount)),
        discount_value: Some(DiscountValue::of(Some(DiscountType::Amount), amount)),
        ..CustomerFields::default()
    }
}

async fn a_difference_that_a_void_gave_up_is_not_asked_for_by_a_later_leave(it: Opened) {
    let line = line(&it, CustomerFields::default()).await;
    it.bill(2026, 1).await;
    line.today(1, 17);
    line.choose(line.c).await;
    line.today(2, 1);
    it.bill(2026, 2).await;
    line.again(0).await;
    assert_eq!(line.owes().await, 460_000 + 620_000);
    line.today(2, 2);
    it.pause(line.id, date(2026, 1, 20), Some(date(2026, 1, 25)))
        .await
        .unwrap();
    assert_eq!(line.owes().await, 160_000 + 180_000 + 620_000);
}

async fn a_bill_that_neither_begins_nor_ends_with_its_period_has_the_same_price_again(it: Opened) {
    it.settings(serde_json::json!({ "billing.first_month": "full", "billing.timing": "arrears" }))
        .await;
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    let fields = CustomerFields {
        billing_day: Some(20),
        ..from(date(2026, 1, 28))
    };
    let line = line(&it, fields).await;
    line.end(Some(date(2026, 2, 13))).await;
    line.today(2, 20);
    it.bill(2026, 1).await;
    // 17 of 23 days.
    assert_eq!(line.owes().await, 229_130);
    assert_eq!(line.again(0).await, 229_130);
}

async fn a_billing_day_that_became_the_day_of_joining_moves_no_days(it: Opened) {
    it.clock.set(at("2026-01-10T09:00:00+07:00"));
    let line = line(&it, from(date(2026, 1, 10))).await;
    it.bill(2026, 1).await;
    line.billing_day(10).await;
    assert_eq!(line.again(0).await, 220_000, "10 to 31 January");
}

async fn an_amount_off_stays_with_a_period_whose_bill_is_issued_again(it: Opened) {
    let line = line(&it, off(50_000)).await;
    it.bill(2026, 1).await;
    line.today(1, 10);
    line.billing_day(15).await;
    line.today(1, 15);
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 260_000 + 140_000);
    assert_eq!(line.again(0).await, 260_000);
    assert_eq!(line.owes().await, 400_000);
    assert_eq!(line.again(1).await, 140_000);
}

async fn an_amount_off_is_settled_over_all_parts_of_a_bill(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    let line = line(&it, off(200_000)).await;
    line.today(1, 17);
    line.choose(line.c).await;
    line.today(2, 1);
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 460_000 - 200_000);
    it.pause(line.id, date(2026, 1, 18), Some(date(2026, 2, 10)))
        .await
        .unwrap();
    assert_eq!(line.owes().await, 0, "160,000 and 20,000 less 200,000");
    it.pause(line.id, date(2026, 1, 28), Some(date(2026, 2, 10)))
        .await
        .unwrap();
    assert_eq!(line.owes().await, 160_000 + 220_000 - 200_000);
    line.again(0).await;
    assert_eq!(line.owes().await, 160_000 + 220_000 - 200_000);
}

async fn an_amount_off_is_settled_over_all_bills_of_a_period(it: Opened) {
    let line = line(&it, off(150_000)).await;
    line.end(Some(date(2026, 1, 10))).await;
    it.bill(2026, 1).await;
    line.today(1, 5);
    line.end(None).await;
    it.bill(2026, 1).await;
    assert_eq!(
        line.owes().await,
        160_000,
        "ten days for nothing, the others for 50,000 less"
    );
    it.pause(line.id, date(2026, 1, 1), Some(date(2026, 1, 10)))
        .await
        .unwrap();
    assert_eq!(
        line.owes().await,
        60_000,
        "what the first bill does not need goes to the second"
    );
    it.office
        .perform(&Actor::console(), ResumeLine { id: line.id })
        .await
        .unwrap();
    assert_eq!(
        line.owes().await,
        120_000,
        "six days and twenty-one for 150,000 less"
    );
    let bills = it.invoices(line.id).await;
    let first = bills.iter().min_by_key(|bill| bill.id).unwrap().id;
    it.void(first, false).await.unwrap();
    assert_eq!(line.owes().await, 60_000, "of a void bill too");
    let late = BillPeriod {
        customer_id: line.id,
        period: "2026-01".parse().unwrap(),
        from: None,
        idempotency_key: None,
    };
    let late = it.office.perform(&Actor::console(), late).await.unwrap();
    assert_eq!(late.total, Rupiah(60_000), "it is not taken off again");
    assert_eq!(line.owes().await, 120_000);
}

async fn an_amount_off_of_months_ago_is_left_as_it_is(it: Opened) {
    let line = line(&it, off(150_000)).await;
    line.end(Some(date(2026, 1, 10))).await;
    it.bill(2026, 1).await;
    line.today(1, 5);
    line.end(None).await;
    for month in 1..=4 {
        line.today(month, 5);
        it.bill(2026, month.into()).await;
    }
    assert_eq!(line.owes().await, 4 * 160_000);
    line.today(4, 10);
    // For each day on which the second bill of January can be the earliest that is looked at.
    for day in 11..=14 {
        it.pause(line.id, date(2026, 4, day), Some(date(2026, 4, 30)))
            .await
            .unwrap();
        assert_eq!(line.owes().await, 3 * 160_000, "from {day} April on");
        it.office
            .perform(&Actor::console(), ResumeLine { id: line.id })
            .await
            .unwrap();
    }
}

async fn an_amount_off_above_the_price_is_taken_off_a_dearer_package_too(it: Opened) {
    let line = line(&it, off(400_000)).await;
    it.bill(2026, 1).await;
    line.today(1, 17);
    line.choose(line.c).await;
    assert_eq!(line.owes().await, 60_000, "150,000 more, and 90,000 are left");
    it.pause(line.id, date(2026, 1, 18), Some(date(2026, 1, 31)))
        .await
        .unwrap();
    assert_eq!(line.owes().await, 0);
    it.office
        .perform(&Actor::console(), ResumeLine { id: line.id })
        .await
        .unwrap();
    let stands = line.owes().await;
    assert_eq!(line.again(0).await, stands, "the same again");
    assert_eq!(line.owes().await, stands);
}

async fn a_package_that_is_chosen_after_the_end_is_asked_for_when_the_end_is_taken_back(it: Opened) {
    let line = line(&it, CustomerFields::default()).await;
    it.bill(2026, 1).await;
    line.today(1, 10);
    line.end(Some(date(2026, 1, 10))).await;
    line.today(1, 12);
    line.choose(line.c).await;
    assert_eq!(line.owes().await, 100_000);
    line.today(1, 15);
    line.end(None).await;
    assert_eq!(line.owes().await, 310_000 + 200_000, "twenty days at C");
    line.again(0).await;
    assert_eq!(line.owes().await, 310_000 + 200_000);
}

async fn a_full_first_month_keeps_its_price_on_a_second_bill(it: Opened) {
    it.settings(serde_json::json!({ "billing.first_month": "full" }))
        .await;
    it.clock.set(at("2026-01-10T09:00:00+07:00"));
    let line = line(&it, from(date(2026, 1, 10))).await;
    line.end(Some(date(2026, 1, 15))).await;
    it.bill(2026, 1).await;
    line.today(1, 12);
    line.end(None).await;
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 310_000, "six of 22 days and sixteen");
    line.again(0).await;
    assert_eq!(line.owes().await, 310_000);
    // By another billing day, further days are days of a month again.
    line.billing_day(5).await;
    line.today(2, 1);
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 310_000 + 40_000);
}

async fn a_cheaper_package_waits_for_the_last_day_that_is_billed(it: Opened) {
    let line = line(&it, CustomerFields::default()).await;
    line.choose(line.c).await;
    it.bill(2026, 1).await;
    line.today(1, 10);
    line.billing_day(20).await;
    line.today(1, 12);
    let waits = it.choose(line.id, line.a).await.package_change.unwrap();
    assert_eq!(waits.from, date(2026, 2, 1));
    line.today(2, 1);
    it.bill(2026, 1).await;
    // 1 to 19 February are 19 of the 31 days from 20 January on.
    assert_eq!(line.owes().await, 620_000 + 190_000);
    line.again(0).await;
    line.again(1).await;
    assert_eq!(line.owes().await, 620_000 + 190_000);
}

async fn days_that_are_billed_ahead_have_the_package_that_waits_for_them(it: Opened) {
    let line = waiting_for_a(&it).await;
    line.billing_day(15).await;
    line.today(1, 15);
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 620_000 + 140_000, "1 to 14 February are A's");
    assert_eq!(it.read(line.id).await.package_id, line.c, "until then it has C");
    line.again(1).await;
    assert_eq!(line.owes().await, 620_000 + 140_000);
}

async fn what_is_chosen_for_a_period_leaves_days_of_other_bills_alone(it: Opened) {
    let line = line(&it, CustomerFields::default()).await;
    line.end(Some(date(2026, 1, 10))).await;
    it.bill(2026, 1).await;
    line.today(1, 11);
    line.end(None).await;
    line.choose(line.c).await;
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 100_000 + 420_000);
    line.again(0).await;
    assert_eq!(line.owes().await, 100_000 + 420_000);
}

async fn a_package_that_is_on_a_bill_is_no_slip(it: Opened) {
    let line = line(&it, CustomerFields::default()).await;
    it.bill(2026, 1).await;
    line.today(1, 17);
    line.choose(line.c).await;
    line.again(0).await;
    let waits = it.choose(line.id, line.a).await;
    assert_eq!(waits.package_id, line.c);
    assert_eq!(waits.package_change.unwrap().from, date(2026, 2, 1));
    assert_eq!(line.owes().await, 460_000);
}

async fn a_way_there_and_back_on_one_day_costs_nothing(it: Opened) {
    for timing in ["advance", "arrears"] {
        it.clock.set(at("2026-01-01T09:00:00+07:00"));
        it.settings(serde_json::json!({ "billing.timing": timing })).await;
        let line = match timing {
            "advance" => line(&it, CustomerFields::default()).await,
            _ => Line {
                it: &it,
                id: it.customer("Pak Ujang", CustomerFields::default()).await.id,
                a: it.package_id,
                c: it.package("C2", 620_000).await,
                e: it.package("E2", 930_000).await,
            },
        };
        if timing == "advance" {
            it.bill(2026, 1).await;
        }
        line.today(1, 17);
        for package in [line.c, line.e, line.c, line.a, line.c, line.e, line.a] {
            line.choose(package).await;
            assert_eq!(it.read(line.id).await.package_id, package, "{timing}");
        }
        let price = if timing == "advance" { 310_000 } else { 200_000 };
        line.today(2, 1);
        it.bill(2026, 1).await;
        assert_eq!(line.owes().await, price, "{timing}");
        assert_eq!(it.read(line.id).await.waiting_charges, Rupiah::ZERO);
    }
}

async fn a_package_that_waits_comes_on_its_day_though_the_line_has_ended(it: Opened) {
    let line = waiting_for_a(&it).await;
    line.end(Some(date(2026, 1, 20))).await;
    line.today(2, 1);
    it.bill(2026, 2).await;
    line.today(2, 3);
    line.end(None).await;
    it.bill(2026, 2).await;
    assert_eq!(it.read(line.id).await.package_id, line.a);
    assert_eq!(line.owes().await, 620_000 + 310_000);
}

async fn days_that_were_billed_ahead_at_a_package_that_never_came_cost_what_was_served(it: Opened) {
    let line = waiting_for_a(&it).await;
    line.billing_day(15).await;
    line.today(1, 15);
    it.bill(2026, 1).await;
    assert_eq!(line.owes().await, 620_000 + 140_000);
    line.today(1, 20);
    line.choose(line.c).await;
    assert_eq!(
        line.owes().await,
        620_000 + 280_000,
        "the line has C all the time"
    );
    line.today(2, 5);
    line.choose(line.e).await;
    // Four days of the fourteen are C's still.
    assert_eq!(line.owes().await, 620_000 + 80_000 + 300_000);
    line.again(1).await;
    assert_eq!(line.owes().await, 620_000 + 80_000 + 300_000);
}
