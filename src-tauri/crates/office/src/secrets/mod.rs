//! Where credentials live: router and gateway passwords and the office key, each under a [`Name`]. The default is the
//! keyring of the operating system; a machine without one (a headless server) uses an encrypted file, chosen on purpose.
//!
//! This module refuses to fall back from one to the other by itself, to print a secret, and to wait without an end: a
//! keyring that shows nobody its unlock prompt is reported, not waited for.

mod file;
mod keyring;
mod memory;
mod office_key;
mod pairing;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

pub use file::SecretFile;
pub use keyring::{Keyring, PATIENCE, SERVICE};
pub use memory::MemorySecrets;
pub use office_key::{OfficeKey, SealError};
pub(crate) use pairing::{Bundle, PairingCode, Sealed};

/// The place that holds this office's credentials. Cheap to clone; all clones speak to the same place.
#[derive(Debug, Clone)]
pub enum Secrets {
    /// The keyring of the operating system: Secret Service, Windows Credential Manager or macOS Keychain.
    Keyring(Keyring),
    /// A file encrypted with a passphrase.
    File(SecretFile),
    /// The memory of this process: for tests and for the invented passwords of a training office.
    Memory(MemorySecrets),
}

impl Secrets {
    /// The secret under `name`, or `None` if none was ever set.
    pub async fn get(&self, name: &Name) -> Result<Option<SecretString>, SecretsError> {
        match self {
            Self::Keyring(keyring) => keyring.get(name).await,
            Self::File(file) => file.get(name).await,
            Self::Memory(memory) => Ok(memory.get(name)),
        }
    }

    /// Stores `secret` under `name`, replacing what was there.
    pub async fn set(&self, name: &Name, secret: SecretString) -> Result<(), SecretsError> {
        match self {
            Self::Keyring(keyring) => keyring.set(name, secret).await,
            Self::File(file) => file.set(name, secret).await,
            Self::Memory(memory) => {
                memory.set(name, secret);
                Ok(())
            }
        }
    }

    /// Forgets the secret under `name`. Forgetting what is not there is no error: the wish is fulfilled.
    pub async fn delete(&self, name: &Name) -> Result<(), SecretsError> {
        match self {
            Self::Keyring(keyring) => keyring.delete(name).await,
            Self::File(file) => file.delete(name).await,
            Self::Memory(memory) => {
                memory.delete(name);
                Ok(())
            }
        }
    }
}

/// What a secret is called, such as `router/3/password`. It can only be made from the things that have secrets, so
/// that text typed by a person never becomes a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The API password of the router with this id.
    #[must_use]
    pub fn router_password(router_id: i64) -> Self {
        Self(format!("router/{router_id}/password"))
    }

    /// The key that seals customers' PPPoE passwords, see [`OfficeKey`].
    #[must_use]
    pub fn office_key() -> Self {
        Self("office/key".to_owned())
    }

    /// A credential of a payment or message provider. Both words come from the program, not from a person.
    #[must_use]
    pub fn gateway(provider: &'static str, credential: &'static str) -> Self {
        Self(format!("gateway/{provider}/{credential}"))
    }

    /// What names this place for secrets among the office's desks. No secret, but it belongs to the place and to no other.
    #[must_use]
    pub fn desk() -> Self {
        Self("desk/id".to_owned())
    }

    /// The address of the database server that this desk has joined, which holds a password. It belongs to the desk.
    #[must_use]
    pub fn server_address() -> Self {
        Self("desk/server".to_owned())
    }

    /// The credentials of gateways that there can be.
    pub(crate) const GATEWAYS: [(&'static str, &'static str); 1] = [("fonnte", "token")];
    /// The passphrase with which backups are encrypted.
    #[must_use]
    pub fn backup_passphrase() -> Self {
        Self("backup/passphrase".to_owned())
    }

    /// Every name that an office with these routers may have a secret under, which is what goes along when it is moved to
    /// another data folder.
    #[must_use]
    pub fn of_office(router_ids: &[i64]) -> Vec<Self> {
        let mut names = vec![Self::office_key(), Self::backup_passphrase()];
        names.extend(Self::GATEWAYS.map(|(provider, credential)| Self::gateway(provider, credential)));
        names.extend(router_ids.iter().copied().map(Self::router_password));
        names
    }

    /// The name as the place stores it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a secret could not be read or kept. The sentence says what to do; none of them carries a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretsError {
    /// Nothing on this machine offers a keyring.
    #[error(
        "no keyring answers on this machine ({cause}); log in to a desktop session with a keyring and restart Sambung, \
         or choose an encrypted file with --secrets file and a passphrase in SAMBUNG_PASSPHRASE"
    )]
    NoKeyring {
        /// The operating system's words.
        cause: String,
    },
    /// A keyring is there and refuses access.
    #[error("the keyring is locked ({cause}); unlock the login keyring and try again")]
    Locked {
        /// The operating system's words.
        cause: String,
    },
    /// A keyring is there and does not answer, usually because an unlock prompt waits for a person.
    #[error(
        "the keyring did not answer within {} seconds; look for a prompt that waits for its password, unlock the login \
         keyring and try again",
        after.as_secs()
    )]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// A keyring is there and failed in another way.
    #[error("the keyring failed ({cause}); try again, and restart the desktop session if it keeps failing")]
    KeyringFailed {
        /// The operating system's words.
        cause: String,
    },
    /// The file was chosen and no passphrase was given.
    #[error("an encrypted secrets file needs a passphrase; put it in SAMBUNG_PASSPHRASE")]
    NoPassphrase,
    /// The file exists and was encrypted with another passphrase.
    #[error(
        "the passphrase does not open {}; give the one that the file was made with in SAMBUNG_PASSPHRASE",
        path.display()
    )]
    WrongPassphrase {
        /// The secrets file.
        path: PathBuf,
    },
    /// What is stored is not what was written.
    #[error("{what} is damaged; restore it from a backup, or enter the passwords anew")]
    Damaged {
        /// The file or the name of the secret.
        what: String,
    },
    /// The file could not be read or written; the previous content is untouched.
    #[error("{} could not be read or written ({source}); check the disk and the permissions", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
}

impl SecretsError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKeyring { .. } => "keyring_missing",
            Self::Locked { .. } => "keyring_locked",
            Self::TimedOut { .. } => "keyring_timeout",
            Self::KeyringFailed { .. } => "keyring_failed",
            Self::NoPassphrase => "passphrase_missing",
            Self::WrongPassphrase { .. } => "passphrase_wrong",
            Self::Damaged { .. } => "secrets_damaged",
            Self::Io { .. } => "secrets_io",
        }
    }
}
