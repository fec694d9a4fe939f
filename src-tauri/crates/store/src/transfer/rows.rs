//! Rows of any table: read in parts by their key, written as they are, and added up so that two tables can be compared.
//! Names of tables and columns come from the schema; every value is bound.

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _};

use super::schema::{Kind, Table};
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// Rows that are read at once.
const STRIDE: i64 = 1_000;

/// What stands in one column of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Integer(Option<i64>),
    Truth(Option<bool>),
    Text(Option<String>),
}

impl Cell {
    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self, Cell::Integer(None) | Cell::Truth(None) | Cell::Text(None))
    }

    fn digest(&self, digest: &mut Sha256) {
        match self {
            Cell::Integer(Some(value)) => {
                digest.update(b"i");
                digest.update(value.to_le_bytes());
            }
            Cell::Truth(Some(value)) => digest.update([b't', u8::from(*value)]),
            Cell::Text(Some(value)) => {
                digest.update(b"s");
                digest.update(value.len().to_le_bytes());
                digest.update(value.as_bytes());
            }
            Cell::Integer(None) | Cell::Truth(None) | Cell::Text(None) => digest.update(b"n"),
        }
    }
}

/// How many rows there are and what they add up to, whatever their order: the two engines sort text differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) rows: u64,
    contents: u128,
}

impl Sum {
    pub(super) fn add(&mut self, row: &[Cell]) {
        let mut digest = Sha256::new();
        row.iter().for_each(|cell| cell.digest(&mut digest));
        let digest = digest.finalize();
        let half = digest.first_chunk::<16>().copied().unwrap_or_default();
        self.rows += 1;
        self.contents = self.contents.wrapping_add(u128::from_le_bytes(half));
    }
}

/// Binds the value of a cell, of whatever kind it is.
macro_rules! bound {
    ($query:expr, $cell:expr) => {
        match $cell {
            Cell::Integer(value) => $query.bind(*value),
            Cell::Truth(value) => $query.bind(*value),
            Cell::Text(value) => $query.bind(value.as_deref()),
        }
    };
}

/// Runs a text of this module with these cells, for the number of rows that changed.
async fn run<'a>(tx: &mut Tx, text: String, cells: impl Iterator<Item = &'a Cell>) -> Result<u64> {
    let text = AssertSqlSafe(text);
    Ok(match tx {
        Tx::Sqlite(tx) => {
            let mut query = sqlx::query(text);
            for cell in cells {
                query = bound!(query, cell);
            }
            query.execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let mut query = sqlx::query(text);
            for cell in cells {
                query = bound!(query, cell);
            }
            query.execute(&mut **tx).await?.rows_affected()
        }
    })
}

/// Reads the columns of a row of either engine.
macro_rules! cells {
    ($table:expr, $row:expr) => {{
        let mut cells = Vec::with_capacity($table.columns.len());
        for (at, column) in $table.columns.iter().enumerate() {
            cells.push(match column.kind {
                Kind::Integer => Cell::Integer($row.try_get(at)?),
                Kind::Truth => Cell::Truth($row.try_get(at)?),
                Kind::Text => Cell::Text($row.try_get(at)?),
            });
        }
        cells
    }};
}

/// The rows that come after the one with this key, as many as are read at once, by their key.
pub(super) async fn next(tx: &mut Tx, table: &Table, after: Option<&[Cell]>) -> Result<Vec<Vec<Cell>>> {
    let key = key_list(table);
    let beyond = if after.is_some() {
        let places = crate::rows::placeholders(1, table.key.len());
        format!(" WHERE ({key}) > ({places})")
    } else {
        String::new()
    };
    let text = format!(
        "SELECT {} FROM {}{beyond} ORDER BY {key} LIMIT {STRIDE}",
        column_list(table),
        quoted(&table.name)
    );
    let text = AssertSqlSafe(text);
    let mut found = Vec::new();
    match tx {
        Tx::Sqlite(tx) => {
            let mut query = sqlx::query(text);
            for cell in after.into_iter().flatten() {
                query = bound!(query, cell);
            }
            for row in query.fetch_all(&mut **tx).await? {
                found.push(cells!(table, row));
            }
        }
        Tx::Postgres(tx) => {
            let mut query = sqlx::query(text);
            for cell in after.into_iter().flatten() {
                query = bound!(query, cell);
            }
            for row in query.fetch_all(&mut **tx).await? {
                found.push(cells!(table, row));
            }
        }
    }
    Ok(found)
}

