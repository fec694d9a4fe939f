//! Invoices by example: price, discount, tax, several lines of one payer, charges that wait.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{BillingDay, BillingMode, ChargedPeriod, CustomerStatus, DiscountType, FirstMonth};

fn service(start: Date) -> BilledLine<'static> {
    BilledLine {
        status: CustomerStatus::Active,
        billing: BillingMode::Normal,
        billing_day: BillingDay::default(),
        billing_start: start,
        pauses: &[],
        terminated_on: None,
        closings: &[],
        charged: &[],
    }
}

fn line(customer_id: i64, price: i64, taxed: bool) -> LineToBill<'static> {
    let service = service(date(2020, 1, 1));
    LineToBill {
        customer_id,
        service,
        package: PricedPackage {
            id: 1,
            price: Rupiah(price),
        },
        earlier: &[],
        discount: None,
        reduced: &[],
        is_in_place: false,
        taxed,
        pending: &[],
        asked: None,
        since: None,
    }
}

fn rules(tax: &TaxTable) -> InvoiceRules<'_> {
    InvoiceRules {
        billing: BillingRules::default(),
        is_pkp: true,
        price_includes_tax: false,
        tax,
        due: DueRule::default(),
    }
}

fn january(lines: &[LineToBill<'_>], rules: &InvoiceRules<'_>) -> InvoiceDraft {
    draft(1, lines, &[], rules, date(2026, 1, 1))
        .unwrap()
        .invoice
        .unwrap()
}

fn pending(charge_id: i64, kind: ChargeKind, amount: i64, taxed: bool) -> PendingCharge {
    PendingCharge {
        charge_id,
        kind,
        amount: Rupiah(amount),
        taxed,
    }
}

#[test]
fn a_plain_invoice_is_the_package_price() {
    let table = TaxTable::default();
    let invoice = january(&[line(7, 150_000, false)], &rules(&table));
    assert_eq!(invoice.period.to_string(), "2026-01");
    assert_eq!(
        (invoice.issue_date, invoice.due_date),
        (date(2026, 1, 1), date(2026, 1, 21))
    );
    assert_eq!(
        (invoice.subtotal, invoice.tax, invoice.total),
        (Rupiah(150_000), Rupiah(0), Rupiah(150_000))
    );
    assert_eq!(invoice.lines[0].key.as_deref(), Some("2026-01"));
}

#[test]
fn ppn_is_charged_by_a_pkp_to_a_taxed_customer_only() {
    let table = TaxTable::default();
    let taxed = january(&[line(7, 150_000, true)], &rules(&table));
    assert_eq!(
        (taxed.tax_base, taxed.tax, taxed.total),
        (Rupiah(137_500), Rupiah(16_500), Rupiah(166_500))
    );
    let small_office = january(
        &[line(7, 150_000, true)],
        &InvoiceRules {
            is_pkp: false,
            ..rules(&table)
        },
    );
    assert_eq!(
        (small_office.tax_base, small_office.tax, small_office.total),
        (Rupiah(0), Rupiah(0), Rupiah(150_000))
    );
}

#[test]
fn ppn_is_found_inside_a_price_that_includes_it() {
    let table = TaxTable::default();
    let inside = InvoiceRules {
        price_includes_tax: true,
        ..rules(&table)
    };
    let invoice = january(&[line(7, 150_000, true)], &inside);
    assert_eq!(
        (invoice.subtotal, invoice.net, invoice.tax),
        (Rupiah(150_000), Rupiah(135_135), Rupiah(14_865))
    );
    assert_eq!(invoice.total, Rupiah(150_000));
    assert_eq!(
        invoice.tax_base,
        Rupiah(123_874),
        "eleven twelfths of the net, rounded half up"
    );
    assert!(invoice.tax_included);
    let untaxed = january(&[line(7, 150_000, false)], &inside);
    assert_eq!(
        (untaxed.net, untaxed.tax, untaxed.total),
        (Rupiah(150_000), Rupiah(0), Rupiah(150_000))
    );
}

#[test]
fn the_tax_comes_after_proration_and_discount() {
    let table = TaxTable::default();
    let discount = Discount::new(DiscountType::Percent, 1_000, None, None, None).unwrap();
    let joined = LineToBill {
        service: service(date(2026, 1, 16)),
        discount: Some(&discount),
        ..line(7, 310_000, true)
    };
    let invoice = draft(1, &[joined], &[], &rules(&table), date(2026, 1, 16))
        .unwrap()
        .invoice
        .unwrap();
    assert_eq!(
        (invoice.subtotal, invoice.discount),
        (Rupiah(160_000), Rupiah(16_000))
    );
    assert_eq!(
        (invoice.net, invoice.tax, invoice.total),
        (Rupiah(144_000), Rupiah(15_840), Rupiah(159_840))
    );
    assert_eq!(
        invoice.lines[0].reasons,
        [PartReason::Joined {
            on: date(2026, 1, 16)
        }]
    );
}

#[test]
fn a_discount_above_the_price_makes_an_invoice_for_nothing() {
    let table = TaxTable::default();
    let discount = Discount::new(DiscountType::Amount, 999_999, None, None, None).unwrap();
    let invoice = january(
        &[LineToBill {
            discount: Some(&discount),
            ..line(7, 150_000, true)
        }],
        &rules(&table),
    );
    assert_eq!(
        (invoice.discount, invoice.tax, invoice.total),
        (Rupiah(150_000), Rupiah(0), Rupiah(0))
    );
    assert_eq!(
        invoice.lines.len(),
        1,
        "the period is billed all the same, so that it is not billed again"
    );
}

#[test]
fn one_payer_gets_one_invoice_for_several_lines_and_one_tax() {
    let table = TaxTable::default();
    let invoice = january(
        &[
            line(7, 100_005, true),
            line(8, 100_005, true),
            line(9, 50_000, false),
        ],
        &rules(&table),
    );
    assert_eq!(
        invoice
            .lines
            .iter()
            .map(|line| line.customer_id)
            .collect::<Vec<_>>(),
        [7, 8, 9]
    );
    assert_eq!(
        invoice.tax,
        Rupiah(22_001),
        "22.001,1 at once; twice 11.000,55 would be 22.002"
    );
    assert_eq!(invoice.total, Rupiah(272_011));
}

#[test]
fn an_invoice_for_lines_with_different_billing_days_is_named_after_the_latest_period() {
    let table = TaxTable::default();
    let on_the_tenth = LineToBill {
        service: BilledLine {
            billing_day: BillingDay::new(10).unwrap(),
            ..service(date(2020, 1, 1))
        },
        ..line(8, 100_000, false)
    };
    let invoice = january(&[line(7, 150_000, false), on_the_tenth], &rules(&table));
    assert_eq!(
        invoice.lines[1].key.as_deref(),
        Some("2025-12"),
        "10 December to 9 January"
    );
    assert_eq!(invoice.period.to_string(), "2026-01");
}

#[test]
fn a_line_that_is_not_due_does_not_hold_up_the_others() {
    let table = TaxTable::default();
    let free = LineToBill {
        service: BilledLine {
            billing: BillingMode::Free,
            ..service(date(2020, 1, 1))
        },
        ..line(8, 100_000, false)
    };
    let lines = [line(7, 150_000, false), free];
    let result = draft(7, &lines, &[], &rules(&table), date(2026, 1, 1)).unwrap();
    assert_eq!(result.invoice.unwrap().total, Rupiah(150_000));
    assert_eq!(
        result.skipped,
        [SkippedLine {
            customer_id: 8,
            reason: SkipReason::Free
        }]
    );
}

#[test]
fn m1_drafting_the_same_month_again_gives_no_invoice() {
    let table = TaxTable::default();
    let first = january(&[line(7, 150_000, false)], &rules(&table));
    let charged = [ChargedPeriod {
        period: first.period,
        span: first.lines[0].span.unwrap(),
        whole_days: None,
    }];
    let waits = [pending(1, ChargeKind::AddOn, 5_000, false)];
    let again = LineToBill {
        service: BilledLine {
            charged: &charged,
            ..service(date(2020, 1, 1))
        },
        pending: &waits,
        ..line(7, 150_000, false)
    };
    let result = draft(1, &[again], &[], &rules(&table), date(2026, 1, 1)).unwrap();
    assert_eq!(result.invoice, None, "and what waits goes on waiting");
    assert_eq!(
        result.skipped[0].reason,
        SkipReason::AlreadyBilled { period: first.period }
    );
}

#[test]
fn a_month_can_be_asked_for() {
    let table = TaxTable::default();
    let asked = LineToBill {
        asked: Some("2026-01".parse().unwrap()),
        ..line(7, 150_000, false)
    };
    let late = draft(7, &[asked], &[], &rules(&table), date(2026, 3, 5))
        .unwrap()
        .invoice
        .unwrap();
    assert_eq!(
        (late.period.to_string().as_str(), late.issue_date),
        ("2026-01", date(2026, 3, 5))
    );
    assert_eq!(late.due_date, date(2026, 3, 25), "who is billed late pays later");
}

#[test]
fn a_shortfall_rides_untaxed_on_the_next_invoice_and_only_with_one() {
    let table = TaxTable::default();
    let shortfalls = [Shortfall {
        invoice_id: 41,
        amount: Rupiah(1_500),
    }];
    let today = date(2026, 1, 1);
    let billed = draft(7, &[line(7, 150_000, true)], &shortfalls, &rules(&table), today)
        .unwrap()
        .invoice
        .unwrap();
    // PPN of 16,500 on the package alone: what is short was taxed with the invoice that it comes from.
    assert_eq!((billed.tax, billed.total), (Rupiah(16_500), Rupiah(168_000)));
    let carried = &billed.lines[1];
    assert_eq!(
        (carried.kind, carried.moved_from, carried.key.as_deref()),
        (ChargeKind::Correction, Some(41), Some("shortfall:41"))
    );
    let not_yet = LineToBill {
        service: service(date(2026, 2, 1)),
        ..line(7, 150_000, true)
    };
    let nothing = draft(7, &[not_yet], &shortfalls, &rules(&table), today).unwrap();
    assert_eq!(nothing.invoice, None, "no invoice is made for a shortfall alone");
}

#[test]
fn waiting_charges_ride_with_the_subscription() {
    let table = TaxTable::default();
    let waits = [
        pending(1, ChargeKind::Installation, 250_000, true),
        pending(2, ChargeKind::Deposit, 100_000, true),
        pending(3, ChargeKind::Correction, -50_000, true),
    ];
    let invoice = january(
        &[LineToBill {
            pending: &waits,
            ..line(7, 150_000, true)
        }],
        &rules(&table),
    );
    assert_eq!(
        invoice
            .lines
            .iter()
            .map(|line| line.charge_id)
            .collect::<Vec<_>>(),
        [None, Some(1), Some(2), Some(3)]
    );
    assert_eq!(invoice.net, Rupiah(450_000));
    assert_eq!(
        invoice.tax,
        Rupiah(38_500),
        "11 % of 350.000: a deposit is no sale"
    );
    assert_eq!(invoice.deposit(), Ok(Rupiah(100_000)));
}

#[test]
fn of_a_correction_that_would_bring_the_invoice_below_zero_the_rest_waits() {
    let table = TaxTable::default();
    let waits = [
        pending(1, ChargeKind::Correction, -100_000, false),
        pending(2, ChargeKind::Correction, -60_000, false),
        pending(3, ChargeKind::Correction, -50_000, false),
    ];
    let invoice = january(
        &[LineToBill {
            pending: &waits,
            ..line(7, 150_000, false)
        }],
        &rules(&table),
    );
    assert_eq!(
        (invoice.total, invoice.held.as_slice()),
        (Rupiah(0), [3].as_slice())
    );
    let amounts: Vec<i64> = invoice.lines.iter().map(|line| line.amount.0).collect();
    assert_eq!(amounts, [150_000, -100_000, -50_000]);
}

#[test]
fn what_is_charged_on_a_free_line_is_an_invoice_of_its_own() {
    let table = TaxTable::default();
    let waits = [pending(1, ChargeKind::Installation, 90_000, false)];
    let free = LineToBill {
        service: BilledLine {
            billing: BillingMode::Free,
            ..service(date(2020, 1, 1))
        },
        pending: &waits,
        ..line(7, 150_000, false)
    };
    let invoice = january(&[free], &rules(&table));
    assert_eq!((invoice.lines.len(), invoice.total), (1, Rupiah(90_000)));
}

#[test]
fn what_is_taken_off_a_line_that_is_not_billed_makes_its_payers_bill_smaller() {
    let table = TaxTable::default();
    let waits = [pending(1, ChargeKind::Correction, -90_000, false)];
    let free = LineToBill {
        service: BilledLine {
            billing: BillingMode::Free,
            ..service(date(2020, 1, 1))
        },
        pending: &waits,
        ..line(8, 150_000, false)
    };
    assert_eq!(
        january(&[line(7, 150_000, false), free], &rules(&table)).total,
        Rupiah(60_000)
    );
    let alone = draft(8, &[free], &[], &rules(&table), date(2026, 1, 1)).unwrap();
    assert_eq!(alone.invoice, None);
}

#[test]
fn a_correction_takes_nothing_off_a_deposit_an_earlier_debt_or_a_shortfall() {
    let table = TaxTable::default();
    let waits = [
        pending(1, ChargeKind::Deposit, 100_000, false),
        pending(2, ChargeKind::OpeningDebt, 70_000, false),
        pending(3, ChargeKind::Correction, -500_000, false),
    ];
    let lines = [LineToBill {
        pending: &waits,
        ..line(7, 150_000, false)
    }];
    let short = [Shortfall {
        invoice_id: 41,
        amount: Rupiah(1_500),
    }];
    let drafted = draft(7, &lines, &short, &rules(&table), date(2026, 1, 1)).unwrap();
    let invoice = drafted.invoice.unwrap();
    assert_eq!(invoice.total, Rupiah(171_500));
    assert_eq!(invoice.lines[3].amount, Rupiah(-150_000), "{:?}", invoice.lines);
}

#[test]
fn a_correction_lowers_what_is_taxed() {
    let table = TaxTable::default();
    let waits = [pending(1, ChargeKind::Correction, -50_000, true)];
    let invoice = january(
        &[LineToBill {
            pending: &waits,
            ..line(7, 150_000, true)
        }],
        &rules(&table),
    );
    assert_eq!((invoice.tax, invoice.total), (Rupiah(11_000), Rupiah(111_000)));
}

#[test]
fn only_a_correction_may_be_negative() {
    let table = TaxTable::default();
    let waits = [pending(1, ChargeKind::AddOn, -1, false)];
    let lines = [LineToBill {
        pending: &waits,
        ..line(7, 150_000, false)
    }];
    let error = draft(1, &lines, &[], &rules(&table), date(2026, 1, 1)).unwrap_err();
    assert_eq!(
        error,
        DraftError::Negative {
            customer_id: 7,
            kind: ChargeKind::AddOn
        }
    );
    let below_zero = [line(7, -150_000, false)];
    let error = draft(7, &below_zero, &[], &rules(&table), date(2026, 1, 1)).unwrap_err();
    assert_eq!(error.code(), "charge_negative");
    let huge = [line(7, i64::MAX, false), line(8, i64::MAX, false)];
    let error = draft(1, &huge, &[], &rules(&table), date(2026, 1, 1)).unwrap_err();
    assert_eq!(error.code(), "amount_too_large");
}

#[test]
fn the_first_month_is_whole_where_the_office_has_it_so() {
    let table = TaxTable::default();
    let billing = BillingRules {
        first_month: FirstMonth::Full,
        ..BillingRules::default()
    };
    let joined = LineToBill {
        service: service(date(2026, 1, 16)),
        ..line(7, 310_000, false)
    };
    let rules = InvoiceRules {
        billing,
        ..rules(&table)
    };
    let invoice = draft(1, &[joined], &[], &rules, date(2026, 1, 16))
        .unwrap()
        .invoice
        .unwrap();
    assert_eq!(invoice.total, Rupiah(310_000));
}

proptest! {
    #[test]
    fn an_invoice_adds_up(
        prices in prop::collection::vec((0..2_000_000_i64, any::<bool>(), 0..=10_000_i64), 1..6),
        corrections in prop::collection::vec((-500_000..500_000_i64, any::<bool>()), 0..4),
        is_pkp in any::<bool>(), price_includes_tax in any::<bool>(),
    ) {
        let table = TaxTable::default();
        let discounts: Vec<Discount> = prices
            .iter()
            .map(|&(_, _, share)| Discount::new(DiscountType::Percent, share, None, None, None).unwrap())
            .collect();
        let waits: Vec<PendingCharge> = corrections
            .iter()
            .zip(1..)
            .map(|(&(amount, taxed), id)| pending(id, ChargeKind::Correction, amount, taxed))
            .collect();
        let lines: Vec<LineToBill<'_>> = prices
            .iter()
            .zip(&discounts)
            .zip(1..)
            .map(|((&(price, taxed, _), discount), id)| LineToBill {
                discount: Some(discount),
                pending: if id == 1 { &waits } else { &[] },
                ..line(id, price, taxed)
            })
            .collect();
        let invoice = january(&lines, &InvoiceRules { is_pkp, price_includes_tax, ..rules(&table) });

        prop_assert!(invoice.total.0 >= 0 && invoice.tax.0 >= 0 && invoice.tax_base.0 >= 0);
        prop_assert_eq!(invoice.net.try_add(invoice.tax), Ok(invoice.total));
        let priced = invoice.subtotal.try_sub(invoice.discount).unwrap();
        let expected = if invoice.tax_included { priced } else { priced.try_add(invoice.tax).unwrap() };
        prop_assert_eq!(invoice.total, expected);
        prop_assert_eq!(Rupiah::try_sum(invoice.lines.iter().map(|line| line.amount)), Ok(invoice.subtotal));
        prop_assert_eq!(invoice.lines.len() + invoice.held.len(), lines.len() + waits.len(), "no charge is lost");
        prop_assert!(is_pkp || invoice.tax.is_zero());
    }
}
