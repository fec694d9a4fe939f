//! The hold of an undone plan: an override that keeps a line open until the day that the person chose who undid it. It
//! never takes the place of somebody's word that is in force; only the closing that an import took over from its list
//! gives way to it. The hold ends by itself; from then on the ledger decides again.

use billing::OverrideVerdict;
use store::Tx;
use store::plans::Plan;

use crate::access::overrides;
use crate::actor::in_words;
use crate::error::{Language, Result, Sentence};
use crate::importing;
use crate::office::Call;

/// For how many days after today a line that the ledger wants closed is held open when nobody says: after an undone plan,
/// and after an opening by hand.
pub(crate) const USUAL_HOLD: i64 = 3;

/// Holds a line of an undone plan open, in the transaction that brings the line back. Nothing happens where the plan is
/// undone without a hold, where the hold has run out, or where somebody's word is in force.
pub(crate) async fn line(tx: &mut Tx, call: &Call<'_>, plan: &Plan, customer_id: i64) -> Result<()> {
    let Some(until) = plan.held_until.filter(|until| *until >= call.today) else {
        return Ok(());
    };
    let word = store::overrides::in_force(tx, customer_id, call.today).await?;
    if word.is_some_and(|word| !importing::is_of_list(&word)) {
        return Ok(());
    }
    let by = plan.undone_by.as_deref().unwrap_or(call.actor.label());
    let by = |language| in_words(by, language);
    let reason = Sentence::new(
        format!(
            "Rencana {} dikembalikan oleh {}",
            plan.id,
            by(Language::Indonesian)
        ),
        format!("Plan {} undone by {}", plan.id, by(Language::English)),
    );
    overrides::set(tx, call, customer_id, OverrideVerdict::Open, &reason, Some(until)).await?;
    Ok(())
}
