//! What the rules stand on: the profile of closed lines, which puts their addresses on a list, and the pool that they
//! get their addresses from if the office wants one. What the office set in the profile stays; only what is missing is
//! filled in, and what was filled in is remembered, since a profile carries no mark.

use std::collections::BTreeMap;

use routeros_api::Command;
use serde::{Deserialize, Serialize};

use crate::error::Sentence;
use crate::network::isolation_page::found::Found;
use crate::network::isolation_page::plan::{Step, StepAction, Work, in_router_words};
use crate::network::line::WantedProfile;
use crate::network::reading::{ISOLATION_LIST, Profile};

/// The name of our pool; by it the pool is known as ours.
pub const POOL: &str = "sambung-isolir";

const POOLS: &str = "/ip/pool";
const PROFILES: &str = "/ppp/profile";

/// What we wrote into the profile of closed lines: field and value. Only these are ever taken out again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeptProfile(pub BTreeMap<String, String>);

/// The steps around the rules.
pub(super) struct Ground {
    pub before: Vec<Step>,
    pub after: Vec<Step>,
    /// The list that the profile puts addresses on.
    pub list: String,
    pub kept: KeptProfile,
    pub own_addresses: Option<String>,
    pub joins_list: bool,
}

pub(super) fn to_prepare(found: &Found, pool: Option<&str>, isolated: &str, kept: &KeptProfile) -> Ground {
    let profile = found.profiles.get(isolated);
    let own_addresses = profile
        .and_then(|profile| profile.remote_address.as_deref())
        .filter(|address| *address != POOL);
    let pool = pool.filter(|_| own_addresses.is_none());
    let wishes = wishes(found, profile, pool);

    let mut kept = kept.clone();
    for (name, value) in &wishes {
        kept.0.insert((*name).to_owned(), value.clone());
    }
    let mut before = Vec::new();
    let mut after = Vec::new();
    if let Some(ranges) = pool {
        before.push(wanted_pool(found, ranges));
    } else {
        after.extend(without_pool(found, profile, &mut kept));
    }
    before.push(match profile {
        Some(profile) => changed_profile(profile, &wishes),
        None => new_profile(found, isolated, &wishes),
    });
    Ground {
        before,
        after,
        list: profile
            .and_then(|profile| profile.address_list.clone())
            .unwrap_or_else(|| ISOLATION_LIST.to_owned()),
        kept,
        own_addresses: own_addresses.map(str::to_owned),
        joins_list: profile.is_some_and(|profile| profile.address_list.is_none()),
    }
}

/// The fields of the profile that are missing and ours to fill in.
fn wishes(found: &Found, profile: Option<&Profile>, pool: Option<&str>) -> Vec<(&'static str, String)> {
    let mut wishes = Vec::new();
    if profile.is_none_or(|profile| profile.address_list.is_none()) {
        wishes.push(("address-list", ISOLATION_LIST.to_owned()));
    }
    let Some(_) = pool else { return wishes };
    if profile.is_none_or(|profile| profile.remote_address.is_none()) {
        wishes.push(("remote-address", POOL.to_owned()));
    }
    if profile.is_none_or(|profile| profile.local_address.is_none())
        && let Some(local) = local_address(found)
    {
        wishes.push(("local-address", local));
    }
    wishes
}

/// The router's own end of a session: what `default` has, or else the first profile that has one. A session without it
/// does not come up.
fn local_address(found: &Found) -> Option<String> {
    let of = |profile: &Profile| profile.local_address.clone();
    let default = found.profiles.get("default").and_then(of);
    default.or_else(|| {
        let mut named: Vec<&Profile> = found.profiles.values().collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        named.into_iter().find_map(of)
    })
}

fn wanted_pool(found: &Found, ranges: &str) -> Step {
    let (action, work) = match &found.pool {
        Some(pool) if pool.ranges == ranges => (StepAction::Keep, Work::Nothing),
        Some(pool) => (
            StepAction::Change,
            Work::Commands(vec![
                Command::new("/ip/pool/set")
                    .attribute(".id", &pool.id)
                    .attribute("ranges", ranges),
            ]),
        ),
        None => (
            StepAction::Add,
            Work::Commands(vec![
                Command::new("/ip/pool/add")
                    .attribute("name", POOL)
                    .attribute("ranges", ranges),
            ]),
        ),
    };
    Step {
        menu: POOLS,
        name: POOL.to_owned(),
        action,
        why: Sentence::new(
            "Alamat untuk jalur yang ditutup; tiap router punya rentang sendiri.",
            "The addresses of closed lines; each router has a range of its own.",
        ),
        rule: in_router_words([("name", POOL), ("ranges", ranges)].into_iter()),
        work,
    }
}

/// A pool of ours that is not wanted: out of the profile first, then away.
fn without_pool(found: &Found, profile: Option<&Profile>, kept: &mut KeptProfile) -> Vec<Step> {
    kept.0.remove("remote-address");
    let mut steps = Vec::new();
    if let Some(profile) = profile.filter(|profile| profile.remote_address.as_deref() == Some(POOL)) {
        steps.push(emptied(profile, &["remote-address"]));
    }
    steps.extend(found.pool.as_ref().map(|pool| Step {
        menu: POOLS,
        name: POOL.to_owned(),
        action: StepAction::Remove,
        why: Sentence::new(
            "Buatan Sambung dan tidak diperlukan lagi.",
            "Made by Sambung and no longer needed.",
        ),
        rule: in_router_words([("name", POOL), ("ranges", pool.ranges.as_str())].into_iter()),
        work: Work::Commands(vec![Command::new("/ip/pool/remove").attribute(".id", &pool.id)]),
    }));
    steps
}

