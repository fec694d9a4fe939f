//! Lines with a fixed address: their ARP entry switched off and on, or their address put on the isolation list, by the
//! router's setting. A line is closed only where that has an effect: where it would have none, nothing is sent and the
//! failure says what would help. An opening clears both ways. A missing entry is an error, never a success (A12).

mod view;

use std::collections::HashSet;

use routeros_api::Command;

use crate::network::carry::{Carried, Halt, Keeper, Order, closes, give_up, keep, target};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::line::Way;
use crate::network::said::Said;
use crate::network::{isolation_list, tracked};

use view::There;
pub(super) use view::{Arp, OfAddress, View, arp};

struct Step<'a> {
    address: &'a str,
    label: &'a str,
    there: There,
    wanted: Said,
    /// Whether it is to be closed, so that it counts as done only where that has an effect.
    closes: bool,
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

/// Carries out the orders, all of whose lines have fixed addresses.
///
/// # Errors
/// When the router could not be read before anything was sent.
pub(super) async fn carry_out(
    session: &Session,
    orders: &[Order],
    keeper: &dyn Keeper,
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let addresses: Vec<&str> = orders.iter().filter_map(address).collect();
    let before = View::read(session, &addresses).await?;
    let mut steps: Vec<Result<Step<'_>, Failure>> =
        orders.iter().map(|order| plan(session, order, &before)).collect();
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
        .map(|step| step.address)
        .collect();
    let remaining = tracked::end(session, &ended).await;

    let changed: Vec<&str> = steps
        .iter()
        .flatten()
        .filter(|step| step.changes())
        .map(|step| step.address)
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
            let said = view.about(step.address);
            if said.as_ref() != Ok(&step.wanted) {
                return Err(Failure::Disagrees {
                    wanted: step.wanted,
                    said: said.ok(),
                });
            }
            let obstacle = view.obstacle(step.address, &step.wanted).filter(|_| step.closes);
            if let Some(obstacle) = obstacle {
                return Err(Failure::NoEffect {
                    obstacle,
                    said: step.wanted,
                });
            }
            Ok(Carried {
                before: step.there.said,
                observed: view.observed(step.address, &step.wanted),
                dropped: 0,
                warnings: remaining.iter().filter(|_| step.ends).cloned().collect(),
                after: step.wanted,
            })
        })
        .collect())
}

fn address(order: &Order) -> Option<&str> {
    match &order.line.way {
        Way::Static { address, .. } => Some(address.as_str()),
        _ => None,
    }
}

fn plan<'a>(session: &Session, order: &'a Order, view: &View) -> Result<Step<'a>, Failure> {
    let how = session.router.details.static_isolation;
    let address = address(order).ok_or(Failure::NoName)?;
    let there = view.there(address)?;
    order.is_owner(view.comment(address))?;
    let now = &there.said;
    let wanted = target(&order.wish, now, |access| Said::of_static(access, how, now))?;
    let (
        Said::Address {
            disabled: off,
            listed: on_list,
            ..
        },
        Said::Address {
            disabled,
            listed,
            marked,
        },
    ) = (now, &wanted)
    else {
        // A plan of when the line was another kind of line.
        return Err(Failure::ChangedSince { said: there.said });
    };
    if disabled != off && there.arp.is_none() {
        return Err(view.nothing_to_switch(address));
    }
    if let (Some(entry), true, false) = (&there.listed, on_list, listed) {
        isolation_list::require_ours(entry, address)?;
    }
    isolation_list::require_written(address, &there.marked, marked)?;
    let closes = closes(&order.wish);
    if let Some(obstacle) = view.obstacle(address, &wanted).filter(|_| closes) {
        return Err(Failure::NoEffect {
            obstacle,
            said: there.said,
        });
    }
    let ends = *listed && (listed != on_list || (closes && order.unfinished));
    Ok(Step {
        address,
        label: &order.line.label,
        wanted,
        there,
        closes,
        ends,
        halt: &order.halt,
    })
}

async fn send(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let mut places = Vec::new();
    let mut commands = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Ok(step) = step else { continue };
        let Said::Address {
            disabled,
            listed,
            marked,
        } = &step.wanted
        else {
            continue;
        };
        let arp = step.there.arp.as_ref();
        if let Some(arp) = arp.filter(|arp| arp.disabled != *disabled) {
            places.push(place);
            commands.push(
                Command::new("/ip/arp/set")
                    .attribute(".id", &arp.id)
                    .flag("disabled", *disabled),
            );
        }
        for command in isolation_list::move_marked(step.address, step.label, &step.there.marked, marked) {
            places.push(place);
            commands.push(command);
        }
        let command = match (&step.there.listed, listed) {
            (None, true) => isolation_list::add(step.address, step.label),
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
