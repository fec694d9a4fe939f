//! What the office remembers of a prepared router: the range of its pool, and what was written into its profile. It is
//! written before anything is sent, so that a preparation that broke off can still be taken away.

use serde::{Deserialize, Serialize};
use store::Tx;

use super::pool::Range;
use crate::error::{Error, Result};
use crate::network::isolation_page::KeptProfile;
use crate::office::Call;

/// One setting for each prepared router; the router's id follows.
const KEY: &str = "internal.isolation_page.";

/// What is remembered of a router.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The range of the pool, `first-last`.
    pub pool: Option<String>,
    /// The profile of closed lines that was written to.
    pub profile: String,
    /// What was written into it.
    pub written: KeptProfile,
}

impl Record {
    /// What was written into this profile; nothing where the router's closed lines have another one by now.
    pub(super) fn written_into(&self, profile: &str) -> KeptProfile {
        match self.profile == profile {
            true => self.written.clone(),
            false => KeptProfile::default(),
        }
    }
}

/// What is remembered of the router.
pub(super) async fn read(tx: &mut Tx, router_id: i64) -> Result<Option<Record>> {
    let setting = store::settings::find(tx, &format!("{KEY}{router_id}")).await?;
    setting
        .map(|setting| serde_json::from_value(setting.value).map_err(Error::fault))
        .transpose()
}

/// Remembers it.
pub(super) async fn write(tx: &mut Tx, call: &Call<'_>, router_id: i64, record: &Record) -> Result<()> {
    let value = serde_json::to_value(record).map_err(Error::fault)?;
    Ok(store::settings::put(tx, &format!("{KEY}{router_id}"), &value, call.now).await?)
}

/// Forgets it.
pub(super) async fn forget(tx: &mut Tx, router_id: i64) -> Result<()> {
    Ok(store::settings::remove(tx, &format!("{KEY}{router_id}")).await?)
}

/// Refuses a range that another router has.
///
/// # Errors
/// `pool_taken`, which names the router.
pub(super) async fn require_free(tx: &mut Tx, router_id: i64, range: Range) -> Result<()> {
    for setting in store::settings::all(tx).await? {
        let Some(other) = setting
            .key
            .strip_prefix(KEY)
            .and_then(|id| id.parse::<i64>().ok())
        else {
            continue;
        };
        let record: Record = serde_json::from_value(setting.value).map_err(Error::fault)?;
        let Some(taken) = record.pool.filter(|_| other != router_id) else {
            continue;
        };
        if taken.parse::<Range>()?.overlaps(range) {
            let router = store::routers::find(tx, other).await?;
            let name = router.map_or_else(|| other.to_string(), |router| router.details.name);
            return Err(Error::conflict(
                "pool_taken",
                format!("Rentang {range} bertumpuk dengan {taken} di router {name}. Pilih rentang lain."),
                format!("The range {range} overlaps {taken} on the router {name}. Choose another."),
            ));
        }
    }
    Ok(())
}
