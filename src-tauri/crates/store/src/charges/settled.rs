//! By what a charge is settled when days of its line change: an amount off is the whole period's.

use billing::{
    ChargeKind, DiscountType, MoneyError, Period, PricedDays, Rupiah, ServicePrice, ServiceSpan,
    share_amount_off,
};

use super::Charge;

impl Charge {
    /// By what it is settled, `all` being charges of the line with all of its period among them, and `served` telling how many days
    /// of a span are; see [`share_amount_off`].
    ///
    /// # Errors
    /// [`MoneyError`] when an amount does not fit.
    pub fn settled_by(
        &self,
        all: &[Charge],
        served: impl Fn(ServiceSpan) -> u32,
    ) -> std::result::Result<Option<ServicePrice>, MoneyError> {
        let Some(period) = self.period_reduced(all) else {
            return Ok(self.terms());
        };
        let mut beside: Vec<&Charge> = all
            .iter()
            .filter(|it| it.customer_id == self.customer_id && it.period_reduced(all) == Some(period))
            .collect();
        beside.sort_by_key(|it| it.id);
        let own = beside.iter().position(|it| it.id == self.id);
        let mut days: Vec<PricedDays> = beside.iter().filter_map(|it| it.priced_days(&served)).collect();
        share_amount_off(&mut days)?;
        Ok(own
            .and_then(|at| days.get(at))
            .map(|it| it.price)
            .or(self.terms()))
    }

    /// The period in whose amount off the charge has a share, `all` being charges of its line; `None` where it has none.
    #[must_use]
    pub fn period_reduced(&self, all: &[Charge]) -> Option<Period> {
        if self.discount_kind != Some(DiscountType::Amount) || self.terms().is_none() {
            return None;
        }
        let first = self.days()?.from();
        let is_billed = |it: &&Charge| {
            it.customer_id == self.customer_id
                && it.kind.covers_service()
                && it.invoice_id.is_some()
                && it.days().is_some_and(|days| days.contains(first))
        };
        let billed = match self.kind {
            // What days cost more that a bill has at an older price.
            ChargeKind::Difference => all.iter().find(is_billed)?,
            _ => Some(self).filter(is_billed)?,
        };
        // Days beside a subscription have the key `YYYY-MM#day`.
        billed.period.split('#').next()?.parse().ok()
    }

    /// Its days as [`share_amount_off`] knows them; `None` for what has no days or no terms.
    pub fn priced_days(&self, served: impl Fn(ServiceSpan) -> u32) -> Option<PricedDays> {
        Some(PricedDays {
            bill: match self.kind {
                ChargeKind::Difference => -self.id,
                _ => self.invoice_id?,
            },
            price: self.terms()?,
            served: served(self.days()?),
            // What a difference has is no more than what the bills left when it was made.
            held: Some(if self.kind == ChargeKind::Difference {
                Rupiah::ZERO
            } else {
                self.discount
            }),
        })
    }
}
