//! "Prepare this router": what is there and what would be changed, changing it, and taking it away again. A router in
//! mode `observe` is shown and left alone. A refusal in the middle is an answer that says how far it went, not an error:
//! whatever stands on the router then is known by its mark and goes with the removal.

use billing::{ConnectionType, StaticIsolation};
use serde::Deserialize;
use store::routers::Router;
use utoipa::ToSchema;

use super::overlap::{self, Overlap};
use super::pool::Range;
use super::reach;
use super::record::{self, Record};
use super::report::{Preparation, disagrees};
use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::logs::{self, Entry};
use crate::network::isolation_page::{self as rules, Found, KeptProfile, Plan, Sent, Wanted};
use crate::network::{Session, require_managed};
use crate::office::{Call, Request};

/// Shows what is there and what would be done.
#[derive(Clone, Debug)]
pub struct PreviewPreparation {
    /// The router.
    pub router_id: i64,
    /// The pool as [`PreparePage`] has it.
    pub pool: Option<String>,
    /// Whether to show the removal instead.
    pub removing: bool,
}

impl Request for PreviewPreparation {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = Preparation;

    async fn run(self, call: &Call<'_>) -> Result<Preparation> {
        let session = session(call, self.router_id).await?;
        let work = Work::begin(call, &session, self.pool.as_deref(), self.removing).await?;
        Ok(work.told(call, None, None))
    }
}

/// Prepares a router. Doing it twice changes nothing twice.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PreparePage {
    /// The router; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// The addresses of closed lines, `10.77.1.10-10.77.1.250` or `10.77.1.0/24`; no other router may have them. Absent:
    /// as it was prepared before. Empty: without a pool.
    pub pool: Option<String>,
}

impl Request for PreparePage {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = Preparation;

    async fn run(self, call: &Call<'_>) -> Result<Preparation> {
        let session = session(call, self.router_id).await?;
        require_managed(&session.router)?;
        let work = Work::begin(call, &session, self.pool.as_deref(), false).await?;
        // A pool that the router's own profile makes needless is not kept from the other routers.
        let pool = work.pool.clone().filter(|_| work.plan.own_addresses.is_none());
        let mut tx = call.begin().await?;
        if let Some(range) = &pool {
            record::require_free(&mut tx, self.router_id, range.parse()?).await?;
        }
        let record = Record {
            pool,
            profile: session.router.details.isolated_profile.clone(),
            written: work.plan.kept.clone(),
        };
        record::write(&mut tx, call, self.router_id, &record).await?;
        tx.commit().await?;
        let (sent, left) = work.send(call, &session).await?;
        let told = work.told(call, Some(&sent), left.as_ref());
        work.log(call, &sent, left.as_ref(), "isolation_page_prepared")
            .await?;
        Ok(told)
    }
}

/// Takes everything of ours off a router again, but for what alone keeps lines closed; what the office made itself stays.
#[derive(Clone, Copy, Debug)]
pub struct RemovePreparation {
    /// The router.
    pub router_id: i64,
}

impl Request for RemovePreparation {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = Preparation;

    async fn run(self, call: &Call<'_>) -> Result<Preparation> {
        let session = session(call, self.router_id).await?;
        require_managed(&session.router)?;
        let work = Work::begin(call, &session, None, true).await?;
        let (sent, left) = work.send(call, &session).await?;
        if sent.failure.is_none() && left.is_none() {
            let mut tx = call.begin().await?;
            if work.plan.kept == KeptProfile::default() {
                record::forget(&mut tx, self.router_id).await?;
            } else {
                let record = Record {
                    pool: None,
                    profile: session.router.details.isolated_profile.clone(),
                    written: work.plan.kept.clone(),
                };
                record::write(&mut tx, call, self.router_id, &record).await?;
            }
            tx.commit().await?;
        }
        let told = work.told(call, Some(&sent), left.as_ref());
        work.log(call, &sent, left.as_ref(), "isolation_page_removed")
            .await?;
        Ok(told)
    }
}

async fn session(call: &Call<'_>, router_id: i64) -> Result<Session> {
    let mut tx = call.read().await?;
    if store::routers::find(&mut tx, router_id).await?.is_none() {
        return Err(Error::missing("Router", "router"));
    }
    drop(tx);
    Ok(call.office.network().glance(call.office, router_id).await?)
}

/// A router that was read, and what is to be done on it.
pub(super) struct Work {
    pub router: Router,
    pub wanted: Option<Wanted>,
    pub pool: Option<String>,
    record: Record,
    /// Whether lines are closed by the isolation list.
    by_list: bool,
    pub found: Found,
    pub plan: Plan,
    /// What the pool overlaps, where it was prepared so before; a pool that is asked for anew is refused instead.
    pub overlaps: Option<Overlap>,
    /// The router's networks that the pool lies in; a person should know.
    pub within: Vec<String>,
    /// How many addresses the pool has and how many PPPoE lines may need one, where there are too few.
    pub too_small: Option<(u32, i64)>,
}

