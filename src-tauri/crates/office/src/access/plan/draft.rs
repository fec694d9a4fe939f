//! The draft of a plan: every line that is not where the verdict wants it, with the reason, what will be sent, and what
//! stands in the way.

use std::collections::HashMap;

use billing::{Access, CustomerStatus, Observed, PlanLimit, RouterMode, Rupiah, StaticIsolation, plan_limit};
use jiff::SignedDuration;
use serde_json::Value;
use store::Tx;
use store::access::LineAccess;
use store::obstacles::Obstacle;
use store::plans::{NewLine, NewProfile, Repair};
use store::routers::Router;

use crate::access::facts::{self, Day, Judged};
use crate::access::lines::LineBook;
use crate::access::words;
use crate::error::{Result, Sentence};
use crate::network::{self, Failure, Way};

/// How many earlier cut-offs say what is usual.
const CUT_OFFS: i64 = 3;

/// How long a reading counts that found something in the way of a closing; after that the line is tried, since the router
/// may have been mended without anybody reading it.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// What would be done on a day.
pub(crate) struct Draft {
    pub day: Day,
    pub closing: Vec<DraftLine>,
    pub opening: Vec<DraftLine>,
    /// The profiles that are made or limited anew.
    pub profiles: Vec<NewProfile>,
    pub limit: PlanLimit,
}

/// One line of it.
pub(crate) struct DraftLine {
    pub customer_id: i64,
    pub customer_no: String,
    pub name: String,
    pub router_id: Option<i64>,
    pub router: Option<String>,
    pub action: Access,
    pub repair: Repair,
    /// What the router said when it was read for this: of the line, or of how fast it is where that is repaired. `None` where
    /// the draft goes by the books alone, or where the router does not have the line.
    pub seen: Option<Value>,
    pub reason: Sentence,
    pub amount: Rupiah,
    pub will_send: String,
    pub blocked: Option<Blocked>,
}

/// Why a line will not be changed although it should be.
pub(crate) struct Blocked {
    pub code: &'static str,
    pub sentence: Sentence,
    /// Whether a person has to do something about it; else it is as the office wants it.
    pub is_failure: bool,
}

impl Blocked {
    /// What stands in the way of every line of a router that is only observed.
    pub(crate) fn by_mode(router: &Router) -> Option<Blocked> {
        (router.details.mode == RouterMode::Observe).then(|| Blocked {
            code: "observed_only",
            sentence: Sentence::new(
                "Router masih dalam mode amati; tidak ada yang dikirim.",
                "The router is only observed; nothing is sent.",
            ),
            is_failure: false,
        })
    }

    /// What a closing would not get past, as the router was last seen.
    fn by_obstacle(obstacle: &Obstacle) -> Blocked {
        Blocked {
            code: network::OBSTACLES
                .into_iter()
                .find(|code| *code == obstacle.code)
                .unwrap_or("closing_without_effect"),
            sentence: Sentence::new(obstacle.said_id.clone(), obstacle.said_en.clone()),
            is_failure: true,
        }
    }

    /// A failure that is known before anything is sent.
    pub(crate) fn by(failure: &Failure) -> Blocked {
        Blocked {
            code: failure.code(),
            sentence: failure.sentence(),
            is_failure: !matches!(failure, Failure::NoRouter | Failure::NotInUse),
        }
    }
}

impl DraftLine {
    /// Whether it closes the line.
    pub(crate) fn is_closing(&self) -> bool {
        self.repair == Repair::Access && self.action == Access::Closed
    }

    /// The line as it is written into a plan; none without a router.
    pub(super) fn planned(&self) -> Option<NewLine> {
        Some(NewLine {
            customer_id: self.customer_id,
            router_id: self.router_id?,
            action: self.action,
            repair: self.repair,
            before: self.seen.clone(),
            reason: self.reason.held(),
            amount: self.amount,
        })
    }
}

