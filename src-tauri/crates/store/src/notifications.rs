//! Messages to customers, each with a key so that nobody is told the same thing twice.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::column::{Column, word_enum};
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

word_enum! {
    /// Where a message stands.
    pub enum State {
        /// Waits to be sent.
        Queued => "queued",
        /// A provider took it, or somebody says that they sent it.
        Sent => "sent",
        /// A provider refused it.
        Failed => "failed",
        /// Handed to a person as a link to send.
        Handed => "handed",
        /// Not sent, on purpose.
        Skipped => "skipped",
        /// Taken back before it was sent, since what it says is not so any more.
        Withdrawn => "withdrawn",
    }
}

word_enum! {
    /// Why a message was taken back.
    pub enum Withdrawal {
        /// What it asks for was paid.
        Paid => "paid",
        /// Its invoice is void.
        Void => "void",
        /// The line is open again.
        Reopened => "reopened",
        /// The plan that closed the line was taken back.
        PlanUndone => "plan_undone",
        /// The line is closed again.
        Closed => "closed",
        /// The line stands otherwise than it says.
        Changed => "changed",
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Notification {
    /// Key.
    pub id: i64,
    /// Unique for ever: customer, occasion and day.
    pub key: String,
    /// To whom.
    pub customer_id: i64,
    /// The event that caused it.
    pub event_id: Option<i64>,
    /// What it is about.
    pub kind: String,
    /// By which way.
    pub channel: String,
    /// The number or address on that way.
    pub recipient: Option<String>,
    /// What it says.
    pub text: String,
    /// Where it stands.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: State,
    /// Why it failed.
    pub error: Option<String>,
    /// The invoice that it is about.
    pub invoice_id: Option<i64>,
    /// The day on which its line was judged.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub judged_on: Option<Date>,
    /// Why it was taken back.
    #[sqlx(try_from = "crate::column::MaybeWord")]
    pub withdrawn: Option<Withdrawal>,
    /// The provider's word for it.
    pub provider_id: Option<String>,
    /// When it was written.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// When it was sent or handed over.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub sent_at: Option<Timestamp>,
}

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewNotification<'a> {
    /// Unique for ever: customer, occasion and day.
    pub key: String,
    /// To whom.
    pub customer_id: i64,
    /// The event that caused it.
    pub event_id: Option<i64>,
    /// What it is about.
    pub kind: &'a str,
    /// The invoice that it is about.
    pub invoice_id: Option<i64>,
    /// The day on which its line was judged.
    pub judged_on: Option<Date>,
    /// By which way.
    pub channel: &'a str,
    /// The number or address on that way.
    pub recipient: Option<&'a str>,
    /// What it says.
    pub text: String,
    /// Where it stands at first.
    pub state: State,
}

/// Records a message. `None` when one with the same key exists: the customer has been told. One that was taken back told
/// nobody anything, so a new one takes its place.
///
/// # Errors
/// [`crate::Error::ForeignKey`] without such a customer.
pub async fn insert(tx: &mut Tx, new: &NewNotification<'_>, now: Timestamp) -> Result<Option<i64>> {
    let added = insert_all(tx, std::slice::from_ref(new), now).await?;
    Ok(added.first().map(|(id, _)| *id))
}

/// Records messages, each with another key, as [`insert`] does; gives the ids and keys of those that are new.
///
/// # Errors
/// As [`insert`].
pub async fn insert_all(
    tx: &mut Tx,
    new: &[NewNotification<'_>],
    now: Timestamp,
) -> Result<Vec<(i64, String)>> {
    Ok(sql_rows!(
        tx,
        fetch_all::<(i64, String)>,
        "INSERT INTO notifications (key, customer_id, event_id, kind, invoice_id, judged_on, channel, recipient, text, state,
           created_at) VALUES",
        "ON CONFLICT (key) DO UPDATE SET event_id = excluded.event_id, judged_on = excluded.judged_on,
           channel = excluded.channel, recipient = excluded.recipient, text = excluded.text, state = excluded.state,
           created_at = excluded.created_at, error = NULL, withdrawn = NULL
         WHERE notifications.state = 'withdrawn' RETURNING id, key",
        new,
        |it| [
            it.key.as_str(),
            it.customer_id,
            it.event_id,
            it.kind,
            it.invoice_id,
            it.judged_on.held(),
            it.channel,
            it.recipient,
            it.text.as_str(),
            it.state.as_str(),
            now.held()
        ]
    ))
}

/// The message with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Notification>> {
    sql!(
        tx,
        fetch_optional::<Notification>,
        "SELECT * FROM notifications WHERE id = $1",
        id
    )
}

/// The message with this key.
///
/// # Errors
/// Whatever the database says.
pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<Notification>> {
    sql!(
        tx,
        fetch_optional::<Notification>,
        "SELECT * FROM notifications WHERE key = $1",
        key
    )
}

