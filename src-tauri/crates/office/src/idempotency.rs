//! A request that moves money and is sent twice is done once. The key is claimed in the transaction that moves the
//! money, and the answer is kept there too, so that a crash leaves either both or neither. Work in several transactions
//! is claimed before the first and answered with the last; see [`Claim::resume`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use store::Tx;
use store::idempotency::Kept;

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
        match Claim::of(tx, call, key, request).await? {
            (claim, None) => Ok((claim, None)),
            (claim, Some(kept)) => {
                let answer = answer(&kept)?.ok_or_else(|| Error::fault("a claimed key without an answer"))?;
                Ok((claim, Some(answer)))
            }
        }
    }

    /// [`Claim::take`] for work that commits in several steps: the claim is committed before the first of them and the
    /// answer is kept with the last. A key that is claimed and not answered is then of a copy that was cut off, or is
    /// still at it; the work goes on, so it has to be of a kind that does nothing twice by itself.
    ///
    /// # Errors
    /// As [`Claim::take`].
    pub(crate) async fn resume<T: DeserializeOwned>(
        tx: &mut Tx,
        call: &Call<'_>,
        key: String,
        request: &impl Serialize,
    ) -> Result<(Claim, Option<T>)> {
        match Claim::of(tx, call, Some(key), request).await? {
            (claim, None) => Ok((claim, None)),
            (claim, Some(kept)) => Ok((claim, answer(&kept)?)),
        }
    }

    async fn of(
        tx: &mut Tx,
        call: &Call<'_>,
        key: Option<String>,
        request: &impl Serialize,
    ) -> Result<(Claim, Option<Kept>)> {
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
        if kept.as_ref().is_some_and(|kept| kept.request != digest) {
            return Err(Error::conflict(
                "idempotency_key_used",
                "Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru.",
                "This Idempotency-Key came with another request before. Use a new key.",
            ));
        }
        Ok((Claim { key: Some(key) }, kept))
    }

    /// Keeps the answer for the next time that the key comes.
    pub(crate) async fn keep(self, tx: &mut Tx, call: &Call<'_>, answer: &impl Serialize) -> Result<()> {
        let Some(key) = self.key else { return Ok(()) };
        let answer = serde_json::to_string(answer).map_err(Error::fault)?;
        Ok(store::idempotency::answer(tx, call.actor.label(), &key, 200, &answer).await?)
    }
}

/// What was answered, if anything was yet.
fn answer<T: DeserializeOwned>(kept: &Kept) -> Result<Option<T>> {
    kept.response
        .as_deref()
        .map(|answer| serde_json::from_str(answer).map_err(Error::fault))
        .transpose()
}