impl Draft {
    /// Locks the customers of its lines, before a plan of them is written: a job that is about to end for one of them then
    /// ends first, or finds the plan.
    pub(crate) async fn lock(&self, tx: &mut Tx) -> Result<()> {
        let lines = self.closing.iter().chain(&self.opening);
        let customers: Vec<i64> = lines.map(|line| line.customer_id).collect();
        Ok(store::customers::lock_all(tx, &customers).await?)
    }

    /// The closings that nothing stands in the way of.
    pub(crate) fn closable(&self) -> impl Iterator<Item = &DraftLine> {
        self.closing.iter().filter(|line| line.blocked.is_none())
    }

    /// The openings that nothing stands in the way of.
    pub(crate) fn openable(&self) -> impl Iterator<Item = &DraftLine> {
        self.opening.iter().filter(|line| line.blocked.is_none())
    }

    /// How many lines would close.
    pub(crate) fn closable_count(&self) -> u32 {
        u32::try_from(self.closable().count()).unwrap_or(u32::MAX)
    }
}

/// Drafts the plan for a day: one pass over the customers, a few queries.
pub(crate) async fn draft(tx: &mut Tx, day: Day) -> Result<Draft> {
    let seen: HashMap<i64, LineAccess> = store::access::all(tx)
        .await?
        .into_iter()
        .map(|row| (row.customer_id, row))
        .collect();
    let mut active: u32 = 0;
    let judged = facts::judge_all(tx, &day, |judged| {
        active = active.saturating_add(u32::from(
            judged.customer.standing.status == CustomerStatus::Active,
        ));
        action(judged, seen.get(&judged.customer.id)).is_some()
    })
    .await?;
    let routers: HashMap<i64, Router> = store::routers::all(tx)
        .await?
        .into_iter()
        .map(|router| (router.id, router))
        .collect();
    let mut books = HashMap::new();
    for id in routers.keys() {
        books.insert(*id, LineBook::of(tx, *id).await?);
    }
    let obstacles: HashMap<i64, Obstacle> = store::obstacles::since(tx, day.now - REMEMBERED)
        .await?
        .into_iter()
        .map(|obstacle| (obstacle.customer_id, obstacle))
        .collect();
    let mut draft = Draft {
        day,
        closing: Vec::new(),
        opening: Vec::new(),
        profiles: Vec::new(),
        limit: limit(tx, active).await?,
    };
    for judged in &judged {
        let Some(action) = action(judged, seen.get(&judged.customer.id)) else {
            continue;
        };
        let router_id = judged.customer.details.router_id;
        let router = router_id.and_then(|id| routers.get(&id));
        let mut line = line(judged, action, router, router_id.and_then(|id| books.get(&id)));
        let obstacle = obstacles
            .get(&judged.customer.id)
            .filter(|obstacle| action == Access::Closed && Some(obstacle.router_id) == router_id);
        line.blocked = line.blocked.or_else(|| obstacle.map(Blocked::by_obstacle));
        match action {
            Access::Closed => draft.closing.push(line),
            Access::Open => draft.opening.push(line),
        }
    }
    Ok(draft)
}

/// How many lines of an office with so many active ones may close without a person.
pub(crate) async fn limit(tx: &mut Tx, active: u32) -> Result<PlanLimit> {
    let usual: Vec<u32> = store::plans::usual_closings(tx, CUT_OFFS)
        .await?
        .into_iter()
        .map(|closing| u32::try_from(closing).unwrap_or(u32::MAX))
        .collect();
    Ok(plan_limit(active, &usual))
}

