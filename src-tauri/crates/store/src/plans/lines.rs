//! The lines of a plan.

use billing::{Access, Rupiah};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::column::{Column, word_enum};
use crate::error::{Error, Result};
use crate::rows;
use crate::transaction::{Tx, sql, sql_rows};

word_enum! {
    /// Where a line of a plan stands.
    pub enum LineState {
        /// To be done.
        Planned => "planned",
        /// Taken out by a person.
        Struck => "struck",
        /// Done and seen to be so.
        Done => "done",
        /// The router refused.
        Failed => "failed",
        /// When its turn came there was nothing to do: a payment won, or somebody had done it.
        Skipped => "skipped",
        /// Taken back.
        Undone => "undone",
        /// Not taken back, because it had changed since.
        Kept => "kept",
    }
}

word_enum! {
    /// By what a line of a plan becomes what it should be.
    pub enum Repair {
        /// It is closed or opened.
        Access => "access",
        /// Open as it is, it gets the profile of its package.
        Profile => "profile",
        /// The router gets the secret that it lacks.
        Secret => "secret",
        /// The router gets what stands for a line that is no PPPoE one: its address, its lease, its hotspot user.
        Entries => "entries",
        /// Open as it is, its own queue, its lease or its hotspot user gets what its package has.
        Limit => "limit",
    }
}

/// A line of a plan.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct PlanLine {
    /// Key.
    pub id: i64,
    /// Of which plan.
    pub plan_id: i64,
    /// The line.
    pub customer_id: i64,
    /// Where it ends.
    pub router_id: i64,
    /// What it becomes.
    #[sqlx(try_from = "crate::column::Word")]
    pub action: Access,
    /// By what.
    #[sqlx(try_from = "crate::column::Word")]
    pub repair: Repair,
    /// Why.
    pub reason: String,
    /// What is owed.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// Where it stands.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: LineState,
    /// What stood on the router before; of a line that is still to be done, what stood there when it was planned.
    #[sqlx(try_from = "crate::column::MaybeJson")]
    pub before: Option<Value>,
    /// What was written there.
    #[sqlx(try_from = "crate::column::MaybeJson")]
    pub after: Option<Value>,
    /// What a try found there before it sent anything; the first that did says it.
    #[sqlx(try_from = "crate::column::MaybeJson")]
    pub found: Option<Value>,
    /// Why it failed, was skipped or kept.
    pub error: Option<String>,
    /// When it came to its end.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub finished_at: Option<Timestamp>,
}

/// A line to be planned.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// The line.
    pub customer_id: i64,
    /// Where it ends.
    pub router_id: i64,
    /// What it becomes.
    pub action: Access,
    /// By what.
    pub repair: Repair,
    /// What stood on the router when it was planned; with it the line is changed only while that still stands there.
    pub before: Option<Value>,
    /// Why.
    pub reason: String,
    /// What is owed.
    pub amount: Rupiah,
}

/// What became of a line.
#[derive(Clone, Copy, Debug)]
pub struct LineOutcome<'a> {
    /// Where it stands now.
    pub state: LineState,
    /// What stood on the router before; `None` leaves what was kept.
    pub before: Option<&'a Value>,
    /// What was written there; `None` leaves what was kept.
    pub after: Option<&'a Value>,
    /// Why it failed, was skipped or kept.
    pub error: Option<&'a str>,
}

/// Adds lines to a plan.
///
/// # Errors
/// [`crate::Promise::PlanLine`] when a customer stands in it already; [`Error::ForeignKey`].
pub async fn insert_lines(tx: &mut Tx, plan_id: i64, lines: &[NewLine]) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "INSERT INTO plan_lines (plan_id, customer_id, router_id, action, repair, before, reason, amount, state)
         VALUES",
        "",
        lines,
        |line| [
            plan_id,
            line.customer_id,
            line.router_id,
            line.action.as_str(),
            line.repair.as_str(),
            line.before.as_ref().map(Column::held),
            line.reason.as_str(),
            line.amount.held(),
            LineState::Planned.as_str()
        ]
    );
    Ok(())
}

