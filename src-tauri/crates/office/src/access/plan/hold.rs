//! The hold of an undone plan: an override that keeps a line open until the day that the person chose who undid it. An
//! override that keeps it open already stays as it is; one that closed it gives way, since undoing the closing is the
//! later word. The hold ends by itself; from then on the ledger decides again.

use billing::OverrideVerdict;
use store::Tx;
use store::plans::Plan;

use crate::access::overrides;
use crate::error::Result;
use crate::office::Call;

/// For how many days after today a line that the ledger wants closed is held open when nobody says: after an undone plan,
/// and after an opening by hand.
pub(crate) const USUAL_HOLD: i64 = 3;

/// Holds a line of an undone plan open, in the transaction that brings the line back. Nothing happens where the plan is
/// undone without a hold, where the hold has run out, or where somebody's word keeps the line open already.
pub(crate) async fn line(tx: &mut Tx, call: &Call<'_>, plan: &Plan, customer_id: i64) -> Result<()> {
    let Some(until) = plan.held_until.filter(|until| *until >= call.today) else {
        return Ok(());
    };
    let word = store::overrides::in_force(tx, customer_id, call.today).await?;
    if word.is_some_and(|word| word.verdict == OverrideVerdict::Open) {
        return Ok(());
    }
    let by = plan.undone_by.as_deref().unwrap_or(call.actor.label());
    let reason = format!("Rencana {} dikembalikan oleh {by}", plan.id);
    overrides::set(tx, call, customer_id, OverrideVerdict::Open, &reason, Some(until)).await?;
    Ok(())
}
