//! The list of desks: who is there, which of them runs the schedule, and which routers each can log in to.

use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::desks::presence::ABSENT_AFTER;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::schedule::SCHEDULER;

/// The desks of the office.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DesksView {
    /// Each desk that ever worked here, by name.
    pub desks: Vec<DeskView>,
    /// Routers in use whose passwords no desk has that is there: nobody works for them.
    pub unknown_routers: Vec<DeskRouter>,
    /// Until when a code for a further desk may be used, epoch milliseconds.
    pub pairing_until: Option<i64>,
}

/// A desk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeskView {
    /// Names its place for secrets.
    pub id: String,
    /// What the machine is called.
    pub name: String,
    /// The program's version there.
    pub version: String,
    /// When it was last heard of, epoch milliseconds, by the database's clock.
    pub last_seen_at: i64,
    /// Whether it is there now.
    pub is_present: bool,
    /// Whether it is the desk that answers.
    pub is_this: bool,
    /// Whether it runs the schedule now.
    pub holds_schedule: bool,
    /// The routers whose passwords it has.
    pub routers: Vec<DeskRouter>,
}

/// A router, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeskRouter {
    /// The router's id.
    pub id: i64,
    /// Its name in the office.
    pub name: String,
}

/// Lists the desks.
#[derive(Debug)]
pub struct ListDesks;

impl Request for ListDesks {
    const ABILITY: Ability = Ability::SettingsRead;
    type Answer = DesksView;

    async fn run(self, call: &Call<'_>) -> Result<DesksView> {
        let mut tx = call.read().await?;
        let routers = store::routers::all(&mut tx).await?;
        let present = store::desks::present(&mut tx, ABSENT_AFTER).await?;
        let holder = store::leases::holder(&mut tx, SCHEDULER).await?;
        let holder = holder.as_deref().and_then(|copy| copy.split_once('/'));
        let is_present = |id: &str| present.iter().any(|desk| desk.id == id);
        let desks = store::desks::all(&mut tx)
            .await?
            .into_iter()
            .map(|desk| DeskView {
                is_present: is_present(&desk.id),
                is_this: desk.id == call.office.desk_id(),
                holds_schedule: holder.is_some_and(|(holder, _)| holder == desk.id),
                routers: routers
                    .iter()
                    .filter(|router| desk.reaches(router.id))
                    .map(named)
                    .collect(),
                last_seen_at: desk.last_seen_at.as_millisecond(),
                id: desk.id,
                name: desk.name,
                version: desk.version,
            });
        let desks = desks.collect();
        let unknown = routers
            .iter()
            .filter(|router| router.details.is_active)
            .filter(|router| !present.iter().any(|desk| desk.reaches(router.id)));
        Ok(DesksView {
            desks,
            unknown_routers: unknown.map(named).collect(),
            pairing_until: store::pairings::open_until(&mut tx)
                .await?
                .map(|until| until.as_millisecond()),
        })
    }
}

fn named(router: &store::routers::Router) -> DeskRouter {
    DeskRouter {
        id: router.id,
        name: router.details.name.clone(),
    }
}

/// Takes a desk off the list that is gone for good. One that is there stays on it.
#[derive(Debug)]
pub struct ForgetDesk {
    /// Which.
    pub id: String,
}

impl Request for ForgetDesk {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        let mut tx = call.begin().await?;
        let all = store::desks::all(&mut tx).await?;
        let desk = all
            .into_iter()
            .find(|desk| desk.id == self.id)
            .ok_or_else(|| Error::missing("Komputer", "desk"))?;
        let present = store::desks::present(&mut tx, ABSENT_AFTER).await?;
        if present.iter().any(|there| there.id == desk.id) {
            return Err(Error::conflict(
                "desk_present",
                format!(
                    "Komputer {} masih menyala. Tutup dahulu Sambung di sana.",
                    desk.name
                ),
                format!(
                    "The computer {} is still on. Quit Sambung there first.",
                    desk.name
                ),
            ));
        }
        store::desks::forget(&mut tx, &desk.id).await?;
        let entry = Entry::done(
            "desk_forgotten",
            (
                format!("Komputer {} dihapus dari daftar", desk.name),
                format!("The computer {} was taken off the list", desk.name),
            ),
        )
        .detail(serde_json::json!({ "desk": desk.id }));
        logs::record(&mut tx, call, entry).await?;
        Ok(tx.commit().await?)
    }
}
