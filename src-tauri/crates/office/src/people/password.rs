//! Passwords as Argon2id hashes. Hashing is slow on purpose, so it runs off the asynchronous threads.

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, FormCheck, Kind, Result};

/// The fewest characters of a password (NIST SP 800-63B, section 3.1.1: length, not rules of composition).
const SHORTEST: usize = 8;
/// The most characters, so that hashing cannot be made arbitrarily slow.
const LONGEST: usize = 200;

/// Checks a new password's form.
pub(super) fn check(field: &str, password: &SecretString, form: &mut FormCheck) {
    let length = password.expose_secret().chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        form.refuse(
            field,
            "weak_password",
            format!("Kata sandi paling sedikit {SHORTEST} huruf."),
            format!("A password has at least {SHORTEST} characters."),
        );
    }
}

/// The PHC string of a password.
pub(super) async fn hash(password: SecretString) -> Result<String> {
    off_thread(move || {
        let salt = SaltString::generate(&mut OsRng);
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| fault(error.to_string()))
    })
    .await
}

/// Whether the password belongs to the hash. Without a hash the same work is done in vain, so that the time taken does
/// not tell whether a name exists.
pub(super) async fn verify(password: SecretString, hash: Option<String>) -> Result<bool> {
    off_thread(move || {
        let Some(hash) = hash else {
            let salt = SaltString::generate(&mut OsRng);
            let _ = Argon2::default().hash_password(password.expose_secret().as_bytes(), &salt);
            return Ok(false);
        };
        let parsed = PasswordHash::new(&hash).map_err(|error| fault(error.to_string()))?;
        Ok(Argon2::default()
            .verify_password(password.expose_secret().as_bytes(), &parsed)
            .is_ok())
    })
    .await
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| fault(error.to_string()))?
}

fn fault(why: String) -> Error {
    Error::new(
        Kind::Fault,
        "password_hash",
        "Kata sandi tidak dapat diperiksa. Coba lagi; bila berulang, laporkan.",
        "The password could not be checked. Try again; report it if it happens again.",
    )
    .caused_by(why)
}
