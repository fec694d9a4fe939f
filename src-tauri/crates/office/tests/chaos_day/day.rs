//! The day's course: the overdue check is confirmed under chaos; while its jobs run, two in five pay, people give their
//! word for some lines, and hands reach into the routers.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use billing::{Method, OverrideVerdict};
use office::access::{CheckOverdue, SetOverride};
use office::payments::TakePayment;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use simulators::router::{Chaos, Misfortunes, Secret};

use crate::town::{ISOLATED, Line, OWN, PRICE, Town};

/// What the office was told in the course of the day; what the ledger must say follows from it.
pub(crate) struct Past {
    pub(crate) paid: HashSet<i64>,
    pub(crate) words: HashMap<i64, OverrideVerdict>,
    pub(crate) misfortunes: Vec<Misfortunes>,
    pub(crate) rounds: usize,
}

/// How many rounds the day has at least; it goes on while payments come in.
const ROUNDS: usize = 12;

pub(crate) async fn spend(town: &Town, seed: u64) -> Past {
    for (number, (_, router)) in (0_u64..).zip(&town.routers) {
        router.set_chaos(Some(Chaos {
            hang_up: 8,
            truncate: 8,
            refuse: 15,
            deaf: 2,
            late: 100,
            lag: Duration::from_millis(20),
            turn_away: 250,
            ..Chaos::seeded(seed.wrapping_mul(31).wrapping_add(number))
        }));
    }
    let mut chance = StdRng::seed_from_u64(seed);
    let mut shuffled: Vec<&Line> = town.lines.iter().collect();
    shuffled.shuffle(&mut chance);
    let count = shuffled.len();
    let payers = &shuffled[..count * 2 / 5];
    // Half of those for whom somebody gives a word have paid, half have not.
    let promised = &shuffled[count * 2 / 5 - count / 50..count * 2 / 5 + count / 50];
    let words: Vec<(&Line, OverrideVerdict)> = promised
        .iter()
        .map(|&line| {
            let verdict = if chance.random() {
                OverrideVerdict::Open
            } else {
                OverrideVerdict::Closed
            };
            (line, verdict)
        })
        .collect();
    let touched: Vec<&Line> = town.lines.choose_multiple(&mut chance, count / 25).collect();

    let rest_of_the_day = AtomicBool::new(true);
    let people = async {
        tokio::join!(pay(town, payers), give_words(town, &words));
        rest_of_the_day.store(false, Ordering::Relaxed);
    };
    let office = async {
        let check = CheckOverdue {
            dry_run: false,
            confirm: true,
        };
        town.ask(check).await;
        let mut rounds = 0;
        while rounds < ROUNDS || rest_of_the_day.load(Ordering::Relaxed) {
            town.round(chance.random_range(20..200)).await;
            for line in touched.iter().skip(rounds).step_by(ROUNDS) {
                reach_in(town, line);
            }
            rounds += 1;
        }
        rounds
    };
    let (rounds, ()) = tokio::join!(office, people);

    let misfortunes = town.routers.iter().map(|(_, router)| router.misfortunes());
    let past = Past {
        paid: payers.iter().map(|line| line.customer_id).collect(),
        words: words
            .iter()
            .map(|(line, verdict)| (line.customer_id, *verdict))
            .collect(),
        misfortunes: misfortunes.collect(),
        rounds,
    };
    for (_, router) in &town.routers {
        router.set_chaos(None);
    }
    past
}

async fn pay(town: &Town, payers: &[&Line]) {
    for line in payers {
        let payment = TakePayment {
            customer_id: line.customer_id,
            invoice_id: None,
            amount: PRICE,
            method: Method::Cash,
            reference: None,
            money_received: None,
            to_credit: None,
            received_at: None,
            reason: None,
            idempotency_key: None,
        };
        town.ask(payment).await;
    }
}

async fn give_words(town: &Town, words: &[(&Line, OverrideVerdict)]) {
    for (line, verdict) in words {
        let word = SetOverride {
            customer_id: line.customer_id,
            verdict: *verdict,
            reason: "kata orang".into(),
            until: None,
        };
        town.ask(word).await;
    }
}

/// Somebody at the router itself turns a line round, as one does it there: the secret, and the session from anew.
fn reach_in(town: &Town, line: &Line) {
    let router = town.router_of(line);
    let now = router.secret(&line.name).expect("a secret").profile;
    let other = if now == ISOLATED { OWN } else { ISOLATED };
    router.hang_up(&line.name);
    router.load_secrets([Secret::new(&line.name, "x").with_profile(other)]);
    assert!(router.dial(&line.name), "{} comes online", line.name);
}
