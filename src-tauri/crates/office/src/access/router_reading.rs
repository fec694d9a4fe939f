//! Routers read at one moment, beside the lines that they should have. What is seen is noted as seen,
//! and so is what would keep a closing from cutting a line off; a router that cannot
//! be read gives a failure, never an empty comparison (A6).

use std::collections::HashMap;

use billing::{ConnectionType, CustomerStatus};
use store::Tx;
use store::obstacles::Obstacle;
use store::routers::Router;

use crate::access::facts::{self, Day, Judged};
use crate::access::lines::LineBook;
use crate::access::seen;
use crate::access::strangers::{Known, Stranger, strangers};
use crate::access::worths::Worths;
use crate::error::{Error, Result};
use crate::network::{self, Inventory, Line, OtherRate, Passwords, Snapshot};
use crate::office::Call;

/// A router that was read, with the lines that it should have.
pub(super) struct ReadRouter {
    pub router: Router,
    pub isolated: String,
    pub lines: Vec<(Judged, Line)>,
    pub snapshot: Snapshot,
    /// Profiles of ours that have another limit there.
    pub other_rates: Vec<OtherRate>,
    /// Profiles of ours that the router lacks.
    pub missing_profiles: Vec<OtherRate>,
    /// The router's own profiles for packages that have another limit than those.
    pub mapped_rates: Vec<OtherRate>,
}

/// The lines that some routers should have, by the verdicts of a day.
pub(super) struct Wanted {
    by_router: HashMap<i64, Vec<(Judged, Line)>>,
    /// The active lines of the whole office, by which the limit of a plan goes.
    pub active: u32,
}

impl Wanted {
    /// Judges the lines of these routers: one pass over the customers, however many routers there are.
    pub(super) async fn of(tx: &mut Tx, call: &Call<'_>, routers: &[Router]) -> Result<Wanted> {
        let mut books = HashMap::new();
        for router in routers {
            books.insert(router.id, LineBook::of(tx, router.id).await?);
        }
        let mut active: u32 = 0;
        let is_here = |judged: &Judged| {
            let router = judged.customer.details.router_id;
            router.is_some_and(|id| books.contains_key(&id))
        };
        let judged = facts::judge_all(tx, &Day::of(call), |judged| {
            let is_active = judged.customer.standing.status == CustomerStatus::Active;
            active = active.saturating_add(u32::from(is_active));
            is_here(judged)
        })
        .await?;
        let mut by_router: HashMap<i64, Vec<(Judged, Line)>> = HashMap::new();
        for judged in judged {
            let router_id = judged.customer.details.router_id;
            if let Some((id, book)) = router_id.and_then(|id| books.get(&id).map(|book| (id, book))) {
                let line = book.line(&judged.customer);
                by_router.entry(id).or_default().push((judged, line));
            }
        }
        Ok(Wanted { by_router, active })
    }

    /// Takes out the lines of one router.
    pub(super) fn take(&mut self, router_id: i64) -> Vec<(Judged, Line)> {
        self.by_router.remove(&router_id).unwrap_or_default()
    }
}

/// A router that something is to be sent to, and its lines. Where that is only shown it may be one that is observed.
///
/// # Errors
/// `not_found`, and `router_observed` where more is wanted than a look.
pub(super) async fn to_be_changed(
    call: &Call<'_>,
    router_id: i64,
    only_looks: bool,
) -> Result<(Router, Wanted)> {
    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, router_id)
        .await?
        .ok_or_else(|| Error::missing("Router", "router"))?;
    if !only_looks {
        network::require_managed(&router)?;
    }
    let wanted = Wanted::of(&mut tx, call, std::slice::from_ref(&router)).await?;
    Ok((router, wanted))
}

/// Reads a router and notes what it says about its lines.
pub(super) async fn read(call: &Call<'_>, router_id: i64) -> Result<ReadRouter> {
    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, router_id)
        .await?
        .ok_or_else(|| Error::missing("Router", "router"))?;
    let mut wanted = Wanted::of(&mut tx, call, std::slice::from_ref(&router)).await?;
    drop(tx);
    ask(call, &router, wanted.take(router_id)).await
}

