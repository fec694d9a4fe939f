//! What the repair of a line is: by what it is made right, what the router will be told, and what stands in the way. It only
//! proposes; whether that becomes a plan is somebody else's to say.

use billing::access::Reason;
use billing::{Access, ConnectionType};
use serde_json::{Value, json};
use store::plans::Repair;
use store::routers::Router;

use crate::access::drift::{self, Difference};
use crate::access::facts::Judged;
use crate::access::plan::{self, Blocked, DraftLine};
use crate::access::router_reading::ReadRouter;
use crate::access::words;
use crate::error::Sentence;
use crate::network::{self, Failure, Line, Made, OtherRate, Pace, Said, Way};

/// A line that differs, as the plan will have it.
pub(super) struct Proposal {
    pub difference: Difference,
    /// What the router says afterwards.
    pub after: Option<Value>,
    /// The hotspot's profile that the line gets.
    pub user_profile: Option<String>,
    pub line: DraftLine,
}

/// What is to be done about a line; `None` where it does not differ.
pub(super) fn propose(
    judged: &Judged,
    line: &Line,
    router: &Router,
    read: &ReadRouter,
    closings_wait: Option<&Sentence>,
) -> Option<Proposal> {
    let compared = drift::compare(judged, line, read);
    let is_secret = matches!(line.way, Way::Pppoe { .. });
    let repair = match compared.difference {
        Difference::None | Difference::WrongRate | Difference::Uncontrolled => return None,
        Difference::ShouldClose | Difference::ShouldOpen => Repair::Access,
        Difference::WrongProfile if is_secret => Repair::Profile,
        Difference::WrongProfile | Difference::WrongLimit => Repair::Limit,
        Difference::Missing if is_secret => Repair::Secret,
        Difference::Missing => Repair::Entries,
    };
    let action = judged.desired();
    let said = compared.said.as_ref();
    let (will_send, unsendable) = match repair {
        Repair::Access | Repair::Profile => {
            let (mut sent, failure) = plan::will_send(&line.way, action, router);
            if let Some(profile) = user_profile(line, repair, action, said.ok()) {
                sent = format!("{sent} profile={profile}");
            }
            sent = with_its_profile(sent, line, action, read);
            let failure = failure.or_else(|| compared.in_the_way.clone().map(Failure::Unplaced));
            (sent, failure.as_ref().map(Blocked::by))
        }
        Repair::Limit => (
            mended(line, compared.pace.as_ref()),
            compared.untouchable.as_ref().map(Blocked::by),
        ),
        Repair::Secret => {
            let (sent, blocked) = made_secret(judged, line, action, router);
            (with_its_profile(sent, line, action, read), blocked)
        }
        Repair::Entries => {
            let learned = matches!(said, Err(Failure::DynamicLease(_)));
            let has_password = judged.customer.details.pppoe_password.is_some();
            let lacks = network::entries_lack(line, has_password, learned);
            let failure = lacks.or_else(|| read.snapshot.in_the_way_of_making(line));
            (
                made_entries(line, action, router, learned),
                failure.as_ref().map(Blocked::by),
            )
        }
    };
    let for_a_bill = matches!(judged.verdict.reasons.first(), Some(Reason::Overdue { .. }));
    let not_now = closings_wait.filter(|_| compared.difference == Difference::ShouldClose && for_a_bill);
    let blocked = Blocked::by_mode(router).or(unsendable).or_else(|| {
        not_now.map(|why| Blocked {
            code: "not_closing_now",
            sentence: why.clone(),
            is_failure: false,
        })
    });
    let (seen, after) = match repair {
        Repair::Limit => (
            json_of(compared.pace.as_ref()),
            json_of(Pace::wanted(line).as_ref()),
        ),
        Repair::Entries => (None, json_of(made(line, action, router).as_ref())),
        Repair::Access | Repair::Profile | Repair::Secret => (
            json_of(said.ok()),
            json_of(after(line, action, said.ok(), router).as_ref()),
        ),
    };
    Some(Proposal {
        difference: compared.difference,
        after,
        user_profile: user_profile(line, repair, action, said.ok()).map(str::to_owned),
        line: DraftLine {
            customer_id: judged.customer.id,
            customer_no: judged.customer.details.customer_no.clone(),
            name: judged.customer.details.name.clone(),
            router_id: Some(router.id),
            router: Some(router.details.name.clone()),
            action,
            repair,
            seen,
            reason: words::decisive(judged),
            amount: judged.verdict.overdue_amount(),
            will_send,
            blocked,
        },
    })
}

/// The package's profile where a hotspot user is to get it: when his profile is repaired, when he is made, and when he is
/// opened under one that closes him.
fn user_profile<'l>(line: &'l Line, repair: Repair, action: Access, said: Option<&Said>) -> Option<&'l str> {
    let Way::Hotspot { profile, .. } = &line.way else {
        return None;
    };
    let gets_it = match repair {
        Repair::Limit | Repair::Entries => true,
        Repair::Access => {
            action == Access::Open && matches!(said, Some(Said::Hotspot { marked: Some(_), .. }))
        }
        Repair::Profile | Repair::Secret => false,
    };
    gets_it.then_some(profile.name.as_str())
}

fn json_of(said: Option<&impl serde::Serialize>) -> Option<Value> {
    said.map(|said| json!(said))
}

