//! The keyring of the operating system. Its calls block, and a locked one may block for ever behind a prompt that
//! nobody sees; so one thread of its own makes them, in order, and whoever asks waits no longer than [`PATIENCE`].

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ::keyring::v1::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

use super::{Name, SecretsError};

/// The service under which every entry of ours is found.
pub const SERVICE: &str = "sambung";

/// How long a call may take before it is reported as [`SecretsError::TimedOut`].
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A handle on the operating system's keyring, for one office.
#[derive(Debug, Clone)]
pub struct Keyring {
    scope: String,
    patience: Duration,
    calls: mpsc::Sender<Call>,
}

#[derive(Debug)]
struct Call {
    account: String,
    act: Act,
    reply: oneshot::Sender<Result<Option<SecretString>, SecretsError>>,
}

#[derive(Debug)]
enum Act {
    Get,
    Set(SecretString),
    Delete,
}

impl Keyring {
    /// Opens the keyring of the person who runs the program. `scope` keeps two offices of one person apart (their
    /// routers are both number 1); it goes before every account name, and may be empty where there is one office.
    ///
    /// Nothing is read yet: a missing or locked keyring shows itself in the first call.
    pub fn open(scope: impl Into<String>) -> Result<Self, SecretsError> {
        Self::with_patience(scope, PATIENCE)
    }

    /// Like [`Keyring::open`], with another time limit.
    pub fn with_patience(scope: impl Into<String>, patience: Duration) -> Result<Self, SecretsError> {
        let (calls, incoming) = mpsc::channel::<Call>();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                for call in incoming {
                    // Who asked has been told "no answer" already; doing it now would contradict that.
                    if call.reply.is_closed() {
                        continue;
                    }
                    let answer = perform(&call.account, &call.act);
                    // The same, if the patience ended during the call: there is nobody left to tell.
                    let _unheard = call.reply.send(answer);
                }
            })
            .map_err(|source| SecretsError::KeyringFailed {
                cause: source.to_string(),
            })?;
        Ok(Self {
            scope: scope.into(),
            patience,
            calls,
        })
    }

    pub(super) async fn get(&self, name: &Name) -> Result<Option<SecretString>, SecretsError> {
        self.ask(name, Act::Get).await
    }

    pub(super) async fn set(&self, name: &Name, secret: SecretString) -> Result<(), SecretsError> {
        self.ask(name, Act::Set(secret)).await.map(drop)
    }

    pub(super) async fn delete(&self, name: &Name) -> Result<(), SecretsError> {
        self.ask(name, Act::Delete).await.map(drop)
    }

    async fn ask(&self, name: &Name, act: Act) -> Result<Option<SecretString>, SecretsError> {
        let account = if self.scope.is_empty() {
            name.to_string()
        } else {
            format!("{}/{name}", self.scope)
        };
        let (reply, answer) = oneshot::channel();
        let gone = || SecretsError::KeyringFailed {
            cause: "its thread ended; restart Sambung".to_owned(),
        };
        self.calls
            .send(Call { account, act, reply })
            .map_err(|_| gone())?;
        match tokio::time::timeout(self.patience, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(SecretsError::TimedOut { after: self.patience }),
        }
    }
}

fn perform(account: &str, act: &Act) -> Result<Option<SecretString>, SecretsError> {
    let entry = Entry::new(SERVICE, account).map_err(|error| named(account, error))?;
    let done = match act {
        Act::Get => entry
            .get_password()
            .map(|secret| Some(SecretString::from(secret))),
        Act::Set(secret) => entry.set_password(secret.expose_secret()).map(|()| None),
        Act::Delete => entry.delete_credential().map(|()| None),
    };
    match done {
        Err(Error::NoEntry) => match act {
            Act::Get | Act::Delete => Ok(None),
            Act::Set(_) => Err(SecretsError::KeyringFailed {
                cause: "the entry vanished while it was written".to_owned(),
            }),
        },
        other => other.map_err(|error| named(account, error)),
    }
}

/// Only the operating system's words are passed on: some of the library's errors carry the bytes of the secret.
fn named(account: &str, error: Error) -> SecretsError {
    match error {
        Error::NoDefaultStore => SecretsError::NoKeyring {
            cause: match Entry::store_status() {
                Err(Error::PlatformFailure(cause) | Error::NoStorageAccess(cause)) => cause.to_string(),
                _ => "no credential store".to_owned(),
            },
        },
        Error::NoStorageAccess(cause) => SecretsError::Locked {
            cause: cause.to_string(),
        },
        Error::PlatformFailure(cause) => SecretsError::KeyringFailed {
            cause: cause.to_string(),
        },
        Error::BadEncoding(_) | Error::BadDataFormat(..) => SecretsError::Damaged {
            what: format!("the keyring entry {SERVICE} {account}"),
        },
        Error::Ambiguous(entries) => SecretsError::KeyringFailed {
            cause: format!("{} entries are called {account}", entries.len()),
        },
        Error::TooLong(what, most) => SecretsError::KeyringFailed {
            cause: format!("{what} is longer than the {most} characters it takes"),
        },
        _ => SecretsError::KeyringFailed {
            cause: "it refused the call".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests;
