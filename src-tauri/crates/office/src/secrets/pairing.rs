//! The secrets of an office on their way to a further desk: sealed with a key that is derived from a one-time code. The code
//! has eighty bits by chance and each guess costs 64 MiB and a tenth of a second, so that a copy of the database, in which
//! the sealed bundle lies for some minutes, opens nothing.

use std::fmt;
use std::io;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::Rng as _;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Name, Secrets, SecretsError};

/// Crockford's alphabet: no letter that is taken for a digit, or the other way round.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code, five bits each.
const LENGTH: usize = 16;
/// Characters between two dashes.
const GROUP: usize = 4;
const NONCE: usize = 24;
/// What the bundle is sealed for, with the salt behind it.
const PURPOSE: &[u8] = b"sambung desk pairing\0";
/// RFC 9106's second recommendation: 64 MiB, 3 passes; one lane, since one thread computes it.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// A one-time code. Never printed but where a person reads it off.
#[derive(Clone)]
pub(crate) struct PairingCode(SecretString);

impl PairingCode {
    /// A new code, by chance.
    pub(crate) fn make() -> PairingCode {
        let mut random = rand::rng();
        let text: String = (0..LENGTH)
            .map(|_| {
                let index = usize::from(random.random::<u8>()) % ALPHABET.len();
                char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
            })
            .collect();
        PairingCode(SecretString::from(text))
    }

    /// What somebody typed: in any case, with or without dashes, and with the letters that look like digits. `None` for
    /// anything that is no code.
    pub(crate) fn read(typed: &SecretString) -> Option<PairingCode> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        for character in typed.expose_secret().chars() {
            let character = match character.to_ascii_uppercase() {
                '-' | ' ' => continue,
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let is_known = u8::try_from(character).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !is_known || text.len() == LENGTH {
                return None;
            }
            text.push(character);
        }
        (text.len() == LENGTH).then(|| PairingCode(SecretString::from(text.as_str())))
    }

    /// The code as a person reads it off: `ABCD-EFGH-JKMN-PQRS`.
    pub(crate) fn shown(&self) -> SecretString {
        let text = self.0.expose_secret();
        let groups: Vec<&str> = (0..LENGTH)
            .step_by(GROUP)
            .filter_map(|at| text.get(at..at + GROUP))
            .collect();
        SecretString::from(groups.join("-"))
    }

    /// The key, and the value that tells the right code.
    fn derive(&self, salt: &[u8]) -> Result<(Zeroizing<[u8; 32]>, [u8; 16]), SecretsError> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(48)).map_err(|_| damaged())?;
        let mut derived = Zeroizing::new([0_u8; 48]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.0.expose_secret().as_bytes(), salt, derived.as_mut_slice())
            .map_err(|_| damaged())?;
        let (key, check) = derived.split_first_chunk::<32>().ok_or_else(damaged)?;
        Ok((Zeroizing::new(*key), check.try_into().map_err(|_| damaged())?))
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(…)")
    }
}

fn damaged() -> SecretsError {
    SecretsError::Damaged {
        what: "the sealed bundle of this pairing".to_owned(),
    }
}

/// A bundle as the database keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    /// What goes into the derivation beside the code, hexadecimal.
    pub salt: String,
    /// What tells the right code, hexadecimal.
    pub verifier: String,
    /// The bundle, sealed.
    pub sealed: String,
}

/// What a desk needs to work for the office.
pub(crate) struct Bundle {
    /// The key that seals customers' passwords, as the place for secrets keeps it.
    pub office_key: SecretString,
    /// The passwords of routers, by the router's id.
    pub routers: Vec<(i64, SecretString)>,
    /// The credentials of gateways.
    pub gateways: Vec<((&'static str, &'static str), SecretString)>,
}

