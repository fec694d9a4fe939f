//! The job that writes a line's new PPPoE password to the router. The live session goes on; the device is asked for the new
//! one when it dials again.

use secrecy::SecretString;
use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::{LineBook, label};
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::jobs::sealed;
use crate::network::{self, Failure, SecretChange, Session, Way};
use crate::office::Call;

/// Asks for a line's password to be written.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::ChangePassword, place).await
}

/// A secret and its new password.
pub(super) struct NewPassword {
    name: String,
    password: SecretString,
    label: String,
}

/// The work of this job.
pub(super) struct ChangePassword;

impl OneLine for ChangePassword {
    const KIND: JobKind = JobKind::ChangePassword;
    type Order = NewPassword;

    async fn order(
        tx: &mut Tx,
        call: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<NewPassword>, Failure> {
        let router_id = job.router_id.ok_or(Failure::NoRouter)?;
        if !one_line::is_here(job, customer) {
            return Ok(None);
        }
        let way = LineBook::of(tx, router_id).await?.line(customer).way;
        let (Way::Pppoe { username, .. }, Some(password)) = (way, sealed::open(call, customer)?) else {
            return Ok(None);
        };
        Ok(Some(NewPassword {
            name: username,
            password,
            label: label(customer),
        }))
    }

    async fn send(session: &Session, order: &NewPassword) -> Result<Report, Failure> {
        let change = network::set_password(session, &order.name, &order.password, &order.label).await?;
        let has_changed = change != SecretChange::Unchanged;
        let detail = json!({ "change": change });
        Ok(Report {
            entry: has_changed.then_some((
                "line_password_changed",
                (
                    "Kata sandi PPPoE diganti di router",
                    "The PPPoE password was changed on the router",
                ),
                detail,
            )),
            said: None,
            ..Report::default()
        })
    }
}
