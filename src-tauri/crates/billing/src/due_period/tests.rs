//! The failures M1 to M3, and every rule by example.

mod closings;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

fn line<'a>(day: i64, start: Date, charged: &'a [ChargedPeriod]) -> BilledLine<'a> {
    BilledLine {
        status: CustomerStatus::Active,
        billing: BillingMode::Normal,
        billing_day: BillingDay::new(day).unwrap(),
        billing_start: start,
        pauses: &[],
        terminated_on: None,
        closings: &[],
        charged,
    }
}

fn arrears() -> BillingRules {
    BillingRules {
        timing: Timing::Arrears,
        ..BillingRules::default()
    }
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn charged(name: &str, from: Date, to: Date) -> ChargedPeriod {
    ChargedPeriod {
        period: period(name),
        span: ServiceSpan::new(from, to).unwrap(),
        whole_days: None,
    }
}

fn january_charged() -> [ChargedPeriod; 1] {
    [charged("2026-01", date(2026, 1, 1), date(2026, 1, 31))]
}

const LONG_AGO: Date = date(2020, 1, 1);

#[test]
fn in_advance_a_period_is_billed_on_its_first_day() {
    let due = due_period(&line(1, LONG_AGO, &[]), BillingRules::default(), date(2026, 1, 1)).unwrap();
    assert_eq!(due.period, period("2026-01"));
    assert_eq!(due.kind, ChargeKind::Subscription);
    assert_eq!(
        (due.span.from(), due.span.to()),
        (date(2026, 1, 1), date(2026, 1, 31))
    );
    assert_eq!(due.amount(Rupiah(150_000)), Ok(Rupiah(150_000)));
    assert!(due.reasons.is_empty(), "a whole period needs no excuse");
}

#[test]
fn in_arrears_a_period_is_billed_when_it_is_over() {
    let due = due_period(&line(1, LONG_AGO, &[]), arrears(), date(2026, 2, 1)).unwrap();
    assert_eq!(due.period, period("2026-01"));
    assert_eq!(due.span.to(), date(2026, 1, 31));
}

#[test]
fn a_line_with_a_later_billing_day_waits_for_it() {
    let december = [charged("2025-12", date(2025, 12, 10), date(2026, 1, 9))];
    let line = line(10, LONG_AGO, &december);
    let skipped = due_period(&line, BillingRules::default(), date(2026, 1, 9)).unwrap_err();
    assert_eq!(
        skipped,
        SkipReason::AlreadyBilled {
            period: period("2025-12")
        }
    );
    let due = due_period(&line, BillingRules::default(), date(2026, 1, 10)).unwrap();
    assert_eq!(
        (due.span.from(), due.span.to()),
        (date(2026, 1, 10), date(2026, 2, 9))
    );
    let asked = period_asked_for(
        &line,
        BillingRules::default(),
        period("2026-01"),
        None,
        date(2026, 1, 9),
    );
    assert_eq!(
        asked.unwrap_err(),
        SkipReason::NotYetDue {
            on: date(2026, 1, 10)
        }
    );
}

#[test]
fn m1_a_period_that_is_charged_is_not_billed_again() {
    let charges = january_charged();
    let line = line(1, LONG_AGO, &charges);
    for day in 1..=31 {
        let skipped = due_period(&line, BillingRules::default(), date(2026, 1, day)).unwrap_err();
        assert_eq!(
            skipped,
            SkipReason::AlreadyBilled {
                period: period("2026-01")
            }
        );
    }
}

#[test]
fn m2_the_period_is_the_offices_civil_month_not_utcs() {
    // Midnight of 1 February in Jakarta is still January in Greenwich.
    let instant: jiff::Timestamp = "2026-01-31T17:01:00Z".parse().unwrap();
    let office = instant.in_tz("Asia/Jakarta").unwrap().date();
    let charges = january_charged();
    let due = due_period(&line(1, LONG_AGO, &charges), BillingRules::default(), office).unwrap();
    assert_eq!(due.period, period("2026-02"));
}

#[test]
fn m3_the_last_days_of_long_months_skip_and_double_nothing() {
    let january = january_charged();
    let on = |charges, day| due_period(&line(1, LONG_AGO, charges), BillingRules::default(), day);
    assert!(on(&january, date(2026, 1, 31)).is_err());
    assert_eq!(on(&january, date(2026, 2, 28)).unwrap().period, period("2026-02"));
    assert_eq!(on(&january, date(2026, 3, 31)).unwrap().period, period("2026-03"));
}

#[test]
fn the_backlog_is_never_billed_by_itself() {
    let due = due_period(
        &line(1, LONG_AGO, &[]),
        BillingRules::default(),
        date(2026, 6, 17),
    )
    .unwrap();
    assert_eq!(
        due.period,
        period("2026-06"),
        "five empty months before it stay a person's decision"
    );
    let asked = period_asked_for(
        &line(1, LONG_AGO, &[]),
        BillingRules::default(),
        period("2026-02"),
        None,
        date(2026, 6, 17),
    );
    assert_eq!(
        asked.unwrap().period,
        period("2026-02"),
        "who asks for a month gets it"
    );
}

#[test]
fn who_joins_within_a_period_pays_from_that_day() {
    let due = due_period(
        &line(1, date(2026, 1, 16), &[]),
        BillingRules::default(),
        date(2026, 1, 16),
    )
    .unwrap();
    assert_eq!(due.span.from(), date(2026, 1, 16));
    assert_eq!((due.billed_days, due.whole_days), (16, 31));
    assert_eq!(due.amount(Rupiah(310_000)), Ok(Rupiah(160_000)));
    assert_eq!(
        due.reasons,
        [PartReason::Joined {
            on: date(2026, 1, 16)
        }]
    );
    let ahead = due_period(
        &line(1, date(2026, 1, 16), &[]),
        BillingRules::default(),
        date(2026, 1, 1),
    );
    assert_eq!(
        ahead,
        Ok(due),
        "in advance is in advance, for a line that begins later in the period too"
    );
    let before = due_period(
        &line(1, date(2026, 1, 16), &[]),
        BillingRules::default(),
        date(2025, 12, 31),
    );
    assert_eq!(
        before.unwrap_err(),
        SkipReason::NotStarted {
            on: date(2026, 1, 16)
        }
    );
}

#[test]
fn the_first_month_is_whole_where_the_office_has_it_so() {
    let rules = BillingRules {
        first_month: FirstMonth::Full,
        ..BillingRules::default()
    };
    let due = due_period(&line(1, date(2026, 1, 16), &[]), rules, date(2026, 1, 16)).unwrap();
    assert_eq!(due.amount(Rupiah(310_000)), Ok(Rupiah(310_000)));
    assert_eq!(
        due.reasons,
        [PartReason::FirstMonthFull {
            on: date(2026, 1, 16)
        }]
    );
    let charges = [charged("2026-01", date(2026, 1, 16), date(2026, 1, 31))];
    let again = due_period(&line(1, date(2026, 1, 16), &charges), rules, date(2026, 1, 31));
    assert_eq!(
        again.unwrap_err(),
        SkipReason::AlreadyBilled {
            period: period("2026-01")
        }
    );
}

#[test]
fn in_arrears_the_first_bill_has_the_days_since_joining() {
    let due = due_period(&line(1, date(2026, 1, 16), &[]), arrears(), date(2026, 2, 1)).unwrap();
    assert_eq!((due.period, due.billed_days), (period("2026-01"), 16));
    let before = due_period(&line(1, date(2026, 1, 16), &[]), arrears(), date(2026, 1, 20));
    assert_eq!(
        before.unwrap_err(),
        SkipReason::NotStarted {
            on: date(2026, 1, 16)
        }
    );
}

#[test]
fn a_later_billing_day_leaves_a_prorated_bridge() {
    let charges = january_charged();
    let moved = line(15, LONG_AGO, &charges);
    let bridge = due_period(&moved, BillingRules::default(), date(2026, 2, 1)).unwrap();
    assert_eq!(
        bridge.kind,
        ChargeKind::Proration,
        "the name 2026-01 is taken by the subscription"
    );
    assert_eq!(
        (bridge.span.from(), bridge.span.to()),
        (date(2026, 2, 1), date(2026, 2, 14))
    );
    assert_eq!(
        (bridge.billed_days, bridge.whole_days),
        (14, 31),
        "days of 15 January to 14 February"
    );
    assert_eq!(
        bridge.reasons,
        [PartReason::Bridge {
            charged_until: date(2026, 1, 31)
        }]
    );

    let charges = [
        charges[0],
        charged("2026-01", bridge.span.from(), bridge.span.to()),
    ];
    let moved = line(15, LONG_AGO, &charges);
    assert!(
        due_period(&moved, BillingRules::default(), date(2026, 2, 14)).is_err(),
        "the bridge is billed once"
    );
    let whole = due_period(&moved, BillingRules::default(), date(2026, 2, 15)).unwrap();
    assert_eq!((whole.kind, whole.billed_days), (ChargeKind::Subscription, 28));
}

#[test]
fn an_earlier_billing_day_leaves_a_prorated_bridge() {
    let charges = [charged("2026-01", date(2026, 1, 20), date(2026, 2, 19))];
    let due = due_period(
        &line(5, LONG_AGO, &charges),
        BillingRules::default(),
        date(2026, 2, 10),
    )
    .unwrap();
    assert_eq!(
        (due.period, due.kind),
        (period("2026-02"), ChargeKind::Subscription)
    );
    assert_eq!(
        (due.span.from(), due.span.to()),
        (date(2026, 2, 20), date(2026, 3, 4))
    );
    assert_eq!((due.billed_days, due.whole_days), (13, 28));
}

#[test]
fn a_pause_is_not_billed() {
    fn pauses(pauses: &[Pause]) -> BilledLine<'_> {
        BilledLine {
            pauses,
            ..line(1, LONG_AGO, &[])
        }
    }
    let pause = |from, until| [Pause { from, until }];
    let soon = pause(date(2026, 1, 22), Some(date(2026, 2, 10)));
    let part = pauses(&soon);
    let due = due_period(&part, BillingRules::default(), date(2026, 1, 1)).unwrap();
    assert_eq!(due.amount(Rupiah(310_000)), Ok(Rupiah(210_000)));
    assert_eq!(due.reasons, [PartReason::Paused { days: 10 }]);

    let for_ever = pause(date(2025, 12, 20), None);
    let endless = BilledLine {
        status: CustomerStatus::Suspended,
        ..pauses(&for_ever)
    };
    let skipped = due_period(&endless, BillingRules::default(), date(2026, 1, 1)).unwrap_err();
    assert_eq!(skipped, SkipReason::Paused { until: None });

    let returns = BilledLine {
        status: CustomerStatus::Suspended,
        ..part
    };
    let due = due_period(&returns, BillingRules::default(), date(2026, 2, 1)).unwrap();
    assert_eq!(
        (due.billed_days, due.whole_days),
        (18, 28),
        "the days after the agreed return are billed in advance"
    );

    let twice = [pause(date(2026, 1, 5), Some(date(2026, 1, 9)))[0], soon[0]];
    let due = due_period(&pauses(&twice), BillingRules::default(), date(2026, 1, 1)).unwrap();
    assert_eq!(due.billed_days, 16, "one that is over counts as well");
}

