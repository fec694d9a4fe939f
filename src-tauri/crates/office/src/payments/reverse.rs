//! Taking a payment back: a mistake is reversed, never deleted. Money that already became credit and was used is taken
//! back from where it went, newest first.

use billing::{AllocationPart, AllocationReason, Rupiah, journal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, FormCheck, Result};
use crate::idempotency::Claim;
use crate::logs::{self, Entry};
use crate::notify;
use crate::office::{Call, Request};
use crate::payments::credit::{dated, free_credit, use_credit};
use crate::payments::list::{PaymentView, view};

/// Takes a payment back.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversePayment {
    /// Which; set from the path.
    #[serde(skip_deserializing)]
    pub id: i64,
    /// Why.
    pub reason: String,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

impl Request for ReversePayment {
    const ABILITY: Ability = Ability::PaymentsReverse;
    type Answer = PaymentView;

    async fn run(mut self, call: &Call<'_>) -> Result<PaymentView> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        form.finish()?;
        let mut tx = call.begin().await?;
        let key = self.idempotency_key.take();
        let (claim, answered) = Claim::take(&mut tx, call, key, &self).await?;
        if let Some(answer) = answered {
            return Ok(answer);
        }
        let payment = store::payments::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Pembayaran", "payment"))?;
        store::customers::lock(&mut tx, payment.customer_id).await?;
        if !store::payments::reverse(&mut tx, payment.id, &reason, call.now).await? {
            return Err(Error::conflict(
                "already_reversed",
                "Pembayaran ini sudah dibatalkan sebelumnya.",
                "This payment was reversed before.",
            ));
        }
        let booked = store::journal::entry_of_payment(&mut tx, payment.id)
            .await?
            .ok_or_else(|| Error::fault("a payment without its journal entry"))?;
        let standing = store::allocations::of_payments(&mut tx, &[payment.id]).await?;
        let parts: Vec<AllocationPart> = standing
            .iter()
            .map(|allocation| AllocationPart {
                invoice_id: allocation.invoice_id,
                amount: allocation.amount,
                reason: AllocationReason::Oldest,
            })
            .collect();
        let credit = payment
            .amount
            .try_sub(Rupiah::try_sum(parts.iter().map(|part| part.amount))?)?;
        free_credit(&mut tx, call, payment.customer_id, credit).await?;
        let postings = store::journal::postings_of(&mut tx, &[booked.id]).await?;
        let account = postings
            .into_iter()
            .find(|posting| posting.amount.is_positive())
            .map(|posting| posting.account)
            .ok_or_else(|| Error::fault("a payment that entered no account"))?;
        let moved = journal::MovedPayment {
            customer_id: payment.customer_id,
            payment_id: payment.id,
            account: &account,
            parts: &parts,
            credit,
        };
        let entry = journal::payment_reversed(&moved, booked.id)
            .map_err(Error::fault)?
            .with_memo(reason.as_str());
        store::journal::post(&mut tx, &entry, dated(call)).await?;
        let ids: Vec<i64> = standing.iter().map(|allocation| allocation.id).collect();
        store::allocations::reverse(&mut tx, &ids, call.now).await?;
        // What the customer has to their credit beside this payment pays what it had paid.
        use_credit(&mut tx, call, payment.customer_id).await?;

        let answer = view(&mut tx, payment.id).await?;
        let entry = Entry::done(
            "payment_reversed",
            (
                format!("Pembayaran {} dibatalkan: {reason}", payment.number),
                format!("Payment {} reversed: {reason}", payment.number),
            ),
        )
        .about("customer", payment.customer_id, answer.customer_name.clone())
        .detail(serde_json::json!({ "payment": payment.number, "amount": payment.amount }));
        logs::record(&mut tx, call, entry).await?;
        notify::review_payer(&mut tx, call, payment.customer_id).await?;
        // The line may have lost its right to be open; closing waits for the overdue check, as every closing does.
        claim.keep(&mut tx, call, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}
