//! Lines that were closed before the import: a person's word above the ledger, so that neither the ledger nor the first
//! plan opens them. For a debt that came with the file the word holds until the debt is paid; else until somebody ends it.

use billing::{CustomerStatus, OverrideVerdict, Rupiah};
use serde_json::json;
use store::Tx;
use store::overrides::{NewOverride, Override};

use crate::access;
use crate::error::{Result, Sentence};
use crate::importing::ImportRow;
use crate::logs::{self, Entry};
use crate::office::Call;

/// Closed, and the file says what is owed.
const WITH_DEBT: &str = "Sudah diisolir sebelum diimpor, karena tunggakan yang ikut diimpor";
/// Closed, and the file does not say why.
const WITHOUT_DEBT: &str = "Sudah diisolir sebelum diimpor";

/// Why the line is closed.
pub(super) fn reason(row: &ImportRow) -> &'static str {
    if row.debt.is_some() {
        WITH_DEBT
    } else {
        WITHOUT_DEBT
    }
}

/// The same in both wordings, for whoever reads the customer's record.
pub(super) fn told(row: &ImportRow) -> Sentence {
    Sentence::new(reason(row), in_english(row))
}

fn in_english(row: &ImportRow) -> &'static str {
    if row.debt.is_some() {
        "Closed before the import, for the debt that came with it"
    } else {
        "Closed before the import"
    }
}

/// Whether the import itself has set this override.
pub(crate) fn is_of_import(word: &Override) -> bool {
    is_of_list(word) || crate::onboarding::is_closing_of_import(&Sentence::from_held(&word.reason).id)
}

/// Whether an import has set it from its list: the list said closed, whatever the router says. A line that an import found
/// closed on its router was closed there by somebody.
pub(crate) fn is_of_list(word: &Override) -> bool {
    let reason = Sentence::from_held(&word.reason).id;
    [WITH_DEBT, WITHOUT_DEBT].contains(&reason.as_str())
}

/// Keeps the line closed. Nothing is asked of its router: it is closed there already.
pub(super) async fn keep_closed(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
    row: &ImportRow,
) -> Result<()> {
    let reason = told(row).kept();
    let word = NewOverride {
        customer_id,
        verdict: OverrideVerdict::Closed,
        reason: &reason,
        until: None,
        created_by: call.actor.label(),
    };
    store::overrides::set(tx, &word, call.now).await?;
    let who = call.actor.label();
    let said = access::override_said(OverrideVerdict::Closed, who, &told(row));
    let entry = Entry::done("override_set", said)
        .about("customer", customer_id, &row.name)
        .detail(json!({ "verdict": OverrideVerdict::Closed, "until": null, "line_no": row.line_no }));
    logs::record(tx, call, entry).await
}

/// Ends the word that keeps a line closed for a debt which came with an import, once nothing is overdue any more; gives
/// whether it did. Belongs into the transaction of a payment, before the verdict is asked for: who pays what stood in the
/// file shall be open before leaving the counter. A closing that no debt of the file explains stays.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn release_settled(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<bool> {
    let in_force = store::overrides::in_force(tx, customer_id, call.today).await?;
    if in_force.is_none_or(|word| Sentence::from_held(&word.reason).id != WITH_DEBT) {
        return Ok(false);
    }
    let Some(customer) = store::customers::find(tx, customer_id).await? else {
        return Ok(false);
    };
    let overdue = store::invoices::unpaid_of_some(tx, &[customer_id], call.today).await?;
    let owed = Rupiah::try_sum(overdue.iter().map(|invoice| invoice.remaining))?;
    if owed > call.settings.billing_tolerance || customer.standing.status == CustomerStatus::Terminated {
        return Ok(false);
    }
    store::overrides::end(tx, customer_id, call.actor.label(), call.now).await?;
    let entry = Entry::done(
        "override_ended",
        (
            "Tunggakan yang ikut diimpor sudah lunas; aturan tagihan berlaku lagi",
            "The imported debt is paid; the billing rules decide again",
        ),
    )
    .about("customer", customer_id, customer.details.name);
    logs::record(tx, call, entry).await?;
    Ok(true)
}
