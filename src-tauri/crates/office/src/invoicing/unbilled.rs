//! Days of service that no bill has, as they are left behind by an invoice that was declared void, an end that was taken back, a
//! leave that turned out shorter, a month in which nothing ran. The month run bills what has come last and never a backlog, so a
//! person is shown these days and bills them, a period at a time.

use std::collections::{HashMap, HashSet};
use std::iter::successors;

use billing::{BillingDay, InvoiceDraft, Period, Rupiah, SkipReason, current_period};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::dates::{date_words, period_words};
use crate::error::{Error, Language, Result};
use crate::idempotency::Claim;
use crate::invoicing::booking::book;
use crate::invoicing::list::{InvoiceView, one};
use crate::invoicing::stride::{Drafted, Run};
use crate::invoicing::wanted::{Stretch, Wanted};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::payments::use_credit;

/// How many periods before the present one are looked at: an end can be taken back for about as long.
const LOOKED_BACK: usize = 3;

/// Asks which days of service of a line no bill has.
#[derive(Clone, Copy, Debug)]
pub struct ReadUnbilled {
    /// Whose line.
    pub customer_id: i64,
}

/// Days of a period that was to be billed before the present one, and that no bill has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnbilledPeriod {
    /// The period.
    #[schema(value_type = String)]
    pub period: Period,
    /// The first of the days.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last of the days.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What an invoice for them comes to, its tax and what is short on an earlier one included.
    pub total: Rupiah,
}

/// Bills one line for one period that has come.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillPeriod {
    /// Whose line; set from the path.
    #[serde(skip_deserializing)]
    pub customer_id: i64,
    /// Which period: of its days those that no bill has. What waits for an invoice goes along with the present period, and with
    /// no earlier one.
    #[schema(value_type = String)]
    pub period: Period,
    /// The first of the days, where the period has several stretches that no bill has; the first of them when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

impl Request for ReadUnbilled {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = Vec<UnbilledPeriod>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<UnbilledPeriod>> {
        let mut tx = call.read().await?;
        let line = find(&mut tx, self.customer_id).await?;
        // Before its first bill nothing of a line was forgotten: those months are settled elsewhere, or nowhere.
        let Some(first) = store::charges::first_day_of_service(&mut tx, line.id).await? else {
            return Ok(Vec::new());
        };
        let payer = payer_of(&mut tx, &line).await?;
        let earlier = |period: &Period| Some(period.previous());
        let mut periods: Vec<Period> = successors(earlier(&present(&line, call)?), earlier)
            .take(LOOKED_BACK)
            .collect();
        // The oldest first, since what a run reads at its beginning reaches back from there.
        periods.reverse();
        let Some(&oldest) = periods.first() else {
            return Ok(Vec::new());
        };
        let first_wanted = wanted(&mut tx, &line, (oldest, None), call).await?;
        let mut run = Run::begin(&mut tx, call, first_wanted).await?;
        let mut unbilled = Vec::new();
        for period in periods {
            let mut since = Some(first);
            while since.is_some() {
                run.wanted = wanted(&mut tx, &line, (period, since), call).await?;
                let drafted = run.draft(&mut tx, vec![payer.clone()]).await?;
                let days = drafted.iter().find_map(|it| days_of(it, line.id, period));
                unbilled.extend(days);
                since = days.and_then(|days| days.to.tomorrow().ok());
            }
        }
        Ok(unbilled)
    }
}

impl Request for BillPeriod {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = InvoiceView;

    async fn run(mut self, call: &Call<'_>) -> Result<InvoiceView> {
        let key = self.idempotency_key.take();
        let mut tx = call.begin().await?;
        let (claim, answered) = Claim::take(&mut tx, call, key, &self).await?;
        if let Some(answer) = answered {
            return Ok(answer);
        }
        let line = find(&mut tx, self.customer_id).await?;
        let payer = payer_of(&mut tx, &line).await?;
        store::customers::lock(&mut tx, payer.id).await?;
        let wanted = wanted(&mut tx, &line, (self.period, self.from), call).await?;
        let run = Run::begin(&mut tx, call, wanted).await?;
        let drafted = run.draft(&mut tx, vec![payer]).await?;
        if !drafted
            .iter()
            .any(|it| days_of(it, line.id, self.period).is_some())
        {
            let skipped = drafted.iter().flat_map(|it| &it.draft.skipped);
            let reason = skipped.map(|it| it.reason).next();
            return Err(nothing_to_bill(self.period, reason));
        }
        let ids = book(&mut tx, call, &run, &drafted, "line").await?;
        let id = ids
            .first()
            .copied()
            .ok_or_else(|| Error::fault("a draft that is no invoice"))?;
        let invoice = one(&mut tx, call, id).await?;
        use_credit(&mut tx, call, invoice.customer_id).await?;
        let invoice_no = &invoice.number;
        let month = |language| period_words(self.period, language);
        let message = (
            format!(
                "Tagihan {invoice_no} dibuat untuk {}",
                month(Language::Indonesian)
            ),
            format!("Invoice {invoice_no} made for {}", month(Language::English)),
        );
        let entry = Entry::done("line_billed", message)
            .about("customer", line.id, &line.details.name)
            .detail(
                serde_json::json!({ "invoice": invoice_no, "period": self.period, "total": invoice.total }),
            );
        logs::record(&mut tx, call, entry).await?;
        claim.keep(&mut tx, call, &invoice).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(invoice)
    }
}