/// What would keep closings of a router's lines from cutting them off: each reason once, with how many lines it concerns.
///
/// # Errors
/// Whatever the database or the router causes.
pub(crate) async fn in_the_way(call: &Call<'_>, router_id: i64) -> Result<Vec<(network::Obstacle, usize)>> {
    let mut tx = call.read().await?;
    let mut has_such = false;
    for kind in [ConnectionType::Static, ConnectionType::Dhcp] {
        has_such = has_such || store::customers::any_of_kind(&mut tx, router_id, kind).await?;
    }
    drop(tx);
    if !has_such {
        return Ok(Vec::new());
    }
    let read = read(call, router_id).await?;
    let mut found: Vec<(network::Obstacle, usize)> = Vec::new();
    for obstacle in read
        .lines
        .iter()
        .filter_map(|(_, line)| read.snapshot.in_the_way(line))
    {
        match found.iter_mut().find(|(known, _)| known.code == obstacle.code) {
            Some((_, count)) => *count += 1,
            None => found.push((obstacle, 1)),
        }
    }
    Ok(found)
}

/// Asks a router what it says about these lines, and notes it.
pub(super) async fn ask(call: &Call<'_>, router: &Router, lines: Vec<(Judged, Line)>) -> Result<ReadRouter> {
    let only_lines: Vec<Line> = lines.iter().map(|(_, line)| line.clone()).collect();
    let session = call.office.network().glance(call.office, router.id).await?;
    let mut tx = call.read().await?;
    let mut profiles = network::our_profiles(&mut tx, &session.router).await?;
    profiles.extend(network::mapped_profiles(&mut tx, &session.router).await?);
    drop(tx);
    let (snapshot, other_rates) = tokio::join!(
        // Apart from the others, since it is large and every look at a router passes here.
        Box::pin(Snapshot::read(&session, &only_lines)),
        network::other_rates(&session, profiles)
    );
    let (snapshot, other_rates) = match snapshot.and_then(|snapshot| Ok((snapshot, other_rates?))) {
        Ok(read) => read,
        Err(failure) => return Err(session.gone(call.office, failure).await),
    };
    drop(session);
    let (there, missing_profiles): (Vec<OtherRate>, Vec<OtherRate>) =
        other_rates.into_iter().partition(|rate| rate.seen.exists);
    let (other_rates, mapped_rates) = there.into_iter().partition(|rate| rate.ours);
    let isolated = router.details.isolated_profile.clone();
    let mut found = seen::Look::default();
    for (judged, line) in &lines {
        match snapshot.about(line) {
            Ok(said) => found.seen.push(seen::Seen {
                customer_id: judged.customer.id,
                observed: snapshot.observed(line, &said),
                said,
            }),
            // A line that was never served need not be on the router yet.
            Err(failure) if failure.is_missing() => {
                if judged.customer.standing.status != CustomerStatus::Pending {
                    found.missing.push(judged.customer.id);
                }
            }
            Err(_) => {}
        }
    }
    let mut tx = call.begin().await?;
    seen::look(&mut tx, router.id, found, call.now).await?;
    let in_the_way: Vec<Obstacle> = lines
        .iter()
        .filter_map(|(judged, line)| {
            let found = snapshot.in_the_way(line)?;
            Some(Obstacle {
                customer_id: judged.customer.id,
                router_id: router.id,
                code: found.code.to_owned(),
                said_id: found.sentence.id,
                said_en: found.sentence.en,
            })
        })
        .collect();
    store::obstacles::replace(&mut tx, router.id, &in_the_way, call.now).await?;
    tx.commit().await?;
    Ok(ReadRouter {
        router: router.clone(),
        isolated,
        lines,
        snapshot,
        other_rates,
        missing_profiles,
        mapped_rates,
    })
}

/// What stands on a router that was read, beside its lines, and belongs to no customer.
///
/// # Errors
/// Whatever the database or the router causes: what cannot be read is not empty.
pub(super) async fn strangers_beside(call: &Call<'_>, read: &ReadRouter) -> Result<Vec<Stranger>> {
    let mut tx = call.read().await?;
    let packages = store::packages::all(&mut tx).await?;
    let worths = Worths::of(&mut tx, read.router.id, &packages).await?;
    drop(tx);
    let session = call.office.network().glance(call.office, read.router.id).await?;
    let inventory = match Inventory::read(&session, Passwords::Left).await {
        Ok(inventory) => inventory,
        Err(failure) => return Err(session.gone(call.office, failure).await),
    };
    let mut known = Known::default();
    for (judged, _) in &read.lines {
        known.note(&judged.customer.details);
    }
    Ok(strangers(&inventory, &read.router, &known, &worths))
}
