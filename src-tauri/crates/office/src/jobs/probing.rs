//! Asking routers that were away whether they are back, at growing pauses. A router that answers has its parked jobs
//! queued again by the connection itself; nobody has to press anything.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

/// The pause after the first failure; it doubles up to the longest.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(300);

/// When each absent router is asked next.
#[derive(Debug, Default)]
pub(super) struct Probes(HashMap<i64, Probe>);

#[derive(Debug)]
struct Probe {
    at: Instant,
    pause: Duration,
}

impl Probes {
    /// Of the routers that work is parked for, those that it is time to ask. The others are forgotten: they came back.
    pub(super) fn due(&mut self, parked: &[i64], now: Instant) -> Vec<i64> {
        self.0.retain(|router, _| parked.contains(router));
        let mut due = Vec::new();
        for &router in parked {
            let probe = self.0.entry(router).or_insert(Probe {
                at: now + FIRST,
                pause: FIRST,
            });
            if probe.at <= now {
                probe.pause = (probe.pause * 2).min(LONGEST);
                probe.at = now + probe.pause;
                due.push(router);
            }
        }
        due
    }

    /// How long it is from `now` until each of them is asked.
    pub(super) fn waits(&self, now: Instant) -> impl Iterator<Item = (i64, Duration)> {
        let wait = move |(router, probe): (&i64, &Probe)| (*router, probe.at.saturating_duration_since(now));
        self.0.iter().map(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_router_is_asked_at_growing_pauses_and_a_returned_one_is_forgotten() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut probes = Probes::default();
        let waits = |probes: &Probes, seconds| probes.waits(at(seconds)).collect::<Vec<_>>();
        assert!(probes.due(&[7], start).is_empty(), "it has only just failed");
        assert_eq!(waits(&probes, 2), [(7, Duration::from_secs(3))]);
        assert_eq!(probes.due(&[7], at(5)), [7]);
        assert!(probes.due(&[7], at(14)).is_empty());
        assert_eq!(probes.due(&[7], at(15)), [7]);
        assert!(probes.due(&[], at(16)).is_empty());
        assert!(waits(&probes, 16).is_empty(), "nobody asks one that is back");
        assert!(probes.due(&[7], at(17)).is_empty());
        assert_eq!(
            probes.due(&[7], at(22)),
            [7],
            "a new absence begins with the first pause"
        );
    }
}
