//! Which interfaces learn ARP by themselves: on those a disabled entry is learned again, and the line is not cut.

use std::collections::HashSet;

use routeros_api::Command;

use crate::network::connections::Session;

/// The interfaces that do anything else than `reply-only`. Menus that the router does not have are left out: this only
/// feeds a warning, and what cannot be asked is not warned about.
pub(super) async fn answering_interfaces(session: &Session) -> HashSet<String> {
    let questions = [
        "/interface/bridge/print",
        "/interface/ethernet/print",
        "/interface/vlan/print",
    ]
    .map(|menu| Command::new(menu).proplist(["name", "arp"]))
    .into();
    let mut answering = HashSet::new();
    for answer in session.call_all(questions).await {
        let reply = match answer {
            Ok(reply) => reply,
            Err(error) => {
                tracing::debug!(%error, "an interface menu could not be asked for its ARP mode");
                continue;
            }
        };
        for row in &reply.rows {
            if let Some(name) = row.get("name")
                && row.get("arp") != Some("reply-only")
            {
                answering.insert(name.to_owned());
            }
        }
    }
    answering
}
