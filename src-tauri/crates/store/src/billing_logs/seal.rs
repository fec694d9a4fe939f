//! The chain that proves the log. A seal holds the digest of its row and a link: the digest of the previous link and this
//! digest. Whoever changes, removes or slips in a sealed row breaks the chain there. Over digests, so that a person's
//! data can be erased from a row on request while the chain stays whole: [`Finding::Erased`] is not [`Finding::Changed`].

use sha2::{Digest, Sha256};

use super::LogRow;
use crate::error::Result;
use crate::transaction::{Tx, sql, sql_rows};

/// The link before the first.
const BEGINNING: &str = "sambung billing_logs";

/// The text that stands for erased personal data.
pub const ERASED: &str = "[erased]";

/// Rows that are read at a time.
const STRIDE: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct Seal {
    log_id: i64,
    digest: String,
    chain: String,
}

/// What is wrong at a row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row's content is not what was sealed.
    Changed(i64),
    /// The row was sealed and is gone.
    Missing(i64),
    /// The link does not follow from the one before it: a seal was changed, removed or slipped in.
    Broken(i64),
    /// A row stands before the last seal and has none.
    Unsealed(i64),
    /// Personal data was erased from the row; the chain still holds over its digest.
    Erased(i64),
}

/// The state of the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that are sealed.
    pub sealed: u64,
    /// Rows after the last seal: what somebody could still change unseen.
    pub tail: i64,
    /// What is wrong; [`Finding::Erased`] alone is nothing wrong.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| matches!(finding, Finding::Erased(_)))
    }
}

/// Seals up to `limit` rows that have no seal, in their order, and gives how many. Only the holder of the log's lease may
/// call this.
///
/// # Errors
/// Whatever the database says.
pub async fn advance(tx: &mut Tx, limit: i64) -> Result<usize> {
    if tx.is_postgres() {
        // Ids are given out before commits. Waiting for the writers under way, and letting none begin, makes sure that
        // no row appears later behind the last seal. SQLite has one writer anyway.
        sql!(tx, execute, "LOCK TABLE billing_logs IN SHARE MODE")?;
    }
    let last = sql!(
        tx,
        fetch_optional::<Seal>,
        "SELECT * FROM log_seals ORDER BY log_id DESC LIMIT 1"
    )?;
    let (after, mut chain) = last.map_or((0, BEGINNING.to_owned()), |seal| (seal.log_id, seal.chain));
    let rows = sql!(
        tx,
        fetch_all::<LogRow>,
        "SELECT * FROM billing_logs WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        limit
    )?;
    let seals: Vec<Seal> = rows
        .iter()
        .map(|row| {
            let digest = digest(row);
            chain = link(&chain, &digest);
            Seal {
                log_id: row.id,
                digest,
                chain: chain.clone(),
            }
        })
        .collect();
    sql_rows!(
        tx,
        execute,
        "INSERT INTO log_seals (log_id, digest, chain) VALUES",
        "",
        seals,
        |seal| [seal.log_id, seal.digest.as_str(), seal.chain.as_str()]
    );
    Ok(seals.len())
}

/// Walks the whole chain.
///
/// # Errors
/// Whatever the database says.
pub async fn verify(tx: &mut Tx) -> Result<Report> {
    let mut report = Report::default();
    let mut chain = BEGINNING.to_owned();
    let mut after = 0;
    loop {
        let seals = sql!(
            tx,
            fetch_all::<Seal>,
            "SELECT * FROM log_seals WHERE log_id > $1 ORDER BY log_id LIMIT $2",
            after,
            STRIDE
        )?;
        let Some(until) = seals.last().map(|seal| seal.log_id) else {
            break;
        };
        let rows = sql!(
            tx,
            fetch_all::<LogRow>,
            "SELECT * FROM billing_logs WHERE id > $1 AND id <= $2 ORDER BY id",
            after,
            until
        )?;
        let mut rows = rows.into_iter().peekable();
        for seal in seals {
            while let Some(row) = rows.next_if(|row| row.id < seal.log_id) {
                report.findings.push(Finding::Unsealed(row.id));
            }
            match rows.next_if(|row| row.id == seal.log_id) {
                None => report.findings.push(Finding::Missing(seal.log_id)),
                Some(row) if digest(&row) == seal.digest => {}
                Some(row) if row.message == ERASED => report.findings.push(Finding::Erased(row.id)),
                Some(row) => report.findings.push(Finding::Changed(row.id)),
            }
            if link(&chain, &seal.digest) != seal.chain {
                report.findings.push(Finding::Broken(seal.log_id));
            }
            chain = seal.chain;
            report.sealed += 1;
        }
        after = until;
    }
    (report.tail,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM billing_logs WHERE id > $1",
        after
    )?;
    Ok(report)
}

/// The digest of a row: SHA-256 over its fields as one JSON array, in the order of the columns.
fn digest(row: &LogRow) -> String {
    let canonical = serde_json::json!([
        row.id,
        row.at.as_millisecond(),
        row.actor,
        row.desk,
        row.act,
        row.subject_kind,
        row.subject_id,
        row.subject_name,
        row.outcome,
        row.message,
        row.detail,
        row.cause
    ]);
    hex::encode(Sha256::digest(canonical.to_string()))
}

fn link(before: &str, digest: &str) -> String {
    hex::encode(
        Sha256::new()
            .chain_update(before)
            .chain_update("\n")
            .chain_update(digest)
            .finalize(),
    )
}
