//! Mass changes of lines: who, why, what will be sent, and what stood there before, so that a change can be undone.

mod lines;
mod profiles;

use billing::Rupiah;
use jiff::Timestamp;
use jiff::civil::Date;

pub use lines::{
    LineOutcome, LineState, NewLine, OpenLine, PlanLine, Repair, close_open, done_later, erase_of,
    find_lines, in_work, insert_lines, lines, lines_of_customer, note_done, note_found, note_line,
    open_lines, set_line, set_lines, stopped_on, strike, struck_on, take_out, tally, unstrike,
};
pub use profiles::{
    HeldProfile, NewProfile, PlanProfile, ProfileOutcome, find_profile, held_profiles, insert_profiles,
    intend_profile, note_done_profile, note_profile, open_profile, plans_of_open_profiles,
    profile_done_later, profiles, set_profile, take_out_profile, tally_profiles,
};

use crate::column::{Column, word_enum};
use crate::error::{Error, Result};
use crate::page::{self, Cursor, Page};
use crate::transaction::{Tx, sql};

word_enum! {
    /// What a plan is for.
    pub enum Kind {
        /// Closing who owes, opening who paid.
        Overdue => "overdue",
        /// Opening who paid.
        Reopen => "reopen",
        /// A person chose the lines.
        Manual => "manual",
        /// Making a router say what it should.
        Reconcile => "reconcile",
        /// Showing the day before who would be closed.
        Preview => "preview",
    }
}

word_enum! {
    /// Where a plan stands.
    pub enum State {
        /// Is only shown; the plan that is carried out is made on its day.
        Preview => "preview",
        /// Waits for a person.
        Waiting => "waiting",
        /// May be carried out.
        Approved => "approved",
        /// Is being carried out.
        Applying => "applying",
        /// Was carried out, line by line as each one's state says.
        Applied => "applied",
        /// Is being taken back.
        Undoing => "undoing",
        /// Was taken back.
        Undone => "undone",
        /// A person, or a later plan, made it needless.
        Dismissed => "dismissed",
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Plan {
    /// Key.
    pub id: i64,
    /// What it is for.
    #[sqlx(try_from = "crate::column::Word")]
    pub kind: Kind,
    /// The civil day that it decides for.
    #[sqlx(try_from = "crate::column::Civil")]
    pub as_of: Date,
    /// Where it stands.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: State,
    /// How many lines it closes.
    pub closing: i64,
    /// How many lines it opens.
    pub opening: i64,
    /// What the closing lines owe.
    #[sqlx(try_from = "crate::column::Amount")]
    pub amount: Rupiah,
    /// How many lines may close without a person.
    pub close_limit: i64,
    /// Why it was made, or why it waits.
    pub reason: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    #[sqlx(try_from = "crate::column::Millis")]
    pub created_at: Timestamp,
    /// Who let it through, or, of a preview, approved ahead what it shows.
    pub approved_by: Option<String>,
    /// When.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub approved_at: Option<Timestamp>,
    /// When its last line was done.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub finished_at: Option<Timestamp>,
    /// Who took it back.
    pub undone_by: Option<String>,
    /// When.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub undone_at: Option<Timestamp>,
    /// The last day on which the lines that taking it back opened stay open; `None` where nothing holds them.
    #[sqlx(try_from = "crate::column::MaybeCivil")]
    pub held_until: Option<Date>,
    /// Who stopped it while it was being carried out or taken back; the last who did.
    pub cancelled_by: Option<String>,
    /// When.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub cancelled_at: Option<Timestamp>,
}

/// A plan to be made.
#[derive(Clone, Debug)]
pub struct NewPlan<'a> {
    /// What it is for.
    pub kind: Kind,
    /// The civil day that it decides for.
    pub as_of: Date,
    /// Waiting, approved, or only shown.
    pub state: State,
    /// How many lines it closes.
    pub closing: i64,
    /// How many lines it opens.
    pub opening: i64,
    /// What the closing lines owe.
    pub amount: Rupiah,
    /// How many lines may close without a person.
    pub close_limit: i64,
    /// Why it is made, or why it waits.
    pub reason: Option<&'a str>,
    /// Who makes it.
    pub created_by: &'a str,
}

/// Records a plan and gives its id; its lines come by [`insert_lines`].
///
/// # Errors
/// Whatever the database says.
pub async fn insert(tx: &mut Tx, plan: &NewPlan<'_>, now: Timestamp) -> Result<i64> {
    Ok(sql!(
        tx,
        fetch_one::<(i64,)>,
        "INSERT INTO plans (kind, as_of, state, closing, opening, amount, close_limit, reason, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        plan.kind.as_str(),
        plan.as_of.held(),
        plan.state.as_str(),
        plan.closing,
        plan.opening,
        plan.amount.held(),
        plan.close_limit,
        plan.reason,
        plan.created_by,
        now.held()
    )?
    .0)
}

/// The plan with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Plan>> {
    sql!(
        tx,
        fetch_optional::<Plan>,
        "SELECT * FROM plans WHERE id = $1",
        id
    )
}

