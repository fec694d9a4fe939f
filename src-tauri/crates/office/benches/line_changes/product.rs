//! The product: an office whose customers all owe January, and one router that serves them.

use std::time::{Duration, Instant};

use billing::Method;
use office::access::CheckOverdue;
use office::jobs::run_due;
use office::payments::TakePayment;
use office::{Actor, Office};
use simulators::router::{Router, RouterSpec, RunningRouter};

use crate::owing::{self, Owing, PRICE, PROFILE, name};

/// What a mass change took.
pub(crate) struct Measured {
    pub(crate) elapsed: Duration,
    /// Commands that the router was sent.
    pub(crate) commands: u64,
}

/// An office and its router.
pub(crate) struct Subject {
    pub(crate) router: RunningRouter,
    owing: Owing,
}

impl Subject {
    /// As many customers, all online, all overdue.
    pub(crate) async fn fill(lines: usize, round_trip: Duration) -> Subject {
        let router = Router::start(RouterSpec::default()).await.unwrap();
        owing::load(&router, lines);
        for number in 0..lines {
            assert!(router.dial(&name(number)), "line {number} comes online");
        }
        let owing = owing::office(router.addr(), lines).await;
        router.set_round_trip(round_trip);
        Subject { router, owing }
    }

    fn office(&self) -> &Office {
        &self.owing.office
    }

    /// The overdue check with every job that it causes.
    pub(crate) async fn close_all(&self) -> Measured {
        let check = CheckOverdue {
            dry_run: false,
            confirm: true,
        };
        self.router.clear_command_log();
        let start = Instant::now();
        self.office().perform(&Actor::console(), check).await.unwrap();
        run_due(self.office(), true).await.unwrap();
        let measured = self.measured(start);
        self.assert_all("isolated");
        measured
    }

    /// The overdue check, and in the middle of it a payment of somebody who was closed already: how long from the answer to
    /// the payment until the line is open on the router and its session has gone, and how many lines were closed by then.
    pub(crate) async fn pay_while_closing(&self) -> (Duration, usize) {
        let check = CheckOverdue {
            dry_run: false,
            confirm: true,
        };
        let payer = async {
            let isolated = || {
                let secrets = self.router.secrets();
                secrets
                    .iter()
                    .filter(|secret| secret.profile == "isolated")
                    .count()
            };
            while isolated() < self.owing.customers.len() / 4 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let secrets = self.router.secrets();
            let closed = secrets
                .iter()
                .find(|secret| secret.profile == "isolated")
                .unwrap();
            let place = (0..self.owing.customers.len())
                .find(|place| name(*place) == closed.name)
                .unwrap();
            self.office()
                .perform(&Actor::console(), payment(self.owing.customers[place]))
                .await
                .unwrap();
            let start = Instant::now();
            let is_open = || {
                let secret = self.router.secret(&closed.name).unwrap();
                let session = self.router.active(&closed.name);
                secret.profile != "isolated" && session.is_none_or(|session| session.profile != "isolated")
            };
            while !is_open() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            (start.elapsed(), isolated())
        };
        let actor = Actor::console();
        let (checked, paid) = tokio::join!(self.office().perform(&actor, check), payer);
        checked.unwrap();
        run_due(self.office(), true).await.unwrap();
        paid
    }

    /// Everybody has paid; what is measured is what follows: the events heard, the lines opened and read back.
    pub(crate) async fn open_all(&self) -> Measured {
        for &customer_id in &self.owing.customers {
            self.office()
                .perform(&Actor::console(), payment(customer_id))
                .await
                .unwrap();
        }
        self.router.clear_command_log();
        let start = Instant::now();
        run_due(self.office(), true).await.unwrap();
        let measured = self.measured(start);
        self.assert_all(PROFILE);
        measured
    }

    fn measured(&self, start: Instant) -> Measured {
        Measured {
            elapsed: start.elapsed(),
            commands: self.router.command_log().counts.values().sum(),
        }
    }

    fn assert_all(&self, profile: &str) {
        let wrong = self
            .router
            .secrets()
            .into_iter()
            .filter(|secret| secret.profile != profile)
            .count();
        assert_eq!(wrong, 0, "lines that do not have the profile {profile}");
    }
}

fn payment(customer_id: i64) -> TakePayment {
    TakePayment {
        customer_id,
        invoice_id: None,
        amount: PRICE,
        method: Method::Cash,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        reason: None,
        idempotency_key: None,
    }
}

/// The highest resident set of this process, simulator included, in kilobytes; 0 where the system does not tell.
pub(crate) fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
