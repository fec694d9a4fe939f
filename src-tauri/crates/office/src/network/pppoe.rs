//! PPPoE lines: the secret's profile, then the live session. Changing a secret does not touch the session that dialled
//! with the old one, so the session is dropped after the change was answered, both when closing and when opening; tags
//! order nothing, hence the waiting of each line for its own change (reference/routeros.md). A session that carries what
//! is wanted already is left alone: it dialled after the change, in this try or in one that was cut off.

mod change;
mod read_back;

use std::collections::HashMap;

use crate::network::carry::{Carried, Halt, Keeper, Order, Wish, closes, keep, repaired, target};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{WantedProfile, Way};
use crate::network::profiles::{self, Need};
use crate::network::reading::{self, Live, Profile, Secret};
use crate::network::said::Said;
use billing::Observed;
use store::routers::Router;

/// A line on its way: what the router said, what it should say.
struct Step<'a> {
    name: &'a str,
    secret: Secret,
    wanted: Said,
    own: &'a WantedProfile,
    /// Whether sessions may carry something else than what is wanted.
    drops: bool,
    halt: &'a Halt,
    /// The sessions of before the change that have to end with it.
    stale: Vec<Live>,
    /// How many of them the router ended for us.
    ended: usize,
}

impl Step<'_> {
    fn changes(&self) -> bool {
        self.secret.said != self.wanted
    }

    /// The limit by which a session that carries the wanted profile is told from one that carries another; `None` where
    /// nothing can be concluded from a limit. `/ppp/active` does not name the profile. A limit that is not there proves
    /// nothing, nor does one that the profile of before, or the one of closed lines, sets as well.
    fn proof(&self, profiles: &HashMap<String, Profile>, isolated: &str) -> Option<(u64, u64)> {
        let (
            Said::Pppoe {
                profile,
                disabled: false,
            },
            Said::Pppoe { profile: before, .. },
        ) = (&self.wanted, &self.secret.said)
        else {
            return None;
        };
        let limit = |name: &str| profiles.get(name).and_then(Profile::limit);
        let wanted = limit(profile)?;
        let is_like = |name: &str| name != profile && limit(name) == Some(wanted);
        (!is_like(before) && !is_like(isolated)).then_some(wanted)
    }

    /// Of the sessions of its name those that do not carry what is wanted, as far as the limits of their queues tell.
    fn stale_of(&self, sessions: Vec<Live>, limits: &Limits, known: &Known<'_>) -> Vec<Live> {
        let proof = self.proof(known.profiles, known.isolated);
        // Of several sessions of one name the queues tell only that one is right, and not which.
        let is_right = sessions.len() == 1 && proof.is_some() && limits.get(self.name).copied() == proof;
        if is_right { Vec::new() } else { sessions }
    }
}

/// The limits of live sessions, by the names of their secrets.
type Limits = HashMap<String, (u64, u64)>;

/// What is known of the router while lines are changed.
struct Known<'a> {
    profiles: &'a HashMap<String, Profile>,
    isolated: &'a str,
    router: &'a Router,
}

fn by_name(live: Vec<Live>) -> HashMap<String, Vec<Live>> {
    let mut sessions: HashMap<String, Vec<Live>> = HashMap::new();
    for live in live {
        sessions.entry(live.name.clone()).or_default().push(live);
    }
    sessions
}

/// Carries out the orders, all of whose lines are PPPoE.
///
/// # Errors
/// When the router could not be read before anything was sent; then nothing is known about any of the lines.
pub(super) async fn carry_out(
    session: &Session,
    orders: &[Order],
    keeper: &dyn Keeper,
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let isolated = session.router.details.isolated_profile.as_str();
    let names: Vec<&str> = orders
        .iter()
        .filter_map(|order| pppoe(order).map(|(name, _)| name))
        .collect();
    // A session carries what its secret said when it dialled. Only one that an earlier try may have left behind has to be
    // looked at more closely; the routers' queues are a long list.
    let unfinished: Vec<&str> = orders
        .iter()
        .filter(|order| order.unfinished)
        .filter_map(|order| pppoe(order).map(|(name, _)| name))
        .collect();
    let only_looks = orders.iter().all(|order| order.wish == Wish::Look);
    let (secrets, profiles, live, limits) = tokio::join!(
        reading::secrets(session, Some(&names)),
        reading::profiles(session),
        async {
            match only_looks {
                true => Ok(Vec::new()),
                false => reading::live(session, Some(&names)).await,
            }
        },
        async {
            match unfinished.is_empty() {
                true => Ok(Limits::new()),
                false => reading::session_limits(session, &unfinished).await,
            }
        },
    );
    let (secrets, profiles, live, limits) = (secrets?, profiles?, live?, limits?);
    let known = Known {
        profiles: &profiles,
        isolated,
        router: &session.router,
    };

    let mut steps: Vec<Result<Step<'_>, Failure>> = orders
        .iter()
        .map(|order| plan(order, &secrets, &session.router))
        .collect();
    refuse_without_effect(session, orders, &mut steps, &profiles).await;
    make_profiles(session, &mut steps, &profiles, isolated).await;
    let mut sessions = by_name(live);
    for step in steps.iter_mut().flatten().filter(|step| step.drops) {
        let of_name = sessions.remove(step.name).unwrap_or_default();
        step.stale = step.stale_of(of_name, &limits, &known);
    }
    keep(keeper, orders, &steps, |step| {
        step.changes().then(|| step.secret.said.clone())
    })
    .await?;
    change::change(session, &mut steps).await;
    Ok(read_back::read_back(session, steps, &known).await)
}

