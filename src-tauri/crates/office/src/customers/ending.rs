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

/// Ends those lines whose last day has passed.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn end_due(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let due = store::customers::ended_unsaid(&mut tx, call.today).await?;
    drop(tx);
    for id in due {
        let mut tx = call.begin().await?;
        // Somebody may have taken the end back meanwhile.
        let customer = store::customers::lock(&mut tx, id).await?;
        if let Some(customer) = customer.filter(|customer| has_ended(call, customer)) {
            end(&mut tx, call, customer).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Takes those lines without a router up again whose leave is over.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn return_due(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let due = store::customers::returned_unsaid(&mut tx, call.today).await?;
    drop(tx);
    for id in due {
        let mut tx = call.begin().await?;
        let customer = store::customers::lock(&mut tx, id).await?;
        let is_back = |customer: &Customer| {
            customer.standing.status == CustomerStatus::Suspended
                && customer
                    .standing
                    .paused_until
                    .is_some_and(|last| last < call.today)
        };
        if let Some(customer) = customer.filter(is_back) {
            let standing = Standing {
                status: CustomerStatus::Active,
                ..customer.standing
            };
            store::customers::set_standing(&mut tx, id, &standing, call.now).await?;
            let entry = Entry::done("line_resumed", ("Cuti berakhir", "The pause ended")).about(
                "customer",
                id,
                &customer.details.name,
            );
            logs::record(&mut tx, call, entry).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn has_ended(call: &Call<'_>, customer: &Customer) -> bool {
    let standing = &customer.standing;
    standing.status != CustomerStatus::Terminated
        && standing.terminated_on.is_some_and(|last| last < call.today)
}

async fn end(tx: &mut Tx, call: &Call<'_>, mut customer: Customer) -> Result<()> {
    customer.standing = Standing {
        status: CustomerStatus::Terminated,
        ..customer.standing
    };
    store::customers::set_standing(tx, customer.id, &customer.standing, call.now).await?;
    let last = customer.standing.terminated_on.unwrap_or(call.today);
    let entry = Entry::done(
        "line_ended",
        (
            format!("Berhenti per {}", date_words(last, Language::Indonesian)),
            format!("Ended on {}", date_words(last, Language::English)),
        ),
    )
    .about("customer", customer.id, &customer.details.name);
    logs::record(tx, call, entry).await?;
    on_router::ended(tx, call, &customer).await
}
