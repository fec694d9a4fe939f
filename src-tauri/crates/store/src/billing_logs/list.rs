//! Looking at the log: narrowed by what its rows say, and searched by the beginnings of words in either wording, in the
//! subject's name and in the actor's.
//!
//! The text of a query is put together from the fixed pieces below, so that an engine plans for what is asked and not for
//! what could be; every value is bound, always in the same place.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::LogRow;
use crate::column::Column;
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::search::narrowed;
use crate::transaction::{Tx, sql};

/// Words of a search that are looked at; what follows them narrows no further.
const MOST_WORDS: usize = 8;

/// Which rows to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// Beginnings of words, all of which must be there, in any order. A search without a letter or a digit finds nothing.
    pub search: Option<&'a str>,
    /// This act.
    pub act: Option<&'a str>,
    /// By this person, or by the schedule or the command line.
    pub actor: Option<&'a str>,
    /// From this copy of the program.
    pub desk: Option<&'a str>,
    /// That ended so.
    pub outcome: Option<&'a str>,
    /// Done to this kind of thing.
    pub subject_kind: Option<&'a str>,
    /// Done to this one.
    pub subject_id: Option<i64>,
    /// Caused by this.
    pub cause: Option<&'a str>,
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

impl Filter<'_> {
    /// The conditions besides the words, each for a value that is there. `$1` to `$9`.
    fn conditions(&self) -> Vec<String> {
        [
            (self.act.is_some(), "l.act = $1"),
            (self.actor.is_some(), "l.actor = $2"),
            (self.desk.is_some(), "l.desk = $3"),
            (self.outcome.is_some(), "l.outcome = $4"),
            (self.subject_kind.is_some(), "l.subject_kind = $5"),
            (self.subject_id.is_some(), "l.subject_id = $6"),
            (self.cause.is_some(), "l.cause = $7"),
            (self.from.is_some(), "l.at >= $8"),
            (self.until.is_some(), "l.at < $9"),
        ]
        .into_iter()
        .filter(|(given, _)| *given)
        .map(|(_, text)| text.to_owned())
        .collect()
    }
}

/// Where the rows come from. Each engine has a full-text index of its own: PostgreSQL's is one of the table, SQLite's a table,
/// which gives the rows newest first by itself, so that a page of a common word costs no more than the page.
struct Source {
    from: &'static str,
    /// The row's id, by which the rows are sorted.
    id: &'static str,
    /// The condition on the words, `$10`.
    found: Option<&'static str>,
}

impl Source {
    fn of(is_postgres: bool, is_searched: bool) -> Source {
        match (is_postgres, is_searched) {
            (_, false) => Source {
                from: "billing_logs l",
                id: "l.id",
                found: None,
            },
            (true, true) => Source {
                from: "billing_logs l",
                id: "l.id",
                found: Some(
                    "log_words(l.message, l.message_en, l.subject_name, l.actor) @@ to_tsquery('simple', $10)",
                ),
            },
            // CROSS JOIN: SQLite keeps the order of the tables.
            (false, true) => Source {
                from: "log_words w CROSS JOIN billing_logs l ON l.id = w.rowid",
                id: "w.rowid",
                found: Some("log_words MATCH $10"),
            },
        }
    }
}

/// Binds everything that a text may ask for, in its place.
macro_rules! bound {
    ($tx:expr, $fetch:ident::<$row:ty>, $text:expr, $filter:expr, $words:expr) => {
        sql!(
            $tx,
            $fetch::<$row>,
            AssertSqlSafe($text),
            $filter.act,
            $filter.actor,
            $filter.desk,
            $filter.outcome,
            $filter.subject_kind,
            $filter.subject_id,
            $filter.cause,
            $filter.from.held(),
            $filter.until.held(),
            $words,
            $filter.cursor.map(|cursor| cursor.id),
            page::ask($filter.limit)
        )
    };
}

/// The log, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<LogRow>> {
    let total = count(tx, filter).await?;
    if total == 0 {
        return Ok(nothing());
    }
    let items = rows(tx, filter).await?;
    Ok(Page::of(items, filter.limit, total, |row| Cursor::at(row.id)))
}

/// A page of the log without its length, for a reader who walks through all of it.
///
/// # Errors
/// Whatever the database says.
pub async fn walk(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<LogRow>> {
    let items = rows(tx, filter).await?;
    Ok(Page::of(items, filter.limit, 0, |row| Cursor::at(row.id)))
}

/// How many rows the filter leaves, whatever its cursor and its limit.
///
/// # Errors
/// Whatever the database says.
pub async fn count(tx: &mut Tx, filter: &Filter<'_>) -> Result<i64> {
    let Ok(words) = words(tx.is_postgres(), filter.search) else {
        return Ok(0);
    };
    let source = Source::of(tx.is_postgres(), words.is_some());
    let mut conditions = filter.conditions();
    // Words alone are counted in the index.
    let from = if words.is_some() && conditions.is_empty() && !tx.is_postgres() {
        "log_words"
    } else {
        source.from
    };
    conditions.extend(source.found.map(str::to_owned));
    let text = format!("SELECT COUNT(*) FROM {from} {}", narrowed(&conditions));
    let (total,) = bound!(tx, fetch_one::<(i64,)>, text, filter, words.as_deref())?;
    Ok(total)
}

async fn rows(tx: &mut Tx, filter: &Filter<'_>) -> Result<Vec<LogRow>> {
    let Ok(words) = words(tx.is_postgres(), filter.search) else {
        return Ok(Vec::new());
    };
    let Source { from, id, found } = Source::of(tx.is_postgres(), words.is_some());
    let mut conditions = filter.conditions();
    conditions.extend(found.map(str::to_owned));
    if filter.cursor.is_some() {
        conditions.push(format!("{id} < $11"));
    }
    let narrowed = narrowed(&conditions);
    let text = format!("SELECT l.* FROM {from} {narrowed} ORDER BY {id} DESC LIMIT $12");
    bound!(tx, fetch_all::<LogRow>, text, filter, words.as_deref())
}

fn nothing() -> Page<LogRow> {
    Page {
        items: Vec::new(),
        next: None,
        total: 0,
    }
}

/// A search that has no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoWord;

/// The search in the engine's own words: `"inv"* "2026"*` for SQLite, `inv:* & 2026:*` for PostgreSQL. `None` for no search.
/// Nothing but letters and digits is left of what somebody typed, so no sign of either language can come through.
fn words(is_postgres: bool, search: Option<&str>) -> std::result::Result<Option<String>, NoWord> {
    let Some(search) = search.filter(|search| !search.trim().is_empty()) else {
        return Ok(None);
    };
    let words: Vec<String> = search
        .to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| {
            if is_postgres {
                format!("{word}:*")
            } else {
                format!("\"{word}\"*")
            }
        })
        .collect();
    if words.is_empty() {
        return Err(NoWord);
    }
    Ok(Some(words.join(if is_postgres { " & " } else { " " })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_the_beginnings_of_its_words_and_nothing_else_of_it_is_left() {
        let (sqlite, postgres) = (false, true);
        assert_eq!(
            words(sqlite, Some(" INV-2026 \"Budi\" OR ")).unwrap().as_deref(),
            Some("\"inv\"* \"2026\"* \"budi\"* \"or\"*")
        );
        assert_eq!(
            words(postgres, Some("INV-2026 & !Budi:*")).unwrap().as_deref(),
            Some("inv:* & 2026:* & budi:*")
        );
        assert_eq!(words(sqlite, Some("%")), Err(NoWord));
        assert_eq!(words(postgres, Some("  ")), Ok(None));
    }
}
