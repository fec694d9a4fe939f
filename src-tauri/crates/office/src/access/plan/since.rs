//! Whether a line changed since its plan did it, as far as the office's own books know: a later plan, a person's word or a
//! payment settled it. What was changed on the router behind the office's back is for the job to see that asks the router.

use std::collections::HashMap;

use billing::{Access, OverrideVerdict};
use store::Tx;
use store::access::LineAccess;
use store::overrides::Override;
use store::plans::PlanLine;

use crate::access::seen;
use crate::error::{Result, Sentence};
use crate::importing;
use crate::office::Call;

/// What is known of some lines since their plan did them.
pub(crate) struct Since {
    rows: HashMap<i64, LineAccess>,
    later_plans: HashMap<i64, i64>,
    overrides: HashMap<i64, Override>,
}

impl Since {
    /// Reads it for these lines: three queries, however many lines there are.
    pub(crate) async fn of(tx: &mut Tx, call: &Call<'_>, lines: &[PlanLine]) -> Result<Since> {
        let customers: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
        let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
        Ok(Since {
            rows: seen::rows(tx, &customers).await?,
            later_plans: store::plans::done_later(tx, &ids).await?.into_iter().collect(),
            overrides: store::overrides::of_customers(tx, &customers, call.today)
                .await?
                .into_iter()
                .map(|word| (word.customer_id, word))
                .collect(),
        })
    }

    /// Why a line is left as it is; `None` where nobody settled it after its plan did.
    pub(crate) fn settled(&self, line: &PlanLine) -> Option<Sentence> {
        if let Some(plan) = self.later_plans.get(&line.id) {
            return Some(Sentence::new(
                format!("Jalur ini sudah diatur lagi oleh rencana {plan}, jadi dibiarkan apa adanya."),
                format!("Plan {plan} settled this line again, so it was left as it is."),
            ));
        }
        let overridden = self.overrides.get(&line.customer_id);
        // Within one millisecond nobody can tell which was first; a person's word is then the safer one to heed.
        if overridden.is_some_and(|word| line.finished_at.is_none_or(|done| word.created_at >= done)) {
            return Some(Sentence::new(
                "Ada keputusan manual untuk jalur ini sejak rencana dijalankan, jadi dibiarkan apa adanya.",
                "Somebody decided about this line by hand since the plan was applied, so it was left as it is.",
            ));
        }
        if line.action == Access::Closed && overridden.is_some_and(keeps_closed) {
            return Some(Sentence::new(
                "Jalur ini tertutup karena keputusan manual yang sudah ada sebelum rencana, jadi dibiarkan apa adanya.",
                "This line is closed by a person's word from before the plan, so it was left as it is.",
            ));
        }
        let row = self.rows.get(&line.customer_id)?;
        let turned = row.desired != line.action && row.observed.agrees_with(row.desired) == Some(true);
        turned.then(|| match row.desired {
            Access::Open => Sentence::new(
                "Jalur ini sudah dibuka sejak rencana dijalankan (misalnya karena dibayar), jadi dibiarkan apa adanya.",
                "This line was opened since the plan was applied (by a payment, for one), so it was left as it is.",
            ),
            Access::Closed => Sentence::new(
                "Jalur ini sudah ditutup sejak rencana dijalankan, jadi dibiarkan apa adanya.",
                "This line was closed since the plan was applied, so it was left as it is.",
            ),
        })
    }

    /// Whether an earlier try to bring the line back may have reached the router: what it says is then our own doing.
    pub(crate) fn was_tried(&self, line: &PlanLine) -> bool {
        line.error.is_some()
            || self.rows.get(&line.customer_id).is_some_and(|row| {
                row.desired != line.action && row.observed.agrees_with(row.desired) != Some(true)
            })
    }
}

/// Whether somebody's word closes the line whatever becomes of the plan. What an import took over from its list is no
/// such word.
fn keeps_closed(word: &Override) -> bool {
    word.verdict == OverrideVerdict::Closed && !importing::is_of_import(word)
}
