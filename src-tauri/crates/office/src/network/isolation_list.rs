//! The isolation list: putting an address on it with our mark, taking it off again, and asking whether any rule of the
//! router matches it. The firewall looks at the list for every new connection, so an entry acts at once where a rule names
//! it; a list that no rule names closes nobody, which is said and never mended in passing.

use routeros_api::{Command, Query};

use crate::error::Sentence;
use crate::network::carry::Warning;
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::reading::{ISOLATION_LIST, Listed, OUR_COMMENT};

/// What puts an address on the list.
pub(super) fn add(address: &str, label: &str) -> Command {
    Command::new("/ip/firewall/address-list/add")
        .attribute("list", ISOLATION_LIST)
        .attribute("address", address)
        .attribute("comment", format!("{OUR_COMMENT}{label}"))
}

/// What takes an entry off the list.
pub(super) fn remove(entry: &Listed) -> Command {
    Command::new("/ip/firewall/address-list/remove").attribute(".id", &entry.id)
}

/// Refuses to take off what somebody else put there.
pub(super) fn require_ours(entry: &Listed, address: &str) -> Result<(), Failure> {
    if entry.is_ours {
        Ok(())
    } else {
        Err(Failure::ForeignListEntry(address.to_owned()))
    }
}

/// A warning where no rule that is on names the list. Menus that cannot be asked are left out: this only feeds a warning,
/// and what is not known is not warned about.
pub(super) async fn without_effect(session: &Session) -> Option<Warning> {
    let excepted = format!("!{ISOLATION_LIST}");
    let names_it = ["src-address-list", "dst-address-list"]
        .into_iter()
        .flat_map(|field| [ISOLATION_LIST, excepted.as_str()].map(|list| Query::equals(field, list)));
    let names_it = Query::any(names_it);
    let questions = ["/ip/firewall/filter/print", "/ip/firewall/raw/print"]
        .map(|menu| {
            Command::new(menu)
                .proplist([".id", "disabled"])
                .query(names_it.clone())
        })
        .into();
    for answer in session.call_all(questions).await {
        let rules = match answer {
            Ok(reply) => reply.rows,
            Err(error) => {
                tracing::debug!(%error, "a router could not be asked for the rules of the isolation list");
                return None;
            }
        };
        if rules.iter().any(|rule| rule.flag("disabled") == Ok(false)) {
            return None;
        }
    }
    Some(Warning {
        code: "isolation_without_effect",
        sentence: Sentence::new(
            format!(
                "Tidak ada aturan firewall di router yang memakai daftar {ISOLATION_LIST}, jadi alamat di daftar itu tidak \
                 terputus. Siapkan halaman isolir untuk router ini, atau buat aturan drop untuk daftar itu."
            ),
            format!(
                "No firewall rule of the router uses the list {ISOLATION_LIST}, so the addresses on it are not cut off. \
                 Prepare the isolation page for this router, or add a rule that drops the list."
            ),
        ),
    })
}
