//! The month run, `billing:generate-invoices`: every line whose period has come and is not billed gets its invoice. It
//! commits in batches of a few hundred, so that a crash leaves whole invoices and the next run goes on from there; that
//! a period is billed once is a unique index, not this file's care.

use billing::{Draft, DraftLine, InvoiceDraft, Period, Rupiah, SkippedLine, journal};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::allocations::NewAllocation;
use store::charges::{Attached, NewCharge};
use store::invoices::NewInvoice;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::events::{self, Event};
use crate::invoicing::stride::{Drafted, Run};
use crate::invoicing::words::description;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::payments::dated;
use crate::schedule::TaskSummary;

/// Customers in a batch: enough that a commit's cost is shared, few enough that the writer is never held for long.
const BATCH: i64 = 400;
/// How many invoices of a dry run are shown one by one.
const MOST_PREVIEWED: usize = 2_000;

/// Makes the invoices that are due.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GenerateInvoices {
    /// The month to bill, 1 to 12, with `year`; what is due today when absent.
    pub month: Option<i64>,
    /// The year.
    pub year: Option<i64>,
    /// Only say what would be made.
    pub dry_run: bool,
}

/// What the run made.
#[derive(Clone, Debug, Serialize, ToSchema)]
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
#[derive(Clone, Debug, Serialize, ToSchema)]
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
        let asked = self.asked()?;
        let summary = TaskSummary::new("billing:generate-invoices", call.today, self.dry_run);
        let mut made = Generated {
            summary,
            amount: Rupiah::ZERO,
            items: Vec::new(),
        };
        let mut after = 0;
        loop {
            // A dry run reads; the real one takes the write lock, so that what it decides on cannot change under it.
            let mut tx = if self.dry_run {
                call.read().await?
            } else {
                call.begin().await?
            };
            let run = Run::begin(&mut tx, call, asked).await?;
            let customers = store::customers::after(&mut tx, after, BATCH).await?;
            let Some(last) = customers.last() else { break };
            after = last.id;
            let drafted = run.draft(&mut tx, customers).await?;
            for drafted in &drafted {
                made.count(drafted, &run, call)?;
            }
            if !self.dry_run {
                book(&mut tx, call, &run, drafted).await?;
                tx.commit().await?;
                call.office.ring();
            }
        }
        if !self.dry_run && made.summary.created > 0 {
            let mut tx = call.begin().await?;
            let message = format!("{} tagihan dibuat, {}", made.summary.created, made.amount);
            let detail = serde_json::json!({ "created": made.summary.created, "amount": made.amount,
                "skipped": made.summary.skipped, "period": asked.map(|period| period.to_string()) });
            logs::record(
                &mut tx,
                call,
                Entry::done("invoices_generated", message).detail(detail),
            )
            .await?;
            tx.commit().await?;
        }
        Ok(made)
    }
}