async fn find(tx: &mut Tx, id: i64) -> Result<Customer> {
    let line = store::customers::find(tx, id).await?;
    line.ok_or_else(|| Error::missing("Pelanggan", "customer"))
}

async fn payer_of(tx: &mut Tx, line: &Customer) -> Result<Customer> {
    match line.details.payer_id {
        Some(payer) => find(tx, payer).await,
        None => Ok(line.clone()),
    }
}

fn billing_day(line: &Customer) -> Result<BillingDay> {
    BillingDay::new(line.details.billing_day).map_err(Error::fault)
}

fn present(line: &Customer, call: &Call<'_>) -> Result<Period> {
    let timing = call.settings.billing_timing;
    Ok(current_period(billing_day(line)?, timing, call.today))
}

async fn wanted(
    tx: &mut Tx,
    line: &Customer,
    (period, since): (Period, Option<Date>),
    call: &Call<'_>,
) -> Result<Wanted> {
    let mut waited = HashSet::new();
    if period < present(line, call)? {
        let waiting = store::charges::pending(tx, line.id, line.id).await?;
        waited.extend(waiting.iter().map(|charge| charge.id));
    }
    let stretch = Stretch {
        period,
        billing_day: billing_day(line)?,
        since,
        is_in_place: false,
    };
    Ok(Wanted::Again {
        lines: HashMap::from([(line.id, stretch)]),
        waited,
    })
}

/// The days that the draft bills of a line; `None` where it bills none.
fn days_of(drafted: &Drafted, line: i64, period: Period) -> Option<UnbilledPeriod> {
    let invoice: &InvoiceDraft = drafted.draft.invoice.as_ref()?;
    let charges = invoice
        .lines
        .iter()
        .filter(|it| it.customer_id == line && it.kind.covers_service());
    let spans = || charges.clone().filter_map(|it| it.span);
    Some(UnbilledPeriod {
        period,
        from: spans().map(billing::ServiceSpan::from).min()?,
        to: spans().map(billing::ServiceSpan::to).max()?,
        total: invoice.total,
    })
}

fn nothing_to_bill(period: Period, reason: Option<SkipReason>) -> Error {
    let month = |language| period_words(period, language);
    let (id, en) = match reason {
        Some(SkipReason::NotYetDue { on }) => (
            format!("dapat ditagih mulai {}", date_words(on, Language::Indonesian)),
            format!("can be billed from {} on", date_words(on, Language::English)),
        ),
        Some(SkipReason::NotStarted { on }) => (
            format!("jalur ini baru mulai {}", date_words(on, Language::Indonesian)),
            format!("this line begins on {}", date_words(on, Language::English)),
        ),
        Some(SkipReason::AlreadyBilled { .. }) => (
            "semua harinya sudah ditagih".to_owned(),
            "all of its days are billed".to_owned(),
        ),
        Some(SkipReason::Paused { .. }) => (
            "jalur ini cuti sepanjang periode itu".to_owned(),
            "this line was set aside for all of it".to_owned(),
        ),
        Some(SkipReason::Free) => ("jalur ini gratis".to_owned(), "this line is free".to_owned()),
        Some(SkipReason::ClosedTooLong { .. }) => (
            "jalur yang tertutup tidak ditagih menurut aturan kantor".to_owned(),
            "closed lines are not billed by the office's rule".to_owned(),
        ),
        Some(SkipReason::NotActive { .. }) | None => (
            "jalur ini tidak berlangganan pada hari-hari itu".to_owned(),
            "this line was not served on those days".to_owned(),
        ),
    };
    Error::conflict(
        "nothing_to_bill",
        format!(
            "Tidak ada yang ditagih untuk {}: {id}.",
            month(Language::Indonesian)
        ),
        format!("There is nothing to bill for {}: {en}.", month(Language::English)),
    )
}
