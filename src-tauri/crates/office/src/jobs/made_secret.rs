//! Taking a secret back that a plan made: it is removed while it still is as it was made, and left alone once somebody
//! made it their own.

use store::plans::PlanLine;

use crate::error::{Result, Sentence};
use crate::network::{self, Failure, Line, Said, Session, Way};

/// A secret that a plan made.
pub(super) struct MadeSecret {
    name: String,
    label: String,
    made: Said,
    was_tried: bool,
}

/// What came of it.
pub(super) enum TakenBack {
    /// It is gone.
    Removed,
    /// It is not any more as it was made, so it was left alone.
    Kept(Sentence),
}

impl MadeSecret {
    /// The secret of a plan's line that was done.
    pub(super) fn of(line: &Line, done: &PlanLine, was_tried: bool) -> Result<MadeSecret, Failure> {
        let Way::Pppoe { username, .. } = &line.way else {
            return Err(Failure::NoName);
        };
        let made = done.after.clone().ok_or_else(kept_nothing)?;
        Ok(MadeSecret {
            name: username.clone(),
            label: line.label.clone(),
            made: serde_json::from_value(made).map_err(|error| Failure::Unreadable(error.to_string()))?,
            was_tried,
        })
    }

    /// Takes it off the router.
    pub(super) async fn take_back(&self, session: &Session) -> Result<TakenBack, Failure> {
        let taken =
            network::take_back_secret(session, &self.name, &self.label, &self.made, self.was_tried).await;
        match taken {
            Ok(_) => Ok(TakenBack::Removed),
            Err(failure @ (Failure::ChangedSince { .. } | Failure::MissingSecret(_))) => {
                Ok(TakenBack::Kept(failure.sentence()))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Without what a plan wrote nobody can tell whether it still stands there.
pub(super) fn kept_nothing() -> Failure {
    Failure::Unreadable("the plan kept nothing to go back to".to_owned())
}
