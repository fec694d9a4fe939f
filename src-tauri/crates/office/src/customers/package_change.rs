//! Changing what was sold. A dearer package begins at once, with the difference for the days that were paid at the old
//! price; a cheaper one begins with the next period, and waits for it. A dearer one that is taken back on the day on which
//! it was chosen was a slip: its difference goes and the line is as before.

use std::collections::HashMap;

use billing::{
    BillingDay, BillingMode, ChargeKind, CustomerStatus, Discount, Period, Rupiah, ServicePrice, ServiceSpan,
    Timing,
};
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::charges::{Charge, NewCharge};
use store::customers::{Customer, Details};
use store::package_changes::PackageChange as WaitingChange;
use utoipa::ToSchema;

use crate::customers::on_router;
use crate::customers::unserved::{self, Unserved};
use crate::customers::view::PackageName;
use crate::dates::date_words;
use crate::error::{Error, Language, Result};
use crate::logs::{self, Entry};
use crate::office::Call;

/// What becomes of a package that was changed: one that begins later, or, in the answer to the change, one that began today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackageChange {
    /// What the line gets.
    pub package: PackageName,
    /// The first day with it.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// What the next invoice asks for the days that were billed at the old price, before tax; below zero where they are
    /// billed later and the old price was lower. `null` for a change that waits.
    pub difference: Option<Rupiah>,
}

/// Decides when the package that an edit chose begins, and puts `after` back where it begins later. Nothing happens where
/// no package was `chosen`.
pub(super) async fn decide(
    tx: &mut Tx,
    call: &Call<'_>,
    before: &Customer,
    after: &mut Details,
    chosen: Option<i64>,
) -> Result<Option<PackageChange>> {
    let Some(chosen) = chosen else { return Ok(None) };
    let change = decided(tx, call, before, after, chosen).await?;
    let had = before.details.package_id;
    if after.package_id != had {
        // Periods that are over stay at what was served in them, whenever they are billed.
        store::package_history::keep(tx, before.id, had, call.today, call.now).await?;
    }
    Ok(change)
}

async fn decided(
    tx: &mut Tx,
    call: &Call<'_>,
    before: &Customer,
    after: &mut Details,
    chosen: i64,
) -> Result<Option<PackageChange>> {
    let withdrawn = store::package_changes::remove(tx, before.id).await?;
    if chosen == before.details.package_id {
        if withdrawn {
            let entry = Entry::done(
                "package_change_withdrawn",
                (
                    "Ganti paket yang menunggu dibatalkan",
                    "The package change that waited was taken back",
                ),
            );
            record(tx, call, before, entry).await?;
        }
        return Ok(None);
    }
    let is_served = matches!(
        before.standing.status,
        CustomerStatus::Active | CustomerStatus::Isolated | CustomerStatus::Suspended
    );
    if !is_served || before.details.billing == BillingMode::Free || before.details.billing_start > call.today
    {
        return Ok(None);
    }
    let (old, new) = (
        package(tx, before.details.package_id).await?,
        package(tx, chosen).await?,
    );
    let term = Term::of(before, call.today)?;
    let waiting = store::charges::pending(tx, before.id, before.id).await?;
    let slips: Vec<&Charge> = waiting
        .iter()
        .filter(|charge| term.is_reverse(charge, old.id, new.id))
        .collect();
    if !slips.is_empty() {
        for slip in &slips {
            store::charges::void(tx, slip.id, call.now).await?;
        }
        let sum = Rupiah::try_sum(slips.iter().map(|slip| slip.amount))?;
        return Ok(Some(PackageChange {
            package: new,
            from: call.today,
            difference: Some(sum.try_neg()?),
        }));
    }
    let billed = billed_ahead(tx, before, call.today).await?;
    let begun = before.details.billing_start.max(term.whole.from());
    let is_in_advance = call.settings.billing_timing == Timing::Advance;
    if billed.is_empty() && (is_in_advance || begun == call.today) {
        // The period has no bill, or has none any more: it is billed whole at what is chosen now.
        return Ok(None);
    }
    if new.price < old.price {
        after.package_id = before.details.package_id;
        let from = term.whole.to().tomorrow().unwrap_or(call.today);
        let by = call.actor.label();
        store::package_changes::set(tx, before.id, new.id, from, by, call.now).await?;
        let words = |language| date_words(from, language);
        let entry = Entry::done(
            "package_change_waits",
            (
                format!("Paket {} mulai {}", new.name, words(Language::Indonesian)),
                format!("Package {} from {}", new.name, words(Language::English)),
            ),
        );
        record(tx, call, before, entry).await?;
        return Ok(Some(PackageChange {
            package: new,
            from,
            difference: None,
        }));
    }
    let change = Change {
        customer: before,
        term: &term,
        old: &old,
        new: &new,
    };
    let difference = if billed.is_empty() {
        // The whole period will be billed at the new price: what the days before today were cheaper.
        let price = ServicePrice {
            price: net(before, old.price, call.today)?.try_sub(net(before, new.price, call.today)?)?,
            days: term.whole.days(),
            discount: None,
        };
        let days = (begun, call.today.yesterday().unwrap_or(begun));
        change
            .charge(tx, call, ChargeKind::Correction, price, days, "")
            .await?
    } else {
        change.dearer(tx, call, &billed).await?
    };
    Ok(Some(PackageChange {
        package: new,
        from: call.today,
        difference: Some(difference),
    }))
}

