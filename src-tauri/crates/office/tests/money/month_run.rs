//! The month run: numbers, discount, PPN, proration, one invoice for several lines, twice nothing, void and reissue.

use billing::{DiscountType, InvoiceStatus, Rupiah};
use jiff::civil::date;
use office::customers::{CustomerFields, DiscountValue, TerminateLine};
use office::invoicing::GenerateInvoices;
use office::{Actor, Verify};

use crate::opened::{Opened, at, on_both};

async fn m1_a_month_is_billed_once_however_often_it_is_asked_for(it: Opened) {
    let customer = it.customer("Pak Asep", CustomerFields::default()).await;
    let dry = GenerateInvoices {
        month: Some(1),
        year: Some(2026),
        dry_run: true,
    };
    let preview = it.office.perform(&Actor::console(), dry).await.unwrap();
    assert_eq!((preview.summary.created, preview.items.len()), (1, 1));
    assert!(
        it.invoices(customer.id).await.is_empty(),
        "a dry run makes nothing"
    );

    let runs: Vec<_> = (0..8)
        .map(|_| {
            let office = it.office.clone();
            let request = GenerateInvoices {
                month: Some(1),
                year: Some(2026),
                dry_run: false,
            };
            tokio::spawn(async move { office.perform(&Actor::console(), request).await })
        })
        .collect();
    let mut created = 0;
    for run in runs {
        match run.await.unwrap() {
            Ok(made) => created += made.summary.created,
            // Two runs that met: the index let one through and the other begins again.
            Err(error) => assert_eq!(error.code, "already_billed"),
        }
    }
    assert_eq!(created, 1);
    let invoices = it.invoices(customer.id).await;
    assert_eq!(invoices.len(), 1);
    assert_eq!(invoices[0].number, "INV-202601-00001");
    assert_eq!(invoices[0].due_date, date(2026, 1, 21), "twenty days after issue");
    it.verified().await;
}

async fn what_a_run_made_that_died_is_told_by_the_next_and_only_once(it: Opened) {
    // As the last batch of a run left it that was cut off before its last word.
    let mut tx = it.office.store().begin().await.unwrap();
    for (counter, value) in [("untold:invoices", 2), ("untold:amount", 300_000)] {
        store::counters::take(&mut tx, counter, value).await.unwrap();
    }
    tx.commit().await.unwrap();
    for month in [1, 1] {
        it.bill(2026, month).await;
    }
    it.customer("Pak Asep", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.bill(2026, 1).await;
    let mut tx = it.office.store().read().await.unwrap();
    let filter = store::billing_logs::Filter {
        act: Some("invoices_generated"),
        limit: 10,
        ..store::billing_logs::Filter::default()
    };
    let entries = store::billing_logs::list(&mut tx, &filter).await.unwrap().items;
    let told: Vec<i64> = entries
        .iter()
        .rev()
        .map(|entry| entry.detail.as_ref().unwrap()["created"].as_i64().unwrap())
        .collect();
    assert_eq!(told, [2, 1], "{entries:?}");
}

async fn m2_the_day_is_the_offices_and_not_utc(it: Opened) {
    let customer = it.customer("Bu Euis", CustomerFields::default()).await;
    // 00:01 on 1 February in Jakarta is still January in UTC.
    it.clock.set(at("2026-01-31T17:01:00Z"));
    it.office
        .perform(&Actor::schedule(), GenerateInvoices::default())
        .await
        .unwrap();
    it.office
        .perform(&Actor::schedule(), GenerateInvoices::default())
        .await
        .unwrap();
    let invoices = it.invoices(customer.id).await;
    assert_eq!(invoices.len(), 1);
    assert_eq!(
        (invoices[0].period.to_string().as_str(), invoices[0].issue_date),
        ("2026-02", date(2026, 2, 1))
    );
}

async fn discount_tax_and_proration_come_in_that_order(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true })).await;
    let fields = CustomerFields {
        taxed: Some(true),
        discount_type: Some(Some(DiscountType::Percent)),
        discount_value: Some(DiscountValue::of(Some(DiscountType::Percent), 1_000)),
        billing_start: Some(date(2026, 1, 17)),
        ..CustomerFields::default()
    };
    it.clock.set(at("2026-01-17T08:00:00+07:00"));
    let customer = it.customer("CV Maju", fields).await;
    it.office
        .perform(&Actor::console(), GenerateInvoices::default())
        .await
        .unwrap();
    let invoice = it.invoices(customer.id).await.pop().unwrap();
    // 15 of 31 days of 200,000 = 96,774; a tenth off = 9,677; net 87,097; PPN half up(87,097 × 11/100) = 9,581.
    assert_eq!(
        (invoice.subtotal, invoice.discount),
        (Rupiah(96_774), Rupiah(9_677))
    );
    assert_eq!((invoice.tax, invoice.total), (Rupiah(9_581), Rupiah(96_678)));
    assert_eq!(
        invoice.tax_base,
        Rupiah(79_839),
        "the DPP that is shown is 11/12 of the net"
    );
    it.verified().await;
}

