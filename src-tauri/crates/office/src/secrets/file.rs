//! Secrets in one encrypted file, for a machine without a keyring. The whole content is encrypted at once with a key
//! derived from a passphrase (Argon2id, RFC 9106; XChaCha20-Poly1305), and replaced in one step, so that a crash leaves
//! the old file or the new one.

mod disk;
mod header;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chacha20poly1305::aead::rand_core::RngCore;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use self::disk::{replace, take_turn};
use self::header::{COST, Header};
use super::{Name, SecretsError};

const NONCE: usize = 24;

type Content = BTreeMap<String, Zeroizing<String>>;

/// An encrypted file of secrets, opened with its passphrase. Clones share the file; so may several processes.
#[derive(Clone)]
pub struct SecretFile(Arc<Opened>);

struct Opened {
    path: PathBuf,
    header: Header,
    key: Zeroizing<[u8; 32]>,
}

impl SecretFile {
    /// Opens the file, or makes an empty one where there is none. Deriving the key takes about a tenth of a second
    /// and 64 MiB, once.
    pub async fn open(path: impl Into<PathBuf>, passphrase: SecretString) -> Result<Self, SecretsError> {
        let path = path.into();
        off_the_runtime(move || Opened::open(path, &passphrase))
            .await
            .map(|opened| Self(Arc::new(opened)))
    }

    pub(super) async fn get(&self, name: &Name) -> Result<Option<SecretString>, SecretsError> {
        let (file, name) = (Arc::clone(&self.0), name.clone());
        off_the_runtime(move || {
            let _turn = file.turn()?;
            Ok(file
                .read()?
                .get(name.as_str())
                .map(|secret| SecretString::from(secret.as_str())))
        })
        .await
    }

    pub(super) async fn set(&self, name: &Name, secret: SecretString) -> Result<(), SecretsError> {
        let name = name.as_str().to_owned();
        self.change(move |content| {
            content.insert(name, Zeroizing::new(secret.expose_secret().to_owned()));
        })
        .await
    }

    pub(super) async fn delete(&self, name: &Name) -> Result<(), SecretsError> {
        let name = name.as_str().to_owned();
        self.change(move |content| {
            content.remove(&name);
        })
        .await
    }

    async fn change(&self, change: impl FnOnce(&mut Content) + Send + 'static) -> Result<(), SecretsError> {
        let file = Arc::clone(&self.0);
        off_the_runtime(move || {
            let _turn = file.turn()?;
            let mut content = file.read()?;
            change(&mut content);
            file.write(&content)
        })
        .await
    }
}

impl fmt::Debug for SecretFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretFile({})", self.0.path.display())
    }
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretsError> + Send + 'static,
) -> Result<T, SecretsError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) => Err(SecretsError::Io {
            path: PathBuf::new(),
            source: io::Error::other(ended),
        }),
    }
}

impl Opened {
    fn open(path: PathBuf, passphrase: &SecretString) -> Result<Self, SecretsError> {
        if passphrase.expose_secret().is_empty() {
            return Err(SecretsError::NoPassphrase);
        }
        let _turn = take_turn(&path)?;
        match fs::read(&path) {
            Ok(bytes) => {
                let (header, _) = Header::parse(&bytes).ok_or_else(|| damaged(&path))?;
                let (key, check) = header.derive(passphrase).ok_or_else(|| damaged(&path))?;
                if check != header.check {
                    return Err(SecretsError::WrongPassphrase { path });
                }
                let opened = Self { path, header, key };
                opened.read()?;
                Ok(opened)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut header = Header {
                    cost: COST,
                    salt: [0; 16],
                    check: [0; 16],
                };
                OsRng.fill_bytes(&mut header.salt);
                let (key, check) = header.derive(passphrase).ok_or_else(|| damaged(&path))?;
                header.check = check;
                let opened = Self { path, header, key };
                opened.write(&Content::new())?;
                Ok(opened)
            }
            Err(source) => Err(SecretsError::Io { path, source }),
        }
    }

    /// Keeps other processes (the tray and a command line) from writing between our read and our write.
    fn turn(&self) -> Result<File, SecretsError> {
        take_turn(&self.path)
    }

    fn read(&self) -> Result<Content, SecretsError> {
        let bytes = fs::read(&self.path).map_err(|source| self.io(source))?;
        let (header, sealed) = Header::parse(&bytes).ok_or_else(|| damaged(&self.path))?;
        if header != self.header {
            // Replaced under us by a file with another passphrase.
            return Err(SecretsError::WrongPassphrase {
                path: self.path.clone(),
            });
        }
        let (nonce, msg) = sealed
            .split_at_checked(NONCE)
            .ok_or_else(|| damaged(&self.path))?;
        let aad = self.header.bytes();
        let plain = XChaCha20Poly1305::new(self.key.as_slice().into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| damaged(&self.path))?;
        let content: BTreeMap<String, String> =
            serde_json::from_slice(&plain).map_err(|_| damaged(&self.path))?;
        Ok(content
            .into_iter()
            .map(|(name, secret)| (name, Zeroizing::new(secret)))
            .collect())
    }

    fn write(&self, content: &Content) -> Result<(), SecretsError> {
        let borrowed: BTreeMap<&str, &str> = content
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.as_str()))
            .collect();
        let plain = serde_json::to_vec(&borrowed)
            .map(Zeroizing::new)
            .map_err(|e| self.io(e.into()))?;
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let aad = self.header.bytes();
        let sealed = XChaCha20Poly1305::new(self.key.as_slice().into())
            .encrypt(
                &nonce,
                Payload {
                    msg: &plain,
                    aad: &aad,
                },
            )
            .map_err(|_| self.io(io::Error::other("the content is too long to encrypt")))?;
        replace(&self.path, &[&aad, nonce.as_slice(), &sealed].concat()).map_err(|source| self.io(source))
    }

    fn io(&self, source: io::Error) -> SecretsError {
        SecretsError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

fn damaged(path: &Path) -> SecretsError {
    SecretsError::Damaged {
        what: path.display().to_string(),
    }
}

#[cfg(test)]
mod tests;
