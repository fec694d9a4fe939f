//! Parts of a period, by actual days. The start day counts as a day of service, and so does the last one; the price of
//! a part is rounded once, half up, from the price of the whole.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{MoneyError, Rupiah, ServiceSpan};

text_enum! {
    /// What a line pays for the period in which it begins.
    #[default(Prorated)]
    pub enum FirstMonth as "first month" {
        /// The days from the day of joining, that day included.
        Prorated => "prorated",
        /// The whole price.
        Full => "full",
    }
}

/// Days on which a line is set aside by agreement (cuti): neither served nor billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day without service.
    pub from: Date,
    /// The last day without service; `None` while no end was agreed.
    pub until: Option<Date>,
}

impl Pause {
    /// Whether `day` is a day without service.
    #[must_use]
    pub fn covers(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The price of `days` days of a period of `of` days.
///
/// # Errors
/// [`MoneyError::Overflow`] when `of` is zero or the result does not fit.
pub fn prorate(price: Rupiah, days: u32, of: u32) -> Result<Rupiah, MoneyError> {
    price.try_ratio(days.into(), of.into())
}

/// How many days of a period a line is not served: those of its pauses, and those after its last day of service. A day counts
/// once, however many of them it falls into.
#[must_use]
pub fn unserved_days(period: ServiceSpan, pauses: &[Pause], last_day: Option<Date>) -> u32 {
    if pauses.is_empty() && last_day.is_none_or(|last| last >= period.to()) {
        return 0;
    }
    let is_unserved =
        |day: Date| last_day.is_some_and(|last| day > last) || pauses.iter().any(|pause| pause.covers(day));
    let days = period
        .from()
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= period.to());
    u32::try_from(days.filter(|day| is_unserved(*day)).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn january() -> ServiceSpan {
        ServiceSpan::new(date(2026, 1, 1), date(2026, 1, 31)).unwrap()
    }

    #[test]
    fn the_start_day_is_counted() {
        let rest = ServiceSpan::new(date(2026, 1, 16), date(2026, 1, 31)).unwrap();
        assert_eq!(prorate(Rupiah(310_000), rest.days(), 31), Ok(Rupiah(160_000)));
        assert_eq!(
            prorate(Rupiah(150_000), 16, 31),
            Ok(Rupiah(77_419)),
            "77.419,35 is rounded down"
        );
        assert_eq!(prorate(Rupiah(150_000), 17, 31), Ok(Rupiah(82_258)), "82.258,06");
        assert_eq!(
            prorate(Rupiah(1), 14, 28),
            Ok(Rupiah(1)),
            "the half is rounded up"
        );
    }

    fn pause(from: Date, until: Option<Date>) -> Pause {
        Pause { from, until }
    }

    #[test]
    fn unserved_are_the_days_of_pauses_and_those_after_the_last_and_none_counts_twice() {
        let days = |pauses: &[Pause], last| unserved_days(january(), pauses, last);
        assert_eq!(
            days(&[pause(date(2026, 1, 22), Some(date(2026, 2, 10)))], None),
            10
        );
        assert_eq!(
            days(&[pause(date(2026, 1, 1), None)], None),
            31,
            "no end was agreed"
        );
        assert_eq!(days(&[pause(date(2026, 3, 1), None)], None), 0);
        assert_eq!(
            days(&[pause(date(2026, 1, 20), Some(date(2026, 1, 10)))], None),
            0
        );
        assert_eq!(days(&[], Some(date(2026, 1, 21))), 10);
        assert_eq!(days(&[], Some(date(2026, 1, 31))), 0);
        assert_eq!(days(&[], Some(date(2025, 12, 31))), 31);
        assert_eq!(
            days(&[pause(date(2026, 1, 22), None)], Some(date(2026, 1, 25))),
            10
        );
        let two = [
            pause(date(2026, 1, 10), Some(date(2026, 1, 14))),
            pause(date(2026, 1, 13), Some(date(2026, 1, 24))),
        ];
        assert_eq!(days(&two, None), 15);
    }

    proptest! {
        #[test]
        fn a_part_is_never_dearer_than_the_whole(price in 0..1_000_000_000_i64, of in 28..=31_u32, days in 1..=31_u32) {
            let days = days.min(of);
            let part = prorate(Rupiah(price), days, of).unwrap();
            prop_assert!(Rupiah::ZERO <= part && part <= Rupiah(price));
            let rest = prorate(Rupiah(price), of - days, of).unwrap();
            let both = part.try_add(rest).unwrap().0;
            prop_assert!((both - price).abs() <= 1, "two parts of a period are its price, but for one rounding");
        }
    }
}
