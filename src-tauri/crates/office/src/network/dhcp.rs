//! DHCP lines: while one is closed, the address that its static lease binds to the device stands on the isolation list.
//! `block-access` is not what closes it, since a device meets that only when it renews, up to half a lease time later; one
//! that somebody else set is read as closed, and an opening clears it, as the device would otherwise be shut out for good.
//! A learned lease is refused: its address may be another device's tomorrow. Leases are never made or removed here.

mod leases;

use routeros_api::Command;

use crate::network::carry::{Carried, Order, Wish, target};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::isolation_list;
use crate::network::line::Said;

pub(super) use leases::{Key, View, lease_of};
use leases::{MENU, There};

struct Step<'a> {
    label: &'a str,
    key: Key<'a>,
    there: There,
    wanted: Said,
}

impl Step<'_> {
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
) -> Result<Vec<Result<Carried, Failure>>, Failure> {
    let keys: Vec<Key<'_>> = orders
        .iter()
        .filter_map(|order| Key::of(&order.line.way))
        .collect();
    let before = View::read(session, &keys).await?;
    let mut steps: Vec<Result<Step<'_>, Failure>> = orders.iter().map(|order| plan(order, &before)).collect();
    send(session, &mut steps).await;

    let changed: Vec<Key<'_>> = steps
        .iter()
        .flatten()
        .filter(|step| step.changes())
        .map(|step| step.key)
        .collect();
    let after = if changed.is_empty() {
        Ok(before)
    } else {
        View::read(session, &changed).await
    };
    let closes = |step: &Step<'_>| matches!(step.wanted, Said::Lease { listed: true, .. });
    let warning = match steps.iter().flatten().any(closes) {
        true => isolation_list::without_effect(session).await,
        false => None,
    };
    Ok(steps
        .into_iter()
        .map(|step| {
            let step = step?;
            let after = after.as_ref().map_err(Clone::clone)?;
            let said = after.about(step.key);
            if said.as_ref() != Ok(&step.wanted) {
                return Err(Failure::Disagrees {
                    wanted: step.wanted,
                    said: said.ok(),
                });
            }
            let warnings = warning.iter().filter(|_| closes(&step)).cloned().collect();
            Ok(Carried {
                before: step.there.said,
                observed: step.wanted.observed(""),
                dropped: 0,
                warnings,
                after: step.wanted,
            })
        })
        .collect())
}

fn plan<'a>(order: &'a Order, view: &View) -> Result<Step<'a>, Failure> {
    let key = Key::of(&order.line.way).ok_or(Failure::NoName)?;
    let there = view.there(key)?;
    let wanted = match &order.wish {
        // Two commands may bring such a line back; a try that was cut off between them left neither the one nor the other.
        Wish::Back { before, after } if is_between(&there.said, before, after) => before.clone(),
        Wish::Repair { seen, to } if is_between(&there.said, seen, &Said::of_lease(*to, &there.said)) => {
            Said::of_lease(*to, &there.said)
        }
        wish => target(wish, &there.said, |access| Said::of_lease(access, &there.said))?,
    };
    if let (Some(entry), Said::Lease { listed: false, .. }) = (&there.listed, &wanted) {
        isolation_list::require_ours(entry, &there.address)?;
    }
    Ok(Step {
        label: &order.line.label,
        key,
        there,
        wanted,
    })
}

/// Whether each half says what it said before or after the change.
fn is_between(now: &Said, before: &Said, after: &Said) -> bool {
    let halves = |said: &Said| match said {
        Said::Lease { listed, blocked } => Some((*listed, *blocked)),
        _ => None,
    };
    let (Some(now), Some(before), Some(after)) = (halves(now), halves(before), halves(after)) else {
        return false;
    };
    (now.0 == before.0 || now.0 == after.0) && (now.1 == before.1 || now.1 == after.1)
}

async fn send(session: &Session, steps: &mut [Result<Step<'_>, Failure>]) {
    let mut places = Vec::new();
    let mut commands = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Ok(step) = step else { continue };
        let there = &step.there;
        let (
            Said::Lease { listed, blocked },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_that_was_cut_off_between_its_two_commands_is_known_again() {
        let said = |listed, blocked| Said::Lease { listed, blocked };
        let (before, after) = (said(true, true), said(false, false));
        assert!(is_between(&said(true, false), &before, &after));
        assert!(
            !is_between(&said(true, true), &said(false, false), &said(true, false)),
            "blocked by neither of the two"
        );
    }
}
