//! One profile at a time: what a router says of it, the same after it was made or limited anew, and the way back to what
//! stood there before. What is written is read back, and a profile that lines still have is never taken off.

use billing::ConnectionType;
use routeros_api::{Command, Query, RateLimit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::profiles::{self, OurProfile};
use crate::network::reading::{self, Profile};

/// What a router says of a profile, as much of it as a plan writes and its undo brings back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProfileSaid {
    /// Whether the router has it.
    pub exists: bool,
    /// Its limit, upload/download in the router's spelling; `null` where it limits nothing.
    pub rate: Option<String>,
    /// The router's own address on its sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_address: Option<String>,
    /// What its sessions get: an address or a pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_address: Option<String>,
    /// The firewall's list on which its sessions are put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_list: Option<String>,
}

impl ProfileSaid {
    pub(super) fn of(profile: Option<&Profile>) -> ProfileSaid {
        profile.map_or_else(ProfileSaid::default, |profile| ProfileSaid {
            exists: true,
            rate: profile.rate_limit.clone(),
            local_address: profile.local_address.clone(),
            remote_address: profile.remote_address.clone(),
            address_list: profile.address_list.clone(),
        })
    }

    /// The same with a limit of ours.
    #[must_use]
    pub fn limited(&self, rate: RateLimit) -> ProfileSaid {
        ProfileSaid {
            exists: true,
            rate: Some(rate.to_string()),
            ..self.clone()
        }
    }

    /// Whether both come to the same for the lines that have it. Limits are compared by value, since routers write them in
    /// their own spelling; one that is not there is like no other.
    #[must_use]
    pub fn is_like(&self, other: &ProfileSaid) -> bool {
        self.exists == other.exists && value(self.rate.as_deref()) == value(other.rate.as_deref())
    }

    /// Whether it still is as it was made: nobody gave it other addresses either.
    fn is_as_made(&self, made: &ProfileSaid) -> bool {
        self.is_like(made)
            && self.local_address == made.local_address
            && self.remote_address == made.remote_address
            && self.address_list == made.address_list
    }

    /// What it is, in words.
    #[must_use]
    pub fn words(&self) -> Sentence {
        match &self.rate {
            _ if !self.exists => Sentence::new("tidak ada di router", "not on the router"),
            Some(rate) => Sentence::new(rate.clone(), rate.clone()),
            None => Sentence::new("tanpa batas kecepatan", "without a limit"),
        }
    }
}

/// A limit by value; a text that is no limit is different from every other.
fn value(rate: Option<&str>) -> Option<Result<RateLimit, &str>> {
    rate.map(|rate| rate.parse::<RateLimit>().map_err(|_| rate))
}

const fn menu(kind: ConnectionType) -> &'static str {
    match kind {
        ConnectionType::Hotspot => "/ip/hotspot/user/profile",
        ConnectionType::Pppoe | ConnectionType::Static | ConnectionType::Dhcp => "/ppp/profile",
    }
}

async fn find(session: &Session, kind: ConnectionType, name: &str) -> Result<Option<Profile>, Failure> {
    let mut known = match kind {
        ConnectionType::Hotspot => reading::hotspot_profiles(session).await?,
        ConnectionType::Pppoe | ConnectionType::Static | ConnectionType::Dhcp => {
            reading::profiles(session).await?
        }
    };
    Ok(known.remove(name))
}

/// What the router says of a profile.
///
/// # Errors
/// Any [`Failure`] of reading.
pub(crate) async fn look_at_profile(
    session: &Session,
    kind: ConnectionType,
    name: &str,
) -> Result<ProfileSaid, Failure> {
    Ok(ProfileSaid::of(find(session, kind, name).await?.as_ref()))
}

/// The command that limits a profile anew; without a limit it takes the one away that there is.
pub(super) fn limit(kind: ConnectionType, id: &str, rate: Option<&str>) -> Command {
    Command::new(format!("{}/set", menu(kind)))
        .attribute(".id", id)
        .attribute("rate-limit", rate.unwrap_or_default())
}

