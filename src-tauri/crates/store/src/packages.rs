//! What the office sells, and which profile a router already has for it.

use billing::Rupiah;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::column::Column;
use crate::customers::NOT_WITHDRAWN;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

/// A package.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Package {
    /// Key.
    pub id: i64,
    /// What a person decides about it.
    #[sqlx(flatten)]
    pub details: Details,
    /// When it was made.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it was last edited.
    #[sqlx(try_from = "crate::column::Millis")]
    pub updated_at: Timestamp,
    /// Grows with each edit.
    pub version: i64,
}

/// What a person decides about a package.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Details {
    /// Unique whatever its case; names the profile on routers.
    pub code: String,
    /// What customers read.
    pub name: String,
    /// kbit/s towards the customer.
    pub speed_download: i64,
    /// kbit/s from the customer.
    pub speed_upload: i64,
    /// For a month.
    #[sqlx(try_from = "crate::column::Amount")]
    pub price: Rupiah,
    /// Whether it is still sold.
    pub is_active: bool,
}

/// Adds a package.
///
/// # Errors
/// [`crate::Promise::PackageCode`].
pub async fn insert(tx: &mut Tx, details: &Details, now: Timestamp) -> Result<Package> {
    sql!(
        tx,
        fetch_one::<Package>,
        "INSERT INTO packages (code, name, speed_download, speed_upload, price, is_active, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING *",
        details.code.as_str(),
        details.name.as_str(),
        details.speed_download,
        details.speed_upload,
        details.price.held(),
        details.is_active,
        now.held()
    )
}

/// The package with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Package>> {
    sql!(
        tx,
        fetch_optional::<Package>,
        "SELECT * FROM packages WHERE id = $1",
        id
    )
}

/// Every package, by code.
///
/// # Errors
/// Whatever the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Package>> {
    sql!(
        tx,
        fetch_all::<Package>,
        "SELECT * FROM packages ORDER BY LOWER(code), id"
    )
}

/// How many lines in service each package has: `(package, customers)`.
///
/// # Errors
/// Whatever the database says.
pub async fn customer_counts(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    sql!(
        tx,
        fetch_all::<(i64, i64)>,
        "SELECT package_id, COUNT(*) FROM customers WHERE status <> 'terminated' GROUP BY package_id"
    )
}

/// Writes a package, if nobody did since `package` was read.
///
/// # Errors
/// [`Error::Stale`], [`crate::Promise::PackageCode`].
pub async fn update(tx: &mut Tx, package: &Package, now: Timestamp) -> Result<()> {
    let details = &package.details;
    let changed = sql!(
        tx,
        execute,
        "UPDATE packages SET code = $3, name = $4, speed_download = $5, speed_upload = $6, price = $7, is_active = $8,
         updated_at = $9, version = version + 1 WHERE id = $1 AND version = $2",
        package.id,
        package.version,
        details.code.as_str(),
        details.name.as_str(),
        details.speed_download,
        details.speed_upload,
        details.price.held(),
        details.is_active,
        now.held()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// How many customers have or had the package, or are to have it, former ones among them.
///
/// # Errors
/// Whatever the database says.
pub async fn uses(tx: &mut Tx, id: i64) -> Result<i64> {
    let (uses,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT (SELECT COUNT(*) FROM customers WHERE package_id = $1)
           + (SELECT COUNT(*) FROM package_changes WHERE package_id = $1)
           + (SELECT COUNT(*) FROM package_history WHERE package_id = $1)",
        id
    )?;
    Ok(uses)
}

/// The same, without customers who were withdrawn with the import that brought them.
///
/// # Errors
/// Whatever the database says.
pub async fn uses_beside_withdrawn(tx: &mut Tx, id: i64) -> Result<i64> {
    let text = format!(
        "SELECT (SELECT COUNT(*) FROM customers c WHERE c.package_id = $1 AND {NOT_WITHDRAWN})
           + (SELECT COUNT(*) FROM package_changes p JOIN customers c ON c.id = p.customer_id
              WHERE p.package_id = $1 AND {NOT_WITHDRAWN})
           + (SELECT COUNT(*) FROM package_history p JOIN customers c ON c.id = p.customer_id
              WHERE p.package_id = $1 AND {NOT_WITHDRAWN})"
    );
    let (uses,) = sql!(tx, fetch_one::<(i64,)>, AssertSqlSafe(text), id)?;
    Ok(uses)
}

/// Removes a package that was made by mistake and that nobody has or had, with the profiles that it was mapped to.
///
/// # Errors
/// [`Error::ForeignKey`] for one that somebody has or had.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<()> {
    sql!(
        tx,
        execute,
        "DELETE FROM package_profiles WHERE package_id = $1",
        id
    )?;
    sql!(tx, execute, "DELETE FROM packages WHERE id = $1", id)?;
    Ok(())
}

/// A profile that a router has for a package under a name of its own.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Profile {
    /// Which router.
    pub router_id: i64,
    /// Which package.
    pub package_id: i64,
    /// The profile's name there.
    pub profile: String,
}

/// The profiles of a router that have names of their own.
///
/// # Errors
/// Whatever the database says.
pub async fn profiles(tx: &mut Tx, router_id: i64) -> Result<Vec<Profile>> {
    sql!(
        tx,
        fetch_all::<Profile>,
        "SELECT * FROM package_profiles WHERE router_id = $1 ORDER BY package_id",
        router_id
    )
}

/// Says which profile a router has for a package; `None` goes back to the usual name.
///
/// # Errors
/// [`Error::ForeignKey`] without such a router or package.
pub async fn set_profile(tx: &mut Tx, router_id: i64, package_id: i64, profile: Option<&str>) -> Result<()> {
    match profile {
        Some(profile) => sql!(
            tx,
            execute,
            "INSERT INTO package_profiles (router_id, package_id, profile) VALUES ($1, $2, $3)
             ON CONFLICT (router_id, package_id) DO UPDATE SET profile = excluded.profile",
            router_id,
            package_id,
            profile
        )?,
        None => sql!(
            tx,
            execute,
            "DELETE FROM package_profiles WHERE router_id = $1 AND package_id = $2",
            router_id,
            package_id
        )?,
    };
    Ok(())
}
