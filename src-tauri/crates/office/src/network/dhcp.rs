//! DHCP lines: while one is closed, the address that its static lease binds to the device stands on the isolation list.
//! `block-access` is not what closes it, since a device meets that only when it renews, up to half a lease time later; one
//! that somebody else set is read as closed, and an opening clears it, as the device would otherwise be shut out for good.
//! A learned lease is refused: its address may be another device's tomorrow. Where no rule of the router keeps out who stands
//! on the list, nothing is sent and the line is not called closed. Leases are not made or removed here.

mod leases;

use std::collections::HashSet;

use routeros_api::Command;

use crate::network::carry::{Carried, Halt, Keeper, Order, closes, give_up, keep, target};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::said::Said;
use crate::network::{isolation_list, tracked};

pub(super) use leases::{Key, View, lease_of};
use leases::{MENU, There};

struct Step<'a> {
    label: &'a str,
    key: Key<'a>,
    there: There,
    wanted: Said,
    /// Whether connections that stand are to end.
    ends: bool,
    halt: &'a Halt,
}

impl Step<'_> {
    /// What the router says of a line that is not to be changed any more.
    fn halted(&self) -> Option<Said> {
        (self.changes() && self.halt.is_called()).then(|| self.there.said.clone())
    }

    fn changes(&self) -> bool {
        self.there.said != self.wanted
    }
}

/// Carries out the orders, all of whose lines have leases.
///
/// # Errors
/// When the router could not be read before anything was sent.
pub(super) async fn carry_out(
    session: &Session,
    orders: &[Order],
    keeper: &dyn Keeper,
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let keys: Vec<Key<'_>> = orders
        .iter()
        .filter_map(|order| Key::of(&order.line.way))
        .collect();
    let before = View::read(session, &keys).await?;
    let mut steps: Vec<Result<Step<'_>, Failure>> = orders.iter().map(|order| plan(order, &before)).collect();
    keep(keeper, orders, &steps, |step| {
        step.changes().then(|| step.there.said.clone())
    })
    .await?;
    for piece in steps.chunks_mut(session.in_flight()) {
        give_up(piece, Step::halted);
        send(session, piece).await;
    }
    let ended: HashSet<&str> = steps
        .iter()
        .flatten()
        .filter(|step| step.ends)
        .map(|step| step.there.address.as_str())
        .collect();
    let remaining = tracked::end(session, &ended).await;

    let changed: Vec<Key<'_>> = steps
        .iter()
        .flatten()
        .filter(|step| step.changes())
        .map(|step| step.key)
        .collect();
    let after = match changed.is_empty() {
        true => None,
        false => Some(before.again(session, &changed).await),
    };
    Ok(steps
        .into_iter()
        .map(|step| {
            let step = step?;
            // A line that was left alone was not read again.
            let view = match after.as_ref().filter(|_| step.changes()) {
                Some(after) => after.as_ref().map_err(Clone::clone)?,
                None => &before,
            };
            let said = view.there(step.key).map(|there| there.said);
            if said.as_ref() != Ok(&step.wanted) {
                return Err(Failure::Disagrees {
                    wanted: step.wanted,
                    said: said.ok(),
                });
            }
            Ok(Carried {
                observed: view.observed(&step.wanted),
                warnings: remaining.iter().filter(|_| step.ends).cloned().collect(),
                before: step.there.said,
                dropped: 0,
                after: step.wanted,
            })
        })
        .collect())
}

fn plan<'a>(order: &'a Order, view: &View) -> Result<Step<'a>, Failure> {
    let key = Key::of(&order.line.way).ok_or(Failure::NoName)?;
    let there = view.there(key)?;
    order.is_owner(there.comment.as_deref())?;
    let wanted = target(&order.wish, &there.said, |access| {
        Said::of_lease(access, &there.said)
    })?;
    let (listed, marked) = match &wanted {
        Said::Lease { listed, marked, .. } => (*listed, marked.as_slice()),
        _ => (false, &[][..]),
    };
    isolation_list::require_written(&there.address, &there.marked, marked)?;
    if let (Some(entry), false) = (&there.listed, listed) {
        isolation_list::require_ours(entry, &there.address)?;
    }
    let closes = closes(&order.wish);
    if let Some(obstacle) = view.obstacle(&wanted).filter(|_| closes) {
        return Err(Failure::NoEffect {
            obstacle,
            said: there.said,
        });
    }
    let ends = listed && (there.listed.is_none() || (closes && order.unfinished));
    Ok(Step {
        label: &order.line.label,
        key,
        there,
        wanted,
        ends,
        halt: &order.halt,
    })
}

async fn send(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let mut places = Vec::new();
    let mut commands = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Ok(step) = step else { continue };
        let there = &step.there;
        let (
            Said::Lease {
                listed,
                blocked,
                marked,
            },
            Said::Lease {
                blocked: was_blocked, ..
            },
        ) = (&step.wanted, &there.said)
        else {
            continue;
        };
        if blocked != was_blocked {
            places.push(place);
            commands.push(
                Command::new(format!("{MENU}/set"))
                    .attribute(".id", &there.lease_id)
                    .flag("block-access", *blocked),
            );
        }
        for command in isolation_list::move_marked(&there.address, step.label, &there.marked, marked) {
            places.push(place);
            commands.push(command);
        }
        let command = match (&there.listed, listed) {
            (None, true) => isolation_list::add(&there.address, step.label),
            (Some(entry), false) => isolation_list::remove(entry),
            _ => continue,
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
