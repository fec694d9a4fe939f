//! What a long list costs: reading 10,000 secrets, with time and memory beside the raw bytes of the reply.
//!
//! `cargo bench -p routeros-api [-- COUNT]`. The router runs in a process of its own, so that the memory counted here is
//! the client's alone; a proxy between the two counts the bytes of the reply. Beside our client stands the least that
//! any client must do: read those bytes into one buffer and look for the end.

#![allow(clippy::print_stdout, reason = "its figures are what it is for")]

use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use peak_alloc::PeakAlloc;
use routeros_api::{Command, Connection, Limits, Login, Target};
use simulators::apart::{self, Apart};
use simulators::delay::Proxy;
use simulators::router::{Network, Router, RouterSpec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

type Failed = Box<dyn std::error::Error>;

const ROUNDS: usize = 5;
const PROPERTIES: [&str; 3] = [".id", "name", "profile"];
const END: &[u8] = b"\x05!done";

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: Option<&String>| text.map_or(Ok(10_000), |text| text.parse());
    let runtime = tokio::runtime::Runtime::new()?;
    if arguments.first().is_some_and(|first| first == "router") {
        let count = number(arguments.get(1))?;
        return runtime.block_on(async {
            let router = Router::start(RouterSpec::default()).await?;
            router.load(&Network::invented(count));
            Ok(apart::serve(&router).await?)
        });
    }
    let count = number(arguments.iter().find(|argument| !argument.starts_with('-')))?;
    let router = Apart::start(["router", &count.to_string()])?;
    runtime.block_on(measure(count, router.addr()))
}

/// The best time of the rounds, and the memory of one: the highest, and what stays while the answer is held.
struct Cost {
    best: Duration,
    peak: usize,
    kept: usize,
}

async fn cost<T>(mut act: impl AsyncFnMut() -> Result<T, Failed>) -> Result<Cost, Failed> {
    let mut best = Duration::MAX;
    let (mut peak, mut kept) = (0, 0);
    for _ in 0..ROUNDS {
        COUNTED.reset_peak_usage();
        let (before, start) = (COUNTED.current_usage(), Instant::now());
        let held = act().await?;
        best = best.min(start.elapsed());
        peak = COUNTED.peak_usage().saturating_sub(before);
        kept = COUNTED.current_usage().saturating_sub(before);
        drop(held);
    }
    Ok(Cost { best, peak, kept })
}

async fn measure(count: usize, router: SocketAddr) -> Result<(), Failed> {
    let print = || Command::new("/ppp/secret/print").proplist(PROPERTIES);
    let login = Login::new("admin", "");

    // Once through a proxy of no length, for the bytes of the reply alone.
    let counted = Proxy::start(router, Duration::ZERO)?;
    let target = Target::plain("127.0.0.1").with_port(counted.addr().port());
    let connection = Connection::open(&target, &login, &Limits::default()).await?;
    let before = counted.to_client();
    let rows = connection.call(print()).await?.rows.len();
    let raw = usize::try_from(counted.to_client() - before)?;
    if rows != count {
        return Err(format!("{rows} rows of {count} arrived").into());
    }
    drop(connection);

    let target = Target::plain("127.0.0.1").with_port(router.port());
    let connection = Connection::open(&target, &login, &Limits::default()).await?;
    let whole = cost(async || Ok(connection.call(print()).await?)).await?;
    let rows = cost(async || {
        let rows = connection.stream(print()).await?;
        let names = rows.try_fold(0, async |sum, row| Ok(sum + row.get("name").map_or(0, str::len)));
        Ok(names.await?)
    })
    .await?;
    let bare = bare(router).await?;

    println!("{count} secrets, {raw} bytes in the reply; best time of {ROUNDS}, memory of the last");
    println!(
        "{:<38} {:>9} {:>12} {:>12}",
        "", "time", "peak / raw", "kept / raw"
    );
    for (what, cost) in [
        ("bytes into one buffer (the bound)", &bare),
        ("call: all rows", &whole),
        ("stream: row by row", &rows),
    ] {
        let share = |bytes: usize| bytes as f64 / raw as f64;
        println!(
            "{what:<38} {:>6.1} ms {:>12.2} {:>12.2}",
            cost.best.as_secs_f64() * 1000.0,
            share(cost.peak),
            share(cost.kept)
        );
    }
    std::io::stdout().flush()?;
    Ok(())
}

/// The same command over a bare socket: bytes are read until the one that says that it was all.
async fn bare(router: SocketAddr) -> Result<Cost, Failed> {
    let mut socket = tokio::net::TcpStream::connect(router).await?;
    socket.set_nodelay(true)?;
    let mut ask = async |words: &[&str]| -> Result<Vec<u8>, Failed> {
        let mut question = Vec::new();
        words.iter().collect::<Words>().0.encode(&mut question)?;
        socket.write_all(&question).await?;
        let mut answer = Vec::with_capacity(64 * 1024);
        // `!done` has no attributes here, so it is the end of the answer with the zero after it.
        while !answer.strip_suffix(b"\0").is_some_and(|rest| rest.ends_with(END)) {
            if socket.read_buf(&mut answer).await? == 0 {
                return Err("the router hung up".into());
            }
        }
        Ok(answer)
    };
    ask(&["/login", "=name=admin", "=password="]).await?;
    let properties = format!("=.proplist={}", PROPERTIES.join(","));
    cost(async || ask(&["/ppp/secret/print", &properties]).await).await
}

struct Words(routeros_api::codec::Sentence);

impl<'w> FromIterator<&'w &'w str> for Words {
    fn from_iter<I: IntoIterator<Item = &'w &'w str>>(words: I) -> Self {
        Self(words.into_iter().map(|word| word.as_bytes()).collect())
    }
}
