//! Rows that refer to nothing. PostgreSQL never lets one in; a SQLite file may have been opened by a tool that does.

use super::{Check, MOST};
use crate::error::Result;
use crate::transaction::{Tx, sql};

pub(super) async fn check(tx: &mut Tx) -> Result<Check> {
    let mut wrong = Vec::new();
    if !tx.is_postgres() {
        let rows = sql!(
            tx,
            fetch_all::<(String, Option<i64>, String)>,
            "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT $1",
            MOST
        )?;
        wrong.extend(rows.into_iter().map(|(table, row, parent)| match row {
            Some(row) => format!("row {row} of {table} refers to a row of {parent} that does not exist"),
            None => format!("a row of {table} refers to a row of {parent} that does not exist"),
        }));
    }
    Ok(Check {
        name: "references",
        wrong,
    })
}
