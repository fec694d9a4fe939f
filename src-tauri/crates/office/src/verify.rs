//! `verify`: does the office's data still say what it must? Journal, derived totals, gapless numbers, references, and the
//! chain of the log. It changes nothing.

use serde::Serialize;
use store::billing_logs::seal::{Finding, Report};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Result, Sentence};
use crate::office::{Call, Request};

/// What the check of the log's chain is called.
const LOG_CHAIN: &str = "log_chain";

/// What one check says at most.
const MOST: usize = 100;

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
    /// Log entries that are sealed into the chain.
    pub sealed: u64,
    /// Log entries that are not yet sealed into the chain.
    pub unsealed: i64,
    /// Log entries from which personal data was erased on request; the chain holds over their digests.
    pub erased: u64,
    /// The end of the chain; `null` while nothing is sealed. Written down elsewhere, it proves all that is sealed: a chain
    /// that somebody made anew ends otherwise.
    pub head: Option<String>,
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
        checks.push(of_chain(call, &chain));
        Ok(Verdict {
            ok: checks.iter().all(|check| check.ok),
            checks,
            sealed: chain.sealed,
            unsealed: chain.tail,
            erased: erased(&chain),
            head: chain.head,
        })
    }
}

fn of_chain(call: &Call<'_>, chain: &Report) -> Check {
    let wrong = chain.findings.iter().filter_map(told).take(MOST);
    Check {
        name: LOG_CHAIN.to_owned(),
        ok: chain.is_sound(),
        wrong: wrong.map(|sentence| call.told(&sentence)).collect(),
    }
}

fn erased(chain: &Report) -> u64 {
    let erased = chain
        .findings
        .iter()
        .filter(|it| matches!(it, Finding::Erased(_)));
    u64::try_from(erased.count()).unwrap_or(u64::MAX)
}

/// A finding in words; personal data that was erased on request is nothing wrong.
fn told(finding: &Finding) -> Option<Sentence> {
    let (id, en) = match *finding {
        Finding::Changed(row) => (
            format!("catatan {row} diubah setelah disegel"),
            format!("log {row} was changed after it was sealed"),
        ),
        Finding::Missing(row) => (
            format!("catatan {row} sudah disegel, lalu dihapus"),
            format!("log {row} was sealed and is gone"),
        ),
        Finding::Broken { after: None, at } => (
            format!("rantai tidak mulai pada catatan {at}: segel sebelumnya diubah atau dihapus"),
            format!("the chain does not begin at log {at}: a seal before it was changed or removed"),
        ),
        Finding::Broken {
            after: Some(after),
            at,
        } => (
            format!(
                "segel catatan {at} tidak bersambung dengan segel catatan {after}: ada segel yang diubah, dihapus atau \
                 disisipkan di antaranya"
            ),
            format!(
                "the seal of log {at} does not follow from that of log {after}: one between them was changed, removed or \
                 slipped in"
            ),
        ),
        Finding::Inserted(row) => (
            format!("catatan {row} disisipkan: letaknya sebelum segel terakhir, tetapi tidak disegel"),
            format!("log {row} was slipped in: it stands before the last seal and has none"),
        ),
        Finding::Cut { sealed_until, gone } => (
            format!(
                "akhir log dipotong: sudah disegel sampai catatan {sealed_until}, dan {gone} catatan bersegel hilang"
            ),
            format!(
                "the end of the log was cut off: it was sealed up to log {sealed_until}, and {gone} sealed rows are gone"
            ),
        ),
        Finding::Head(row) => (
            format!("tanda akhir rantai diubah atau dihapus; segel terakhir ada pada catatan {row}"),
            format!(
                "the note of where the chain ends was changed or removed; the last seal is that of log {row}"
            ),
        ),
        Finding::Erased(_) => return None,
    };
    Some(Sentence::new(id, en))
}
