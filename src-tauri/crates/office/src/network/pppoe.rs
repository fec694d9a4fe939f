//! PPPoE lines: the secret's profile, then the live session. Changing a secret does not touch the session that dialled
//! with the old one, so the session is dropped after the change was answered, both when closing and when opening; tags
//! order nothing, hence the waiting in between (reference/routeros.md). A session that carries what is wanted already is
//! left alone: it dialled after the change, in this try or in one that was cut off.

use std::collections::{HashMap, HashSet};

use billing::Observed;
use routeros_api::{Command, RateLimit};

use crate::error::Sentence;
use crate::network::carry::{Carried, Order, Warning, Wish, repaired, target};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{Said, WantedProfile, Way};
use crate::network::profiles::{self, Need};
use crate::network::reading::{self, Live, Profile, Secret};

/// A line on its way: what the router said, what it should say.
struct Step<'a> {
    name: &'a str,
    secret: Secret,
    wanted: Said,
    own: &'a WantedProfile,
    /// Whether sessions may carry something else than what is wanted.
    drops: bool,
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
}

/// Carries out the orders, all of whose lines are PPPoE.
///
/// # Errors
/// When the router could not be read before anything was sent; then nothing is known about any of the lines.
pub(super) async fn carry_out(
    session: &Session,
    orders: &[Order],
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let isolated = session.router.details.isolated_profile.as_str();
    let names: Vec<&str> = orders
        .iter()
        .filter_map(|order| pppoe(order).map(|(name, _)| name))
        .collect();
    let (secrets, profiles) = tokio::join!(
        reading::secrets(session, Some(&names)),
        reading::profiles(session)
    );
    let (secrets, profiles) = (secrets?, profiles?);

    let mut steps: Vec<Result<Step<'_>, Failure>> = orders
        .iter()
        .map(|order| plan(order, &secrets, isolated))
        .collect();
    make_profiles(session, &mut steps, &profiles, isolated).await;
    change_secrets(session, &mut steps).await;
    let ended = end_sessions(session, &mut steps, &profiles, isolated).await;
    Ok(read_back(session, steps, ended, &profiles, isolated).await)
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
    isolated: &str,
) -> Result<Step<'a>, Failure> {
    let (name, own) = pppoe(order).ok_or(Failure::NoName)?;
    let secret = secrets
        .get(name)
        .ok_or_else(|| Failure::MissingSecret(name.to_owned()))?
        .clone();
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
    })
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

async fn change_secrets(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let mut places = Vec::new();
    let mut commands = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Ok(step) = step else { continue };
        let (
            Said::Pppoe { profile, disabled },
            Said::Pppoe {
                profile: old_profile,
                disabled: was_disabled,
            },
        ) = (&step.wanted, &step.secret.said)
        else {
            continue;
        };
        if !step.changes() {
            continue;
        }
        let mut command = Command::new("/ppp/secret/set").attribute(".id", &step.secret.id);
        if profile != old_profile {
            command = command.attribute("profile", profile);
        }
        if disabled != was_disabled {
            command = command.flag("disabled", *disabled);
        }
        places.push(place);
        commands.push(command);
    }
    let answers = session.call_all(commands).await;
    for (place, answer) in places.into_iter().zip(answers) {
        if let (Err(error), Some(step)) = (answer, steps.get_mut(place)) {
            *step = Err(error.into());
        }
    }
}

