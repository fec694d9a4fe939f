//! For how long closed lines are billed, and from when again.

use super::*;

#[test]
fn a_closed_line_is_billed_for_as_long_as_the_office_says() {
    let closed = BilledLine {
        status: CustomerStatus::Isolated,
        closings: &[still_closed(date(2026, 1, 28))],
        ..line(1, LONG_AGO, &[])
    };
    let bills = |rule, month| {
        let rules = BillingRules {
            bill_while_closed: rule,
            ..BillingRules::default()
        };
        due_period(&closed, rules, date(2026, month, 1))
    };
    for month in 1..=12 {
        assert!(bills(BillWhileClosed::Always, month).is_ok());
        assert_eq!(
            bills(BillWhileClosed::Never, month).is_ok(),
            month == 1,
            "January began before it closed"
        );
        assert_eq!(
            bills(BillWhileClosed::Periods(2), month).is_ok(),
            month <= 3,
            "February and March, then no more"
        );
    }
    assert_eq!(
        bills(BillWhileClosed::Never, 2).unwrap_err(),
        SkipReason::ClosedTooLong {
            since: date(2026, 1, 28)
        }
    );
}

fn still_closed(since: Date) -> Closing {
    Closing {
        since,
        reopened: None,
    }
}

#[test]
fn a_line_that_was_opened_again_is_billed_from_that_day() {
    let opened = |rule, on, today| {
        let line = BilledLine {
            closings: &[Closing {
                since: date(2026, 1, 29),
                reopened: Some(on),
            }],
            ..line(1, LONG_AGO, &[])
        };
        let rules = BillingRules {
            bill_while_closed: rule,
            ..BillingRules::default()
        };
        due_period(&line, rules, today)
    };
    let never = |on, today| opened(BillWhileClosed::Never, on, today);
    let part = never(date(2026, 2, 11), date(2026, 2, 12)).unwrap();
    assert_eq!((part.span.from(), part.billed_days), (date(2026, 2, 11), 18));
    assert_eq!(
        part.reasons,
        [PartReason::Reopened {
            on: date(2026, 2, 11)
        }]
    );
    let whole = never(date(2026, 2, 11), date(2026, 3, 1)).unwrap();
    assert_eq!((whole.billed_days, whole.reasons.len()), (31, 0));
    let march = never(date(2026, 3, 2), date(2026, 3, 3)).unwrap();
    assert_eq!(march.billed_days, 30, "the first of March was closed");
    let always = opened(BillWhileClosed::Always, date(2026, 2, 11), date(2026, 2, 12)).unwrap();
    assert_eq!(always.billed_days, 28);
    let one = opened(BillWhileClosed::Periods(1), date(2026, 3, 11), date(2026, 3, 12)).unwrap();
    assert_eq!(one.billed_days, 21, "February was the one period that is billed");
}

#[test]
fn a_line_that_closes_on_the_first_day_of_a_period_owes_it() {
    let rules = BillingRules {
        bill_while_closed: BillWhileClosed::Never,
        ..BillingRules::default()
    };
    let is_billed = |on| {
        let closed = BilledLine {
            status: CustomerStatus::Isolated,
            closings: &[still_closed(on)],
            ..line(1, LONG_AGO, &[])
        };
        due_period(&closed, rules, date(2026, 2, 1)).is_ok()
    };
    assert!(is_billed(date(2026, 2, 1)));
    assert!(!is_billed(date(2026, 1, 31)));
}

#[test]
fn of_several_closings_the_one_counts_in_which_the_period_begins() {
    let closed = |since, reopened| Closing { since, reopened };
    let closings = [
        closed(date(2026, 1, 5), Some(date(2026, 1, 9))),
        closed(date(2026, 1, 29), Some(date(2026, 2, 11))),
        closed(date(2026, 2, 15), Some(date(2026, 2, 20))),
        closed(date(2026, 2, 25), None),
    ];
    let rules = BillingRules {
        bill_while_closed: BillWhileClosed::Never,
        ..BillingRules::default()
    };
    let line = BilledLine {
        closings: &closings,
        ..line(1, LONG_AGO, &[])
    };
    let month = |month| {
        let period = Period::new(2026, month).unwrap();
        period_asked_for(&line, rules, period, None, date(2026, 3, 5))
            .map(|due| (due.span.from(), due.billed_days))
    };
    assert_eq!(
        month(1),
        Ok((date(2026, 1, 1), 31)),
        "it began while the line was open"
    );
    assert_eq!(
        month(2),
        Ok((date(2026, 2, 11), 18)),
        "closed as it began, and opened on the 11th"
    );
    assert!(month(3).is_err(), "closed as it began, and still");
}
