//! A router compared with the ledger: what each line should be, what the router says, and what stands on the router that
//! nobody pays for. Reading only; a router that cannot be read gives an error, never an empty comparison (A6, A8).

use billing::{Access, CustomerStatus, Observed};
use serde::Serialize;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::facts::Judged;
use crate::access::rates::{self, MappedRate, WrongRate};
use crate::access::router_reading::{self, ReadRouter, Wanted};
use crate::access::strangers::Stranger;
use crate::access::words;
use crate::actor::Ability;
use crate::error::{Result, Sentence};
use crate::network::{Failure, Line, Obstacle, Pace, Said, Way};
use crate::office::{Call, Request};

billing::text_enum! {
    /// How a line, or the profile of many, differs from what it should be.
    pub enum Difference as "difference" {
        /// It does not.
        None => "none",
        /// Open, under another profile than its package's.
        WrongProfile => "wrong_profile",
        /// Its profile has another limit than the package: told of profiles, never of a line.
        WrongRate => "wrong_rate",
        /// Open, and its own queue or its lease has another limit than its package, or a fixed address has no queue at all and
        /// nothing else that may limit it.
        WrongLimit => "wrong_limit",
        /// Open, and it should be closed.
        ShouldClose => "should_close",
        /// Closed, and it should be open.
        ShouldOpen => "should_open",
        /// The router does not have it.
        Missing => "missing",
        /// It cannot be controlled: its record has no name, address or device by which a router could be asked about it, or
        /// what stands there is another's, switched off or not the line's alone. The reason says which.
        Uncontrolled => "uncontrolled",
    }
}

/// A router compared with the ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterPlan {
    /// The router.
    pub router_id: i64,
    /// When it was read, epoch milliseconds.
    pub read_at: i64,
    /// Each line, those that differ first.
    pub lines: Vec<DriftLine>,
    /// What stands there and no customer has.
    pub strangers: Vec<Stranger>,
    /// Profiles whose limit is another than the package's.
    pub wrong_rates: Vec<WrongRate>,
    /// Profiles of the router's own that packages are mapped to and whose limit is another than the package's. Sambung does not
    /// change them.
    pub mapped_rates: Vec<MappedRate>,
    /// How many of what.
    pub totals: DriftTotals,
}

/// One line of the comparison.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DriftLine {
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
    /// What the rules want.
    pub desired: Access,
    /// What the router says.
    pub observed: Observed,
    /// The profile that the router has for it.
    pub profile_seen: Option<String>,
    /// The profile that it should have.
    pub profile_wanted: Option<String>,
    /// What its own queue or its lease limits, upload/download in the router's spelling; `null` where it has neither, or
    /// where that limits nothing.
    pub rate_seen: Option<String>,
    /// What that should limit; `null` where nothing of its own limits it and something else may.
    pub rate_wanted: Option<String>,
    /// How it differs.
    pub difference: Difference,
    /// Why the rules want it so, or why nothing is known.
    pub reason: String,
}

/// How many lines differ how.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct DriftTotals {
    /// Lines of this router.
    pub lines: u64,
    /// As they should be.
    pub none: u64,
    /// Open under another profile.
    pub wrong_profile: u64,
    /// Profiles with another limit than the package's.
    pub wrong_rate: u64,
    /// Lines whose own queue or lease has another limit.
    pub wrong_limit: u64,
    /// Open and should be closed.
    pub should_close: u64,
    /// Closed and should be open.
    pub should_open: u64,
    /// Not on the router.
    pub missing: u64,
    /// That cannot be controlled.
    pub uncontrolled: u64,
    /// What stands there and no customer has.
    pub strangers: u64,
}

/// Compares a router with the ledger.
#[derive(Clone, Copy, Debug)]
pub struct ReadRouterPlan {
    /// The router.
    pub router_id: i64,
}

impl Request for ReadRouterPlan {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterPlan;

    async fn run(self, call: &Call<'_>) -> Result<RouterPlan> {
        let read = router_reading::read(call, self.router_id).await?;
        let strangers = router_reading::strangers_beside(call, &read).await?;
        Ok(RouterPlan::of(call, self.router_id, &read, strangers))
    }
}

