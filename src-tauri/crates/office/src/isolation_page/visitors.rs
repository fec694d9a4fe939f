//! Which line a visitor's address belongs to: a fixed address by the records, a dialled one by the routers' sessions.
//! Routers are asked in rounds, a few addresses at a time and never more than one round at once, however many visitors
//! knock; one that is slow or off makes a visitor unknown and nobody wait for long.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing::{CustomerStatus, RouterMode};
use store::Tx;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use crate::error::Result;
use crate::network::dialled;
use crate::office::Office;

/// Addresses that may wait for one round; those beyond it are told that they are unknown.
const MOST_WAITING: usize = 512;

/// How the routers are asked.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The least time between two rounds at one router.
    pub every: Duration,
    /// How long what a router said about an address is believed.
    pub believe: Duration,
    /// How long a router that did not answer is left alone.
    pub rest: Duration,
    /// How long a visitor waits for the routers.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            every: Duration::from_secs(1),
            believe: Duration::from_secs(5),
            rest: Duration::from_secs(15),
            patience: Duration::from_secs(3),
        }
    }
}

/// Everybody who knocks.
#[derive(Debug)]
pub(super) struct Visitors {
    pace: Pace,
    routers: Mutex<HashMap<i64, Arc<Asked>>>,
}

impl Visitors {
    pub(super) fn new(pace: Pace) -> Visitors {
        Visitors {
            pace,
            routers: Mutex::default(),
        }
    }

    /// The customer behind an address. Nobody, where no line has it or more than one does: a stranger's debts are never
    /// shown on a guess. A router that does not answer has no line here; were the same address on it as well, packets
    /// could not find their way back to either.
    pub(super) async fn customer(&self, office: &Office, source: IpAddr) -> Result<Option<i64>> {
        let IpAddr::V4(address) = source.to_canonical() else {
            return Ok(None);
        };
        let mut tx = office.store().read().await?;
        let mut found: HashSet<i64> = fixed(&mut tx, address).await?.into_iter().collect();
        let routers: Vec<i64> = store::routers::all(&mut tx)
            .await?
            .into_iter()
            .filter(|router| router.details.is_active && router.details.mode == RouterMode::Manage)
            .map(|router| router.id)
            .collect();
        drop(tx);
        let asked = routers
            .into_iter()
            .map(|router_id| self.names(office, router_id, address));
        let answers = futures::future::join_all(asked).await;
        let mut tx = office.store().read().await?;
        for (router_id, name) in answers.into_iter().flatten() {
            // A session without a customer is a neighbour's: then it is not certain who asks.
            match store::customers::find_by_pppoe(&mut tx, router_id, &name).await? {
                Some(customer) => found.insert(customer.id),
                None => return Ok(None),
            };
        }
        let mut found = found.into_iter();
        Ok(match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        })
    }

    /// The sessions that a router has for an address, as far as it says so in time.
    async fn names(&self, office: &Office, router_id: i64, address: Ipv4Addr) -> Vec<(i64, String)> {
        let asked = Arc::clone(
            self.routers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(router_id)
                .or_default(),
        );
        timeout(
            self.pace.patience,
            asked.names(office, router_id, address, self.pace),
        )
        .await
        .unwrap_or_default()
        .into_iter()
        .map(|name| (router_id, name))
        .collect()
    }
}

/// The lines in service with this fixed address.
async fn fixed(tx: &mut Tx, address: Ipv4Addr) -> Result<Vec<i64>> {
    Ok(store::customers::with_address(tx, &address.to_string())
        .await?
        .into_iter()
        .filter(|customer| customer.standing.status != CustomerStatus::Terminated)
        .map(|customer| customer.id)
        .collect())
}

/// A router that is asked, in rounds.
#[derive(Debug, Default)]
struct Asked {
    state: Mutex<State>,
    /// Changes at the end of each round.
    rounds: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether a round is under way or about to begin.
    running: bool,
    waiting: HashSet<Ipv4Addr>,
    known: HashMap<Ipv4Addr, (Instant, Vec<String>)>,
    last: Option<Instant>,
    failed: Option<Instant>,
}

impl Asked {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names at an address; empty when there is none or the router does not say.
    async fn names(
        self: Arc<Self>,
        office: &Office,
        router_id: i64,
        address: Ipv4Addr,
        pace: Pace,
    ) -> Vec<String> {
        let mut rounds = self.rounds.subscribe();
        let knocked = Instant::now();
        loop {
            let begins = {
                let mut state = self.state();
                let now = Instant::now();
                let is_young = |at: Instant, age: Duration| now.duration_since(at) < age;
                if let Some((at, names)) = state.known.get(&address)
                    && (*at >= knocked || is_young(*at, pace.believe))
                {
                    return names.clone();
                }
                if state.failed.is_some_and(|at| is_young(at, pace.rest))
                    || state.waiting.len() >= MOST_WAITING
                {
                    return Vec::new();
                }
                state.waiting.insert(address);
                let begins = state.last.map_or(now, |last| now.max(last + pace.every));
                (!std::mem::replace(&mut state.running, true)).then_some(begins)
            };
            if let Some(begins) = begins {
                // A task of its own: a visitor who goes away does not break off what others wait for.
                let (asked, office) = (Arc::clone(&self), office.clone());
                tokio::spawn(async move { asked.round(&office, router_id, begins, pace).await });
            }
            if rounds.changed().await.is_err() {
                return Vec::new();
            }
        }
    }

    async fn round(&self, office: &Office, router_id: i64, begins: Instant, pace: Pace) {
        sleep_until(begins).await;
        let addresses: Vec<Ipv4Addr> = self.state().waiting.drain().collect();
        let said = async {
            let session = office.network().session(office, router_id).await?;
            dialled(&session, &addresses).await
        };
        let said = said.await;
        {
            let mut state = self.state();
            let now = Instant::now();
            state
                .known
                .retain(|_, (at, _)| now.duration_since(*at) < pace.believe);
            match said {
                Ok(found) => {
                    state.failed = None;
                    for address in addresses {
                        state.known.insert(address, (now, Vec::new()));
                    }
                    for (address, name) in found {
                        if let Some((_, names)) = state.known.get_mut(&address) {
                            names.push(name);
                        }
                    }
                }
                Err(failure) => {
                    tracing::warn!(
                        router_id,
                        code = failure.code(),
                        "the page cannot ask this router who is there"
                    );
                    state.failed = Some(now);
                    state.waiting.clear();
                }
            }
            state.last = Some(now);
            state.running = false;
        }
        self.rounds.send_modify(|round| *round += 1);
    }
}