#[derive(Serialize)]
struct Written<'a> {
    office_key: &'a str,
    routers: Vec<(i64, &'a str)>,
    gateways: Vec<(&'a str, &'a str, &'a str)>,
}

#[derive(Deserialize)]
struct Read {
    office_key: SecretString,
    routers: Vec<(i64, SecretString)>,
    gateways: Vec<(String, String, SecretString)>,
}

impl Bundle {
    /// What this place has of the office's secrets; `None` where it has no key.
    pub(crate) async fn collect(secrets: &Secrets, routers: &[i64]) -> Result<Option<Bundle>, SecretsError> {
        let Some(office_key) = secrets.get(&Name::office_key()).await? else {
            return Ok(None);
        };
        let mut bundle = Bundle {
            office_key,
            routers: Vec::new(),
            gateways: Vec::new(),
        };
        for id in routers {
            let password = secrets.get(&Name::router_password(*id)).await?;
            bundle.routers.extend(password.map(|password| (*id, password)));
        }
        for (provider, credential) in Name::GATEWAYS {
            let secret = secrets.get(&Name::gateway(provider, credential)).await?;
            bundle
                .gateways
                .extend(secret.map(|secret| ((provider, credential), secret)));
        }
        Ok(Some(bundle))
    }

    /// Keeps all of it in a place for secrets.
    pub(crate) async fn keep(self, secrets: &Secrets) -> Result<(), SecretsError> {
        for (id, password) in self.routers {
            secrets.set(&Name::router_password(id), password).await?;
        }
        for ((provider, credential), secret) in self.gateways {
            secrets.set(&Name::gateway(provider, credential), secret).await?;
        }
        // Last, since a desk that has the key counts as one of the office's.
        secrets.set(&Name::office_key(), self.office_key).await
    }

    /// Seals it for whoever has the code.
    pub(crate) async fn seal(self, code: PairingCode) -> Result<Sealed, SecretsError> {
        off_the_runtime(move || {
            let salt: [u8; 16] = rand::rng().random();
            let (key, verifier) = code.derive(&salt)?;
            let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
            let plain = self.bytes()?;
            let sealed = XChaCha20Poly1305::new(key.as_slice().into())
                .encrypt(
                    &nonce,
                    Payload {
                        msg: plain.as_slice(),
                        aad: &purpose(&salt),
                    },
                )
                .map_err(|_| damaged())?;
            Ok(Sealed {
                salt: hex::encode(salt),
                verifier: hex::encode(verifier),
                sealed: STANDARD.encode([nonce.as_slice(), &sealed].concat()),
            })
        })
        .await
    }

    fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let written = Written {
            office_key: self.office_key.expose_secret(),
            routers: self
                .routers
                .iter()
                .map(|(id, password)| (*id, password.expose_secret()))
                .collect(),
            gateways: self
                .gateways
                .iter()
                .map(|((provider, credential), secret)| (*provider, *credential, secret.expose_secret()))
                .collect(),
        };
        // Room for all of it at once: a buffer that grows leaves what it held behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(4_096 + 512 * self.routers.len()));
        serde_json::to_writer(&mut *bytes, &written).map_err(|_| damaged())?;
        Ok(bytes)
    }
}

impl Sealed {
    /// Opens the bundle; `None` when the code is another one.
    pub(crate) async fn open(self, code: PairingCode) -> Result<Option<Bundle>, SecretsError> {
        off_the_runtime(move || {
            let salt = hex::decode(&self.salt).map_err(|_| damaged())?;
            let (key, verifier) = code.derive(&salt)?;
            if hex::encode(verifier) != self.verifier {
                return Ok(None);
            }
            let bytes = STANDARD.decode(&self.sealed).map_err(|_| damaged())?;
            let (nonce, msg) = bytes.split_at_checked(NONCE).ok_or_else(damaged)?;
            let plain = XChaCha20Poly1305::new(key.as_slice().into())
                .decrypt(
                    XNonce::from_slice(nonce),
                    Payload {
                        msg,
                        aad: &purpose(&salt),
                    },
                )
                .map_err(|_| damaged())?;
            let plain = Zeroizing::new(plain);
            let read: Read = serde_json::from_slice(&plain).map_err(|_| damaged())?;
            let gateways = read
                .gateways
                .into_iter()
                .filter_map(|(provider, credential, secret)| {
                    // A gateway that only a newer program knows is of no use here.
                    let known = Name::GATEWAYS
                        .into_iter()
                        .find(|known| *known == (provider.as_str(), credential.as_str()))?;
                    Some((known, secret))
                });
            Ok(Some(Bundle {
                office_key: read.office_key,
                routers: read.routers,
                gateways: gateways.collect(),
            }))
        })
        .await
    }
}

