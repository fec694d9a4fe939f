//! Looking at the log.

use jiff::Timestamp;

use super::LogRow;
use crate::column::Column;
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::transaction::{Tx, sql};

/// Which rows to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// In the message or the subject's name, whatever the case of ASCII letters.
    pub search: Option<&'a str>,
    /// This act.
    pub act: Option<&'a str>,
    /// Done to this kind of thing.
    pub subject_kind: Option<&'a str>,
    /// Done to this one.
    pub subject_id: Option<i64>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// After this row.
    pub cursor: Option<&'a Cursor>,
    /// So many.
    pub limit: i64,
}

/// The newest of these acts that was done to one thing, or to the office as a whole where no thing is named.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(
    tx: &mut Tx,
    subject_kind: &str,
    subject_id: Option<i64>,
    act: &str,
) -> Result<Option<LogRow>> {
    sql!(
        tx,
        fetch_optional::<LogRow>,
        "SELECT * FROM billing_logs WHERE subject_kind = $1 AND ($2 IS NULL OR subject_id = $2) AND act = $3
         AND outcome = 'done' ORDER BY id DESC LIMIT 1",
        subject_kind,
        subject_id,
        act
    )
}

/// The log, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<LogRow>> {
    let pattern = filter.search.map(contains);
    let (total,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM billing_logs WHERE ($1 IS NULL OR act = $1) AND ($2 IS NULL OR subject_kind = $2)
         AND ($3 IS NULL OR subject_id = $3) AND ($4 IS NULL OR at >= $4) AND ($5 IS NULL OR at < $5)
         AND ($6 IS NULL OR LOWER(message) LIKE $6 ESCAPE '!' OR LOWER(subject_name) LIKE $6 ESCAPE '!')",
        filter.act,
        filter.subject_kind,
        filter.subject_id,
        filter.from.held(),
        filter.until.held(),
        pattern.as_deref()
    )?;
    let items = sql!(
        tx,
        fetch_all::<LogRow>,
        "SELECT * FROM billing_logs WHERE ($1 IS NULL OR act = $1) AND ($2 IS NULL OR subject_kind = $2)
         AND ($3 IS NULL OR subject_id = $3) AND ($4 IS NULL OR at >= $4) AND ($5 IS NULL OR at < $5)
         AND ($6 IS NULL OR LOWER(message) LIKE $6 ESCAPE '!' OR LOWER(subject_name) LIKE $6 ESCAPE '!')
         AND ($7 IS NULL OR id < $7) ORDER BY id DESC LIMIT $8",
        filter.act,
        filter.subject_kind,
        filter.subject_id,
        filter.from.held(),
        filter.until.held(),
        pattern.as_deref(),
        filter.cursor.map(|cursor| cursor.id),
        page::ask(filter.limit)
    )?;
    Ok(Page::of(items, filter.limit, total, |row| Cursor::at(row.id)))
}

/// A LIKE pattern for a text that contains `search`, whose own wildcards mean themselves.
fn contains(search: &str) -> String {
    let mut pattern = String::with_capacity(search.len() + 2);
    pattern.push('%');
    for letter in search.to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_percent_sign_in_a_search_is_a_percent_sign() {
        assert_eq!(super::contains("10% Off_"), "%10!% off!_%");
    }
}
