//! The hotspot user of a line, with its password and the profile of its package. Who is logged in keeps what he logged in
//! with, so a login is ended after a change; a voucher is nobody's line and is refused.

use routeros_api::{Command, Query, RateLimit};
use secrecy::{ExposeSecret as _, SecretString};

use super::missing::no_password;
use super::{Change, differs, owned, remove_item};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::hotspot;
use crate::network::line::WantedProfile;
use crate::network::mark::{self, Mark};
use crate::network::reading;
use crate::network::removal::Removal;

pub(super) const MENU: &str = "/ip/hotspot/user";
const PROFILES: &str = "/ip/hotspot/user/profile";

struct User {
    id: String,
    profile: String,
    /// As far as the API user may see it.
    password: Option<SecretString>,
    comment: Option<String>,
    disabled: bool,
}

pub(super) async fn add(
    session: &Session,
    name: &str,
    password: Option<&SecretString>,
    profile: &WantedProfile,
    (label, was_removed): (&str, bool),
) -> Result<Change, Failure> {
    match read(session, name).await? {
        Some(there) => take_over(session, name, password, profile, (label, was_removed), there).await,
        None => make(session, name, password, profile, label)
            .await
            .map(|()| Change::Added),
    }
}

/// Makes the user where he is missing, and leaves one alone whom somebody made since; gives whether he is of our making.
/// `tried` says that an earlier try of ours may have made him.
pub(super) async fn make_missing(
    session: &Session,
    name: &str,
    password: &SecretString,
    profile: &WantedProfile,
    (label, tried): (&str, bool),
) -> Result<bool, Failure> {
    if let Some(there) = read(session, name).await? {
        return Ok(tried && mark::of(there.comment.as_deref(), label) == Mark::This);
    }
    require_profile(session, &profile.name).await?;
    write(session, name, password, profile, label).await?;
    Ok(true)
}

async fn make(
    session: &Session,
    name: &str,
    password: Option<&SecretString>,
    profile: &WantedProfile,
    label: &str,
) -> Result<(), Failure> {
    // Without one, whoever knows the name is in.
    let password = password.ok_or_else(no_password)?;
    ensure(session, profile).await?;
    write(session, name, password, profile, label).await
}

async fn write(
    session: &Session,
    name: &str,
    password: &SecretString,
    profile: &WantedProfile,
    label: &str,
) -> Result<(), Failure> {
    let command = Command::new(format!("{MENU}/add"))
        .attribute("name", name)
        .attribute("password", password.expose_secret())
        .attribute("profile", &profile.name)
        .attribute("comment", label);
    session.call(command).await?;
    Ok(())
}

async fn take_over(
    session: &Session,
    name: &str,
    password: Option<&SecretString>,
    profile: &WantedProfile,
    (label, was_removed): (&str, bool),
    there: User,
) -> Result<Change, Failure> {
    let mark = owned(MENU, name, there.comment.as_deref(), label)?;
    // A password that the router does not show cannot be compared; the one that is there stays.
    let password = password.filter(|wanted| {
        let shown = there.password.as_ref();
        shown.is_some_and(|shown| shown.expose_secret() != wanted.expose_secret())
    });
    let mut what = Vec::new();
    for (differs, name) in [
        (there.profile != profile.name && !was_removed, "profile"),
        (password.is_some(), "password"),
        (there.disabled && !was_removed, "disabled"),
    ] {
        if differs {
            what.push(name);
        }
    }
    match mark {
        Mark::None | Mark::Foreign if !what.is_empty() => return Err(differs(MENU, name, what)),
        Mark::Foreign => return Ok(Change::Adopted),
        _ => {}
    }
    let comment = Some(label).filter(|label| there.comment.as_deref() != Some(*label));
    let profile = Some(profile).filter(|profile| there.profile != profile.name);
    if comment.is_none() && password.is_none() && profile.is_none() {
        return Ok(Change::Unchanged);
    }
    if let Some(profile) = profile {
        ensure(session, profile).await?;
    }
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute_if("password", password.map(|password| password.expose_secret()))
        .attribute_if("profile", profile.map(|profile| profile.name.as_str()))
        .attribute_if("comment", comment);
    session.call(command).await?;
    Ok(match mark {
        Mark::This => Change::Changed,
        _ => Change::Adopted,
    })
}

/// Gives the user the profile of his package; somebody's own note stays, and who is logged in logs in again with it.
pub(super) async fn set_profile(
    session: &Session,
    name: &str,
    profile: &WantedProfile,
    label: &str,
) -> Result<Change, Failure> {
    let there = read(session, name)
        .await?
        .ok_or_else(|| Failure::MissingHotspotUser(name.to_owned()))?;
    let mark = owned(MENU, name, there.comment.as_deref(), label)?;
    if there.profile == profile.name {
        return Ok(Change::Unchanged);
    }
    ensure(session, profile).await?;
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute("profile", &profile.name)
        .attribute_if("comment", (mark != Mark::Foreign).then_some(label));
    session.call(command).await?;
    hotspot::log_out(session, name, false).await?;
    Ok(Change::Changed)
}

