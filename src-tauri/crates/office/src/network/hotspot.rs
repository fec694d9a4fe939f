//! Hotspot lines: the user is switched off, then his cookies and his logins are taken away, in that order, so that no device
//! comes back by itself; opening switches him on, and the customer logs in again with his password. The user's profile is
//! left as it is, unless it is one by which the office closed users before: then an opening gives him the package's. A voucher (`limit-uptime`) is nobody's line and is refused; users are not made or removed here.

use std::collections::{HashMap, HashSet};

use billing::Observed;
use routeros_api::{Command, Row};

use crate::error::Sentence;
use crate::network::carry::{Carried, Halt, Keeper, Order, Warning, Wish, give_up, keep, target};
use crate::network::connections::Session;
use crate::network::entries;
use crate::network::failure::Failure;
use crate::network::line::{WantedProfile, Way};
use crate::network::reading::{self, Live};
use crate::network::said::Said;

const COOKIES: &str = "/ip/hotspot/cookie";
const LOGINS: &str = "/ip/hotspot/active";

/// A user.
#[derive(Clone, Debug)]
struct User {
    id: String,
    profile: String,
    disabled: bool,
    /// Whether an import found that its profile closes users.
    marked: bool,
    /// Whether it runs out after a time of use.
    runs_out: bool,
    comment: Option<String>,
}

struct Step<'a> {
    name: &'a str,
    /// The profile of the line's package.
    own: &'a WantedProfile,
    user: User,
    now: Said,
    wanted: Said,
    /// Whether nobody may be logged in afterwards.
    ends: bool,
    halt: &'a Halt,
}

impl Step<'_> {
    /// What the router says of a line that is not to be changed any more.
    fn halted(&self) -> Option<Said> {
        (self.changes() && self.halt.is_called()).then(|| self.now.clone())
    }

    fn changes(&self) -> bool {
        self.now != self.wanted
    }

    /// Whether the user gets the package's profile in place of one that closes him.
    fn gets_own(&self) -> bool {
        self.user.marked && matches!(self.wanted, Said::Hotspot { marked: None, .. })
    }
}

/// Carries out the orders, all of whose lines are hotspot users.
///
/// # Errors
/// When the router could not be read before anything was sent.
pub(super) async fn carry_out(
    session: &Session,
    orders: &[Order],
    keeper: &dyn Keeper,
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let isolated = session.router.details.isolated_profile.as_str();
    let names: Vec<&str> = orders.iter().filter_map(name).collect();
    let before = View::read(session, &names).await?;
    let mut steps: Vec<Result<Step<'_>, Failure>> = orders.iter().map(|order| plan(order, &before)).collect();
    keep(keeper, orders, &steps, |step| {
        step.changes().then(|| step.now.clone())
    })
    .await?;
    make_profiles(session, &mut steps).await;
    for piece in steps.chunks_mut(session.in_flight()) {
        give_up(piece, Step::halted);
        switch(session, piece).await;
    }
    end(session, &mut steps, COOKIES).await;
    let ended = end(session, &mut steps, LOGINS).await;

    let touched: Vec<&str> = steps
        .iter()
        .flatten()
        .filter(|step| step.changes() || step.ends)
        .map(|step| step.name)
        .collect();
    let (after, left) = if touched.is_empty() {
        (None, Ok(HashSet::new()))
    } else {
        let (after, left) = tokio::join!(View::read(session, &touched), still_there(session, &touched));
        (Some(after), left)
    };
    Ok(steps
        .into_iter()
        .map(|step| {
            let step = step?;
            // A user who was left alone was not read again.
            let view = match after.as_ref().filter(|_| step.changes() || step.ends) {
                Some(after) => after.as_ref().map_err(Clone::clone)?,
                None => &before,
            };
            let said = view.about(step.name);
            if said.as_ref() != Ok(&step.wanted) {
                return Err(Failure::Disagrees {
                    wanted: step.wanted,
                    said: said.ok(),
                });
            }
            if step.ends && left.as_ref().map_err(Clone::clone)?.contains(step.name) {
                return Err(Failure::SessionStays(step.name.to_owned()));
            }
            let observed = step.wanted.observed(&session.router);
            Ok(Carried {
                before: step.now,
                observed,
                dropped: ended.get(step.name).copied().unwrap_or(0),
                warnings: warnings(&step.user, observed, isolated),
                after: step.wanted,
            })
        })
        .collect())
}

fn name(order: &Order) -> Option<&str> {
    hotspot(order).map(|(name, _)| name)
}

/// The user's name and the profile of his package.
fn hotspot(order: &Order) -> Option<(&str, &WantedProfile)> {
    match &order.line.way {
        Way::Hotspot { user, profile } => Some((user.as_str(), profile)),
        _ => None,
    }
}