/// What the router says about the line once it is repaired.
fn after(line: &Line, action: Access, now: Option<&Said>, router: &Router) -> Option<Said> {
    match &line.way {
        Way::Pppoe { profile, .. } => {
            let new = Said::Pppoe {
                profile: profile.name.clone(),
                disabled: false,
            };
            Some(Said::of_repair(
                action,
                now.unwrap_or(&new),
                &profile.name,
                router,
            ))
        }
        Way::Static { .. } => {
            let how = router.details.static_isolation;
            now.map(|now| Said::of_static(action, how, now))
        }
        Way::Dhcp { .. } => now.map(|now| Said::of_lease(action, now)),
        Way::Hotspot { .. } => now.map(|now| Said::of_hotspot(action, now)),
        Way::Unnamed => None,
    }
}

/// What a repair makes for a line that the router lacks.
fn made(line: &Line, action: Access, router: &Router) -> Option<Made> {
    let new = match &line.way {
        Way::Static { .. } => Said::Address {
            disabled: false,
            listed: false,
            marked: Vec::new(),
        },
        _ => Said::Lease {
            listed: false,
            blocked: false,
            marked: Vec::new(),
        },
    };
    Some(Made {
        said: after(line, action, Some(&new), router)?,
        made: network::entry_menus(&line.way)
            .iter()
            .map(|menu| (*menu).to_owned())
            .collect(),
        pace: Pace::wanted(line),
    })
}

/// The same with the profile before it that a PPPoE line makes because the router lacks it.
fn with_its_profile(sent: String, line: &Line, action: Access, read: &ReadRouter) -> String {
    let Way::Pppoe { profile, .. } = &line.way else {
        return sent;
    };
    let name = match action {
        Access::Open => &profile.name,
        Access::Closed => &read.isolated,
    };
    let is_it = |rate: &&OtherRate| rate.kind == ConnectionType::Pppoe && rate.profile == *name;
    match read.missing_profiles.iter().find(is_it) {
        Some(missing) => format!(
            "/ppp/profile/add name={name} rate-limit={}; {sent}",
            missing.wanted
        ),
        None => sent,
    }
}

/// What is sent for a missing secret. One without a password lets in whoever knows the name, so none is made.
fn made_secret(judged: &Judged, line: &Line, action: Access, router: &Router) -> (String, Option<Blocked>) {
    let Way::Pppoe { username, profile } = &line.way else {
        return (String::new(), Some(Blocked::by(&Failure::NoName)));
    };
    let profile = match action {
        Access::Open => &profile.name,
        Access::Closed => &router.details.isolated_profile,
    };
    let label = &line.label;
    let sent = format!("/ppp/secret/add name={username} service=pppoe profile={profile} comment=\"{label}\"");
    let is_known = judged.customer.details.pppoe_password.is_some();
    let blocked = (!is_known).then(|| Blocked {
        code: "pppoe_password_missing",
        sentence: Sentence::new(
            "Kata sandi PPPoE pelanggan ini belum tercatat. Isi dulu di data pelanggan.",
            "The customer's PPPoE password is not recorded. Enter it in the customer's record first.",
        ),
        is_failure: true,
    });
    (sent, blocked)
}

/// What is sent for a line of another kind that is missing; `learned` says that the router gave its lease by itself.
fn made_entries(line: &Line, action: Access, router: &Router, learned: bool) -> String {
    let label = &line.label;
    let mut sent = match &line.way {
        Way::Static { address, mac, rate } => format!(
            "/ip/arp/add address={address} mac-address={} comment=\"{label}\"; /queue/simple/add name=\"{}\" \
             target={address}/32 max-limit={rate} comment=\"{label}\"",
            mac.as_deref().unwrap_or("?"),
            network::queue_name(label)
        ),
        Way::Dhcp { mac, address, rate } if learned => format!(
            "/ip/dhcp-server/lease/make-static {} rate-limit={rate} comment=\"{label}\"",
            mac.as_deref().or(address.as_deref()).unwrap_or("?")
        ),
        Way::Dhcp { mac, address, rate } => format!(
            "/ip/dhcp-server/lease/add address={} mac-address={} rate-limit={rate} comment=\"{label}\"",
            address.as_deref().unwrap_or("?"),
            mac.as_deref().unwrap_or("?")
        ),
        Way::Hotspot { user, profile } => format!(
            "/ip/hotspot/user/add name={user} profile={} comment=\"{label}\"",
            profile.name
        ),
        Way::Pppoe { .. } | Way::Unnamed => String::new(),
    };
    if action == Access::Closed {
        let (closes, _) = plan::will_send(&line.way, action, router);
        sent = format!("{sent}; {closes}");
    }
    sent
}

/// What is sent to make a line as fast as its package.
fn mended(line: &Line, now: Option<&Pace>) -> String {
    match (&line.way, now) {
        (Way::Static { address, rate, .. }, Some(Pace::Queue { limit: None })) => {
            let label = &line.label;
            let name = network::queue_name(label);
            format!(
                "/queue/simple/add name=\"{name}\" target={address}/32 max-limit={rate} comment=\"{label}\""
            )
        }
        (Way::Static { address, rate, .. }, _) => {
            format!("/queue/simple/set {address} max-limit={rate}")
        }
        (Way::Dhcp { mac, address, rate }, _) => {
            let called = mac.as_deref().or(address.as_deref()).unwrap_or_default();
            format!("/ip/dhcp-server/lease/set {called} rate-limit={rate}")
        }
        (Way::Hotspot { user, profile }, _) => format!(
            "/ip/hotspot/user/set {user} profile={}; /ip/hotspot/active/remove {user}",
            profile.name
        ),
        (Way::Pppoe { .. } | Way::Unnamed, _) => String::new(),
    }
}