fn profile_step(name: &str, action: StepAction, rule: String, work: Work) -> Step {
    Step {
        menu: PROFILES,
        name: name.to_owned(),
        action,
        why: Sentence::new(
            "Profil jalur yang ditutup menaruh alamatnya di daftar yang dikenali aturan-aturan ini.",
            "The profile of closed lines puts their addresses on the list that these rules look at.",
        ),
        rule,
        work,
    }
}

fn changed_profile(profile: &Profile, wishes: &[(&'static str, String)]) -> Step {
    if wishes.is_empty() {
        let list = profile.address_list.as_deref().unwrap_or_default();
        let rule = in_router_words([("name", profile.name.as_str()), ("address-list", list)].into_iter());
        return profile_step(&profile.name, StepAction::Keep, rule, Work::Nothing);
    }
    let mut command = Command::new("/ppp/profile/set").attribute(".id", &profile.id);
    for (name, value) in wishes {
        command = command.attribute(*name, value);
    }
    profile_step(
        &profile.name,
        StepAction::Change,
        in_router_words(wishes.iter().map(|(name, value)| (*name, value.as_str()))),
        Work::Commands(vec![command]),
    )
}

fn new_profile(found: &Found, isolated: &str, wishes: &[(&'static str, String)]) -> Step {
    let rate = WantedProfile::isolated(isolated).rate.to_string();
    let mut fields = vec![("name", isolated.to_owned()), ("rate-limit", rate)];
    // Without addresses nobody could dial in under it.
    let default = found.profiles.get("default");
    for (name, value) in [
        (
            "local-address",
            default.and_then(|like| like.local_address.clone()),
        ),
        (
            "remote-address",
            default.and_then(|like| like.remote_address.clone()),
        ),
    ] {
        if let Some(value) = value.filter(|_| wishes.iter().all(|(wish, _)| *wish != name)) {
            fields.push((name, value));
        }
    }
    fields.extend(wishes.iter().cloned());
    let mut command = Command::new("/ppp/profile/add");
    for (name, value) in &fields {
        command = command.attribute(*name, value);
    }
    profile_step(
        isolated,
        StepAction::Add,
        in_router_words(fields.iter().map(|(name, value)| (*name, value.as_str()))),
        Work::Commands(vec![command]),
    )
}

/// Takes fields out of a profile.
fn emptied(profile: &Profile, fields: &[&str]) -> Step {
    let commands = fields
        .iter()
        .map(|field| {
            Command::new("/ppp/profile/unset")
                .attribute(".id", &profile.id)
                .attribute("value-name", *field)
        })
        .collect();
    Step {
        why: Sentence::new(
            "Yang diisi Sambung di profil ini dikosongkan lagi; profilnya tetap ada.",
            "What Sambung filled in is taken out of the profile again; the profile itself stays.",
        ),
        ..profile_step(
            &profile.name,
            StepAction::Change,
            in_router_words(fields.iter().map(|field| (*field, ""))),
            Work::Commands(commands),
        )
    }
}

/// The steps that take away what the rules stood on, and what is still ours in the profile afterwards. `stays` says that
/// the profile's list alone closes its lines, and so is left in it.
pub(super) fn to_remove(
    found: &Found,
    isolated: &str,
    kept: &KeptProfile,
    stays: bool,
) -> (Vec<Step>, KeptProfile) {
    let profile = found.profiles.get(isolated);
    let mut steps = Vec::new();
    let mut still = KeptProfile::default();
    if let Some(profile) = profile {
        let now = |field: &str| match field {
            "address-list" => profile.address_list.as_deref(),
            "remote-address" => profile.remote_address.as_deref(),
            "local-address" => profile.local_address.as_deref(),
            _ => None,
        };
        let mut ours: Vec<&str> = kept
            .0
            .iter()
            .filter(|(field, value)| now(field) == Some(value.as_str()))
            .map(|(field, _)| field.as_str())
            .collect();
        // The pool is known by its name, also where what was kept is lost.
        if profile.remote_address.as_deref() == Some(POOL) && !ours.contains(&"remote-address") {
            ours.push("remote-address");
        }
        if let Some(list) = kept.0.get("address-list").filter(|_| stays)
            && ours.contains(&"address-list")
        {
            ours.retain(|field| *field != "address-list");
            still.0.insert("address-list".to_owned(), list.clone());
            steps.push(staying(profile, list));
        }
        if !ours.is_empty() {
            steps.push(emptied(profile, &ours));
        }
    }
    // Its step out of the profile is made above.
    steps.extend(without_pool(found, None, &mut KeptProfile::default()));
    (steps, still)
}

/// Leaves the list in a profile whose lines nothing else closes.
fn staying(profile: &Profile, list: &str) -> Step {
    let name = profile.name.as_str();
    Step {
        why: Sentence::new(
            format!(
                "Tetap ada: profil {name} tidak membatasi kecepatan, jadi jalur di dalamnya hanya tertutup lewat daftar ini."
            ),
            format!(
                "It stays: the profile {name} limits no speed, so only this list keeps its lines closed."
            ),
        ),
        ..profile_step(
            name,
            StepAction::Keep,
            in_router_words([("name", name), ("address-list", list)].into_iter()),
            Work::Nothing,
        )
    }
}
