//! The rule over invented years, and over clocks that were wrong.

use jiff::ToSpan as _;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;

const USUAL: Keep = Keep {
    daily: 7,
    weekly: 4,
    monthly: 12,
};

fn jakarta() -> TimeZone {
    TimeZone::get("Asia/Jakarta").unwrap()
}

fn at(when: DateTime) -> Timestamp {
    jakarta().to_timestamp(when).unwrap()
}

fn good(id: i64, when: DateTime) -> Made {
    Made {
        id,
        at: at(when),
        good: true,
    }
}

/// What is left after a backup at noon on each day from the first to the last, with the rule applied after each.
fn after_days(first: Date, days: i32) -> Vec<Date> {
    let mut made: Vec<Made> = Vec::new();
    for number in 0..days {
        let noon = (first + number.days()).at(12, 30, 0, 0);
        made.push(good(i64::from(number), noon));
        let gone = superfluous(&made, USUAL, at(noon), &jakarta());
        made.retain(|made| !gone.contains(&made.id));
    }
    made.iter()
        .map(|made| jakarta().to_datetime(made.at).date())
        .collect()
}

#[test]
fn after_two_years_there_are_seven_days_four_weeks_and_twelve_months() {
    let left = after_days(date(2024, 1, 1), 731);
    let last = date(2024, 1, 1) + 730.days();
    assert_eq!(last, date(2025, 12, 31));
    let expected = [
        // The last of each month.
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
        date(2025, 4, 30),
        date(2025, 5, 31),
        date(2025, 6, 30),
        date(2025, 7, 31),
        date(2025, 8, 31),
        date(2025, 9, 30),
        date(2025, 10, 31),
        date(2025, 11, 30),
        // The Sundays of the weeks before this one.
        date(2025, 12, 14),
        date(2025, 12, 21),
        // Seven days; the Sunday among them is the last of its week.
        date(2025, 12, 25),
        date(2025, 12, 26),
        date(2025, 12, 27),
        date(2025, 12, 28),
        date(2025, 12, 29),
        date(2025, 12, 30),
        date(2025, 12, 31),
    ];
    assert_eq!(left, expected);
}

#[test]
fn of_several_on_one_day_the_last_is_kept_and_midnight_is_the_offices() {
    let made = [
        good(1, date(2026, 3, 1).at(8, 0, 0, 0)),
        good(2, date(2026, 3, 1).at(23, 59, 0, 0)),
        // Still the 1st in UTC.
        good(3, date(2026, 3, 2).at(0, 1, 0, 0)),
        good(4, date(2026, 3, 2).at(0, 1, 0, 0)),
    ];
    let now = at(date(2026, 3, 2).at(9, 0, 0, 0));
    assert_eq!(superfluous(&made, USUAL, now, &jakarta()), [1, 3]);
}

#[test]
fn an_office_that_was_closed_for_months_keeps_what_it_had() {
    let made: Vec<Made> = (1..=6)
        .map(|day| good(i64::from(day), date(2026, 1, day).at(12, 0, 0, 0)))
        .collect();
    let now = at(date(2026, 9, 1).at(12, 0, 0, 0));
    assert_eq!(superfluous(&made, USUAL, now, &jakarta()), Vec::<i64>::new());
}

#[test]
fn a_clock_that_stood_in_the_future_pushes_nothing_out() {
    let mut made: Vec<Made> = (1..=7)
        .map(|day| good(i64::from(day), date(2026, 1, day).at(12, 0, 0, 0)))
        .collect();
    made.extend((1..=9).map(|day| good(100 + i64::from(day), date(2031, 5, day).at(12, 0, 0, 0))));
    let now = at(date(2026, 1, 7).at(13, 0, 0, 0));
    assert_eq!(
        superfluous(&made, USUAL, now, &jakarta()),
        Vec::<i64>::new(),
        "neither those of the years to come nor those of this week"
    );
}

#[test]
fn a_clock_that_was_set_back_removes_nothing_that_was_made_before() {
    // Noon of the 10th, then the battery is empty and it is 2010.
    let made = [
        good(1, date(2026, 1, 9).at(12, 0, 0, 0)),
        good(2, date(2026, 1, 10).at(12, 0, 0, 0)),
        good(3, date(2010, 1, 1).at(0, 5, 0, 0)),
    ];
    let now = at(date(2010, 1, 1).at(0, 10, 0, 0));
    assert_eq!(superfluous(&made, USUAL, now, &jakarta()), Vec::<i64>::new());
}

#[test]
fn what_could_not_be_put_back_takes_no_place_and_goes_after_a_week() {
    let bad = |id, when: DateTime| Made {
        good: false,
        ..good(id, when)
    };
    let made = [
        bad(1, date(2026, 1, 1).at(12, 0, 0, 0)),
        good(2, date(2026, 1, 2).at(12, 0, 0, 0)),
        bad(3, date(2026, 1, 8).at(12, 0, 0, 0)),
    ];
    let now = at(date(2026, 1, 9).at(12, 0, 0, 0));
    let nothing = Keep {
        daily: 0,
        weekly: 0,
        monthly: 0,
    };
    assert_eq!(
        superfluous(&made, nothing, now, &jakarta()),
        Vec::<i64>::new(),
        "the only good one stays, and what is not a week older"
    );
    let later = [made.as_slice(), &[good(4, date(2026, 1, 16).at(12, 0, 0, 0))]].concat();
    let now = at(date(2026, 1, 16).at(12, 30, 0, 0));
    assert_eq!(superfluous(&later, nothing, now, &jakarta()), [1, 2, 3]);
    let none_good = [bad(1, date(2020, 1, 1).at(12, 0, 0, 0))];
    assert_eq!(superfluous(&none_good, USUAL, now, &jakarta()), Vec::<i64>::new());
}

proptest! {
    #[test]
    fn the_last_good_one_stays_and_removing_twice_removes_nothing_more(
        moments in prop::collection::vec((0_i64..100_000_000, any::<bool>()), 0..60),
        now in 0_i64..120_000_000,
        daily in 0_u16..9, weekly in 0_u16..6, monthly in 0_u16..14,
    ) {
        let keep = Keep { daily, weekly, monthly };
        let instant = |seconds: i64| Timestamp::from_second(1_767_225_600 + seconds).unwrap();
        let made: Vec<Made> = moments
            .iter()
            .enumerate()
            .map(|(id, (seconds, good))| Made { id: id as i64, at: instant(*seconds), good: *good })
            .collect();
        let gone = superfluous(&made, keep, instant(now), &jakarta());
        let left: Vec<Made> = made.iter().copied().filter(|made| !gone.contains(&made.id)).collect();
        let past_good = |made: &&Made| made.good && made.at <= instant(now);
        let last = made.iter().filter(past_good).max_by_key(|made| (made.at, made.id));
        if let Some(last) = last {
            prop_assert!(left.contains(last));
        }
        let most = usize::from(daily) + usize::from(weekly) + usize::from(monthly);
        prop_assert!(left.iter().filter(past_good).count() <= most.max(1));
        prop_assert!(made.iter().filter(|made| made.at > instant(now)).all(|made| left.contains(made)));
        prop_assert_eq!(superfluous(&left, keep, instant(now), &jakarta()), Vec::<i64>::new());
    }
}
