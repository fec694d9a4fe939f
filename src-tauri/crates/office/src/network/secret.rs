//! The PPPoE secret of a line as the office's records have it: added when it is missing, its password, profile and comment
//! brought up to date when it is there. A comment that somebody else wrote stays.

use routeros_api::Command;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{Said, WantedProfile};
use crate::network::profiles::{self, Need};
use crate::network::reading;

/// How our comments begin: `ID: PLG-00001 - Bu Siti`.
const OURS: &str = "ID: ";

/// What was done with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretChange {
    /// It was missing.
    Added,
    /// It was there and something differed.
    Changed,
    /// It was there and right.
    Unchanged,
}

/// Adds or changes the secret `name`. The profile is written only to a new secret: whether a line that exists is open or
/// closed is the verdict's business.
///
/// # Errors
/// Any [`Failure`]; the secret is as it was then, or, where the connection broke, unknown.
pub async fn write_secret(
    session: &Session,
    name: &str,
    password: Option<&SecretString>,
    profile: &WantedProfile,
    label: &str,
) -> Result<SecretChange, Failure> {
    let names = [name];
    let (secrets, known) = tokio::join!(
        reading::secrets(session, Some(&names)),
        reading::profiles(session)
    );
    let (secrets, known) = (secrets?, known?);
    if let Some(secret) = secrets.get(name) {
        let ours = secret
            .comment
            .as_deref()
            .is_none_or(|comment| comment.starts_with(OURS));
        let new_comment = (ours && secret.comment.as_deref() != Some(label)).then_some(label);
        if password.is_none() && new_comment.is_none() {
            return Ok(SecretChange::Unchanged);
        }
        let command = Command::new("/ppp/secret/set")
            .attribute(".id", &secret.id)
            .attribute_if(
                "password",
                password.map(|password| password.expose_secret().to_owned()),
            )
            .attribute_if("comment", new_comment);
        session.call(command).await?;
        return Ok(SecretChange::Changed);
    }
    let need = Need {
        wanted: profile.clone(),
        like: Some("default".to_owned()),
    };
    if let Some(failure) = profiles::ensure(session, &known, vec![need])
        .await
        .remove(&profile.name)
    {
        return Err(failure);
    }
    let command = Command::new("/ppp/secret/add")
        .attribute("name", name)
        .attribute_if(
            "password",
            password.map(|password| password.expose_secret().to_owned()),
        )
        .attribute("service", "pppoe")
        .attribute("profile", &profile.name)
        .attribute("comment", label);
    match session.call(command).await {
        Ok(_) => {}
        // Added at another desk between the look and the write: the same wish, already fulfilled.
        Err(Failure::Router(error)) if error.is_duplicate() => {}
        Err(failure) => return Err(failure),
    }
    let wanted = Said::Pppoe {
        profile: profile.name.clone(),
        disabled: false,
    };
    let said = reading::secrets(session, Some(&[name]))
        .await?
        .remove(name)
        .map(|secret| secret.said);
    if said.as_ref() == Some(&wanted) {
        Ok(SecretChange::Added)
    } else {
        Err(Failure::Disagrees { wanted, said })
    }
}
