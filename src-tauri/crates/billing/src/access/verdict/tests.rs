//! The rows of the failure list that belong to access, and every rule by example.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::access::{OverrideInForce, Shield, ShieldKind};
use crate::{OverrideVerdict, Pause, Unpaid, allocate};

const TODAY: Date = date(2026, 2, 1);

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).in_tz("Asia/Jakarta").unwrap().timestamp()
}

fn line() -> LineFacts<'static> {
    LineFacts {
        status: CustomerStatus::Active,
        exempt: false,
        payment_behavior: PaymentBehavior::Regular,
        rapel_months: 0,
        pause: None,
        terminated_on: None,
        overridden: None,
    }
}

fn owed(invoice_id: i64, due_date: Date, paid: i64, remaining: i64) -> OwedInvoice {
    OwedInvoice {
        invoice_id,
        due_date,
        paid: Rupiah(paid),
        remaining: Rupiah(remaining),
        shield: None,
    }
}

/// An invoice that closes a line on `TODAY`.
fn late(invoice_id: i64) -> OwedInvoice {
    owed(invoice_id, date(2026, 1, 21), 0, 150_000)
}

fn judge(line: &LineFacts<'_>, owed: &[OwedInvoice]) -> Verdict {
    verdict(line, owed, &AccessPolicy::default(), TODAY, noon(TODAY))
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict.reasons.iter().map(Reason::code).collect()
}

#[test]
fn a_line_that_owes_nothing_overdue_is_open() {
    let none = judge(&line(), &[]);
    assert_eq!(
        (none.access, codes(&none)),
        (Access::Open, vec!["nothing_overdue"])
    );
    let not_yet = judge(&line(), &[owed(1, TODAY, 0, 150_000)]);
    assert_eq!(
        (not_yet.access, codes(&not_yet)),
        (Access::Open, vec!["nothing_overdue"]),
        "due today is not overdue"
    );
}

#[test]
fn a_line_closes_on_the_day_after_the_grace() {
    let on = |day| verdict(&line(), &[late(1)], &AccessPolicy::default(), day, noon(day));
    let last = on(date(2026, 1, 28));
    assert_eq!((last.access, codes(&last)), (Access::Open, vec!["within_grace"]));
    assert!(
        matches!(last.reasons[0], Reason::WithinGrace { counts_from, .. } if counts_from == date(2026, 1, 29))
    );
    let first = on(date(2026, 1, 29));
    assert_eq!((first.access, codes(&first)), (Access::Closed, vec!["overdue"]));
    let [
        Reason::Overdue {
            invoices,
            amount,
            grace_days: 7,
        },
    ] = first.reasons.as_slice()
    else {
        panic!("{first:?} has one reason");
    };
    assert_eq!(
        (invoices[0].invoice_id, invoices[0].days_overdue, *amount),
        (1, 8, Rupiah(150_000))
    );
    assert_eq!(first.overdue_amount(), Rupiah(150_000));
    assert_eq!(
        closing_day(date(2026, 1, 21), &AccessPolicy::default()),
        date(2026, 1, 29)
    );
}

#[test]
fn a13_one_rupiah_opens_nothing_and_shields_nobody() {
    let after = judge(&line(), &[owed(1, date(2026, 1, 21), 1, 149_999)]);
    assert_eq!((after.access, codes(&after)), (Access::Closed, vec!["overdue"]));
    let policy = AccessPolicy {
        tolerance: Rupiah(5_000),
        ..AccessPolicy::default()
    };
    let tolerant = verdict(
        &line(),
        &[owed(1, date(2026, 1, 21), 1, 149_999)],
        &policy,
        TODAY,
        noon(TODAY),
    );
    assert_eq!(
        tolerant.access,
        Access::Closed,
        "nor where a shortfall is let pass"
    );
}

