//! Void and reissue in one act (failures.md M7): a new number for the same period, the old one stays to be seen, and the
//! money goes to the new one first.

use billing::{InvoiceStatus, Rupiah};
use office::Actor;
use office::catalogue::ChangePackage;
use office::customers::{ChangeCustomer, CustomerFields, TerminateLine};
use office::invoicing::VoidInvoice;
use office::payments::ReversePayment;

use crate::opened::{Opened, at, on_both, payment};

async fn new_price(it: &Opened, price: i64) {
    let change = ChangePackage {
        id: it.package_id,
        price: Some(Rupiah(price)),
        ..ChangePackage::default()
    };
    it.office.perform(&Actor::console(), change).await.unwrap();
}

async fn m7_a_reissue_bills_the_same_period_anew_and_keeps_the_old_one(it: Opened) {
    let customer = it.customer("Bu Neneng", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    let first = it.invoices(customer.id).await.remove(0);
    new_price(&it, 175_000).await;
    it.clock.set(at("2026-01-05T08:00:00+07:00"));
    let answer = it.void(first.id, true).await.unwrap();
    let new = answer.reissued.unwrap();
    assert_eq!(answer.invoice.status, InvoiceStatus::Void);
    assert_eq!(
        (new.number.as_str(), new.period, new.total, new.origin.as_str()),
        (
            "INV-202601-00002",
            first.period,
            Rupiah(175_000),
            "reissue:INV-202601-00001"
        )
    );
    let other = |it: &Option<office::invoicing::OtherInvoice>| it.as_ref().map(|it| it.number.clone());
    let listed = it.invoices(customer.id).await;
    for old_and_new in [[&answer.invoice, &new], [&listed[0], &listed[1]]] {
        let [old, new] = old_and_new;
        assert_eq!(other(&old.replaced_by), Some(new.number.clone()));
        assert_eq!(other(&new.replaces), Some(old.number.clone()));
        assert_eq!((other(&old.replaces), other(&new.replaced_by)), (None, None));
    }
    assert_eq!(
        (new.lines[0].service_from, new.lines[0].service_to),
        (first.lines[0].service_from, first.lines[0].service_to)
    );
    let all = it.invoices(customer.id).await;
    assert_eq!((all.len(), all[0].status), (2, InvoiceStatus::Void));
    assert_eq!(it.bill(2026, 1).await.summary.created, 0, "the period is billed");
    assert_eq!(it.balance(customer.id).await, 175_000);
    it.verified().await;
}

async fn m7_money_on_the_old_invoice_pays_the_new_one_before_any_other(it: Opened) {
    let customer = it.customer("Pak Asep", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    let february = it.invoices(customer.id).await[1].id;
    let named = office::payments::TakePayment {
        invoice_id: Some(february),
        ..payment(customer.id, 150_000)
    };
    let taken = it.office.perform(&Actor::console(), named).await.unwrap();
    let new = it.void(february, true).await.unwrap().reissued.unwrap();
    assert_eq!(
        (new.paid, new.remaining),
        (Rupiah(150_000), Rupiah(50_000)),
        "January is older and still gets none of it"
    );
    assert_eq!(it.invoices(customer.id).await[0].remaining, Rupiah(200_000));
    it.verified().await;

    // The payment is reversed after all: its money is taken back from where it is now.
    let reverse = ReversePayment {
        id: taken.payment.id,
        reason: "transfer dibatalkan bank".into(),
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), reverse).await.unwrap();
    assert_eq!(it.balance(customer.id).await, 400_000);
    it.verified().await;
}

async fn m7_what_is_left_over_pays_what_else_is_unpaid(it: Opened) {
    let customer = it.customer("Bu Euis", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    let invoices = it.invoices(customer.id).await;
    let named = office::payments::TakePayment {
        invoice_id: Some(invoices[1].id),
        ..payment(customer.id, 200_000)
    };
    it.office.perform(&Actor::console(), named).await.unwrap();
    new_price(&it, 150_000).await;
    let new = it.void(invoices[1].id, true).await.unwrap().reissued.unwrap();
    assert_eq!(new.status, InvoiceStatus::Paid);
    assert_eq!(it.invoices(customer.id).await[0].remaining, Rupiah(150_000));
    it.verified().await;
}

async fn m7_every_line_of_the_payer_is_billed_again_and_no_other(it: Opened) {
    let payer = it.customer("Haji Dadang", CustomerFields::default()).await;
    let fields = || CustomerFields {
        payer_id: Some(Some(payer.id)),
        ..CustomerFields::default()
    };
    it.customer("Warung Dadang", fields()).await;
    it.bill(2026, 1).await;
    it.customer("Gudang Dadang", fields()).await;
    let first = it.invoices(payer.id).await.remove(0);
    let new = it.void(first.id, true).await.unwrap().reissued.unwrap();
    assert_eq!((new.lines.len(), new.total), (2, Rupiah(400_000)));
    assert_eq!(
        it.bill(2026, 1).await.summary.created,
        1,
        "the line that was added since gets its own"
    );
    it.verified().await;
}

async fn m7_nothing_is_voided_when_nothing_can_be_reissued(it: Opened) {
    let customer = it.customer("Pak Ujang", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    let free = ChangeCustomer {
        id: customer.id,
        fields: CustomerFields {
            billing: Some(billing::BillingMode::Free),
            ..CustomerFields::default()
        },
    };
    it.office.perform(&Actor::console(), free).await.unwrap();
    let first = it.invoices(customer.id).await.remove(0);
    let error = it.void(first.id, true).await.unwrap_err();
    assert_eq!(error.code, "nothing_to_reissue");
    let after = it.invoices(customer.id).await;
    assert_eq!((after.len(), after[0].status), (1, InvoiceStatus::Pending));
    it.void(first.id, false).await.unwrap();
    assert_eq!(it.balance(customer.id).await, 0);
    let twice = it.void(first.id, false).await.unwrap_err();
    assert_eq!(twice.code, "already_void");
    it.verified().await;
}

async fn m7_a_reissue_that_is_sent_twice_is_done_once(it: Opened) {
    let customer = it.customer("Bu Kokom", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    let first = it.invoices(customer.id).await.remove(0);
    let copies: Vec<_> = (0..10)
        .map(|_| {
            let office = it.office.clone();
            let request = VoidInvoice {
                id: first.id,
                reason: "paket salah".into(),
                reissue: true,
                idempotency_key: Some("loket-7".into()),
            };
            tokio::spawn(async move { office.perform(&Actor::console(), request).await })
        })
        .collect();
    for copy in copies {
        let answer = copy.await.unwrap().unwrap();
        assert_eq!(answer.reissued.unwrap().number, "INV-202601-00002");
    }
    assert_eq!(it.invoices(customer.id).await.len(), 2);
    it.verified().await;
}

async fn m7_a_line_that_ended_is_billed_again_for_its_days_only(it: Opened) {
    let customer = it.customer("Pak Tono", CustomerFields::default()).await;
    it.settings(serde_json::json!({ "billing.timing": "arrears" }))
        .await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 1).await;
    let first = it.invoices(customer.id).await.remove(0);
    let end = TerminateLine {
        id: customer.id,
        on: Some(jiff::civil::date(2026, 1, 16)),
        reason: "pindah rumah".into(),
    };
    it.office.perform(&Actor::console(), end).await.unwrap();
    let new = it.void(first.id, true).await.unwrap().reissued.unwrap();
    assert_eq!(
        (new.lines[0].service_to, new.total),
        (Some(jiff::civil::date(2026, 1, 16)), Rupiah(103_226)),
        "16 of 31 days of 200,000"
    );
    it.verified().await;
}

on_both!(
    m7_a_reissue_bills_the_same_period_anew_and_keeps_the_old_one,
    m7_money_on_the_old_invoice_pays_the_new_one_before_any_other,
    m7_what_is_left_over_pays_what_else_is_unpaid,
    m7_every_line_of_the_payer_is_billed_again_and_no_other,
    m7_nothing_is_voided_when_nothing_can_be_reissued,
    m7_a_reissue_that_is_sent_twice_is_done_once,
    m7_a_line_that_ended_is_billed_again_for_its_days_only,
);
