//! The PPPoE secret of a new line: added with service, profile and our mark, or adopted where the router has the same one
//! already. A secret that differs is somebody's work and is refused, a comment that is not ours is never overwritten, and
//! no secret is made without a password.

use routeros_api::Command;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::WantedProfile;
use crate::network::mark::{self, Mark};
use crate::network::profiles::{self, Need};
use crate::network::reading;
use crate::network::said::Said;

/// The service of a secret that any service may use.
const ANY: &str = "any";
const PPPOE: &str = "pppoe";

/// A secret as the office's records have it.
#[derive(Clone, Debug)]
pub struct WantedSecret {
    /// Its name.
    pub name: String,
    /// Its password; where the office has none, the router's stays.
    pub password: Option<SecretString>,
    /// The password of a secret that has to be made while the office has none.
    pub spare: SecretString,
    /// Its profile.
    pub profile: WantedProfile,
    /// Its comment: `ID: PLG-00001 - Bu Siti`.
    pub label: String,
    /// Whether we took the line off a router before: a secret under somebody's own note stayed there then, switched off and
    /// perhaps under the profile of closed lines, and that is no difference.
    pub was_removed: bool,
}

/// What was done with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretChange {
    /// It was missing.
    Added,
    /// The router had the same one, which nobody had marked as a customer's.
    Adopted,
    /// It was ours, and something differed.
    Changed,
    /// It was there and right.
    Unchanged,
}

/// A password that the office did not have.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// In the clear.
    pub password: SecretString,
    /// Whether it is ours; else the router had it.
    pub made: bool,
}

/// What was done with a secret, and what the router says about it afterwards.
#[derive(Clone, Debug)]
pub struct Written {
    /// What was done.
    pub change: SecretChange,
    /// What the router says.
    pub said: Said,
    /// The secret's password where the office has none.
    pub learnt: Option<Learnt>,
}

/// Adds the secret, or adopts the one of that name; gives what the router says about it afterwards.
///
/// # Errors
/// [`Failure::SecretTaken`] and [`Failure::SecretDiffers`] for a secret that is not the wanted one, and any other
/// [`Failure`]; the secret is as it was then, or, where the connection broke, unknown.
pub async fn add_secret(session: &Session, wanted: &WantedSecret) -> Result<Written, Failure> {
    match reading::full_secret(session, &wanted.name).await? {
        Some(there) => take_over(session, wanted, there).await,
        None => add(session, wanted).await,
    }
}

/// Adds a secret that the router was seen to lack, and leaves one alone that somebody made since. `tried` says that an
/// earlier try of ours may have made it without hearing the answer.
///
/// # Errors
/// Any [`Failure`] of asking the router.
pub async fn make_missing_secret(
    session: &Session,
    wanted: &WantedSecret,
    tried: bool,
) -> Result<Written, Failure> {
    let Some(there) = reading::full_secret(session, &wanted.name).await? else {
        return add(session, wanted).await;
    };
    let is_ours = mark::of(there.comment.as_deref(), &wanted.label) == Mark::This;
    let change = if tried && is_ours && differences(wanted, &there).is_empty() {
        SecretChange::Added
    } else {
        SecretChange::Unchanged
    };
    Ok(Written {
        change,
        learnt: learnt(wanted, &there),
        said: there.said,
    })
}

async fn add(session: &Session, wanted: &WantedSecret) -> Result<Written, Failure> {
    let known = reading::profiles(session).await?;
    let need = Need {
        wanted: wanted.profile.clone(),
        now: None,
    };
    if let Some(failure) = profiles::ensure(session, &known, vec![need])
        .await
        .remove(&wanted.profile.name)
    {
        return Err(failure);
    }
    let password = wanted.password.as_ref().unwrap_or(&wanted.spare);
    let command = Command::new("/ppp/secret/add")
        .attribute("name", &wanted.name)
        .attribute("password", password.expose_secret())
        .attribute("service", PPPOE)
        .attribute("profile", &wanted.profile.name)
        .attribute("comment", &wanted.label);
    let added = match session.call(command).await {
        Ok(_) => true,
        // Added at another desk between the look and the write; whether it is the wanted one is read back below.
        Err(Failure::Router(error)) if error.is_duplicate() => false,
        Err(failure) => return Err(failure),
    };
    let should = Said::Pppoe {
        profile: wanted.profile.name.clone(),
        disabled: false,
    };
    let there = reading::full_secret(session, &wanted.name).await?;
    match there {
        Some(there) if there.said == should => Ok(Written {
            change: SecretChange::Added,
            learnt: if added && wanted.password.is_none() {
                Some(spare(wanted))
            } else {
                learnt(wanted, &there)
            },
            said: should,
        }),
        there => Err(Failure::Disagrees {
            wanted: should,
            said: there.map(|there| there.said),
        }),
    }
}