/// The messages to these customers that nobody and nothing has sent yet.
///
/// # Errors
/// Whatever the database says.
pub async fn unsent(tx: &mut Tx, customers: &[i64]) -> Result<Vec<Notification>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        // `|| ''` keeps SQLite from reading all that waits, for everybody, by the index of states.
        let text = format!(
            "SELECT * FROM notifications WHERE customer_id IN ({}) AND state || '' IN ('queued', 'failed') ORDER BY id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<Notification>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The messages of a kind to these customers, in the order in which they were last written.
///
/// # Errors
/// Whatever the database says.
pub async fn of_customers(tx: &mut Tx, kind: &str, customers: &[i64]) -> Result<Vec<Notification>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT * FROM notifications WHERE kind = $1 AND customer_id IN ({}) ORDER BY created_at, id",
            rows::placeholders(2, some.len())
        );
        found.extend(
            sql!(tx, fetch_all::<Notification>, AssertSqlSafe(text), kind; each some.iter().copied())?,
        );
    }
    Ok(found)
}

/// Gives a message that was not sent yet another text.
///
/// # Errors
/// Whatever the database says.
pub async fn rewrite(tx: &mut Tx, id: i64, text: &str) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE notifications SET text = $2 WHERE id = $1 AND state IN ('queued', 'failed')",
        id,
        text
    )?;
    Ok(())
}

/// Takes a message back that was not sent yet.
///
/// # Errors
/// Whatever the database says.
pub async fn withdraw(tx: &mut Tx, id: i64, why: Withdrawal) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE notifications SET state = 'withdrawn', withdrawn = $2, error = NULL
         WHERE id = $1 AND state IN ('queued', 'failed')",
        id,
        why.as_str()
    )?;
    Ok(())
}

/// Notes that a message was sent or handed over.
///
/// # Errors
/// Whatever the database says.
pub async fn sent(
    tx: &mut Tx,
    id: i64,
    state: State,
    provider_id: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE notifications SET state = $2, provider_id = $3, sent_at = $4, error = NULL WHERE id = $1",
        id,
        state.as_str(),
        provider_id,
        now.held()
    )?;
    Ok(())
}

/// Notes that somebody opened a message on this channel to send it themselves. Whether that is news: one that was opened or
/// sent before, or that is not for sending, stays as it is.
///
/// # Errors
/// Whatever the database says.
pub async fn handed_over(tx: &mut Tx, id: i64, channel: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE notifications SET state = 'handed', channel = $2, sent_at = $3, error = NULL
         WHERE id = $1 AND state IN ('queued', 'failed')",
        id,
        channel,
        now.held()
    )?;
    Ok(changed > 0)
}

/// Notes that somebody sent a message themselves, on this channel. Whether that is news: one that was sent before, or that is
/// not for sending, stays as it is.
///
/// # Errors
/// Whatever the database says.
pub async fn sent_by_hand(tx: &mut Tx, id: i64, channel: &str, now: Timestamp) -> Result<bool> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE notifications SET state = 'sent', channel = $2, sent_at = $3, error = NULL
         WHERE id = $1 AND state IN ('queued', 'handed', 'failed')",
        id,
        channel,
        now.held()
    )?;
    Ok(changed > 0)
}

/// Notes that a message was not sent, and why. One that somebody opened or sent meanwhile stays so, one that was taken back
/// stays that.
///
/// # Errors
/// Whatever the database says.
pub async fn not_sent(tx: &mut Tx, id: i64, state: State, error: &str) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE notifications SET state = $2, error = $3 WHERE id = $1 AND state NOT IN ('sent', 'handed', 'withdrawn')",
        id,
        state.as_str(),
        error
    )?;
    Ok(())
}

/// Which messages to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// To this customer.
    pub customer_id: Option<i64>,
    /// Standing so.
    pub state: Option<State>,
    /// About this.
    pub kind: Option<&'a str>,
    /// After this row.
    pub cursor: Option<&'a Cursor>,
    /// So many.
    pub limit: i64,
}

/// A page of messages, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<Notification>> {
    let state = filter.state.map(State::as_str);
    let (total,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM notifications WHERE ($1 IS NULL OR customer_id = $1) AND ($2 IS NULL OR state = $2)
         AND ($3 IS NULL OR kind = $3)",
        filter.customer_id,
        state,
        filter.kind
    )?;
    let items = sql!(
        tx,
        fetch_all::<Notification>,
        "SELECT * FROM notifications WHERE ($1 IS NULL OR customer_id = $1) AND ($2 IS NULL OR state = $2)
         AND ($3 IS NULL OR kind = $3) AND ($4 IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
        filter.customer_id,
        state,
        filter.kind,
        filter.cursor.map(|cursor| cursor.id),
        page::ask(filter.limit)
    )?;
    Ok(Page::of(items, filter.limit, total, |it| Cursor::at(it.id)))
}

/// Empties the messages of a customer that are at their end, of their text and the number they went to; gives how many.
///
/// # Errors
/// Whatever the database says.
pub async fn erase_of(tx: &mut Tx, customer_id: i64, erased: &str) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE notifications SET text = $2, recipient = NULL
         WHERE customer_id = $1 AND state <> 'queued' AND (text <> $2 OR recipient IS NOT NULL)",
        customer_id,
        erased
    )
}
