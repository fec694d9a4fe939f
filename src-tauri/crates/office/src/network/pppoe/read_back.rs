//! Reads the lines back: the secret must say what is wanted, and no session of before may go on. One that dialled between
//! the first look and the change is found here and ended too.

use std::collections::HashMap;

use routeros_api::RateLimit;

use super::change;
use super::{Known, Limits, Step, by_name};
use crate::error::Sentence;
use crate::network::carry::{Carried, Warning};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::reading::{self, Live, Secret};
use crate::network::said::Said;

/// How each line came out.
pub(super) async fn read_back(
    session: &Session,
    mut steps: Vec<Result<Step<'_>, Failure>>,
    known: &Known<'_>,
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
    match live {
        Ok(live) => end_late(session, &mut steps, live, known).await,
        Err(failure) => fail_all(&mut steps, |step| step.drops, &failure),
    }
    steps
        .into_iter()
        .map(|step| carried(step?, &secrets, known))
        .collect()
}

fn carried(
    step: Step<'_>,
    secrets: &Result<HashMap<String, Secret>, Failure>,
    known: &Known<'_>,
) -> Result<Carried, Failure> {
    let after = if step.drops {
        let secrets = secrets.as_ref().map_err(Clone::clone)?;
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
    Ok(Carried {
        before: step.secret.said,
        observed: step.wanted.observed(known.router),
        dropped: step.ended,
        warnings: warnings(&step.wanted, known),
        after: step.wanted,
    })
}

fn fail_all(steps: &mut [Result<Step<'_>, Failure>], which: impl Fn(&Step<'_>) -> bool, failure: &Failure) {
    for slot in steps {
        if slot.as_ref().is_ok_and(&which) {
            *slot = Err(failure.clone());
        }
    }
}

/// The sessions that may have dialled between the first look and the change. `None` where they did not: nothing was changed,
/// or the only session took the place of the only one that was ended.
fn late_of(step: &Step<'_>, now: Vec<Live>) -> Option<Vec<Live>> {
    let is_its_redial = step.stale.len() == 1 && step.ended == 1 && now.len() == 1;
    (step.changes() && !now.is_empty() && !is_its_redial).then_some(now)
}

/// Looks for sessions that stayed, which are failures, and ends those that came too early to carry what is wanted.
async fn end_late(
    session: &Session,
    steps: &mut [Result<Step<'_>, Failure>],
    live: Vec<Live>,
    known: &Known<'_>,
) {
    let mut sessions = by_name(live);
    let mut late: HashMap<usize, Vec<Live>> = HashMap::new();
    for (place, slot) in steps.iter_mut().enumerate() {
        let Ok(step) = slot.as_ref() else { continue };
        let now = match step.drops {
            true => sessions.remove(step.name).unwrap_or_default(),
            false => continue,
        };
        if has_one_of(&now, &step.stale) {
            *slot = Err(Failure::SessionStays(step.name.to_owned()));
        } else if let Some(of_step) = late_of(step, now) {
            late.insert(place, of_step);
        }
    }
    if late.is_empty() {
        return;
    }
    let names: Vec<&str> = late
        .keys()
        .filter_map(|place| Some(steps.get(*place)?.as_ref().ok()?.name))
        .collect();
    let limits = match reading::session_limits(session, &names).await {
        Ok(limits) => limits,
        Err(failure) => {
            fail_all(steps, |step| names.contains(&step.name), &failure);
            return;
        }
    };
    end_stale(session, steps, late, &limits, known).await;
}

/// Ends those of the late sessions that do not carry what is wanted, and makes sure that they are gone.
async fn end_stale(
    session: &Session,
    steps: &mut [Result<Step<'_>, Failure>],
    late: HashMap<usize, Vec<Live>>,
    limits: &Limits,
    known: &Known<'_>,
) {
    let stale: Vec<(usize, Vec<Live>)> = late
        .into_iter()
        .filter_map(|(place, sessions)| {
            let step = steps.get(place)?.as_ref().ok()?;
            let stale = step.stale_of(sessions, limits, known);
            (!stale.is_empty()).then_some((place, stale))
        })
        .collect();
    let ends = session
        .side_by_side(stale.iter().map(|(_, stale)| change::end(session, stale)))
        .await;
    let mut names = Vec::new();
    for ((place, _), ended) in stale.iter().zip(ends) {
        let Some(slot) = steps.get_mut(*place) else {
            continue;
        };
        match (ended, slot.as_mut()) {
            (Ok(ended), Ok(step)) => {
                step.ended += ended;
                names.push(step.name);
            }
            (Err(failure), _) => *slot = Err(failure),
            (Ok(_), Err(_)) => {}
        }
    }
    if names.is_empty() {
        return;
    }
    match reading::live(session, Some(&names)).await {
        Ok(live) => {
            let now = by_name(live);
            for (place, stale) in &stale {
                let Some(slot) = steps.get_mut(*place) else {
                    continue;
                };
                if let Ok(step) = slot.as_ref()
                    && now.get(step.name).is_some_and(|now| has_one_of(now, stale))
                {
                    *slot = Err(Failure::SessionStays(step.name.to_owned()));
                }
            }
        }
        Err(failure) => fail_all(steps, |step| names.contains(&step.name), &failure),
    }
}

fn has_one_of(now: &[Live], wanted: &[Live]) -> bool {
    now.iter()
        .any(|now| wanted.iter().any(|wanted| wanted.id == now.id))
}

/// An isolated profile that limits nothing and joins no list closes nobody; the office made it so, and is told.
fn warnings(said: &Said, known: &Known<'_>) -> Vec<Warning> {
    let Known {
        profiles, isolated, ..
    } = known;
    let Said::Pppoe { profile, .. } = said else {
        return Vec::new();
    };
    let Some(known) = profiles.get(profile).filter(|_| profile == *isolated) else {
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
