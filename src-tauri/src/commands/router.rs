//! `sambung router`: routers by the console.

use std::process::ExitCode;

use office::access::SwitchRouterMode;
use office::network::{ReadRouterHealth, RouterProblem, TestRouter};
use office::routers::AddRouter;
use office::{Error, Language, Office};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use crate::command_line::Router;
use crate::commands::people::read_secret;
use crate::commands::{naming, router_lines, router_plan};
use crate::voice;

/// Does what was asked.
pub(super) async fn run(office: &Office, what: Router) -> Result<ExitCode, Error> {
    match what {
        Router::Add {
            name,
            host,
            port,
            tls,
            user,
            mode,
        } => {
            let password = read_secret()?;
            if password.expose_secret().is_empty() {
                voice::say(&match voice::language() {
                    Language::Indonesian => format!(
                        "Kata sandi {user} kosong; router disimpan tanpa kata sandi. Kirimkan satu baris di masukan \
                         standar bila ada. [password_empty]"
                    ),
                    Language::English => format!(
                        "The password of {user} is empty; the router is saved without one. Send one line on standard \
                         input if there is one. [password_empty]"
                    ),
                });
            }
            let request = AddRouter {
                name,
                host,
                port: port.map(i64::from),
                tls: Some(tls),
                username: user,
                password,
                mode: Some(mode),
                isolated_profile: None,
                static_isolation: None,
                is_active: None,
                timeout_ms: None,
                attempts: None,
                max_in_flight: None,
                default_profile: None,
                profile_local_address: None,
                profile_remote_address: None,
            };
            add(office, request).await
        }
        Router::Test { name } => test(office, &name).await,
        Router::Mode { name, mode } => {
            let router_id = naming::router(office, &name).await?.id;
            let switch = SwitchRouterMode {
                router_id,
                mode,
                dry_run: false,
            };
            print(&office.perform(&voice::console(), switch).await?)
        }
        Router::Health { name } => {
            let router_id = naming::router(office, &name).await?.id;
            print(
                &office
                    .perform(&voice::console(), ReadRouterHealth { router_id })
                    .await?,
            )
        }
        Router::Plan { name } => router_plan::show(office, name.as_deref()).await,
        Router::Reconcile {
            name,
            dry_run,
            confirm,
        } => router_plan::reconcile(office, &name, dry_run, confirm).await,
        Router::Lines { name, table } => router_lines::run(office, &name, table).await,
    }
}

/// Adds a router and tests it. A failed test warns and saves: the office may be adding it before it is plugged in.
async fn add(office: &Office, request: AddRouter) -> Result<ExitCode, Error> {
    let console = voice::console();
    let router = office.perform(&console, request).await?;
    let tested = office
        .perform(&console, TestRouter { router_id: router.id })
        .await?;
    print(&serde_json::json!({ "router": router, "test": tested }))?;
    if let Some(problem) = &tested.error {
        tell(problem);
    }
    Ok(ExitCode::SUCCESS)
}

/// Tests a router. One that cannot be worked with has its reason in the document and on standard error, and the exit code
/// says so.
async fn test(office: &Office, name: &str) -> Result<ExitCode, Error> {
    let router_id = naming::router(office, name).await?.id;
    let tested = office
        .perform(&voice::console(), TestRouter { router_id })
        .await?;
    print(&tested)?;
    if let Some(problem) = &tested.error {
        tell(problem);
    }
    Ok(if tested.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Says why a router cannot be worked with, with the code behind it as of every failure.
fn tell(problem: &RouterProblem) {
    voice::say(&format!(
        "{} [{}]",
        problem.message.for_language(voice::language()),
        problem.code
    ));
}

fn print(answer: &impl Serialize) -> Result<ExitCode, Error> {
    voice::result(&serde_json::to_string(answer).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}
