//! Charges besides the package: an installation, a deposit, a reduction.

use billing::{BillingMode, ChargeKind, FurtherKind, Rupiah};
use jiff::civil::date;
use office::Actor;
use office::access::CheckOverdue;
use office::customers::{CustomerFields, ReadStatement};
use office::invoicing::{AddCharge, AddedCharge, ListWaitingCharges, WaitingCharge, WithdrawCharge};

use crate::opened::{Opened, at, on_both};

on_both!(
    an_installation_goes_with_the_next_month,
    an_installation_that_is_billed_now_has_an_invoice_of_its_own,
    what_is_taken_off_makes_the_next_bills_smaller_and_never_negative,
    what_is_taken_off_lowers_the_tax_too,
    a_charge_is_taken_back_as_long_as_no_invoice_shows_it,
    one_request_that_comes_twice_charges_once,
    what_makes_no_sense_is_refused_and_nothing_waits,
    a_line_that_no_month_bills_is_billed_by_itself_or_now,
    a_deposit_is_taxed_by_nobody_and_owed_to_the_customer,
);

fn charge(customer_id: i64, kind: FurtherKind, amount: i64) -> AddCharge {
    AddCharge {
        customer_id,
        kind,
        amount: Rupiah(amount),
        description: None,
        bill_now: false,
        idempotency_key: None,
    }
}

async fn add(it: &Opened, charge: AddCharge) -> AddedCharge {
    it.office.perform(&Actor::console(), charge).await.unwrap()
}

async fn waiting(it: &Opened, customer_id: i64) -> Vec<WaitingCharge> {
    let request = ListWaitingCharges { customer_id };
    it.office.perform(&Actor::console(), request).await.unwrap()
}

async fn withdraw(it: &Opened, customer_id: i64, id: i64) -> office::Result<Vec<WaitingCharge>> {
    let request = WithdrawCharge { customer_id, id };
    it.office.perform(&Actor::console(), request).await
}

async fn an_installation_goes_with_the_next_month(it: Opened) {
    let id = it.customer("Bu Sri", CustomerFields::default()).await.id;
    let added = add(&it, charge(id, FurtherKind::Installation, 250_000)).await;
    assert_eq!(
        (added.charge.description.as_str(), added.invoice.is_none()),
        ("Pemasangan", true)
    );
    let described = AddCharge {
        description: Some(" Kabel 30 m ".into()),
        ..charge(id, FurtherKind::AddOn, 90_000)
    };
    assert_eq!(add(&it, described).await.charge.description, "Kabel 30 m");
    assert_eq!(it.read(id).await.waiting_charges, Rupiah(340_000));
    it.bill(2026, 1).await;
    let bill = &it.invoices(id).await[0];
    let lines: Vec<_> = bill
        .lines
        .iter()
        .map(|line| (line.kind, line.description.as_str(), line.amount.0))
        .collect();
    assert_eq!(
        lines,
        [
            (
                ChargeKind::Subscription,
                "Internet Home 20 Mbps, Januari 2026",
                200_000
            ),
            (ChargeKind::Installation, "Pemasangan", 250_000),
            (ChargeKind::AddOn, "Kabel 30 m", 90_000),
        ]
    );
    assert_eq!(bill.total, Rupiah(540_000));
    assert_eq!(waiting(&it, id).await, []);
    it.verified().await;
}

async fn an_installation_that_is_billed_now_has_an_invoice_of_its_own(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true })).await;
    let payer = it.customer("Pak RT", CustomerFields::default()).await.id;
    let fields = CustomerFields {
        payer_id: Some(Some(payer)),
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let line = it.customer("Warung", fields).await.id;
    let now = AddCharge {
        bill_now: true,
        ..charge(line, FurtherKind::Installation, 100_000)
    };
    let invoice = add(&it, now).await.invoice.unwrap();
    assert_eq!((invoice.customer.id, invoice.lines.len()), (payer, 1));
    assert_eq!(invoice.lines[0].description, "Pemasangan – Warung");
    let statement = ReadStatement {
        customer_id: payer,
        ..ReadStatement::default()
    };
    let statement = it.office.perform(&Actor::console(), statement).await.unwrap();
    assert_eq!(statement.items[0].description.as_deref(), Some("Pemasangan"));
    assert_eq!((invoice.tax, invoice.total), (Rupiah(11_000), Rupiah(111_000)));
    assert_eq!(waiting(&it, line).await, []);
    it.pay(payer, 111_000).await;
    it.verified().await;
    // Declared void, it waits for the next month, as any charge that stands for itself.
    it.void(invoice.id, false).await.unwrap();
    let again = waiting(&it, line).await;
    assert_eq!((again[0].amount, again[0].can_withdraw), (Rupiah(100_000), true));
    assert_eq!(it.balance(payer).await, -111_000, "what was paid is credit");
    withdraw(&it, line, again[0].id).await.unwrap();
    it.verified().await;
}