fn plan<'a>(order: &'a Order, view: &View) -> Result<Step<'a>, Failure> {
    let (name, own) = hotspot(order).ok_or(Failure::NoName)?;
    let user = view.user(name)?.clone();
    order.is_owner(user.comment.as_deref())?;
    let now = user.said();
    let wanted = target(&order.wish, &now, |access| Said::of_hotspot(access, &now))?;
    if user.runs_out && wanted != now {
        return Err(Failure::Voucher(name.to_owned()));
    }
    // A user whom somebody switched off by hand may be logged in still; who is closed by us is closed for good.
    let closes = matches!(wanted, Said::Hotspot { disabled: true, .. });
    let ends = closes && !matches!(order.wish, Wish::Look | Wish::OwnProfile) && !user.runs_out;
    Ok(Step {
        name,
        own,
        user,
        now,
        wanted,
        ends,
        halt: &order.halt,
    })
}

/// Makes the packages' profiles that users are to get and the router lacks.
async fn make_profiles(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let mut made: HashMap<&str, Option<Failure>> = HashMap::new();
    for step in steps.iter_mut() {
        let own = match step {
            Ok(step) if step.gets_own() => step.own,
            _ => continue,
        };
        if !made.contains_key(own.name.as_str()) {
            let failure = entries::ensure_profile(session, own).await.err();
            made.insert(&own.name, failure);
        }
        if let Some(Some(failure)) = made.get(own.name.as_str()) {
            *step = Err(failure.clone());
        }
    }
}

async fn switch(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let (places, commands): (Vec<usize>, Vec<Command>) = steps
        .iter()
        .enumerate()
        .filter_map(|(place, step)| {
            let step = step.as_ref().ok().filter(|step| step.changes())?;
            let Said::Hotspot { disabled, marked } = &step.wanted else {
                return None;
            };
            let command = Command::new("/ip/hotspot/user/set")
                .attribute(".id", &step.user.id)
                .flag("disabled", *disabled);
            let command = match marked {
                Some(profile) => command.attribute("profile", profile),
                None if step.gets_own() => command.attribute("profile", &step.own.name),
                None => command,
            };
            Some((place, command))
        })
        .unzip();
    let answers = session.call_all(commands).await;
    for (place, answer) in places.into_iter().zip(answers) {
        if let (Err(error), Some(step)) = (answer, steps.get_mut(place)) {
            *step = Err(error.into());
        }
    }
}

