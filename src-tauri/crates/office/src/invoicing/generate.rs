//! The month run, `billing:generate-invoices`: every line whose period has come and is not billed gets its invoice. It
//! commits in batches of a few hundred, so that a crash leaves whole invoices and the next run goes on from there; that
//! a period is billed once is a unique index, not this file's care.

use billing::{Draft, Period, Rupiah, SkippedLine};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::customers::{apply_due_packages, begin_due};
use crate::error::{Error, Result};
use crate::idempotency::Claim;
use crate::invoicing::booking::{book, says};
use crate::invoicing::not_come::NotCome;
use crate::invoicing::stride::{Drafted, Run};
use crate::invoicing::untold;
use crate::invoicing::wanted::Wanted;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::schedule::TaskSummary;

/// What stands on the invoices as their origin.
const ORIGIN: &str = "billing:generate-invoices";

/// Customers in a batch: enough that a commit's cost is shared, few enough that the writer is never held for long.
const BATCH: i64 = 400;
/// How many invoices of a dry run are shown one by one.
const MOST_PREVIEWED: usize = 2_000;

/// Makes the invoices that are due.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GenerateInvoices {
    /// The month to bill, 1 to 12, with `year`; what is due today when absent.
    pub month: Option<i64>,
    /// The year.
    pub year: Option<i64>,
    /// Only say what would be made.
    pub dry_run: bool,
}

/// [`GenerateInvoices`] under the caller's own name for it: sent again, it gives the first answer again and makes nothing.
///
/// The run commits in batches, so the key is claimed before the first batch and the answer is kept with the last. Between
/// the two, after a crash or while another copy is still at it, the key has no answer: a second call goes on with what is
/// not billed yet, since a period is billed once whoever does it, and counts what it made itself. A dry run makes nothing
/// and claims nothing.
#[derive(Clone, Debug)]
pub struct GenerateOnce {
    /// What is to be made.
    pub run: GenerateInvoices,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

/// What the run made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Generated {
    /// The numbers.
    #[serde(flatten)]
    pub summary: TaskSummary,
    /// The sum of the invoices, rupiah.
    pub amount: Rupiah,
    /// The invoices of a dry run, at most 2,000 of them.
    pub items: Vec<PreviewItem>,
}

/// An invoice that a dry run would make.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PreviewItem {
    /// The payer.
    pub customer_id: i64,
    /// Their number.
    pub customer_no: String,
    /// Their name.
    pub name: String,
    /// The period.
    #[schema(value_type = String)]
    pub period: Period,
    /// What its lines say.
    pub lines: Vec<String>,
    /// Rupiah off.
    pub discount: Rupiah,
    /// PPN.
    pub tax: Rupiah,
    /// What would be asked for.
    pub total: Rupiah,
}

impl Request for GenerateInvoices {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = Generated;

    async fn run(self, call: &Call<'_>) -> Result<Generated> {
        self.make(call, None).await
    }
}

impl Request for GenerateOnce {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = Generated;

    async fn run(self, call: &Call<'_>) -> Result<Generated> {
        self.run.make(call, self.idempotency_key).await
    }
}

