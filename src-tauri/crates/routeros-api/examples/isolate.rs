//! Closes one PPPoE line the way that works: the secret gets the isolated profile, the live session that still has the
//! old one is dropped, and what the router then says is read back. Runs against the simulated router.

use std::io::Write;

use routeros_api::{Command, Connection, Error, Limits, Login, Query, Target};
use simulators::router::{Network, Router, RouterSpec};

#[derive(Debug, serde::Deserialize)]
struct Secret {
    #[serde(rename = ".id")]
    id: String,
    profile: String,
}

async fn secret(router: &Connection, name: &str) -> Result<Option<Secret>, Box<dyn std::error::Error>> {
    let print = Command::new("/ppp/secret/print")
        .proplist([".id", "profile"])
        .query(Query::equals("name", name));
    let found = router.call(print).await?;
    Ok(found.first().map(routeros_api::Row::deserialize).transpose()?)
}

async fn drop_session(router: &Connection, name: &str) -> Result<(), Error> {
    let print = Command::new("/ppp/active/print")
        .proplist([".id"])
        .query(Query::equals("name", name));
    for session in router.call(print).await?.rows {
        let remove = Command::new("/ppp/active/remove").attribute(".id", session.id().unwrap_or_default());
        match router.call(remove).await {
            // It ended by itself meanwhile, which is as good.
            Err(error) if error.is_no_such_item() => {}
            other => drop(other?),
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let simulated = Router::start(RouterSpec::default()).await?;
    simulated.load(&Network::invented(3));
    let target = Target::plain("127.0.0.1").with_port(simulated.addr().port());
    let router = Connection::open(&target, &Login::new("admin", ""), &Limits::default()).await?;

    let name = "plg00002";
    let found = secret(&router, name).await?.ok_or("there is no such line")?;
    let set = Command::new("/ppp/secret/set")
        .attribute(".id", found.id)
        .attribute("profile", "isolated");
    router.call(set).await?;
    drop_session(&router, name).await?;
    let seen = secret(&router, name).await?.ok_or("the line has gone")?;
    writeln!(std::io::stdout(), "{name}: {} -> {}", found.profile, seen.profile)?;
    Ok(())
}
