//! `verify`: does the office's data still say what it must? Journal, derived totals, gapless numbers, references, and the
//! chain of the log. It changes nothing.

use serde::Serialize;
use store::billing_logs::seal::Finding;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::Result;
use crate::office::{Call, Request};

/// One thing that was checked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Check {
    /// A stable word.
    pub name: String,
    /// Whether it is as it must be.
    pub ok: bool,
    /// What exactly is wrong, at most a hundred of them.
    pub wrong: Vec<String>,
}

/// What the checks found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Verdict {
    /// Whether everything is as it must be.
    pub ok: bool,
    /// The checks, one by one.
    pub checks: Vec<Check>,
    /// Log entries that are not yet sealed into the chain.
    pub unsealed: i64,
}

/// Checks the office's data.
#[derive(Debug)]
pub struct Verify;

impl Request for Verify {
    const ABILITY: Ability = Ability::LogRead;
    type Answer = Verdict;

    async fn run(self, call: &Call<'_>) -> Result<Verdict> {
        let mut tx = call.read().await?;
        let mut checks: Vec<Check> = store::verify::all(&mut tx)
            .await?
            .into_iter()
            .map(|check| Check {
                name: check.name.to_owned(),
                ok: check.is_ok(),
                wrong: check.wrong,
            })
            .collect();
        let chain = store::billing_logs::seal::verify(&mut tx).await?;
        let wrong = chain.findings.iter().filter_map(told).collect();
        checks.push(Check {
            name: "log_chain".to_owned(),
            ok: chain.is_sound(),
            wrong,
        });
        Ok(Verdict {
            ok: checks.iter().all(|check| check.ok),
            checks,
            unsealed: chain.tail,
        })
    }
}

/// A finding in words; personal data that was erased on request is nothing wrong.
fn told(finding: &Finding) -> Option<String> {
    match finding {
        Finding::Changed(id) => Some(format!("log {id} was changed after it was sealed")),
        Finding::Missing(id) => Some(format!("log {id} was sealed and is gone")),
        Finding::Broken(id) => Some(format!(
            "the seal of log {id} does not follow from the one before it"
        )),
        Finding::Unsealed(id) => Some(format!("log {id} stands before the last seal and has none")),
        Finding::Erased(_) => None,
    }
}
