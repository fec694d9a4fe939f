//! PPP profiles: `pkg-<code>` for each package and the one of closed lines. A missing one is made before it is used; one
//! that exists is changed only by a sync, only in its rate, and never where the office mapped a package to it. The same goes
//! for the hotspot's profiles of those names, which are made with their first user, or by the plan that needs them, and by
//! no sync.

use std::collections::{HashMap, HashSet};

use billing::ConnectionType;
use routeros_api::{Command, RateLimit};
use store::Tx;
use store::packages::Package;
use store::routers::{NewProfiles, Router};

use crate::error::{Result, Sentence};
use crate::logs::{self, Entry};
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::isolation_list;
use crate::network::line::WantedProfile;
use crate::network::profile_change::{self, ProfileSaid};
use crate::network::reading::{self, Profile};
use crate::office::Call;

billing::text_enum! {
    /// What a sync did with a profile.
    pub enum ProfileAction as "profile action" {
        /// It was missing.
        Created => "created",
        /// Its rate was another one.
        Updated => "updated",
        /// It was as it should be.
        Unchanged => "unchanged",
    }
}

/// A profile that lines are about to need, and the one that its first line has now.
pub(super) struct Need {
    pub wanted: WantedProfile,
    pub now: Option<String>,
}

/// Makes the profiles that are missing and ours; gives why the others cannot be had, by their names.
pub(super) async fn ensure(
    session: &Session,
    known: &HashMap<String, Profile>,
    needs: Vec<Need>,
) -> HashMap<String, Failure> {
    let missing: Vec<Need> = needs
        .into_iter()
        .filter(|need| !known.contains_key(&need.wanted.name))
        .collect();
    let (ours, theirs): (Vec<Need>, Vec<Need>) = missing.into_iter().partition(|need| need.wanted.ours);
    let details = &session.router.details;
    let mut failures = HashMap::new();
    let mut makeable = Vec::new();
    let mut commands = Vec::new();
    for need in ours {
        // Who is closed now has the addresses of closed lines, which no open one should get.
        let now = need.now.as_deref().filter(|now| *now != details.isolated_profile);
        match add(&need.wanted, now, known, &details.new_profiles) {
            Ok(command) => {
                commands.push(command);
                makeable.push(need);
            }
            Err(failure) => {
                failures.insert(need.wanted.name, failure);
            }
        }
    }
    for (need, answer) in makeable.iter().zip(session.call_all(commands).await) {
        if let Err(error) = answer
            // Somebody else made it meanwhile.
            && !error.is_duplicate()
        {
            failures.insert(need.wanted.name.clone(), error.into());
        }
    }
    for need in theirs {
        let name = need.wanted.name;
        failures.insert(name.clone(), Failure::MissingProfile(name));
    }
    failures
}

/// A profile without addresses leaves a customer who dials again without one, so a new profile gets what the office named
/// for the router, and else takes those of the profile that its first line comes from, or of the router's default.
fn add(
    wanted: &WantedProfile,
    now: Option<&str>,
    known: &HashMap<String, Profile>,
    named: &NewProfiles,
) -> Result<Command, Failure> {
    let like = now
        .and_then(|now| known.get(now))
        .or_else(|| known.get(&named.like));
    if like.is_none() && (named.local_address.is_none() || named.remote_address.is_none()) {
        return Err(Failure::MissingDefaultProfile(named.like.clone()));
    }
    let local = like.and_then(|like| like.local_address.as_deref());
    let remote = like.and_then(|like| like.remote_address.as_deref());
    let command = Command::new("/ppp/profile/add")
        .attribute("name", &wanted.name)
        .attribute("rate-limit", wanted.rate.to_string())
        .attribute_if("local-address", named.local_address.as_deref().or(local))
        .attribute_if("remote-address", named.remote_address.as_deref().or(remote));
    Ok(command)
}

/// A profile that is ours, and for whom.
pub(crate) struct OurProfile {
    /// The code of its package; none for the profile of closed lines.
    pub package: Option<String>,
    /// Of which lines it is: PPPoE ones, or those of the hotspot.
    pub kind: ConnectionType,
    /// What it should be.
    pub wanted: WantedProfile,
}

