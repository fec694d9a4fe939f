//! Lines with a fixed address: their ARP entry switched off and on, or their address put on the isolation list, by the
//! router's setting. The line's simple queue is left as it is. A missing entry is an error, never a success (A12).

use std::collections::{HashMap, HashSet};

use billing::StaticIsolation;
use routeros_api::Command;

use crate::error::Sentence;
use crate::network::carry::{Carried, Order, Warning, target};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::{Said, Way};
use crate::network::reading::{self, Arp, Listed};
use crate::network::{arp_check, isolation_list};

/// What the router has about one address.
enum Entry {
    Arp(Arp),
    Listed(Option<Listed>),
}

struct Step<'a> {
    address: &'a str,
    label: &'a str,
    entry: Entry,
    now: Said,
    wanted: Said,
}

/// Carries out the orders, all of whose lines have fixed addresses.
///
/// # Errors
/// When the router could not be read before anything was sent.
pub(super) async fn carry_out(
    session: &Session,
    orders: &[Order],
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let how = session.router.details.static_isolation;
    let addresses: Vec<&str> = orders.iter().filter_map(address).collect();
    let before = View::read(session, how, &addresses).await?;
    let mut steps: Vec<Result<Step<'_>, Failure>> =
        orders.iter().map(|order| plan(order, how, &before)).collect();
    send(session, &mut steps).await;

    let changed: Vec<&str> = steps
        .iter()
        .flatten()
        .filter(|step| step.now != step.wanted)
        .map(|step| step.address)
        .collect();
    let after = if changed.is_empty() {
        Ok(before)
    } else {
        View::read(session, how, &changed).await
    };
    let answering = match how {
        StaticIsolation::ArpDisable => arp_check::answering_interfaces(session).await,
        StaticIsolation::AddressList => HashSet::new(),
    };
    let is_listed = |step: &Step<'_>| step.wanted == Said::AddressList { listed: true };
    let without_effect = match steps.iter().flatten().any(is_listed) {
        true => isolation_list::without_effect(session).await,
        false => None,
    };
    Ok(steps
        .into_iter()
        .map(|step| {
            let step = step?;
            let after = after.as_ref().map_err(Clone::clone)?;
            let said = after.said(step.address).map(|(_, said)| said);
            if said.as_ref() != Ok(&step.wanted) {
                return Err(Failure::Disagrees {
                    wanted: step.wanted,
                    said: said.ok(),
                });
            }
            let interface = match &step.entry {
                Entry::Arp(arp) => arp.interface.clone(),
                Entry::Listed(_) => None,
            };
            let of_list = without_effect.clone().filter(|_| is_listed(&step));
            Ok(Carried {
                before: step.now,
                observed: step.wanted.observed(""),
                dropped: 0,
                warnings: warnings(&step.wanted, interface, &answering)
                    .into_iter()
                    .chain(of_list)
                    .collect(),
                after: step.wanted,
            })
        })
        .collect())
}

fn address(order: &Order) -> Option<&str> {
    match &order.line.way {
        Way::Static { address } => Some(address.as_str()),
        _ => None,
    }
}

fn plan<'a>(order: &'a Order, how: StaticIsolation, view: &View) -> Result<Step<'a>, Failure> {
    let address = address(order).ok_or(Failure::NoName)?;
    let (entry, now) = view.said(address)?;
    let wanted = target(&order.wish, &now, |access| Said::of_static(access, how))?;
    match &entry {
        Entry::Arp(arp) if arp.dynamic && wanted != now => {
            return Err(Failure::DynamicArp(address.to_owned()));
        }
        Entry::Listed(Some(listed)) if wanted != now => isolation_list::require_ours(listed, address)?,
        _ => {}
    }
    Ok(Step {
        address,
        label: &order.line.label,
        entry,
        now,
        wanted,
    })
}

async fn send(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let mut places = Vec::new();
    let mut commands = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Ok(step) = step else { continue };
        if step.now == step.wanted {
            continue;
        }
        let command = match (&step.entry, &step.wanted) {
            (Entry::Arp(arp), Said::Arp { disabled }) => Command::new("/ip/arp/set")
                .attribute(".id", &arp.id)
                .flag("disabled", *disabled),
            (Entry::Listed(None), _) => isolation_list::add(step.address, step.label),
            (Entry::Listed(Some(listed)), _) => isolation_list::remove(listed),
            (Entry::Arp(_), _) => continue,
        };
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

/// What the router has about the addresses at one moment.
pub(super) enum View {
    /// By ARP entries.
    Arp(HashMap<String, Arp>),
    /// By the isolation list.
    Listed(HashMap<String, Listed>),
}

impl View {
    pub(super) async fn read(
        session: &Session,
        how: StaticIsolation,
        addresses: &[&str],
    ) -> Result<View, Failure> {
        Ok(match how {
            StaticIsolation::ArpDisable => View::Arp(reading::arp(session, Some(addresses)).await?),
            StaticIsolation::AddressList => View::Listed(reading::listed(session).await?),
        })
    }

    fn said(&self, address: &str) -> Result<(Entry, Said), Failure> {
        match self {
            View::Arp(entries) => {
                let entry = entries
                    .get(address)
                    .ok_or_else(|| Failure::MissingArp(address.to_owned()))?;
                Ok((
                    Entry::Arp(entry.clone()),
                    Said::Arp {
                        disabled: entry.disabled,
                    },
                ))
            }
            View::Listed(entries) => {
                let entry = entries.get(address).cloned();
                let said = Said::AddressList {
                    listed: entry.is_some(),
                };
                Ok((Entry::Listed(entry), said))
            }
        }
    }

    /// What the router says about an address.
    pub(super) fn about(&self, address: &str) -> Result<Said, Failure> {
        self.said(address).map(|(_, said)| said)
    }
}

fn warnings(said: &Said, interface: Option<String>, answering: &HashSet<String>) -> Vec<Warning> {
    let closed = matches!(said, Said::Arp { disabled: true });
    let Some(interface) = interface.filter(|interface| closed && answering.contains(interface)) else {
        return Vec::new();
    };
    vec![Warning {
        code: "arp_not_reply_only",
        sentence: Sentence::new(
            format!(
                "Antarmuka {interface} masih mempelajari ARP sendiri, jadi menonaktifkan entri belum tentu memutus. Setel \
                 arp=reply-only pada antarmuka itu, atau pilih cara address_list untuk router ini."
            ),
            format!(
                "The interface {interface} still learns ARP by itself, so disabling an entry may not cut the line. Set \
                 arp=reply-only on it, or choose address_list for this router."
            ),
        ),
    }]
}
