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
use utoipa::ToSchema;

use crate::customers::on_router;
use crate::customers::unserved::Unserved;
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
        CustomerStatus::Active | CustomerStatus::Isolated
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
    if let Some(slip) = waiting
        .iter()
        .find(|charge| term.is_reverse(charge, old.id, new.id))
    {
        store::charges::void(tx, slip.id, call.now).await?;
        return Ok(Some(PackageChange {
            package: new,
            from: call.today,
            difference: Some(Rupiah::ZERO.try_sub(slip.amount)?),
        }));
    }
    let billed_until = billed_until(tx, before, &term).await?;
    let begun = before.details.billing_start.max(term.whole.from());
    let is_in_advance = call.settings.billing_timing == Timing::Advance;
    if billed_until.is_none() && (is_in_advance || begun == call.today) {
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
    let paid = Paid { billed_until, begun };
    let difference = charge_difference(tx, call, before, &term, &paid, (&old, &new)).await?;
    Ok(Some(PackageChange {
        package: new,
        from: call.today,
        difference: Some(difference),
    }))
}

/// What of the period was paid at the old price, or will be billed.
struct Paid {
    /// The last day that is billed already, today or later.
    billed_until: Option<Date>,
    /// The first day of service in it.
    begun: Date,
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
        is_ours && charge.period == self.key(new, old)
    }
}

/// Lets the next invoice carry what the change costs: the difference for the days from today on that are billed already, or,
/// where the period's days are billed later and whole at the new price, what the days before today were cheaper.
async fn charge_difference(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    term: &Term,
    paid: &Paid,
    (old, new): (&PackageName, &PackageName),
) -> Result<Rupiah> {
    let (from, to) = (
        net(customer, old.price, call.today)?,
        net(customer, new.price, call.today)?,
    );
    let Paid { billed_until, begun } = *paid;
    let (kind, price, days) = match billed_until {
        // The days from today on are paid at the old price.
        Some(until) => (ChargeKind::Difference, to.try_sub(from)?, (call.today, until)),
        // The whole period will be billed at the new price: what the days before today were cheaper.
        None => {
            let yesterday = call.today.yesterday().unwrap_or(begun);
            (ChargeKind::Correction, from.try_sub(to)?, (begun, yesterday))
        }
    };
    let Some(span) = ServiceSpan::new(days.0, days.1) else {
        return Ok(Rupiah::ZERO);
    };
    let price = ServicePrice {
        price,
        days: term.whole.days(),
        discount: None,
    };
    let unserved = Unserved::of(tx, customer.id, &customer.standing, span.from()).await?;
    let amount = price.worth(unserved.served(span))?.net()?;
    if price.price.is_zero() {
        return Ok(amount);
    }
    let language = Language::from_tag(&call.settings.office_language);
    let charge = NewCharge {
        customer_id: customer.id,
        invoice_id: None,
        kind,
        period: term.key(old.id, new.id),
        service_from: Some(span.from()),
        service_to: Some(span.to()),
        description: description(&old.name, &new.name, call.today, language),
        amount,
        discount: Rupiah::ZERO,
        left_out: i64::from(span.days() - unserved.served(span)),
        price: Some(price),
        taxed: None,
        moved_from: None,
    };
    store::charges::insert_all(tx, &[charge], call.now).await?;
    Ok(amount)
}

/// Puts a package change in order whose period was billed at the old price by an invoice that is void now: what waits of the
/// difference is given up, since whoever bills the period again does so at the new price. Where that is done at once, in
/// `again`, the days before the change are made cheaper by it.
pub(crate) async fn unbilled(tx: &mut Tx, call: &Call<'_>, charges: &[Charge], again: bool) -> Result<()> {
    for billed in charges
        .iter()
        .filter(|charge| charge.kind == ChargeKind::Subscription)
    {
        let key = format!("{}#", billed.period);
        let line = billed.customer_id;
        for difference in store::charges::keyed(tx, line, ChargeKind::Difference, &key).await? {
            let is_change = difference.period.contains('>') && difference.invoice_id.is_none();
            if !is_change || !store::charges::void(tx, difference.id, call.now).await? {
                continue;
            }
            if again && let Some(cheaper) = days_before(tx, billed, &difference).await? {
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

/// The last day of the period that a charge pays for already, today or later.
async fn billed_until(tx: &mut Tx, customer: &Customer, term: &Term) -> Result<Option<Date>> {
    let served = store::charges::served(tx, customer.id, customer.id, term.whole.from()).await?;
    let until = served
        .iter()
        .filter_map(|served| served.service_from.zip(served.service_to))
        .filter(|(from, to)| *from <= term.today && term.today <= *to)
        .map(|(_, to)| to.min(term.whole.to()))
        .max();
    Ok(until)
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
    let view = |change: store::package_changes::PackageChange| {
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
            apply(&mut tx, call, customer, change.package_id).await?;
        }
        tx.commit().await?;
    }
    call.office.ring();
    Ok(())
}

async fn apply(tx: &mut Tx, call: &Call<'_>, customer: Customer, package_id: i64) -> Result<()> {
    if customer.standing.status == CustomerStatus::Terminated {
        return Ok(());
    }
    let before = customer.details.clone();
    let mut after = customer;
    after.details.package_id = package_id;
    store::customers::update(tx, &after, call.now).await?;
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
