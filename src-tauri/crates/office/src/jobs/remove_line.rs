//! The job that takes a line off a router: the customer has ended, or the line moved to another router or to another kind
//! of connection. It asks first whether the line came back meanwhile, and leaves alone what is another customer's by now.

use serde_json::json;
use store::Tx;
use store::customers::Customer;
use store::jobs::Job;

use crate::access::label;
use crate::customers::formers;
use crate::error::Result;
use crate::jobs::one_line::{self, LineAt, OneLine, Report};
use crate::jobs::registry::JobKind;
use crate::network::{self, Failure, Former, Removal, Session};
use crate::office::Call;

/// Asks for what a line was to be taken off a router.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    call: &Call<'_>,
    place: LineAt,
    former: &Former,
) -> Result<Option<i64>> {
    one_line::ask_about_former(tx, call, JobKind::RemoveLine, place, former).await
}

/// Which entries, and whose mark they would carry.
pub(super) struct Ended {
    former: Former,
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
        let former = one_line::former(job)?;
        let has_come_back = one_line::is_here(job, customer) && formers(&customer.details).contains(&former);
        Ok((!has_come_back).then(|| Ended {
            former,
            label: label(customer),
        }))
    }

    async fn send(session: &Session, order: &Ended) -> Result<Report, Failure> {
        let (removal, dropped) = network::remove_entries(session, &order.former, &order.label).await?;
        let is_secret = matches!(order.former, Former::Pppoe(_));
        let message = match (removal, is_secret) {
            (Removal::Removed, true) => Some((
                "Secret PPPoE dihapus dari router",
                "The PPPoE secret was removed from the router",
            )),
            (Removal::Removed, false) => Some((
                "Jalur dihapus dari router",
                "The line was removed from the router",
            )),
            (Removal::SwitchedOff, true) => Some((
                "Secret PPPoE dinonaktifkan di router; bukan buatan Sambung, jadi tidak dihapus",
                "The PPPoE secret was switched off on the router; Sambung did not make it, so it is not removed",
            )),
            (Removal::SwitchedOff, false) => Some((
                "Entri jalur dinonaktifkan di router; bukan buatan Sambung, jadi tidak dihapus",
                "The line's entry was switched off on the router; Sambung did not make it, so it is not removed",
            )),
            (Removal::Kept, _) => Some((
                "Entri jalur di router bukan buatan Sambung, jadi dibiarkan",
                "Sambung did not make the line's entry on the router, so it was left",
            )),
            (Removal::NotOurs, true) => Some((
                "Secret PPPoE di router kini milik pelanggan lain, jadi dibiarkan",
                "The PPPoE secret on the router is another customer's now, so it was left",
            )),
            (Removal::NotOurs, false) => Some((
                "Entri di router kini milik pelanggan lain, jadi dibiarkan",
                "The entry on the router is another customer's now, so it was left",
            )),
            (Removal::Gone, _) => None,
        };
        let detail = json!({ "name": order.former.name(), "sessions_dropped": dropped });
        Ok(Report {
            entry: message.map(|message| ("line_removed", message, detail)),
            said: None,
            ..Report::default()
        })
    }
}
