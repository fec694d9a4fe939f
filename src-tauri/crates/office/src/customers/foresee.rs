//! What setting a line aside, taking it up again or ending it would do to its account, before anybody says yes to it.

use billing::Rupiah;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actor::Ability;
use crate::customers::standing::{check_day, check_pause, ending, made_place, paused, staying, taken_up};
use crate::customers::unserved;
use crate::error::{Error, FormCheck, Result};
use crate::office::{Call, Request};

/// Asks what a pause (`paused_from`), an end (`last_day`), taking back an end (`stays`) or, with none of them, taking the line
/// up again would give back.
/// Nothing is kept.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForeseeStanding {
    /// Which; set from the path.
    #[serde(skip)]
    #[param(ignore)]
    pub id: i64,
    /// The first day without service of a pause.
    #[param(value_type = Option<String>, format = Date)]
    pub paused_from: Option<Date>,
    /// The last day without service of that pause; absent while no end is agreed.
    #[param(value_type = Option<String>, format = Date)]
    pub paused_until: Option<Date>,
    /// The last day of service of a line that ends.
    #[param(value_type = Option<String>, format = Date)]
    pub last_day: Option<Date>,
    /// Whether an end that lies ahead is taken back.
    pub stays: bool,
}

/// What becomes of days that were billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForeseenStanding {
    /// Rupiah that become the payer's credit, tax included; below zero what the next invoice asks for, before its tax.
    pub credit: Rupiah,
}

impl Request for ForeseeStanding {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = ForeseenStanding;

    async fn run(self, call: &Call<'_>) -> Result<ForeseenStanding> {
        let mut form = FormCheck::new();
        if let Some(from) = self.paused_from {
            check_pause(&mut form, from, self.paused_until, call.today);
        }
        if let Some(day) = self.last_day {
            check_day(&mut form, "last_day", day, call.today);
        }
        form.finish()?;
        let mut tx = call.read().await?;
        let customer = store::customers::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let before = customer.standing.clone();
        let after = match (self.paused_from, self.last_day) {
            // A line of which no end is agreed has none to take back.
            (None, None) if self.stays => {
                staying(before.clone(), call.today).unwrap_or_else(|_| before.clone())
            }
            (Some(from), None) if !self.stays => paused(before.clone(), from, self.paused_until, call.today)?,
            (None, Some(on)) if !self.stays => ending(before.clone(), on, call.today)?,
            // A line that nobody set aside has nothing to take up.
            (None, None) => taken_up(before.clone(), call.today).unwrap_or_else(|_| before.clone()),
            _ => {
                return Err(Error::invalid(
                    "pause_or_end",
                    "Tanyakan cuti atau berhenti, tidak keduanya sekaligus.",
                    "Ask for a pause or for an end, not for both at once.",
                ));
            }
        };
        let kept = made_place(&before, &after, call.today);
        let credit = unserved::foreseen(&mut tx, &customer, &before, &after, kept).await?;
        Ok(ForeseenStanding { credit })
    }
}