fn pppoe(order: &Order) -> Option<(&str, &WantedProfile)> {
    match &order.line.way {
        Way::Pppoe { username, profile } => Some((username.as_str(), profile)),
        _ => None,
    }
}

fn plan<'a>(
    order: &'a Order,
    secrets: &HashMap<String, Secret>,
    isolated: &Router,
) -> Result<Step<'a>, Failure> {
    let (name, own) = pppoe(order).ok_or(Failure::NoName)?;
    let secret = secrets
        .get(name)
        .ok_or_else(|| Failure::MissingSecret(name.to_owned()))?
        .clone();
    order.is_owner(secret.comment.as_deref())?;
    let now = &secret.said;
    let (wanted, completes) = match &order.wish {
        Wish::OwnProfile => (
            Said::of_own_profile(now, &own.name, isolated),
            now.observed(isolated) == Observed::Open,
        ),
        Wish::Repair { seen, to } => {
            let wanted = Said::of_repair(*to, now, &own.name, isolated);
            (repaired(seen, now, wanted)?, true)
        }
        wish => (
            target(wish, now, |access| {
                Said::of_pppoe(access, now, &own.name, isolated)
            })?,
            *wish != Wish::Look,
        ),
    };
    let drops = *now != wanted || (order.unfinished && completes);
    Ok(Step {
        name,
        secret,
        wanted,
        own,
        drops,
        halt: &order.halt,
        stale: Vec::new(),
        ended: 0,
    })
}

/// Gives up the closings where the profile of closed lines closes nobody. A secret that is switched off is closed all the same.
async fn refuse_without_effect(
    session: &Session,
    orders: &[Order],
    steps: &mut [Result<Step<'_>, Failure>],
    known: &HashMap<String, Profile>,
) {
    let isolated = session.router.details.isolated_profile.as_str();
    let by_profile = |step: &Step<'_>| {
        let wanted = &step.wanted;
        matches!(wanted, Said::Pppoe { profile, disabled: false } if profile == isolated)
    };
    let mut closings: Vec<&mut Result<Step<'_>, Failure>> = orders
        .iter()
        .zip(steps)
        .filter(|(order, step)| closes(&order.wish) && step.as_ref().is_ok_and(by_profile))
        .map(|(_, step)| step)
        .collect();
    if closings.is_empty() || profiles::closes(session, known).await {
        return;
    }
    for step in &mut closings {
        if let Ok(closing) = step {
            **step = Err(Failure::NoEffect {
                obstacle: profiles::without_effect(isolated),
                said: closing.secret.said.clone(),
            });
        }
    }
}

/// Makes the profiles that are ours and missing; lines whose profile cannot be had fail here, before anything is sent.
async fn make_profiles(
    session: &Session,
    steps: &mut [Result<Step<'_>, Failure>],
    known: &HashMap<String, Profile>,
    isolated: &str,
) {
    let mut needs: HashMap<String, Need> = HashMap::new();
    for step in steps.iter().flatten().filter(|step| step.changes()) {
        let Said::Pppoe { profile, .. } = &step.wanted else {
            continue;
        };
        let Said::Pppoe { profile: now, .. } = &step.secret.said else {
            continue;
        };
        let wanted = if profile == isolated {
            WantedProfile::isolated(isolated)
        } else if *profile == step.own.name {
            step.own.clone()
        } else {
            // An undo brings back a name that stood there before; it is the router's to have.
            WantedProfile {
                name: profile.clone(),
                rate: step.own.rate,
                ours: false,
            }
        };
        needs.entry(profile.clone()).or_insert(Need {
            wanted,
            now: Some(now.clone()),
        });
    }
    let failures = profiles::ensure(session, known, needs.into_values().collect()).await;
    for step in steps.iter_mut() {
        let failure = step
            .as_ref()
            .ok()
            .filter(|step| step.changes())
            .and_then(|step| match &step.wanted {
                Said::Pppoe { profile, .. } => failures.get(profile).cloned(),
                _ => None,
            });
        if let Some(failure) = failure {
            *step = Err(failure);
        }
    }
}
