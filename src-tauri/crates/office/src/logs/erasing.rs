//! Erasing a customer's personal data from the log, on their request (UU 27/2022). The rows stay, with who acted and when;
//! what names or tells of the customer goes, the chain stays whole, and the erasure is itself in the log. What the books have
//! to keep (the name on invoices, amounts, dates) is not touched.

use billing::CustomerStatus;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::billing_logs::erase;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Erases what the log tells of a customer; of one who has left also the telephone number, the address, the sealed password,
/// the text of messages, and the reasons and failures that were written beside overrides, plans, events and jobs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasePersonalData {
    /// Whose; set from the path.
    #[serde(skip)]
    pub customer_id: i64,
    /// On whose request, and why. It stays in the log, so it must not name the customer.
    pub reason: String,
    /// The customer's number once more, since nothing brings back what was erased.
    pub confirm: String,
}

/// What was erased.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErasedPersonalData {
    /// Entries of the log that were emptied.
    pub entries: u64,
    /// Messages whose text and number were emptied.
    pub messages: u64,
    /// Reasons and failures elsewhere that were emptied: of overrides, lines of plans, events and jobs.
    pub elsewhere: u64,
    /// Whether the customer's own record was emptied of telephone number and address, which waits until they have left.
    pub record: bool,
}

impl Request for ErasePersonalData {
    const ABILITY: Ability = Ability::PersonalDataErase;
    type Answer = ErasedPersonalData;

    async fn run(self, call: &Call<'_>) -> Result<ErasedPersonalData> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        let mut tx = call.begin().await?;
        let customer = store::customers::lock(&mut tx, self.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let number = customer.details.customer_no.clone();
        if !self.confirm.trim().eq_ignore_ascii_case(&number) {
            form.refuse(
                "confirm",
                "confirmation_differs",
                format!("Ketik nomor pelanggan {number} untuk memastikan."),
                format!("Type the customer's number {number} to make sure."),
            );
        }
        form.finish()?;
        let rows = erase::of_customer(&mut tx, customer.id).await?;
        let has_left = customer.standing.status == CustomerStatus::Terminated;
        let (record, messages, elsewhere) = if has_left {
            let messages = store::notifications::erase_of(&mut tx, customer.id, erase::ERASED).await?;
            let elsewhere = empty_elsewhere(&mut tx, customer.id).await?;
            (empty(&mut tx, call, customer).await?, messages, elsewhere)
        } else {
            (false, 0, 0)
        };
        let answer = ErasedPersonalData {
            entries: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            messages,
            elsewhere,
            record,
        };
        if answer.entries == 0 && messages == 0 && elsewhere == 0 && !record {
            return Err(nothing(has_left));
        }
        let mut detail = rows.kept();
        detail["messages"] = messages.into();
        detail["elsewhere"] = elsewhere.into();
        detail["record"] = record.into();
        let entries = answer.entries;
        let entry = Entry::done(
            erase::ACT,
            (
                format!("Data pribadi {number} dihapus dari {entries} catatan: {reason}"),
                format!("Personal data of {number} erased from {entries} entries: {reason}"),
            ),
        )
        .about("customer", self.customer_id, number)
        .detail(detail);
        logs::record(&mut tx, call, entry).await?;
        erase::forget_words(&mut tx).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// Empties what was written about somebody who has left beside overrides, plans, events and jobs; gives how much it was.
async fn empty_elsewhere(tx: &mut Tx, customer_id: i64) -> Result<u64> {
    let erased = erase::ERASED;
    Ok(store::overrides::erase_of(tx, customer_id, erased).await?
        + store::plans::erase_of(tx, customer_id, erased).await?
        + store::events::erase_of(tx, customer_id, erased).await?
        + store::jobs::erase_of(tx, customer_id, erased).await?)
}

/// Empties the record of somebody who has left, and makes them unfindable by words; whether there was anything.
async fn empty(tx: &mut Tx, call: &Call<'_>, mut customer: Customer) -> Result<bool> {
    let details = &mut customer.details;
    let had = [
        &details.phone,
        &details.address,
        &details.pppoe_password,
        &details.mac_address,
        &details.ont_serial,
    ]
    .iter()
    .any(|field| field.is_some());
    if !had {
        return Ok(false);
    }
    details.phone = None;
    details.address = None;
    details.pppoe_password = None;
    details.mac_address = None;
    details.ont_serial = None;
    store::customers::update(tx, &customer, call.now).await?;
    store::customers::erase_words(tx, customer.id).await?;
    Ok(true)
}

fn nothing(has_left: bool) -> Error {
    if has_left {
        return Error::conflict(
            "nothing_to_erase",
            "Data pribadi pelanggan ini sudah dihapus.",
            "This customer's personal data was erased already.",
        );
    }
    Error::conflict(
        "nothing_to_erase",
        "Catatan pelanggan ini sudah dihapus. Nomor HP dan alamatnya dihapus setelah pelanggan berhenti.",
        "The log of this customer was erased already. The telephone number and the address go once they have left.",
    )
}
