use billing::{ChargeKind, InvoiceStatus, Period, Rupiah};
use jiff::civil::{Date, date};
use office::Actor;
use office::customers::ReadStatement;
use office::invoicing::InvoiceView;
use serde_json::json;

use crate::lists::list;
use crate::opened::{Opened, on_both};

on_both!(
    a_sum_becomes_one_overdue_invoice_of_the_month_before,
    the_months_of_a_debt_become_an_invoice_each_dated_as_they_were,
    a_debt_of_this_month_has_its_time,
    a_debt_of_an_earlier_month_is_late_whatever_the_rule_of_the_office,
    opening_invoices_share_the_numbers_of_all_others,
    a_debt_is_owed_shown_and_paid_like_any_other,
);

fn dates(invoice: &InvoiceView) -> (String, Date, Date) {
    (invoice.period.to_string(), invoice.issue_date, invoice.due_date)
}

async fn invoices_of(opened: &Opened, name: &str) -> Vec<InvoiceView> {
    opened.invoices(opened.named(name).await.id).await
}

async fn a_sum_becomes_one_overdue_invoice_of_the_month_before(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list(
            "Tanggal Tagihan;Hutang",
            &[("Budi", "5;Rp 450.000"), ("Siti", "5;0")],
        ))
        .await;
    let [invoice] = &invoices_of(&opened, "Budi").await[..] else {
        panic!("there is one invoice")
    };
    assert_eq!(
        dates(invoice),
        ("2026-01".into(), date(2026, 1, 5), date(2026, 1, 25))
    );
    assert_eq!(
        (invoice.status, invoice.is_overdue),
        (InvoiceStatus::Overdue, true)
    );
    assert_eq!(
        (invoice.total, invoice.remaining, invoice.tax),
        (Rupiah(450_000), Rupiah(450_000), Rupiah::ZERO)
    );
    assert_eq!(invoice.origin, "import");
    assert_eq!(invoice.lines.len(), 1);
    assert_eq!(invoice.lines[0].kind, ChargeKind::OpeningDebt);
    assert_eq!(invoice.lines[0].description, "Tunggakan sebelumnya");
    let budi = opened.named("Budi").await;
    assert_eq!(
        (budi.balance, budi.overdue_amount),
        (Rupiah(450_000), Rupiah(450_000))
    );
    assert!(
        invoices_of(&opened, "Siti").await.is_empty(),
        "who owes nothing gets no invoice"
    );
    opened.verified().await;
}

async fn the_months_of_a_debt_become_an_invoice_each_dated_as_they_were(opened: Opened) {
    opened.on_that_morning();
    let debt = "2025-11: 100.000 + 2025-12: 150.000";
    opened
        .import(&list(
            "Tanggal Tagihan;Hutang",
            &[("Budi", &format!("10;{debt}"))],
        ))
        .await;
    let invoices = invoices_of(&opened, "Budi").await;
    let all: Vec<_> = invoices.iter().map(|it| (dates(it), it.total.0)).collect();
    assert_eq!(
        all,
        [
            (
                ("2025-11".into(), date(2025, 11, 10), date(2025, 11, 30)),
                100_000
            ),
            (
                ("2025-12".into(), date(2025, 12, 10), date(2025, 12, 30)),
                150_000
            ),
        ]
    );
    assert_eq!(
        invoices[1].lines[0].description,
        "Tunggakan sebelumnya, Desember 2025"
    );
    let mut tx = opened.office.store().read().await.unwrap();
    let charges = store::charges::of_invoices(&mut tx, &[invoices[0].id])
        .await
        .unwrap();
    drop(tx);
    assert_eq!(charges[0].period, "opening:2025-11");
    assert_eq!(
        (charges[0].service_from, charges[0].service_to),
        (Some(date(2025, 11, 10)), Some(date(2025, 12, 9)))
    );
    opened.verified().await;
}

async fn a_debt_of_this_month_has_its_time(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list("Tanggal Tagihan;Hutang", &[("Budi", "5;2026-02: 150.000")]))
        .await;
    let [invoice] = &invoices_of(&opened, "Budi").await[..] else {
        panic!("there is one invoice")
    };
    assert_eq!(
        dates(invoice),
        ("2026-02".into(), date(2026, 2, 5), date(2026, 2, 25))
    );
    assert_eq!(
        (invoice.status, invoice.is_overdue),
        (InvoiceStatus::Pending, false)
    );
}

async fn a_debt_of_an_earlier_month_is_late_whatever_the_rule_of_the_office(opened: Opened) {
    opened.on_that_morning();
    opened
        .settings(json!({ "billing.due": { "after_issue": 90 } }))
        .await;
    opened
        .import(&list(
            "Hutang",
            &[("Budi", "2026-01: 150.000"), ("Siti", "75.000")],
        ))
        .await;
    for name in ["Budi", "Siti"] {
        let [invoice] = &invoices_of(&opened, name).await[..] else {
            panic!("there is one invoice")
        };
        assert_eq!(invoice.due_date, date(2026, 2, 9), "due yesterday");
        assert!(invoice.is_overdue);
    }
}

async fn opening_invoices_share_the_numbers_of_all_others(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list(
            "Mulai;Hutang",
            &[("Budi", "2024-01-31;150.000"), ("Siti", "2024-01-31;50.000")],
        ))
        .await;
    assert_eq!(opened.bill(2026, 2).await.summary.created, 2);
    let mut numbers = Vec::new();
    for name in ["Budi", "Siti"] {
        numbers.extend(
            invoices_of(&opened, name)
                .await
                .into_iter()
                .map(|invoice| invoice.number),
        );
    }
    numbers.sort();
    assert_eq!(
        numbers,
        [
            "INV-202602-00001",
            "INV-202602-00002",
            "INV-202602-00003",
            "INV-202602-00004"
        ]
    );
    opened.verified().await;
}

async fn a_debt_is_owed_shown_and_paid_like_any_other(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list(
            "Hutang",
            &[("Budi", "2025-12: 100.000 + 2026-01: 150.000")],
        ))
        .await;
    let budi = opened.named("Budi").await.id;
    let paid = opened.pay(budi, 120_000).await;
    let parts: Vec<_> = paid
        .payment
        .allocations
        .iter()
        .map(|part| part.amount.0)
        .collect();
    assert_eq!(parts, [100_000, 20_000], "the oldest month first");
    assert_eq!(opened.balance(budi).await, 130_000);
    let period: Period = "2026-02".parse().unwrap();
    let request = ReadStatement {
        customer_id: budi,
        from: Some(period.first_day()),
        to: Some(period.last_day()),
    };
    let statement = opened.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(
        (statement.opening, statement.closing),
        (Rupiah::ZERO, Rupiah(130_000))
    );
    opened.verified().await;
}
