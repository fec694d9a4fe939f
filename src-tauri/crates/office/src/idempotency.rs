//! A request that moves money and is sent twice is done once. The key is claimed in the transaction that moves the
//! money, and the answer is kept there too, so that a crash leaves either both or neither.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use store::Tx;

use crate::error::{Error, Result};
use crate::office::Call;

/// The key that a caller sent with a request, and the digest of what was asked.
#[derive(Debug)]
pub(crate) struct Claim {
    key: Option<String>,
}

/// The longest key that is accepted.
const LONGEST: usize = 200;

impl Claim {
    /// Claims `key` for `request`. An answer that comes back was given before: it is to be given again, and nothing to be
    /// done.
    ///
    /// # Errors
    /// `idempotency_key_used` when the key came with another request before, `bad_idempotency_key` for an endless one.
    pub(crate) async fn take<T: DeserializeOwned>(
        tx: &mut Tx,
        call: &Call<'_>,
        key: Option<String>,
        request: &impl Serialize,
    ) -> Result<(Claim, Option<T>)> {
        let Some(key) = key else {
            return Ok((Claim { key: None }, None));
        };
        if key.is_empty() || key.chars().count() > LONGEST {
            return Err(Error::invalid(
                "bad_idempotency_key",
                format!("Idempotency-Key 1 sampai {LONGEST} huruf."),
                format!("An Idempotency-Key has 1 to {LONGEST} characters."),
            ));
        }
        let digest = hex::encode(Sha256::digest(serde_json::to_vec(request).map_err(Error::fault)?));
        let kept = store::idempotency::claim(tx, call.actor.label(), &key, &digest, call.now).await?;
        let Some(kept) = kept else {
            return Ok((Claim { key: Some(key) }, None));
        };
        if kept.request != digest {
            return Err(Error::conflict(
                "idempotency_key_used",
                "Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru.",
                "This Idempotency-Key came with another request before. Use a new key.",
            ));
        }
        let answer = kept
            .response
            .ok_or_else(|| Error::fault("a claimed key without an answer"))?;
        Ok((
            Claim { key: Some(key) },
            Some(serde_json::from_str(&answer).map_err(Error::fault)?),
        ))
    }

    /// Keeps the answer for the next time that the key comes.
    pub(crate) async fn keep(self, tx: &mut Tx, call: &Call<'_>, answer: &impl Serialize) -> Result<()> {
        let Some(key) = self.key else { return Ok(()) };
        let answer = serde_json::to_string(answer).map_err(Error::fault)?;
        Ok(store::idempotency::answer(tx, call.actor.label(), &key, 200, &answer).await?)
    }
}