/// The plan with this id, kept from everybody else until the commit. Whoever asks whether the last line of a plan is done
/// takes this first, so that two who finish its last lines at once do not both see the other's as open.
///
/// # Errors
/// [`crate::Error::Busy`] when another desk keeps the plan for longer than the busy time-out.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<Option<Plan>> {
    // SQLite's writer has the whole database, and no words for locking a row.
    let text = if tx.is_postgres() {
        "SELECT * FROM plans WHERE id = $1 FOR NO KEY UPDATE"
    } else {
        "SELECT * FROM plans WHERE id = $1"
    };
    sql!(tx, fetch_optional::<Plan>, text, id)
}

/// The newest plan of a kind that stands so.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(tx: &mut Tx, kind: Kind, state: State) -> Result<Option<Plan>> {
    sql!(
        tx,
        fetch_optional::<Plan>,
        "SELECT * FROM plans WHERE state = $2 AND kind = $1 ORDER BY id DESC LIMIT 1",
        kind.as_str(),
        state.as_str()
    )
}

/// Every plan that stands so, oldest first: what to go on with after a restart.
///
/// # Errors
/// Whatever the database says.
pub async fn in_state(tx: &mut Tx, state: State) -> Result<Vec<Plan>> {
    sql!(
        tx,
        fetch_all::<Plan>,
        "SELECT * FROM plans WHERE state = $1 ORDER BY id",
        state.as_str()
    )
}

/// The newest preview of a day, wherever it stands.
///
/// # Errors
/// Whatever the database says.
pub async fn preview_of(tx: &mut Tx, day: Date) -> Result<Option<Plan>> {
    sql!(
        tx,
        fetch_optional::<Plan>,
        "SELECT * FROM plans WHERE kind = 'preview' AND as_of = $1 ORDER BY id DESC LIMIT 1",
        day.held()
    )
}

/// The previews of a day that a person approved, newest first. One that was put away since, because it was written anew, is
/// among them: what was approved in it was approved.
///
/// # Errors
/// Whatever the database says.
pub async fn approved_previews(tx: &mut Tx, day: Date) -> Result<Vec<Plan>> {
    sql!(
        tx,
        fetch_all::<Plan>,
        "SELECT * FROM plans WHERE kind = 'preview' AND as_of = $1 AND approved_at IS NOT NULL ORDER BY id DESC",
        day.held()
    )
}

/// Takes every approval of a day's previews back, and gives how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn withdraw_approvals(tx: &mut Tx, day: Date) -> Result<u64> {
    sql!(
        tx,
        execute,
        "UPDATE plans SET approved_by = NULL, approved_at = NULL
         WHERE kind = 'preview' AND as_of = $1 AND approved_at IS NOT NULL",
        day.held()
    )
}

