//! The office as the doors see it: one handle, one way in. [`Office::perform`] checks the ability, reads the clock once
//! and runs the request for its actor; everything else in this crate is reached through a request.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::{Timestamp, tz::TimeZone};
use rand::Rng as _;
use secrecy::SecretString;
use store::{Change, Store, Tx};
use tokio::sync::{broadcast, watch};

use crate::actor::{Ability, Actor};
use crate::clock::Clock;
use crate::desks::{self, Joined, RoutersKnown};
use crate::error::{Error, Result, Sentence};
use crate::moved;
use crate::network::Network;
use crate::office_key::{self, GivenUp};
use crate::secrets::{OfficeKey, Secrets};
use crate::settings::Settings;

/// A use case: a request that names the ability it needs and knows how to run itself.
pub trait Request: Send + Sized {
    /// What the actor must be allowed to do.
    const ABILITY: Ability;
    /// What comes back.
    type Answer: Send;

    /// Refuses whoever may not ask at all. The one ability decides; only a request whose answer is cut to what its reader may
    /// see admits more.
    ///
    /// # Errors
    /// `unauthenticated` or `forbidden`.
    fn admit(actor: &Actor) -> Result<()> {
        actor.require(Self::ABILITY)
    }

    /// Runs the request. Only [`Office::perform`] calls this, after the actor was admitted.
    fn run(self, call: &Call<'_>) -> impl Future<Output = Result<Self::Answer>> + Send;
}

/// One call of a request: by whom, when, on which office.
pub struct Call<'a> {
    /// The office.
    pub office: &'a Office,
    /// Who asks.
    pub actor: &'a Actor,
    /// The instant of the call; read once, so that one call has one time.
    pub now: Timestamp,
    /// The office's zone.
    pub zone: TimeZone,
    /// The civil day of the call in the office's zone; `--as-of` moves it.
    pub today: Date,
    /// The time of day of the call in the office's zone; `--as-of` moves it.
    pub time_of_day: Time,
    /// The settings at the beginning of the call.
    pub settings: Arc<Settings>,
    /// What caused this call, where it was not a person: `job:17`, `task:billing:check-overdue`.
    pub cause: Option<String>,
}

impl Call<'_> {
    /// A sentence in the wording of whoever asks.
    pub(crate) fn told(&self, sentence: &Sentence) -> String {
        sentence.for_language(self.actor.language).to_owned()
    }

    /// The same of a sentence that was kept in a column.
    pub(crate) fn told_held(&self, text: &str) -> String {
        self.told(&Sentence::from_held(text))
    }
}

/// What an office needs to open.
pub struct Parts {
    /// The opened database.
    pub store: Store,
    /// Where secrets are kept.
    pub secrets: Secrets,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The name of this machine's desk, for the log and the list of desks.
    pub desk: String,
    /// Whether this is the training office.
    pub training: bool,
}

/// The application. Cheap to clone; every clone is the same office.
#[derive(Clone)]
pub struct Office {
    parts: Arc<Inner>,
}

struct Inner {
    store: Store,
    secrets: Secrets,
    key: OfficeKey,
    clock: Arc<dyn Clock>,
    desk: String,
    desk_id: String,
    copy: String,
    routers_known: RoutersKnown,
    changes: broadcast::Sender<Change>,
    is_listening: AtomicBool,
    job_lease: OnceLock<Duration>,
    training: bool,
    settings: watch::Sender<Arc<Settings>>,
    network: Network,
    jobs_bell: watch::Sender<u64>,
}

/// How long a job is in hand without a word, unless somebody says otherwise.
const JOB_LEASE: Duration = Duration::from_secs(60);
/// How many changes a slow follower may be behind; it reads everything again after more.
const CHANGES_KEPT: usize = 64;

/// Hears that a job may be waiting. A ring that came while nobody listened is heard at once, and several as one.
#[derive(Debug)]
pub struct Bell(watch::Receiver<u64>);

