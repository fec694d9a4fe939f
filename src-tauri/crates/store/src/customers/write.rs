//! Writing customers, and the words by which they are found.

use jiff::Timestamp;

use super::{Customer, Details, Standing, words};
use crate::column::Column;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql, sql_rows};

/// Runs one SQL text that writes what a person decided: `$1` and `$2` are the caller's, the details are `$3` to `$31` in
/// the order of [`Details`], and what the caller adds comes after them. The order is said here and nowhere else.
macro_rules! with_details {
    ($tx:expr, $run:ident $(::<$row:ty>)?, $text:expr, $details:expr; $first:expr, $second:expr $(; $more:expr)*) => {
        sql!(
            $tx,
            $run$(::<$row>)?,
            $text,
            $first,
            $second,
            $details.customer_no.as_str(),
            $details.name.as_str(),
            $details.phone.as_deref(),
            $details.address.as_deref(),
            $details.area_id,
            $details.odp.as_deref(),
            $details.collector_id,
            $details.package_id,
            $details.router_id,
            $details.connection_type.as_str(),
            $details.pppoe_username.as_deref(),
            $details.pppoe_password.as_deref(),
            $details.static_ip.as_deref(),
            $details.mac_address.as_deref(),
            $details.ont_serial.as_deref(),
            $details.billing.as_str(),
            $details.billing_day,
            $details.billing_start.held(),
            $details.taxed,
            $details.discount_type.map(|word| word.as_str()),
            $details.discount_value,
            $details.discount_reason.as_deref(),
            $details.discount_from.held(),
            $details.discount_until.held(),
            $details.payment_behavior.as_str(),
            $details.rapel_months,
            $details.payer_id,
            due_rule($details)?,
            $details.exempt
            $(, $more)*
        )
    };
}

/// Adds a customer and gives the id.
///
/// # Errors
/// [`crate::Promise::CustomerNo`], [`crate::Promise::PppoeUsername`], [`crate::Promise::StaticIp`];
/// [`Error::ForeignKey`] when package, router, area, collector or payer does not exist.
pub async fn insert(tx: &mut Tx, details: &Details, standing: &Standing, now: Timestamp) -> Result<i64> {
    let (id,) = with_details!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO customers (created_at, status, customer_no, name, phone, address, area_id, odp, collector_id,
           package_id, router_id, connection_type, pppoe_username, pppoe_password, static_ip, mac_address, ont_serial,
           billing, billing_day, billing_start, taxed, discount_type, discount_value, discount_reason, discount_from,
           discount_until, payment_behavior, rapel_months, payer_id, due_rule, exempt, isolation_reason, paused_from,
           paused_until, terminated_on, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
           $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $1) RETURNING id",
        details;
        now.held(),
        standing.status.as_str();
        standing.isolation_reason.as_deref();
        standing.paused_from.held();
        standing.paused_until.held();
        standing.terminated_on.held()
    )?;
    index(tx, id, details).await?;
    Ok(id)
}

/// Writes what a person decided, if nobody did since `customer` was read. Standing and balance are left alone.
///
/// # Errors
/// [`Error::Stale`], and as [`insert`].
pub async fn update(tx: &mut Tx, customer: &Customer, now: Timestamp) -> Result<()> {
    let details = &customer.details;
    let changed = with_details!(
        tx,
        execute,
        "UPDATE customers SET customer_no = $3, name = $4, phone = $5, address = $6, area_id = $7, odp = $8,
           collector_id = $9, package_id = $10, router_id = $11, connection_type = $12, pppoe_username = $13,
           pppoe_password = $14, static_ip = $15, mac_address = $16, ont_serial = $17, billing = $18, billing_day = $19,
           billing_start = $20, taxed = $21, discount_type = $22, discount_value = $23, discount_reason = $24,
           discount_from = $25, discount_until = $26, payment_behavior = $27, rapel_months = $28, payer_id = $29,
           due_rule = $30, exempt = $31, updated_at = $32, version = version + 1,
           pppoe_password_made = CASE WHEN pppoe_password = $14 THEN pppoe_password_made ELSE FALSE END
         WHERE id = $1 AND version = $2",
        details;
        customer.id,
        customer.version;
        now.held()
    )?;
    if changed != 1 {
        return Err(Error::Stale);
    }
    erase_words(tx, customer.id).await?;
    index(tx, customer.id, details).await
}

