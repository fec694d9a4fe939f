//! The job that takes a line off a router: the customer has ended, or the line moved to another router or to another kind
//! of connection. It asks first whether the line came back meanwhile, and leaves alone what is another customer's by now.

use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::label;
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::network::{self, Failure, Removal, Session};
use crate::office::Call;

/// Asks for the secret `name` to be taken off a router.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(tx: &mut Tx, call: &Call<'_>, place: LineAt, name: &str) -> Result<Option<i64>> {
    one_line::ask(tx, call, JobKind::RemoveLine, place, Some(name)).await
}

/// Which secret, and whose mark it would carry.
pub(super) struct Ended {
    name: String,
    label: String,
}

/// The work of this job.
pub(super) struct RemoveLine;

impl OneLine for RemoveLine {
    const KIND: JobKind = JobKind::RemoveLine;
    type Order = Ended;

    async fn order(
        _: &mut Tx,
        _: &Call<'_>,
        job: &Job,
        customer: &Customer,
    ) -> Result<Option<Ended>, Failure> {
        let name = one_line::name(job).to_owned();
        let has_come_back = one_line::is_here(job, customer)
            && customer.details.pppoe_username.as_deref() == Some(name.as_str())
            && customer.details.connection_type == billing::ConnectionType::Pppoe;
        Ok((!has_come_back).then(|| Ended {
            name,
            label: label(customer),
        }))
    }

    async fn send(session: &Session, order: &Ended) -> Result<Report, Failure> {
        let (removal, dropped) = network::remove_secret(session, &order.name, &order.label).await?;
        let message = match removal {
            Removal::Removed => Some("Secret PPPoE dihapus dari router"),
            Removal::SwitchedOff => {
                Some("Secret PPPoE dinonaktifkan di router; bukan buatan Sambung, jadi tidak dihapus")
            }
            Removal::NotOurs => Some("Secret PPPoE di router kini milik pelanggan lain, jadi dibiarkan"),
            Removal::Gone => None,
        };
        let detail = json!({ "name": order.name, "sessions_dropped": dropped });
        Ok(Report {
            entry: message.map(|message| ("line_removed", message, detail)),
            said: None,
            ..Report::default()
        })
    }
}
