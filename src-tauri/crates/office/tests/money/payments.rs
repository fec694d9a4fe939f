//! Payments: the four scenarios, change, credit, reversal, the same request twice and many at once.

use billing::{InvoiceStatus, Rupiah};
use documents::Roll;
use office::Actor;
use office::customers::CustomerFields;
use office::customers::ReadStatement;
use office::payments::ReversePayment;
use office::printing::{ReceiptForm, ReceiptOf};

use crate::opened::{Opened, at, on_both, payment};

/// A customer who owes 200,000 for January and 200,000 for February.
async fn two_invoices(it: &Opened) -> i64 {
    let customer = it.customer("Bu Siti", CustomerFields::default()).await;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-02-01T08:00:00+07:00"));
    it.bill(2026, 2).await;
    assert_eq!(it.balance(customer.id).await, 400_000);
    customer.id
}

async fn scenario_1_one_invoice_is_paid_whole(it: Opened) {
    let id = two_invoices(&it).await;
    let taken = it.pay(id, 200_000).await;
    assert_eq!(taken.payment.number, "PAY-20260201-00001");
    let invoices = it.invoices(id).await;
    assert_eq!(
        invoices[0].status,
        InvoiceStatus::Paid,
        "the oldest is paid first"
    );
    assert_eq!(invoices[1].remaining, Rupiah(200_000));
    it.verified().await;
}

async fn scenario_2_a_part_of_one_invoice_is_paid(it: Opened) {
    let id = two_invoices(&it).await;
    let second = it.invoices(id).await[1].id;
    let request = office::payments::TakePayment {
        invoice_id: Some(second),
        ..payment(id, 100_000)
    };
    it.office.perform(&Actor::console(), request).await.unwrap();
    let invoices = it.invoices(id).await;
    assert_eq!(invoices[1].status, InvoiceStatus::Partial);
    assert_eq!(
        (invoices[0].remaining, invoices[1].remaining),
        (Rupiah(200_000), Rupiah(100_000))
    );
    it.verified().await;
}

async fn scenario_3_the_first_is_paid_and_fifty_thousand_is_left_on_the_second(it: Opened) {
    let id = two_invoices(&it).await;
    let taken = it.pay(id, 350_000).await;
    assert_eq!(taken.payment.allocations.len(), 2);
    let invoices = it.invoices(id).await;
    assert_eq!(
        (invoices[0].remaining, invoices[1].remaining),
        (Rupiah(0), Rupiah(50_000))
    );
    it.verified().await;
}

async fn scenario_4_both_are_paid_and_the_rest_is_credit_that_the_next_invoice_uses(it: Opened) {
    let id = two_invoices(&it).await;
    let taken = it.pay(id, 500_000).await;
    assert_eq!(taken.payment.credit, Rupiah(100_000));
    assert_eq!(it.balance(id).await, -100_000, "credit is a negative balance");
    it.clock.set(at("2026-03-01T08:00:00+07:00"));
    it.bill(2026, 3).await;
    let march = it.invoices(id).await.pop().unwrap();
    assert_eq!(
        (march.paid, march.remaining),
        (Rupiah(100_000), Rupiah(100_000)),
        "credit is used at once"
    );
    assert_eq!(it.balance(id).await, 100_000);
    it.verified().await;
}

async fn at_the_counter_nothing_becomes_credit_by_accident(it: Opened) {
    let id = two_invoices(&it).await;
    let mut request = office::payments::TakePayment {
        money_received: Some(Rupiah(500_000)),
        ..payment(id, 500_000)
    };
    let error = it.office.perform(&Actor::console(), request).await.unwrap_err();
    assert_eq!(error.code, "overpaid");
    assert_eq!(it.balance(id).await, 400_000, "nothing half done");

    request = office::payments::TakePayment {
        money_received: Some(Rupiah(10_000)),
        ..payment(id, 20_000)
    };
    assert_eq!(
        it.office
            .perform(&Actor::console(), request)
            .await
            .unwrap_err()
            .code,
        "too_little_received"
    );

    request = office::payments::TakePayment {
        money_received: Some(Rupiah(450_000)),
        ..payment(id, 400_000)
    };
    let taken = it.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(taken.change, Rupiah(50_000));
    assert_eq!(it.balance(id).await, 0);

    it.verified().await;
}

async fn zero_negative_and_endless_amounts_are_refused(it: Opened) {
    let id = two_invoices(&it).await;
    for amount in [0, -1, i64::MIN, i64::MAX, 1_000_000_000_000] {
        let error = it
            .office
            .perform(&Actor::console(), payment(id, amount))
            .await
            .unwrap_err();
        assert_eq!(
            (error.code, error.fields[0].field.as_str()),
            ("invalid", "amount"),
            "{amount}"
        );
    }
    assert_eq!(it.balance(id).await, 400_000);
}

async fn a_payment_never_names_an_invoice_of_somebody_else(it: Opened) {
    let id = two_invoices(&it).await;
    let other = it.customer("Pak Ujang", CustomerFields::default()).await;
    it.bill(2026, 2).await;
    let foreign = it.invoices(other.id).await[0].id;
    for invoice_id in [foreign, 987_654] {
        let request = office::payments::TakePayment {
            invoice_id: Some(invoice_id),
            ..payment(id, 100_000)
        };
        let error = it.office.perform(&Actor::console(), request).await.unwrap_err();
        assert_eq!(error.fields[0].code, "invoice_of_another");
    }
    assert_eq!(it.balance(id).await, 400_000, "nothing was booked");
    it.verified().await;
}