fn off(customer_id: i64, amount: i64) -> AddCharge {
    AddCharge {
        description: Some("Gangguan 5 hari".into()),
        ..charge(customer_id, FurtherKind::Correction, amount)
    }
}

async fn what_is_taken_off_makes_the_next_bills_smaller_and_never_negative(it: Opened) {
    let id = it.customer("Bu Sri", CustomerFields::default()).await.id;
    add(&it, off(id, -30_000)).await;
    add(&it, off(id, -300_000)).await;
    it.bill(2026, 1).await;
    assert_eq!(it.balance(id).await, 0);
    let left = waiting(&it, id).await;
    assert_eq!(left.len(), 1, "what is left of it goes on waiting: {left:?}");
    assert_eq!((left[0].amount, left[0].can_withdraw), (Rupiah(-130_000), true));
    it.verified().await;
    // Both parts wait again where the first bill is void, and both are used.
    let first = it.invoices(id).await[0].id;
    it.void(first, true).await.unwrap();
    it.clock.set(at("2026-02-01T09:00:00+07:00"));
    it.bill(2026, 2).await;
    assert_eq!(it.balance(id).await, 70_000);
    assert_eq!(waiting(&it, id).await, []);
    it.verified().await;
}

async fn what_is_taken_off_lowers_the_tax_too(it: Opened) {
    for (is_included, total) in [(false, 166_500), (true, 150_000)] {
        it.settings(serde_json::json!({ "tax.is_pkp": true, "tax.price_includes_tax": is_included }))
            .await;
        let fields = CustomerFields {
            taxed: Some(true),
            ..CustomerFields::default()
        };
        let id = it.customer("Bu Sri", fields).await.id;
        add(&it, off(id, -50_000)).await;
        it.bill(2026, 1).await;
        assert_eq!(it.balance(id).await, total);
        assert_eq!(waiting(&it, id).await, []);
    }
    it.verified().await;
}

async fn a_charge_is_taken_back_as_long_as_no_invoice_shows_it(it: Opened) {
    let id = it.customer("Bu Sri", CustomerFields::default()).await.id;
    let kept = add(&it, charge(id, FurtherKind::LateFee, 10_000)).await.charge;
    let slip = add(&it, charge(id, FurtherKind::LateFee, 100_000)).await.charge;
    let left = withdraw(&it, id, slip.id).await.unwrap();
    assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), [kept.id]);
    assert_eq!(
        withdraw(&it, id, slip.id).await.unwrap_err().code,
        "charge_not_waiting"
    );
    it.bill(2026, 1).await;
    assert_eq!(it.balance(id).await, 210_000);
    assert_eq!(
        withdraw(&it, id, kept.id).await.unwrap_err().code,
        "charge_not_waiting"
    );
    // What follows from the line is undone with what it follows from.
    it.clock.set(at("2026-01-17T09:00:00+07:00"));
    it.choose(id, it.package("B", 400_000).await).await;
    let difference = waiting(&it, id).await;
    assert!(!difference[0].can_withdraw);
    assert_eq!(
        withdraw(&it, id, difference[0].id).await.unwrap_err().code,
        "charge_follows_from_rules"
    );
    let other = it.customer("Pak Joko", CustomerFields::default()).await.id;
    assert_eq!(
        withdraw(&it, other, difference[0].id).await.unwrap_err().code,
        "charge_not_waiting"
    );
    it.verified().await;
}

