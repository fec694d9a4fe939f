//! For how many months a debt is that a file gives as one sum. Where the number of unpaid months decides whether a line
//! closes, the sum is split by what a month of the line is billed now; elsewhere it stays one.

use std::collections::HashMap;

use billing::{Discount, MoneyError, Rupiah, TaxRule, TaxTable, months_of_debt};
use jiff::civil::Date;

use crate::error::Result;
use crate::importing::{ImportRow, Known};
use crate::office::Call;

/// What is needed to know it.
pub(super) struct MonthsOwed {
    prices: HashMap<i64, Rupiah>,
    /// The tax that comes on top of a price, where the office charges one.
    tax: Option<TaxRule>,
    /// Whether the office closes a line only for several unpaid invoices.
    counts_for_all: bool,
    today: Date,
}

impl MonthsOwed {
    pub(super) fn of(known: &Known, call: &Call<'_>) -> MonthsOwed {
        let settings = &call.settings;
        let prices = known.packages.iter().map(|it| (it.id, it.price));
        MonthsOwed {
            prices: prices.collect(),
            tax: TaxTable::default()
                .rule_on(call.today)
                .filter(|_| settings.tax_is_pkp && !settings.tax_price_includes_tax),
            counts_for_all: settings.isolation_min_overdue_invoices > 1,
            today: call.today,
        }
    }

    /// The sum of a row as months, the newest first.
    pub(super) fn shares(&self, row: &ImportRow, sum: Rupiah) -> Result<Vec<Rupiah>> {
        if row.rapel_months.is_none() && !self.counts_for_all {
            return Ok(vec![sum]);
        }
        Ok(months_of_debt(sum, self.monthly(row)?))
    }

    /// What a month of the row's line is billed: its package less its discount, and the tax on it.
    fn monthly(&self, row: &ImportRow) -> Result<Rupiah, MoneyError> {
        let price = self.prices.get(&row.package_id).copied().unwrap_or_default();
        let discount = row
            .discount
            .as_ref()
            .and_then(|it| Discount::new(it.kind, it.value, None, None, None).ok());
        let net = match discount {
            Some(discount) => price.try_sub(discount.on(price, self.today)?)?,
            None => price,
        };
        match self.tax.filter(|_| row.taxed.unwrap_or(true)) {
            Some(rule) => net.try_add(rule.on_net(net)?.tax),
            None => Ok(net),
        }
    }
}