#[test]
fn days_between_charged_ones_are_billed_again() {
    let charged = [ChargedPeriod {
        period: Period::new(2026, 1).unwrap(),
        span: ServiceSpan::new(date(2026, 1, 20), date(2026, 1, 31)).unwrap(),
        whole_days: None,
    }];
    let due = due_period(
        &line(1, LONG_AGO, &charged),
        BillingRules::default(),
        date(2026, 1, 25),
    )
    .unwrap();
    assert_eq!(
        (due.span.from(), due.span.to()),
        (date(2026, 1, 1), date(2026, 1, 19))
    );
    assert_eq!((due.billed_days, due.whole_days), (19, 31));
    assert_eq!(due.kind, ChargeKind::Proration, "the name of the period is taken");
    assert_eq!(
        due.reasons,
        [PartReason::ChargedAfter {
            until: date(2026, 1, 19)
        }]
    );
}

#[test]
fn a_full_first_month_is_the_whole_price_but_for_the_days_of_a_pause() {
    let rules = BillingRules {
        first_month: FirstMonth::Full,
        ..BillingRules::default()
    };
    let joined = line(1, date(2026, 4, 16), &[]);
    let due = due_period(&joined, rules, date(2026, 4, 16)).unwrap();
    assert_eq!(due.amount(Rupiah(300_000)), Ok(Rupiah(300_000)));
    let pause = [Pause {
        from: date(2026, 4, 21),
        until: Some(date(2026, 4, 25)),
    }];
    let paused = BilledLine {
        pauses: &pause,
        ..joined
    };
    let due = due_period(&paused, rules, date(2026, 4, 16)).unwrap();
    assert_eq!(
        due.amount(Rupiah(300_000)),
        Ok(Rupiah(200_000)),
        "ten of fifteen days"
    );
}