/// The profiles that are ours on a router: of each package that is sold and that the office did not map to a profile of
/// the router's own, and the one of closed lines.
pub(crate) async fn ours(tx: &mut Tx, router: &Router) -> Result<Vec<OurProfile>> {
    let mapped: HashSet<i64> = store::packages::profiles(tx, router.id)
        .await?
        .into_iter()
        .map(|profile| profile.package_id)
        .collect();
    let mut kinds = vec![ConnectionType::Pppoe];
    if store::customers::any_of_kind(tx, router.id, ConnectionType::Hotspot).await? {
        kinds.push(ConnectionType::Hotspot);
    }
    let packages = store::packages::all(tx).await?;
    let mut ours: Vec<OurProfile> = packages
        .iter()
        .filter(|package| package.details.is_active && !mapped.contains(&package.id))
        .flat_map(|package| {
            kinds.iter().map(|&kind| OurProfile {
                package: Some(package.details.code.clone()),
                kind,
                wanted: WantedProfile::of_package(package, None),
            })
        })
        .collect();
    ours.push(OurProfile {
        package: None,
        kind: ConnectionType::Pppoe,
        wanted: WantedProfile::isolated(&router.details.isolated_profile),
    });
    Ok(ours)
}

/// The router's own profiles that the office has for its packages. They are looked at and never changed.
pub(crate) async fn mapped(tx: &mut Tx, router: &Router) -> Result<Vec<OurProfile>> {
    let mapped = store::packages::profiles(tx, router.id).await?;
    let packages = store::packages::all(tx).await?;
    let mut kinds = vec![ConnectionType::Pppoe];
    if store::customers::any_of_kind(tx, router.id, ConnectionType::Hotspot).await? {
        kinds.push(ConnectionType::Hotspot);
    }
    let of = |package: &Package| {
        let mapping = mapped.iter().find(|mapping| mapping.package_id == package.id)?;
        Some(WantedProfile::of_package(package, Some(&mapping.profile)))
    };
    Ok(packages
        .iter()
        .filter_map(|package| Some((package, of(package)?)))
        .flat_map(|(package, wanted)| {
            kinds.iter().map(move |&kind| OurProfile {
                package: Some(package.details.code.clone()),
                kind,
                wanted: wanted.clone(),
            })
        })
        .collect())
}

/// The profiles that a router has.
struct Known {
    ppp: HashMap<String, Profile>,
    hotspot: HashMap<String, Profile>,
    /// Whether whoever is put under the profile of closed lines is closed.
    closes: bool,
}

impl Known {
    async fn read(session: &Session, ours: &[OurProfile]) -> Result<Known, Failure> {
        let has_hotspot = ours.iter().any(|our| our.kind == ConnectionType::Hotspot);
        let ppp = reading::profiles(session).await?;
        Ok(Known {
            closes: closes(session, &ppp).await,
            ppp,
            hotspot: if has_hotspot {
                reading::hotspot_profiles(session).await?
            } else {
                HashMap::new()
            },
        })
    }

    fn get(&self, our: &OurProfile) -> Option<&Profile> {
        match our.kind {
            ConnectionType::Hotspot => self.hotspot.get(&our.wanted.name),
            _ => self.ppp.get(&our.wanted.name),
        }
    }
}

/// A profile of ours, or one of the router's own for a package, that has another limit there.
#[derive(Clone, Debug)]
pub(crate) struct OtherRate {
    /// The profile.
    pub profile: String,
    /// Of which lines it is.
    pub kind: ConnectionType,
    /// The code of its package; none for the profile of closed lines.
    pub package: Option<String>,
    /// What the router says.
    pub seen: ProfileSaid,
    /// What it should be.
    pub wanted: RateLimit,
    /// Whether it is ours to change.
    pub ours: bool,
}

