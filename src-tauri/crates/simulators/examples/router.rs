//! Starts a router with an invented office for clients in other languages, and prints `ready PORT` when it listens.
//!
//! `router [PORT] [CUSTOMERS] [VERSION] [tls]`: any free port, 20 customers and version 7.18 without TLS unless said
//! otherwise. The user is `api` with the password `rahasia`; `viewer` with the same password may only look. Besides its
//! customers it has a firewall as from the factory, the DHCP lease 10.5.0.7 of a device that is on, and the hotspot user
//! `tamu`, who is logged in. It runs until its standard input ends.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use simulators::router::{Group, HotspotUser, Lease, Network, Router, RouterSpec, User, Wire};
use tokio::io::AsyncReadExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let customers: usize = arguments.next().map_or(Ok(20), |customers| customers.parse())?;
    let version = arguments.next().unwrap_or_else(|| "7.18".to_owned());
    let (major, minor) = version
        .split_once('.')
        .ok_or("a version is two numbers, such as 7.18")?;
    let wire = match arguments.next().as_deref() {
        None => Wire::Plain,
        Some("tls") => Wire::Tls,
        Some(other) => return Err(format!("`{other}` is not `tls`").into()),
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
    let mut output = std::io::stdout();
    writeln!(output, "ready {}", router.addr().port())?;
    output.flush()?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    router.stop();
    Ok(())
}
