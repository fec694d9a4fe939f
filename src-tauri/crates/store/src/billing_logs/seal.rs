//! The chain that proves the log. A seal holds the digest of its row and a link: the digest of the previous link and this
//! digest. Whoever changes, removes or slips in a sealed row breaks the chain there, and where the chain ended is noted
//! apart from it, so that its end cannot be cut off unseen. Over digests, so that a person's data can be erased from a row on
//! request while the chain stays whole: [`Finding::Erased`] is not [`Finding::Changed`].
//!
//! It finds what was done with the database in hand by somebody who did not make the whole chain anew. Against one who did,
//! only an end of it helps that was written down elsewhere: [`Report::head`].

use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{LogRow, erase};
use crate::error::Result;
use crate::transaction::{Tx, sql, sql_rows};

/// The link before the first.
const BEGINNING: &str = "sambung billing_logs";

/// Rows that are read at a time.
const STRIDE: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct Seal {
    log_id: i64,
    digest: String,
    chain: String,
}

/// Where the chain ends.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Head {
    /// The last sealed row.
    pub log_id: i64,
    /// Its link.
    pub chain: String,
    /// How many rows are sealed.
    pub sealed: i64,
}

/// What is wrong at a row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row's content is not what was sealed.
    Changed(i64),
    /// The row was sealed and is gone.
    Missing(i64),
    /// The link does not follow from the one before it: a seal between the two was changed, removed or slipped in.
    Broken {
        /// The row before; `None` at the beginning.
        after: Option<i64>,
        /// The row whose link does not follow.
        at: i64,
    },
    /// A row stands before the last seal and has none: it was slipped in.
    Inserted(i64),
    /// The log was sealed further than it reaches now: its end was cut off, seals and all.
    Cut {
        /// The last row that was sealed.
        sealed_until: i64,
        /// How many sealed rows are gone; those that are missing further up count too.
        gone: i64,
    },
    /// The note of where the chain ends does not fit the chain.
    Head(i64),
    /// Personal data was erased from the row, and an entry of the log says so; the chain still holds over its digest.
    Erased(i64),
}

/// The state of the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that are sealed.
    pub sealed: u64,
    /// Rows after the last seal: what somebody could still change unseen.
    pub tail: i64,
    /// The last link; `None` while nothing is sealed. Written down elsewhere, it proves everything before it.
    pub head: Option<String>,
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
    // It goes on where it ended, not at the last seal that is there: what was cut off stays a gap that is found.
    let before = head(tx).await?;
    let (after, mut chain, sealed) = before.map_or((0, BEGINNING.to_owned(), 0), |head| {
        (head.log_id, head.chain, head.sealed)
    });
    let rows = sql!(
        tx,
        fetch_all::<LogRow>,
        "SELECT * FROM billing_logs WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        limit
    )?;
    let Some(last) = rows.last().map(|row| row.id) else {
        return Ok(0);
    };
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
    let sealed = sealed.saturating_add(i64::try_from(seals.len()).unwrap_or(i64::MAX));
    sql!(
        tx,
        execute,
        "INSERT INTO log_head (id, log_id, chain, sealed) VALUES (1, $1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET log_id = excluded.log_id, chain = excluded.chain, sealed = excluded.sealed",
        last,
        chain.as_str(),
        sealed
    )?;
    Ok(seals.len())
}

async fn head(tx: &mut Tx) -> Result<Option<Head>> {
    sql!(
        tx,
        fetch_optional::<Head>,
        "SELECT log_id, chain, sealed FROM log_head WHERE id = 1"
    )
}

