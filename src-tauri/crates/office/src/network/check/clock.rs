//! A router's clock that is off, in words. Nothing of ours goes by it, but the router's own log and schedules do.

use super::RouterProblem;
use crate::error::Sentence;

/// The most seconds by which a clock may be off without a word.
const TOLERATED: u64 = 120;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY + DAY / 4;
const MONTH: u64 = YEAR / 12;

/// What is said of a clock that is so many seconds ahead of ours, or behind when negative.
pub(super) fn warning(skew: i64) -> Option<RouterProblem> {
    if skew.unsigned_abs() <= TOLERATED {
        return None;
    }
    let (id, en) = span(skew.unsigned_abs());
    let (side_id, side_en) = if skew > 0 {
        ("lebih cepat", "ahead of")
    } else {
        ("lebih lambat", "behind")
    };
    Some(RouterProblem {
        code: "router_clock_off".to_owned(),
        message: Sentence::new(
            format!(
                "Jam router {id} {side_id} dari jam komputer ini. Pasang NTP di router agar catatan waktunya benar, dan \
                 periksa juga jam komputer ini."
            ),
            format!(
                "The router's clock is {en} {side_en} this computer's. Set up NTP on the router so that its log has the right \
                 times, and look at this computer's clock too."
            ),
        ),
    })
}

/// A span in its largest sensible unit: `45 menit`, `3 bulan`.
fn span(seconds: u64) -> (String, String) {
    let units = [
        (YEAR, "tahun", "year"),
        (MONTH, "bulan", "month"),
        (DAY, "hari", "day"),
        (HOUR, "jam", "hour"),
    ];
    let (size, id, en) = units
        .into_iter()
        .find(|(size, ..)| seconds >= *size)
        .unwrap_or((MINUTE, "menit", "minute"));
    // Half a unit more is one more.
    let count = (seconds + size / 2) / size;
    let plural = if count == 1 { "" } else { "s" };
    (
        format!("sekitar {count} {id}"),
        format!("about {count} {en}{plural}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_told_in_words_that_fit_and_a_second_is_not() {
        let said = |skew| warning(skew).map(|warning| warning.message);
        assert!(said(0).is_none() && said(90).is_none() && said(-120).is_none());
        for (skew, id, en) in [
            (600, "sekitar 10 menit lebih cepat", "about 10 minutes ahead of"),
            (-7_200, "sekitar 2 jam lebih lambat", "about 2 hours behind"),
            (-86_400, "sekitar 1 hari lebih lambat", "about 1 day behind"),
            (
                100 * 86_400,
                "sekitar 3 bulan lebih cepat",
                "about 3 months ahead of",
            ),
            (
                -56 * 31_557_600,
                "sekitar 56 tahun lebih lambat",
                "about 56 years behind",
            ),
            (i64::MIN, "tahun lebih lambat", "years behind"),
        ] {
            let said = said(skew).unwrap();
            assert!(said.id.contains(id) && said.en.contains(en), "{skew}: {said:?}");
        }
    }
}
