//! How a connection to a router comes about: the kept one where it still lives, else a new one, tried as often and for as
//! long as whoever asks has patience.

use std::time::Duration;

use routeros_api as api;
use routeros_api::{Command, Connection, Fingerprint, Limits, Login, Target, TlsMode};
use secrecy::ExposeSecret as _;
use store::routers::Router;

use crate::error::Sentence;
use crate::network::failure::{Failure, LACKS_POLICIES, spoken_in_clear};
use crate::network::policies::Permissions;
use crate::network::queue::Kept;
use crate::office::Office;
use crate::secrets::Name;

/// How long a router that is known to be away lets a reader wait.
const GLANCE: Duration = Duration::from_secs(3);
/// A connection that answered so recently is not tried before it is used.
const FRESH: Duration = Duration::from_millis(250);

/// How patient somebody is with a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Every attempt, each for as long as the office allows; a connection that answered a moment ago is believed: work that
    /// nobody waits for.
    Work,
    /// One attempt of that length where the router is known to be away: a person's test, by which one that answers late is
    /// found again.
    Test,
    /// One short attempt where the router is known to be away: somebody looks at a page.
    Glance,
}

impl Patience {
    fn attempts(self, router: &Router) -> i64 {
        match self {
            Patience::Test | Patience::Glance if is_away(router) => 1,
            _ => router.details.attempts.clamp(1, 10),
        }
    }

    fn limits(self, router: &Router) -> Limits {
        let limits = limits_of(router);
        match self {
            // What is asked once the router is there may take as long as ever.
            Patience::Glance if is_away(router) => Limits {
                connect: limits.connect.min(GLANCE),
                login: limits.login.min(GLANCE),
                ..limits
            },
            _ => limits,
        }
    }

    /// Whether a connection is used without asking whether it still lives.
    fn believes(self, router: &Router, kept: &Kept) -> bool {
        self == Patience::Work && !is_away(router) && kept.answered.elapsed() < FRESH
    }
}

fn is_away(router: &Router) -> bool {
    router.unreachable_since.is_some()
}

/// What a router says when it is asked who it is.
pub(super) struct Facts {
    pub identity: String,
    pub version: String,
}

/// Tries the kept connection with a harmless question, unless it answered a moment ago and that is believed, and opens a new
/// one where it does not answer any more: a router that restarted has closed it without a word. Who the router says it is
/// comes along where it was asked.
pub(super) async fn reach(
    office: &Office,
    router: &Router,
    kept: Option<Kept>,
    patience: Patience,
) -> Result<(Connection, Option<Facts>), Failure> {
    let mut silences = 0;
    // What a group may do is asked anew, and a login keeps what it might do when it was made.
    let lacked = patience != Patience::Test && lacked_policies(router);
    if let Some(kept) =
        kept.filter(|kept| !lacked && kept.version == router.version && kept.connection.is_usable())
    {
        if patience.believes(router, &kept) {
            return Ok((kept.connection, None));
        }
        match ask_who(&kept.connection).await {
            Ok(facts) => return Ok((kept.connection, Some(facts))),
            Err(failure) => silences += u32::from(was_silence(&failure)),
        }
    }
    let password = office.secrets().get(&Name::router_password(router.id)).await?;
    let Some(password) = password else {
        return Err(no_password(office, router).await?);
    };
    let login = Login::new(router.details.username.as_str(), password.expose_secret());
    let target = target_of(router)?;
    let limits = patience.limits(router);
    let attempts = patience.attempts(router);
    let mut attempt = 1;
    loop {
        let opened = match Connection::open(&target, &login, &limits).await {
            Ok(connection) => match ask_who(&connection).await {
                Ok(_) if lacked && let Some(failure) = still_lacks(router, &connection).await => Err(failure),
                who => who.map(|facts| (connection, Some(facts))),
            },
            Err(error) => Err(spoken_to(router, error)),
        };
        let failure = match opened {
            Ok(reached) => return Ok(reached),
            Err(failure) => failure,
        };
        silences += u32::from(was_silence(&failure));
        if attempt >= attempts || !may_do_better(&failure) {
            return Err(match in_full(failure, silences) {
                Failure::Router(api::Error::BadLogin { .. }) if password.expose_secret().is_empty() => {
                    Failure::EmptyRefused {
                        router: router.details.name.clone(),
                        username: router.details.username.clone(),
                    }
                }
                failure => failure,
            });
        }
        attempt += 1;
    }
}

/// Whether the router's API user was last refused its work for want of a policy.
fn lacked_policies(router: &Router) -> bool {
    let last = router.last_error.as_deref().and_then(Sentence::code_of_held);
    last.as_deref() == Some(LACKS_POLICIES)
}

/// What the API user's group still lacks; `None` where it has what it needs, or where the router does not tell.
async fn still_lacks(router: &Router, connection: &Connection) -> Option<Failure> {
    let permissions = Permissions::ask(connection, &router.details.username).await;
    let missing = permissions.ok().flatten()?.missing;
    (!missing.is_empty()).then_some(Failure::LacksPolicies { missing })
}