/// How many lines the last plans for overdue customers really closed, newest first: what is usual. What was planned and
/// failed, and what was taken back, does not count; a plan that closed nobody, or was stopped half-way, was no cut-off.
///
/// # Errors
/// Whatever the database says.
pub async fn usual_closings(tx: &mut Tx, plans: i64) -> Result<Vec<i64>> {
    let rows = sql!(
        tx,
        fetch_all::<(i64,)>,
        "SELECT COUNT(*) FROM plans p JOIN plan_lines l ON l.plan_id = p.id
         WHERE p.state = 'applied' AND p.kind = 'overdue' AND p.cancelled_at IS NULL AND l.state = 'done'
           AND l.action = 'closed'
         GROUP BY p.id ORDER BY p.id DESC LIMIT $1",
        plans
    )?;
    Ok(rows.into_iter().map(|(closing,)| closing).collect())
}

/// A page of plans, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    tx: &mut Tx,
    state: Option<State>,
    cursor: Option<&Cursor>,
    limit: i64,
) -> Result<Page<Plan>> {
    let state = state.map(State::as_str);
    let (total,) = sql!(
        tx,
        fetch_one::<(i64,)>,
        "SELECT COUNT(*) FROM plans WHERE ($1 IS NULL OR state = $1)",
        state
    )?;
    let items = sql!(
        tx,
        fetch_all::<Plan>,
        "SELECT * FROM plans WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        state,
        cursor.map(|cursor| cursor.id),
        page::ask(limit)
    )?;
    Ok(Page::of(items, limit, total, |plan| Cursor::at(plan.id)))
}

/// A step of a plan, with who takes it where that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// It may be carried out.
    Approve(&'a str),
    /// What is only shown may be carried out on its day; it goes on being only shown.
    ApproveAhead(&'a str),
    /// Its lines are being done.
    Apply,
    /// Its last line is done.
    Finish,
    /// What has not been sent yet is not sent any more.
    Cancel(&'a str),
    /// It is being taken back.
    Undo {
        /// By whom.
        by: &'a str,
        /// The last day on which the lines that this opens stay open.
        held_until: Option<Date>,
    },
    /// It was taken back.
    Undone,
    /// What has not been taken back yet is not taken back any more.
    StopUndo(&'a str),
    /// It is needless.
    Dismiss,
}

/// Moves a plan on.
///
/// # Errors
/// [`Error::Stale`] when it does not stand where this step begins: somebody else was quicker.
pub async fn step(tx: &mut Tx, id: i64, step: Step<'_>, now: Timestamp) -> Result<()> {
    let at = now.held();
    let changed = match step {
        Step::Approve(by) => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'approved', approved_by = $2, approved_at = $3 WHERE id = $1 AND state = 'waiting'",
            id,
            by,
            at
        )?,
        Step::ApproveAhead(by) => sql!(
            tx,
            execute,
            "UPDATE plans SET approved_by = $2, approved_at = $3 WHERE id = $1 AND state = 'preview'",
            id,
            by,
            at
        )?,
        Step::Apply => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'applying' WHERE id = $1 AND state = 'approved'",
            id
        )?,
        Step::Finish => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'applied', finished_at = $2 WHERE id = $1 AND state = 'applying'",
            id,
            at
        )?,
        Step::Cancel(by) => sql!(
            tx,
            execute,
            "UPDATE plans SET cancelled_by = $2, cancelled_at = $3
             WHERE id = $1 AND state = 'applying' AND cancelled_at IS NULL",
            id,
            by,
            at
        )?,
        Step::Undo { by, held_until } => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'undoing', undone_by = $2, undone_at = $3, held_until = $4
             WHERE id = $1 AND state IN ('applied', 'applying')",
            id,
            by,
            at,
            held_until.held()
        )?,
        Step::Undone => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'undone'
             WHERE id = $1 AND (state = 'undoing' OR (state = 'applied' AND undone_at IS NOT NULL))",
            id
        )?,
        Step::StopUndo(by) => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'applied', cancelled_by = $2, cancelled_at = $3,
             finished_at = COALESCE(finished_at, $3) WHERE id = $1 AND state = 'undoing'",
            id,
            by,
            at
        )?,
        Step::Dismiss => sql!(
            tx,
            execute,
            "UPDATE plans SET state = 'dismissed', finished_at = $2
             WHERE id = $1 AND state IN ('waiting', 'approved', 'preview')",
            id,
            at
        )?,
    };
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}
