//! The kept connections: one for each router, opened when it is first needed, logged in once, thrown away when it errs.
//! Whoever holds a [`Session`] has his turn in the router's queue, so that changes reach a router in order; routers do not
//! wait for one another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use routeros_api as api;
use routeros_api::{Command, Connection};
use store::routers::Router;

use crate::error::Error;
use crate::network::failure::{Failure, away_since};
use crate::network::next_asks::NextAsks;
use crate::network::queue::{Kept, Place, Queue};
use crate::network::reach::{Patience, reach};
use crate::network::sightings::{note_seen, note_unreachable};
use crate::office::Office;

/// The connections of one office.
#[derive(Debug, Default)]
pub struct Network {
    queues: Mutex<HashMap<i64, Arc<Queue>>>,
    /// When which absent router is asked.
    pub(super) next_asks: NextAsks,
}

/// A turn on a router: its row, its connection, and the promise of its [`Turn`].
#[derive(Debug)]
pub struct Session {
    _place: Place,
    queue: Arc<Queue>,
    connection: Connection,
    /// The router as the office has it.
    pub router: Router,
}

impl Session {
    /// The connection itself.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// How many commands may be on the wire at once; those of so many lines are sent before it is asked again whether to go
    /// on.
    pub(super) fn in_flight(&self) -> usize {
        usize::try_from(self.router.details.max_in_flight)
            .unwrap_or(1)
            .clamp(1, 256)
    }

    /// Sends one command.
    pub(super) async fn call(&self, command: Command) -> Result<api::Reply, Failure> {
        Ok(self.connection.call(command).await?)
    }

    /// Sends all commands without waiting in between.
    pub(super) async fn call_all(&self, commands: Vec<Command>) -> Vec<Result<api::Reply, api::Error>> {
        self.connection.call_all(commands).await
    }

    /// Does pieces of work on this connection side by side, each of which waits for its own answers only.
    pub(super) async fn side_by_side<P: Future>(
        &self,
        pieces: impl IntoIterator<Item = P>,
    ) -> Vec<P::Output> {
        self.connection.side_by_side(pieces).await
    }

    /// A failure in the middle of a job's work, told in full, and noted where it was the router's.
    pub(crate) async fn failed(&self, office: &Office, failure: Failure) -> Failure {
        let failure = self.in_full(failure).await;
        if failure.is_of_router()
            && let Err(unwritten) = office.network().lost(office, &self.router, &failure).await
        {
            return unwritten;
        }
        failure
    }

    /// Notes a failure in the middle of work, where it was the router's, and gives what the asker is told.
    pub(crate) async fn gone(&self, office: &Office, failure: Failure) -> Error {
        if failure.is_of_router()
            && let Err(unwritten) = office.network().lost(office, &self.router, &failure).await
        {
            return unwritten.into();
        }
        failure.into()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.queue.ended();
    }
}

/// The promise that nobody else tells a router anything meanwhile that touches the same lines. What is to be told is best
/// decided with it in hand: nothing gets old while waiting.
#[derive(Debug)]
pub(crate) struct Turn {
    place: Place,
    queue: Arc<Queue>,
    router_id: i64,
}

impl Turn {
    /// A connection, as [`Network::session`] gives it.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn session(self, office: &Office) -> Result<Session, Failure> {
        self.open(office, Patience::Work).await
    }

    async fn open(self, office: &Office, patience: Patience) -> Result<Session, Failure> {
        let mut tx = office.store().read().await?;
        let router = store::routers::find(&mut tx, self.router_id)
            .await?
            .filter(|router| router.details.is_active);
        drop(tx);
        let router = router.ok_or(Failure::NotInUse)?;
        let opening = self.queue.opening().await;
        match reach(office, &router, self.queue.take(), patience).await {
            Ok((connection, facts)) => {
                note_seen(office, &router, facts.as_ref(), connection.fingerprint()).await?;
                // The pin of a first contact is an edit of ours, not a reason to log in again.
                self.queue.keep(Kept {
                    connection: connection.clone(),
                    version: router.version,
                    answered: Instant::now(),
                });
                drop(opening);
                Ok(Session {
                    _place: self.place,
                    queue: self.queue,
                    connection,
                    router,
                })
            }
            Err(failure) => {
                // That the router is away is for the office to see; that this desk cannot log in, for this desk alone.
                if !failure.is_of_this_desk() {
                    note_unreachable(office, &router, &failure).await?;
                }
                Err(
                    match router.unreachable_since.filter(|_| failure.is_of_router()) {
                        Some(since) if patience != Patience::Work => {
                            let zone = office.settings().borrow().zone();
                            failure.hinted(away_since(&zone.to_datetime(since)))
                        }
                        _ => failure,
                    },
                )
            }
        }
    }
}

impl Network {
    fn queue(&self, router_id: i64) -> Arc<Queue> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(queues.entry(router_id).or_default())
    }

    /// Waits for a turn in which nobody else sends the router anything, without asking it anything.
    pub(crate) async fn turn(&self, router_id: i64) -> Turn {
        let queue = self.queue(router_id);
        Turn {
            place: queue.alone().await,
            queue,
            router_id,
        }
    }

    /// Waits for a turn beside others of this kind. Only for work on lines that nobody else can have in hand meanwhile,
    /// because their jobs share a key.
    pub(crate) async fn turn_beside(&self, router_id: i64) -> Turn {
        let queue = self.queue(router_id);
        Turn {
            place: queue.beside().await,
            queue,
            router_id,
        }
    }

    /// Waits for the router's turn and gives a connection that answered just now. Whether it answered is noted on its row;
    /// jobs that waited for it go on when it does again.
    ///
    /// # Errors
    /// A [`Failure`] that [is of the router](Failure::is_of_router); nothing was asked of it but its name then.
    pub async fn session(&self, office: &Office, router_id: i64) -> Result<Session, Failure> {
        self.turn(router_id).await.session(office).await
    }

    /// The same for somebody who only looks and waits for the answer: a router that is known to be away is asked once and
    /// shortly, and the failure tells since when it is away.
    ///
    /// # Errors
    /// As [`Network::session`].
    pub async fn glance(&self, office: &Office, router_id: i64) -> Result<Session, Failure> {
        self.turn(router_id).await.open(office, Patience::Glance).await
    }

    /// The same for a test: once, but for as long as the office allows.
    ///
    /// # Errors
    /// As [`Network::session`].
    pub(super) async fn session_once(&self, office: &Office, router_id: i64) -> Result<Session, Failure> {
        self.turn(router_id).await.open(office, Patience::Test).await
    }

    /// Asks a router that work is parked for whether it is back, and queues that work when it is. Also where it was never
    /// noted as away, or is noted as back already: one piece of work may have found it again before another was parked.
    ///
    /// # Errors
    /// As [`Network::session`].
    pub(crate) async fn probe(&self, office: &Office, router_id: i64) -> Result<(), Failure> {
        let session = self.session(office, router_id).await?;
        let mut tx = office.store().begin().await?;
        let waiting = store::jobs::unpark(&mut tx, router_id, office.now()).await?;
        tx.commit().await?;
        drop(session);
        if waiting > 0 {
            office.ring();
        }
        Ok(())
    }

    /// Forgets the connection to a router whose address or password was changed, or that was removed. Work that is under way
    /// keeps its connection to the end.
    pub fn forget(&self, router_id: i64) {
        self.queue(router_id).forget();
    }

    /// Notes that a router failed in the middle of work, as [`Network::session`] does for one that cannot be reached.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn lost(&self, office: &Office, router: &Router, failure: &Failure) -> Result<(), Failure> {
        note_unreachable(office, router, failure).await
    }
}