/// Drops the sessions of the changed secrets and gives those that must be gone now.
///
/// What a session carries is asked of the router and kept nowhere: a note would have to be written between each change and
/// its answer. The secrets were set before, so whatever dials from now on carries what is wanted.
async fn end_sessions(
    session: &Session,
    steps: &mut [Result<Step<'_>, Failure>],
    profiles: &HashMap<String, Profile>,
    isolated: &str,
) -> Vec<Live> {
    let proofs: HashMap<&str, Option<(u64, u64)>> = steps
        .iter()
        .flatten()
        .filter(|step| step.drops)
        .map(|step| (step.name, step.proof(profiles, isolated)))
        .collect();
    if proofs.is_empty() {
        return Vec::new();
    }
    let asked: Vec<&str> = proofs.keys().copied().collect();
    let (live, limits) = tokio::join!(
        reading::live(session, Some(&asked)),
        reading::session_limits(session, &asked)
    );
    let (live, limits) = match live.and_then(|live| Ok((live, limits?))) {
        Ok(read) => read,
        Err(failure) => {
            for step in steps.iter_mut() {
                if step.as_ref().is_ok_and(|step| step.drops) {
                    *step = Err(failure.clone());
                }
            }
            return Vec::new();
        }
    };
    let mut sessions: HashMap<String, Vec<Live>> = HashMap::new();
    for live in live {
        sessions.entry(live.name.clone()).or_default().push(live);
    }
    let live: Vec<Live> = sessions
        .into_iter()
        .filter_map(|(name, sessions)| {
            let proof = *proofs.get(name.as_str())?;
            // Of several sessions of one name the queues tell only that one is right, and not which.
            let is_right = sessions.len() == 1 && proof.is_some() && limits.get(&name).copied() == proof;
            (!is_right).then_some(sessions)
        })
        .flatten()
        .collect();
    let commands = live
        .iter()
        .map(|live| Command::new("/ppp/active/remove").attribute(".id", &live.id))
        .collect();
    let mut refused: HashMap<&str, Failure> = HashMap::new();
    for (live, answer) in live.iter().zip(session.call_all(commands).await) {
        if let Err(error) = answer
            // A session that ended by itself meanwhile is what was wanted.
            && !error.is_no_such_item()
        {
            refused.insert(live.name.as_str(), error.into());
        }
    }
    for step in steps.iter_mut() {
        let failure = step
            .as_ref()
            .ok()
            .filter(|step| step.drops)
            .and_then(|step| refused.get(step.name))
            .cloned();
        if let Some(failure) = failure {
            *step = Err(failure);
        }
    }
    live
}

async fn read_back(
    session: &Session,
    steps: Vec<Result<Step<'_>, Failure>>,
    ended: Vec<Live>,
    profiles: &HashMap<String, Profile>,
    isolated: &str,
) -> Vec<Result<Carried, Failure>> {
    let touched: Vec<&str> = steps
        .iter()
        .flatten()
        .filter(|step| step.drops)
        .map(|step| step.name)
        .collect();
    let (secrets, live) = if touched.is_empty() {
        (Ok(HashMap::new()), Ok(Vec::new()))
    } else {
        tokio::join!(
            reading::secrets(session, Some(&touched)),
            reading::live(session, Some(&touched))
        )
    };
    let there: Result<HashSet<String>, Failure> =
        live.map(|live| live.into_iter().map(|live| live.id).collect());
    let mut dropped: HashMap<&str, usize> = HashMap::new();
    for live in &ended {
        *dropped.entry(live.name.as_str()).or_default() += 1;
    }
    let stays: HashSet<&str> = match &there {
        Ok(there) => ended
            .iter()
            .filter(|live| there.contains(&live.id))
            .map(|live| live.name.as_str())
            .collect(),
        Err(_) => HashSet::new(),
    };
    steps
        .into_iter()
        .map(|step| {
            let step = step?;
            let after = if step.drops {
                let secrets = secrets.as_ref().map_err(Clone::clone)?;
                there.as_ref().map_err(Clone::clone)?;
                secrets.get(step.name).map(|secret| secret.said.clone())
            } else {
                Some(step.secret.said.clone())
            };
            if after.as_ref() != Some(&step.wanted) {
                return Err(Failure::Disagrees {
                    wanted: step.wanted,
                    said: after,
                });
            }
            if stays.contains(step.name) {
                return Err(Failure::SessionStays(step.name.to_owned()));
            }
            Ok(Carried {
                before: step.secret.said,
                observed: step.wanted.observed(isolated),
                dropped: dropped.get(step.name).copied().unwrap_or(0),
                warnings: warnings(&step.wanted, profiles, isolated),
                after: step.wanted,
            })
        })
        .collect()
}

/// An isolated profile that limits nothing and joins no list closes nobody; the office made it so, and is told.
fn warnings(said: &Said, profiles: &HashMap<String, Profile>, isolated: &str) -> Vec<Warning> {
    let Said::Pppoe { profile, .. } = said else {
        return Vec::new();
    };
    let Some(known) = profiles.get(profile).filter(|_| profile == isolated) else {
        return Vec::new();
    };
    let limited = known
        .rate_limit
        .as_deref()
        .and_then(|rate| rate.parse::<RateLimit>().ok())
        .is_some_and(|rate| !rate.is_unlimited());
    if limited || known.address_list.is_some() {
        return Vec::new();
    }
    vec![Warning {
        code: "isolation_without_effect",
        sentence: Sentence::new(
            format!(
                "Profil \"{profile}\" di router tidak membatasi apa pun. Jalankan sinkronisasi profil, atau pasang \
                 rate-limit atau address-list padanya."
            ),
            format!(
                "The profile \"{profile}\" on the router limits nothing. Sync the profiles, or give it a rate-limit or \
                 an address-list."
            ),
        ),
    }]
}
