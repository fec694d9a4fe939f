//! On whose behalf a job works: who let the plan through, took the payment or gave the word. The job acts for them in the
//! log; what it may do does not depend on them.

use std::collections::{HashMap, HashSet};

use store::Tx;
use store::jobs::Job;

use crate::actor::{Actor, Role, Who};
use crate::error::{Language, Result};
use crate::office::Call;

/// Where a job's payload names who asked for it.
pub(in crate::jobs) const ASKED_BY: &str = "asked_by";

/// The actors that some jobs work for, by the name in the job.
pub(in crate::jobs) struct Askers {
    by_name: HashMap<String, Actor>,
}

impl Askers {
    /// Looks the names up, each once. Whoever has no account any more is not among them.
    pub(in crate::jobs) async fn of<'j>(tx: &mut Tx, jobs: impl Iterator<Item = &'j Job>) -> Result<Askers> {
        let names: HashSet<&str> = jobs.filter_map(name).collect();
        let mut by_name = HashMap::new();
        for name in names {
            if let Some(actor) = actor(tx, name).await? {
                by_name.insert(name.to_owned(), actor);
            }
        }
        Ok(Askers { by_name })
    }

    /// The call in the name of whoever asked for the job, where that is known.
    pub(in crate::jobs) fn call_for<'c>(&'c self, call: &'c Call<'_>, job: &Job) -> Call<'c> {
        Call {
            office: call.office,
            actor: name(job)
                .and_then(|name| self.by_name.get(name))
                .unwrap_or(call.actor),
            now: call.now,
            zone: call.zone.clone(),
            today: call.today,
            time_of_day: call.time_of_day,
            settings: call.settings.clone(),
            cause: call.cause.clone(),
        }
    }
}

fn name(job: &Job) -> Option<&str> {
    job.payload.get(ASKED_BY).and_then(serde_json::Value::as_str)
}

async fn actor(tx: &mut Tx, name: &str) -> Result<Option<Actor>> {
    for known in [Actor::console(), Actor::schedule()] {
        if known.label() == name {
            return Ok(Some(known));
        }
    }
    let user = store::users::find_by_name(tx, name).await?;
    Ok(user.and_then(|user| {
        let role: Role = user.role.parse().ok()?;
        Some(Actor {
            who: Who::User {
                id: user.id,
                name: user.name,
                role,
            },
            // It is named, not asked: nothing is allowed or refused on its account.
            abilities: Vec::new(),
            language: Language::default(),
        })
    }))
}
