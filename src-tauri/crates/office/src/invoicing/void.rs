//! Voiding an invoice, and issuing it anew: the debt is taken back, what was paid on it becomes the customer's credit, and
//! what it billed is free to be billed again, by the next month run or at once under a new number (failures.md M7).
//! Nothing is deleted. An invoice whose shortfall another carries on is refused: that one comes first.

use std::collections::{HashMap, HashSet};

use billing::{
    Account, BillingDay, DiscountType, EntryKind, Period, Rupiah, ServiceSpan, SkipReason, journal,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::charges::Charge;
use store::invoices::{Invoice, REISSUE};
use utoipa::ToSchema;

use crate::access;
use crate::actor::Ability;
use crate::customers::share_amount_off;
use crate::error::{Error, FormCheck, Result};
use crate::idempotency::Claim;
use crate::invoicing::booking::book;
use crate::invoicing::list::{InvoiceView, one};
use crate::invoicing::stride::Run;
use crate::invoicing::wanted::{Stretch, Wanted};
use crate::logs::{self, Entry};
use crate::notify;
use crate::office::{Call, Request};
use crate::payments::{dated, use_credit};

/// Declares an invoice void.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidInvoice {
    /// Which; set from the path.
    #[serde(skip_deserializing)]
    pub id: i64,
    /// Why.
    pub reason: String,
    /// Whether the same periods are billed again at once, under a new number: each at the package that was served in it, at its
    /// price and the rules of today. What waits for an invoice goes with the next month.
    #[serde(default)]
    pub reissue: bool,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// An invoice that was declared void.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VoidedInvoice {
    /// The invoice, which stays to be seen.
    #[serde(flatten)]
    pub invoice: InvoiceView,
    /// The one that took its place, where it was reissued.
    pub reissued: Option<InvoiceView>,
}

impl Request for VoidInvoice {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = VoidedInvoice;

    async fn run(mut self, call: &Call<'_>) -> Result<VoidedInvoice> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        form.finish()?;
        let mut tx = call.begin().await?;
        let key = self.idempotency_key.take();
        let (claim, answered) = Claim::take(&mut tx, call, key, &self).await?;
        if let Some(answer) = answered {
            return Ok(answer);
        }
        let missing = || Error::missing("Tagihan", "invoice");
        let found = store::invoices::find(&mut tx, self.id)
            .await?
            .ok_or_else(missing)?;
        store::customers::lock(&mut tx, found.customer_id).await?;
        refuse_if_carried_on(&mut tx, self.id).await?;
        let charges = store::charges::of_invoices(&mut tx, &[self.id]).await?;
        let waited = waiting_of(&mut tx, &charges).await?;
        if !store::invoices::void(&mut tx, self.id, &reason, call.now).await? {
            return Err(Error::conflict(
                "already_void",
                "Tagihan ini sudah dibatalkan sebelumnya.",
                "This invoice was declared void before.",
            ));
        }
        // What is paid may have changed while the lock was waited for.
        let invoice = store::invoices::find(&mut tx, self.id)
            .await?
            .ok_or_else(missing)?;
        take_back(&mut tx, call, &invoice, &charges, &reason).await?;
        crate::customers::difference_given_up(&mut tx, call, &charges, &reason).await?;
        let reissued = if self.reissue {
            Some(reissue(&mut tx, call, &invoice, &charges, waited).await?)
        } else {
            None
        };
        for charge in charges
            .iter()
            .filter(|it| it.discount_kind == Some(DiscountType::Amount))
        {
            let Some(first) = charge.service_from else {
                continue;
            };
            // Other bills of the period may have what this one had of it.
            share_amount_off(&mut tx, call, charge.customer_id, first).await?;
        }
        // The new invoice has had its share; what is left pays what else is unpaid.
        use_credit(&mut tx, call, invoice.customer_id).await?;

        let answer = VoidedInvoice {
            invoice: one(&mut tx, call, invoice.id).await?,
            reissued: match reissued {
                Some(id) => Some(one(&mut tx, call, id).await?),
                None => None,
            },
        };
        let new_number = answer.reissued.as_ref().map(|it| it.number.clone());
        let message = match &new_number {
            Some(number) => (
                format!(
                    "Tagihan {} dibatalkan dan diterbitkan ulang sebagai {number}: {reason}",
                    invoice.number
                ),
                format!(
                    "Invoice {} voided and issued again as {number}: {reason}",
                    invoice.number
                ),
            ),
            None => (
                format!("Tagihan {} dibatalkan: {reason}", invoice.number),
                format!("Invoice {} voided: {reason}", invoice.number),
            ),
        };
        let entry = Entry::done("invoice_voided", message)
            .about("invoice", invoice.id, invoice.number)
            .detail(
                serde_json::json!({ "customer": answer.invoice.customer.customer_no, "total": invoice.total,
                    "paid": invoice.paid, "reissued_as": new_number }),
            );
        logs::record(&mut tx, call, entry).await?;
        access::check_auto_open(&mut tx, call, invoice.customer_id).await?;
        notify::review_payer(&mut tx, call, invoice.customer_id).await?;
        claim.keep(&mut tx, call, &answer).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(answer)
    }
}

