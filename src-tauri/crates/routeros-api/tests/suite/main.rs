//! The client against hand-written bytes, against the router simulator, and against a stand-in that we did not write.
//! Names that start with `a` and a number are rows of the project's list of failures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and what its functions share is no test function itself"
)]

mod behaviour;
mod both_codecs;
mod chaos;
mod codec;
mod concurrency;
mod conversation;
mod dialer;
mod differential;
mod faults;
mod hostile;
mod lines;
mod lists;
mod login;
mod peer;
mod replies;
mod script;
mod streams;
mod tls;

use std::time::Duration;

use routeros_api::{Connection, Error, Limits, Login, Target};
use simulators::router::{Router, RouterSpec, RunningRouter};

/// Long enough for any machine; tests that wait for a limit to run out set a short one.
fn limits() -> Limits {
    let patient = Duration::from_secs(60);
    Limits {
        connect: patient,
        login: patient,
        command: patient,
        slow_after: patient,
        ..Limits::default()
    }
}

fn target(router: &RunningRouter) -> Target {
    Target::plain("127.0.0.1").with_port(router.addr().port())
}

async fn router() -> RunningRouter {
    Router::start(RouterSpec::default()).await.unwrap()
}

async fn open(router: &RunningRouter) -> Connection {
    open_with(router, limits()).await.unwrap()
}

async fn open_with(router: &RunningRouter, limits: Limits) -> Result<Connection, Error> {
    Connection::open(&target(router), &Login::new("admin", ""), &limits).await
}