/// One of the office's routers compared with the ledger, or why it could not be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterCompared {
    /// The router.
    pub router_id: i64,
    /// Its name.
    pub router: String,
    /// How it differs; `null` where it could not be read.
    pub plan: Option<RouterPlan>,
    /// The stable code of why it could not be read.
    pub code: Option<String>,
    /// Why it could not be read, and what to do.
    pub error: Option<String>,
}

/// Compares every router that is in use with the ledger, all at once. One that cannot be read has its reason beside it.
#[derive(Clone, Copy, Debug)]
pub struct ReadRouterPlans;

impl Request for ReadRouterPlans {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = Vec<RouterCompared>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<RouterCompared>> {
        let mut tx = call.read().await?;
        let routers: Vec<Router> = store::routers::all(&mut tx)
            .await?
            .into_iter()
            .filter(|router| router.details.is_active)
            .collect();
        let mut wanted = Wanted::of(&mut tx, call, &routers).await?;
        drop(tx);
        let reads = routers.iter().map(|router| {
            let lines = wanted.take(router.id);
            async move {
                let read = async {
                    let read = router_reading::ask(call, router, lines).await?;
                    let strangers = router_reading::strangers_beside(call, &read).await?;
                    Ok((read, strangers))
                };
                self.compared(call, router, read.await)
            }
        });
        // Collected first: what each future takes out of the verdicts is its own.
        let reads: Vec<_> = reads.collect();
        Ok(futures::future::join_all(reads).await)
    }
}

impl ReadRouterPlans {
    fn compared(
        self,
        call: &Call<'_>,
        router: &Router,
        read: Result<(ReadRouter, Vec<Stranger>)>,
    ) -> RouterCompared {
        let (plan, error) = match read {
            Ok((read, strangers)) => (Some(RouterPlan::of(call, router.id, &read, strangers)), None),
            Err(error) => (None, Some(error)),
        };
        RouterCompared {
            router_id: router.id,
            router: router.details.name.clone(),
            plan,
            code: error.as_ref().map(|error| error.code.to_owned()),
            error: error.map(|error| call.told(&error.detail)),
        }
    }
}

impl RouterPlan {
    fn of(call: &Call<'_>, router_id: i64, read: &ReadRouter, strangers: Vec<Stranger>) -> RouterPlan {
        let mut lines: Vec<DriftLine> = read
            .lines
            .iter()
            .map(|(judged, line)| compare(judged, line, read).told(judged, call))
            .collect();
        let mut totals = DriftTotals {
            lines: lines.len() as u64,
            ..DriftTotals::default()
        };
        for line in &lines {
            *match line.difference {
                Difference::None => &mut totals.none,
                Difference::WrongProfile => &mut totals.wrong_profile,
                Difference::WrongRate => &mut totals.wrong_rate,
                Difference::WrongLimit => &mut totals.wrong_limit,
                Difference::ShouldClose => &mut totals.should_close,
                Difference::ShouldOpen => &mut totals.should_open,
                Difference::Missing => &mut totals.missing,
                Difference::Uncontrolled => &mut totals.uncontrolled,
            } += 1;
        }
        lines.sort_by(|a, b| {
            let rank = |line: &DriftLine| line.difference == Difference::None;
            rank(a)
                .cmp(&rank(b))
                .then_with(|| a.customer_no.cmp(&b.customer_no))
        });
        totals.strangers = strangers.len() as u64;
        let wrong_rates = rates::wrong(read);
        totals.wrong_rate = wrong_rates.len() as u64;
        RouterPlan {
            router_id,
            read_at: call.now.as_millisecond(),
            lines,
            strangers,
            wrong_rates,
            mapped_rates: rates::mapped(read),
            totals,
        }
    }
}

/// A line compared with what its router says.
pub(super) struct Compared {
    pub difference: Difference,
    /// What the router says about it.
    pub said: Result<Said, Failure>,
    /// How fast it is by an entry of its own.
    pub pace: Option<Pace>,
    /// Why that entry is not ours to change.
    pub untouchable: Option<Failure>,
    /// Why closing it would not cut it off, of a line that should be closed.
    pub in_the_way: Option<Obstacle>,
    observed: Observed,
    seen: Option<String>,
    wanted: Option<String>,
    rate_seen: Option<String>,
    rate_wanted: Option<String>,
}