/// Takes away what a menu has of the users who may not come back, and gives how many items went for each.
async fn end(
    session: &Session,
    steps: &mut [Result<Step<'_>, Failure>],
    menu: &str,
) -> HashMap<String, usize> {
    let names: Vec<&str> = steps
        .iter()
        .flatten()
        .filter(|step| step.ends)
        .map(|step| step.name)
        .collect();
    if names.is_empty() {
        return HashMap::new();
    }
    let items = match of_users(session, menu, &names).await {
        Ok(items) => items,
        Err(failure) => {
            for step in steps.iter_mut() {
                if step.as_ref().is_ok_and(|step| step.ends) {
                    *step = Err(failure.clone());
                }
            }
            return HashMap::new();
        }
    };
    let commands = items
        .iter()
        .map(|item| Command::new(format!("{menu}/remove")).attribute(".id", &item.id))
        .collect();
    let mut ended: HashMap<String, usize> = HashMap::new();
    let mut refused: HashMap<String, Failure> = HashMap::new();
    for (item, answer) in items.into_iter().zip(session.call_all(commands).await) {
        match answer {
            Ok(_) => *ended.entry(item.name).or_default() += 1,
            // It ended by itself meanwhile, which is what was wanted.
            Err(error) if error.is_no_such_item() => {}
            Err(error) => {
                refused.insert(item.name, error.into());
            }
        }
    }
    for step in steps.iter_mut() {
        let failure = step
            .as_ref()
            .ok()
            .filter(|step| step.ends)
            .and_then(|step| refused.get(step.name))
            .cloned();
        if let Some(failure) = failure {
            *step = Err(failure);
        }
    }
    ended
}

/// Who of these is logged in or could be by a cookie.
async fn still_there(session: &Session, names: &[&str]) -> Result<HashSet<String>, Failure> {
    let (logins, cookies) = tokio::join!(
        of_users(session, LOGINS, names),
        of_users(session, COOKIES, names)
    );
    let items = logins?.into_iter().chain(cookies?);
    Ok(items.map(|item| item.name).collect())
}

/// The items that a menu has of these users: the item and the user's name.
async fn of_users(session: &Session, menu: &str, names: &[&str]) -> Result<Vec<Live>, Failure> {
    let wanted: HashSet<&str> = names.iter().copied().collect();
    let command = Command::new(format!("{menu}/print")).proplist([".id", "user"]);
    let reply = session
        .call(reading::narrowed(command, "user", Some(names)))
        .await?;
    let mut items = Vec::new();
    for row in &reply.rows {
        // A device that is let through without a login has no user.
        let Some(name) = row.get("user").filter(|name| wanted.contains(name)) else {
            continue;
        };
        items.push(Live {
            id: row.require(".id")?.to_owned(),
            name: name.to_owned(),
        });
    }
    Ok(items)
}

/// Ends the logins of a user, and before them the cookies by which his devices would come back, where they may not; gives
/// how many logins there were.
///
/// # Errors
/// Any [`Failure`] of asking the router.
pub(super) async fn log_out(session: &Session, name: &str, for_good: bool) -> Result<usize, Failure> {
    let menus: &[&str] = if for_good { &[COOKIES, LOGINS] } else { &[LOGINS] };
    let mut ended = 0;
    for menu in menus {
        let items = of_users(session, menu, &[name]).await?;
        ended = items.len();
        let commands = items
            .iter()
            .map(|item| Command::new(format!("{menu}/remove")).attribute(".id", &item.id))
            .collect();
        for answer in session.call_all(commands).await {
            if let Err(error) = answer
                && !error.is_no_such_item()
            {
                return Err(error.into());
            }
        }
    }
    Ok(ended)
}

/// Whether somebody is logged in under this name.
///
/// # Errors
/// Any [`Failure`] of reading.
pub(super) async fn is_logged_in(session: &Session, name: &str) -> Result<bool, Failure> {
    Ok(!of_users(session, LOGINS, &[name]).await?.is_empty())
}

/// The hotspot users at one moment.
pub(super) struct View {
    users: HashMap<String, Vec<User>>,
}

impl View {
    /// Reads the users of these names, and all where none is given.
    ///
    /// # Errors
    /// Any [`Failure`] of reading.
    pub(super) async fn read(session: &Session, names: &[&str]) -> Result<View, Failure> {
        let command = Command::new("/ip/hotspot/user/print").proplist([
            ".id",
            "name",
            "profile",
            "disabled",
            "limit-uptime",
            "comment",
        ]);
        let reply = session
            .call(reading::narrowed(command, "name", Some(names)))
            .await?;
        let marks = &session.router.closed_marks.profiles;
        let mut users: HashMap<String, Vec<User>> = HashMap::new();
        for row in &reply.rows {
            // The router's own user for devices that try it out has no name on old versions.
            if let Some(name) = row.get("name") {
                let mut user = read_user(row)?;
                user.marked = marks.contains(&user.profile);
                users.entry(name.to_owned()).or_default().push(user);
            }
        }
        Ok(View { users })
    }

    /// What the router says about a user.
    ///
    /// # Errors
    /// The user is missing, or there are several of the name.
    pub(super) fn about(&self, name: &str) -> Result<Said, Failure> {
        self.user(name).map(User::said)
    }

    /// The comment of a user.
    pub(super) fn comment(&self, name: &str) -> Option<&str> {
        self.user(name).ok()?.comment.as_deref()
    }

    fn user(&self, name: &str) -> Result<&User, Failure> {
        match self.users.get(name).map(Vec::as_slice) {
            None | Some([]) => Err(Failure::MissingHotspotUser(name.to_owned())),
            Some([user]) => Ok(user),
            // One for each server: which of them is the line's nobody can tell.
            Some(_) => Err(Failure::HotspotUserTwice(name.to_owned())),
        }
    }
}

impl User {
    fn said(&self) -> Said {
        Said::Hotspot {
            disabled: self.disabled,
            marked: self.marked.then(|| self.profile.clone()),
        }
    }
}

fn read_user(row: &Row) -> Result<User, Failure> {
    Ok(User {
        id: row.require(".id")?.to_owned(),
        profile: row.get("profile").unwrap_or("default").to_owned(),
        disabled: row.flag("disabled")?,
        marked: false,
        runs_out: runs_out(row),
        comment: reading::text(row, "comment"),
    })
}

/// Whether a user runs out after a time of use.
pub(super) fn runs_out(row: &Row) -> bool {
    row.get("limit-uptime")
        .is_some_and(|limit| !limit.is_empty() && limit != "0s")
}

/// A user who is switched on under the profile of closed lines gets next to nothing; the profile is the office's to give.
fn warnings(user: &User, observed: Observed, isolated: &str) -> Vec<Warning> {
    if observed == Observed::Closed || user.profile != isolated {
        return Vec::new();
    }
    let profile = &user.profile;
    vec![Warning {
        code: "hotspot_profile_isolated",
        sentence: Sentence::new(
            format!(
                "Pengguna hotspot ini aktif, tetapi masih memakai profil \"{profile}\". Ganti profilnya di router supaya \
                 kecepatannya kembali."
            ),
            format!(
                "This hotspot user is switched on, but still has the profile \"{profile}\". Change it on the router to \
                 bring the speed back."
            ),
        ),
    }]
}