/// Walks the whole chain.
///
/// # Errors
/// Whatever the database says.
pub async fn verify(tx: &mut Tx) -> Result<Report> {
    let mut report = Report::default();
    let erased = erase::digests(tx).await?;
    let mut chain = BEGINNING.to_owned();
    let mut before = None;
    loop {
        let after = before.unwrap_or(0);
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
                report.findings.push(Finding::Inserted(row.id));
            }
            let row = rows.next_if(|row| row.id == seal.log_id);
            report.findings.extend(compared(row.as_ref(), &seal, &erased));
            if link(&chain, &seal.digest) != seal.chain {
                let at = seal.log_id;
                report.findings.push(Finding::Broken { after: before, at });
            }
            before = Some(seal.log_id);
            chain = seal.chain;
            report.sealed += 1;
        }
    }
    let last = before.unwrap_or(0);
    report
        .findings
        .extend(ends(tx, last, &chain, report.sealed).await?);
    report.head = before.map(|_| chain);
    (report.tail,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM billing_logs WHERE id > $1",
        last
    )?;
    Ok(report)
}

/// What a row says beside its seal.
fn compared(row: Option<&LogRow>, seal: &Seal, erased: &HashMap<i64, String>) -> Option<Finding> {
    let Some(row) = row else {
        return Some(Finding::Missing(seal.log_id));
    };
    let digest = digest(row);
    if digest == seal.digest {
        None
    } else if erased.get(&row.id) == Some(&digest) {
        Some(Finding::Erased(row.id))
    } else {
        Some(Finding::Changed(row.id))
    }
}

/// What the end of the chain says beside the note of where it ended.
async fn ends(tx: &mut Tx, last: i64, chain: &str, sealed: u64) -> Result<Option<Finding>> {
    let Some(head) = head(tx).await? else {
        return Ok((last != 0).then_some(Finding::Head(last)));
    };
    if head.log_id > last {
        let gone = head
            .sealed
            .saturating_sub(i64::try_from(sealed).unwrap_or(i64::MAX));
        return Ok(Some(Finding::Cut {
            sealed_until: head.log_id,
            gone,
        }));
    }
    Ok((head.log_id < last || head.chain != chain).then_some(Finding::Head(last)))
}

/// The digest of a row: SHA-256 over its fields as one JSON array. A column that came later stands behind the others, and only
/// where the row has it, so that what was sealed before keeps its digest.
pub(super) fn digest(row: &LogRow) -> String {
    let mut canonical = vec![
        json!(row.id),
        json!(row.at.as_millisecond()),
        json!(row.actor),
        json!(row.desk),
        json!(row.act),
        json!(row.subject_kind),
        json!(row.subject_id),
        json!(row.subject_name),
        json!(row.outcome),
        json!(row.message),
        json!(row.detail),
        json!(row.cause),
    ];
    if let Some(english) = &row.message_en {
        canonical.push(json!(english));
    }
    hex::encode(Sha256::digest(Value::Array(canonical).to_string()))
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn row() -> LogRow {
        LogRow {
            id: 7,
            at: Timestamp::from_millisecond(1_767_200_400_000).unwrap(),
            actor: "rina".into(),
            desk: "loket".into(),
            act: "payment_received".into(),
            subject_kind: "customer".into(),
            subject_id: Some(3),
            subject_name: Some("Budi".into()),
            outcome: "done".into(),
            message: "Pembayaran PAY-20260101-00001 sebesar Rp 150.000".into(),
            message_en: None,
            detail: Some(json!({ "before": { "b": 1, "a": 2 }, "after": null })),
            cause: None,
        }
    }

    #[test]
    fn a_row_that_was_sealed_before_the_english_wording_keeps_its_digest() {
        // Of the text that the first version made of these fields.
        let text = r#"[7,1767200400000,"rina","loket","payment_received","customer",3,"Budi","done","Pembayaran PAY-20260101-00001 sebesar Rp 150.000",{"after":null,"before":{"a":2,"b":1}},null]"#;
        assert_eq!(digest(&row()), hex::encode(Sha256::digest(text)));
    }

    #[test]
    fn the_english_wording_is_sealed_too() {
        let told = |english: &str| LogRow {
            message_en: Some(english.into()),
            ..row()
        };
        assert_ne!(digest(&told("Payment")), digest(&row()));
        assert_ne!(digest(&told("Payment")), digest(&told("Payments")));
    }
}
