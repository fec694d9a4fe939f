//! The process is killed (SIGKILL) at moments that chance chooses, during the month run, payments, isolation, a backup and
//! a restore; afterwards nothing is missing, nothing is doubled, and what was begun comes to its end. The real program, on
//! SQLite and, where `SAMBUNG_TEST_POSTGRES` names a throwaway cluster, on PostgreSQL.
//!
//! `SAMBUNG_KILLS` says how many kills over both engines (20), `SAMBUNG_KILLS_CUSTOMERS` how large the office is (450, more
//! than a batch of the month run), `SAMBUNG_KILLS_SEED` which acts and moments. A failure names the seed; what the machine
//! has done by a moment does not follow from it.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod backup;
mod books;
#[path = "../main_job/desk.rs"]
mod desk;
mod isolation;
mod lines;
mod moment;
mod month;
mod office;
mod payments;
mod reckoning;
mod restore;
mod tally;

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use desk::Desk;
use moment::Usual;
use office::Office;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use tally::Tally;

/// From so many kills on, the first lease that is left behind is waited for in real time.
const LONG: u32 = 50;

/// What the program is killed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Act {
    Month,
    Payments,
    Isolation,
    Backup,
    Restore,
}

impl Act {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Act::Month => "month run",
            Act::Payments => "payments",
            Act::Isolation => "isolation",
            Act::Backup => "backup",
            Act::Restore => "restore",
        }
    }
}

/// Names the kills when the test fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("these kills were SAMBUNG_KILLS_SEED={}", self.0);
        }
    }
}

fn wished<T: FromStr>(variable: &str, usual: T) -> T {
    match std::env::var(variable) {
        Ok(text) => text.parse().ok().unwrap_or_else(|| panic!("{variable}={text}")),
        Err(_) => usual,
    }
}

/// Which acts are killed at which share of their time, in an order by chance: of each act as many as of the others, and
/// spread over all of it.
fn kills(acts: &[Act], count: u32, chance: &mut StdRng) -> Vec<(Act, f64)> {
    let each = u32::try_from(acts.len()).expect("a few acts");
    let mut kills = Vec::new();
    for (place, act) in (0..).zip(acts) {
        let count = count / each + u32::from(place < count % each);
        kills.extend(
            moment::shares(count, chance)
                .into_iter()
                .map(|share| (*act, share)),
        );
    }
    kills.shuffle(chance);
    kills
}

/// Each act once undisturbed, so that it is known how long it takes.
async fn measure(office: &mut Office, acts: &[Act], chance: &mut StdRng) -> HashMap<Act, Usual> {
    // The first month, and everybody closed: whoever pays from now on is opened.
    month::undisturbed(office).await;
    isolation::undisturbed(office, chance).await;
    let opens = office.opening().min(office.opening()).min(office.opening());
    let mut usual = HashMap::new();
    for act in acts {
        // Payments begin when the server is there already.
        let opening = if *act == Act::Payments {
            Duration::ZERO
        } else {
            opens
        };
        let whole = match act {
            Act::Month => month::undisturbed(office).await,
            Act::Payments => payments::undisturbed(office, chance).await,
            Act::Isolation => isolation::undisturbed(office, chance).await,
            Act::Backup => backup::undisturbed(office).await,
            Act::Restore => restore::undisturbed(office).await,
        };
        // A backup opens the database and nothing more.
        let opening = opening.min(whole / 2);
        eprintln!(
            "{}: {whole:?}, of which opening the office {opening:?}",
            act.as_str()
        );
        usual.insert(*act, Usual { opening, whole });
    }
    usual
}

async fn nothing_is_lost_or_doubled(desk: Desk, engine: &'static str, acts: &[Act], count: u32) {
    let seed = Seed(wished("SAMBUNG_KILLS_SEED", 20_260_302));
    let mut chance = StdRng::seed_from_u64(seed.0);
    let waits = wished("SAMBUNG_KILLS", 0) >= LONG;
    let mut office = Office::found(desk, wished("SAMBUNG_KILLS_CUSTOMERS", 450), waits).await;
    let mut usual = measure(&mut office, acts, &mut chance).await;
    let mut tally = Tally::new(engine);
    for (act, share) in kills(acts, count, &mut chance) {
        tally.begin(act);
        let usual = usual.get_mut(&act).expect("it was measured");
        let fell = match act {
            Act::Month => month::killed(&mut office, usual, share).await,
            Act::Payments => payments::killed(&mut office, usual, share, &mut chance).await,
            Act::Isolation => isolation::killed(&mut office, usual, share, &mut chance).await,
            Act::Backup => backup::killed(&mut office, usual, share).await,
            Act::Restore => restore::killed(&mut office, usual, share).await,
        };
        tally.count(act, fell);
    }
    tally.proves_something();
}

fn count() -> u32 {
    wished("SAMBUNG_KILLS", 20)
}

/// What the program is killed in on SQLite.
const ON_SQLITE: &[Act] = &[
    Act::Month,
    Act::Payments,
    Act::Isolation,
    Act::Backup,
    Act::Restore,
];

/// The same on PostgreSQL. A restore carries every row back in one transaction of half a minute, and a backup carries them
/// out as slowly in a debug build, so that is left to the long form.
const ON_POSTGRESQL: &[Act] = &[Act::Month, Act::Payments, Act::Isolation, Act::Backup];
const ON_POSTGRESQL_SHORT: &[Act] = &[Act::Month, Act::Payments, Act::Isolation];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_loses_and_doubles_nothing_on_sqlite() {
    let half = count().div_ceil(2);
    Box::pin(nothing_is_lost_or_doubled(
        Desk::on_sqlite(),
        "SQLite",
        ON_SQLITE,
        half,
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_loses_and_doubles_nothing_on_postgresql() {
    if let Some(desk) = Desk::on_postgresql().await {
        let half = count() / 2;
        let acts = if count() < LONG {
            ON_POSTGRESQL_SHORT
        } else {
            ON_POSTGRESQL
        };
        Box::pin(nothing_is_lost_or_doubled(desk, "PostgreSQL", acts, half)).await;
    }
}
