//! `/interface/monitor-traffic`: invented figures within the limits of the session.

use super::rates;
use super::state::State;
use super::wire::{Answer, Refusal};

/// What a port without a limit carries at most, bit/s.
const PORT: u64 = 1_000_000_000;

impl State {
    /// One row of an interface's traffic. `rx` is what the router receives: the customer's upload.
    pub(crate) fn monitor_traffic(&self, interface: &str, answer: &mut Answer) -> Result<(), Refusal> {
        if !self.has_interface(interface) {
            return Err(Refusal::no_match("interface"));
        }
        let limit = self
            .session_of_interface(interface)
            .and_then(|session| session.rate_limit.as_deref());
        let (receive, send) = limit.and_then(rates::figures).unwrap_or((PORT, PORT));
        let bits = |most: u64| rand::random_range(0..=if most == 0 { PORT } else { most });
        let (receive, send) = (bits(receive), bits(send));
        // A thousand bytes a packet is near enough for a graph.
        let figures = [
            ("rx-packets-per-second", receive / 8_000),
            ("rx-bits-per-second", receive),
            ("tx-packets-per-second", send / 8_000),
            ("tx-bits-per-second", send),
        ]
        .map(|(name, figure)| (name, figure.to_string()));
        let name = std::iter::once(("name", interface));
        answer.sentence(
            "!re",
            name.chain(figures.iter().map(|(name, figure)| (*name, figure.as_str()))),
        );
        Ok(())
    }
}