#[test]
fn a_tolerated_shortfall_opens_the_line() {
    let policy = AccessPolicy {
        tolerance: Rupiah(1_000),
        ..AccessPolicy::default()
    };
    let at = |paid, remaining| {
        verdict(
            &line(),
            &[owed(1, date(2026, 1, 21), paid, remaining)],
            &policy,
            TODAY,
            noon(TODAY),
        )
    };
    assert_eq!(
        (at(149_000, 1_000).access, codes(&at(149_000, 1_000))),
        (Access::Open, vec!["within_tolerance"])
    );
    assert_eq!(at(148_999, 1_001).access, Access::Closed);
    assert_eq!(
        at(0, 1_000).access,
        Access::Closed,
        "a small invoice that nobody paid is no shortfall"
    );
    assert_eq!(
        judge(&line(), &[owed(1, date(2026, 1, 21), 149_999, 1)]).access,
        Access::Closed,
        "none by default"
    );
}

#[test]
fn an_office_may_wait_for_a_second_overdue_invoice() {
    let policy = AccessPolicy {
        min_overdue_invoices: 2,
        ..AccessPolicy::default()
    };
    let one = verdict(&line(), &[late(1)], &policy, TODAY, noon(TODAY));
    assert_eq!(
        (one.access, codes(&one)),
        (Access::Open, vec!["fewer_than_minimum"])
    );
    let second_in_grace = [late(1), owed(2, date(2026, 1, 30), 0, 150_000)];
    let waiting = verdict(&line(), &second_in_grace, &policy, TODAY, noon(TODAY));
    assert_eq!(
        (waiting.access, codes(&waiting)),
        (Access::Open, vec!["fewer_than_minimum", "within_grace"])
    );
    let two = verdict(&line(), &[late(1), late(2)], &policy, TODAY, noon(TODAY));
    assert_eq!(
        (two.access, two.overdue_amount()),
        (Access::Closed, Rupiah(300_000))
    );
    let zero = AccessPolicy {
        min_overdue_invoices: 0,
        ..AccessPolicy::default()
    };
    let clean = verdict(&line(), &[], &zero, TODAY, noon(TODAY));
    assert_eq!(
        clean.access,
        Access::Open,
        "a minimum of none would close everybody"
    );
}

#[test]
fn a14_rapel_is_tolerated_and_its_tolerance_has_an_end() {
    let rapel = LineFacts {
        payment_behavior: PaymentBehavior::Rapel,
        rapel_months: 3,
        ..line()
    };
    let months = |count: i8| -> Vec<OwedInvoice> {
        (0..count)
            .map(|month| owed(month.into(), date(2025, 9 + month, 21), 0, 150_000))
            .collect()
    };
    let three = judge(&rapel, &months(3));
    assert_eq!((three.access, codes(&three)), (Access::Open, vec!["rapel"]));
    assert_eq!(three.reasons[0], Reason::Rapel { due: 3, allowed: 3 });
    let four = judge(&rapel, &months(4));
    assert_eq!((four.access, codes(&four)), (Access::Closed, vec!["overdue"]));
    assert_eq!(four.overdue_amount(), Rupiah(600_000));
    let issued_only: Vec<_> = months(3)
        .into_iter()
        .chain([owed(9, date(2026, 2, 21), 0, 150_000)])
        .collect();
    assert_eq!(
        judge(&rapel, &issued_only).access,
        Access::Open,
        "an invoice that is not due does not count"
    );
    let not_agreed = LineFacts {
        rapel_months: 0,
        ..rapel
    };
    assert_eq!(judge(&not_agreed, &months(1)).access, Access::Closed);
    let regular = LineFacts {
        payment_behavior: PaymentBehavior::Regular,
        ..rapel
    };
    assert_eq!(
        judge(&regular, &months(1)).access,
        Access::Closed,
        "who went back to paying monthly has no rapel left"
    );
}