/// Makes a profile of ours, or gives it the limit that it should have, and gives what the router says then.
///
/// # Errors
/// Any [`Failure`] of asking the router; [`Failure::OtherRate`] where it says something else afterwards.
pub(crate) async fn write_profile(session: &Session, our: &OurProfile) -> Result<ProfileSaid, Failure> {
    let name = &our.wanted.name;
    let command = match find(session, our.kind, name).await? {
        Some(there) => limit(our.kind, &there.id, Some(&our.wanted.rate.to_string())),
        None if our.kind == ConnectionType::Hotspot => Command::new(format!("{}/add", menu(our.kind)))
            .attribute("name", name)
            .attribute("rate-limit", our.wanted.rate.to_string()),
        None => profiles::add_to(session, our).await?,
    };
    match session.call(command).await {
        Ok(_) => {}
        // Somebody else made it meanwhile; what is read back tells whether it is the same.
        Err(Failure::Router(error)) if error.is_duplicate() => {}
        Err(failure) => return Err(failure),
    }
    let said = look_at_profile(session, our.kind, name).await?;
    if profiles::is_right_as_said(&said, our, session).await {
        return Ok(said);
    }
    Err(Failure::OtherRate {
        profile: name.clone(),
        wanted: our.wanted.rate.to_string(),
        said: said.rate,
    })
}

/// What came of bringing a profile back.
pub(crate) enum ProfileBack {
    /// It says again what it said before.
    Done,
    /// It says something else than the plan left, or lines have it; it was left alone.
    Kept(Sentence),
}

/// Brings a profile back from what a plan left to what stood there before: to exactly that limit, to none, or off the router
/// where the plan made it.
///
/// # Errors
/// Any [`Failure`] of asking the router; [`Failure::OtherRate`] where it says something else afterwards.
pub(crate) async fn bring_profile_back(
    session: &Session,
    (kind, name): (ConnectionType, &str),
    before: &ProfileSaid,
    after: &ProfileSaid,
) -> Result<ProfileBack, Failure> {
    let there = find(session, kind, name).await?;
    let now = ProfileSaid::of(there.as_ref());
    // By an earlier try that was cut off, or by hand: nothing is left to do.
    if now.is_like(before) {
        return Ok(ProfileBack::Done);
    }
    let Some(there) = there.filter(|_| now.is_like(after)) else {
        return Ok(ProfileBack::Kept(changed_since(&now)));
    };
    let command = if before.exists {
        limit(kind, &there.id, before.rate.as_deref())
    } else {
        if !now.is_as_made(after) {
            return Ok(ProfileBack::Kept(Sentence::new(
                "Profil ini sudah diubah di router sejak dibuat, jadi dibiarkan apa adanya.",
                "This profile was changed on the router since it was made, so it was left as it is.",
            )));
        }
        let lines = lines_with(session, kind, name).await?;
        if lines > 0 {
            return Ok(ProfileBack::Kept(Sentence::new(
                format!("Profil ini sudah dipakai {lines} jalur di router, jadi tidak dihapus."),
                format!("{lines} lines on the router have this profile by now, so it was not removed."),
            )));
        }
        Command::new(format!("{}/remove", menu(kind))).attribute(".id", &there.id)
    };
    match session.call(command).await {
        Ok(_) => {}
        Err(Failure::Router(error)) if !before.exists && error.is_no_such_item() => {}
        Err(failure) => return Err(failure),
    }
    let said = look_at_profile(session, kind, name).await?;
    if said.is_like(before) {
        return Ok(ProfileBack::Done);
    }
    Err(Failure::OtherRate {
        profile: name.to_owned(),
        wanted: before.rate.clone().unwrap_or_default(),
        said: said.rate,
    })
}

/// How many secrets or hotspot users have a profile.
async fn lines_with(session: &Session, kind: ConnectionType, name: &str) -> Result<usize, Failure> {
    let lines = match kind {
        ConnectionType::Hotspot => "/ip/hotspot/user/print",
        ConnectionType::Pppoe | ConnectionType::Static | ConnectionType::Dhcp => "/ppp/secret/print",
    };
    let command = Command::new(lines)
        .proplist([".id"])
        .query(Query::equals("profile", name));
    Ok(session.call(command).await?.rows.len())
}

/// Why a profile is left as it is.
pub(crate) fn changed_since(now: &ProfileSaid) -> Sentence {
    let now = now.words();
    Sentence::new(
        format!(
            "Profil ini sudah diubah di router sejak rencana dibuat (kini {}), jadi dibiarkan apa adanya.",
            now.id
        ),
        format!(
            "This profile was changed on the router since the plan was made (now {}), so it was left as it is.",
            now.en
        ),
    )
}
