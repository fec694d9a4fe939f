//! A debt that somebody brings along as one sum, as the months that it is for. What a rule counts in months must not take a
//! year for a single one; which months they were nobody knows, so the newest are taken for whole.

use crate::Rupiah;

/// The most months that a sum is taken for; beyond them the rest falls on the oldest.
const MOST_MONTHS: usize = 24;

/// A debt as unpaid months, the newest first: each owes what a month costs, and the oldest whatever is left. One month
/// where nobody knows what a month costs; none where nothing is owed.
#[must_use]
pub fn months_of_debt(total: Rupiah, monthly: Rupiah) -> Vec<Rupiah> {
    let mut months = Vec::new();
    let mut rest = total;
    while monthly.is_positive() && rest > monthly && months.len() + 1 < MOST_MONTHS {
        let Some(less) = rest.checked_sub(monthly) else {
            break;
        };
        months.push(monthly);
        rest = less;
    }
    if rest.is_positive() {
        months.push(rest);
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn months(total: i64, monthly: i64) -> Vec<i64> {
        let months = months_of_debt(Rupiah(total), Rupiah(monthly));
        months.into_iter().map(|amount| amount.0).collect()
    }

    #[test]
    fn the_newest_months_are_whole_and_the_rest_is_the_oldest_month() {
        assert_eq!(months(450_000, 200_000), [200_000, 200_000, 50_000]);
        assert_eq!(months(400_000, 200_000), [200_000, 200_000]);
        assert_eq!(months(200_000, 200_000), [200_000]);
        assert_eq!(months(1, 200_000), [1]);
    }

    #[test]
    fn more_than_two_years_fall_on_the_oldest_month() {
        let months = months(10_000_000, 100_000);
        assert_eq!((months.len(), months[22], months[23]), (24, 100_000, 7_700_000));
    }

    #[test]
    fn a_line_that_costs_nothing_tells_nothing_about_months() {
        assert_eq!(months(450_000, 0), [450_000]);
        assert_eq!(months(450_000, -1), [450_000]);
        assert!(months(0, 200_000).is_empty());
    }

    proptest! {
        #[test]
        fn the_months_add_up_to_the_debt_and_none_is_empty(total in 1_i64..=i64::MAX, monthly in any::<i64>()) {
            let months = months_of_debt(Rupiah(total), Rupiah(monthly));
            prop_assert_eq!(Rupiah::try_sum(months.iter().copied()), Ok(Rupiah(total)));
            prop_assert!(months.iter().all(|amount| amount.is_positive()));
            prop_assert!((1..=24).contains(&months.len()));
        }

        #[test]
        fn every_month_but_the_oldest_owes_what_a_month_costs(total in 1_i64..100_000_000, monthly in 1_i64..1_000_000) {
            let months = months_of_debt(Rupiah(total), Rupiah(monthly));
            if let Some((oldest, newer)) = months.split_last() {
                prop_assert!(newer.iter().all(|amount| *amount == Rupiah(monthly)));
                prop_assert!(months.len() == 24 || *oldest <= Rupiah(monthly));
            }
        }
    }
}