/// What must be done about a line; `None` when it is where it should be, or when nobody knows better (a line that was
/// never seen and whose status already says what the verdict says).
fn action(judged: &Judged, seen: Option<&LineAccess>) -> Option<Access> {
    use CustomerStatus as S;
    let observed = seen.map_or(Observed::Unknown, |row| row.observed);
    let differs = match (judged.desired(), judged.customer.standing.status) {
        (_, S::Pending | S::Terminated) => false,
        (Access::Closed, S::Active) => true,
        (Access::Closed, _) => observed == Observed::Open,
        (Access::Open, S::Isolated | S::Suspended) => true,
        (Access::Open, S::Active) => observed == Observed::Closed,
    };
    differs.then(|| judged.desired())
}

fn line(judged: &Judged, action: Access, router: Option<&Router>, book: Option<&LineBook>) -> DraftLine {
    let details = &judged.customer.details;
    let (will_send, failure) = match (router, book) {
        (Some(router), Some(book)) => will_send(&book.line(&judged.customer).way, action, router),
        _ => (String::new(), Some(Failure::NoRouter)),
    };
    let switched_off = router.is_some_and(|router| !router.details.is_active);
    let observed_only = router.and_then(Blocked::by_mode);
    let blocked = observed_only.or_else(|| {
        let failure = if switched_off {
            Some(Failure::NotInUse)
        } else {
            failure
        };
        failure.map(|failure| Blocked::by(&failure))
    });
    DraftLine {
        customer_id: judged.customer.id,
        customer_no: details.customer_no.clone(),
        name: details.name.clone(),
        router_id: details.router_id,
        router: router.map(|router| router.details.name.clone()),
        action,
        repair: Repair::Access,
        seen: None,
        reason: words::decisive(judged),
        amount: overdue(judged, action),
        will_send,
        blocked,
    }
}

/// What is overdue on a line that closes, also where it closes by somebody's word.
fn overdue(judged: &Judged, action: Access) -> Rupiah {
    match judged.verdict.overdue_amount() {
        Rupiah::ZERO if action == Access::Closed => judged.owed.iter().map(|owed| owed.remaining).sum(),
        amount => amount,
    }
}

/// What the router will be told, in its own words.
pub(crate) fn will_send(way: &Way, action: Access, router: &Router) -> (String, Option<Failure>) {
    let isolated = &router.details.isolated_profile;
    match way {
        Way::Pppoe { username, profile } => {
            let profile = if action == Access::Closed {
                isolated
            } else {
                &profile.name
            };
            let sent = format!("/ppp/secret/set {username} profile={profile}; /ppp/active/remove {username}");
            (sent, None)
        }
        Way::Static { address, .. } => {
            let sent = match (router.details.static_isolation, action) {
                (StaticIsolation::ArpDisable, Access::Closed) => {
                    format!("/ip/arp/set {address} disabled=yes")
                }
                (StaticIsolation::ArpDisable, Access::Open) => format!("/ip/arp/set {address} disabled=no"),
                (StaticIsolation::AddressList, Access::Closed) => format!(
                    "/ip/firewall/address-list/add {address}; /ip/firewall/connection/remove {address}"
                ),
                (StaticIsolation::AddressList, Access::Open) => {
                    format!("/ip/firewall/address-list/remove {address}")
                }
            };
            (sent, None)
        }
        Way::Dhcp { mac, address, .. } => {
            let line = mac.as_deref().or(address.as_deref()).unwrap_or_default();
            let sent = match action {
                Access::Closed => {
                    format!("/ip/firewall/address-list/add {line}; /ip/firewall/connection/remove {line}")
                }
                Access::Open => format!("/ip/firewall/address-list/remove {line}"),
            };
            (sent, None)
        }
        Way::Hotspot { user, .. } if action == Access::Closed => {
            let sent = format!(
                "/ip/hotspot/user/set {user} disabled=yes; /ip/hotspot/cookie/remove {user}; /ip/hotspot/active/remove {user}"
            );
            (sent, None)
        }
        Way::Hotspot { user, .. } => (format!("/ip/hotspot/user/set {user} disabled=no"), None),
        Way::Unnamed => (String::new(), Some(Failure::NoName)),
    }
}
