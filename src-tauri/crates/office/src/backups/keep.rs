//! Which backups are kept: the last one of each of so many days, weeks and months. A pure rule over what was made and when;
//! whether a file really is ours is asked elsewhere, before it is removed.

use std::collections::HashSet;
use std::hash::Hash;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How many of each are kept. Days, weeks and months without a backup are not counted, so that an office that was closed
/// for a month still has its last week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Days.
    pub daily: u16,
    /// Weeks, which begin on Monday.
    pub weekly: u16,
    /// Months.
    pub monthly: u16,
}

/// A backup whose file lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// Which.
    pub id: i64,
    /// The moment that it is of.
    pub at: Timestamp,
    /// Whether it could be put back when that was last tried.
    pub good: bool,
}

/// How much older than the last good backup one that is not good must be before nobody looks at it any more.
const BAD_IS_OF_USE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The backups that are not kept, oldest first.
///
/// The last good one always stays, whatever the numbers are. One that is dated after `now` was made while the clock was
/// wrong: it stays and takes the place of none, until its time has come. One that is not good takes no place either; it
/// stays for a week, for somebody to look at, and for good where there is none that is good.
#[must_use]
pub fn superfluous(made: &[Made], keep: Keep, now: Timestamp, zone: &TimeZone) -> Vec<i64> {
    let mut past: Vec<Made> = made.iter().copied().filter(|made| made.at <= now).collect();
    past.sort_by_key(|made| (made.at, made.id));
    let newest_first: Vec<(Made, Date)> = past
        .iter()
        .rev()
        .filter(|made| made.good)
        .map(|made| (*made, zone.to_datetime(made.at).date()))
        .collect();
    let Some((last_good, _)) = newest_first.first() else {
        return Vec::new();
    };
    let mut kept = HashSet::from([last_good.id]);
    kept.extend(last_of_each(&newest_first, keep.daily, |day| day));
    kept.extend(last_of_each(&newest_first, keep.weekly, |day| {
        let week = day.iso_week_date();
        (week.year(), week.week())
    }));
    kept.extend(last_of_each(&newest_first, keep.monthly, |day| {
        (day.year(), day.month())
    }));
    past.iter()
        .filter(|made| {
            if made.good {
                !kept.contains(&made.id)
            } else {
                last_good.at.duration_since(made.at) > BAD_IS_OF_USE
            }
        })
        .map(|made| made.id)
        .collect()
}

/// The last backup of each of the newest `count` spans.
fn last_of_each<S: Eq + Hash>(
    newest_first: &[(Made, Date)],
    count: u16,
    span: impl Fn(Date) -> S,
) -> Vec<i64> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for (made, day) in newest_first {
        if seen.len() >= usize::from(count) {
            break;
        }
        if seen.insert(span(*day)) {
            kept.push(made.id);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
