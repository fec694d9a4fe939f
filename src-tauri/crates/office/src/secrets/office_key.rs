//! The office key: 32 random bytes in the office's place for secrets, with which customers' PPPoE passwords are sealed
//! before they reach the database, so that a copied database file opens no customer's line.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Name, Secrets, SecretsError};

const PREFIX: &str = "v1.";
const NONCE: usize = 24;

/// Seals and opens small texts. Never printed, wiped when dropped.
pub struct OfficeKey(Zeroizing<[u8; 32]>);

/// Why a sealed text did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Not a text that this version of Sambung sealed.
    #[error(
        "the sealed password is not in a form that this version of Sambung knows; enter the password anew"
    )]
    UnknownForm,
    /// Sealed with another key or for another purpose, or changed since.
    #[error(
        "the sealed password does not open with this office's key; pair this desk with the one that sealed it, or enter \
         the password anew"
    )]
    DoesNotOpen,
    /// The cipher refused the text (it takes up to 256 GiB).
    #[error("the password could not be sealed; enter a shorter one")]
    TooLong,
}

impl SealError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownForm => "sealed_form_unknown",
            Self::DoesNotOpen => "sealed_with_another_key",
            Self::TooLong => "sealed_too_long",
        }
    }
}

impl OfficeKey {
    /// The key that `secrets` holds, or `None` if this desk has none. Whether a new one may be made then is for the
    /// office to say: with sealed passwords in the database, a new key would make all of them unreadable.
    pub async fn find(secrets: &Secrets) -> Result<Option<Self>, SecretsError> {
        let Some(text) = secrets.get(&Name::office_key()).await? else {
            return Ok(None);
        };
        let damaged = || SecretsError::Damaged {
            what: "the office key".to_owned(),
        };
        let bytes = Zeroizing::new(STANDARD.decode(text.expose_secret()).map_err(|_| damaged())?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| damaged())?;
        Ok(Some(Self(Zeroizing::new(key))))
    }

    /// Makes a key, stores it, and returns what was stored: should two processes do this at once, both go on with the
    /// one that stayed.
    pub async fn create(secrets: &Secrets) -> Result<Self, SecretsError> {
        let key = Zeroizing::new(<[u8; 32]>::from(XChaCha20Poly1305::generate_key(&mut OsRng)));
        let text = SecretString::from(STANDARD.encode(key.as_slice()));
        secrets.set(&Name::office_key(), text).await?;
        Self::find(secrets).await?.ok_or_else(|| SecretsError::Damaged {
            what: "the office key".to_owned(),
        })
    }

    /// Sixteen hexadecimal digits that name this key without revealing it. Kept in the database, they tell a desk that
    /// its key is not the one that the office's passwords were sealed with.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"sambung office key\0")
            .chain_update(self.0.as_slice())
            .finalize();
        hex::encode(digest.get(..8).unwrap_or_default())
    }

    /// Seals `plain` for `purpose`. The purpose is bound to the text and must be given again to open it; name the row
    /// and the column in it (`customer/17/pppoe_password`), so that a sealed text copied to another row does not open.
    pub fn seal(&self, purpose: &str, plain: &SecretString) -> Result<String, SealError> {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload {
            msg: plain.expose_secret().as_bytes(),
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&nonce, payload)
            .map_err(|_| SealError::TooLong)?;
        Ok(format!(
            "{PREFIX}{}",
            URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
        ))
    }

    /// Opens what [`OfficeKey::seal`] made for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<SecretString, SealError> {
        let text = sealed.strip_prefix(PREFIX).ok_or(SealError::UnknownForm)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::UnknownForm)?;
        let (nonce, msg) = bytes.split_at_checked(NONCE).ok_or(SealError::UnknownForm)?;
        let payload = Payload {
            msg,
            aad: purpose.as_bytes(),
        };
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| SealError::DoesNotOpen)?;
        String::from_utf8(plain)
            .map(SecretString::from)
            .map_err(|_| SealError::UnknownForm)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().into())
    }
}

impl fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficeKey({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemorySecrets;
    use super::*;

    const PURPOSE: &str = "customer/17/pppoe_password";

    async fn a_key() -> OfficeKey {
        OfficeKey::create(&Secrets::Memory(MemorySecrets::default()))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_sealed_password_opens_again_and_is_not_readable_meanwhile() {
        let key = a_key().await;
        let sealed = key.seal(PURPOSE, &SecretString::from("wifi-rumah-ani")).unwrap();
        assert!(sealed.starts_with("v1."), "{sealed}");
        assert!(!sealed.contains("wifi"), "{sealed}");
        assert_eq!(
            key.open(PURPOSE, &sealed).unwrap().expose_secret(),
            "wifi-rumah-ani"
        );
    }

    #[tokio::test]
    async fn the_same_password_sealed_twice_looks_different() {
        let key = a_key().await;
        let plain = SecretString::from("sama");
        assert_ne!(
            key.seal(PURPOSE, &plain).unwrap(),
            key.seal(PURPOSE, &plain).unwrap()
        );
    }

    #[tokio::test]
    async fn a_sealed_password_copied_to_another_row_does_not_open() {
        let key = a_key().await;
        let sealed = key.seal(PURPOSE, &SecretString::from("rahasia")).unwrap();
        let error = key.open("customer/18/pppoe_password", &sealed).unwrap_err();
        assert_eq!(error, SealError::DoesNotOpen);
    }

    #[tokio::test]
    async fn another_desks_key_does_not_open_it_and_has_another_fingerprint() {
        let (ours, theirs) = (a_key().await, a_key().await);
        let sealed = ours.seal(PURPOSE, &SecretString::from("rahasia")).unwrap();
        assert_eq!(theirs.open(PURPOSE, &sealed).unwrap_err(), SealError::DoesNotOpen);
        assert_ne!(ours.fingerprint(), theirs.fingerprint());
    }

    #[tokio::test]
    async fn every_changed_character_of_a_sealed_text_is_refused() {
        let key = a_key().await;
        let sealed = key.seal(PURPOSE, &SecretString::from("rahasia")).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(
                key.open(PURPOSE, &changed).is_err(),
                "character {at} changed, and it opened: {changed}"
            );
        }
        for short in 0..sealed.len() {
            assert!(
                key.open(PURPOSE, &sealed[..short]).is_err(),
                "it opened with only {short} characters"
            );
        }
    }

    #[tokio::test]
    async fn the_key_survives_a_restart_and_is_never_made_silently() {
        let secrets = Secrets::Memory(MemorySecrets::default());
        assert!(OfficeKey::find(&secrets).await.unwrap().is_none());
        let made = OfficeKey::create(&secrets).await.unwrap();
        let found = OfficeKey::find(&secrets).await.unwrap().unwrap();
        assert_eq!(made.fingerprint(), found.fingerprint());
    }

    #[tokio::test]
    async fn a_damaged_key_is_named_instead_of_replaced() {
        let secrets = Secrets::Memory(MemorySecrets::default());
        secrets
            .set(&Name::office_key(), SecretString::from("bukan kunci"))
            .await
            .unwrap();
        assert_eq!(
            OfficeKey::find(&secrets).await.unwrap_err().code(),
            "secrets_damaged"
        );
    }

    #[tokio::test]
    async fn printing_the_key_shows_its_name_only() {
        let key = a_key().await;
        let printed = format!("{key:?}");
        assert!(!printed.contains(&hex::encode(key.0.as_slice())), "{printed}");
        assert_eq!(printed, format!("OfficeKey({})", key.fingerprint()));
    }
}
