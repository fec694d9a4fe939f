//! The kept connections: one for each router, opened when it is first needed, logged in once, thrown away when it errs.
//! Whoever holds a [`Session`] has his turn in the router's queue, so that changes reach a router in order; routers do not
//! wait for one another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use routeros_api as api;
use routeros_api::{Command, Connection, Fingerprint, Limits, Login, Target, TlsMode};
use secrecy::ExposeSecret as _;
use store::routers::Router;

use crate::actor::Actor;
use crate::error::Error;
use crate::logs::{self, Entry};
use crate::network::failure::Failure;
use crate::network::queue::{Kept, Place, Queue};
use crate::office::Office;
use crate::secrets::Name;

/// How often a router that answers is noted as seen.
const NOTE_EVERY: Duration = Duration::from_secs(60);
/// A connection that answered so recently is not tried before it is used.
const FRESH: Duration = Duration::from_millis(250);

/// The connections of one office.
#[derive(Debug, Default)]
pub struct Network {
    queues: Mutex<HashMap<i64, Arc<Queue>>>,
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
    /// Sends one command.
    pub(super) async fn call(&self, command: Command) -> Result<api::Reply, Failure> {
        Ok(self.connection.call(command).await?)
    }

    /// Sends all commands without waiting in between.
    pub(super) async fn call_all(&self, commands: Vec<Command>) -> Vec<Result<api::Reply, api::Error>> {
        self.connection.call_all(commands).await
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
        let mut tx = office.store().read().await?;
        let router = store::routers::find(&mut tx, self.router_id)
            .await?
            .filter(|router| router.details.is_active);
        drop(tx);
        let router = router.ok_or(Failure::NotInUse)?;
        let opening = self.queue.opening().await;
        match reach(office, &router, self.queue.take()).await {
            Ok((connection, facts)) => {
                if let Some(facts) = facts {
                    note_seen(office, &router, &facts, connection.fingerprint()).await?;
                }
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
                note_unreachable(office, &router, &failure).await?;
                Err(failure)
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

/// What a router says when it is asked who it is.
struct Facts {
    identity: String,
    version: String,
}

/// Tries the kept connection with a harmless question, unless it answered a moment ago, and opens a new one where it does
/// not answer any more: a router that restarted has closed it without a word. Who the router says it is comes along where
/// it was asked.
async fn reach(
    office: &Office,
    router: &Router,
    kept: Option<Kept>,
) -> Result<(Connection, Option<Facts>), Failure> {
    let mut silences = 0;
    if let Some(kept) = kept.filter(|kept| kept.version == router.version && kept.connection.is_usable()) {
        if router.unreachable_since.is_none() && kept.answered.elapsed() < FRESH {
            return Ok((kept.connection, None));
        }
        match ask_who(&kept.connection).await {
            Ok(facts) => return Ok((kept.connection, Some(facts))),
            Err(failure) => silences += u32::from(was_silence(&failure)),
        }
    }
    let password = office.secrets().get(&Name::router_password(router.id)).await?;
    let password = password.ok_or_else(|| Failure::NoPassword {
        router: router.details.name.clone(),
    })?;
    let login = Login::new(router.details.username.as_str(), password.expose_secret());
    let target = target_of(router)?;
    let limits = limits_of(router);
    let attempts = router.details.attempts.clamp(1, 10);
    let mut attempt = 1;
    loop {
        let opened = match Connection::open(&target, &login, &limits).await {
            Ok(connection) => ask_who(&connection).await.map(|facts| (connection, Some(facts))),
            Err(error) => Err(error.into()),
        };
        let failure = match opened {
            Ok(reached) => return Ok(reached),
            Err(failure) => failure,
        };
        silences += u32::from(was_silence(&failure));
        if attempt >= attempts || !may_do_better(&failure) {
            return Err(match in_full(failure, silences) {
                Failure::Router(api::Error::BadLogin { .. }) if password.expose_secret().is_empty() => {
                    Failure::EmptyRefused {
                        router: router.details.name.clone(),
                        username: router.details.username.clone(),
                    }
                }
                failure => failure,
            });
        }
        attempt += 1;
    }
}

fn was_silence(failure: &Failure) -> bool {
    matches!(failure, Failure::Router(api::Error::TimedOut { .. }))
}

/// Whether the next attempt may meet something else. Whoever took the connection and then kept silent for as long as one is
/// patient, or answered what no router says, does so again.
fn may_do_better(failure: &Failure) -> bool {
    match failure {
        Failure::Router(api::Error::TimedOut { stage, .. }) => *stage == api::Stage::Connect,
        Failure::Router(api::Error::Protocol { .. }) => false,
        Failure::Router(error) => error.is_unreachable(),
        _ => false,
    }
}

/// The failure with all that was waited for: the sentence of one try would claim less than the office sat through.
fn in_full(failure: Failure, silences: u32) -> Failure {
    match failure {
        Failure::Router(api::Error::TimedOut { stage, limit }) if silences > 1 => Failure::Silent {
            stage,
            limit,
            tries: silences,
        },
        other => other,
    }
}

async fn ask_who(connection: &Connection) -> Result<Facts, Failure> {
    let questions = vec![
        Command::new("/system/identity/print"),
        Command::new("/system/resource/print").proplist(["version"]),
    ];
    let mut answers = connection.call_all(questions).await.into_iter();
    let mut text = |name: &str| -> Result<String, Failure> {
        let answer = answers.next().transpose()?.unwrap_or_default();
        Ok(answer
            .first()
            .and_then(|row| row.get(name))
            .unwrap_or_default()
            .to_owned())
    };
    Ok(Facts {
        identity: text("name")?,
        version: text("version")?,
    })
}

fn target_of(router: &Router) -> Result<Target, Failure> {
    let details = &router.details;
    let pinned = match details.certificate_sha256.as_deref() {
        Some(text) => Some(
            text.parse::<Fingerprint>()
                .map_err(|error| Failure::Unreadable(error.to_string()))?,
        ),
        None => None,
    };
    let target = if details.tls {
        Target::tls(details.host.as_str(), pinned)
    } else {
        Target {
            host: details.host.clone(),
            port: api::PLAIN_PORT,
            tls: TlsMode::Plain,
        }
    };
    let port =
        u16::try_from(details.port).map_err(|_| Failure::Unreadable(format!("port {}", details.port)))?;
    Ok(target.with_port(port))
}

fn limits_of(router: &Router) -> Limits {
    let details = &router.details;
    let patience = Duration::from_millis(u64::try_from(details.timeout_ms).unwrap_or(0).clamp(100, 600_000));
    Limits {
        connect: patience,
        login: patience,
        command: patience,
        in_flight: usize::try_from(details.max_in_flight).unwrap_or(1).clamp(1, 256),
        ..Limits::default()
    }
}

async fn note_seen(
    office: &Office,
    router: &Router,
    facts: &Facts,
    shown: Option<Fingerprint>,
) -> Result<(), Failure> {
    let now = office.now();
    let first_pin = shown.filter(|_| router.details.certificate_sha256.is_none());
    let is_new = router.unreachable_since.is_some() || router.last_error.is_some() || first_pin.is_some();
    let is_due = router
        .last_seen_at
        .is_none_or(|seen| now.duration_since(seen).unsigned_abs() >= NOTE_EVERY);
    if !is_new && !is_due && router.identity.as_deref() == Some(facts.identity.as_str()) {
        return Ok(());
    }
    let actor = Actor::schedule();
    let call = office.call(&actor).await;
    let mut tx = office.store().begin().await?;
    let is_back = store::routers::seen(&mut tx, router.id, &facts.identity, &facts.version, now).await?;
    if let Some(fingerprint) = first_pin {
        store::routers::pin(&mut tx, router.id, &fingerprint.to_string()).await?;
    }
    // Also without a note that it was away: the desk that parked the work may have died before it could say so.
    let waiting = store::jobs::unpark(&mut tx, router.id, now).await?;
    if is_back {
        let entry = Entry::done(
            "router_reachable",
            format!("Router {} menjawab lagi", router.details.name),
        )
        .about("router", router.id, &router.details.name)
        .detail(serde_json::json!({ "jobs_waiting": waiting }));
        logs::record(&mut tx, &call, entry).await?;
    }
    tx.commit().await?;
    if waiting > 0 {
        office.ring();
    }
    Ok(())
}

async fn note_unreachable(office: &Office, router: &Router, failure: &Failure) -> Result<(), Failure> {
    let actor = Actor::schedule();
    let call = office.call(&actor).await;
    let mut tx = office.store().begin().await?;
    let sentence = failure.sentence();
    if store::routers::unreachable(&mut tx, router.id, &sentence.id, office.now()).await? {
        let entry = Entry::failed(
            "system_error",
            format!("Router {}: {}", router.details.name, sentence.id),
        )
        .about("router", router.id, &router.details.name)
        .detail(serde_json::json!({ "code": failure.code(), "cause": failure.to_string() }));
        logs::record(&mut tx, &call, entry).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed_out(stage: api::Stage) -> Failure {
        api::Error::TimedOut {
            stage,
            limit: Duration::from_secs(10),
        }
        .into()
    }

    #[test]
    fn whoever_took_the_connection_and_kept_silent_is_not_asked_again() {
        assert!(
            may_do_better(&timed_out(api::Stage::Connect)),
            "a packet may be lost"
        );
        assert!(!may_do_better(&timed_out(api::Stage::Tls)));
        assert!(!may_do_better(&timed_out(api::Stage::Login)));
        let garbage = api::Error::Protocol {
            detail: "a banner".into(),
        };
        assert!(!may_do_better(&garbage.into()));
        let hung_up = api::Error::Closed {
            reason: "too many sessions".into(),
        };
        assert!(may_do_better(&hung_up.into()));
    }

    #[test]
    fn a_failure_tells_all_the_tries_that_ran_into_their_limit() {
        let once = timed_out(api::Stage::Connect);
        assert_eq!(in_full(once.clone(), 1), once);
        let Failure::Silent { limit, tries, .. } = in_full(once, 3) else {
            panic!("three tries are told as one");
        };
        assert_eq!((limit, tries), (Duration::from_secs(10), 3));
    }
}
