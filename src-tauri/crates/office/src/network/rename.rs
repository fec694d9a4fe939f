//! Another name for the secret of a line: the secret keeps everything else, and the session that dialled with the old name
//! is dropped, since its customer is nobody's any more.

use routeros_api::Command;

use crate::network::connections::Session;
use crate::network::dropping;
use crate::network::failure::Failure;
use crate::network::mark::{self, Mark};
use crate::network::reading::{self, Secret};
use crate::network::said::Said;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Whether the secret had the old name.
    pub changed: bool,
    /// Sessions of the old name that were dropped.
    pub dropped: usize,
    /// What the router says about the secret now.
    pub said: Said,
}

/// Renames the secret `from` to `to`. One that has the new name already, and not the old, was renamed before.
///
/// # Errors
/// [`Failure::MissingSecret`] where there is neither, [`Failure::SecretTaken`] and [`Failure::SecretDiffers`] where the
/// router has another secret of the new name, and any other [`Failure`] of asking the router.
pub async fn rename_secret(session: &Session, from: &str, to: &str, label: &str) -> Result<Renamed, Failure> {
    let mut secrets = reading::secrets(session, Some(&[from, to])).await?;
    let new = secrets.remove(to);
    let old = secrets.remove(from);
    let changed = match (old, new) {
        (None, None) => return Err(Failure::MissingSecret(from.to_owned())),
        (None, Some(secret)) => {
            refuse_another(&secret, to, label)?;
            false
        }
        // What has the old name is somebody else's: the line never got it, or has given it back.
        (Some(old), Some(secret)) if is_ours(&secret, label) && !is_ours(&old, label) => {
            return Ok(Renamed {
                changed: false,
                dropped: 0,
                said: secret.said,
            });
        }
        (Some(_), Some(secret)) => {
            refuse_another(&secret, to, label)?;
            return Err(Failure::SecretDiffers {
                name: to.to_owned(),
                what: vec!["name"],
            });
        }
        (Some(secret), None) => {
            refuse_another(&secret, from, label)?;
            let command = Command::new("/ppp/secret/set")
                .attribute(".id", &secret.id)
                .attribute("name", to);
            session.call(command).await?;
            true
        }
    };
    // Also where it was renamed before: that try may have been cut off before the session was dropped.
    let dropped = if from == to {
        0
    } else {
        dropping::sessions(session, from).await?
    };
    let said = reading::secrets(session, Some(&[to])).await?.remove(to);
    let said = said.ok_or_else(|| Failure::MissingSecret(to.to_owned()))?.said;
    Ok(Renamed {
        changed,
        dropped,
        said,
    })
}

/// Renews the comment of the secret `name` where it is exactly the one that we wrote; gives whether it was. Whatever else
/// stands there is somebody's own note.
///
/// # Errors
/// [`Failure::MissingSecret`], and any other [`Failure`] of asking the router.
pub async fn relabel_secret(session: &Session, name: &str, old: &str, label: &str) -> Result<bool, Failure> {
    let secret = reading::secrets(session, Some(&[name])).await?.remove(name);
    let secret = secret.ok_or_else(|| Failure::MissingSecret(name.to_owned()))?;
    if secret.comment.as_deref() != Some(old) || old == label {
        return Ok(false);
    }
    let command = Command::new("/ppp/secret/set")
        .attribute(".id", &secret.id)
        .attribute("comment", label);
    session.call(command).await?;
    Ok(true)
}

fn is_ours(secret: &Secret, label: &str) -> bool {
    mark::of(secret.comment.as_deref(), label) == Mark::This
}

fn refuse_another(secret: &Secret, name: &str, label: &str) -> Result<(), Failure> {
    match mark::of(secret.comment.as_deref(), label) {
        Mark::Another(mark) => Err(Failure::SecretTaken {
            name: name.to_owned(),
            mark,
        }),
        Mark::None | Mark::This | Mark::Foreign => Ok(()),
    }
}
