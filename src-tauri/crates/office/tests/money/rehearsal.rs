//! The rehearsal of the next month's run: what it says is what the run then makes, and every difference has its cause.

use billing::{BillingMode, DiscountType, Rupiah};
use jiff::civil::date;
use office::Actor;
use office::customers::{ChangeCustomer, CustomerFields, DiscountValue, TerminateLine};
use office::invoicing::{Difference, GenerateInvoices, ListInvoices, Rehearsal, RehearseNextMonth};
use office::schedule::RunTask;

use crate::opened::{Opened, at, on_both};

async fn rehearsed(it: &Opened) -> Rehearsal {
    it.office
        .perform(&Actor::console(), RehearseNextMonth)
        .await
        .unwrap()
}

async fn change(it: &Opened, id: i64, fields: CustomerFields) {
    it.office
        .perform(&Actor::console(), ChangeCustomer { id, fields })
        .await
        .unwrap();
}

/// Five customers of January: one as ever, one who joined on the 16th, one who leaves, one who is given a discount, and one
/// who is billed on the 20th and becomes free; on the 30th another one joins, from February on.
async fn on_the_30th(it: &Opened) {
    let ever = it.customer("Bu Ani", CustomerFields::default()).await.id;
    let joined = CustomerFields {
        billing_start: Some(date(2026, 1, 16)),
        ..CustomerFields::default()
    };
    it.clock.set(at("2026-01-16T08:00:00+07:00"));
    let joined = it.customer("Pak Baru", joined).await.id;
    let leaves = it.customer("Pak Pergi", CustomerFields::default()).await.id;
    let discounted = it.customer("Bu Diskon", CustomerFields::default()).await.id;
    let late = CustomerFields {
        billing_day: Some(20),
        ..CustomerFields::default()
    };
    let late = it.customer("Pak Gratis", late).await.id;
    it.clock.set(at("2026-01-20T08:00:00+07:00"));
    let request = GenerateInvoices::default();
    it.office.perform(&Actor::console(), request).await.unwrap();
    for id in [ever, joined, leaves, discounted, late] {
        assert_eq!(it.invoices(id).await.len(), 1, "customer {id}");
    }
    it.clock.set(at("2026-01-30T10:00:00+07:00"));
    let end = TerminateLine {
        id: leaves,
        on: Some(date(2026, 1, 31)),
        reason: "pindah".into(),
    };
    it.office.perform(&Actor::console(), end).await.unwrap();
    let fields = CustomerFields {
        discount_type: Some(Some(DiscountType::Amount)),
        discount_value: Some(DiscountValue::of(Some(DiscountType::Amount), 25_000)),
        discount_reason: Some(Some("tetangga".into())),
        ..CustomerFields::default()
    };
    change(it, discounted, fields).await;
    let fields = CustomerFields {
        billing: Some(BillingMode::Free),
        ..CustomerFields::default()
    };
    change(it, late, fields).await;
    let from_february = CustomerFields {
        billing_start: Some(date(2026, 2, 1)),
        ..CustomerFields::default()
    };
    it.customer("Bu Februari", from_february).await;
}

async fn every_line_that_differs_is_told_with_its_cause(it: Opened) {
    on_the_30th(&it).await;
    let rehearsal = rehearsed(&it).await;
    assert_eq!(rehearsal.month.to_string(), "2026-02");
    let mut said: Vec<(&str, Difference, Option<i64>, Option<i64>)> = rehearsal
        .items
        .iter()
        .map(|line| {
            let rupiah = |amount: Option<Rupiah>| amount.map(|amount| amount.0);
            (
                line.name.as_str(),
                line.cause,
                rupiah(line.before),
                rupiah(line.after),
            )
        })
        .collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("Bu Diskon", Difference::Discount, Some(200_000), Some(175_000)),
            ("Bu Februari", Difference::New, None, Some(200_000)),
            // 16 of 31 days.
            ("Pak Baru", Difference::Proration, Some(103_226), Some(200_000)),
            ("Pak Gratis", Difference::Override, Some(200_000), None),
            ("Pak Pergi", Difference::Left, Some(200_000), None),
        ]
    );
    let by_cause: i64 = rehearsal.causes.iter().map(|sum| sum.difference.0).sum();
    assert_eq!(
        by_cause,
        rehearsal.after.0 - rehearsal.before.0,
        "the causes explain the whole difference"
    );
    assert_eq!((rehearsal.lines_before, rehearsal.lines), (5, 4));
    assert_eq!(rehearsal.after, Rupiah(775_000));
}

async fn what_is_rehearsed_is_what_the_run_makes(it: Opened) {
    on_the_30th(&it).await;
    let rehearsal = rehearsed(&it).await;
    it.clock.set(at("2026-02-20T08:00:00+07:00"));
    let run = RunTask {
        task: "billing:generate-invoices".into(),
        ..RunTask::default()
    };
    let made = it.office.perform(&Actor::schedule(), run).await.unwrap();
    let list = ListInvoices {
        period: Some("2026-02".parse().unwrap()),
        ..ListInvoices::default()
    };
    let invoices = it.office.perform(&Actor::console(), list).await.unwrap().items;
    let sum: i64 = invoices.iter().map(|invoice| invoice.total.0).sum();
    assert_eq!((made.created, sum), (rehearsal.invoices, rehearsal.after.0));
    it.verified().await;
}

async fn the_task_makes_nothing_and_says_what_it_found(it: Opened) {
    on_the_30th(&it).await;
    let run = RunTask {
        task: "billing:rehearse-month".into(),
        ..RunTask::default()
    };
    let summary = it.office.perform(&Actor::schedule(), run).await.unwrap();
    assert_eq!((summary.created, summary.failed), (0, 0));
    let said = &summary.notes[0];
    assert_eq!(said.code, "month_rehearsed");
    for word in ["Februari 2026", "4 tagihan", "Rp 775.000", "berhenti: 1 jalur"] {
        assert!(said.message.contains(word), "{word}: {}", said.message);
    }
    let logged = office::logs::ListLogs {
        act: Some("month_rehearsed".into()),
        ..office::logs::ListLogs::default()
    };
    let logged = it.office.perform(&Actor::console(), logged).await.unwrap();
    assert_eq!(logged.total, 1);
}

on_both!(
    every_line_that_differs_is_told_with_its_cause,
    what_is_rehearsed_is_what_the_run_makes,
    the_task_makes_nothing_and_says_what_it_found,
);
