//! What an address that comes online leaves in the router's tables: dynamic entries of address lists, and a queue.

use super::rates;
use super::state::State;

/// The dynamic items that go again with their cause.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traces {
    entries: Vec<u64>,
    queue: Option<u64>,
}

impl State {
    /// Puts an address into the lists and limits it, as far as there are lists and a limit.
    pub(crate) fn leave_traces<'l>(
        &mut self,
        address: &str,
        lists: impl IntoIterator<Item = &'l str>,
        queue: &str,
        target: &str,
        limit: Option<&str>,
    ) -> Traces {
        let mut entries = Vec::new();
        for list in lists {
            let fields = [("list", list), ("address", address), ("dynamic", "true")];
            entries.extend(self.insert("/ip/firewall/address-list", &fields));
        }
        let queue = limit.and_then(rates::first).and_then(|rate| {
            let fields = [
                ("name", queue),
                ("target", target),
                ("max-limit", rate),
                ("dynamic", "true"),
            ];
            self.insert("/queue/simple", &fields)
        });
        Traces { entries, queue }
    }

    pub(crate) fn wipe_traces(&mut self, traces: Traces) {
        let entries = traces
            .entries
            .into_iter()
            .map(|id| ("/ip/firewall/address-list", id));
        let queue = traces.queue.map(|id| ("/queue/simple", id));
        for (path, id) in entries.chain(queue) {
            if let Some(table) = self.tables.get_mut(path) {
                table.remove(id);
            }
        }
    }
}
