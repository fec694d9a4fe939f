//! The last day of a line, or of its leave, that no router has to be told of: one on leave is closed already, and one without a
//! router has nobody to tell. All others end, and come back, when their router has done it.

use billing::CustomerStatus;
use store::Tx;
use store::customers::{Customer, Standing};

use crate::customers::on_router;
use crate::dates::date_words;
use crate::error::{Language, Result};
use crate::logs::{self, Entry};
use crate::office::Call;

/// Ends those lines whose last day has passed, and takes those up again whose leave is over.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn pass_days(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let due = store::customers::passed_unsaid(&mut tx, call.today).await?;
    drop(tx);
    for id in due {
        let mut tx = call.begin().await?;
        // Somebody may have taken the end or the leave back meanwhile.
        if let Some(customer) = store::customers::lock(&mut tx, id).await? {
            pass(&mut tx, call, customer).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn pass(tx: &mut Tx, call: &Call<'_>, mut customer: Customer) -> Result<()> {
    let is_over = |last: &jiff::civil::Date| *last < call.today;
    let standing = &customer.standing;
    let (status, act, message) = match (standing.status, standing.terminated_on.filter(is_over)) {
        (CustomerStatus::Terminated, _) => return Ok(()),
        (_, Some(last)) => (
            CustomerStatus::Terminated,
            "line_ended",
            (
                format!("Berhenti per {}", date_words(last, Language::Indonesian)),
                format!("Ended on {}", date_words(last, Language::English)),
            ),
        ),
        (CustomerStatus::Suspended, None)
            if customer.details.router_id.is_none()
                && standing.paused_until.as_ref().is_some_and(is_over) =>
        {
            let message = ("Cuti berakhir".to_owned(), "The pause ended".to_owned());
            (CustomerStatus::Active, "line_resumed", message)
        }
        _ => return Ok(()),
    };
    customer.standing = Standing {
        status,
        ..customer.standing
    };
    store::customers::set_standing(tx, customer.id, &customer.standing, call.now).await?;
    let entry = Entry::done(act, message).about("customer", customer.id, &customer.details.name);
    logs::record(tx, call, entry).await?;
    if status == CustomerStatus::Terminated {
        on_router::ended(tx, call, &customer).await?;
    }
    Ok(())
}