/// What waits for an invoice of the lines that these charges are of.
async fn waiting_of(tx: &mut Tx, charges: &[Charge]) -> Result<HashSet<i64>> {
    let lines: HashSet<i64> = charges.iter().map(|charge| charge.customer_id).collect();
    let mut waiting = HashSet::new();
    for line in lines {
        waiting.extend(
            store::charges::pending(tx, line, line)
                .await?
                .iter()
                .map(|charge| charge.id),
        );
    }
    Ok(waiting)
}

/// Refuses an invoice whose shortfall another carries on: the two would disagree on what was settled.
async fn refuse_if_carried_on(tx: &mut Tx, id: i64) -> Result<()> {
    match store::charges::carried_on(tx, &[id]).await?.pop() {
        None => Ok(()),
        Some(it) => Err(Error::conflict(
            "shortfall_moved",
            format!(
                "Kekurangan tagihan ini ({}) sudah dipindah ke {}. Batalkan dulu tagihan itu tanpa menerbitkannya ulang.",
                it.amount, it.number
            ),
            format!(
                "What this invoice is short ({}) is on {} now. Declare that one void first, without reissuing it.",
                it.amount, it.number
            ),
        )),
    }
}

/// Takes back what the invoice did to the books: shortfalls that it carried on are owed where they came from, the debt is
/// gone, the money on it is credit, and charges that stand for themselves wait for the next invoice.
async fn take_back(
    tx: &mut Tx,
    call: &Call<'_>,
    invoice: &Invoice,
    charges: &[Charge],
    reason: &str,
) -> Result<()> {
    for charge in charges {
        let Some(short) = charge.moved_from else { continue };
        let moved = store::journal::entry_of_shortfall(tx, short)
            .await?
            .ok_or_else(|| {
                Error::fault(format!("the shortfall of invoice {short} moved without an entry"))
            })?;
        let back = journal::shortfall_returned(invoice.customer_id, short, charge.amount, moved.id)
            .map_err(Error::fault)?
            .with_memo(reason);
        store::journal::post(tx, &back, dated(call)).await?;
    }
    if let Some((issued, entry_id)) = issued(tx, invoice.customer_id, invoice.id).await? {
        let entry = journal::invoice_voided(&issued, invoice.paid, entry_id).map_err(Error::fault)?;
        if let Some(entry) = entry {
            store::journal::post(tx, &entry.with_memo(reason), dated(call)).await?;
        }
    }
    let standing = store::allocations::of_invoice(tx, invoice.id).await?;
    let ids: Vec<i64> = standing.iter().map(|allocation| allocation.id).collect();
    store::allocations::reverse(tx, &ids, call.now).await?;
    store::charges::wait_again(tx, invoice.id, call.now).await?;
    crate::customers::forget_served_again(tx, call, charges, reason).await?;
    // Last: by now what paid the invoice is credit again, from which it can be taken.
    crate::customers::take_back_unserved(tx, call, invoice, reason).await
}

/// Bills what the void invoice billed, and gives the new invoice's id. Refused where the rules of today bill nothing of it,
/// so that nobody believes in an invoice that is not there.
async fn reissue(
    tx: &mut Tx,
    call: &Call<'_>,
    invoice: &Invoice,
    charges: &[Charge],
    waited: HashSet<i64>,
) -> Result<i64> {
    let lines = periods_of(tx, charges).await?;
    let payer = store::customers::find(tx, invoice.customer_id)
        .await?
        .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
    let billed: Vec<i64> = lines.keys().copied().collect();
    let run = Run::begin(tx, call, Wanted::Again { lines, waited }).await?;
    let drafted = run.draft(tx, vec![payer]).await?;
    // Who was set aside for all of its days has nothing to be billed again; everybody else has.
    let is_paused = |reason: SkipReason| matches!(reason, SkipReason::Paused { .. });
    let is_there = |line: i64| {
        drafted
            .iter()
            .any(|it| it.lines.iter().any(|found| found.id == line))
    };
    let is_left_out = |line: i64| {
        let skipped = drafted.iter().flat_map(|it| &it.draft.skipped);
        skipped
            .filter(|it| it.customer_id == line)
            .any(|it| !is_paused(it.reason))
    };
    let bills_anything = drafted.iter().any(|it| it.draft.invoice.is_some());
    let lost = |line: &&i64| !is_there(**line) || (bills_anything && is_left_out(**line));
    if let Some(line) = billed.iter().find(lost) {
        return Err(has_another_payer(tx, *line).await?);
    }
    let origin = format!("{REISSUE}{}", invoice.number);
    let ids = book(tx, call, &run, &drafted, &origin).await?;
    ids.first().copied().ok_or_else(|| {
        Error::conflict(
            "nothing_to_reissue",
            "Tidak ada yang dapat ditagih ulang dari tagihan ini: periodenya tidak ditagih lagi menurut status dan \
             aturan sekarang. Batalkan tanpa menerbitkan ulang.",
            "Nothing of this invoice can be billed again: by today's status and rules its period is not billed. \
             Declare it void without reissuing it.",
        )
    })
}

