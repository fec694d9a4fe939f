//! The test of a router: is it there, who is it, is its clock right, and may its API user do what is needed and nothing
//! more (`api,read,write,sensitive`).

mod clock;

use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use routeros_api::{Command, Row};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::jobs;
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::policies::Permissions;
use crate::office::{Call, Request};

/// Why a test failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterProblem {
    /// The stable code.
    pub code: String,
    /// What happened and what to do, in both languages.
    #[schema(value_type = Object)]
    pub message: Sentence,
}

/// What a test found.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct RouterTest {
    /// Whether the router can be worked with.
    pub ok: bool,
    /// What it calls itself.
    pub identity: Option<String>,
    /// Its RouterOS version.
    pub version: Option<String>,
    /// Its model.
    pub board: Option<String>,
    /// Since when it runs, in the router's spelling.
    pub uptime: Option<String>,
    /// How far its clock is ahead of this desk's, in seconds; negative when behind.
    pub clock_skew_seconds: Option<i64>,
    /// What is wrong with the API user's group.
    pub permissions: Permissions,
    /// How long one question took.
    pub latency_ms: Option<i64>,
    /// Why it failed.
    pub error: Option<RouterProblem>,
    /// What would keep closings of this router's lines from cutting them off, each reason once, and a clock that is off.
    pub warnings: Vec<RouterProblem>,
}

/// Tests a router. A router that cannot be reached is an answer, not an error.
#[derive(Clone, Copy, Debug)]
pub struct TestRouter {
    /// The router.
    pub router_id: i64,
}

impl Request for TestRouter {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterTest;

    async fn run(self, call: &Call<'_>) -> Result<RouterTest> {
        let mut tx = call.read().await?;
        if store::routers::find(&mut tx, self.router_id).await?.is_none() {
            return Err(Error::missing("Router", "router"));
        }
        drop(tx);
        let tested = match call
            .office
            .network()
            .session_once(call.office, self.router_id)
            .await
        {
            Ok(session) => test(&session, call.now).await,
            Err(failure) => Err(failure),
        };
        match tested {
            Ok(test) => {
                let warnings = warnings(call, self.router_id).await;
                if test.ok && warnings.is_empty() {
                    take_up_again(call, self.router_id).await?;
                }
                let clock = test.clock_skew_seconds.and_then(clock::warning);
                let warnings = warnings.into_iter().chain(clock).collect();
                Ok(RouterTest { warnings, ..test })
            }
            Err(failure @ Failure::Here { .. }) => Err(failure.into()),
            Err(failure) => Ok(RouterTest {
                error: Some(RouterProblem {
                    code: failure.code().to_owned(),
                    message: failure.sentence(),
                }),
                ..RouterTest::default()
            }),
        }
    }
}

async fn test(session: &Session, now: Timestamp) -> Result<RouterTest, Failure> {
    let asked = Instant::now();
    let identity = session.call(Command::new("/system/identity/print")).await?;
    let latency = asked.elapsed();
    let (resource, clock, permissions) = tokio::join!(
        session.call(Command::new("/system/resource/print").proplist(["version", "uptime", "board-name"])),
        session.call(Command::new("/system/clock/print")),
        session.permissions(),
    );
    let resource = resource?;
    let clock = clock?;
    let of = |row: Option<&Row>, name: &str| row.and_then(|row| row.get(name)).map(str::to_owned);
    let permissions = permissions?.unwrap_or_default();
    let error = permissions.refusal().map(|message| RouterProblem {
        code: "router_permission_missing".to_owned(),
        message,
    });
    Ok(RouterTest {
        ok: error.is_none(),
        identity: of(identity.first(), "name"),
        version: of(resource.first(), "version"),
        board: of(resource.first(), "board-name"),
        uptime: of(resource.first(), "uptime"),
        clock_skew_seconds: clock
            .first()
            .and_then(read_clock)
            .map(|clock| clock.as_second() - now.as_second()),
        permissions,
        latency_ms: i64::try_from(latency.as_millis()).ok(),
        error,
        warnings: Vec::new(),
    })
}

/// Takes up again what the router's lines failed at, now that it was found as it should be.
async fn take_up_again(call: &Call<'_>, router_id: i64) -> Result<()> {
    let mut tx = call.begin().await?;
    jobs::retry_router(&mut tx, call, router_id).await?;
    tx.commit().await?;
    call.office.ring();
    Ok(())
}

/// What would keep closings from cutting lines off; what is found counts for the next plan. A router without such lines is
/// not asked, and one that cannot be read now has passed its test all the same.
async fn warnings(call: &Call<'_>, router_id: i64) -> Vec<RouterProblem> {
    let found = crate::access::in_the_way(call, router_id)
        .await
        .unwrap_or_else(|error| {
            tracing::debug!(%error, router_id, "a router could not be asked what keeps its lines open");
            Vec::new()
        });
    found
        .into_iter()
        .map(|(obstacle, count)| RouterProblem {
            code: obstacle.code.to_owned(),
            message: Sentence::new(
                format!(
                    "{count} jalur tidak akan terputus bila ditutup. {}",
                    obstacle.sentence.id
                ),
                format!(
                    "{count} lines would not be cut off by a closing. {}",
                    obstacle.sentence.en
                ),
            ),
        })
        .collect()
}

/// The router's clock: `2026-01-31` since RouterOS 7.10, `jan/31/2026` before; the offset as `+07:00`.
fn read_clock(row: &Row) -> Option<Timestamp> {
    let date = row.get("date")?;
    let date = date
        .parse::<Date>()
        .ok()
        .or_else(|| Date::strptime("%b/%d/%Y", date).ok())?;
    let time = row.get("time")?.parse::<Time>().ok()?;
    let offset = row.get("gmt-offset").and_then(read_offset)?;
    TimeZone::fixed(offset)
        .to_timestamp(DateTime::from_parts(date, time))
        .ok()
}

fn read_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let seconds = hours
        .parse::<i32>()
        .ok()?
        .checked_mul(3600)?
        .checked_add(minutes.parse::<i32>().ok()? * 60)?;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_routers_date_are_the_same_instant() {
        let clock = |date: &str| {
            [("date", date), ("time", "06:00:00"), ("gmt-offset", "+07:00")]
                .into_iter()
                .collect::<Row>()
        };
        let new = read_clock(&clock("2026-01-31")).unwrap();
        assert_eq!(Some(new), read_clock(&clock("jan/31/2026")));
        assert_eq!(new.to_string(), "2026-01-30T23:00:00Z");
    }
}
