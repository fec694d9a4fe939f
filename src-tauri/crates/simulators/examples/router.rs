//! Starts a router with an invented office for clients in other languages, and prints `ready PORT` when it listens.
//!
//! `router [PORT] [CUSTOMERS] [VERSION] [tls] [lag=MS] [fault=KIND[@N]] [chaos=SEED]`: any free port, 20 customers and
//! version 7.18 without TLS unless said otherwise; 50,000 customers are loaded in a moment. `lag` is the round trip in
//! milliseconds. `fault` is `slow late deaf mute refuse-login busy hang-up close-mid-reply garbage refuse`, from the first
//! command on or after N of them; `chaos` lets a seed choose small misfortunes all day. The user is `api` with the password `rahasia`; `viewer` with the same password may only look. Besides its
//! customers it has a firewall as from the factory, the DHCP lease 10.5.0.7 of a device that is on, and the hotspot user
//! `tamu`, who is logged in. It runs until its standard input ends.

use std::error::Error;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use simulators::router::{
    Chaos, Fault, Group, HotspotUser, Lease, Network, Router, RouterSpec, RunningRouter, User, Wire,
};
use tokio::io::AsyncReadExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let customers: usize = arguments.next().map_or(Ok(20), |customers| customers.parse())?;
    let version = arguments.next().unwrap_or_else(|| "7.18".to_owned());
    let (major, minor) = version
        .split_once('.')
        .ok_or("a version is two numbers, such as 7.18")?;
    let words: Vec<String> = arguments.collect();
    let wire = if words.iter().any(|word| word == "tls") {
        Wire::Tls
    } else {
        Wire::Plain
    };
    let user = |name: &str, group| User {
        name: name.to_owned(),
        password: "rahasia".to_owned(),
        group,
    };
    let office = Group::Of {
        name: "billing".to_owned(),
        policies: "api,read,write,sensitive".to_owned(),
    };
    let spec = RouterSpec {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        version: (major.parse()?, minor.parse()?),
        wire,
        users: vec![user("api", office), user("viewer", Group::Read)],
        ..RouterSpec::default()
    };
    let router = Router::start(spec).await?;
    router.load(&Network::invented(customers));
    router.load_factory_firewall();
    router.load_leases([Lease::new("10.5.0.7", "02:00:00:00:05:07")]);
    router.load_hotspot_users([HotspotUser::new("tamu", "tamu")]);
    router.log_in_at_hotspot("tamu");
    for word in words.iter().filter(|word| *word != "tls") {
        misbehave(&router, word).await?;
    }
    let mut output = std::io::stdout();
    writeln!(output, "ready {}", router.addr().port())?;
    output.flush()?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    router.stop();
    Ok(())
}

/// Does what one further word says.
async fn misbehave(router: &RunningRouter, word: &str) -> Result<(), Box<dyn Error>> {
    match word.split_once('=') {
        Some(("lag", milliseconds)) => router.set_round_trip(Duration::from_millis(milliseconds.parse()?)),
        Some(("fault", kind)) => match kind.split_once('@') {
            Some((kind, commands)) => router.fault_after(commands.parse()?, fault(kind)?),
            None => router.set_fault(fault(kind)?).await?,
        },
        Some(("chaos", seed)) => router.set_chaos(Some(Chaos {
            hang_up: 2,
            truncate: 2,
            refuse: 5,
            deaf: 1,
            late: 50,
            lag: Duration::from_millis(200),
            turn_away: 20,
            ..Chaos::seeded(seed.parse()?)
        })),
        _ => return Err(format!("`{word}` is none of tls, lag=, fault= and chaos=").into()),
    }
    Ok(())
}

fn fault(kind: &str) -> Result<Fault, String> {
    let second = Duration::from_secs(1);
    Ok(match kind {
        "slow" => Fault::Slow(second),
        "late" => Fault::Late(second),
        "deaf" => Fault::Deaf,
        "mute" => Fault::Mute,
        "refuse-login" => Fault::RefuseLogin,
        "busy" => Fault::Busy,
        "hang-up" => Fault::HangUp,
        "close-mid-reply" => Fault::CloseMidReply,
        "garbage" => Fault::Garbage,
        "refuse" => Fault::Refuse,
        other => return Err(format!("`{other}` is no fault")),
    })
}
