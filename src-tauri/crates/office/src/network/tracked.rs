//! The connections that a router's firewall keeps track of. A rule for an address list meets new connections; those that
//! stand already may pass for hours, so those of a line that was just closed by the list are ended. They are many and come
//! and go: as many as a bound allows are ended, and what is left over is a warning, never a failure of the line.

use std::collections::HashSet;

use routeros_api::Command;

use crate::error::Sentence;
use crate::network::carry::Warning;
use crate::network::connections::Session;

const MENU: &str = "/ip/firewall/connection";
/// So many are ended in one go at most: a busy line has some hundreds.
const MOST: usize = 8_192;

/// Ends the connections that devices at these addresses have opened. Gives a warning where some are left.
pub(super) async fn end(session: &Session, addresses: &HashSet<&str>) -> Option<Warning> {
    if addresses.is_empty() {
        return None;
    }
    // A router writes the port behind the address, so it cannot be asked for an address alone.
    let command = Command::new(format!("{MENU}/print")).proplist([".id", "src-address"]);
    let rows = match session.call(command).await {
        Ok(reply) => reply.rows,
        Err(error) => {
            tracing::debug!(%error, "a router could not be asked for its connections");
            return Some(remaining());
        }
    };
    let of_lines: Vec<&str> = rows
        .iter()
        .filter(|row| {
            row.get("src-address")
                .is_some_and(|source| addresses.contains(host(source)))
        })
        .filter_map(|row| row.get(".id"))
        .collect();
    let is_too_many = of_lines.len() > MOST;
    let commands = of_lines
        .into_iter()
        .take(MOST)
        .map(|id| Command::new(format!("{MENU}/remove")).attribute(".id", id))
        .collect();
    // One that ended by itself meanwhile is what was wanted.
    let is_refused = session
        .call_all(commands)
        .await
        .into_iter()
        .any(|answer| answer.is_err_and(|error| !error.is_no_such_item()));
    (is_too_many || is_refused).then(remaining)
}

/// The address of an end of a connection, which has its port behind it where the protocol knows ports.
fn host(end: &str) -> &str {
    end.split_once(':').map_or(end, |(host, _)| host)
}

fn remaining() -> Warning {
    Warning {
        code: "connections_remain",
        sentence: Sentence::new(
            "Alamatnya sudah ditutup, tetapi sebagian koneksi lama belum terputus dan bisa berjalan sampai berakhir sendiri. \
             Hapus di /ip/firewall/connection bila perlu.",
            "The address is closed, but some connections that stood before could not be ended and may go on until they end \
             by themselves. Remove them in /ip/firewall/connection if need be.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_connection_is_known_with_and_without_a_port() {
        assert_eq!(host("10.5.0.7:51234"), "10.5.0.7");
        assert_eq!(host("10.5.0.7"), "10.5.0.7");
        assert_ne!(host("10.5.0.77:80"), "10.5.0.7");
    }
}
