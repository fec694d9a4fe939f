//! Starts a router with an invented office for clients in other languages, and prints `ready PORT` when it listens.
//! `--help` says what it can be told.

mod arguments;

use std::error::Error;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use clap::Parser as _;
use simulators::router::{Group, HotspotUser, Lease, Network, Router, RouterSpec, RunningRouter, User, Wire};
use tokio::io::AsyncReadExt;

use arguments::{Arguments, Mode};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let told = Arguments::parse();
    let wire = match told.modes.iter().any(|mode| matches!(mode, Mode::Tls)) {
        true => Wire::Tls,
        false => Wire::Plain,
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
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, told.port)),
        version: told.version,
        wire,
        users: vec![user("api", office), user("viewer", Group::Read)],
        ..RouterSpec::default()
    };
    let router = Router::start(spec).await?;
    router.load(&Network::invented(told.customers));
    router.load_factory_firewall();
    router.load_leases([Lease::new("10.5.0.7", "02:00:00:00:05:07")]);
    router.load_hotspot_users([HotspotUser::new("tamu", "tamu")]);
    router.log_in_at_hotspot("tamu");
    for mode in told.modes {
        behave(&router, mode).await?;
    }
    let mut output = std::io::stdout();
    writeln!(output, "ready {}", router.addr().port())?;
    output.flush()?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    router.stop();
    Ok(())
}

async fn behave(router: &RunningRouter, mode: Mode) -> Result<(), Box<dyn Error>> {
    match mode {
        // The wire is chosen before it listens.
        Mode::Tls => {}
        Mode::Lag(round_trip) => router.set_round_trip(round_trip),
        Mode::Fault(fault) => router.set_fault(fault).await?,
        Mode::FaultAfter(commands, fault) => router.fault_after(commands, fault),
        Mode::Chaos(chaos) => router.set_chaos(Some(chaos)),
    }
    Ok(())
}