/// Those of these profiles that a router has with another limit, and those of ours that it lacks. One of ours that is missing
/// is made before it is used.
///
/// # Errors
/// Any [`Failure`] of reading.
pub(crate) async fn other_rates(session: &Session, ours: Vec<OurProfile>) -> Result<Vec<OtherRate>, Failure> {
    let known = Known::read(session, &ours).await?;
    let isolated = session.router.details.isolated_profile.as_str();
    let other = |our: OurProfile| {
        let there = known.get(&our);
        let is_right = match there {
            None => !our.wanted.ours,
            Some(there) if our.wanted.ours => is_right(there, &our, isolated, known.closes),
            Some(there) => is_as_fast(there, &our),
        };
        (!is_right).then(|| OtherRate {
            ours: our.wanted.ours,
            profile: our.wanted.name,
            kind: our.kind,
            package: our.package,
            seen: ProfileSaid::of(there),
            wanted: our.wanted.rate,
        })
    };
    Ok(ours.into_iter().filter_map(other).collect())
}

/// A profile of ours beside what a router says of it.
pub(crate) struct Compared {
    /// The profile.
    pub our: OurProfile,
    /// What the router says.
    pub now: ProfileSaid,
    /// What a sync does with it.
    pub action: ProfileAction,
}

/// Compares the profiles of ours with what a router has. The hotspot's that are missing are left out, since no sync makes
/// them.
///
/// # Errors
/// Any [`Failure`] of reading, and [`Failure::MissingDefaultProfile`] where one that is missing could not be made.
pub(crate) async fn compare(session: &Session, ours: Vec<OurProfile>) -> Result<Vec<Compared>, Failure> {
    let known = Known::read(session, &ours).await?;
    compare_with(session, &known, ours)
}

fn compare_with(session: &Session, known: &Known, ours: Vec<OurProfile>) -> Result<Vec<Compared>, Failure> {
    let isolated = session.router.details.isolated_profile.as_str();
    let named = &session.router.details.new_profiles;
    let mut compared = Vec::new();
    for our in ours {
        let there = known.get(&our);
        let action = match there {
            None if our.kind == ConnectionType::Hotspot => continue,
            None => {
                add(&our.wanted, None, &known.ppp, named)?;
                ProfileAction::Created
            }
            Some(there) if is_right(there, &our, isolated, known.closes) => ProfileAction::Unchanged,
            Some(_) => ProfileAction::Updated,
        };
        let now = ProfileSaid::of(there);
        compared.push(Compared { our, now, action });
    }
    Ok(compared)
}

/// The command that makes a missing profile of ours for no line in particular.
///
/// # Errors
/// As [`compare`].
pub(super) async fn add_to(session: &Session, our: &OurProfile) -> Result<Command, Failure> {
    let known = reading::profiles(session).await?;
    add(&our.wanted, None, &known, &session.router.details.new_profiles)
}

