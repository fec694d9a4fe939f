//! Taking back what a plan made on a router: it is taken off while it still is as it was made, and left alone once somebody
//! made it their own.

use store::plans::{PlanLine, Repair};

use crate::error::{Result, Sentence};
use crate::network::{self, Failure, Line, Made, Said, Session, Way};

/// What a plan made for a line.
pub(super) struct MadeLine {
    line: Line,
    what: What,
    was_tried: bool,
}

enum What {
    /// Its secret.
    Secret { name: String, made: Said },
    /// What else stands for it.
    Entries(Made),
}

/// What came of it.
pub(super) enum TakenBack {
    /// It is gone, or as it was.
    Done,
    /// It is not any more as it was made, so it was left alone.
    Kept(Sentence),
}

impl MadeLine {
    /// What was made by a plan's line that was done.
    pub(super) fn of(line: Line, done: &PlanLine, was_tried: bool) -> Result<MadeLine, Failure> {
        let made = done.after.clone().ok_or_else(kept_nothing)?;
        let unreadable = |error: serde_json::Error| Failure::Unreadable(error.to_string());
        let what = match (&line.way, done.repair) {
            (Way::Pppoe { username, .. }, Repair::Secret) => What::Secret {
                name: username.clone(),
                made: serde_json::from_value(made).map_err(unreadable)?,
            },
            (_, Repair::Entries) => What::Entries(serde_json::from_value(made).map_err(unreadable)?),
            _ => return Err(Failure::NoName),
        };
        Ok(MadeLine {
            line,
            what,
            was_tried,
        })
    }

    /// Takes it off the router.
    pub(super) async fn take_back(&self, session: &Session) -> Result<TakenBack, Failure> {
        let taken = match &self.what {
            What::Secret { name, made } => {
                network::take_back_secret(session, name, &self.line.label, made, self.was_tried).await
            }
            What::Entries(made) => {
                network::take_back_entries(session, &self.line, made, self.was_tried).await
            }
        };
        match taken {
            Ok(_) => Ok(TakenBack::Done),
            Err(failure @ Failure::ChangedSince { .. }) => Ok(TakenBack::Kept(failure.sentence())),
            Err(failure) if failure.is_missing() => Ok(TakenBack::Kept(failure.sentence())),
            Err(failure) => Err(failure),
        }
    }
}

/// Without what a plan wrote nobody can tell whether it still stands there.
pub(super) fn kept_nothing() -> Failure {
    Failure::Unreadable("the plan kept nothing to go back to".to_owned())
}