#[test]
fn a_line_that_ends_is_billed_to_its_last_day() {
    let ends = |status, on| BilledLine {
        status,
        terminated_on: Some(on),
        ..line(1, LONG_AGO, &[])
    };
    let announced = ends(CustomerStatus::Active, date(2026, 1, 10));
    let due = due_period(&announced, BillingRules::default(), date(2026, 1, 1)).unwrap();
    assert_eq!((due.billed_days, due.span.to()), (10, date(2026, 1, 10)));

    let gone = ends(CustomerStatus::Terminated, date(2026, 1, 10));
    let in_advance = due_period(&gone, BillingRules::default(), date(2026, 1, 11)).unwrap_err();
    assert_eq!(
        in_advance,
        SkipReason::NotActive {
            status: CustomerStatus::Terminated
        }
    );
    let in_arrears = due_period(&gone, arrears(), date(2026, 2, 1)).unwrap();
    assert_eq!(
        in_arrears.amount(Rupiah(310_000)),
        Ok(Rupiah(100_000)),
        "what was served is owed"
    );
    assert!(
        due_period(&gone, arrears(), date(2026, 3, 1)).is_err(),
        "and nothing after it"
    );
}

#[test]
fn lines_that_are_free_pending_or_suspended_are_not_billed() {
    let base = line(1, LONG_AGO, &[]);
    let skip = |line| {
        due_period(&line, BillingRules::default(), date(2026, 1, 1))
            .unwrap_err()
            .code()
    };
    assert_eq!(
        skip(BilledLine {
            billing: BillingMode::Free,
            ..base
        }),
        "free"
    );
    assert_eq!(
        skip(BilledLine {
            status: CustomerStatus::Pending,
            ..base
        }),
        "not_active"
    );
    assert_eq!(
        skip(BilledLine {
            status: CustomerStatus::Suspended,
            ..base
        }),
        "not_active"
    );
    assert_eq!(
        skip(BilledLine {
            billing_start: date(2026, 2, 1),
            ..base
        }),
        "not_started"
    );
}