impl Bell {
    /// Waits for the next ring.
    pub async fn rings(&mut self) {
        if self.0.changed().await.is_err() {
            // The office is gone, so nobody will ring any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Office {
    /// Opens the office: reads its settings and the key that seals customers' passwords (made on the first opening).
    ///
    /// # Errors
    /// `keyring_*` when the secrets cannot be reached, `database_*` when the database cannot be read, `office_moved` when it
    /// is in another one now.
    pub async fn open(parts: Parts) -> Result<Office> {
        moved::refuse(&parts.store).await?;
        Office::open_left(parts).await
    }

    /// Opens the office also when it was left.
    pub(crate) async fn open_left(parts: Parts) -> Result<Office> {
        let key = office_key::of(&parts).await?;
        Office::assemble(parts, key).await
    }

    /// Opens an office whose key is lost with the one that is here, or a new one, and gives up what the lost one sealed. Only
    /// a person may want this; see [`GivenUp::at_stake`].
    ///
    /// # Errors
    /// As [`Office::open`].
    pub async fn open_anew(parts: Parts) -> Result<(Office, GivenUp)> {
        moved::forget(&parts.store).await?;
        let key = office_key::at_hand(&parts).await?;
        let office = Office::assemble(parts, key).await?;
        let given_up = office_key::give_up(&office).await?;
        Ok((office, given_up))
    }

    /// Opens the office at a desk that has none of its secrets yet, with the code that another desk made.
    ///
    /// # Errors
    /// `pairing_*` when the code is none that may be used, `desk_of_another_office` when this place for secrets is taken.
    pub async fn join(parts: Parts, code: &SecretString) -> Result<(Office, Joined)> {
        Office::join_giving_up(parts, code, None).await
    }

    /// Leaves this office, in which nobody has an account yet, for the one that another desk has made a code for: the key that
    /// a first start made here gives way to that office's.
    ///
    /// # Errors
    /// `office_in_use` when somebody has an account here, otherwise as [`Office::join`].
    pub async fn join_instead(&self, parts: Parts, code: &SecretString) -> Result<(Office, Joined)> {
        let mut tx = self.store().read().await?;
        let accounts = store::users::count(&mut tx).await?;
        drop(tx);
        if accounts > 0 {
            return Err(Error::conflict(
                "office_in_use",
                "Di komputer ini sudah ada kantor yang dipakai. Pakai folder data tersendiri dengan --data-dir.",
                "There is an office in use on this computer already. Use a data folder of its own with --data-dir.",
            ));
        }
        Office::join_giving_up(parts, code, Some(self.key())).await
    }

    async fn join_giving_up(
        parts: Parts,
        code: &SecretString,
        given_up: Option<&OfficeKey>,
    ) -> Result<(Office, Joined)> {
        let joined = desks::fetch(&parts, code, given_up).await?;
        let office = Office::open(parts).await?;
        desks::note_joined(&office, &joined).await?;
        Ok((office, joined))
    }

    async fn assemble(parts: Parts, key: OfficeKey) -> Result<Office> {
        let desk_id = desks::id_of(&parts.secrets).await?;
        let copy = format!("{desk_id}/{:016x}", rand::rng().random::<u64>());
        let mut tx = parts.store.read().await?;
        let settings = Settings::load(&mut tx).await?;
        drop(tx);
        let office = Office {
            parts: Arc::new(Inner {
                store: parts.store,
                secrets: parts.secrets,
                key,
                clock: parts.clock,
                desk: parts.desk,
                desk_id,
                copy,
                routers_known: RoutersKnown::default(),
                changes: broadcast::Sender::new(CHANGES_KEPT),
                is_listening: AtomicBool::new(false),
                job_lease: OnceLock::new(),
                training: parts.training,
                settings: watch::Sender::new(Arc::new(settings)),
                network: Network::default(),
                jobs_bell: watch::Sender::new(0),
            }),
        };
        crate::schedule::install(&office).await?;
        Ok(office)
    }

    /// Runs `request` for `actor`.
    ///
    /// # Errors
    /// `unauthenticated` or `forbidden` when the actor may not, and whatever the request itself refuses.
    pub async fn perform<R: Request>(&self, actor: &Actor, request: R) -> Result<R::Answer> {
        R::admit(actor)?;
        let call = self.call(actor).await;
        request.run(&call).await
    }

    /// A call by `actor` at this instant.
    pub async fn call<'a>(&'a self, actor: &'a Actor) -> Call<'a> {
        let now = self.parts.clock.now();
        let settings = Arc::clone(&self.parts.settings.borrow());
        let zone = settings.zone();
        let local = zone.to_datetime(now);
        Call {
            office: self,
            actor,
            now,
            zone,
            today: local.date(),
            time_of_day: local.time(),
            settings,
            cause: None,
        }
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// Where router and gateway credentials are.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.parts.secrets
    }

    /// The key that seals customers' passwords.
    #[must_use]
    pub fn key(&self) -> &OfficeKey {
        &self.parts.key
    }

    /// The connections to the routers.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.parts.network
    }

    /// The name of this desk, for people: the machine's, which another machine may have too.
    #[must_use]
    pub fn desk(&self) -> &str {
        &self.parts.desk
    }

    /// Names this desk's place for secrets: what it can do for the office.
    #[must_use]
    pub fn desk_id(&self) -> &str {
        &self.parts.desk_id
    }

    /// Names this opening of the office, for leases: two copies of the program are two, be it at one desk or on one folder.
    /// It begins with the [desk's](Office::desk_id).
    #[must_use]
    pub fn copy(&self) -> &str {
        &self.parts.copy
    }

    /// The routers whose passwords this desk is known to have.
    pub(crate) fn routers_known(&self) -> &RoutersKnown {
        &self.parts.routers_known
    }

    /// What any desk commits, from now on; nothing while nobody [listens](Office::is_listening).
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.parts.changes.subscribe()
    }

