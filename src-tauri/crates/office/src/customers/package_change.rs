//! Changing what was sold. A dearer package begins at once, with the difference for the days that were paid at the old
//! price; a cheaper one begins with the next period, and waits for it. A dearer one that is taken back on the day on which
//! it was chosen was a slip: its difference goes and the line is as before.

mod difference;
mod waiting;

use billing::{BillingDay, BillingMode, ChargeKind, CustomerStatus, Period, Rupiah, ServiceSpan, Timing};
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::charges::Charge;
use store::customers::{Customer, Details};
use store::package_changes::PackageChange as WaitingChange;
use utoipa::ToSchema;

use crate::customers::unserved;
use crate::customers::view::PackageName;
use crate::dates::date_words;
use crate::error::{Error, Language, Result};
use crate::logs::{self, Entry};
use crate::office::Call;

pub(crate) use difference::given_up;
pub(crate) use waiting::apply_due;
pub(super) use waiting::waiting;

/// What becomes of a package that was changed: one that begins later, or, in the answer to the change, one that began today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackageChange {
    /// What the line gets.
    pub package: PackageName,
    /// The first day with it.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// What the next invoice asks for days that were billed at the old price, before tax; below zero where a slip was taken
    /// back for which that much waited. `null` where no such day is billed: each day has the price of the package served on it.
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
    let decided = decided(tx, call, before, after, chosen).await?;
    let (line, had) = (before.id, before.details.package_id);
    if after.package_id != had {
        // Days are billed at what was served on them, whenever they are billed.
        if decided.from < call.today {
            store::package_history::forget_after(tx, line, decided.from).await?;
        }
        store::package_history::keep(tx, line, had, decided.from, call.now).await?;
    }
    Ok(decided.shown)
}

/// What was decided of a package that was chosen.
struct Decided {
    /// The first day that is billed at it, where the line has it from now on.
    from: Date,
    /// What the answer says; `None` where there is nothing to say.
    shown: Option<PackageChange>,
}

impl Decided {
    const fn quietly(from: Date) -> Decided {
        Decided { from, shown: None }
    }
}

async fn decided(
    tx: &mut Tx,
    call: &Call<'_>,
    before: &Customer,
    after: &mut Details,
    chosen: i64,
) -> Result<Decided> {
    let today = call.today;
    let waited = store::package_changes::of_customers(tx, &[before.id])
        .await?
        .pop();
    let withdrawn = store::package_changes::remove(tx, before.id).await?;
    let term = Term::of(before, today)?;
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
        if let Some(waited) = waited {
            stays(tx, call, before, &term, &waited).await?;
        }
        return Ok(Decided::quietly(today));
    }
    let billed = billed_ahead(tx, before, today).await?;
    match before.standing.status {
        CustomerStatus::Active | CustomerStatus::Isolated | CustomerStatus::Suspended => {}
        // What is billed of it was served before.
        CustomerStatus::Terminated if billed.is_empty() => return Ok(Decided::quietly(today)),
        // The end may be taken back, and what is billed be served after all.
        CustomerStatus::Terminated => {}
        CustomerStatus::Pending => return Ok(Decided::quietly(term.whole.from())),
    }
    if before.details.billing == BillingMode::Free || before.details.billing_start > today {
        return Ok(Decided::quietly(term.whole.from()));
    }
    let (old, new) = (
        package(tx, before.details.package_id).await?,
        package(tx, chosen).await?,
    );
    if let Some(slips) = slips(tx, before.id, &term, (&old, &new), billed.is_empty()).await? {
        for slip in &slips {
            store::charges::void(tx, slip.id, call.now).await?;
        }
        unserved::share_amount_off(tx, call, before.id, today).await?;
        let sum = Rupiah::try_sum(slips.iter().map(|slip| slip.amount))?;
        let shown = PackageChange {
            package: new,
            from: today,
            difference: (!slips.is_empty()).then(|| sum.try_neg()).transpose()?,
        };
        return Ok(Decided {
            from: today,
            shown: Some(shown),
        });
    }
    let begun = before.details.billing_start.max(term.whole.from());
    let is_in_advance = call.settings.billing_timing == Timing::Advance;
    if billed.is_empty() && (is_in_advance || begun == today) {
        // The period has no bill, or has none any more: it is billed whole at what is chosen now.
        let billed_until = billed_in(tx, before.id, term.whole).await?;
        let from = billed_until.and_then(|day| day.tomorrow().ok());
        return Ok(Decided::quietly(from.unwrap_or(term.whole.from())));
    }
    if new.price < old.price {
        after.package_id = before.details.package_id;
        // Days that are billed at the dearer one may reach further, as where the billing day was changed.
        let billed_until = billed.iter().filter_map(|charge| charge.service_to).max();
        let last = billed_until.map_or(term.whole.to(), |last| last.max(term.whole.to()));
        let from = last.tomorrow().unwrap_or(today);
        if let Some(waited) = waited {
            stays(tx, call, before, &term, &waited).await?;
        }
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
        let shown = PackageChange {
            package: new,
            from,
            difference: None,
        };
        return Ok(Decided {
            from,
            shown: Some(shown),
        });
    }
    let change = difference::Dearer {
        customer: before,
        term: &term,
        old: &old,
        new: &new,
    };
    let difference = if billed.is_empty() {
        // The bill of the period is still to come, and has the days before today at what was served on them.
        None
    } else {
        Some(change.ask(tx, call, &billed).await?)
    };
    let shown = PackageChange {
        package: new,
        from: today,
        difference,
    };
    Ok(Decided {
        from: today,
        shown: Some(shown),
    })
}