/// Compares a line with what its router says.
pub(super) fn compare(judged: &Judged, line: &Line, read: &ReadRouter) -> Compared {
    let desired = judged.desired();
    let said = read.snapshot.about(line);
    let observed = said
        .as_ref()
        .map_or(Observed::Unknown, |said| read.snapshot.observed(line, said));
    let (pace, untouchable) = match read.snapshot.pace_by_somebody(line) {
        Some((pace, why)) => (Some(pace), Some(why)),
        None => (read.snapshot.pace(line), None),
    };
    let own = pace.as_ref().and_then(|_| Pace::wanted(line));
    let is_paced = match (&pace, &own) {
        (Some(pace), Some(own)) => pace.is_like(own),
        _ => true,
    };
    let (seen, wanted) = profiles(line, desired, said.as_ref().ok(), pace.as_ref(), read);
    let rate = |pace: &Option<Pace>| match pace {
        Some(Pace::Queue { limit } | Pace::Lease { limit }) => limit.clone(),
        Some(Pace::User { .. }) | None => None,
    };
    // A line that was never served need not be on the router yet.
    let waits = judged.customer.standing.status == CustomerStatus::Pending;
    let difference = match (&said, observed, desired) {
        (Err(failure), ..) if is_missing(failure) && waits => Difference::None,
        (Err(failure), ..) if is_missing(failure) => Difference::Missing,
        (Err(_), ..) if !waits => Difference::Uncontrolled,
        (_, Observed::Open, Access::Closed) => Difference::ShouldClose,
        (_, Observed::Closed, Access::Open) => Difference::ShouldOpen,
        (_, Observed::Open, Access::Open) if seen != wanted => Difference::WrongProfile,
        (_, Observed::Open, Access::Open) if !is_paced => Difference::WrongLimit,
        _ => Difference::None,
    };
    let in_the_way = (difference == Difference::ShouldClose)
        .then(|| read.snapshot.in_the_way(line))
        .flatten();
    Compared {
        difference,
        in_the_way,
        said,
        observed,
        seen,
        wanted,
        rate_seen: rate(&pace),
        rate_wanted: rate(&own),
        pace,
        untouchable,
    }
}

/// Whether the router lacks what stands for the line. A lease that it gave by itself stands for nobody in particular.
fn is_missing(failure: &Failure) -> bool {
    failure.is_missing() || matches!(failure, Failure::DynamicLease(_))
}

/// The profile that the router has for a line, and the one that it should have. A hotspot user keeps his while he is closed.
fn profiles(
    line: &Line,
    desired: Access,
    said: Option<&Said>,
    pace: Option<&Pace>,
    read: &ReadRouter,
) -> (Option<String>, Option<String>) {
    match (&line.way, said, pace) {
        (Way::Pppoe { profile, .. }, said, _) => {
            let wanted = match desired {
                Access::Closed => read.isolated.clone(),
                Access::Open => profile.name.clone(),
            };
            let seen = match said {
                Some(Said::Pppoe { profile, .. }) => Some(profile.clone()),
                _ => None,
            };
            (seen, Some(wanted))
        }
        (Way::Hotspot { profile, .. }, _, Some(Pace::User { profile: seen })) => {
            (Some(seen.clone()), Some(profile.name.clone()))
        }
        _ => (None, None),
    }
}

fn cannot_be_controlled(failure: &Failure) -> Sentence {
    let why = failure.sentence();
    Sentence::new(
        format!("Jalur ini tidak dapat dikendalikan. {}", why.id),
        format!("This line cannot be controlled. {}", why.en),
    )
}

impl Compared {
    fn told(self, judged: &Judged, call: &Call<'_>) -> DriftLine {
        let reason = match &self.said {
            Ok(_) => match &self.in_the_way {
                Some(obstacle) => words::decisive(judged).then(&obstacle.sentence),
                None => words::decisive(judged),
            },
            Err(failure) if self.difference == Difference::Uncontrolled => cannot_be_controlled(failure),
            Err(failure) => failure.sentence(),
        };
        DriftLine {
            customer_id: judged.customer.id,
            customer_no: judged.customer.details.customer_no.clone(),
            name: judged.customer.details.name.clone(),
            desired: judged.desired(),
            observed: self.observed,
            profile_seen: self.seen,
            profile_wanted: self.wanted,
            rate_seen: self.rate_seen,
            rate_wanted: self.rate_wanted,
            difference: self.difference,
            reason: call.told(&reason),
        }
    }
}