/// This desk was never told the router's password; whether another was makes a difference to whoever hears of it.
async fn no_password(office: &Office, router: &Router) -> Result<Failure, Failure> {
    let mut tx = office.store().read().await?;
    let knowing = crate::desks::knowing(&mut tx, router.id).await?;
    let others = knowing.into_iter().filter(|desk| desk.id != office.desk_id());
    Ok(Failure::NoPassword {
        router: router.details.name.clone(),
        elsewhere: others.map(|desk| desk.name).collect(),
    })
}

/// Whoever cuts a connection off that is spoken in clear, or answers what no router says, may be listening for TLS.
fn spoken_to(router: &Router, error: api::Error) -> Failure {
    let cut_off = matches!(error, api::Error::Closed { .. } | api::Error::Protocol { .. });
    if router.details.tls || !cut_off {
        return error.into();
    }
    Failure::from(error).hinted(spoken_in_clear(router.details.port))
}

fn was_silence(failure: &Failure) -> bool {
    matches!(failure, Failure::Router(api::Error::TimedOut { .. }))
}

/// Whether the next attempt may meet something else. Whoever took the connection and then kept silent for as long as one is
/// patient, or answered what no router says, does so again.
fn may_do_better(failure: &Failure) -> bool {
    match failure.bare() {
        Failure::Router(api::Error::TimedOut { stage, .. }) => *stage == api::Stage::Connect,
        Failure::Router(api::Error::Protocol { .. }) => false,
        Failure::Router(error) => error.is_unreachable(),
        _ => false,
    }
}

/// The failure with all that was waited for: the sentence of one try would claim less than the office sat through.
fn in_full(failure: Failure, silences: u32) -> Failure {
    match failure {
        Failure::Router(api::Error::TimedOut { stage, limit }) if silences > 1 => Failure::Silent {
            stage,
            limit,
            tries: silences,
        },
        other => other,
    }
}

async fn ask_who(connection: &Connection) -> Result<Facts, Failure> {
    let questions = vec![
        Command::new("/system/identity/print"),
        Command::new("/system/resource/print").proplist(["version"]),
    ];
    let mut answers = connection.call_all(questions).await.into_iter();
    let mut text = |name: &str| -> Result<String, Failure> {
        let answer = match answers.next().transpose() {
            Ok(answer) => answer.unwrap_or_default(),
            // Whoever refuses the most harmless of questions refuses everything; what waits for it waits on.
            Err(error @ api::Error::Trap { .. }) => return Err(Failure::Refusing(error)),
            Err(error) => return Err(error.into()),
        };
        Ok(answer
            .first()
            .and_then(|row| row.get(name))
            .unwrap_or_default()
            .to_owned())
    };
    Ok(Facts {
        identity: text("name")?,
        version: text("version")?,
    })
}

fn target_of(router: &Router) -> Result<Target, Failure> {
    let details = &router.details;
    let pinned = match details.certificate_sha256.as_deref() {
        Some(text) => Some(
            text.parse::<Fingerprint>()
                .map_err(|error| Failure::Unreadable(error.to_string()))?,
        ),
        None => None,
    };
    let target = if details.tls {
        Target::tls(details.host.as_str(), pinned)
    } else {
        Target {
            host: details.host.clone(),
            port: api::PLAIN_PORT,
            tls: TlsMode::Plain,
        }
    };
    let port =
        u16::try_from(details.port).map_err(|_| Failure::Unreadable(format!("port {}", details.port)))?;
    Ok(target.with_port(port))
}

fn limits_of(router: &Router) -> Limits {
    let details = &router.details;
    let patience = Duration::from_millis(u64::try_from(details.timeout_ms).unwrap_or(0).clamp(100, 600_000));
    Limits {
        connect: patience,
        login: patience,
        command: patience,
        in_flight: usize::try_from(details.max_in_flight).unwrap_or(1).clamp(1, 256),
        ..Limits::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed_out(stage: api::Stage) -> Failure {
        api::Error::TimedOut {
            stage,
            limit: Duration::from_secs(10),
        }
        .into()
    }

    #[test]
    fn whoever_took_the_connection_and_kept_silent_is_not_asked_again() {
        assert!(
            may_do_better(&timed_out(api::Stage::Connect)),
            "a packet may be lost"
        );
        assert!(!may_do_better(&timed_out(api::Stage::Tls)));
        assert!(!may_do_better(&timed_out(api::Stage::Login)));
        let garbage = api::Error::Protocol {
            detail: "a banner".into(),
        };
        assert!(!may_do_better(&garbage.into()));
        let hung_up = api::Error::Closed {
            reason: "too many sessions".into(),
        };
        assert!(may_do_better(&hung_up.into()));
    }

    #[test]
    fn a_failure_tells_all_the_tries_that_ran_into_their_limit() {
        let once = timed_out(api::Stage::Connect);
        assert_eq!(in_full(once.clone(), 1), once);
        let Failure::Silent { limit, tries, .. } = in_full(once, 3) else {
            panic!("three tries are told as one");
        };
        assert_eq!((limit, tries), (Duration::from_secs(10), 3));
    }
}