impl GenerateInvoices {
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

/// What the invoice says of a line: a waiting charge has its own words already.
fn says(line: &DraftLine, drafted: &Drafted, run: &Run<'_>, call: &Call<'_>, period: Period) -> String {
    if let Some(charge) = line
        .charge_id
        .and_then(|id| drafted.waiting.iter().find(|charge| charge.id == id))
    {
        return charge.description.clone();
    }
    let customer = drafted
        .lines
        .iter()
        .find(|customer| customer.id == line.customer_id);
    let package = customer.and_then(|customer| run.packages.get(&customer.details.package_id));
    let package = package.map_or("", |package| package.details.name.as_str());
    let whose = customer
        .filter(|_| drafted.lines.len() > 1)
        .map(|customer| customer.details.name.as_str());
    description(
        line,
        package,
        period,
        whose,
        Language::from_tag(&call.settings.office_language),
    )
}

/// Books the drafts of one batch: numbers, invoices, charges, journal, credit, events. Few statements for many invoices.
async fn book(tx: &mut Tx, call: &Call<'_>, run: &Run<'_>, drafted: Vec<Drafted>) -> Result<()> {
    let billed: Vec<(&Drafted, &InvoiceDraft)> = drafted
        .iter()
        .filter_map(|it| Some((it, it.draft.invoice.as_ref()?)))
        .collect();
    if billed.is_empty() {
        return Ok(());
    }
    let numbers = numbers(tx, call, &billed).await?;
    let new: Vec<NewInvoice<'_>> = billed
        .iter()
        .zip(numbers)
        .map(|((drafted, invoice), number)| NewInvoice {
            number,
            customer_id: drafted.payer.id,
            period: invoice.period,
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            subtotal: invoice.subtotal,
            discount: invoice.discount,
            tax_base: invoice.tax_base,
            tax: invoice.tax,
            total: invoice.total,
            origin: "billing:generate-invoices",
        })
        .collect();
    let ids = store::invoices::insert_all(tx, &new, call.now).await?;

    let (mut charges, mut attached, mut entries, mut happened) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((drafted, invoice), id) in billed.iter().zip(&ids) {
        for line in &invoice.lines {
            match (line.charge_id, &line.key) {
                (Some(charge_id), _) => {
                    attached.push(Attached {
                        charge_id,
                        invoice_id: *id,
                        discount: line.discount,
                    });
                }
                (None, key) => charges.push(NewCharge {
                    customer_id: line.customer_id,
                    invoice_id: Some(*id),
                    kind: line.kind,
                    period: key.clone().unwrap_or_else(|| invoice.period.to_string()),
                    service_from: line.span.map(billing::ServiceSpan::from),
                    service_to: line.span.map(billing::ServiceSpan::to),
                    description: says(line, drafted, run, call, invoice.period),
                    amount: line.amount,
                    discount: line.discount,
                }),
            }
        }
        let issued = journal::IssuedInvoice::of_draft(invoice, drafted.payer.id, *id)?;
        entries.extend(journal::invoice_issued(&issued).map_err(Error::fault)?);
        happened.push(Event::InvoiceGenerated {
            invoice_id: *id,
            customer_id: drafted.payer.id,
        });
    }
    store::charges::insert_all(tx, &charges, call.now).await?;
    if store::charges::attach(tx, &attached).await? != attached.len() as u64 {
        return Err(Error::from(store::Error::Stale));
    }
    store::journal::post_all(tx, &entries, dated(call)).await?;
    apply_credit(tx, call, &billed, &ids).await?;
    events::record_all(tx, call, &happened).await?;
    Ok(())
}

/// The numbers of the batch, in its order: gapless, taken in the transaction that uses them.
async fn numbers(tx: &mut Tx, call: &Call<'_>, billed: &[(&Drafted, &InvoiceDraft)]) -> Result<Vec<String>> {
    let month = Period::of(call.today);
    let name = format!("invoice:{month}");
    let count = i64::try_from(billed.len()).map_err(Error::fault)?;
    let first = store::counters::take(tx, &name, count).await?;
    Ok((first..first + count)
        .map(|n| format!("INV-{:04}{:02}-{n:05}", month.year(), month.month()))
        .collect())
}

/// Lets credit pay the new invoices at once. Only a customer whose balance was below zero has credit that is not spoken
/// for, since credit pays what is unpaid as soon as there is both.
async fn apply_credit(
    tx: &mut Tx,
    call: &Call<'_>,
    billed: &[(&Drafted, &InvoiceDraft)],
    ids: &[i64],
) -> Result<()> {
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for ((drafted, invoice), id) in billed.iter().zip(ids) {
        if drafted.payer.balance.0 >= 0 {
            continue;
        }
        let credit = store::journal::credit(tx, drafted.payer.id).await?;
        let part = billing::credit_to_apply(credit, invoice.total);
        if part.is_positive() {
            entries.push(journal::credit_applied(drafted.payer.id, *id, part).map_err(Error::fault)?);
            parts.push(NewAllocation {
                payment_id: None,
                invoice_id: *id,
                amount: part,
            });
        }
    }
    if !entries.is_empty() {
        store::journal::post_all(tx, &entries, dated(call)).await?;
        store::allocations::insert_all(tx, &parts, call.now).await?;
    }
    Ok(())
}