/// Writes rows with the ids that they have.
pub(super) async fn write(tx: &mut Tx, table: &Table, rows: &[Vec<Cell>]) -> Result<()> {
    let width = table.columns.len();
    let head = format!(
        "INSERT INTO {} ({}) VALUES",
        quoted(&table.name),
        column_list(table)
    );
    for chunk in rows.chunks(crate::rows::per_statement(width)) {
        let text = crate::rows::text(tx.is_postgres(), &head, width, chunk.len(), "");
        run(tx, text, chunk.iter().flatten()).await?;
    }
    Ok(())
}

/// Writes the references of one row to rows of its own table.
pub(super) async fn fill_in(tx: &mut Tx, table: &Table, key: &[Cell], references: &[Cell]) -> Result<()> {
    let named = |places: &[usize], first: usize| -> Vec<String> {
        places
            .iter()
            .enumerate()
            .filter_map(|(index, &at)| {
                let column = table.columns.get(at)?;
                Some(format!("{} = ${}", quoted(&column.name), first + index))
            })
            .collect()
    };
    let text = format!(
        "UPDATE {} SET {} WHERE {}",
        quoted(&table.name),
        named(&table.own, 1).join(", "),
        named(&table.key, table.own.len() + 1).join(" AND ")
    );
    run(tx, text, references.iter().chain(key)).await?;
    Ok(())
}

/// Lets the next row be numbered after the last one. SQLite does so by itself.
pub(super) async fn go_on_counting(tx: &mut Tx, table: &Table) -> Result<()> {
    if tx.is_postgres() && table.has_id() {
        let name = quoted(&table.name);
        let text = format!(
            "SELECT setval(pg_get_serial_sequence('{name}', 'id'), COALESCE(MAX(id), 0) + 1, FALSE) FROM {name}"
        );
        sql!(tx, fetch_one::<(Option<i64>,)>, AssertSqlSafe(text))?;
    }
    Ok(())
}

/// How many rows a table has.
pub(super) async fn count(tx: &mut Tx, table: &Table) -> Result<i64> {
    let text = format!("SELECT COUNT(*) FROM {}", quoted(&table.name));
    Ok(sql!(tx, fetch_one::<(i64,)>, AssertSqlSafe(text))?.0)
}

/// Empties every table at once, on PostgreSQL; others wait, or are told that the database is busy.
pub(super) async fn clear(tx: &mut Tx, tables: &[Table]) -> Result<()> {
    let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
    run(tx, format!("TRUNCATE {}", names.join(", ")), std::iter::empty()).await?;
    Ok(())
}

fn column_list(table: &Table) -> String {
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    names.join(", ")
}

fn key_list(table: &Table) -> String {
    let names: Vec<String> = table
        .key
        .iter()
        .filter_map(|&at| table.columns.get(at))
        .map(|column| quoted(&column.name))
        .collect();
    names.join(", ")
}

/// A name of the schema as both engines read it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &[&[Cell]]) -> Sum {
        let mut sum = Sum::default();
        rows.iter().for_each(|row| sum.add(row));
        sum
    }

    #[test]
    fn rows_add_up_to_the_same_in_any_order_and_to_something_else_when_one_of_them_differs() {
        let text = |word: &str| Cell::Text(Some(word.to_owned()));
        let (budi, siti) = (
            [Cell::Integer(Some(1)), text("Budi"), Cell::Truth(Some(true))],
            [Cell::Integer(Some(2)), text("Siti"), Cell::Truth(None)],
        );
        assert_eq!(sum(&[&budi, &siti]), sum(&[&siti, &budi]));
        assert_ne!(sum(&[&budi, &siti]), sum(&[&budi]));
        assert_ne!(sum(&[&budi, &siti]), sum(&[&budi, &budi]));
        let moved = [Cell::Integer(Some(1)), text("Bud"), text("i")];
        let split = [Cell::Integer(Some(1)), text("Bu"), text("di")];
        assert_ne!(
            sum(&[&moved]),
            sum(&[&split]),
            "where one value ends belongs to the row"
        );
        assert_ne!(
            sum(&[&[text("")]]),
            sum(&[&[Cell::Text(None)]]),
            "an empty text is not an absent one"
        );
    }
}
