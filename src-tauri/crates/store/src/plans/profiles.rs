//! The profiles of a plan: what each said before, so that it can be brought back.

use billing::ConnectionType;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::column::Column;
use crate::error::{Error, Result};
use crate::plans::LineState;
use crate::transaction::{Tx, sql};

/// A profile of a plan.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct PlanProfile {
    /// Key.
    pub id: i64,
    /// Of which plan.
    pub plan_id: i64,
    /// On which router.
    pub router_id: i64,
    /// Of which lines it is.
    #[sqlx(try_from = "crate::column::Word")]
    pub connection_type: ConnectionType,
    /// Its name there.
    pub profile: String,
    /// The code of its package; `None` for the profile of closed lines.
    pub package: Option<String>,
    /// The limit that it was to have when it was planned.
    pub wanted: String,
    /// How many lines it limited then.
    pub lines: i64,
    /// Where it stands.
    #[sqlx(try_from = "crate::column::Word")]
    pub state: LineState,
    /// What stood on the router when it was planned; it is changed only while that still stands there.
    #[sqlx(try_from = "crate::column::Json")]
    pub before: Value,
    /// What was written there; of one that is still to be done, what was about to be written.
    #[sqlx(try_from = "crate::column::MaybeJson")]
    pub after: Option<Value>,
    /// Why it failed, was skipped or kept.
    pub error: Option<String>,
    /// When it came to its end.
    #[sqlx(try_from = "crate::column::MaybeMillis")]
    pub finished_at: Option<Timestamp>,
}

/// A profile to be planned.
#[derive(Clone, Debug)]
pub struct NewProfile {
    /// On which router.
    pub router_id: i64,
    /// Of which lines it is.
    pub connection_type: ConnectionType,
    /// Its name there.
    pub profile: String,
    /// The code of its package.
    pub package: Option<String>,
    /// The limit that it is to have.
    pub wanted: String,
    /// How many lines it limits.
    pub lines: i64,
    /// What stands on the router.
    pub before: Value,
}

/// What became of a profile.
#[derive(Clone, Copy, Debug)]
pub struct ProfileOutcome<'a> {
    /// Where it stands now.
    pub state: LineState,
    /// What was written there; `None` leaves what was kept.
    pub after: Option<&'a Value>,
    /// Why it failed, was skipped or kept.
    pub error: Option<&'a str>,
}

/// A profile that taking a plan back left with another limit than its package's.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldProfile {
    /// Of which lines it is.
    #[sqlx(try_from = "crate::column::Word")]
    pub connection_type: ConnectionType,
    /// Its name.
    pub profile: String,
    /// The limit that the plan had given it.
    pub wanted: String,
    /// The last day on which it stays as it is.
    #[sqlx(try_from = "crate::column::Civil")]
    pub until: Date,
}

impl HeldProfile {
    /// Whether it is this profile, which would be given this limit again.
    #[must_use]
    pub fn keeps(&self, kind: ConnectionType, profile: &str, wanted: &str) -> bool {
        self.connection_type == kind && self.profile == profile && self.wanted == wanted
    }
}

/// Adds profiles to a plan. The same profile leaves every older plan in which it is still to be done.
///
/// # Errors
/// [`Error::ForeignKey`]; a profile that is named twice.
pub async fn insert_profiles(
    tx: &mut Tx,
    plan_id: i64,
    profiles: &[NewProfile],
    superseded: &str,
    now: Timestamp,
) -> Result<()> {
    for profile in profiles {
        sql!(
            tx,
            execute,
            "UPDATE plan_profiles SET state = 'skipped', error = $4, finished_at = $5
             WHERE router_id = $1 AND connection_type = $2 AND profile = $3 AND plan_id <> $6
             AND state IN ('planned', 'failed')",
            profile.router_id,
            profile.connection_type.as_str(),
            profile.profile.as_str(),
            superseded,
            now.held(),
            plan_id
        )?;
        sql!(
            tx,
            execute,
            "INSERT INTO plan_profiles (plan_id, router_id, connection_type, profile, package, wanted, lines, state, before)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', $8)",
            plan_id,
            profile.router_id,
            profile.connection_type.as_str(),
            profile.profile.as_str(),
            profile.package.as_deref(),
            profile.wanted.as_str(),
            profile.lines,
            profile.before.held()
        )?;
    }
    Ok(())
}

/// The plans in which these profiles are still to be done, in order.
///
/// # Errors
/// Whatever the database says.
pub async fn plans_of_open_profiles(tx: &mut Tx, profiles: &[NewProfile]) -> Result<Vec<i64>> {
    let mut plans = Vec::new();
    for profile in profiles {
        let found = sql!(
            tx,
            fetch_all::<(i64,)>,
            "SELECT plan_id FROM plan_profiles
             WHERE router_id = $1 AND connection_type = $2 AND profile = $3 AND state IN ('planned', 'failed')",
            profile.router_id,
            profile.connection_type.as_str(),
            profile.profile.as_str()
        )?;
        plans.extend(found.into_iter().map(|(id,)| id));
    }
    plans.sort_unstable();
    plans.dedup();
    Ok(plans)
}