/// The password that a secret got because the office had none.
fn spare(wanted: &WantedSecret) -> Learnt {
    Learnt {
        password: wanted.spare.clone(),
        made: true,
    }
}

/// The password of a secret that is there, where the office has none.
fn learnt(wanted: &WantedSecret, there: &reading::FullSecret) -> Option<Learnt> {
    if wanted.password.is_some() {
        return None;
    }
    let password = there.password.clone()?;
    (!is_empty(&password)).then_some(Learnt {
        password,
        made: false,
    })
}

/// Takes the secret that is there: our own from an earlier try is completed, the same one is adopted.
async fn take_over(
    session: &Session,
    wanted: &WantedSecret,
    there: reading::FullSecret,
) -> Result<Written, Failure> {
    let mut differs = differences(wanted, &there);
    if wanted.was_removed {
        let isolated = session.router.details.isolated_profile.as_str();
        let is_isolated = matches!(&there.said, Said::Pppoe { profile, .. } if profile == isolated);
        // Ours, and the verdict's business as that of a secret which carries our mark.
        differs.retain(|what| *what != "disabled" && (*what != "profile" || !is_isolated));
    }
    let mark = mark::of(there.comment.as_deref(), &wanted.label);
    let is_open_to_all = wanted.password.is_none() && there.password.as_ref().is_some_and(is_empty);
    let (comment, password) = match &mark {
        Mark::Another(mark) => {
            return Err(Failure::SecretTaken {
                name: wanted.name.clone(),
                mark: mark.clone(),
            });
        }
        Mark::None | Mark::Foreign if !differs.is_empty() => {
            return Err(Failure::SecretDiffers {
                name: wanted.name.clone(),
                what: differs,
            });
        }
        Mark::None => (Some(&wanted.label), None),
        Mark::Foreign => (None, None),
        // Ours. Whether it is open or closed is the verdict's business and not looked at here.
        Mark::This => (
            Some(&wanted.label).filter(|label| there.comment.as_ref() != Some(*label)),
            if is_open_to_all {
                Some(&wanted.spare)
            } else {
                wanted.password.as_ref().filter(|_| differs.contains(&"password"))
            },
        ),
    };
    if comment.is_some() || password.is_some() {
        let command = Command::new("/ppp/secret/set")
            .attribute(".id", &there.id)
            .attribute_if("password", exposed(password))
            .attribute_if("comment", comment);
        session.call(command).await?;
    }
    let learnt = if is_open_to_all && password.is_some() {
        Some(spare(wanted))
    } else {
        learnt(wanted, &there)
    };
    let change = match mark {
        Mark::This if comment.is_some() || password.is_some() => SecretChange::Changed,
        Mark::This => SecretChange::Unchanged,
        _ => SecretChange::Adopted,
    };
    Ok(Written {
        change,
        said: there.said,
        learnt,
    })
}

/// Gives the secret of an existing line another password. The session that is live goes on with the old one; the new one
/// is asked for when it dials again.
///
/// # Errors
/// [`Failure::MissingSecret`], [`Failure::SecretTaken`], and any other [`Failure`] of asking the router.
pub async fn set_password(
    session: &Session,
    name: &str,
    password: &SecretString,
    label: &str,
) -> Result<SecretChange, Failure> {
    let there = reading::full_secret(session, name)
        .await?
        .ok_or_else(|| Failure::MissingSecret(name.to_owned()))?;
    if let Mark::Another(mark) = mark::of(there.comment.as_deref(), label) {
        let name = name.to_owned();
        return Err(Failure::SecretTaken { name, mark });
    }
    if is_same(Some(password), there.password.as_ref()) {
        return Ok(SecretChange::Unchanged);
    }
    let command = Command::new("/ppp/secret/set")
        .attribute(".id", &there.id)
        .attribute("password", password.expose_secret());
    session.call(command).await?;
    Ok(SecretChange::Changed)
}

fn differences(wanted: &WantedSecret, there: &reading::FullSecret) -> Vec<&'static str> {
    let mut what = Vec::new();
    if !matches!(there.service.as_deref(), None | Some(PPPOE | ANY)) {
        what.push("service");
    }
    if let Said::Pppoe { profile, disabled } = &there.said {
        if *profile != wanted.profile.name {
            what.push("profile");
        }
        if *disabled {
            what.push("disabled");
        }
    }
    // A password that the router does not show cannot be compared; the one that is there stays.
    if there.password.is_some()
        && wanted.password.is_some()
        && !is_same(wanted.password.as_ref(), there.password.as_ref())
    {
        what.push("password");
    }
    what
}

fn is_same(one: Option<&SecretString>, other: Option<&SecretString>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.expose_secret() == other.expose_secret(),
        _ => false,
    }
}

fn is_empty(password: &SecretString) -> bool {
    password.expose_secret().is_empty()
}

fn exposed(password: Option<&SecretString>) -> Option<String> {
    password.map(|password| password.expose_secret().to_owned())
}