impl Work {
    async fn begin(call: &Call<'_>, session: &Session, pool: Option<&str>, removing: bool) -> Result<Work> {
        let router = session.router.clone();
        let mut tx = call.read().await?;
        let record = record::read(&mut tx, router.id).await?.unwrap_or_default();
        // Lines with a lease are closed by the list on every router.
        let by_list = router.details.static_isolation == StaticIsolation::AddressList
            || store::customers::any_of_kind(&mut tx, router.id, ConnectionType::Dhcp).await?;
        drop(tx);
        let (wanted, pool) = if removing {
            (None, record.pool.clone())
        } else {
            let page = reach::the_address(&call.settings)?;
            let pool = the_pool(pool, &record, page.0)?;
            let wanted = Wanted {
                page,
                hosts: reach::hosts(&call.settings),
                pool: pool.clone(),
            };
            (Some(wanted), pool)
        };
        let found = read(call, session).await?;
        let plan = plan(&router, wanted.as_ref(), &record, &found, by_list);
        let (mut overlaps, mut within, mut too_small) = (None, Vec::new(), None);
        // A pool that the router's own profile makes needless overlaps nothing.
        if let Some(range) = pool
            .as_deref()
            .filter(|_| wanted.is_some() && plan.own_addresses.is_none())
        {
            let range: Range = range.parse()?;
            let is_new = pool != record.pool;
            let mut tx = call.read().await?;
            if is_new {
                record::require_free(&mut tx, router.id, range).await?;
            }
            overlaps = overlap::of(&mut tx, range, &found.taken).await?;
            within = overlap::networks(range, &found.taken);
            let lines = store::customers::count_of_kind(&mut tx, router.id, ConnectionType::Pppoe).await?;
            too_small = (i64::from(range.size()) < lines).then(|| (range.size(), lines));
            if is_new && let Some(overlap) = &overlaps {
                return Err(overlap.refusal());
            }
        }
        Ok(Work {
            router,
            wanted,
            pool,
            record,
            by_list,
            found,
            plan,
            overlaps,
            within,
            too_small,
        })
    }

    /// Sends the plan and reads back. What is left to do afterwards is given, where the router took everything and is
    /// still not as it should be.
    async fn send(&self, call: &Call<'_>, session: &Session) -> Result<(Sent, Option<Plan>)> {
        let sent = rules::send(session, &self.plan).await;
        if let Some(failure) = &sent.failure {
            if failure.is_of_router() {
                call.office
                    .network()
                    .lost(call.office, &self.router, failure)
                    .await?;
            }
            return Ok((sent, None));
        }
        if self.plan.is_done() {
            return Ok((sent, None));
        }
        let found = read(call, session).await?;
        let left = plan(
            &self.router,
            self.wanted.as_ref(),
            &self.record,
            &found,
            self.by_list,
        );
        Ok((sent, Some(left).filter(|left| !left.is_done())))
    }

    async fn log(&self, call: &Call<'_>, sent: &Sent, left: Option<&Plan>, act: &'static str) -> Result<()> {
        let steps: Vec<serde_json::Value> = self
            .plan
            .steps
            .iter()
            .zip(&sent.outcomes)
            .filter_map(|(step, outcome)| {
                let outcome = (*outcome)?;
                Some(serde_json::json!({
                    "menu": step.menu, "name": step.name, "action": step.action, "rule": step.rule, "outcome": outcome,
                }))
            })
            .collect();
        let name = &self.router.details.name;
        let entry = match (&sent.failure, left) {
            (None, None) if steps.is_empty() => Entry::skipped(
                act,
                (
                    format!("Router {name} sudah sesuai"),
                    format!("Router {name} is as it should be already"),
                ),
            ),
            (None, None) if self.wanted.is_some() => Entry::done(
                act,
                (
                    format!("Router {name} disiapkan untuk halaman isolir"),
                    format!("Router {name} was prepared for the page that closed lines see"),
                ),
            ),
            (None, None) => Entry::done(
                act,
                (
                    format!("Router {name} dibersihkan dari halaman isolir"),
                    format!("What the page of closed lines needs was taken off router {name}"),
                ),
            ),
            (Some(failure), _) => Entry::failed(act, of_router(name, &failure.sentence())),
            (None, Some(left)) => Entry::failed(act, of_router(name, &disagrees(left))),
        };
        let entry = entry
            .about("router", self.router.id, name)
            .detail(serde_json::json!({ "steps": steps, "pool": self.pool }));
        let mut tx = call.begin().await?;
        logs::record(&mut tx, call, entry).await?;
        Ok(tx.commit().await?)
    }
}

fn of_router(name: &str, sentence: &Sentence) -> Sentence {
    Sentence::new(
        format!("Router {name}: {}", sentence.id),
        format!("Router {name}: {}", sentence.en),
    )
}

async fn read(call: &Call<'_>, session: &Session) -> Result<Found> {
    match rules::read(session).await {
        Ok(found) => Ok(found),
        Err(failure) => Err(session.gone(call.office, failure).await),
    }
}

fn plan(router: &Router, wanted: Option<&Wanted>, record: &Record, found: &Found, by_list: bool) -> Plan {
    let isolated = router.details.isolated_profile.as_str();
    let written = record.written_into(isolated);
    match wanted {
        Some(wanted) => Plan::to_prepare(found, wanted, isolated, by_list, &written),
        None => Plan::to_remove(found, isolated, &written),
    }
}

/// The pool that is asked for, as the router writes it: the one of before when nothing was said.
fn the_pool(asked: Option<&str>, record: &Record, page: std::net::Ipv4Addr) -> Result<Option<String>> {
    let Some(asked) = asked.map(str::trim).or(record.pool.as_deref()) else {
        return Ok(None);
    };
    if asked.is_empty() {
        return Ok(None);
    }
    let range: Range = asked.parse()?;
    // One of before stays until somebody asks for another: the router has it already.
    if record.pool.as_deref() != Some(range.to_string().as_str()) {
        range.require_private()?;
    }
    if range.contains(page) {
        return Err(Error::invalid(
            "pool_holds_page",
            format!("Rentang {range} memuat alamat halaman sendiri ({page}). Pilih rentang lain."),
            format!("The range {range} contains the page's own address ({page}). Choose another."),
        ));
    }
    Ok(Some(range.to_string()))
}
