//! Areas: how an office cuts its neighbourhood for collectors and technicians.

use jiff::Timestamp;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

/// An area.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Area {
    /// Key.
    pub id: i64,
    /// Unique whatever its case.
    pub name: String,
    /// When it was made.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it was last edited.
    #[sqlx(try_from = "crate::column::Millis")]
    pub updated_at: Timestamp,
    /// Grows with each edit.
    pub version: i64,
}

/// Adds an area.
///
/// # Errors
/// [`crate::Promise::AreaName`].
pub async fn insert(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Area> {
    sql!(
        tx,
        fetch_one::<Area>,
        "INSERT INTO areas (name, created_at, updated_at) VALUES ($1, $2, $2) RETURNING *",
        name,
        now.held()
    )
}

/// The area with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Area>> {
    sql!(
        tx,
        fetch_optional::<Area>,
        "SELECT * FROM areas WHERE id = $1",
        id
    )
}

/// Every area, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Area>> {
    sql!(
        tx,
        fetch_all::<Area>,
        "SELECT * FROM areas ORDER BY LOWER(name), id"
    )
}

/// Gives an area another name, if nobody did since `area` was read.
///
/// # Errors
/// [`Error::Stale`], [`crate::Promise::AreaName`].
pub async fn update(tx: &mut Tx, area: &Area, now: Timestamp) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE areas SET name = $3, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $2",
        area.id,
        area.version,
        area.name.as_str(),
        now.held()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}