/// A change to a dearer package.
struct Change<'a> {
    customer: &'a Customer,
    term: &'a Term,
    old: &'a PackageName,
    new: &'a PackageName,
}

impl Change<'_> {
    /// Lets the next invoice ask for the days from today on that were billed already: by the terms of each of their bills, what
    /// they cost at the new price less what they were billed at.
    async fn dearer(&self, tx: &mut Tx, call: &Call<'_>, billed: &[Charge]) -> Result<Rupiah> {
        let mut sum = Rupiah::ZERO;
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
            let asked = self
                .charge(tx, call, ChargeKind::Difference, price, (first, to), &further)
                .await?;
            sum = sum.try_add(asked)?;
        }
        Ok(sum)
    }

    /// Lets a charge wait for the next invoice, for those of its days that are served.
    async fn charge(
        &self,
        tx: &mut Tx,
        call: &Call<'_>,
        kind: ChargeKind,
        price: ServicePrice,
        days: (Date, Date),
        further: &str,
    ) -> Result<Rupiah> {
        let Some(span) = ServiceSpan::new(days.0, days.1).filter(|_| !price.price.is_zero()) else {
            return Ok(Rupiah::ZERO);
        };
        let (line, standing) = (self.customer.id, &self.customer.standing);
        let served = Unserved::of(tx, line, standing, span.from()).await?.served(span);
        let amount = price.worth(served)?.net()?;
        let language = Language::from_tag(&call.settings.office_language);
        let charge = NewCharge {
            customer_id: line,
            invoice_id: None,
            kind,
            period: format!("{}{further}", self.term.key(self.old.id, self.new.id)),
            service_from: Some(span.from()),
            service_to: Some(span.to()),
            description: description(&self.old.name, &self.new.name, call.today, language),
            amount,
            discount: Rupiah::ZERO,
            left_out: i64::from(span.days() - served),
            price: Some(price),
            taxed: None,
            moved_from: None,
        };
        store::charges::insert_all(tx, &[charge], call.now).await?;
        Ok(amount)
    }
}

/// The period in which a package changes.
struct Term {
    period: Period,
    whole: ServiceSpan,
    today: Date,
}

impl Term {
    fn of(customer: &Customer, today: Date) -> Result<Term> {
        let day = BillingDay::new(customer.details.billing_day).map_err(Error::fault)?;
        let period = Period::serving(today, day);
        Ok(Term {
            period,
            whole: period.service_span(day),
            today,
        })
    }

    /// The key of the charge for a change on this day.
    fn key(&self, old: i64, new: i64) -> String {
        format!("{}#{}:{old}>{new}", self.period, self.today)
    }

    /// Whether the charge is for the change that is taken back now.
    fn is_reverse(&self, charge: &Charge, old: i64, new: i64) -> bool {
        let is_ours = matches!(charge.kind, ChargeKind::Difference | ChargeKind::Correction);
        let key = self.key(new, old);
        let further = charge.period.strip_prefix(&key);
        is_ours && further.is_some_and(|further| further.is_empty() || further.starts_with('@'))
    }
}

/// Puts a package change in order whose period was billed at the old price by an invoice that is void now: the difference is
/// given up, since whoever bills the period again does so at the new price, and what the days before the change were cheaper
/// waits for that.
pub(crate) async fn unbilled(tx: &mut Tx, call: &Call<'_>, charges: &[Charge], reason: &str) -> Result<()> {
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
            let waits = store::charges::keyed(tx, line, ChargeKind::Correction, &difference.period).await?;
            if waits.is_empty()
                && let Some(cheaper) = days_before(tx, billed, &difference).await?
            {
                store::charges::insert_all(tx, &[cheaper], call.now).await?;
            }
        }
    }
    Ok(())
}