/// The lines of a plan, in its order.
///
/// # Errors
/// Whatever the database says.
pub async fn lines(tx: &mut Tx, plan_id: i64) -> Result<Vec<PlanLine>> {
    sql!(
        tx,
        fetch_all::<PlanLine>,
        "SELECT * FROM plan_lines WHERE plan_id = $1 ORDER BY id",
        plan_id
    )
}

/// The plans' lines for one customer, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn lines_of_customer(tx: &mut Tx, customer_id: i64, limit: i64) -> Result<Vec<PlanLine>> {
    sql!(
        tx,
        fetch_all::<PlanLine>,
        "SELECT * FROM plan_lines WHERE customer_id = $1 ORDER BY id DESC LIMIT $2",
        customer_id,
        limit
    )
}

/// Takes lines out that have not been done, and gives how many that were.
///
/// # Errors
/// Whatever the database says.
pub async fn strike(tx: &mut Tx, plan_id: i64, customers: &[i64], now: Timestamp) -> Result<u64> {
    let mut struck = 0;
    for some in customers.chunks(500) {
        let text = format!(
            "UPDATE plan_lines SET state = 'struck', finished_at = $2
             WHERE plan_id = $1 AND state = 'planned' AND customer_id IN ({})",
            rows::placeholders(3, some.len())
        );
        struck += sql!(tx, execute, AssertSqlSafe(text), plan_id, now.held(); each some.iter().copied())?;
    }
    Ok(struck)
}

/// The customers whose lines a person took out of the plans of a day that were let through. What a plan left out because it
/// was stopped is not among them; that says why.
///
/// # Errors
/// Whatever the database says.
pub async fn struck_on(tx: &mut Tx, day: Date) -> Result<Vec<i64>> {
    let struck = sql!(
        tx,
        fetch_all::<(i64,)>,
        "SELECT DISTINCT l.customer_id FROM plan_lines l JOIN plans p ON p.id = l.plan_id
         WHERE p.as_of = $1 AND p.kind = 'overdue' AND p.state IN ('approved', 'applying', 'applied')
         AND l.state = 'struck' AND l.error IS NULL AND l.action = 'closed' ORDER BY l.customer_id",
        day.held()
    )?;
    Ok(struck.into_iter().map(|(id,)| id).collect())
}

/// The lines that plans of a day would have closed when somebody stopped them, and that no later plan took up:
/// `(customer, who stopped it)`.
///
/// # Errors
/// Whatever the database says.
pub async fn stopped_on(tx: &mut Tx, day: Date) -> Result<Vec<(i64, String)>> {
    sql!(
        tx,
        fetch_all::<(i64, String)>,
        "SELECT l.customer_id, MAX(p.cancelled_by) FROM plan_lines l JOIN plans p ON p.id = l.plan_id
         WHERE p.as_of = $1 AND p.cancelled_by IS NOT NULL AND p.state IN ('applying', 'applied')
         AND l.state = 'struck' AND l.error IS NOT NULL AND l.action = 'closed' AND l.repair = 'access'
         AND NOT EXISTS (SELECT 1 FROM plan_lines n JOIN plans m ON m.id = n.plan_id
           WHERE n.customer_id = l.customer_id AND n.plan_id > l.plan_id AND n.state <> 'struck'
           AND m.state IN ('approved', 'applying', 'applied'))
         GROUP BY l.customer_id ORDER BY l.customer_id",
        day.held()
    )
}

/// Takes lines back in that a person took out, and gives how many that were.
///
/// # Errors
/// Whatever the database says.
pub async fn unstrike(tx: &mut Tx, plan_id: i64, customers: &[i64]) -> Result<u64> {
    let mut back = 0;
    for some in customers.chunks(500) {
        let text = format!(
            "UPDATE plan_lines SET state = 'planned', finished_at = NULL
             WHERE plan_id = $1 AND state = 'struck' AND error IS NULL AND customer_id IN ({})",
            rows::placeholders(2, some.len())
        );
        back += sql!(tx, execute, AssertSqlSafe(text), plan_id; each some.iter().copied())?;
    }
    Ok(back)
}

