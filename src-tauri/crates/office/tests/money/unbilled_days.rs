//! Days that no bill has: a person is shown them, and bills them, a period at a time.

use billing::Rupiah;
use jiff::civil::{Date, date};
use office::Actor;
use office::customers::{ChangeCustomer, CustomerFields, ResumeLine};
use office::invoicing::{BillPeriod, InvoiceView, ReadUnbilled};

use crate::opened::{Opened, at, on_both};

on_both!(
    a_line_whose_every_day_is_billed_has_none,
    an_end_that_is_taken_back_after_its_period_leaves_days_to_bill,
    a_leave_that_becomes_shorter_leaves_the_month_that_was_passed_over,
    a_void_invoice_leaves_its_days_and_what_waits_goes_with_the_next_month,
    days_between_two_billing_days_are_not_lost,
    a_line_of_another_payer_is_billed_to_that_payer,
    a_period_that_has_nothing_to_bill_is_refused_with_the_reason,
    every_stretch_of_a_period_is_shown_and_billed_by_itself,
    a_stretch_on_leave_hides_none_behind_it,
);

async fn unbilled(it: &Opened, customer_id: i64) -> Vec<(Date, Date, i64)> {
    let request = ReadUnbilled { customer_id };
    let found = it.office.perform(&Actor::console(), request).await.unwrap();
    found.iter().map(|it| (it.from, it.to, it.total.0)).collect()
}

async fn bill(it: &Opened, customer_id: i64, period: &str) -> office::Result<InvoiceView> {
    let request = BillPeriod {
        customer_id,
        period: period.parse().unwrap(),
        from: None,
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), request).await
}

async fn in_january(it: &Opened) -> i64 {
    let package_id = Some(it.package("A", 310_000).await);
    let fields = CustomerFields {
        package_id,
        ..CustomerFields::default()
    };
    let id = it.customer("Bu Tini", fields).await.id;
    it.bill(2026, 1).await;
    id
}

async fn a_line_whose_every_day_is_billed_has_none(it: Opened) {
    let id = in_january(&it).await;
    let never = it.customer("Pak Ujang", CustomerFields::default()).await.id;
    it.clock.set(at("2026-02-03T09:00:00+07:00"));
    assert_eq!(unbilled(&it, id).await, [], "February comes with the month run");
    it.bill(2026, 2).await;
    it.clock.set(at("2026-03-03T09:00:00+07:00"));
    assert_eq!(unbilled(&it, id).await, []);
    // The first bill of a line is where its books begin, not its first day.
    assert_eq!(it.read(never).await.billing_start, date(2025, 1, 1));
    assert_eq!(unbilled(&it, never).await, []);
}

async fn an_end_that_is_taken_back_after_its_period_leaves_days_to_bill(it: Opened) {
    let id = in_january(&it).await;
    it.clock.set(at("2026-01-21T09:00:00+07:00"));
    it.end(id, Some(date(2026, 1, 31))).await.unwrap();
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    it.clock.set(at("2026-03-10T09:00:00+07:00"));
    it.bill(2026, 3).await;
    assert_eq!(unbilled(&it, id).await, []);
    it.end(id, None).await.unwrap();
    let february = (date(2026, 2, 1), date(2026, 2, 28), 310_000);
    assert_eq!(
        unbilled(&it, id).await,
        [february],
        "and March comes with the run"
    );
    let owed = it.balance(id).await;
    let invoice = bill(&it, id, "2026-02").await.unwrap();
    assert_eq!((invoice.total, invoice.lines.len()), (Rupiah(310_000), 1));
    assert_eq!(it.balance(id).await, owed + 310_000);
    assert_eq!(unbilled(&it, id).await, []);
    assert_eq!(
        bill(&it, id, "2026-02").await.unwrap_err().code,
        "nothing_to_bill"
    );
    it.verified().await;
}

async fn a_leave_that_becomes_shorter_leaves_the_month_that_was_passed_over(it: Opened) {
    let id = in_january(&it).await;
    it.clock.set(at("2026-01-21T09:00:00+07:00"));
    it.pause(id, date(2026, 2, 1), Some(date(2026, 2, 28)))
        .await
        .unwrap();
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    it.clock.set(at("2026-02-15T09:00:00+07:00"));
    let resumed = it.office.perform(&Actor::console(), ResumeLine { id }).await;
    resumed.unwrap();
    assert_eq!(
        unbilled(&it, id).await,
        [],
        "the run of this month bills the rest"
    );
    it.clock.set(at("2026-03-01T09:00:00+07:00"));
    it.bill(2026, 3).await;
    let (from, to, total) = unbilled(&it, id).await[0];
    assert_eq!((from, to), (date(2026, 2, 1), date(2026, 2, 28)));
    assert_eq!(total, 155_000, "14 of 28 days were set aside");
    assert_eq!(bill(&it, id, "2026-02").await.unwrap().total.0, total);
    it.verified().await;
}

async fn a_void_invoice_leaves_its_days_and_what_waits_goes_with_the_next_month(it: Opened) {
    let id = in_january(&it).await;
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    it.clock.set(at("2026-02-15T09:00:00+07:00"));
    it.choose(id, it.package("C", 620_000).await).await;
    let waits = it.read(id).await.waiting_charges;
    assert!(waits.is_positive());
    let january = it.invoices(id).await[0].id;
    it.void(january, false).await.unwrap();
    let days = (date(2026, 1, 1), date(2026, 1, 31), 310_000);
    assert_eq!(unbilled(&it, id).await, [days], "at the package that it had");
    let invoice = bill(&it, id, "2026-01").await.unwrap();
    assert_eq!(invoice.total, Rupiah(310_000));
    assert_eq!(it.read(id).await.waiting_charges, waits);
    it.verified().await;
}