impl GenerateInvoices {
    async fn make(self, call: &Call<'_>, key: Option<String>) -> Result<Generated> {
        let asked = self.asked()?;
        let claim = match key.filter(|_| !self.dry_run) {
            Some(key) => {
                let mut tx = call.begin().await?;
                let (claim, answered) = Claim::resume(&mut tx, call, key, &self).await?;
                if let Some(answered) = answered {
                    return Ok(answered);
                }
                tx.commit().await?;
                Some(claim)
            }
            None => None,
        };
        if !self.dry_run {
            // Whose first day has come is a customer by now, whoever bills: the schedule or a person.
            begin_due(call).await?;
        }
        let summary = TaskSummary::new("billing:generate-invoices", call.today, self.dry_run);
        let mut made = Generated {
            summary,
            amount: Rupiah::ZERO,
            items: Vec::new(),
        };
        let mut early = NotCome::default();
        let mut after = 0;
        loop {
            // A dry run reads; the real one takes the write lock, so that what it decides on cannot change under it.
            let mut tx = if self.dry_run {
                call.read().await?
            } else {
                call.begin().await?
            };
            let wanted = asked.map_or(Wanted::Due, Wanted::Month);
            let since = wanted.ended_since(call.today);
            let customers = store::customers::billable(&mut tx, after, since, BATCH, !self.dry_run).await?;
            let Some(last) = customers.last() else { break };
            after = last.id;
            let run = Run::begin(&mut tx, call, wanted).await?;
            let drafted = run.draft(&mut tx, customers).await?;
            for drafted in &drafted {
                made.count(drafted, &run, call)?;
                early.count(drafted);
            }
            if !self.dry_run {
                untold::count(&mut tx, &drafted).await?;
                book(&mut tx, call, &run, &drafted, ORIGIN).await?;
                tx.commit().await?;
                call.office.ring();
            }
        }
        if let Some(why) = asked.and_then(|period| early.says(period, call)) {
            made.summary.note("month_not_come", why);
        }
        if !self.dry_run {
            // After the bills: in arrears the period that ended is still billed at the package that it had.
            apply_due_packages(call).await?;
        }
        if !self.dry_run {
            let mut tx = call.begin().await?;
            made.tell(&mut tx, call, asked).await?;
            if let Some(claim) = claim {
                claim.keep(&mut tx, call, &made).await?;
            }
            tx.commit().await?;
        }
        Ok(made)
    }

    fn asked(&self) -> Result<Option<Period>> {
        match (self.month, self.year) {
            (None, None) => Ok(None),
            (Some(month), Some(year)) => Period::new(year, month).map(Some).map_err(|error| {
                Error::invalid(
                    "bad_period",
                    "Bulan 1 sampai 12 dan tahun empat angka.",
                    "A month is 1 to 12 and a year has four digits.",
                )
                .caused_by(error)
            }),
            _ => Err(Error::invalid(
                "bad_period",
                "Sebutkan bulan dan tahunnya.",
                "Name both the month and the year.",
            )),
        }
    }
}

impl Generated {
    /// Writes what was made into the log, if anything was: also what a run made that did not live to say so.
    async fn tell(&self, tx: &mut Tx, call: &Call<'_>, asked: Option<Period>) -> Result<()> {
        let (created, amount) = untold::take(tx).await?;
        if created == 0 {
            return Ok(());
        }
        let message = (
            format!("{created} tagihan dibuat, {amount}"),
            format!("{created} invoices made, {amount}"),
        );
        let detail = serde_json::json!({ "created": created, "amount": amount,
            "skipped": self.summary.skipped, "period": asked.map(|period| period.to_string()) });
        logs::record(
            tx,
            call,
            Entry::done("invoices_generated", message).detail(detail),
        )
        .await
    }

    fn count(&mut self, drafted: &Drafted, run: &Run<'_>, call: &Call<'_>) -> Result<()> {
        let Draft { invoice, skipped } = &drafted.draft;
        self.summary.skipped += skipped.len() as u64;
        for SkippedLine { customer_id, reason } in skipped {
            tracing::debug!(customer_id, reason = reason.code(), "a line is not billed");
        }
        let Some(invoice) = invoice else { return Ok(()) };
        self.summary.created += 1;
        self.amount = self.amount.try_add(invoice.total)?;
        if self.summary.dry_run && self.items.len() < MOST_PREVIEWED {
            let details = &drafted.payer.details;
            self.items.push(PreviewItem {
                customer_id: drafted.payer.id,
                customer_no: details.customer_no.clone(),
                name: details.name.clone(),
                period: invoice.period,
                lines: invoice
                    .lines
                    .iter()
                    .map(|line| says(line, drafted, run, call, invoice.period))
                    .collect(),
                discount: invoice.discount,
                tax: invoice.tax,
                total: invoice.total,
            });
        }
        Ok(())
    }
}