/// Lets the next invoice ask what days cost more that were billed ahead at a package which waited for them, since the line keeps
/// the one that it has.
async fn stays(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    term: &Term,
    waited: &WaitingChange,
) -> Result<()> {
    let mut billed = billed_ahead(tx, customer, waited.from_day).await?;
    billed.retain(|charge| charge.service_from >= Some(waited.from_day));
    let (old, new) = (
        package(tx, waited.package_id).await?,
        package(tx, customer.details.package_id).await?,
    );
    let kept = difference::Dearer {
        customer,
        term,
        old: &old,
        new: &new,
    };
    kept.ask(tx, call, &billed).await?;
    Ok(())
}

/// The differences that wait for dearer packages of today, where one is taken back for what the line had before it on the same
/// day; `None` where that is not so, or something of it is on a bill.
async fn slips(
    tx: &mut Tx,
    line: i64,
    term: &Term,
    (old, new): (&PackageName, &PackageName),
    is_unbilled: bool,
) -> Result<Option<Vec<Charge>>> {
    let Some(yesterday) = term.today.yesterday().ok().filter(|_| new.price < old.price) else {
        return Ok(None);
    };
    let had = store::package_history::since(tx, line, line, yesterday).await?;
    let today = had.iter().filter(|it| it.next_from == term.today);
    let chain: Vec<i64> = today.map(|it| it.package_id).chain([old.id]).collect();
    let Some(back) = chain.iter().rposition(|id| *id == new.id) else {
        return Ok(None);
    };
    let mut slips = Vec::new();
    for change in chain[back..].windows(2) {
        let key = term.key(change[0], change[1]);
        let mut asked = store::charges::keyed(tx, line, ChargeKind::Difference, &key).await?;
        asked.retain(|charge| is_keyed(charge, &key));
        slips.extend(asked);
    }
    let is_waiting = slips.iter().all(|charge| charge.invoice_id.is_none());
    Ok(Some(slips).filter(|slips| is_waiting && (is_unbilled || !slips.is_empty())))
}

/// Whether a charge is for this change, or for days of it that a further bill has.
fn is_keyed(charge: &Charge, key: &str) -> bool {
    let further = charge.period.strip_prefix(key);
    further.is_some_and(|further| further.is_empty() || further.starts_with('@'))
}

/// The last day of these that a bill has.
async fn billed_in(tx: &mut Tx, line: i64, days: ServiceSpan) -> Result<Option<Date>> {
    let charges = store::charges::of_days(tx, line, days.from()).await?;
    let billed = charges.iter().filter(|charge| charge.kind.covers_service());
    Ok(billed
        .filter_map(Charge::days)
        .filter_map(|it| it.intersection(days))
        .map(ServiceSpan::to)
        .max())
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
}

/// The bills of the days from today on, those of today first.
async fn billed_ahead(tx: &mut Tx, customer: &Customer, today: Date) -> Result<Vec<Charge>> {
    let mut billed = store::charges::of_days(tx, customer.id, today).await?;
    billed.retain(|charge| charge.kind.covers_service());
    Ok(billed)
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
