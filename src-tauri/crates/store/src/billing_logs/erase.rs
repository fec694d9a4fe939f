//! Erasing a person's data from the log on request. The rows stay, with who acted, when and on what; what names or tells of
//! the person goes. The chain holds over digests and stays whole: the entry that records the erasure keeps the digests of what
//! was left, so that a row which somebody else emptied, or touches afterwards, is still found.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{LogRow, seal};
use crate::column::Column;
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The text that stands where a message was.
pub const ERASED: &str = "[erased]";

/// The act of the entry that records an erasure.
pub const ACT: &str = "personal_data_erased";

/// Where the detail of that entry keeps the rows: `[[id, digest], …]`.
const ROWS: &str = "rows";

/// What an object about a customer may tell of them besides numbers.
const PERSONAL: [&str; 8] = [
    "name",
    "why",
    "former",
    "username",
    "pppoe_username",
    "phone",
    "address",
    "line",
];

/// The rows that were emptied, with the digest of what is left of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased(Vec<(i64, String)>);

impl Erased {
    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there was nothing to erase.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the entry that records this has to keep in its detail.
    #[must_use]
    pub fn kept(&self) -> Value {
        json!({ ROWS: self.0 })
    }
}

/// Empties the rows about a customer and about the jobs for their line, and takes their name out of rows about more than them.
/// Entries of earlier erasures stay: they name nobody. The caller records an entry [`ACT`] with [`Erased::kept`] in the same
/// transaction.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customer(tx: &mut Tx, customer_id: i64) -> Result<Erased> {
    let mut erased = Erased::default();
    let own = sql!(
        tx,
        fetch_all::<LogRow>,
        "SELECT * FROM billing_logs WHERE subject_kind = 'customer' AND subject_id = $1 ORDER BY id",
        customer_id
    )?;
    // Numbers follow their key at once in what is kept; whether one only begins like this is looked at below.
    let pattern = format!("%\"customer_id\":{customer_id}%");
    let naming = sql!(
        tx,
        fetch_all::<LogRow>,
        "SELECT * FROM billing_logs WHERE NOT (subject_kind = 'customer' AND COALESCE(subject_id, 0) = $1)
         AND detail LIKE $2 ORDER BY id",
        customer_id,
        pattern.as_str()
    )?;
    let named = naming.into_iter().filter_map(|row| without(row, customer_id));
    let emptied = own
        .into_iter()
        .filter(|row| row.act != ACT && row.message != ERASED)
        .map(empty);
    for row in emptied.chain(named) {
        write(tx, &row).await?;
        erased.0.push((row.id, seal::digest(&row)));
    }
    Ok(erased)
}

/// A row without what it told.
fn empty(row: LogRow) -> LogRow {
    LogRow {
        subject_name: None,
        message: ERASED.to_owned(),
        message_en: Some(ERASED.to_owned()),
        detail: None,
        ..row
    }
}

/// A row about something else, without what it tells of the customer; `None` where it tells nothing.
fn without(row: LogRow, customer_id: i64) -> Option<LogRow> {
    let payload = row.detail.as_ref().and_then(|detail| detail.get("payload"));
    let is_job_for = payload.is_some_and(|payload| payload["customer_id"] == json!(customer_id));
    if is_job_for {
        return (row.message != ERASED).then(|| empty(row));
    }
    let mut detail = row.detail.clone()?;
    take_out(&mut detail, customer_id).then_some(LogRow {
        detail: Some(detail),
        ..row
    })
}

/// Takes what is personal out of every object that is about the customer; whether there was any.
fn take_out(value: &mut Value, customer_id: i64) -> bool {
    let mut found = false;
    match value {
        Value::Array(values) => {
            for value in values {
                found |= take_out(value, customer_id);
            }
        }
        Value::Object(fields) => {
            let is_about = fields.get("customer_id") == Some(&json!(customer_id));
            for (key, value) in fields {
                if is_about && PERSONAL.contains(&key.as_str()) && !value.is_null() && *value != ERASED {
                    *value = Value::from(ERASED);
                    found = true;
                } else {
                    found |= take_out(value, customer_id);
                }
            }
        }
        _ => {}
    }
    found
}

async fn write(tx: &mut Tx, row: &LogRow) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE billing_logs SET subject_name = $1, message = $2, message_en = $3, detail = $4 WHERE id = $5",
        row.subject_name.as_deref(),
        row.message.as_str(),
        row.message_en.as_deref(),
        row.detail.held(),
        row.id
    )?;
    Ok(())
}

/// Forgets the words by which the erased rows were found, which the index would otherwise keep for a while.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_words(tx: &mut Tx) -> Result<()> {
    // PostgreSQL drops them with the old versions of the rows.
    if !tx.is_postgres() {
        sql!(
            tx,
            execute,
            "INSERT INTO log_words (log_words) VALUES ('optimize')"
        )?;
    }
    Ok(())
}

/// What is left of rows by the entries that record erasures.
pub(super) async fn digests(tx: &mut Tx) -> Result<HashMap<i64, String>> {
    let entries = sql!(
        tx,
        fetch_all::<LogRow>,
        "SELECT * FROM billing_logs WHERE act = $1 ORDER BY id",
        ACT
    )?;
    let rows = entries
        .into_iter()
        .filter_map(|entry| entry.detail?.get(ROWS).cloned())
        .filter_map(|rows| serde_json::from_value::<Vec<(i64, String)>>(rows).ok());
    Ok(rows.flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_told_of_the_customer_goes() {
        let mut detail = json!({
            "undone": 2, "kept": [
                { "customer_id": 7, "name": "Budi", "why": "Sudah dibayar" },
                { "customer_id": 71, "name": "Ani", "why": null },
            ],
        });
        assert!(take_out(&mut detail, 7));
        assert_eq!(
            detail,
            json!({
                "undone": 2, "kept": [
                    { "customer_id": 7, "name": ERASED, "why": ERASED },
                    { "customer_id": 71, "name": "Ani", "why": null },
                ],
            })
        );
        assert!(!take_out(&mut detail, 7), "there is nothing left");
    }
}
