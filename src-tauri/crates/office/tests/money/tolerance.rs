//! A shortfall within the tolerance: let pass, moved to the next invoice once, and back when that one is void.

use billing::{ChargeKind, InvoiceStatus, Rupiah};
use jiff::civil::date;
use office::Actor;
use office::customers::CustomerFields;
use office::invoicing::GenerateInvoices;
use office::payments::ReversePayment;

use crate::opened::{Opened, at, on_both};

/// A customer who paid 198,500 of 200,000 for January, on the first of February, with a tolerance of 2,000.
async fn short_by_1500(it: &Opened) -> i64 {
    it.settings(serde_json::json!({ "billing.tolerance": 2_000 }))
        .await;
    let customer = it.customer("Bu Yayah", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.pay(customer.id, 198_500).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    customer.id
}

async fn a_shortfall_within_the_tolerance_moves_to_the_next_invoice(it: Opened) {
    let id = short_by_1500(&it).await;
    let dry = GenerateInvoices {
        dry_run: true,
        ..GenerateInvoices::default()
    };
    let shown = it.office.perform(&Actor::console(), dry).await.unwrap();
    assert_eq!(shown.items[0].total, Rupiah(201_500), "the preview shows it");
    assert_eq!(
        it.invoices(id).await[0].remaining,
        Rupiah(1_500),
        "and moves nothing"
    );

    it.bill(2026, 2).await;
    let invoices = it.invoices(id).await;
    let (january, february) = (&invoices[0], &invoices[1]);
    assert_eq!(
        (january.status, january.remaining),
        (InvoiceStatus::Paid, Rupiah::ZERO),
        "the old invoice is settled"
    );
    let moved = january.shortfall_moved_to.as_ref().unwrap();
    assert_eq!(
        (moved.number.as_str(), moved.amount),
        (february.number.as_str(), Rupiah(1_500))
    );
    assert_eq!(february.total, Rupiah(201_500));
    let line = &february.lines[1];
    assert_eq!(
        (line.kind, line.amount, line.description.as_str()),
        (
            ChargeKind::Correction,
            Rupiah(1_500),
            "Kekurangan tagihan INV-202601-00001"
        )
    );
    assert_eq!(it.balance(id).await, 201_500, "not a rupiah more or less is owed");
    it.verified().await;
}

async fn a_shortfall_moves_once_however_often_the_month_is_billed(it: Opened) {
    let id = short_by_1500(&it).await;
    let runs: Vec<_> = (0..6)
        .map(|_| {
            let office = it.office.clone();
            tokio::spawn(async move {
                office
                    .perform(&Actor::console(), GenerateInvoices::default())
                    .await
            })
        })
        .collect();
    for run in runs {
        run.await.unwrap().unwrap();
    }
    it.bill(2026, 2).await;
    let invoices = it.invoices(id).await;
    assert_eq!((invoices.len(), invoices[1].total), (2, Rupiah(201_500)));
    // Short again by 1,500: the same amount moves on, from February now.
    it.pay(id, 200_000).await;
    it.clock.set(at("2026-03-01T08:00:00+07:00"));
    it.bill(2026, 3).await;
    let invoices = it.invoices(id).await;
    assert_eq!(invoices[2].total, Rupiah(201_500));
    assert_eq!(it.balance(id).await, 201_500);
    it.verified().await;
}

async fn a_void_invoice_gives_the_shortfall_back(it: Opened) {
    let id = short_by_1500(&it).await;
    it.bill(2026, 2).await;
    let february = it.invoices(id).await.pop().unwrap();
    it.void(february.id, false).await.unwrap();
    let january = it.invoices(id).await.remove(0);
    assert_eq!(
        (january.remaining, january.shortfall_moved_to.is_none()),
        (Rupiah(1_500), true),
        "it is owed where it was"
    );
    assert_eq!(it.balance(id).await, 1_500);
    it.verified().await;

    it.bill(2026, 2).await;
    let again = it.invoices(id).await.pop().unwrap();
    assert_eq!(
        (again.number.as_str(), again.total),
        ("INV-202602-00002", Rupiah(201_500)),
        "and moves again with the next one"
    );
    let reissued = it.void(again.id, true).await.unwrap().reissued.unwrap();
    assert_eq!(reissued.total, Rupiah(201_500), "and with a reissue");
    assert_eq!(it.balance(id).await, 201_500);
    it.verified().await;
}

async fn an_invoice_whose_shortfall_moved_is_not_voided_before_the_one_that_has_it(it: Opened) {
    let id = short_by_1500(&it).await;
    it.bill(2026, 2).await;
    let invoices = it.invoices(id).await;
    let error = it.void(invoices[0].id, false).await.unwrap_err();
    assert_eq!(error.code, "shortfall_moved");
    assert!(
        error.detail.id.contains(&invoices[1].number),
        "{}",
        error.detail.id
    );
    it.void(invoices[1].id, false).await.unwrap();
    it.void(invoices[0].id, false).await.unwrap();
    assert_eq!(it.balance(id).await, -198_500, "what was paid is credit");
    it.verified().await;
}

async fn more_than_the_tolerance_stays_where_it_is(it: Opened) {
    it.settings(serde_json::json!({ "billing.tolerance": 2_000 }))
        .await;
    let short = it.customer("Pak Kurang", CustomerFields::default()).await;
    let nothing = it.customer("Pak Nihil", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.pay(short.id, 197_999).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    for (id, left) in [(short.id, 2_001), (nothing.id, 200_000)] {
        let invoices = it.invoices(id).await;
        assert_eq!(
            (invoices[0].remaining, invoices[1].total),
            (Rupiah(left), Rupiah(200_000))
        );
    }
    it.verified().await;
}

async fn a_shortfall_that_comes_back_after_it_moved_does_not_move_twice(it: Opened) {
    it.settings(serde_json::json!({ "billing.tolerance": 2_000 }))
        .await;
    let customer = it.customer("Bu Cicil", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    let first = it.pay(customer.id, 100_000).await;
    it.pay(customer.id, 98_500).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    // The first part is taken back and paid anew, short again: January has had its move.
    let reverse = ReversePayment {
        id: first.payment.id,
        reason: "salah pelanggan".into(),
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), reverse).await.unwrap();
    it.pay(customer.id, 99_000).await;
    it.clock.set(at("2026-03-01T08:00:00+07:00"));
    it.bill(2026, 3).await;
    let invoices = it.invoices(customer.id).await;
    assert_eq!(
        invoices
            .iter()
            .map(|invoice| invoice.remaining.0)
            .collect::<Vec<_>>(),
        [1_000, 201_500, 200_000]
    );
    assert_eq!(it.balance(customer.id).await, 402_500);
    it.verified().await;
}

async fn the_shortfall_of_a_payer_is_on_the_payers_invoice(it: Opened) {
    it.settings(serde_json::json!({ "billing.tolerance": 5_000, "tax.is_pkp": true }))
        .await;
    let taxed = CustomerFields {
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let payer = it.customer("Haji Dadang", taxed).await;
    let fields = CustomerFields {
        payer_id: Some(Some(payer.id)),
        ..CustomerFields::default()
    };
    it.customer("Warung Dadang", fields).await;
    it.bill(2026, 1).await;
    // 200,000 and its PPN of 22,000, and an untaxed line of 200,000.
    it.pay(payer.id, 420_000).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    let february = it.invoices(payer.id).await.pop().unwrap();
    assert_eq!(
        (february.lines.len(), february.tax, february.total),
        (3, Rupiah(22_000), Rupiah(424_000)),
        "no PPN is asked for twice"
    );
    assert_eq!(february.issue_date, date(2026, 2, 1));
    it.verified().await;
}

on_both!(
    a_shortfall_within_the_tolerance_moves_to_the_next_invoice,
    a_shortfall_moves_once_however_often_the_month_is_billed,
    a_void_invoice_gives_the_shortfall_back,
    an_invoice_whose_shortfall_moved_is_not_voided_before_the_one_that_has_it,
    more_than_the_tolerance_stays_where_it_is,
    a_shortfall_that_comes_back_after_it_moved_does_not_move_twice,
    the_shortfall_of_a_payer_is_on_the_payers_invoice,
);