/// Takes these lines out of their plan, as far as they are still to be done, and says why.
///
/// # Errors
/// Whatever the database says.
pub async fn take_out(tx: &mut Tx, lines: &[i64], why: &str, now: Timestamp) -> Result<()> {
    for some in lines.chunks(500) {
        let text = format!(
            "UPDATE plan_lines SET state = 'struck', error = $1, finished_at = $2
             WHERE state = 'planned' AND id IN ({})",
            rows::placeholders(3, some.len())
        );
        sql!(tx, execute, AssertSqlSafe(text), why, now.held(); each some.iter().copied())?;
    }
    Ok(())
}

/// Notes what became of a line.
///
/// # Errors
/// [`Error::Stale`] when there is no such line.
pub async fn set_line(tx: &mut Tx, line_id: i64, outcome: LineOutcome<'_>, now: Timestamp) -> Result<()> {
    set_lines(tx, &[(line_id, outcome)], now).await
}

/// Notes what became of lines, each of which is named once.
///
/// # Errors
/// [`Error::Stale`] when one of them is not there.
pub async fn set_lines(tx: &mut Tx, lines: &[(i64, LineOutcome<'_>)], now: Timestamp) -> Result<()> {
    let changed = sql_rows!(
        tx,
        execute,
        "WITH ended (id, state, before, after, error, finished_at) AS (VALUES",
        ") UPDATE plan_lines SET state = ended.state, before = COALESCE(ended.before, plan_lines.before),
           after = COALESCE(ended.after, plan_lines.after), error = ended.error, finished_at = ended.finished_at
         FROM ended WHERE plan_lines.id = ended.id",
        lines,
        |line| [
            line.0,
            line.1.state.as_str(),
            line.1.before.map(Column::held),
            line.1.after.map(Column::held),
            line.1.error,
            now.held()
        ]
    );
    let is_each = usize::try_from(changed).is_ok_and(|changed| changed == lines.len());
    if is_each { Ok(()) } else { Err(Error::Stale) }
}

/// How many lines of a plan stand where.
///
/// # Errors
/// Whatever the database says.
pub async fn tally(tx: &mut Tx, plan_id: i64) -> Result<Vec<(String, i64)>> {
    sql!(
        tx,
        fetch_all::<(String, i64)>,
        "SELECT state, COUNT(*) FROM plan_lines WHERE plan_id = $1 GROUP BY state ORDER BY state",
        plan_id
    )
}

/// A line that is still to be done, or failed and may yet be, with what its plan says.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct OpenLine {
    /// The line.
    #[sqlx(flatten)]
    pub line: PlanLine,
    /// The civil day that its plan decides for.
    #[sqlx(try_from = "crate::column::Civil")]
    pub as_of: jiff::civil::Date,
    /// When its plan was let through.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub approved_at: Option<Timestamp>,
}

/// The lines for these customers in plans that are being carried out, newest first. A line that failed is among them, for
/// its job tries again; one of a plan that was stopped is not.
///
/// # Errors
/// Whatever the database says.
pub async fn open_lines(tx: &mut Tx, customers: &[i64]) -> Result<Vec<OpenLine>> {
    let mut found = Vec::new();
    for some in customers.chunks(500) {
        let text = format!(
            "SELECT l.*, p.as_of, p.approved_at FROM plan_lines l JOIN plans p ON p.id = l.plan_id
             WHERE l.state IN ('planned', 'failed') AND p.state IN ('waiting', 'approved', 'applying', 'applied')
             AND p.cancelled_at IS NULL AND l.customer_id IN ({}) ORDER BY l.id DESC",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<OpenLine>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// The lines with these ids, by id.
///
/// # Errors
/// Whatever the database says.
pub async fn find_lines(tx: &mut Tx, ids: &[i64]) -> Result<Vec<PlanLine>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let text = format!(
            "SELECT * FROM plan_lines WHERE id IN ({}) ORDER BY id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<PlanLine>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// Of these lines, those that a later plan did again: `(line, that plan)`, the newest plan of each.
///
/// # Errors
/// Whatever the database says.
pub async fn done_later(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        let text = format!(
            "SELECT l.id, MAX(n.plan_id) FROM plan_lines l
             JOIN plan_lines n ON n.customer_id = l.customer_id AND n.plan_id > l.plan_id AND n.state = 'done'
             WHERE l.id IN ({}) GROUP BY l.id ORDER BY l.id",
            rows::placeholders(1, some.len())
        );
        found.extend(sql!(tx, fetch_all::<(i64, i64)>, AssertSqlSafe(text); each some.iter().copied())?);
    }
    Ok(found)
}

/// Notes why a line still waits; it has not come to its end.
///
/// # Errors
/// Whatever the database says.
pub async fn note_line(tx: &mut Tx, line_id: i64, why: &str) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE plan_lines SET error = $2 WHERE id = $1",
        line_id,
        why
    )?;
    Ok(())
}

/// Notes on lines that were done why they are not taken back; `None` takes such a note off.
///
/// # Errors
/// Whatever the database says.
pub async fn note_done(tx: &mut Tx, lines: &[i64], why: Option<&str>) -> Result<()> {
    for some in lines.chunks(500) {
        let text = format!(
            "UPDATE plan_lines SET error = $1 WHERE state = 'done' AND id IN ({})",
            rows::placeholders(2, some.len())
        );
        sql!(tx, execute, AssertSqlSafe(text), why; each some.iter().copied())?;
    }
    Ok(())
}

/// Keeps what stands on the router of lines before anything is sent to them: `(line, what it says)`, each line once. What an
/// earlier try kept stays.
///
/// # Errors
/// Whatever the database says.
pub async fn note_found(tx: &mut Tx, found: &[(i64, Value)]) -> Result<()> {
    sql_rows!(
        tx,
        execute,
        "WITH seen (id, found) AS (VALUES",
        ") UPDATE plan_lines SET found = seen.found FROM seen
           WHERE plan_lines.id = seen.id AND plan_lines.found IS NULL",
        found,
        |line| [line.0, line.1.held()]
    );
    Ok(())
}

/// Takes out what has not been tried of a plan that is taken back, and gives how many lines that were. What failed keeps
/// its reason.
///
/// # Errors
/// Whatever the database says.
pub async fn close_open(tx: &mut Tx, plan_id: i64, why: &str, now: Timestamp) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE plan_lines SET state = 'struck', error = $2, finished_at = $3
         WHERE plan_id = $1 AND state = 'planned'",
        plan_id,
        why,
        now.held()
    )
}

/// How many lines of a plan wait for a job that is due or runs; `key` is what stands before the customer's id in the job's
/// key. Lines whose router is away are not among them.
///
/// # Errors
/// Whatever the database says.
pub async fn in_work(tx: &mut Tx, plan_id: i64, key: &str, now: Timestamp) -> Result<i64> {
    let (lines,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM plan_lines l JOIN jobs j ON j.key = $2 || CAST(l.customer_id AS TEXT)
         WHERE l.plan_id = $1 AND l.state = 'planned'
         AND (j.state = 'running' OR (j.state = 'queued' AND j.run_at <= $3))",
        plan_id,
        key,
        now.held()
    )?;
    Ok(lines)
}

/// Takes what was written about a person out of the lines of plans, on their request; gives how many it was. What was sent
/// to the router and when stays.
///
/// # Errors
/// Whatever the database says.
pub async fn erase_of(tx: &mut Tx, customer_id: i64, erased: &str) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE plan_lines SET reason = $2, error = CASE WHEN error IS NULL THEN NULL ELSE $2 END
         WHERE customer_id = $1 AND (reason <> $2 OR COALESCE(error, $2) <> $2)",
        customer_id,
        erased
    )
}