#[test]
fn a_payment_on_its_way_shields_an_invoice_for_24_hours() {
    let since: Timestamp = "2026-02-01T03:00:00Z".parse().unwrap();
    for kind in [ShieldKind::Processing, ShieldKind::TransferProof] {
        let shielded = OwedInvoice {
            shield: Some(Shield { kind, since }),
            ..late(1)
        };
        let at = |now: &str| {
            verdict(
                &line(),
                &[shielded],
                &AccessPolicy::default(),
                TODAY,
                now.parse().unwrap(),
            )
        };
        assert_eq!(codes(&at("2026-02-01T03:00:00Z")), ["shielded"]);
        assert_eq!(at("2026-02-02T02:59:59Z").access, Access::Open);
        assert_eq!(
            at("2026-02-02T03:00:00Z").access,
            Access::Closed,
            "and no second longer"
        );
        assert_eq!(
            at("2026-02-01T02:59:59Z").access,
            Access::Closed,
            "nor before it began"
        );
    }
}

#[test]
fn a_shield_covers_its_own_invoice_only() {
    let shield = Some(Shield {
        kind: ShieldKind::Processing,
        since: noon(TODAY),
    });
    let both = judge(&line(), &[OwedInvoice { shield, ..late(1) }, late(2)]);
    assert_eq!(
        (both.access, codes(&both)),
        (Access::Closed, vec!["overdue", "shielded"])
    );
    assert_eq!(
        both.reasons[0]
            .invoices()
            .iter()
            .map(|it| it.invoice_id)
            .collect::<Vec<_>>(),
        [2]
    );
}

fn word(verdict: OverrideVerdict, until: Option<Date>) -> OverrideInForce {
    OverrideInForce {
        verdict,
        reason: "janji bayar Sabtu".into(),
        until,
    }
}

#[test]
fn a_persons_word_outranks_the_ledger_while_it_holds() {
    let promise = word(OverrideVerdict::Open, Some(TODAY));
    let promised = LineFacts {
        overridden: Some(&promise),
        ..line()
    };
    let kept = judge(&promised, &[late(1)]);
    assert_eq!((kept.access, codes(&kept)), (Access::Open, vec!["override"]));
    assert_eq!(
        kept.outranked[0].code(),
        "overdue",
        "what the ledger would have said is not forgotten"
    );
    let tomorrow = TODAY.tomorrow().unwrap();
    let broken = verdict(
        &promised,
        &[late(1)],
        &AccessPolicy::default(),
        tomorrow,
        noon(tomorrow),
    );
    assert_eq!((broken.access, codes(&broken)), (Access::Closed, vec!["overdue"]));

    let by_hand = word(OverrideVerdict::Closed, None);
    let closed = judge(
        &LineFacts {
            overridden: Some(&by_hand),
            exempt: true,
            ..line()
        },
        &[],
    );
    assert_eq!(
        (closed.access, codes(&closed)),
        (Access::Closed, vec!["override"])
    );
    assert_eq!(closed.overdue_amount(), Rupiah::ZERO);
}

#[test]
fn an_exempt_line_is_never_closed_by_the_ledger() {
    let exempt = judge(
        &LineFacts {
            exempt: true,
            ..line()
        },
        &[late(1), late(2)],
    );
    assert_eq!((exempt.access, codes(&exempt)), (Access::Open, vec!["exempt"]));
    assert_eq!(exempt.outranked[0].code(), "overdue");
}

