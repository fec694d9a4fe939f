//! Whether closings go through by themselves: up to the limit, and beyond it those lines that a person approved ahead. The
//! first cut-off after an import waits for a person whatever its size.

use store::Tx;

use crate::access::closing_hours;
use crate::access::plan::ahead::{self, Approved};
use crate::access::plan::draft::{Draft, DraftLine};
use crate::error::{Result, Sentence};
use crate::importing;
use crate::office::Call;

/// What is to become of a plan's closings.
pub(crate) enum Gate {
    /// Nothing speaks against them.
    Through,
    /// They go through because a person approved them ahead.
    Approved(Sentence),
    /// They wait for a person.
    Held(Sentence),
}

impl Gate {
    /// Why they wait; `None` where they do not.
    pub(crate) fn held(self) -> Option<Sentence> {
        match self {
            Gate::Held(why) => Some(why),
            Gate::Through | Gate::Approved(_) => None,
        }
    }

    /// The approval by which they go through; `None` where they need none, or wait.
    pub(crate) fn approval(self) -> Option<Sentence> {
        match self {
            Gate::Approved(why) => Some(why),
            Gate::Through | Gate::Held(_) => None,
        }
    }

    /// The same where a confirmation lets through what would wait.
    pub(crate) fn with(self, confirmed: bool) -> Gate {
        match self {
            Gate::Held(_) if confirmed => Gate::Through,
            gate => gate,
        }
    }
}

/// Looks at the closings of a draft. Lines that a person approved ahead for the draft's day are not counted; all others
/// are, also where they became due since.
pub(crate) async fn gate(tx: &mut Tx, draft: &Draft, closing: &[&DraftLine]) -> Result<Gate> {
    let approved = ahead::approved_on(tx, draft.day.today).await?;
    let all: Vec<i64> = closing.iter().map(|line| line.customer_id).collect();
    let beyond: Vec<i64> = all.iter().filter(|id| !approved.has(**id)).copied().collect();
    let agreed = all.len() - beyond.len();
    if let Some(against) = speaks_against(tx, draft, &beyond).await? {
        return Ok(Gate::Held(match against {
            Against::Limit if agreed > 0 => above_approved(draft, &approved, agreed, beyond.len()),
            Against::Limit => above_limit(draft, beyond.len()),
            Against::FirstCutOff => Sentence::new(
                "Penutupan pertama setelah impor tunggakan; periksa daftarnya, lalu setujui.",
                "The first cut-off after an import with debts; look through it, then approve it.",
            ),
        }));
    }
    if agreed > 0 && speaks_against(tx, draft, &all).await?.is_some() {
        return Ok(Gate::Approved(approved.sentence(agreed)));
    }
    Ok(Gate::Through)
}

/// Why closings wait for a person.
enum Against {
    Limit,
    FirstCutOff,
}

async fn speaks_against(tx: &mut Tx, draft: &Draft, closing: &[i64]) -> Result<Option<Against>> {
    if !draft
        .limit
        .allows(u32::try_from(closing.len()).unwrap_or(u32::MAX))
    {
        return Ok(Some(Against::Limit));
    }
    let is_first = importing::awaits_first_cut_off(tx, closing).await?;
    Ok(is_first.then_some(Against::FirstCutOff))
}

/// Why a plan above the limit waits.
fn above_limit(draft: &Draft, closing: usize) -> Sentence {
    let limit = draft.limit.limit;
    Sentence::new(
        format!("{closing} jalur di atas batas {limit}; menunggu persetujuan."),
        format!("{closing} lines are above the limit of {limit}; it waits for approval."),
    )
}

/// Why a plan waits although a part of it was approved ahead.
fn above_approved(draft: &Draft, approved: &Approved, agreed: usize, beyond: usize) -> Sentence {
    let limit = draft.limit.limit;
    let by = approved.by();
    Sentence::new(
        format!(
            "Selain {agreed} jalur yang disetujui {} sebelumnya ada {beyond} jalur lagi, di atas batas {limit}; menunggu \
             persetujuan.",
            by.id
        ),
        format!(
            "Beside the {agreed} lines that {} approved ahead there are {beyond} more, above the limit of {limit}; it \
             waits for approval.",
            by.en
        ),
    )
}

/// Why nobody is closed at the call's day and hour, which `--as-of` moves; `None` when lines are.
pub(crate) fn closings_wait(call: &Call<'_>) -> Option<Sentence> {
    let at = call.today.to_datetime(call.time_of_day);
    closing_hours::refusal(&crate::access::calendar(&call.settings), at)
}
