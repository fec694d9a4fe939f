//! By what a charge is settled when days of its bill change: the parts of a bill share one discount.

use billing::{DiscountType, ServicePrice, ServiceSpan};

use super::Charge;

impl Charge {
    /// By what it is settled when days of its bill change, `bill` being charges of the line with all of that bill among them; see
    /// [`billing::spread_amount_off`].
    ///
    /// # Errors
    /// [`billing::MoneyError`] when an amount does not fit.
    pub fn settled_by(
        &self,
        bill: &[Charge],
        served: impl Fn(ServiceSpan) -> u32,
    ) -> std::result::Result<Option<ServicePrice>, billing::MoneyError> {
        let mut beside: Vec<&Charge> = bill.iter().filter(|it| self.is_part_with(it)).collect();
        beside.sort_by_key(|part| part.service_from);
        let part = |charge: &Charge| Some((charge.terms()?, served(charge.days()?)));
        let mut parts: Vec<(ServicePrice, u32)> = beside.iter().filter_map(|it| part(it)).collect();
        billing::spread_amount_off(&mut parts)?;
        let own = beside
            .iter()
            .filter(|it| part(it).is_some())
            .position(|it| it.id == self.id);
        Ok(own
            .and_then(|at| parts.get(at))
            .map(|(price, _)| *price)
            .or(self.terms()))
    }

    /// Whether both are for days of one period of a line, on one invoice, and have one amount off together.
    #[must_use]
    pub fn is_part_with(&self, other: &Charge) -> bool {
        let month = |charge: &Charge| charge.period.split('#').next().map(str::to_owned);
        self.customer_id == other.customer_id
            && self.invoice_id.is_some()
            && self.invoice_id == other.invoice_id
            && self.kind.covers_service()
            && other.kind.covers_service()
            && self.discount_kind == Some(DiscountType::Amount)
            && other.discount_kind == Some(DiscountType::Amount)
            && month(self) == month(other)
    }
}