/// What the days before a change were cheaper, by the difference for those after it.
async fn days_before(tx: &mut Tx, billed: &Charge, difference: &Charge) -> Result<Option<NewCharge>> {
    let (Some(first), Some(change), Some(price), Some(days)) = (
        billed.service_from,
        difference.service_from,
        difference.price,
        difference.price_days,
    ) else {
        return Ok(None);
    };
    let Some(span) = change
        .yesterday()
        .ok()
        .and_then(|last| ServiceSpan::new(first, last))
    else {
        return Ok(None);
    };
    let price = ServicePrice {
        price: price.try_neg()?,
        days: u32::try_from(days).map_err(Error::fault)?,
        discount: None,
    };
    let Some(customer) = store::customers::find(tx, billed.customer_id).await? else {
        return Ok(None);
    };
    let unserved = Unserved::of(tx, customer.id, &customer.standing, span.from()).await?;
    let served = unserved.served(span);
    Ok(Some(NewCharge {
        customer_id: customer.id,
        invoice_id: None,
        kind: ChargeKind::Correction,
        period: difference.period.clone(),
        service_from: Some(span.from()),
        service_to: Some(span.to()),
        description: difference.description.clone(),
        amount: price.worth(served)?.net()?,
        discount: Rupiah::ZERO,
        left_out: i64::from(span.days() - served),
        price: Some(price),
        taxed: None,
        moved_from: None,
    }))
}

fn covers(charge: &Charge, day: Date) -> bool {
    charge.days().is_some_and(|days| days.contains(day))
}

/// The bills of the days from today on, those of today first.
async fn billed_ahead(tx: &mut Tx, customer: &Customer, today: Date) -> Result<Vec<Charge>> {
    let mut billed = store::charges::of_days(tx, customer.id, today).await?;
    billed.retain(|charge| charge.kind.covers_service());
    Ok(billed)
}

/// A price with the customer's discount, so that the difference of two is what is really paid.
fn net(customer: &Customer, price: Rupiah, today: Date) -> Result<Rupiah> {
    let details = &customer.details;
    let Some(kind) = details.discount_type else {
        return Ok(price);
    };
    let (from, until) = (details.discount_from, details.discount_until);
    let discount = Discount::new(kind, details.discount_value, None, from, until).map_err(Error::fault)?;
    Ok(price.try_sub(discount.on(price, today)?)?)
}

fn description(old: &str, new: &str, from: Date, language: Language) -> String {
    let day = date_words(from, language);
    match language {
        Language::Indonesian => format!("Selisih ganti paket {old} ke {new}, mulai {day}"),
        Language::English => format!("Difference from package {old} to {new}, from {day}"),
    }
}

async fn package(tx: &mut Tx, id: i64) -> Result<PackageName> {
    let package = store::packages::find(tx, id)
        .await?
        .ok_or_else(|| Error::missing("Paket", "package"))?;
    Ok(PackageName {
        id,
        code: package.details.code,
        name: package.details.name,
        price: package.details.price,
    })
}

async fn record(tx: &mut Tx, call: &Call<'_>, customer: &Customer, entry: Entry) -> Result<()> {
    let entry = entry.about("customer", customer.id, &customer.details.name);
    logs::record(tx, call, entry).await
}

/// The packages that these customers get later.
pub(super) async fn waiting(
    tx: &mut Tx,
    customers: &[i64],
    packages: &HashMap<i64, store::packages::Details>,
) -> Result<HashMap<i64, PackageChange>> {
    let changes = store::package_changes::of_customers(tx, customers).await?;
    let view = |change: WaitingChange| {
        let package = packages.get(&change.package_id)?;
        let shown = PackageChange {
            package: PackageName {
                id: change.package_id,
                code: package.code.clone(),
                name: package.name.clone(),
                price: package.price,
            },
            from: change.from_day,
            difference: None,
        };
        Some((change.customer_id, shown))
    };
    Ok(changes.into_iter().filter_map(view).collect())
}

/// Gives every line the package whose day has come, in the record and on its router.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn apply_due(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let due = store::package_changes::due(&mut tx, call.today).await?;
    drop(tx);
    for change in due {
        let mut tx = call.begin().await?;
        let customer = store::customers::lock(&mut tx, change.customer_id).await?;
        // Somebody may have thought better of it meanwhile.
        let still = store::package_changes::of_customers(&mut tx, &[change.customer_id]).await?;
        if let (Some(customer), true) = (customer, still.contains(&change)) {
            store::package_changes::remove(&mut tx, change.customer_id).await?;
            apply(&mut tx, call, customer, &change).await?;
        }
        tx.commit().await?;
    }
    call.office.ring();
    Ok(())
}

async fn apply(tx: &mut Tx, call: &Call<'_>, customer: Customer, change: &WaitingChange) -> Result<()> {
    let (package_id, from) = (change.package_id, change.from_day);
    if customer.standing.status == CustomerStatus::Terminated {
        return Ok(());
    }
    let before = customer.details.clone();
    let mut after = customer;
    after.details.package_id = package_id;
    store::customers::update(tx, &after, call.now).await?;
    store::package_history::keep(tx, after.id, before.package_id, from, call.now).await?;
    let name = package(tx, package_id).await?.name;
    let entry = Entry::done(
        "package_changed",
        (
            format!("Paket {name} mulai berlaku"),
            format!("Package {name} begins"),
        ),
    )
    .detail(serde_json::json!({ "before": before.package_id, "after": package_id }));
    record(tx, call, &after, entry).await?;
    on_router::changed(tx, call, &before, &after).await
}