#[test]
fn the_last_day_of_a_line_is_billed_wherever_it_lies_in_the_period() {
    let ends = |on| BilledLine {
        terminated_on: Some(on),
        ..line(1, LONG_AGO, &[])
    };
    let bill = |on| due_period(&ends(on), BillingRules::default(), date(2026, 2, 1));
    let whole = bill(date(2026, 2, 28)).unwrap();
    assert_eq!(
        (whole.billed_days, whole.reasons.len()),
        (28, 0),
        "a line that ends with its period has a whole one"
    );
    assert_eq!(bill(date(2026, 2, 1)).unwrap().billed_days, 1);
    let over = SkipReason::NotActive {
        status: CustomerStatus::Terminated,
    };
    assert_eq!(bill(date(2026, 1, 31)), Err(over));
}

#[test]
fn the_settings_are_written_as_words() {
    let json = |rule: BillWhileClosed| serde_json::to_string(&rule).unwrap();
    assert_eq!(json(BillWhileClosed::Always), "\"always\"");
    assert_eq!(json(BillWhileClosed::Periods(2)), "{\"periods\":2}");
    assert_eq!(
        serde_json::from_str::<BillWhileClosed>("\"never\"").unwrap(),
        BillWhileClosed::Never
    );
}

#[test]
fn who_prepays_is_charged_for_the_next_periods_and_not_again() {
    let charges = january_charged();
    let months = |line: &BilledLine<'_>, months| {
        let due = periods_to_prepay(line, BillingRules::default(), months, date(2026, 1, 20)).unwrap();
        due.into_iter()
            .map(|it| (it.period.to_string(), it.billed_days == it.whole_days))
            .collect::<Vec<_>>()
    };
    let paid_for_january = line(1, LONG_AGO, &charges);
    let three = [
        ("2026-02".into(), true),
        ("2026-03".into(), true),
        ("2026-04".into(), true),
    ];
    assert_eq!(months(&paid_for_january, 3), three);
    assert_eq!(months(&paid_for_january, 0), []);

    let prepaid: Vec<ChargedPeriod> =
        periods_to_prepay(&paid_for_january, BillingRules::default(), 3, date(2026, 1, 20))
            .unwrap()
            .into_iter()
            .map(|it| ChargedPeriod {
                period: it.period,
                span: it.span,
                whole_days: None,
            })
            .collect();
    let ahead = line(1, LONG_AGO, &prepaid);
    for month in 2..=4 {
        assert!(
            due_period(&ahead, BillingRules::default(), date(2026, month, 1)).is_err(),
            "month {month} is paid for"
        );
    }
    assert!(due_period(&ahead, BillingRules::default(), date(2026, 5, 1)).is_ok());

    let joins = line(1, date(2026, 2, 15), &[]);
    assert_eq!(
        months(&joins, 2),
        [("2026-02".into(), false), ("2026-03".into(), true)]
    );
    let free = BilledLine {
        billing: BillingMode::Free,
        ..ahead
    };
    assert_eq!(
        periods_to_prepay(&free, BillingRules::default(), 1, date(2026, 1, 1)),
        Err(SkipReason::Free)
    );
    let for_ever = [Pause {
        from: date(2026, 2, 1),
        until: None,
    }];
    let pauses = BilledLine {
        pauses: &for_ever,
        ..paid_for_january
    };
    let endless = periods_to_prepay(&pauses, BillingRules::default(), 1, date(2026, 1, 20));
    assert_eq!(
        endless,
        Err(SkipReason::Paused { until: None }),
        "nobody prepays a pause without an end"
    );
}