/// The days that the charges billed of each line, by the day on which their period began then.
async fn periods_of(tx: &mut Tx, charges: &[Charge]) -> Result<HashMap<i64, Stretch>> {
    let mut lines = HashMap::new();
    for charge in charges.iter().filter(|charge| charge.kind.covers_service()) {
        // A bridge's key is `YYYY-MM#day`.
        let period: Option<Period> = charge.period.split('#').next().and_then(|it| it.parse().ok());
        let (Some(period), Some(days)) = (period, charge.days()) else {
            continue;
        };
        let line = store::customers::find(tx, charge.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let now = BillingDay::new(line.details.billing_day).map_err(Error::fault)?;
        // Packages that changed and bridges part the days of a period; together they are its.
        let of_line = charges
            .iter()
            .filter(|it| it.kind.covers_service() && it.customer_id == line.id);
        let (from, to) = of_line
            .filter_map(Charge::days)
            .fold((days.from(), days.to()), |(from, to), it| {
                (from.min(it.from()), to.max(it.to()))
            });
        let cut = charge.billing_day.and_then(|day| BillingDay::new(day).ok());
        // Of older charges it has to be told from the days.
        let day = cut.or_else(|| ServiceSpan::new(from, to).and_then(|days| period.cut_by(now, days)));
        let day = day.ok_or_else(|| Error::fault(format!("{from} to {to} is of no period {period}")))?;
        let stretch = Stretch {
            period,
            billing_day: day,
            since: Some(from),
            is_in_place: true,
        };
        lines.insert(line.id, stretch);
    }
    Ok(lines)
}

/// Refuses to issue an invoice again without a line that it had: nobody would bill that line's days then.
async fn has_another_payer(tx: &mut Tx, line: i64) -> Result<Error> {
    let line = store::customers::find(tx, line).await?;
    let name = line.map_or_else(String::new, |line| {
        format!("{} ({})", line.details.customer_no, line.details.name)
    });
    Ok(Error::conflict(
        "reissue_without_line",
        format!(
            "Jalur {name} tidak dapat ditagih ulang di tagihan ini: pembayarnya lain, atau harinya sudah ditagih. Batalkan tanpa \
             menerbitkan ulang, lalu buat tagihan bulan itu; setiap pembayar mendapat bagiannya."
        ),
        format!(
            "Line {name} cannot be billed again by this invoice: it has another payer, or its days are billed. Declare this one \
             void without reissuing it, then make the invoices of that month; each payer gets their part."
        ),
    ))
}

/// How the invoice was booked when it was issued, from the journal itself; `None` for one of Rp 0.
async fn issued(
    tx: &mut Tx,
    customer_id: i64,
    invoice_id: i64,
) -> Result<Option<(journal::IssuedInvoice, i64)>> {
    let entries = store::journal::entries_of_invoice(tx, invoice_id).await?;
    let issue = entries.into_iter().find(|entry| {
        entry.invoice_id == Some(invoice_id)
            && matches!(entry.kind, EntryKind::InvoiceIssued | EntryKind::OpeningDebt)
    });
    let Some(issue) = issue else { return Ok(None) };
    let postings = store::journal::postings_of(tx, &[issue.id]).await?;
    let credited = |account: Account| -> Result<Rupiah> {
        let of_account = postings
            .iter()
            .filter(|posting| posting.account == account)
            .map(|posting| posting.amount);
        Ok(Rupiah::try_sum(of_account)?.try_neg()?)
    };
    let issued = journal::IssuedInvoice {
        customer_id,
        invoice_id,
        revenue: credited(Account::Revenue)?,
        tax: credited(Account::Tax)?,
        deposit: credited(Account::Deposit)?,
        opening: credited(Account::Opening)?,
    };
    Ok(Some((issued, issue.id)))
}