/// Writes the sealed password of a customer who was just added: it is sealed for the id, so it comes after it.
///
/// # Errors
/// [`Error::Stale`] when there is no such customer.
pub async fn set_sealed_password(tx: &mut Tx, id: i64, sealed: &str) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE customers SET pppoe_password = $2 WHERE id = $1",
        id,
        sealed
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Forgets every sealed password, since the key that sealed them is lost; gives how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_passwords(tx: &mut Tx) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE customers SET pppoe_password = NULL, pppoe_password_made = FALSE, version = version + 1 WHERE pppoe_password IS NOT NULL"
    )
}

/// Writes the sealed password that a customer got without anybody typing one: the program `made` it, or the router had it.
/// One that was recorded meanwhile stays; `false` says so.
///
/// # Errors
/// Whatever the database says.
pub async fn learn_sealed_password(tx: &mut Tx, id: i64, sealed: &str, made: bool) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE customers SET pppoe_password = $2, pppoe_password_made = $3 WHERE id = $1 AND pppoe_password IS NULL",
        id,
        sealed,
        made
    )?;
    Ok(changed == 1)
}

/// Writes where a customer stands. Not an edit: two acts on one customer take turns by [`super::lock`], not by version.
///
/// # Errors
/// [`Error::Stale`] when there is no such customer; the promises of [`insert`] when a terminated line comes back to a
/// name that was given away.
pub async fn set_standing(tx: &mut Tx, id: i64, standing: &Standing, now: Timestamp) -> Result<()> {
    set_standings(tx, &[(id, standing)], now).await
}

/// Writes where customers stand, each of whom is named once, as [`set_standing`] does.
///
/// # Errors
/// As [`set_standing`].
pub async fn set_standings(tx: &mut Tx, standings: &[(i64, &Standing)], now: Timestamp) -> Result<()> {
    let changed = sql_rows!(
        tx,
        execute,
        "WITH stands (id, status, isolation_reason, paused_from, paused_until, terminated_on, updated_at) AS (VALUES",
        ") UPDATE customers SET status = stands.status, isolation_reason = stands.isolation_reason,
           paused_from = stands.paused_from, paused_until = stands.paused_until, terminated_on = stands.terminated_on,
           updated_at = stands.updated_at FROM stands WHERE customers.id = stands.id",
        standings,
        |it| [
            it.0,
            it.1.status.as_str(),
            it.1.isolation_reason.as_deref(),
            it.1.paused_from.held(),
            it.1.paused_until.held(),
            it.1.terminated_on.held(),
            now.held()
        ]
    );
    let is_each = usize::try_from(changed).is_ok_and(|changed| changed == standings.len());
    if is_each { Ok(()) } else { Err(Error::Stale) }
}

/// Makes the words of a customer again from the row: after a repair, or when the rules for words change.
///
/// # Errors
/// [`Error::Stale`] when there is no such customer.
pub async fn reindex(tx: &mut Tx, id: i64) -> Result<()> {
    let customer = super::find(tx, id).await?.ok_or(Error::Stale)?;
    erase_words(tx, id).await?;
    index(tx, id, &customer.details).await
}

/// Makes a customer unfindable by words, for one whose data is erased.
///
/// # Errors
/// Whatever the database says.
pub async fn erase_words(tx: &mut Tx, id: i64) -> Result<()> {
    sql!(
        tx,
        execute,
        "DELETE FROM customer_words WHERE customer_id = $1",
        id
    )?;
    Ok(())
}

async fn index(tx: &mut Tx, id: i64, details: &Details) -> Result<()> {
    let words: Vec<String> = words::of(details).into_iter().collect();
    sql_rows!(
        tx,
        execute,
        "INSERT INTO customer_words (word, customer_id) VALUES",
        "",
        words,
        |word| [word.as_str(), id]
    );
    Ok(())
}

fn due_rule(details: &Details) -> Result<Option<String>> {
    details
        .due_rule
        .map(|rule| serde_json::to_string(&rule))
        .transpose()
        .map_err(|error| Error::Unreadable(error.to_string()))
}
