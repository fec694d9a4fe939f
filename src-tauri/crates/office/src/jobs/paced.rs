//! The pace of a line that a plan mended: its queue, its lease or its hotspot user as they were, brought back while they
//! still say what the plan left.

use serde_json::Value;
use store::plans::PlanLine;

use crate::error::Sentence;
use crate::jobs::made::{TakenBack, kept_nothing};
use crate::network::{self, Failure, Line, Mended, Pace, Session};

/// A line whose pace a plan mended.
pub(super) struct PacedLine {
    line: Line,
    before: Pace,
    after: Pace,
    was_tried: bool,
}

impl PacedLine {
    /// What was mended by a plan's line that was done.
    pub(super) fn of(line: Line, done: &PlanLine, was_tried: bool) -> Result<PacedLine, Failure> {
        Ok(PacedLine {
            line,
            before: read(done.before.as_ref())?,
            after: read(done.after.as_ref())?,
            was_tried,
        })
    }

    /// Brings it back.
    pub(super) async fn bring_back(&self, session: &Session) -> Result<TakenBack, Failure> {
        let paces = (&self.before, &self.after);
        match network::bring_pace_back(session, &self.line, paces, self.was_tried).await? {
            Mended::Changed(_) | Mended::Right => Ok(TakenBack::Done),
            Mended::Left(now) => Ok(TakenBack::Kept(changed_by_hand(now.as_ref()))),
        }
    }
}

/// What a plan kept of a pace.
///
/// # Errors
/// [`Failure::Unreadable`] where it kept nothing.
pub(super) fn read(kept: Option<&Value>) -> Result<Pace, Failure> {
    let kept = kept.cloned().ok_or_else(kept_nothing)?;
    serde_json::from_value(kept).map_err(|error| Failure::Unreadable(error.to_string()))
}

/// Why a line's pace was left as it is.
pub(super) fn changed_by_hand(now: Option<&Pace>) -> Sentence {
    match now.and_then(Pace::word) {
        Some(now) => Sentence::new(
            format!("Sudah diubah di router sejak rencana dibuat (kini {now}), jadi dibiarkan apa adanya."),
            format!("Changed on the router since the plan was made (now {now}), so it was left as it is."),
        ),
        None => Sentence::new(
            "Sudah diubah di router sejak rencana dibuat, jadi dibiarkan apa adanya.",
            "Changed on the router since the plan was made, so it was left as it is.",
        ),
    }
}
