//! Which desk this is. The machine's name is for people; two machines may share it, and one machine may hold two offices.

use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Result;
use crate::secrets::{Name, Secrets, SecretsError};

/// What names this place for secrets, made by chance on the first opening.
///
/// # Errors
/// `keyring_*` when the secrets cannot be reached.
pub(crate) async fn id_of(secrets: &Secrets) -> Result<String> {
    if let Some(id) = secrets.get(&Name::desk()).await? {
        return Ok(id.expose_secret().to_owned());
    }
    let id = format!("{:016x}", rand::rng().random::<u64>());
    secrets.set(&Name::desk(), SecretString::from(id)).await?;
    // Should two copies begin at once, both go on with the name that stayed.
    let kept = secrets.get(&Name::desk()).await?;
    let kept = kept.ok_or_else(|| SecretsError::Damaged {
        what: "the desk's name".to_owned(),
    })?;
    Ok(kept.expose_secret().to_owned())
}
