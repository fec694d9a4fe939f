//! What a dearer package costs more on days that were billed at the old price: it waits for the next invoice, and is given up with
//! the bill of those days.

use billing::{ChargeKind, Rupiah, ServicePrice, ServiceSpan};
use jiff::civil::Date;
use store::Tx;
use store::charges::{Charge, NewCharge};
use store::customers::Customer;

use super::Term;
use crate::customers::unserved::{self, Unserved};
use crate::customers::view::PackageName;
use crate::dates::date_words;
use crate::error::{Language, Result};
use crate::office::Call;

/// A change to a dearer package.
pub(super) struct Dearer<'a> {
    pub(super) customer: &'a Customer,
    pub(super) term: &'a Term,
    pub(super) old: &'a PackageName,
    pub(super) new: &'a PackageName,
}

impl Dearer<'_> {
    /// Lets the next invoice ask for the days from today on that were billed already: by the terms of each of their bills, what
    /// they cost at the new price less what they were billed at.
    pub(super) async fn ask(&self, tx: &mut Tx, call: &Call<'_>, billed: &[Charge]) -> Result<Rupiah> {
        let mut made = Vec::new();
        let mut differences = store::charges::of_days(tx, self.customer.id, call.today).await?;
        differences.retain(|charge| charge.kind == ChargeKind::Difference);
        for (at, charge) in billed.iter().enumerate() {
            let Some((from, to)) = charge.service_from.zip(charge.service_to) else {
                continue;
            };
            let first = from.max(call.today);
            let terms = match charge.terms() {
                Some(terms) => terms,
                // Billed before terms were kept: at the package's price, for a whole period.
                None => ServicePrice {
                    price: self.old.price,
                    days: self.term.whole.days(),
                    discount: None,
                },
            };
            // With what earlier changes in these days ask for.
            let asked = differences
                .iter()
                .filter(|it| covers(it, first) && it.price_days == Some(terms.days.into()));
            let asked = Rupiah::try_sum(asked.filter_map(|it| it.price))?;
            let Some(price) = terms.upgraded_to(self.new.price, asked)? else {
                continue;
            };
            let further = if at == 0 {
                String::new()
            } else {
                format!("@{first}")
            };
            made.extend(self.charge(tx, call, price, (first, to), &further).await?);
        }
        // What their bills leave of an amount off is theirs.
        unserved::share_amount_off(tx, call, self.customer.id, call.today).await?;
        let mut asked = store::charges::of_days(tx, self.customer.id, call.today).await?;
        asked.retain(|charge| made.contains(&charge.id));
        Ok(Rupiah::try_sum(asked.iter().map(|charge| charge.amount))?)
    }

    /// Lets a charge wait for the next invoice, for those of its days that are served, and gives its identity.
    async fn charge(
        &self,
        tx: &mut Tx,
        call: &Call<'_>,
        price: ServicePrice,
        days: (Date, Date),
        further: &str,
    ) -> Result<Option<i64>> {
        let Some(span) = ServiceSpan::new(days.0, days.1).filter(|_| !price.price.is_zero()) else {
            return Ok(None);
        };
        let (line, standing) = (self.customer.id, &self.customer.standing);
        let served = Unserved::of(tx, line, standing, span.from()).await?.served(span);
        let amount = price.worth(served)?.amount;
        let language = Language::from_tag(&call.settings.office_language);
        let charge = NewCharge {
            customer_id: line,
            invoice_id: None,
            kind: ChargeKind::Difference,
            period: format!("{}{further}", self.term.key(self.old.id, self.new.id)),
            service_from: Some(span.from()),
            service_to: Some(span.to()),
            description: description(&self.old.name, &self.new.name, call.today, language),
            amount,
            discount: Rupiah::ZERO,
            billing_day: None,
            left_out: i64::from(span.days() - served),
            price: Some(price),
            taxed: None,
            moved_from: None,
        };
        let made = store::charges::insert_all(tx, &[charge], call.now).await?;
        Ok(made.into_iter().next())
    }
}

/// Gives up what a dearer package cost more on days that an invoice billed at the old price which is void now: whoever bills
/// them again does so at what was served on each.
pub(crate) async fn given_up(tx: &mut Tx, call: &Call<'_>, charges: &[Charge], reason: &str) -> Result<()> {
    for billed in charges.iter().filter(|charge| charge.kind.covers_service()) {
        let (Some(first), Some(last)) = (billed.service_from, billed.service_to) else {
            continue;
        };
        let line = billed.customer_id;
        for difference in store::charges::of_days(tx, line, first).await? {
            let of_it = difference
                .service_from
                .is_some_and(|from| first <= from && from <= last);
            if difference.kind != ChargeKind::Difference || !of_it {
                continue;
            }
            match unserved::invoice_of(tx, &difference).await? {
                Some(invoice) => unserved::give_up(tx, call, &invoice, &difference, reason).await?,
                None => {
                    store::charges::void(tx, difference.id, call.now).await?;
                }
            }
        }
    }
    Ok(())
}

fn covers(charge: &Charge, day: Date) -> bool {
    charge.days().is_some_and(|days| days.contains(day))
}

fn description(old: &str, new: &str, from: Date, language: Language) -> String {
    let day = date_words(from, language);
    match language {
        Language::Indonesian => format!("Selisih ganti paket {old} ke {new}, mulai {day}"),
        Language::English => format!("Difference from package {old} to {new}, from {day}"),
    }
}
