//! Sends the changes: each secret, and once the router has answered that, the end of the sessions that dialled before.
//! Lines wait for their own change only and not for one another's.

use routeros_api::Command;

use super::Step;
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::reading::Live;
use crate::network::said::Said;

/// Changes the lines that have to be; one that failed is a failure in its place afterwards.
pub(super) async fn change(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let pieces = steps.iter().enumerate().filter_map(|(place, step)| {
        let step = step.as_ref().ok()?;
        let is_work = step.changes() || !step.stale.is_empty();
        is_work.then_some(async move { (place, one(session, step).await) })
    });
    let done = session.side_by_side(pieces).await;
    for (place, ended) in done {
        let Some(slot) = steps.get_mut(place) else {
            continue;
        };
        match (ended, slot.as_mut()) {
            (Ok(ended), Ok(step)) => step.ended = ended,
            (Err(failure), _) => *slot = Err(failure),
            (Ok(_), Err(_)) => {}
        }
    }
}

async fn one(session: &Session, step: &Step<'_>) -> Result<usize, Failure> {
    if let Some(command) = set(step) {
        if step.halt.is_called() {
            let said = step.secret.said.clone();
            return Err(Failure::Halted { said });
        }
        session.call(command).await?;
    }
    end(session, &step.stale).await
}

/// The command for a secret; `None` where it says what is wanted.
fn set(step: &Step<'_>) -> Option<Command> {
    let (
        Said::Pppoe { profile, disabled },
        Said::Pppoe {
            profile: old_profile,
            disabled: was_disabled,
        },
    ) = (&step.wanted, &step.secret.said)
    else {
        return None;
    };
    if !step.changes() {
        return None;
    }
    let mut command = Command::new("/ppp/secret/set").attribute(".id", &step.secret.id);
    if profile != old_profile {
        command = command.attribute("profile", profile);
    }
    if disabled != was_disabled {
        command = command.flag("disabled", *disabled);
    }
    Some(command)
}

/// Ends sessions and gives how many the router ended for us; one that is gone by itself is what was wanted.
///
/// # Errors
/// The first refusal, after all of them were tried.
pub(super) async fn end(session: &Session, stale: &[Live]) -> Result<usize, Failure> {
    let mut ended = 0;
    let mut refused = None;
    for live in stale {
        let remove = Command::new("/ppp/active/remove").attribute(".id", &live.id);
        match session.call(remove).await {
            Ok(_) => ended += 1,
            Err(Failure::Router(error)) if error.is_no_such_item() => {}
            Err(failure) => refused = refused.or(Some(failure)),
        }
    }
    match refused {
        Some(failure) => Err(failure),
        None => Ok(ended),
    }
}
