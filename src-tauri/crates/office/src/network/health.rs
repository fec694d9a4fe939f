//! How a router feels: load, memory, uptime, sessions. Asked when somebody looks; nothing is kept, and a router that does
//! not answer is an error, never a row of zeros.

use routeros_api::{Command, Row};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::office::{Call, Request};

/// A router at one moment. What a model does not tell is `null`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterHealth {
    /// The router.
    pub router_id: i64,
    /// When it answered, epoch milliseconds.
    pub read_at: i64,
    /// Its RouterOS version.
    pub version: Option<String>,
    /// Its model.
    pub board: Option<String>,
    /// Since when it runs, in the router's spelling (`1w2d3h4m5s`).
    pub uptime: Option<String>,
    /// Processor load, percent.
    pub cpu_load: Option<i64>,
    /// Free memory, bytes.
    pub free_memory: Option<i64>,
    /// All memory, bytes.
    pub total_memory: Option<i64>,
    /// PPP sessions that are up.
    pub sessions: i64,
}

/// Asks a router how it feels.
#[derive(Clone, Copy, Debug)]
pub struct ReadRouterHealth {
    /// The router.
    pub router_id: i64,
}

impl Request for ReadRouterHealth {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterHealth;

    async fn run(self, call: &Call<'_>) -> Result<RouterHealth> {
        let mut tx = call.read().await?;
        if store::routers::find(&mut tx, self.router_id).await?.is_none() {
            return Err(Error::missing("Router", "router"));
        }
        drop(tx);
        let session = call.office.network().glance(call.office, self.router_id).await?;
        match read(&session, call.now.as_millisecond()).await {
            Ok(health) => Ok(health),
            Err(failure) => Err(session.gone(call.office, failure).await),
        }
    }
}

async fn read(session: &Session, read_at: i64) -> Result<RouterHealth, Failure> {
    let resource = Command::new("/system/resource/print").proplist([
        "version",
        "board-name",
        "uptime",
        "cpu-load",
        "free-memory",
        "total-memory",
    ]);
    let (resource, sessions) = tokio::join!(
        session.call(resource),
        // A router counts its own sessions: one number instead of thousands of rows.
        session.call(Command::new("/ppp/active/print").attribute("count-only", "")),
    );
    let (resource, sessions) = (resource?, sessions?);
    let row = resource.first();
    let text = |name: &str| row.and_then(|row| row.get(name)).map(str::to_owned);
    let number = |name: &str| row.map_or(Ok(None), |row: &Row| row.parse::<i64>(name));
    Ok(RouterHealth {
        router_id: session.router.id,
        read_at,
        version: text("version"),
        board: text("board-name"),
        uptime: text("uptime"),
        cpu_load: number("cpu-load")?,
        free_memory: number("free-memory")?,
        total_memory: number("total-memory")?,
        sessions: counted(sessions.ret.as_deref())?,
    })
}

/// The number in `=ret=`, which `count-only` answers with.
fn counted(ret: Option<&str>) -> Result<i64, Failure> {
    ret.and_then(|ret| ret.parse().ok())
        .ok_or_else(|| Failure::Unreadable("the number of sessions".to_owned()))
}
