//! Which interfaces learn ARP by themselves: on those a disabled entry is learned again, and the line is not cut.

use std::collections::HashSet;

use routeros_api::Command;

use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::Obstacle;

/// The modes in which only written entries count.
const WRITTEN_ONLY: [&str; 2] = ["reply-only", "disabled"];

/// The interfaces that learn. Menus that the router does not have are left out: what cannot be asked is not held against it,
/// and an entry that was learned all the same is seen in the table.
pub(super) async fn learning_interfaces(session: &Session) -> HashSet<String> {
    let questions = [
        "/interface/bridge/print",
        "/interface/ethernet/print",
        "/interface/vlan/print",
    ]
    .map(|menu| Command::new(menu).proplist(["name", "arp"]))
    .into();
    let mut learning = HashSet::new();
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
                && !row.get("arp").is_some_and(|mode| WRITTEN_ONLY.contains(&mode))
            {
                learning.insert(name.to_owned());
            }
        }
    }
    learning
}

/// Why switching off the entry of an address closes nobody, where one that was learned before stands beside it.
pub(super) fn still_learned(interface: &str, address: &str) -> Obstacle {
    Obstacle {
        code: "arp_learned_stays",
        sentence: Sentence::new(
            format!(
                "Di antarmuka {interface} masih ada entri ARP dinamis untuk {address} yang dipelajari sebelumnya, jadi menonaktifkan \
                 entri statisnya tidak memutus jalur. Hapus entri dinamis itu di IP > ARP, lalu uji router."
            ),
            format!(
                "On the interface {interface} there still is a dynamic ARP entry of {address} that was learned before, so disabling \
                 the static one does not cut the line. Remove the dynamic entry in IP > ARP, then test the router."
            ),
        ),
    }
}

/// Why switching off the entry of an address closes nobody, where the interface learns.
pub(super) fn learns(interface: &str, address: &str) -> Obstacle {
    Obstacle {
        code: "arp_not_reply_only",
        sentence: Sentence::new(
            format!(
                "Antarmuka {interface} masih mempelajari ARP sendiri, jadi menonaktifkan entri ARP {address} tidak memutus \
                 jalur. Pilih cara Daftar alamat untuk router ini, atau setel arp=reply-only pada antarmuka itu."
            ),
            format!(
                "The interface {interface} still learns ARP by itself, so disabling the ARP entry of {address} does not cut \
                 the line. Choose Address list for this router, or set arp=reply-only on the interface."
            ),
        ),
    }
}