/// Runs the bill on every day that `runs` lets through, for ten years, and returns what was charged.
fn ten_years(
    day: i64,
    rules: BillingRules,
    start: Date,
    runs: impl Fn(Date) -> bool,
) -> Vec<(Date, DuePeriod)> {
    let mut bills: Vec<(Date, DuePeriod)> = Vec::new();
    let mut charges: Vec<ChargedPeriod> = Vec::new();
    let mut today = start;
    while today < date(2036, 3, 1) {
        if runs(today) {
            let recent = &charges[charges.len().saturating_sub(3)..];
            if let Ok(due) = due_period(&line(day, start, recent), rules, today) {
                charges.push(ChargedPeriod {
                    period: due.period,
                    span: due.span,
                    whole_days: None,
                });
                bills.push((today, due));
            }
        }
        today = today.tomorrow().unwrap();
    }
    bills
}

/// Each day from `first` on is in exactly one bill, and each period has one name.
fn assert_billed_once(bills: &[(Date, DuePeriod)], first: Date) {
    let mut next = first;
    let mut names = BTreeSet::new();
    for (today, bill) in bills {
        assert_eq!(
            bill.span.from(),
            next,
            "the bill of {today} begins where the one before ended"
        );
        assert_eq!(bill.kind, ChargeKind::Subscription);
        assert!(names.insert(bill.period), "{} is billed once", bill.period);
        next = bill.span.to().tomorrow().unwrap();
    }
    assert!(
        names.len() >= 118,
        "ten years have about 120 months, not {}",
        names.len()
    );
}

