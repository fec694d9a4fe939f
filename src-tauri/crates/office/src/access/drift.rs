//! A router compared with the ledger: what each line should be, what the router says, and what stands on the router that
//! nobody pays for. Reading only; a router that cannot be read gives an error, never an empty comparison (A6, A8).

use std::collections::HashMap;

use billing::{Access, CustomerStatus, Observed};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::facts::{self, Day, Judged};
use crate::access::lines::LineBook;
use crate::access::{seen, words};
use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::network::{Failure, Line, Said, Snapshot, UnknownSecret, Way};
use crate::office::{Call, Request};

billing::text_enum! {
    /// How a line differs from what it should be.
    pub enum Difference as "difference" {
        /// It does not.
        None => "none",
        /// Open, under another profile than its package's.
        WrongProfile => "wrong_profile",
        /// Open, and it should be closed.
        ShouldClose => "should_close",
        /// Closed, and it should be open.
        ShouldOpen => "should_open",
        /// The router does not have it.
        Missing => "missing",
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
    /// Secrets that no customer has.
    pub strangers: Vec<Stranger>,
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
    /// How it differs.
    pub difference: Difference,
    /// Why the rules want it so, or why nothing is known.
    pub reason: String,
}

/// A secret without a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stranger {
    /// Its name.
    pub name: String,
    /// Its profile.
    pub profile: String,
    /// Its comment.
    pub comment: Option<String>,
}

impl From<UnknownSecret> for Stranger {
    fn from(secret: UnknownSecret) -> Stranger {
        Stranger {
            name: secret.name,
            profile: secret.profile,
            comment: secret.comment,
        }
    }
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
    /// Open and should be closed.
    pub should_close: u64,
    /// Closed and should be open.
    pub should_open: u64,
    /// Not on the router.
    pub missing: u64,
    /// Secrets that no customer has.
    pub strangers: u64,
}

/// Compares a router with the ledger.
#[derive(Clone, Copy, Debug)]
pub struct ReadRouterPlan {
    /// The router.
    pub router_id: i64,
    /// The reader's language.
    pub language: Language,
}

impl Request for ReadRouterPlan {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterPlan;

    async fn run(self, call: &Call<'_>) -> Result<RouterPlan> {
        let read = read(call, self.router_id).await?;
        let mut lines: Vec<DriftLine> = read
            .lines
            .iter()
            .map(|(judged, line)| compare(judged, line, &read, self.language))
            .collect();
        let mut totals = DriftTotals {
            lines: lines.len() as u64,
            ..DriftTotals::default()
        };
        for line in &lines {
            *match line.difference {
                Difference::None => &mut totals.none,
                Difference::WrongProfile => &mut totals.wrong_profile,
                Difference::ShouldClose => &mut totals.should_close,
                Difference::ShouldOpen => &mut totals.should_open,
                Difference::Missing => &mut totals.missing,
            } += 1;
        }
        lines.sort_by(|a, b| {
            let rank = |line: &DriftLine| line.difference == Difference::None;
            rank(a)
                .cmp(&rank(b))
                .then_with(|| a.customer_no.cmp(&b.customer_no))
        });
        let only_lines: Vec<Line> = read.lines.iter().map(|(_, line)| line.clone()).collect();
        let strangers: Vec<Stranger> = read
            .snapshot
            .strangers(&only_lines)
            .into_iter()
            .map(Stranger::from)
            .collect();
        totals.strangers = strangers.len() as u64;
        Ok(RouterPlan {
            router_id: self.router_id,
            read_at: call.now.as_millisecond(),
            lines,
            strangers,
            totals,
        })
    }
}

/// A router that was read, with the lines that it should have.
pub(super) struct ReadRouter {
    pub isolated: String,
    pub lines: Vec<(Judged, Line)>,
    pub snapshot: Snapshot,
}

/// Reads a router and notes what it says about its lines.
pub(super) async fn read(call: &Call<'_>, router_id: i64) -> Result<ReadRouter> {
    let mut tx = call.read().await?;
    let router = store::routers::find(&mut tx, router_id)
        .await?
        .ok_or_else(|| Error::missing("Router", "router"))?;
    let book = LineBook::of(&mut tx, router_id).await?;
    let judged = facts::judge_all(&mut tx, &Day::of(call), |judged| {
        judged.customer.details.router_id == Some(router_id)
    })
    .await?;
    drop(tx);
    let lines: Vec<(Judged, Line)> = judged
        .into_iter()
        .map(|judged| {
            let line = book.line(&judged.customer);
            (judged, line)
        })
        .collect();
    let only_lines: Vec<Line> = lines.iter().map(|(_, line)| line.clone()).collect();
    let session = call.office.network().session(call.office, router_id).await?;
    let snapshot = Snapshot::read(&session, &only_lines).await;
    let snapshot = match snapshot {
        Ok(snapshot) => snapshot,
        Err(failure) => return Err(session.gone(call.office, failure).await),
    };
    drop(session);
    let isolated = router.details.isolated_profile;
    let sights: Vec<seen::Seen> = lines
        .iter()
        .filter_map(|(judged, line)| {
            let said = snapshot.about(line).ok()?;
            Some(seen::Seen {
                customer_id: judged.customer.id,
                observed: said.observed(&isolated),
                said,
            })
        })
        .collect();
    let mut tx = call.begin().await?;
    let ids: Vec<i64> = sights.iter().map(|sight| sight.customer_id).collect();
    let rows: HashMap<_, _> = seen::rows(&mut tx, &ids).await?;
    seen::note(&mut tx, &seen::notable(sights, &rows), call.now).await?;
    tx.commit().await?;
    Ok(ReadRouter {
        isolated,
        lines,
        snapshot,
    })
}

fn compare(judged: &Judged, line: &Line, read: &ReadRouter, language: Language) -> DriftLine {
    let desired = judged.desired();
    let wanted = match (&line.way, desired) {
        (Way::Pppoe { .. }, Access::Closed) => Some(read.isolated.clone()),
        (Way::Pppoe { profile, .. }, Access::Open) => Some(profile.name.clone()),
        _ => None,
    };
    let said = read.snapshot.about(line);
    let observed = said
        .as_ref()
        .map_or(Observed::Unknown, |said| said.observed(&read.isolated));
    let seen = match &said {
        Ok(Said::Pppoe { profile, .. }) => Some(profile.clone()),
        _ => None,
    };
    // A line that was never served need not be on the router yet.
    let waits = judged.customer.standing.status == CustomerStatus::Pending;
    let difference = match (&said, observed, desired) {
        (Err(Failure::MissingSecret(_) | Failure::MissingArp(_)), ..) if waits => Difference::None,
        (Err(Failure::MissingSecret(_) | Failure::MissingArp(_)), ..) => Difference::Missing,
        (_, Observed::Open, Access::Closed) => Difference::ShouldClose,
        (_, Observed::Closed, Access::Open) => Difference::ShouldOpen,
        (_, Observed::Open, Access::Open) if seen != wanted => Difference::WrongProfile,
        _ => Difference::None,
    };
    let reason = match &said {
        Ok(_) => words::decisive(judged),
        Err(failure) => failure.sentence(),
    };
    DriftLine {
        customer_id: judged.customer.id,
        customer_no: judged.customer.details.customer_no.clone(),
        name: judged.customer.details.name.clone(),
        desired,
        observed,
        profile_seen: seen,
        profile_wanted: wanted,
        difference,
        reason: reason.for_language(language).to_owned(),
    }
}
