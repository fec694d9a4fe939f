//! Why a month that a person named is not billed: it has not come yet, for everybody or for the lines with a later billing
//! day. Who asked for it is told from when on it can be billed.

use billing::{BillingDay, Period, SkipReason, billing_date};
use jiff::civil::Date;

use crate::dates::{date_words, period_words};
use crate::error::{Language, Sentence};
use crate::invoicing::stride::Drafted;
use crate::office::Call;

/// The lines whose period has not come.
#[derive(Debug, Default)]
pub(super) struct NotCome {
    lines: u64,
    first: Option<Date>,
}

impl NotCome {
    /// Counts the lines of a payer that are not due yet.
    pub(super) fn count(&mut self, drafted: &Drafted) {
        for line in &drafted.draft.skipped {
            if let SkipReason::NotYetDue { on } = line.reason {
                self.lines += 1;
                self.first = Some(self.first.map_or(on, |first| first.min(on)));
            }
        }
    }

    /// What is said about a month that was asked for; `None` where it has come.
    pub(super) fn says(&self, period: Period, call: &Call<'_>) -> Option<Sentence> {
        let (bulan, month) = (
            period_words(period, Language::Indonesian),
            period_words(period, Language::English),
        );
        let earliest = billing_date(period, BillingDay::default(), call.settings.billing_timing);
        let words = |day| {
            (
                date_words(day, Language::Indonesian),
                date_words(day, Language::English),
            )
        };
        Some(if call.today < earliest {
            let (hari, day) = words(self.first.unwrap_or(earliest));
            Sentence::new(
                format!("{bulan} belum tiba, jadi belum ada yang ditagih. Tagihannya dibuat mulai {hari}."),
                format!(
                    "{month} has not come yet, so nothing is billed for it. It can be billed from {day} on."
                ),
            )
        } else {
            let (lines, (hari, day)) = (self.lines, words(self.first?));
            Sentence::new(
                format!("{bulan} belum tiba untuk {lines} jalur. Yang paling awal ditagih mulai {hari}."),
                format!(
                    "{month} has not come yet for {lines} lines. The first of them is billed from {day} on."
                ),
            )
        })
    }
}