/// The profiles of a plan, in its order.
///
/// # Errors
/// Whatever the database says.
pub async fn profiles(tx: &mut Tx, plan_id: i64) -> Result<Vec<PlanProfile>> {
    sql!(
        tx,
        fetch_all::<PlanProfile>,
        "SELECT * FROM plan_profiles WHERE plan_id = $1 ORDER BY id",
        plan_id
    )
}

/// The profile of a plan with this id.
///
/// # Errors
/// Whatever the database says.
pub async fn find_profile(tx: &mut Tx, id: i64) -> Result<Option<PlanProfile>> {
    sql!(
        tx,
        fetch_optional::<PlanProfile>,
        "SELECT * FROM plan_profiles WHERE id = $1",
        id
    )
}

/// The same while it is still to be done, or failed and may yet be, and its plan was not stopped.
///
/// # Errors
/// Whatever the database says.
pub async fn open_profile(tx: &mut Tx, id: i64) -> Result<Option<PlanProfile>> {
    sql!(
        tx,
        fetch_optional::<PlanProfile>,
        "SELECT f.* FROM plan_profiles f JOIN plans p ON p.id = f.plan_id
         WHERE f.id = $1 AND f.state IN ('planned', 'failed') AND p.state IN ('approved', 'applying', 'applied')
         AND p.cancelled_at IS NULL",
        id
    )
}

/// How many profiles of a plan stand where.
///
/// # Errors
/// Whatever the database says.
pub async fn tally_profiles(tx: &mut Tx, plan_id: i64) -> Result<Vec<(String, i64)>> {
    sql!(
        tx,
        fetch_all::<(String, i64)>,
        "SELECT state, COUNT(*) FROM plan_profiles WHERE plan_id = $1 GROUP BY state ORDER BY state",
        plan_id
    )
}

/// Notes what is about to be written, so that a try that is cut off is known for our own by the next one.
///
/// # Errors
/// Whatever the database says.
pub async fn intend_profile(tx: &mut Tx, id: i64, after: &Value) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE plan_profiles SET after = $2 WHERE id = $1 AND state IN ('planned', 'failed')",
        id,
        after.held()
    )?;
    Ok(())
}

/// Notes what became of a profile.
///
/// # Errors
/// [`Error::Stale`] when there is no such profile.
pub async fn set_profile(tx: &mut Tx, id: i64, outcome: ProfileOutcome<'_>, now: Timestamp) -> Result<()> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE plan_profiles SET state = $2, after = COALESCE($3, after), error = $4, finished_at = $5 WHERE id = $1",
        id,
        outcome.state.as_str(),
        outcome.after.map(Column::held),
        outcome.error,
        now.held()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Notes why a profile still waits; it has not come to its end.
///
/// # Errors
/// Whatever the database says.
pub async fn note_profile(tx: &mut Tx, id: i64, why: &str) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE plan_profiles SET error = $2 WHERE id = $1",
        id,
        why
    )?;
    Ok(())
}

/// Notes on a profile that was done why it is not taken back; `None` takes such a note off.
///
/// # Errors
/// Whatever the database says.
pub async fn note_done_profile(tx: &mut Tx, id: i64, why: Option<&str>) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE plan_profiles SET error = $2 WHERE id = $1 AND state = 'done'",
        id,
        why
    )?;
    Ok(())
}

/// Takes a profile out of its plan, as far as it is still to be done, and says why. What failed keeps its reason.
///
/// # Errors
/// Whatever the database says.
pub async fn take_out_profile(tx: &mut Tx, id: i64, why: &str, now: Timestamp) -> Result<()> {
    sql!(
        tx,
        execute,
        "UPDATE plan_profiles SET state = 'struck', error = $2, finished_at = $3 WHERE id = $1 AND state = 'planned'",
        id,
        why,
        now.held()
    )?;
    Ok(())
}

/// The newest later plan that did the same profile again; `None` where none did.
///
/// # Errors
/// Whatever the database says.
pub async fn profile_done_later(tx: &mut Tx, profile: &PlanProfile) -> Result<Option<i64>> {
    let (later,) = sql!(
        tx,
        fetch_one::<(Option<i64>,)>,
        "SELECT MAX(plan_id) FROM plan_profiles
         WHERE router_id = $1 AND connection_type = $2 AND profile = $3 AND plan_id > $4 AND state = 'done'",
        profile.router_id,
        profile.connection_type.as_str(),
        profile.profile.as_str(),
        profile.plan_id
    )?;
    Ok(later)
}

/// The profiles of a router that a plan which was taken back holds as they are, on this day.
///
/// # Errors
/// Whatever the database says.
pub async fn held_profiles(tx: &mut Tx, router_id: i64, day: Date) -> Result<Vec<HeldProfile>> {
    sql!(
        tx,
        fetch_all::<HeldProfile>,
        "SELECT f.connection_type, f.profile, f.wanted, MAX(p.held_until) AS until
         FROM plan_profiles f JOIN plans p ON p.id = f.plan_id
         WHERE f.router_id = $1 AND f.state = 'undone' AND p.held_until >= $2
         GROUP BY f.connection_type, f.profile, f.wanted
         ORDER BY f.connection_type, f.profile, f.wanted",
        router_id,
        day.held()
    )
}
