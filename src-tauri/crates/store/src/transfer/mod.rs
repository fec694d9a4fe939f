//! Carrying a whole office from one database into another, whatever engine each is on. What is carried is one moment of the
//! source; both sides are counted and compared row by row before the target may be committed. Which tables there are is
//! asked of the schema itself, so that none can be forgotten; this refuses to know what they mean.

mod rows;
mod schema;

use crate::error::{Error, Result};
use crate::holdings::{self, Holdings};
use crate::migration;
use crate::transaction::{Tx, sql};

use rows::{Cell, Sum};
use schema::Table;

/// What was carried, the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The schema version of both databases.
    pub schema: i64,
    /// Each table with how many rows it has, in the order in which they were carried.
    pub tables: Vec<(String, u64)>,
    /// What the source holds.
    pub source: Holdings,
    /// What the target holds, counted anew.
    pub target: Holdings,
}

impl Carried {
    /// How many rows there are in all tables together.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }
}

/// Carries everything that `from` sees into `to`, which must have the same schema and nothing in it. The caller's
/// transactions decide what is seen and kept: `from` is best begun with [`crate::Store::read`], and an error here means that
/// `to` must not be committed.
///
/// # Errors
/// [`Error::NotEmpty`] for a target with an office in it, [`Error::ForeignSchema`] where the two differ in version or shape,
/// [`Error::Unequal`] where what arrived is not what was sent.
pub async fn carry(from: &mut Tx, to: &mut Tx) -> Result<Carried> {
    let (schema, tables) = same_shape(from, to).await?;
    for table in &tables {
        if rows::count(to, table).await? > 0 {
            return Err(Error::NotEmpty(table.name.clone()));
        }
    }
    copy(from, to, schema, &tables).await
}

/// The same over whatever `to` holds, which is gone once it is committed.
///
/// # Errors
/// As [`carry`], but for [`Error::NotEmpty`]; [`Error::Busy`] while others use the target; [`Error::Unsupported`] on SQLite,
/// where a file is replaced as a whole.
pub async fn replace(from: &mut Tx, to: &mut Tx) -> Result<Carried> {
    if !to.is_postgres() {
        return Err(Error::Unsupported(
            "an office in a file is replaced with its file",
        ));
    }
    let (schema, tables) = same_shape(from, to).await?;
    rows::clear(to, &tables).await?;
    copy(from, to, schema, &tables).await
}

/// Whether no table that is carried has a row in it.
///
/// # Errors
/// [`Error::Unsupported`] for a schema with something in it that cannot be carried.
pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    for table in schema::read(tx).await? {
        if rows::count(tx, &table).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The tables that would be carried from this database, in their order. A table that has to stay behind is not among them.
///
/// # Errors
/// [`Error::Unsupported`] for a schema with something in it that cannot be carried.
pub async fn tables(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(schema::read(tx)
        .await?
        .into_iter()
        .map(|table| table.name)
        .collect())
}

/// The version and the tables that both have.
async fn same_shape(from: &mut Tx, to: &mut Tx) -> Result<(i64, Vec<Table>)> {
    let (ours, theirs) = (
        migration::version_of(from).await?,
        migration::version_of(to).await?,
    );
    let (source, target) = (schema::read(from).await?, schema::read(to).await?);
    if ours != theirs || !schema::are_alike(&source, &target) {
        return Err(Error::ForeignSchema(theirs));
    }
    Ok((ours, source))
}

async fn copy(from: &mut Tx, to: &mut Tx, schema: i64, tables: &[Table]) -> Result<Carried> {
    let mut carried = Vec::new();
    for table in tables {
        let sent = copy_table(from, to, table).await?;
        let arrived = sum_of(to, table).await?;
        if sent != arrived {
            return Err(Error::Unequal(format!(
                "{}: {} rows were sent and {} arrived, or one of them differs",
                table.name, sent.rows, arrived.rows
            )));
        }
        carried.push((table.name.clone(), arrived.rows));
    }
    if to.is_postgres() {
        // The planner knows nothing of tables that were filled a moment ago, and the checks that follow ask all of them.
        sql!(to, execute, "ANALYZE")?;
    }
    let (source, target) = (holdings::of(from).await?, holdings::of(to).await?);
    if source != target {
        return Err(Error::Unequal("the journal's totals".to_owned()));
    }
    Ok(Carried {
        schema,
        tables: carried,
        source,
        target,
    })
}

/// Copies one table. A row may refer to one of its own table that comes later, so such columns are filled in at the end.
async fn copy_table(from: &mut Tx, to: &mut Tx, table: &Table) -> Result<Sum> {
    let mut sum = Sum::default();
    let mut later: Vec<(Vec<Cell>, Vec<Cell>)> = Vec::new();
    let mut after: Option<Vec<Cell>> = None;
    loop {
        let mut batch = rows::next(from, table, after.as_deref()).await?;
        let Some(last) = batch.last() else { break };
        after = Some(table.key_of(last));
        for row in &mut batch {
            sum.add(row);
            let key = table.key_of(row);
            if let Some(references) = table.hold_back(row) {
                later.push((key, references));
            }
        }
        rows::write(to, table, &batch).await?;
    }
    for (key, references) in &later {
        rows::fill_in(to, table, key, references).await?;
    }
    rows::go_on_counting(to, table).await?;
    Ok(sum)
}

async fn sum_of(tx: &mut Tx, table: &Table) -> Result<Sum> {
    let mut sum = Sum::default();
    let mut after: Option<Vec<Cell>> = None;
    loop {
        let batch = rows::next(tx, table, after.as_deref()).await?;
        let Some(last) = batch.last() else { return Ok(sum) };
        after = Some(table.key_of(last));
        batch.iter().for_each(|row| sum.add(row));
    }
}