    /// Whether this copy of the program hears of commits at this moment.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.parts.is_listening.load(Ordering::Relaxed)
    }

    pub(crate) fn set_listening(&self, is_listening: bool) {
        self.parts.is_listening.store(is_listening, Ordering::Relaxed);
    }

    /// How long this copy of the program has a job in hand without a word; another takes it over after that (failures.md T2).
    #[must_use]
    pub fn job_lease(&self) -> Duration {
        self.parts.job_lease.get().copied().unwrap_or(JOB_LEASE)
    }

    /// Has jobs of this copy taken over sooner than usual. Said once, before any work begins.
    pub fn set_job_lease(&self, lease: Duration) {
        if self.parts.job_lease.set(lease).is_err() {
            tracing::warn!("how long jobs are in hand was said before, and stays");
        }
    }

    /// Passes on what was heard.
    pub(crate) fn tell(&self, change: Change) {
        // Nobody may be following, which is no failure.
        let _followers = self.parts.changes.send(change);
    }

    /// Whether this is the training office.
    #[must_use]
    pub fn is_training(&self) -> bool {
        self.parts.training
    }

    /// The present instant by the office's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Tells whoever works off jobs that one may be waiting. Called after the commit that enqueued it.
    pub fn ring(&self) {
        self.parts
            .jobs_bell
            .send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// The bell that [`Office::ring`] rings, heard from now on.
    #[must_use]
    pub fn bell(&self) -> Bell {
        Bell(self.parts.jobs_bell.subscribe())
    }

    /// The settings as they are and as they change.
    #[must_use]
    pub fn settings(&self) -> watch::Receiver<Arc<Settings>> {
        self.parts.settings.subscribe()
    }

    /// Replaces the settings that calls see, after they were written here or at another desk.
    pub(crate) fn replace_settings(&self, settings: Settings) {
        self.parts.settings.send_if_modified(|seen| {
            let is_new = **seen != settings;
            if is_new {
                *seen = Arc::new(settings);
            }
            is_new
        });
    }
}

impl Call<'_> {
    /// The same call as if the civil day and time were those of `as_of`. What is recorded still carries the real instant.
    #[must_use]
    pub fn as_of(mut self, as_of: Timestamp) -> Self {
        let local = self.zone.to_datetime(as_of);
        (self.today, self.time_of_day) = (local.date(), local.time());
        self
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// `database_busy` and its like.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(self.office.store().begin().await?)
    }

    /// Begins a read.
    ///
    /// # Errors
    /// `database_busy` and its like.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.office.store().read().await?)
    }
}