#[test]
fn lines_that_are_not_served_are_closed_whatever_they_owe() {
    let code = |line: LineFacts<'_>| {
        let verdict = judge(&line, &[]);
        assert_eq!(verdict.access, Access::Closed);
        codes(&verdict)[0]
    };
    assert_eq!(
        code(LineFacts {
            status: CustomerStatus::Pending,
            ..line()
        }),
        "not_yet_active"
    );
    assert_eq!(
        code(LineFacts {
            status: CustomerStatus::Suspended,
            ..line()
        }),
        "suspended"
    );
    assert_eq!(
        code(LineFacts {
            status: CustomerStatus::Terminated,
            ..line()
        }),
        "terminated"
    );
    assert_eq!(
        code(LineFacts {
            terminated_on: Some(date(2026, 1, 31)),
            ..line()
        }),
        "terminated"
    );
    let cuti = Pause {
        from: date(2026, 1, 20),
        until: Some(TODAY),
    };
    assert_eq!(
        code(LineFacts {
            pause: Some(cuti),
            ..line()
        }),
        "paused"
    );
    let exempt = LineFacts {
        exempt: true,
        status: CustomerStatus::Suspended,
        ..line()
    };
    assert_eq!(
        code(exempt),
        "suspended",
        "an exemption is from the ledger, not from a suspension"
    );
}

#[test]
fn a_line_is_served_on_its_last_day_and_again_after_a_pause() {
    let last_day = LineFacts {
        terminated_on: Some(TODAY),
        ..line()
    };
    assert_eq!(judge(&last_day, &[]).access, Access::Open);
    let over = Pause {
        from: date(2026, 1, 1),
        until: Some(date(2026, 1, 31)),
    };
    let back = LineFacts {
        status: CustomerStatus::Suspended,
        pause: Some(over),
        ..line()
    };
    assert_eq!(judge(&back, &[]).access, Access::Open);
    let coming = Pause {
        from: date(2026, 3, 1),
        until: None,
    };
    let suspended = LineFacts {
        status: CustomerStatus::Suspended,
        pause: Some(coming),
        ..line()
    };
    assert_eq!(
        codes(&judge(&suspended, &[])),
        ["suspended"],
        "a later pause is not why it is suspended now"
    );
}

#[test]
fn no_word_opens_the_line_of_an_ended_contract() {
    let open = word(OverrideVerdict::Open, None);
    let gone = LineFacts {
        status: CustomerStatus::Terminated,
        overridden: Some(&open),
        ..line()
    };
    assert_eq!(codes(&judge(&gone, &[])), ["terminated"]);
    let suspended = LineFacts {
        status: CustomerStatus::Suspended,
        overridden: Some(&open),
        ..line()
    };
    assert_eq!(
        judge(&suspended, &[]).access,
        Access::Open,
        "but a suspension yields to it"
    );
}

#[test]
fn an_isolated_customer_who_paid_is_to_be_opened() {
    let isolated = LineFacts {
        status: CustomerStatus::Isolated,
        ..line()
    };
    assert_eq!(
        judge(&isolated, &[owed(1, date(2026, 1, 21), 150_000, 0)]).access,
        Access::Open
    );
}

#[test]
fn the_four_payments_of_two_overdue_invoices_of_200_000() {
    let after = |amount: i64, named: Option<i64>| {
        let unpaid = [1, 2].map(|invoice_id| Unpaid {
            invoice_id,
            remaining: Rupiah(200_000),
        });
        let allocation = allocate(Rupiah(amount), named, &unpaid).unwrap();
        let rest: Vec<OwedInvoice> = [1, 2]
            .iter()
            .map(|&id| {
                let paid: i64 = allocation
                    .parts
                    .iter()
                    .filter(|part| part.invoice_id == id)
                    .map(|part| part.amount.0)
                    .sum();
                owed(id, date(2026, 1, 21), paid, 200_000 - paid)
            })
            .collect();
        let verdict = judge(
            &LineFacts {
                status: CustomerStatus::Isolated,
                ..line()
            },
            &rest,
        );
        (verdict.access, verdict.overdue_amount().0, allocation.credit.0)
    };
    assert_eq!(after(200_000, None), (Access::Closed, 200_000, 0));
    assert_eq!(after(100_000, Some(1)), (Access::Closed, 300_000, 0));
    assert_eq!(after(350_000, None), (Access::Closed, 50_000, 0));
    assert_eq!(after(500_000, None), (Access::Open, 0, 100_000));
}

