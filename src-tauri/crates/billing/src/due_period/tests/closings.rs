//! For how long closed lines are billed, and from when again.

use super::*;

#[test]
fn a_closed_line_is_billed_for_as_long_as_the_office_says() {
    let closed = BilledLine {
        status: CustomerStatus::Isolated,
        closing: Some(still_closed(date(2026, 1, 28))),
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
            closing: Some(Closing {
                since: date(2026, 1, 29),
                reopened: Some(on),
            }),
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
    let closed = |on| BilledLine {
        status: CustomerStatus::Isolated,
        closing: Some(still_closed(on)),
        ..line(1, LONG_AGO, &[])
    };
    assert!(due_period(&closed(date(2026, 2, 1)), rules, date(2026, 2, 1)).is_ok());
    assert!(due_period(&closed(date(2026, 1, 31)), rules, date(2026, 2, 1)).is_err());
}