async fn a_reversed_payment_takes_back_credit_that_was_used(it: Opened) {
    let id = two_invoices(&it).await;
    let taken = it.pay(id, 500_000).await;
    it.clock.set(at("2026-03-01T08:00:00+07:00"));
    it.bill(2026, 3).await;
    let reverse = ReversePayment {
        id: taken.payment.id,
        reason: "salah pelanggan".into(),
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), reverse).await.unwrap();
    assert_eq!(it.balance(id).await, 600_000, "everything is owed again");
    let again = ReversePayment {
        id: taken.payment.id,
        reason: "lagi".into(),
        idempotency_key: None,
    };
    assert_eq!(
        it.office
            .perform(&Actor::console(), again)
            .await
            .unwrap_err()
            .code,
        "already_reversed"
    );
    it.verified().await;
}

async fn what_was_taken_back_says_so_on_its_receipt_and_on_the_statement(it: Opened) {
    let id = two_invoices(&it).await;
    let taken = it.pay(id, 200_000).await;
    let reverse = ReversePayment {
        id: taken.payment.id,
        reason: "salah pelanggan".into(),
        idempotency_key: None,
    };
    let reversed = it.office.perform(&Actor::console(), reverse).await.unwrap();
    assert_eq!(
        (reversed.allocations.len(), reversed.invoice_id),
        (1, taken.payment.invoice_id),
        "what it had paid stays visible"
    );
    let receipt = ReceiptOf {
        payment_id: taken.payment.id,
        form: ReceiptForm::EscPos(Roll::Mm80),
    };
    let printed = it.office.perform(&Actor::console(), receipt).await.unwrap();
    let printed = String::from_utf8_lossy(&printed.bytes).replace('\n', " ");
    for expected in ["DIBATALKAN", "1 Februari 2026: salah pelanggan", "Tidak berlaku"] {
        assert!(printed.contains(expected), "{expected:?} is missing: {printed}");
    }
    assert!(!printed.contains("yang sah"), "{printed}");

    let statement = ReadStatement {
        customer_id: id,
        ..ReadStatement::default()
    };
    let statement = it.office.perform(&Actor::console(), statement).await.unwrap();
    let told: Vec<&str> = statement
        .items
        .iter()
        .filter_map(|item| item.description.as_deref())
        .collect();
    assert!(
        told.contains(&"Pembatalan pembayaran PAY-20260201-00001: salah pelanggan"),
        "{told:?}"
    );
}

async fn a_hundred_copies_of_one_request_are_one_payment(it: Opened) {
    let id = two_invoices(&it).await;
    let copies = (0..100).map(|_| {
        let office = it.office.clone();
        let mut request = payment(id, 150_000);
        request.idempotency_key = Some("kasir-1".into());
        tokio::spawn(async move { office.perform(&Actor::console(), request).await })
    });
    let copies: Vec<_> = copies.collect();
    let mut numbers = Vec::new();
    for copy in copies {
        numbers.push(copy.await.unwrap().unwrap().payment.number);
    }
    numbers.dedup();
    assert_eq!(numbers, ["PAY-20260201-00001"], "every copy gets the same answer");
    assert_eq!(it.balance(id).await, 250_000);
    let mut other = payment(id, 1);
    other.idempotency_key = Some("kasir-1".into());
    assert_eq!(
        it.office
            .perform(&Actor::console(), other)
            .await
            .unwrap_err()
            .code,
        "idempotency_key_used"
    );
    it.verified().await;
}

async fn a_hundred_payments_at_once_add_up(it: Opened) {
    let id = two_invoices(&it).await;
    let all: Vec<_> = (1..=100)
        .map(|n| {
            let office = it.office.clone();
            tokio::spawn(async move { office.perform(&Actor::console(), payment(id, n * 100)).await })
        })
        .collect();
    let mut numbers = Vec::new();
    for one in all {
        numbers.push(one.await.unwrap().unwrap().payment.number);
    }
    numbers.sort();
    assert_eq!(
        numbers.last().unwrap(),
        "PAY-20260201-00100",
        "numbers are gapless"
    );
    assert_eq!(it.balance(id).await, 400_000 - 505_000);
    it.verified().await;
}

on_both!(
    scenario_1_one_invoice_is_paid_whole,
    scenario_2_a_part_of_one_invoice_is_paid,
    scenario_3_the_first_is_paid_and_fifty_thousand_is_left_on_the_second,
    scenario_4_both_are_paid_and_the_rest_is_credit_that_the_next_invoice_uses,
    at_the_counter_nothing_becomes_credit_by_accident,
    zero_negative_and_endless_amounts_are_refused,
    a_payment_never_names_an_invoice_of_somebody_else,
    a_reversed_payment_takes_back_credit_that_was_used,
    what_was_taken_back_says_so_on_its_receipt_and_on_the_statement,
    a_hundred_copies_of_one_request_are_one_payment,
    a_hundred_payments_at_once_add_up,
);
