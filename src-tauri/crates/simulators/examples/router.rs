//! Starts a router with an invented office for clients in other languages, and prints `ready PORT` when it listens.
//!
//! `router [PORT] [CUSTOMERS] [VERSION]`: any free port, 20 customers and version 7.18 unless said otherwise. The user is `api`
//! with the password `rahasia`; `viewer` with the same password may only look. It runs until its standard input ends.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use simulators::router::{Group, Network, Router, RouterSpec, User};
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
        users: vec![user("api", office), user("viewer", Group::Read)],
        ..RouterSpec::default()
    };
    let router = Router::start(spec).await?;
    router.load(&Network::invented(customers));
    let mut output = std::io::stdout();
    writeln!(output, "ready {}", router.addr().port())?;
    output.flush()?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    router.stop();
    Ok(())
}
