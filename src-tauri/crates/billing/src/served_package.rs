//! Which package was served on which days: the days of a bill are parted by the packages that a line had on them, so that each
//! part has the price of its own days, whatever happened since.

use jiff::civil::Date;

use crate::{Rupiah, ServiceSpan};

/// A package and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedPackage {
    /// Which.
    pub id: i64,
    /// Rupiah for a whole period, before discount.
    pub price: Rupiah,
}

/// A package that a line had before another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierPackage {
    /// What it had.
    pub package: PricedPackage,
    /// The first day of the next one.
    pub next_from: Date,
}

/// Parts `span` by what was served on its days, in their order: the first of `earlier`, which are in the order in which they
/// came to an end, that had not ended by then, otherwise `now`. At least one part; one and the same package makes one part.
#[must_use]
pub fn by_package(
    span: ServiceSpan,
    earlier: &[EarlierPackage],
    now: PricedPackage,
) -> Vec<(ServiceSpan, PricedPackage)> {
    let mut parts: Vec<(ServiceSpan, PricedPackage)> = Vec::new();
    let mut from = span.from();
    let ended = earlier
        .iter()
        .map(|it| (it.package, it.next_from.yesterday().ok()));
    for (package, last) in ended.chain([(now, Some(span.to()))]) {
        let last = last.map(|last| last.min(span.to()));
        let Some(days) = last.and_then(|last| ServiceSpan::new(from, last)) else {
            // It had ended before, or on the day on which it began: nobody was served it.
            continue;
        };
        match parts.last_mut() {
            Some((before, same)) if same.id == package.id => {
                *before = ServiceSpan::between(before.from(), days.to());
            }
            _ => parts.push((days, package)),
        }
        match days.to().tomorrow() {
            Ok(next) => from = next,
            Err(_) => break,
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn package(id: i64) -> PricedPackage {
        PricedPackage {
            id,
            price: Rupiah(id * 100_000),
        }
    }

    fn until(id: i64, next_from: Date) -> EarlierPackage {
        EarlierPackage {
            package: package(id),
            next_from,
        }
    }

    fn january(earlier: &[EarlierPackage]) -> Vec<(i8, i8, i64)> {
        let span = ServiceSpan::new(date(2026, 1, 1), date(2026, 1, 31)).unwrap();
        let parts = by_package(span, earlier, package(3));
        let day = |part: &(ServiceSpan, PricedPackage)| (part.0.from().day(), part.0.to().day(), part.1.id);
        parts.iter().map(day).collect()
    }

    #[test]
    fn days_have_the_package_that_was_served_on_them() {
        assert_eq!(january(&[]), [(1, 31, 3)]);
        assert_eq!(january(&[until(1, date(2026, 1, 17))]), [(1, 16, 1), (17, 31, 3)]);
        let two = [until(1, date(2026, 1, 10)), until(2, date(2026, 1, 17))];
        assert_eq!(january(&two), [(1, 9, 1), (10, 16, 2), (17, 31, 3)]);
        assert_eq!(
            january(&[until(1, date(2026, 1, 1))]),
            [(1, 31, 3)],
            "it ended before"
        );
        assert_eq!(
            january(&[until(1, date(2026, 3, 1))]),
            [(1, 31, 1)],
            "it ended later"
        );
    }

    #[test]
    fn a_slip_that_was_taken_back_the_same_day_parts_nothing() {
        let slip = [until(3, date(2026, 1, 17)), until(1, date(2026, 1, 17))];
        assert_eq!(january(&slip), [(1, 31, 3)]);
        let twice = [until(1, date(2026, 1, 17)), until(2, date(2026, 1, 17))];
        assert_eq!(january(&twice), [(1, 16, 1), (17, 31, 3)]);
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_part(mut ends in proptest::collection::vec((1..4_i64, 1..=31_i8), 0..6)) {
            ends.sort_by_key(|(_, day)| *day);
            let earlier: Vec<EarlierPackage> = ends.iter().map(|&(id, day)| until(id, date(2026, 1, day))).collect();
            let parts = january(&earlier);
            prop_assert_eq!((parts[0].0, parts[parts.len() - 1].1), (1, 31));
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].1 + 1, pair[1].0);
                prop_assert_ne!(pair[0].2, pair[1].2);
            }
        }
    }
}
