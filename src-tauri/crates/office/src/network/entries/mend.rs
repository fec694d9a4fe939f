//! The pace of a line mended as a repair does, provided that the entry still says what it said when that was planned, and
//! brought back where the repair is undone.

use super::missing::read_back;
use super::pace::{Pace, pace_of};
use super::{change_entries, lease, queue, user};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::hotspot;
use crate::network::line::{Line, Way};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// It was this and was changed.
    Changed(Pace),
    /// It was there and right.
    Right,
    /// It is something else than when that was planned, or nothing of ours any more, so it was left as it is.
    Left(Option<Pace>),
}

/// Gives a line the pace of its package where it still has the one that was `seen`. `tried` says that an earlier try of
/// ours may have done so.
///
/// # Errors
/// As of [`change_entries`], and [`Failure::OtherPace`] where the router says something else afterwards.
pub async fn mend_pace(session: &Session, line: &Line, seen: &Pace, tried: bool) -> Result<Mended, Failure> {
    let wanted = Pace::wanted(line).ok_or(Failure::NoName)?;
    match pace_of(session, line).await? {
        Some(now) if now.is_like(&wanted) && tried => {
            log_out(session, line).await?;
            return Ok(Mended::Changed(seen.clone()));
        }
        Some(now) if now.is_like(&wanted) => return Ok(Mended::Right),
        Some(now) if now.is_like(seen) => {}
        now => return Ok(Mended::Left(now)),
    }
    match (&line.way, seen) {
        // Where there is no queue one is made, with our mark.
        (Way::Static { .. }, Pace::Queue { limit: None }) => {
            change_entries(session, line).await?;
        }
        // Of what is there nothing but the pace changes, since nothing else was shown: no name and no comment. The profile is
        // the plan's to make, and not this line's.
        (Way::Hotspot { profile, .. }, _) => {
            user::require_profile(session, &profile.name).await?;
            set(session, line, &wanted).await?;
        }
        _ => set(session, line, &wanted).await?,
    }
    read_back(session, line).await?;
    Ok(Mended::Changed(seen.clone()))
}

/// Brings the pace `before` back where the line still has `after`.
///
/// # Errors
/// Any [`Failure`] of asking the router.
pub async fn bring_pace_back(
    session: &Session,
    line: &Line,
    (before, after): (&Pace, &Pace),
    tried: bool,
) -> Result<Mended, Failure> {
    match pace_of(session, line).await? {
        Some(now) if now.is_like(after) => {}
        Some(now) if tried && now.is_like(before) => {
            log_out(session, line).await?;
            return Ok(Mended::Changed(now));
        }
        now => return Ok(Mended::Left(now)),
    }
    set(session, line, before).await?;
    match pace_of(session, line).await? {
        Some(now) if now.is_like(before) => Ok(Mended::Changed(after.clone())),
        said => Err(Failure::OtherPace {
            wanted: before.clone(),
            said: said.unwrap_or_else(|| after.clone()),
        }),
    }
}

/// Ends the login of a hotspot user whose profile a try changed that was cut off before it could.
async fn log_out(session: &Session, line: &Line) -> Result<(), Failure> {
    if let Way::Hotspot { user: name, .. } = &line.way {
        hotspot::log_out(session, name, false).await?;
    }
    Ok(())
}

async fn set(session: &Session, line: &Line, to: &Pace) -> Result<(), Failure> {
    let label = line.label.as_str();
    match (&line.way, to) {
        (Way::Static { address, .. }, Pace::Queue { limit: Some(limit) }) => {
            queue::set_limit(session, address, label, limit).await
        }
        (Way::Static { address, .. }, Pace::Queue { limit: None }) => {
            queue::remove(session, address, label).await
        }
        (Way::Dhcp { mac, address, .. }, Pace::Lease { limit }) => {
            let key = (mac.as_deref(), address.as_deref());
            lease::set_limit(session, key, label, limit.as_deref()).await
        }
        (Way::Hotspot { user: name, .. }, Pace::User { profile }) => {
            user::put_under(session, name, label, profile).await
        }
        _ => Err(Failure::NoName),
    }
}