/// Puts the user, where he is not another customer's, under a profile that the router has; who is logged in logs in again with it.
pub(super) async fn put_under(
    session: &Session,
    name: &str,
    label: &str,
    profile: &str,
) -> Result<(), Failure> {
    let there = read(session, name)
        .await?
        .ok_or_else(|| Failure::MissingHotspotUser(name.to_owned()))?;
    owned(MENU, name, there.comment.as_deref(), label)?;
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &there.id)
        .attribute("profile", profile);
    session.call(command).await?;
    hotspot::log_out(session, name, false).await?;
    Ok(())
}

/// The user where his comment is exactly `comment`.
pub(super) async fn marked(session: &Session, name: &str, comment: &str) -> Result<Option<String>, Failure> {
    let there = read(session, name).await?;
    let marked = there.filter(|user| user.comment.as_deref() == Some(comment));
    Ok(marked.map(|user| user.id))
}

/// Gives the user another name; the logins and cookies of the old one end. `false` where there was none.
pub(super) async fn rename(session: &Session, from: &str, to: &str, label: &str) -> Result<bool, Failure> {
    let Some(old) = read(session, from).await? else {
        return Ok(false);
    };
    let mark = owned(MENU, from, old.comment.as_deref(), label)?;
    if let Some(new) = read(session, to).await? {
        owned(MENU, to, new.comment.as_deref(), label)?;
        return Err(differs(MENU, to, vec!["name"]));
    }
    let command = Command::new(format!("{MENU}/set"))
        .attribute(".id", &old.id)
        .attribute("name", to)
        .attribute_if("comment", (mark != Mark::Foreign).then_some(label));
    session.call(command).await?;
    hotspot::log_out(session, from, true).await?;
    Ok(true)
}

/// Switches the user off, ends his cookies and logins in that order, and removes him where he is ours.
pub(super) async fn remove(session: &Session, name: &str, label: &str) -> Result<(Removal, usize), Failure> {
    let Some(there) = read(session, name).await? else {
        return Ok((Removal::Gone, hotspot::log_out(session, name, true).await?));
    };
    let Ok(mark) = owned(MENU, name, there.comment.as_deref(), label) else {
        return Ok((Removal::NotOurs, 0));
    };
    if !there.disabled {
        let command = Command::new(format!("{MENU}/set"))
            .attribute(".id", &there.id)
            .flag("disabled", true);
        session.call(command).await?;
    }
    let ended = hotspot::log_out(session, name, true).await?;
    if mark != Mark::This {
        return Ok((Removal::SwitchedOff, ended));
    }
    remove_item(session, MENU, &there.id).await?;
    Ok((Removal::Removed, ended))
}

/// Refuses what needs a profile that the router lacks.
///
/// # Errors
/// [`Failure::MissingProfile`], and any other [`Failure`] of asking the router.
pub(super) async fn require_profile(session: &Session, name: &str) -> Result<(), Failure> {
    let command = Command::new(format!("{PROFILES}/print"))
        .proplist([".id"])
        .query(Query::equals("name", name));
    match session.call(command).await?.first() {
        Some(_) => Ok(()),
        None => Err(Failure::MissingProfile(name.to_owned())),
    }
}

/// Makes the profile of a package where it is missing and ours, and gives it the package's rate.
pub(in crate::network) async fn ensure(session: &Session, wanted: &WantedProfile) -> Result<(), Failure> {
    let command = Command::new(format!("{PROFILES}/print"))
        .proplist([".id", "name", "rate-limit"])
        .query(Query::equals("name", &wanted.name));
    let reply = session.call(command).await?;
    let rate = wanted.rate.to_string();
    let command = match reply.first() {
        Some(_) if !wanted.ours => return Ok(()),
        None if !wanted.ours => return Err(Failure::MissingProfile(wanted.name.clone())),
        None => Command::new(format!("{PROFILES}/add")).attribute("name", &wanted.name),
        Some(there) => {
            let own = there
                .get("rate-limit")
                .and_then(|rate| rate.parse::<RateLimit>().ok());
            if own.is_some_and(|own| (own.upload, own.download) == (wanted.rate.upload, wanted.rate.download))
            {
                return Ok(());
            }
            Command::new(format!("{PROFILES}/set")).attribute(".id", there.require(".id")?)
        }
    };
    session.call(command.attribute("rate-limit", rate)).await?;
    Ok(())
}

async fn read(session: &Session, name: &str) -> Result<Option<User>, Failure> {
    let command = Command::new(format!("{MENU}/print"))
        .proplist([
            ".id",
            "name",
            "profile",
            "password",
            "comment",
            "disabled",
            "limit-uptime",
        ])
        .query(Query::equals("name", name));
    let reply = session.call(command).await?;
    let mut users = reply.rows.iter().filter(|row| row.get("name") == Some(name));
    let Some(row) = users.next() else { return Ok(None) };
    if users.next().is_some() {
        return Err(Failure::HotspotUserTwice(name.to_owned()));
    }
    if hotspot::runs_out(row) {
        return Err(Failure::Voucher(name.to_owned()));
    }
    Ok(Some(User {
        id: row.require(".id")?.to_owned(),
        profile: row.get("profile").unwrap_or("default").to_owned(),
        password: row
            .get("password")
            .filter(|shown| !shown.bytes().all(|byte| byte == b'*'))
            .map(SecretString::from),
        comment: reading::text(row, "comment"),
        disabled: row.flag("disabled")?,
    }))
}
