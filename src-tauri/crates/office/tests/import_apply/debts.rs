use billing::{Access, ChargeKind, InvoiceStatus, Period, Rupiah};
use jiff::civil::{Date, date};
use office::Actor;
use office::customers::ReadStatement;
use office::invoicing::InvoiceView;
use serde_json::json;

use crate::lists::list;
use crate::opened::{Opened, on_both};

on_both!(
    a_sum_becomes_one_overdue_invoice_of_the_month_before,
    the_sum_of_a_rapel_payer_becomes_an_invoice_for_each_month_that_it_pays_for,
    a_month_of_a_sum_costs_what_the_line_is_billed,
    an_office_that_counts_unpaid_invoices_counts_the_months_of_a_sum,
    a_rapel_payer_who_owes_more_months_than_the_office_allows_is_closed,
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

/// What an invoice is for, of when, and how much.
fn told(invoice: &InvoiceView) -> (&str, String, Date, i64) {
    let words = invoice.lines[0].description.as_str();
    (
        words,
        invoice.period.to_string(),
        invoice.due_date,
        invoice.total.0,
    )
}

async fn the_sum_of_a_rapel_payer_becomes_an_invoice_for_each_month_that_it_pays_for(opened: Opened) {
    opened.on_that_morning();
    let file = list(
        "Tanggal Tagihan;Rapel;Hutang",
        &[("Budi", "5;3;450.000"), ("Siti", "5;;450.000")],
    );
    assert_eq!(opened.preview(&file).await.totals.opening_invoices, 4);
    assert_eq!(opened.import(&file).await.opening_invoices, 4);
    let invoices = invoices_of(&opened, "Budi").await;
    let all: Vec<_> = invoices.iter().map(told).collect();
    let part = |part| format!("Tunggakan sebelumnya, bagian {part} dari 3");
    assert_eq!(
        all,
        [
            (part(1).as_str(), "2025-11".to_owned(), date(2025, 11, 25), 50_000),
            (
                part(2).as_str(),
                "2025-12".to_owned(),
                date(2025, 12, 25),
                200_000
            ),
            (part(3).as_str(), "2026-01".to_owned(), date(2026, 1, 25), 200_000),
        ]
    );
    let siti = invoices_of(&opened, "Siti").await;
    assert_eq!(siti.len(), 1, "nobody counts the months of an ordinary payer");
    assert_eq!(siti[0].lines[0].description, "Tunggakan sebelumnya");
    opened.verified().await;
}

async fn a_month_of_a_sum_costs_what_the_line_is_billed(opened: Opened) {
    opened.on_that_morning();
    opened.settings(json!({ "tax.is_pkp": true })).await;
    let file = list(
        "Rapel;Diskon;PPN;Hutang",
        &[
            ("Budi", "3;25%;tidak;450.000"),
            ("Siti", "3;Rp 50.000;ya;499.500"),
            ("Ujang", "3;100%;tidak;450.000"),
            ("Dewi", "3;;tidak;9.999.999"),
        ],
    );
    opened.import(&file).await;
    let amounts = async |name| {
        let invoices = invoices_of(&opened, name).await;
        invoices.iter().map(|invoice| invoice.total.0).collect::<Vec<_>>()
    };
    assert_eq!(amounts("Budi").await, [150_000, 150_000, 150_000]);
    assert_eq!(amounts("Siti").await, [166_500, 166_500, 166_500], "with its tax");
    assert_eq!(
        amounts("Ujang").await,
        [450_000],
        "what costs nothing tells no months"
    );
    let dewi = amounts("Dewi").await;
    assert_eq!((dewi.len(), dewi[0], dewi[1]), (24, 5_399_999, 200_000));
    opened.verified().await;
}

async fn an_office_that_counts_unpaid_invoices_counts_the_months_of_a_sum(opened: Opened) {
    opened.on_that_morning();
    opened
        .settings(json!({ "isolation.min_overdue_invoices": 2 }))
        .await;
    opened
        .import(&list("Hutang", &[("Budi", "400.000"), ("Siti", "200.000")]))
        .await;
    assert_eq!(invoices_of(&opened, "Budi").await.len(), 2);
    assert_eq!(invoices_of(&opened, "Siti").await.len(), 1);
    let desired = async |name| {
        let id = opened.named(name).await.id;
        opened.read(id).await.access.desired
    };
    opened.clock.set(crate::opened::at("2026-03-20T09:00:00+07:00"));
    assert_eq!(desired("Budi").await, Access::Closed);
    assert_eq!(desired("Siti").await, Access::Open);
}

async fn a_rapel_payer_who_owes_more_months_than_the_office_allows_is_closed(opened: Opened) {
    opened.on_that_morning();
    let file = list("Rapel;Hutang", &[("Budi", "2;800.000"), ("Siti", "2;400.000")]);
    opened.import(&file).await;
    opened.clock.set(crate::opened::at("2026-03-20T09:00:00+07:00"));
    let desired = async |name| {
        let id = opened.named(name).await.id;
        opened.read(id).await.access.desired
    };
    assert_eq!(desired("Budi").await, Access::Closed);
    assert_eq!(
        desired("Siti").await,
        Access::Open,
        "as many months as are allowed"
    );
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
