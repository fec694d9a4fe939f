//! Which closings go through by themselves: up to the limit, and beyond it those lines that a person approved ahead. The
//! first cut-off after an import waits for a person whatever its size.

use store::Tx;

use crate::access::closing_hours;
use crate::access::plan::ahead::{self, Approved};
use crate::access::plan::draft::{Draft, DraftLine};
use crate::error::{Result, Sentence};
use crate::importing;
use crate::office::Call;

/// What is to become of a plan's closings.
pub(crate) struct Gate<'d> {
    /// Those that go through.
    pub through: Vec<&'d DraftLine>,
    /// By whose word they do; `None` where they need none.
    pub approval: Option<Sentence>,
    /// Those that wait for a person.
    pub held: Option<Held<'d>>,
}

/// Closings that wait.
pub(crate) struct Held<'d> {
    /// Which.
    pub lines: Vec<&'d DraftLine>,
    /// Why.
    pub why: Sentence,
}

impl Gate<'_> {
    /// The same where a confirmation lets through what would wait.
    pub(crate) fn with(mut self, confirmed: bool) -> Self {
        if let Some(held) = self.held.take_if(|_| confirmed) {
            self.through.extend(held.lines);
            self.approval = None;
        }
        self
    }
}

/// Looks at the closings of a draft. Lines that a person approved ahead for the draft's day go through and are not counted;
/// all others are, also where they became due since, and wait together when they are too many.
pub(crate) async fn gate<'d>(tx: &mut Tx, draft: &Draft, closing: &[&'d DraftLine]) -> Result<Gate<'d>> {
    let approved = ahead::approved_on(tx, draft.day.today).await?;
    let (agreed, beyond): (Vec<&DraftLine>, Vec<&DraftLine>) =
        closing.iter().partition(|line| approved.has(line.customer_id));
    if let Some(against) = speaks_against(tx, draft, &beyond).await? {
        let why = match against {
            Against::Limit if agreed.is_empty() => above_limit(draft, beyond.len()),
            Against::Limit => above_approved(draft, &approved, agreed.len(), beyond.len()),
            Against::FirstCutOff => Sentence::new(
                "Penutupan pertama setelah impor tunggakan; periksa daftarnya, lalu setujui.",
                "The first cut-off after an import with debts; look through it, then approve it.",
            ),
        };
        return Ok(Gate {
            approval: (!agreed.is_empty()).then(|| approved.sentence(agreed.len())),
            through: agreed,
            held: Some(Held { lines: beyond, why }),
        });
    }
    let needed = !agreed.is_empty() && speaks_against(tx, draft, closing).await?.is_some();
    Ok(Gate {
        approval: needed.then(|| approved.sentence(agreed.len())),
        through: closing.to_vec(),
        held: None,
    })
}

/// Why closings wait for a person.
enum Against {
    Limit,
    FirstCutOff,
}

async fn speaks_against(tx: &mut Tx, draft: &Draft, closing: &[&DraftLine]) -> Result<Option<Against>> {
    if !draft
        .limit
        .allows(u32::try_from(closing.len()).unwrap_or(u32::MAX))
    {
        return Ok(Some(Against::Limit));
    }
    let customers: Vec<i64> = closing.iter().map(|line| line.customer_id).collect();
    let is_first = importing::awaits_first_cut_off(tx, &customers).await?;
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

/// Why the rest of a plan waits of which a part was approved ahead.
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