/// Brings the profiles of a router up to date without asking anybody, logs what was changed, and gives how many there are.
/// Packages that are no longer sold keep their profile as it is: lines may still have it. So does a profile that a person
/// took back with its plan, for as long as that holds.
///
/// # Errors
/// `router_observed` for a router that may not be written to, and whatever [`Failure`] the router causes.
pub async fn sync_router(call: &Call<'_>, router_id: i64) -> Result<u64> {
    let session = call.office.network().session(call.office, router_id).await?;
    super::require_managed(&session.router)?;
    // Asked for with the router in hand: a package that was changed while this waited counts.
    let mut tx = call.read().await?;
    let mut ours = ours(&mut tx, &session.router).await?;
    let held = store::plans::held_profiles(&mut tx, router_id, call.today).await?;
    drop(tx);
    let is_held = |our: &OurProfile| {
        let rate = our.wanted.rate.to_string();
        held.iter()
            .any(|held| held.keeps(our.kind, &our.wanted.name, &rate))
    };
    ours.retain(|our| !is_held(our));
    let synced = sync(&session, ours).await?;
    let router = session.router.clone();
    drop(session);

    let changed: Vec<&Compared> = synced
        .iter()
        .filter(|profile| profile.action != ProfileAction::Unchanged)
        .collect();
    if !changed.is_empty() {
        let names = changed
            .iter()
            .map(|profile| profile.our.wanted.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let detail: Vec<serde_json::Value> = changed
            .iter()
            .map(|profile| {
                serde_json::json!({
                    "profile": profile.our.wanted.name, "connection_type": profile.our.kind, "action": profile.action,
                    "before": profile.now, "rate": profile.our.wanted.rate.to_string(),
                })
            })
            .collect();
        let entry = Entry::done(
            "profiles_synced",
            (
                format!("Profil diselaraskan: {names}. Sesi yang sedang berjalan memakai batas baru setelah menyambung lagi."),
                format!("Profiles brought up to date: {names}. Running sessions have the new limit once they dial again."),
            ),
        )
        .about("router", router.id, router.details.name)
        .detail(serde_json::json!({ "profiles": detail }));
        let mut tx = call.begin().await?;
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
    }
    Ok(synced.len() as u64)
}

async fn sync(session: &Session, ours: Vec<OurProfile>) -> Result<Vec<Compared>, Failure> {
    let known = Known::read(session, &ours).await?;
    let compared = compare_with(session, &known, ours)?;
    let mut commands = Vec::new();
    for Compared { our, action, .. } in &compared {
        match (action, known.get(our)) {
            (ProfileAction::Updated, Some(there)) => {
                let rate = our.wanted.rate.to_string();
                commands.push(profile_change::limit(our.kind, &there.id, Some(&rate)));
            }
            (ProfileAction::Created, None) => {
                let named = &session.router.details.new_profiles;
                commands.push(add(&our.wanted, None, &known.ppp, named)?);
            }
            _ => {}
        }
    }
    for answer in session.call_all(commands).await {
        answer?;
    }
    Ok(compared)
}

/// Whether whoever is put under the router's profile of closed lines is closed: it limits them, or a rule keeps out the list
/// that it puts them on. One that is missing is made with a limit.
pub(super) async fn closes(session: &Session, profiles: &HashMap<String, Profile>) -> bool {
    match profiles.get(&session.router.details.isolated_profile) {
        Some(profile) => has_effect(session, &ProfileSaid::of(Some(profile))).await,
        None => true,
    }
}

async fn has_effect(session: &Session, said: &ProfileSaid) -> bool {
    let is_limited = rate_of(said).is_some_and(|rate| !rate.is_unlimited());
    match &said.address_list {
        _ if is_limited => true,
        Some(list) => isolation_list::has_rule(session, list).await,
        None => false,
    }
}

/// Why a line is not closed by the profile of closed lines.
pub(super) fn without_effect(isolated: &str) -> Obstacle {
    Obstacle {
        code: "isolated_profile_without_effect",
        sentence: Sentence::new(
            format!(
                "Profil {isolated} di router tidak membatasi apa pun, jadi jalur tidak terputus. Samakan profil router ini, atau \
                 siapkan halaman isolirnya."
            ),
            format!(
                "The profile {isolated} on the router limits nothing, so the line is not cut off. Bring the router's profiles up \
                 to date, or prepare its isolation page."
            ),
        ),
    }
}

/// Limits are compared by value, since routers write them in their own spelling. The isolated profile is right as soon as
/// it has an effect; how much a closed line gets is the office's business.
fn is_right(there: &Profile, our: &OurProfile, isolated: &str, closes: bool) -> bool {
    if is_of_closed(our, isolated) {
        return closes;
    }
    rate_of(&ProfileSaid::of(Some(there))) == Some(our.wanted.rate)
}

/// The same of what a router said.
pub(crate) async fn is_right_as_said(said: &ProfileSaid, our: &OurProfile, session: &Session) -> bool {
    if is_of_closed(our, &session.router.details.isolated_profile) {
        return has_effect(session, said).await;
    }
    rate_of(said) == Some(our.wanted.rate)
}

/// Whether a profile of the router's own gives its lines the speed of the package; bursts are the router's business.
fn is_as_fast(there: &Profile, mapped: &OurProfile) -> bool {
    let speeds = |rate: RateLimit| (rate.upload, rate.download);
    rate_of(&ProfileSaid::of(Some(there))).map(speeds) == Some(speeds(mapped.wanted.rate))
}

fn is_of_closed(our: &OurProfile, isolated: &str) -> bool {
    our.kind == ConnectionType::Pppoe && our.wanted.name == isolated
}

fn rate_of(said: &ProfileSaid) -> Option<RateLimit> {
    said.rate.as_deref().and_then(|rate| rate.parse().ok())
}
