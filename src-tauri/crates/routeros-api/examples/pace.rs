//! Prints how long a long list and a thousand pipelined changes take against the simulated router.
//!
//! `pace [ROUND_TRIP_MS]`: 20 unless said otherwise. The bound for the changes is (commands ÷ commands in flight) ×
//! round trip.

use std::io::Write;
use std::time::{Duration, Instant};

use routeros_api::{Command, Connection, Limits, Login, Target};
use simulators::router::{Network, Router, RouterSpec};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let round_trip = std::env::args().nth(1).map_or(Ok(20), |text| text.parse())?;
    let round_trip = Duration::from_millis(round_trip);
    let mut out = std::io::stdout();

    let router = Router::start(RouterSpec {
        round_trip,
        ..RouterSpec::default()
    })
    .await?;
    let start = Instant::now();
    router.load(&Network::invented(50_000));
    writeln!(out, "loading and dialling 50,000 secrets: {:?}", start.elapsed())?;

    let target = Target::plain("127.0.0.1").with_port(router.addr().port());
    let limits = Limits::default();
    let connection = Connection::open(&target, &Login::new("admin", ""), &limits).await?;
    let start = Instant::now();
    let list = Command::new("/ppp/secret/print").proplist([".id", "name", "profile"]);
    let rows = connection.call(list).await?.rows;
    writeln!(out, "reading {} of them: {:?}", rows.len(), start.elapsed())?;

    let changes: Vec<Command> = rows
        .iter()
        .take(1_000)
        .filter_map(|row| row.id())
        .map(|id| {
            Command::new("/ppp/secret/set")
                .attribute(".id", id)
                .attribute("profile", "isolated")
        })
        .collect();
    let count = u32::try_from(changes.len())?;
    let bound = round_trip * count.div_ceil(u32::try_from(limits.in_flight)?);
    let start = Instant::now();
    for answer in connection.call_all(changes).await {
        answer?;
    }
    let took = start.elapsed();
    writeln!(
        out,
        "{count} changes, {} in flight: {took:?}, the bound is {bound:?}",
        limits.in_flight
    )?;
    Ok(())
}