#[test]
fn m3_every_month_of_ten_years_is_billed_exactly_once_by_a_daily_run() {
    for day in 1..=28 {
        for timing in [Timing::Advance, Timing::Arrears] {
            let rules = BillingRules {
                timing,
                ..BillingRules::default()
            };
            for start in [date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 15)] {
                assert_billed_once(&ten_years(day, rules, start, |_| true), start);
            }
        }
    }
}

#[test]
fn m3_every_month_of_ten_years_is_billed_exactly_once_by_a_run_on_the_first() {
    for day in 1..=28 {
        for timing in [Timing::Advance, Timing::Arrears] {
            let rules = BillingRules {
                timing,
                ..BillingRules::default()
            };
            // Each line joins on its billing day: a run on the 1st alone comes too late for a part that is over by then.
            let start = date(2026, 1, i8::try_from(day).unwrap());
            assert_billed_once(&ten_years(day, rules, start, |today| today.day() == 1), start);
        }
    }
}

proptest! {
    #[test]
    fn no_day_is_billed_twice_however_irregular_the_runs_are(
        day in 1..=28_i64, arrears in any::<bool>(), seed in any::<u64>(), start in 1..=28_i8,
    ) {
        let timing = if arrears { Timing::Arrears } else { Timing::Advance };
        let rules = BillingRules { timing, ..BillingRules::default() };
        let runs = |today: Date| {
            let number = u64::from(today.day_of_year().unsigned_abs()) ^ seed;
            number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 62 == 0
        };
        let mut last = None;
        for (_, bill) in ten_years(day, rules, date(2026, 1, start), runs) {
            prop_assert!(last.is_none_or(|last| bill.span.from() > last));
            last = Some(bill.span.to());
        }
    }

    #[test]
    fn changing_the_billing_day_never_loses_or_doubles_a_day(
        first in 1..=28_i64, second in 1..=28_i64, changed in 40..400_i64,
    ) {
        let start = date(2026, 1, 1);
        let change = start.saturating_add(jiff::Span::new().days(changed));
        let mut charges: Vec<ChargedPeriod> = Vec::new();
        let mut keys = BTreeSet::new();
        let mut today = start;
        while today < date(2028, 1, 1) {
            let day = if today < change { first } else { second };
            if let Ok(due) = due_period(&line(day, start, &charges), BillingRules::default(), today) {
                if let Some(before) = charges.last() {
                    prop_assert_eq!(before.span.to().tomorrow().unwrap(), due.span.from());
                }
                if due.kind == ChargeKind::Subscription {
                    prop_assert!(keys.insert(due.period), "{} is charged once", due.period);
                }
                charges.push(ChargedPeriod { period: due.period, span: due.span, whole_days: None });
            }
            today = today.tomorrow().unwrap();
        }
    }
}