fn purpose(salt: &[u8]) -> Vec<u8> {
    [PURPOSE, salt].concat()
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretsError> + Send + 'static,
) -> Result<T, SecretsError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) => Err(SecretsError::Io {
            path: std::path::PathBuf::new(),
            source: io::Error::other(ended),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MemorySecrets, OfficeKey};
    use super::*;

    fn typed(text: &str) -> Option<PairingCode> {
        PairingCode::read(&SecretString::from(text))
    }

    async fn a_bundle() -> (Secrets, Bundle) {
        let secrets = Secrets::Memory(MemorySecrets::default());
        OfficeKey::create(&secrets).await.unwrap();
        let password = SecretString::from("rahasia \"router\"");
        secrets.set(&Name::router_password(7), password).await.unwrap();
        let token = SecretString::from("token-fonnte");
        secrets
            .set(&Name::gateway("fonnte", "token"), token)
            .await
            .unwrap();
        let bundle = Bundle::collect(&secrets, &[3, 7]).await.unwrap().unwrap();
        (secrets, bundle)
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = PairingCode::make();
        let shown = code.shown();
        let shown = shown.expose_secret();
        assert_eq!(shown.len(), LENGTH + 3);
        for way in [
            shown.to_owned(),
            shown.to_lowercase(),
            shown.replace('-', ""),
            format!(" {} ", shown.replace('0', "o").replace('1', "l")),
        ] {
            let read = typed(&way).expect("a code");
            assert_eq!(read.0.expose_secret(), code.0.expose_secret(), "{way}");
        }
        for none in [
            "",
            "ABCD",
            "ABCD-EFGH-JKMN-PQR",
            "ABCD-EFGH-JKMN-PQRSU",
            "UUUU-UUUU-UUUU-UUUU",
        ] {
            assert!(typed(none).is_none(), "{none}");
        }
        assert!(!format!("{code:?}").contains(code.0.expose_secret()));
    }

    #[test]
    fn two_codes_are_never_the_same() {
        let codes: std::collections::HashSet<String> = (0..200)
            .map(|_| PairingCode::make().0.expose_secret().to_owned())
            .collect();
        assert_eq!(codes.len(), 200);
    }

    #[tokio::test]
    async fn the_right_code_brings_every_secret_over_and_a_wrong_one_nothing() {
        let (from, bundle) = a_bundle().await;
        let code = PairingCode::make();
        let sealed = bundle.seal(code.clone()).await.unwrap();
        for part in [&sealed.salt, &sealed.verifier, &sealed.sealed] {
            assert!(!part.contains("rahasia") && !part.contains(code.0.expose_secret()));
        }
        assert!(sealed.clone().open(PairingCode::make()).await.unwrap().is_none());
        let opened = sealed.open(code).await.unwrap().unwrap();
        let to = Secrets::Memory(MemorySecrets::default());
        opened.keep(&to).await.unwrap();
        for name in [
            Name::office_key(),
            Name::router_password(7),
            Name::gateway("fonnte", "token"),
        ] {
            let (one, other) = (from.get(&name).await.unwrap(), to.get(&name).await.unwrap());
            assert_eq!(
                one.unwrap().expose_secret(),
                other.unwrap().expose_secret(),
                "{name}"
            );
        }
        assert!(to.get(&Name::router_password(3)).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_bundle_that_was_changed_or_put_under_another_salt_does_not_open() {
        let (_, bundle) = a_bundle().await;
        let code = PairingCode::make();
        let sealed = bundle.seal(code.clone()).await.unwrap();
        let mut bytes = STANDARD.decode(&sealed.sealed).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let changed = Sealed {
            sealed: STANDARD.encode(bytes),
            ..sealed
        };
        assert!(changed.open(code).await.is_err());
    }
}
