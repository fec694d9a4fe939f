//! Lanes: jobs of one router run one after the other, and what follows from events and what goes out as messages has a
//! lane of its own, so that a deaf router or a slow gateway keeps nobody else waiting.

use store::Tx;
use store::jobs::{Claim, Job, State};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::actor::Actor;
use crate::desks;
use crate::error::{Error, Result};
use crate::jobs::registry::{self, JobKind, Place, REGISTRY, Registered};
use crate::jobs::settle::{Counts, Ended, settle_alone};
use crate::office::Office;

/// How many heartbeats a lease has while a job runs.
const BEATS: u32 = 3;

/// Where jobs wait for one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Work on this router.
    Router(i64),
    /// What follows from events.
    Events,
    /// Messages.
    Messages,
}

impl Lane {
    /// The lanes of the jobs that need this router, or none.
    pub(super) fn of(router_id: Option<i64>) -> Vec<Lane> {
        match router_id {
            Some(id) => vec![Lane::Router(id)],
            None => vec![Lane::Events, Lane::Messages],
        }
    }

    /// Whether this desk has what it takes to work in the lane, or nobody has.
    pub(super) async fn is_of(self, office: &Office) -> Result<bool> {
        match self {
            Lane::Router(id) => desks::works_for(office, id).await,
            Lane::Messages => desks::carries_messages(office).await,
            Lane::Events => Ok(true),
        }
    }

    fn router(self) -> Option<i64> {
        match self {
            Lane::Router(id) => Some(id),
            Lane::Events | Lane::Messages => None,
        }
    }

    fn place(self) -> Place {
        match self {
            Lane::Router(_) => Place::Router,
            Lane::Events => Place::Events,
            Lane::Messages => Place::Messages,
        }
    }
}

/// Works on a lane until nothing in it is due. At a router two hands work side by side: while one waits for the router, the
/// other writes down what came of its piece and takes up the next. A third takes up openings only, so that who pays during
/// a mass closing waits for no piece of it.
///
/// What another desk is there for is left to it.
pub(super) async fn drain(office: Office, owner: String, lane: Lane) -> Result<Counts> {
    if !lane.is_of(&office).await? {
        return Ok(Counts::default());
    }
    let claims = Mutex::new(());
    let hand = |takes| work_off(&office, &owner, lane, takes, &claims);
    if !matches!(lane, Lane::Router(_)) {
        return hand(Takes::All).await;
    }
    let done = CancellationToken::new();
    let hands = async {
        let both = tokio::join!(hand(Takes::All), hand(Takes::All));
        done.cancel();
        both
    };
    let standing_by = async {
        let mut bell = office.bell();
        let mut counts = Counts::default();
        loop {
            counts.add(hand(Takes::Openings).await?);
            tokio::select! {
                () = bell.rings() => {},
                () = done.cancelled() => return Ok::<_, Error>(counts),
            }
        }
    };
    let ((one, other), express) = tokio::join!(hands, standing_by);
    let mut counts = one?;
    counts.add(other?);
    counts.add(express?);
    Ok(counts)
}

/// What a hand takes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    All,
    /// Openings, and what stands before them in the registry because they need it.
    Openings,
}

impl Takes {
    fn last(self) -> Option<JobKind> {
        (self == Takes::Openings).then_some(JobKind::OpenAccess)
    }
}

async fn work_off(
    office: &Office,
    owner: &str,
    lane: Lane,
    takes: Takes,
    claims: &Mutex<()>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    loop {
        let claiming = claims.lock().await;
        let Some((registered, jobs)) = claim(office, owner, lane, takes).await? else {
            return Ok(counts);
        };
        // What is done line by line keeps the registry's order: a secret is there before its line is closed. An undo opens
        // lines by a word that it writes down at its end; nobody judges them in between.
        let alone = registered.together == 1 || registered.kind == JobKind::Undo;
        let _alone = alone.then_some(claiming);
        let kind = registered.kind;
        let done = tokio::select! {
            done = registry::run(office, owner, kind, &jobs) => done,
            lost = keep_lease(office, owner, lane) => Err(lost),
        };
        match done {
            Ok(done) => counts.add(done),
            Err(error) => {
                // What the job had not yet settled must not wait for its lease to run out.
                let reason = (&error).into();
                settle_alone(office, owner, &jobs, &Ended::Failed(reason), &mut counts).await?;
                return Err(error);
            }
        }
    }
}

/// Claims the due jobs of the first kind in the registry's order that has any.
async fn claim(
    office: &Office,
    owner: &str,
    lane: Lane,
    takes: Takes,
) -> Result<Option<(&'static Registered, Vec<Job>)>> {
    let mut tx = office.store().begin().await?;
    let router = lane.router();
    let mut at_a_profile = None;
    for registered in REGISTRY
        .iter()
        .filter(|registered| registered.place == lane.place())
    {
        if registered.kind.follows_profiles() {
            let waits = match at_a_profile {
                Some(known) => known,
                None => *at_a_profile.insert(is_at_a_profile(&mut tx, router).await?),
            };
            if waits {
                continue;
            }
        }
        let wish = Claim {
            owner,
            now: office.now(),
            lease: office.job_lease(),
            kinds: &[registered.kind.as_str()],
            routers: Some(router.as_slice()),
            limit: registered.together,
        };
        let jobs = store::jobs::claim(&mut tx, &wish).await?;
        if !jobs.is_empty() {
            tx.commit().await?;
            return Ok(Some((registered, jobs)));
        }
        if takes.last() == Some(registered.kind) {
            break;
        }
    }
    Ok(None)
}

/// Whether a profile of a plan is at the router at this moment. On this desk nothing is claimed beside one; another desk, or
/// another worker of this one, may be at it.
async fn is_at_a_profile(tx: &mut Tx, router: Option<i64>) -> Result<bool> {
    let Some(router) = router else { return Ok(false) };
    let kinds = [JobKind::PlanProfile.as_str(), JobKind::UndoRate.as_str()];
    let jobs = store::jobs::under_way(tx, router, &kinds).await?;
    Ok(jobs.iter().any(|job| job.state == State::Running))
}

/// Renews the lease until it cannot be renewed.
async fn keep_lease(office: &Office, owner: &str, lane: Lane) -> crate::Error {
    loop {
        tokio::time::sleep(office.job_lease() / BEATS).await;
        let renewed = async {
            let mut tx = office.store().begin().await?;
            store::jobs::heartbeat_lane(&mut tx, lane.router(), owner, office.job_lease()).await?;
            tx.commit().await
        };
        if let Err(error) = renewed.await {
            return error.into();
        }
    }
}

/// Who the worker says it is in the log: the schedule, since nobody is at the desk.
pub(super) fn actor() -> Actor {
    Actor::schedule()
}