#[test]
fn reasons_are_codes_with_their_data() {
    let judged = judge(&line(), &[late(1)]);
    let json = serde_json::to_value(&judged).unwrap();
    assert_eq!(
        serde_json::from_value::<Verdict>(json.clone()).unwrap(),
        judged,
        "a plan keeps it and reads it back"
    );
    assert_eq!(
        json,
        serde_json::json!({
            "access": "closed",
            "reasons": [{
                "code": "overdue",
                "invoices": [{"invoice_id": 1, "due_date": "2026-01-21", "remaining": 150_000, "days_overdue": 11}],
                "amount": 150_000,
                "grace_days": 7,
            }],
            "outranked": [],
        })
    );
}

fn any_owed() -> impl Strategy<Value = Vec<OwedInvoice>> {
    let invoice = (
        1..50_i64,
        -60..30_i64,
        0..300_000_i64,
        0..300_000_i64,
        prop::option::of(-48..4_i64),
    );
    prop::collection::vec(invoice, 0..8).prop_map(|all| {
        all.into_iter()
            .map(|(id, due, paid, remaining, shield)| OwedInvoice {
                shield: shield.map(|hours| Shield {
                    kind: ShieldKind::Processing,
                    since: noon(TODAY)
                        .checked_add(jiff::SignedDuration::from_hours(hours))
                        .unwrap(),
                }),
                ..owed(
                    id,
                    TODAY.saturating_add(jiff::Span::new().days(due)),
                    paid,
                    remaining,
                )
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_verdict_has_a_reason_that_fits_it(
        owed in any_owed(), rapel in any::<bool>(), months in 0..4_u32, minimum in 0..4_u16, grace in 0..15_u16,
        status in prop::sample::select(CustomerStatus::ALL), exempt in any::<bool>(),
    ) {
        let payment_behavior = if rapel { PaymentBehavior::Rapel } else { PaymentBehavior::Regular };
        let line = LineFacts { payment_behavior, rapel_months: months, status, exempt, ..line() };
        let policy = AccessPolicy { grace_days: grace, min_overdue_invoices: minimum, tolerance: Rupiah(1_000) };
        let it = verdict(&line, &owed, &policy, TODAY, noon(TODAY));
        prop_assert!(!it.reasons.is_empty());
        let closes = matches!(
            it.reasons[0],
            Reason::Overdue { .. } | Reason::NotYetActive | Reason::Suspended | Reason::Terminated { .. }
        );
        prop_assert_eq!(it.access == Access::Closed, closes);
        let overdue = it.reasons.iter().filter(|reason| reason.code() == "overdue");
        for invoice in overdue.flat_map(Reason::invoices) {
            prop_assert!(invoice.days_overdue > u32::from(grace), "nobody is closed within the grace");
        }
    }

    #[test]
    fn paying_never_closes_and_waiting_never_opens(owed in any_owed(), which in 0..8_usize, days in 1..40_i64) {
        let policy = AccessPolicy::default();
        let before = verdict(&line(), &owed, &policy, TODAY, noon(TODAY));
        let mut paid = owed.clone();
        if let Some(invoice) = paid.get_mut(which) {
            invoice.remaining = Rupiah::ZERO;
        }
        let after = verdict(&line(), &paid, &policy, TODAY, noon(TODAY));
        prop_assert!(before.access == Access::Closed || after.access == Access::Open);

        // A shield is the one thing that time gives and takes by itself.
        let bare: Vec<OwedInvoice> = owed.iter().map(|it| OwedInvoice { shield: None, ..*it }).collect();
        let now = verdict(&line(), &bare, &policy, TODAY, noon(TODAY));
        let day = TODAY.saturating_add(jiff::Span::new().days(days));
        let later = verdict(&line(), &bare, &policy, day, noon(day));
        prop_assert!(now.access == Access::Open || later.access == Access::Closed);
    }
}