async fn one_request_that_comes_twice_charges_once(it: Opened) {
    let id = it.customer("Bu Sri", CustomerFields::default()).await.id;
    let once = || AddCharge {
        idempotency_key: Some("klik".into()),
        bill_now: true,
        ..charge(id, FurtherKind::Installation, 250_000)
    };
    let (one, two) = (add(&it, once()).await, add(&it, once()).await);
    assert_eq!(one.charge, two.charge);
    assert_eq!(it.invoices(id).await.len(), 1);
    // Two that are meant, in the same moment.
    add(&it, charge(id, FurtherKind::AddOn, 5_000)).await;
    add(&it, charge(id, FurtherKind::AddOn, 5_000)).await;
    assert_eq!(waiting(&it, id).await.len(), 2);
}

async fn what_makes_no_sense_is_refused_and_nothing_waits(it: Opened) {
    let id = it.customer("Bu Sri", CustomerFields::default()).await.id;
    let refused = async |charge: AddCharge| {
        let error = it.office.perform(&Actor::console(), charge).await.unwrap_err();
        let field = error.fields.first().map(|it| (it.field.clone(), it.code));
        field.unwrap_or((String::new(), error.code))
    };
    for amount in [0, -1, i64::MIN, i64::MAX, 1_000_000_000_000] {
        let found = refused(charge(id, FurtherKind::Installation, amount)).await;
        assert_eq!(found, ("amount".into(), "amount_out_of_range"), "{amount}");
    }
    for amount in [0, i64::MIN, i64::MAX] {
        let found = refused(off(id, amount)).await;
        assert_eq!(found, ("amount".into(), "amount_out_of_range"), "{amount}");
    }
    let found = refused(charge(id, FurtherKind::Correction, -1_000)).await;
    assert_eq!(found, ("description".into(), "required"));
    let now = AddCharge {
        description: Some("potongan".into()),
        bill_now: true,
        ..charge(id, FurtherKind::Correction, -1_000)
    };
    assert_eq!(refused(now).await, ("bill_now".into(), "nothing_to_bill"));
    let found = refused(charge(9_999, FurtherKind::Installation, 1_000)).await;
    assert_eq!(found, (String::new(), "not_found"));
    assert_eq!(waiting(&it, id).await, []);
}

async fn a_line_that_no_month_bills_is_billed_by_itself_or_now(it: Opened) {
    let free = CustomerFields {
        billing: Some(BillingMode::Free),
        ..CustomerFields::default()
    };
    let free = it.customer("Masjid", free).await.id;
    let ended = it.customer("Pak Joko", CustomerFields::default()).await.id;
    it.end(ended, Some(date(2026, 1, 1))).await.unwrap();
    it.clock.set(at("2026-01-05T09:00:00+07:00"));
    let check = CheckOverdue::default();
    it.office.perform(&Actor::console(), check).await.unwrap();
    for id in [free, ended] {
        let error = it
            .office
            .perform(&Actor::console(), off(id, -1_000))
            .await
            .unwrap_err();
        assert_eq!(error.code, "nothing_to_reduce");
    }
    let later = charge(ended, FurtherKind::Installation, 50_000);
    let error = it
        .office
        .perform(&Actor::console(), later.clone())
        .await
        .unwrap_err();
    assert_eq!(error.code, "no_next_invoice");
    let now = AddCharge {
        bill_now: true,
        ..later
    };
    let added = add(&it, now).await;
    assert_eq!(added.invoice.unwrap().total, Rupiah(50_000));
    assert!(!added.charge.can_withdraw, "it is on an invoice");
    add(&it, charge(free, FurtherKind::AddOn, 40_000)).await;
    it.bill(2026, 1).await;
    assert_eq!(it.balance(free).await, 40_000);
    it.verified().await;
}

async fn a_deposit_is_taxed_by_nobody_and_owed_to_the_customer(it: Opened) {
    it.settings(serde_json::json!({ "tax.is_pkp": true })).await;
    let fields = CustomerFields {
        taxed: Some(true),
        ..CustomerFields::default()
    };
    let id = it.customer("Bu Sri", fields).await.id;
    let now = AddCharge {
        bill_now: true,
        ..charge(id, FurtherKind::Deposit, 200_000)
    };
    let invoice = add(&it, now).await.invoice.unwrap();
    assert_eq!((invoice.tax, invoice.total), (Rupiah::ZERO, Rupiah(200_000)));
    it.verified().await;
}
