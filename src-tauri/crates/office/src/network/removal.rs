//! Taking a line off a router: its secret is switched off first, so that the device cannot dial again, then the session is
//! dropped, and only then is the secret removed. A secret that carries no mark of ours was made by somebody else: it stays,
//! switched off.

use routeros_api::Command;

use crate::network::connections::Session;
use crate::network::dropping;
use crate::network::failure::Failure;
use crate::network::mark::{self, Mark};
use crate::network::reading;
use crate::network::said::Said;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The secret was ours and is gone.
    Removed,
    /// The secret is somebody else's work; it is switched off.
    SwitchedOff,
    /// The entry is somebody else's work and was left as it is, since switching it off would let the device in.
    Kept,
    /// The router has no such secret.
    Gone,
    /// The secret is another customer's by now; it was left alone.
    NotOurs,
}

/// Takes the secret `name` off the router and gives how many sessions were dropped for it.
///
/// # Errors
/// Any [`Failure`] of asking the router; what was done until then stays done, and another try goes on from there.
pub async fn remove_secret(session: &Session, name: &str, label: &str) -> Result<(Removal, usize), Failure> {
    let Some(secret) = reading::secrets(session, Some(&[name])).await?.remove(name) else {
        // An earlier try may have been cut off here.
        return Ok((Removal::Gone, dropping::sessions(session, name).await?));
    };
    let mark = mark::of(secret.comment.as_deref(), label);
    if matches!(mark, Mark::Another(_)) {
        return Ok((Removal::NotOurs, 0));
    }
    let is_on = matches!(secret.said, Said::Pppoe { disabled: false, .. });
    if is_on {
        let command = Command::new("/ppp/secret/set")
            .attribute(".id", &secret.id)
            .flag("disabled", true);
        session.call(command).await?;
    }
    let dropped = dropping::sessions(session, name).await?;
    if mark == Mark::This {
        let command = Command::new("/ppp/secret/remove").attribute(".id", &secret.id);
        match session.call(command).await {
            Ok(_) => {}
            // Somebody else removed it meanwhile.
            Err(Failure::Router(error)) if error.is_no_such_item() => {}
            Err(failure) => return Err(failure),
        }
    }
    let left = reading::secrets(session, Some(&[name])).await?.remove(name);
    match (mark, left.map(|secret| secret.said)) {
        (Mark::This, None) => Ok((Removal::Removed, dropped)),
        (_, None) => Ok((Removal::Gone, dropped)),
        (Mark::This, said) | (_, said @ Some(Said::Pppoe { disabled: false, .. })) => {
            Err(Failure::Disagrees {
                wanted: switched_off(secret.said),
                said,
            })
        }
        (_, Some(_)) => Ok((Removal::SwitchedOff, dropped)),
    }
}

/// Takes a secret off the router again that was made there, and gives how many sessions were dropped for it. `tried` says
/// that an earlier try of ours may have got as far as removing it.
///
/// # Errors
/// [`Failure::ChangedSince`] where the secret is not any more as it was made, or was somebody's to keep;
/// [`Failure::MissingSecret`] where somebody else removed it.
pub async fn take_back_secret(
    session: &Session,
    name: &str,
    label: &str,
    made: &Said,
    tried: bool,
) -> Result<usize, Failure> {
    match reading::secrets(session, Some(&[name])).await?.remove(name) {
        None if !tried => return Err(Failure::MissingSecret(name.to_owned())),
        None => {}
        Some(there) => {
            let is_ours = mark::of(there.comment.as_deref(), label) == Mark::This;
            let is_as_made = there.said == *made || (tried && there.said == switched_off(made.clone()));
            if !is_ours || !is_as_made {
                return Err(Failure::ChangedSince { said: there.said });
            }
        }
    }
    let (_, dropped) = remove_secret(session, name, label).await?;
    Ok(dropped)
}

fn switched_off(said: Said) -> Said {
    match said {
        Said::Pppoe { profile, .. } => Said::Pppoe {
            profile,
            disabled: true,
        },
        said => said,
    }
}