async fn days_between_two_billing_days_are_not_lost(it: Opened) {
    let id = in_january(&it).await;
    let fields = CustomerFields {
        billing_day: Some(15),
        ..CustomerFields::default()
    };
    let change = ChangeCustomer { id, fields };
    it.office.perform(&Actor::console(), change).await.unwrap();
    let january = it.invoices(id).await[0].id;
    it.void(january, false).await.unwrap();
    it.clock.set(at("2026-02-15T09:00:00+07:00"));
    it.bill(2026, 2).await;
    // By the new day the first half of January is of the period before.
    let days = unbilled(&it, id).await;
    let first = days.iter().map(|it| it.0).min();
    let last = days.iter().map(|it| it.1).max();
    assert_eq!((first, last), (Some(date(2025, 12, 15)), Some(date(2026, 2, 14))));
}

async fn a_line_of_another_payer_is_billed_to_that_payer(it: Opened) {
    let payer = it.customer("Pak Haji", CustomerFields::default()).await.id;
    let fields = CustomerFields {
        payer_id: Some(Some(payer)),
        ..CustomerFields::default()
    };
    let line = it.customer("Warung", fields).await.id;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-02-03T09:00:00+07:00"));
    it.bill(2026, 2).await;
    let january = it.invoices(payer).await[0].id;
    it.void(january, false).await.unwrap();
    let invoice = bill(&it, line, "2026-01").await.unwrap();
    assert_eq!((invoice.customer.id, invoice.lines.len()), (payer, 1));
    assert_eq!(unbilled(&it, line).await, []);
    assert_eq!(
        unbilled(&it, payer).await.len(),
        1,
        "the payer's own days still wait"
    );
    it.verified().await;
}

async fn a_period_that_has_nothing_to_bill_is_refused_with_the_reason(it: Opened) {
    let id = in_january(&it).await;
    for (period, said) in [
        ("2026-01", "semua harinya sudah ditagih"),
        ("2026-02", "dapat ditagih mulai 1 Februari 2026"),
        ("2024-12", "baru mulai 1 Januari 2025"),
    ] {
        let refused = bill(&it, id, period).await.unwrap_err();
        assert_eq!(refused.code, "nothing_to_bill");
        let message = refused.detail.for_language(office::Language::Indonesian);
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(it.invoices(id).await.len(), 1);
}

/// January at 10,000 a day on three bills: 1 to 10, 11 to 20, and 21 to 31.
async fn in_three_bills(it: &Opened) -> i64 {
    let package_id = Some(it.package("A", 310_000).await);
    let fields = CustomerFields {
        package_id,
        ..CustomerFields::default()
    };
    let id = it.customer("Bu Tini", fields).await.id;
    for last in [10, 20] {
        it.end(id, Some(date(2026, 1, last))).await.unwrap();
        it.bill(2026, 1).await;
        it.clock.set(at("2026-01-05T09:00:00+07:00"));
        it.end(id, None).await.unwrap();
    }
    it.bill(2026, 1).await;
    let totals: Vec<i64> = it.invoices(id).await.iter().map(|it| it.total.0).collect();
    assert_eq!(totals, [100_000, 100_000, 110_000]);
    id
}

async fn every_stretch_of_a_period_is_shown_and_billed_by_itself(it: Opened) {
    let id = in_three_bills(&it).await;
    let bills = it.invoices(id).await;
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    it.void(bills[0].id, false).await.unwrap();
    let again = it.void(bills[2].id, true).await.unwrap().reissued.unwrap();
    assert_eq!(
        (again.total, again.lines[0].service_from),
        (Rupiah(110_000), Some(date(2026, 1, 21))),
        "the days that it had, and not the first free ones"
    );
    it.void(again.id, false).await.unwrap();
    let (first, last) = (
        (date(2026, 1, 1), date(2026, 1, 10), 100_000),
        (date(2026, 1, 21), date(2026, 1, 31), 110_000),
    );
    assert_eq!(unbilled(&it, id).await, [first, last]);
    let request = BillPeriod {
        customer_id: id,
        period: "2026-01".parse().unwrap(),
        from: Some(last.0),
        idempotency_key: None,
    };
    let billed = it.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(billed.total, Rupiah(110_000));
    assert_eq!(unbilled(&it, id).await, [first]);
    it.verified().await;
}

async fn a_stretch_on_leave_hides_none_behind_it(it: Opened) {
    let id = in_three_bills(&it).await;
    let bills = it.invoices(id).await;
    it.pause(id, date(2026, 1, 1), Some(date(2026, 1, 10)))
        .await
        .unwrap();
    it.void(bills[0].id, false).await.unwrap();
    let again = it.void(bills[2].id, true).await.unwrap().reissued.unwrap();
    assert_eq!(again.total, Rupiah(110_000));
    it.void(again.id, false).await.unwrap();
    it.bill(2026, 1).await;
    assert_eq!(it.balance(id).await, 100_000 + 110_000);
    it.verified().await;
}
