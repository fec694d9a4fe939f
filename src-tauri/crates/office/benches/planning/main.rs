//! What it costs to read a router of 10,000 secrets and to plan from it: each line judged by the ledger, compared with what
//! the router says, and told in words. Beside it the bytes of the replies, and the least that anybody must do with them:
//! read them into one buffer.
//!
//! ```text
//! cargo bench -p office --bench planning            # 10,000 lines
//! cargo bench -p office --bench planning -- 50000
//! ```
//!
//! The router runs in a process of its own, so that the memory counted is the office's alone; a proxy without a delay
//! counts the bytes. All lines are open on the router and all of them owe, so that every one has something to be said.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "../owing/mod.rs"]
mod owing;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use office::Actor;
use office::access::{PreviewPlan, ReadRouterPlan};
use peak_alloc::PeakAlloc;
use simulators::apart::{self, Apart};
use simulators::delay::Proxy;
use simulators::router::{Router, RouterSpec};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

const ROUNDS: usize = 3;
const ROUTER: &str = "router";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(10_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if arguments.first().is_some_and(|first| first == ROUTER) {
        runtime.block_on(async {
            let router = Router::start(RouterSpec::default()).await.unwrap();
            owing::load(&router, count);
            apart::serve(&router).await.unwrap();
        });
        return;
    }
    let router = Apart::start([ROUTER, &count.to_string()]).unwrap();
    runtime.block_on(measure(count, router.addr()));
}

/// The best time of the rounds, and of the last the highest memory and what stays while the answer is held.
struct Cost {
    best: Duration,
    peak: usize,
    kept: usize,
}

async fn cost<T>(mut act: impl AsyncFnMut() -> T) -> Cost {
    let mut cost = Cost {
        best: Duration::MAX,
        peak: 0,
        kept: 0,
    };
    for _ in 0..ROUNDS {
        COUNTED.reset_peak_usage();
        let (before, start) = (COUNTED.current_usage(), Instant::now());
        let held = act().await;
        cost.best = cost.best.min(start.elapsed());
        cost.peak = COUNTED.peak_usage().saturating_sub(before);
        cost.kept = COUNTED.current_usage().saturating_sub(before);
        drop(held);
    }
    cost
}

async fn measure(count: usize, router: SocketAddr) {
    let counted = Proxy::start(router, Duration::ZERO).unwrap();
    let owing = owing::office(counted.addr(), count).await;
    let actor = Actor::console();
    let read = ReadRouterPlan { router_id: 1 };
    // The first read logs in; what the second one brings is the reply alone.
    owing.office.perform(&actor, read).await.unwrap();
    let before = counted.to_client();
    let plan = owing.office.perform(&actor, read).await.unwrap();
    let raw = counted.to_client() - before;
    assert_eq!(
        plan.totals.should_close, count as u64,
        "every line owes and is open"
    );
    assert_eq!(
        plan.lines.len(),
        owing.customers.len(),
        "and every line is told of"
    );
    drop(plan);

    let bytes = bare(router, raw).await;
    let plan = cost(async || owing.office.perform(&actor, read).await.unwrap()).await;
    let ledger = cost(async || {
        owing
            .office
            .perform(&actor, PreviewPlan::default())
            .await
            .unwrap()
    })
    .await;

    println!("{count} lines, {raw} bytes in the replies; best time of {ROUNDS}, memory of the last");
    println!(
        "{:<44} {:>9} {:>9} {:>12} {:>12}",
        "", "time", "a line", "peak / raw", "kept / raw"
    );
    for (what, cost) in [
        ("the secrets' bytes into one buffer (the bound)", &bytes),
        ("read, judged, compared, told in words", &plan),
        ("judged from the ledger alone (the overdue plan)", &ledger),
    ] {
        let share = |bytes: usize| bytes as f64 / raw as f64;
        println!(
            "{what:<48} {:>6.0} ms {:>6.1} us {:>9.2} {:>12.2}",
            cost.best.as_secs_f64() * 1e3,
            cost.best.as_secs_f64() * 1e6 / count as f64,
            share(cost.peak),
            share(cost.kept)
        );
    }
}

/// The list of secrets with what a plan asks of them over a bare socket, read to its end into one buffer.
async fn bare(router: SocketAddr, expected: u64) -> Cost {
    let mut socket = tokio::net::TcpStream::connect(router).await.unwrap();
    socket.set_nodelay(true).unwrap();
    let mut ask = async |words: &[&str]| -> Vec<u8> {
        let mut question = Vec::new();
        for word in words {
            question.push(u8::try_from(word.len()).unwrap());
            question.extend_from_slice(word.as_bytes());
        }
        question.push(0);
        socket.write_all(&question).await.unwrap();
        let mut answer = Vec::with_capacity(usize::try_from(expected).unwrap());
        // `!done` has no attributes here, so it is the end of the answer with the zero after it.
        while !answer.ends_with(b"\x05!done\0") {
            assert_ne!(
                socket.read_buf(&mut answer).await.unwrap(),
                0,
                "the router hung up"
            );
        }
        answer
    };
    ask(&["/login", "=name=admin", "=password="]).await;
    let properties = "=.proplist=.id,name,profile,disabled,comment";
    cost(async || ask(&["/ppp/secret/print", properties]).await).await
}
