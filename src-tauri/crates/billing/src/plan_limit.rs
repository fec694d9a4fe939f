//! How many lines a mass change may close without a person's word: more than usual means that something is wrong, with
//! the office's clock, its import or its payments, before it means that everybody stopped paying.

use serde::Serialize;

/// The largest number of lines that close by themselves, and what it was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanLimit {
    /// So many lines may close without being approved.
    pub limit: u32,
    /// The active lines of the office.
    pub active_lines: u32,
    /// The usual cut-off: the median of the last three, where there were any.
    pub usual: Option<u32>,
    /// Which of the three bounds it is.
    pub reason: LimitReason,
}

/// Which bound is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LimitReason {
    /// Twenty lines, which any office may close.
    Smallest,
    /// A tenth of the active lines.
    ShareOfActive,
    /// A quarter more than usual.
    Usual,
}

/// Any office may close so many.
const SMALLEST: u32 = 20;

impl PlanLimit {
    /// Whether so many closings go through by themselves.
    #[must_use]
    pub const fn allows(self, closing: u32) -> bool {
        closing <= self.limit
    }
}

/// The greater of 20 lines, 10 % of the active lines and 125 % of the usual cut-off. `cut_offs` are the sizes of earlier
/// cut-offs, the latest first; of more than three only the latest three count, and the median of two is their mean.
/// Fractions of a line are dropped.
#[must_use]
pub fn plan_limit(active_lines: u32, cut_offs: &[u32]) -> PlanLimit {
    let usual = median(cut_offs);
    let bounds = [
        (SMALLEST, LimitReason::Smallest),
        (active_lines / 10, LimitReason::ShareOfActive),
        (usual.unwrap_or(0).saturating_mul(5) / 4, LimitReason::Usual),
    ];
    let (limit, reason) = bounds
        .into_iter()
        .fold(bounds[0], |best, next| if next.0 > best.0 { next } else { best });
    PlanLimit {
        limit,
        active_lines,
        usual,
        reason,
    }
}

fn median(cut_offs: &[u32]) -> Option<u32> {
    match *cut_offs {
        [] => None,
        [one] => Some(one),
        [one, two] => Some(one.midpoint(two)),
        [one, two, three, ..] => Some(one.max(two).min(one.min(two).max(three))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limit_is_the_greatest_of_three() {
        let limit = |active, cut_offs: &[u32]| {
            let it = plan_limit(active, cut_offs);
            (it.limit, it.reason)
        };
        assert_eq!(limit(100, &[]), (20, LimitReason::Smallest));
        assert_eq!(limit(1_000, &[]), (100, LimitReason::ShareOfActive));
        assert_eq!(
            limit(1_009, &[]),
            (100, LimitReason::ShareOfActive),
            "a tenth of a line is no line"
        );
        assert_eq!(
            limit(1_000, &[90, 300, 120]),
            (150, LimitReason::Usual),
            "125 % of 120"
        );
        assert_eq!(
            limit(1_000, &[90, 80, 70]),
            (100, LimitReason::ShareOfActive),
            "125 % of 80 is no more than a tenth"
        );
    }

    #[test]
    fn one_mad_month_does_not_raise_the_limit() {
        assert_eq!(plan_limit(100, &[5_000, 10, 12]).usual, Some(12));
        assert_eq!(plan_limit(100, &[5_000, 10, 12]).limit, 20);
        assert_eq!(
            plan_limit(100, &[10, 12, 11, 9_000, 9_000]).usual,
            Some(11),
            "older ones are forgotten"
        );
    }

    #[test]
    fn a15_a_cut_off_of_hundreds_after_a_gap_waits_for_a_person() {
        let limit = plan_limit(1_000, &[40, 35, 45]);
        assert!(limit.allows(100));
        assert!(!limit.allows(300));
    }

    proptest! {
        #[test]
        fn no_bound_is_above_the_limit(active in any::<u32>(), cut_offs in prop::collection::vec(any::<u32>(), 0..5)) {
            let it = plan_limit(active, &cut_offs);
            prop_assert!(it.limit >= 20 && it.limit >= active / 10);
            let mut last: Vec<u32> = cut_offs.iter().take(3).copied().collect();
            last.sort_unstable();
            if last.len() == 3 {
                prop_assert_eq!(it.usual, Some(last[1]), "the one in the middle");
            }
        }
    }
}
