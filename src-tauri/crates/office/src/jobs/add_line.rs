//! The job that writes the PPPoE secret of a new line, or of one whose password changed.

use secrecy::SecretString;
use serde_json::json;
use store::Tx;
use store::jobs::{Job, NewJob};

use crate::access::{LineBook, label};
use crate::customers::PPPOE_PASSWORD;
use crate::error::{Error, Result};
use crate::jobs::lane;
use crate::jobs::registry::JobKind;
use crate::jobs::settle::{Counts, Ended, Reason, settle};
use crate::logs::{self, Entry};
use crate::network::{self, Failure, SecretChange, Way};
use crate::office::{Call, Office};

/// Asks for the secret of a line to be written. Only when a person asked for it: an import sends nothing to routers.
///
/// # Errors
/// When the database cannot be written.
pub async fn enqueue(tx: &mut Tx, call: &Call<'_>, customer_id: i64, router_id: i64) -> Result<Option<i64>> {
    let job = NewJob {
        kind: JobKind::AddLine.as_str(),
        key: format!("add_line:{customer_id}"),
        payload: json!({ "customer_id": customer_id }),
        router_id: Some(router_id),
        run_at: call.now,
        event_id: None,
    };
    Ok(store::jobs::enqueue(tx, &job, call.now).await?)
}

pub(super) async fn run(office: &Office, owner: &str, jobs: &[Job]) -> Result<Counts> {
    let mut counts = Counts::default();
    let actor = lane::actor();
    for job in jobs {
        let mut call = office.call(&actor).await;
        call.cause = Some(format!("job:{}", job.id));
        let written = write(&call, job).await;
        let mut tx = call.begin().await?;
        let ended = match &written {
            Ok((customer_id, name, change)) => {
                if *change != SecretChange::Unchanged {
                    let entry = Entry::done("line_written", "Secret PPPoE ditulis ke router")
                        .about("customer", *customer_id, name)
                        .detail(json!({ "change": change }));
                    logs::record(&mut tx, &call, entry).await?;
                }
                Ended::Done
            }
            Err(Trouble::Network(failure)) => Ended::from(failure),
            Err(Trouble::Here(error)) => Ended::Final(Reason::from(error)),
        };
        settle(&mut tx, &call, owner, job, &ended, &mut counts).await?;
        tx.commit().await?;
    }
    Ok(counts)
}

/// Why a secret was not written.
enum Trouble {
    Network(Failure),
    Here(Error),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Network(failure)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble::Here(error)
    }
}

async fn write(call: &Call<'_>, job: &Job) -> Result<(i64, String, SecretChange), Trouble> {
    let customer_id = job
        .payload
        .get("customer_id")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or_default();
    let mut tx = call.read().await?;
    let customer = store::customers::find(&mut tx, customer_id)
        .await
        .map_err(Error::from)?;
    let customer = customer.ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
    let router_id = customer.details.router_id.ok_or(Failure::NoRouter)?;
    let book = LineBook::of(&mut tx, router_id).await?;
    drop(tx);
    let (username, profile) = match book.line(&customer).way {
        Way::Pppoe { username, profile } => (username, profile),
        Way::Uncontrolled(kind) => return Err(Failure::Unsupported(kind).into()),
        Way::Static { .. } | Way::Unnamed => return Err(Failure::NoName.into()),
    };
    let password = open_password(call, customer.details.pppoe_password.as_deref())?;
    let session = call.office.network().session(call.office, router_id).await?;
    network::require_managed(&session.router)?;
    let change = network::write_secret(
        &session,
        &username,
        password.as_ref(),
        &profile,
        &label(&customer),
    )
    .await?;
    Ok((customer_id, customer.details.name, change))
}

fn open_password(call: &Call<'_>, sealed: Option<&str>) -> Result<Option<SecretString>> {
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(Some(call.office.key().open(PPPOE_PASSWORD, sealed).map_err(
        |error| {
            Error::conflict(
                error.code(),
                "Kata sandi PPPoE tersegel tidak dapat dibuka di komputer ini. Isi ulang kata sandinya.",
                error.to_string(),
            )
        },
    )?))
}