async fn several_lines_of_one_payer_are_one_invoice(it: Opened) {
    let payer = it.customer("Haji Dadang", CustomerFields::default()).await;
    let fields = CustomerFields {
        payer_id: Some(Some(payer.id)),
        ..CustomerFields::default()
    };
    let line = it.customer("Warung Dadang", fields).await;
    it.bill(2026, 1).await;
    let invoices = it.invoices(payer.id).await;
    assert_eq!(
        (invoices.len(), invoices[0].lines.len(), invoices[0].total),
        (1, 2, Rupiah(400_000))
    );
    assert!(it.invoices(line.id).await.is_empty());
    // Money that is brought for the second line pays the payer's invoice.
    it.pay(line.id, 400_000).await;
    assert_eq!(it.invoices(payer.id).await[0].status, InvoiceStatus::Paid);
    it.verified().await;
}

async fn m7_a_void_invoice_frees_its_month_and_its_money(it: Opened) {
    let customer = it.customer("Bu Neneng", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.pay(customer.id, 120_000).await;
    let first = it.invoices(customer.id).await.pop().unwrap();
    let voided = it.void(first.id, false).await.unwrap();
    assert!(voided.reissued.is_none());
    assert_eq!(voided.invoice.status, InvoiceStatus::Void);
    assert_eq!(
        it.balance(customer.id).await,
        -120_000,
        "what was paid is credit now"
    );
    it.bill(2026, 1).await;
    let again = it.invoices(customer.id).await.pop().unwrap();
    assert_eq!(
        (again.number.as_str(), again.remaining),
        ("INV-202601-00002", Rupiah(80_000))
    );
    it.verified().await;
}

async fn the_last_days_of_a_line_that_ended_are_billed_in_arrears(it: Opened) {
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    let customer = it.customer("Pak Tono", CustomerFields::default()).await;
    let end = TerminateLine {
        id: customer.id,
        on: Some(date(2026, 1, 16)),
        reason: "pindah rumah".into(),
    };
    it.clock.set(at("2026-01-20T08:00:00+07:00"));
    it.office.perform(&Actor::console(), end).await.unwrap();
    it.clock.set(at("2026-02-01T00:01:00+07:00"));
    it.office
        .perform(&Actor::schedule(), GenerateInvoices::default())
        .await
        .unwrap();
    let invoice = it.invoices(customer.id).await.pop().unwrap();
    assert_eq!(
        (invoice.lines[0].service_to, invoice.total),
        (Some(date(2026, 1, 16)), Rupiah(103_226)),
        "16 of 31 days of 200,000"
    );
    it.clock.set(at("2026-03-01T00:01:00+07:00"));
    it.office
        .perform(&Actor::schedule(), GenerateInvoices::default())
        .await
        .unwrap();
    assert_eq!(it.invoices(customer.id).await.len(), 1, "and nothing after it");
    it.verified().await;
}

async fn credit_of_many_pays_each_their_own_invoice(it: Opened) {
    let (rich, poor) = (
        it.customer("Bu Rich", CustomerFields::default()).await,
        it.customer("Pak Poor", CustomerFields::default()).await,
    );
    let exact = it.customer("Bu Exact", CustomerFields::default()).await;
    it.pay(rich.id, 500_000).await;
    it.pay(exact.id, 200_000).await;
    it.bill(2026, 1).await;
    let mut remaining = Vec::new();
    for id in [rich.id, poor.id, exact.id] {
        remaining.push((it.invoices(id).await[0].remaining.0, it.balance(id).await));
    }
    assert_eq!(remaining, [(0, -300_000), (200_000, 200_000), (0, 0)]);
    it.verified().await;
}

async fn s7_a_tick_seals_the_log_into_its_chain(it: Opened) {
    it.bill(2026, 1).await;
    let before = it.office.perform(&Actor::console(), Verify).await.unwrap();
    assert!(before.unsealed > 0, "what was just done is not sealed yet");
    office::schedule::tick(&it.office).await.unwrap();
    let after = it.office.perform(&Actor::console(), Verify).await.unwrap();
    assert_eq!((after.ok, after.unsealed), (true, 0));
}

async fn a_month_that_does_not_exist_is_refused(it: Opened) {
    for (month, year) in [
        (Some(13), Some(2026)),
        (Some(0), Some(2026)),
        (Some(1), None),
        (Some(1), Some(99_999)),
    ] {
        let request = GenerateInvoices {
            month,
            year,
            dry_run: false,
        };
        let error = it.office.perform(&Actor::console(), request).await.unwrap_err();
        assert_eq!(error.code, "bad_period", "{month:?} {year:?}");
    }
}

async fn a_month_that_has_not_come_says_so_and_from_when_on_it_is_billed(it: Opened) {
    let notes = async |month, dry_run| {
        let request = GenerateInvoices {
            month: Some(month),
            year: Some(2026),
            dry_run,
        };
        let made = it.office.perform(&Actor::console(), request).await.unwrap();
        let told: Vec<(String, String)> = made
            .summary
            .notes
            .into_iter()
            .map(|note| (note.code, note.message))
            .collect();
        (made.summary.created, told)
    };
    let not_come = |message: &str| vec![("month_not_come".to_owned(), message.to_owned())];
    let december =
        "Desember 2026 belum tiba, jadi belum ada yang ditagih. Tagihannya dibuat mulai 1 Desember 2026.";
    assert_eq!(
        notes(12, false).await,
        (0, not_come(december)),
        "also without customers"
    );

    it.customer("Pak Asep", CustomerFields::default()).await;
    for billing_day in [10, 20] {
        let fields = CustomerFields {
            billing_day: Some(billing_day),
            ..CustomerFields::default()
        };
        it.customer(&format!("Tanggal {billing_day}"), fields).await;
    }
    for dry_run in [true, false] {
        assert_eq!(notes(12, dry_run).await, (0, not_come(december)));
    }
    let january = "Januari 2026 belum tiba untuk 2 jalur. Yang paling awal ditagih mulai 10 Januari 2026.";
    assert_eq!(notes(1, false).await, (1, not_come(january)));
    it.clock.set(at("2026-01-25T08:00:00+07:00"));
    assert_eq!(notes(1, false).await, (2, vec![]));
    assert_eq!(notes(1, false).await, (0, vec![]), "nothing is left to bill");
}

on_both!(
    m1_a_month_is_billed_once_however_often_it_is_asked_for,
    m2_the_day_is_the_offices_and_not_utc,
    what_a_run_made_that_died_is_told_by_the_next_and_only_once,
    discount_tax_and_proration_come_in_that_order,
    several_lines_of_one_payer_are_one_invoice,
    m7_a_void_invoice_frees_its_month_and_its_money,
    the_last_days_of_a_line_that_ended_are_billed_in_arrears,
    credit_of_many_pays_each_their_own_invoice,
    s7_a_tick_seals_the_log_into_its_chain,
    a_month_that_does_not_exist_is_refused,
    a_month_that_has_not_come_says_so_and_from_when_on_it_is_billed,
);
