//! Charges besides the package: putting the line in, a deposit, an instalment. A person enters one; it waits for the next invoice of
//! its line, or is billed at once, and can be taken back as long as no invoice shows it.

use billing::{BillingMode, ChargeKind, CustomerStatus, FurtherKind, Rupiah};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::charges::{Charge, NewCharge};
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, FormCheck, Language, Result, Sentence};
use crate::idempotency::Claim;
use crate::invoicing::booking::book;
use crate::invoicing::list::{InvoiceView, one};
use crate::invoicing::stride::Run;
use crate::invoicing::wanted::Wanted;
use crate::invoicing::words::further;
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// How the keys begin of charges that a person entered.
const KEY: &str = "further:";

/// The most characters of what the invoice says.
const LONGEST_WORDS: usize = 120;

/// Charges a line for something besides its package.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddCharge {
    /// Whose line; set from the path.
    #[serde(skip_deserializing)]
    pub customer_id: i64,
    /// What for.
    pub kind: FurtherKind,
    /// Rupiah as packages are priced, above zero; a correction may be below zero. Of one that is larger than the next invoice, what
    /// is left goes with the one after that.
    pub amount: Rupiah,
    /// What the invoice says; the name of the kind when absent. A correction must say it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether an invoice of its own is made at once; otherwise the charge waits for the next invoice of the line.
    #[serde(default)]
    pub bill_now: bool,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// A charge that waits for the next invoice of its line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingCharge {
    /// Key.
    pub id: i64,
    /// What it is for.
    pub kind: ChargeKind,
    /// What the invoice will say.
    pub description: String,
    /// Rupiah before tax; below zero for what is taken off.
    pub amount: Rupiah,
    /// When it was recorded, in milliseconds since 1970.
    pub created_at: i64,
    /// Whether a person entered it, who may take it back; the others follow from what happened to the line.
    pub can_withdraw: bool,
}

/// What became of a charge.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AddedCharge {
    /// The charge.
    pub charge: WaitingCharge,
    /// The invoice that shows it, where it was billed at once.
    pub invoice: Option<InvoiceView>,
}

/// Lists what waits for the next invoice of a line, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct ListWaitingCharges {
    /// Whose line.
    pub customer_id: i64,
}

/// Takes back a charge that a person entered and that no invoice shows yet.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawCharge {
    /// Whose line.
    pub customer_id: i64,
    /// Which charge.
    pub id: i64,
}

impl Request for AddCharge {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = AddedCharge;

    async fn run(mut self, call: &Call<'_>) -> Result<AddedCharge> {
        let words = self.check()?;
        let key = self.idempotency_key.take();
        let mut tx = call.begin().await?;
        let (claim, answered) = Claim::take(&mut tx, call, key, &self).await?;
        if let Some(answer) = answered {
            return Ok(answer);
        }
        let line = lock(&mut tx, self.customer_id).await?;
        if !self.bill_now {
            refuse_if_never_billed(&line, self.amount)?;
        }
        let charge = self.insert(&mut tx, call, &line, words).await?;
        let invoice = if self.bill_now {
            Some(bill(&mut tx, call, &line, &charge).await?)
        } else {
            None
        };
        let (amount, said) = (self.amount, &charge.description);
        let message = match &invoice {
            Some(invoice) => (
                format!("{said} {amount} ditagih di {}", invoice.number),
                format!("{said} {amount} billed on {}", invoice.number),
            ),
            None => (
                format!("{said} {amount} masuk tagihan berikutnya"),
                format!("{said} {amount} goes on the next invoice"),
            ),
        };
        let entry = Entry::done("charge_added", message)
            .about("customer", line.id, &line.details.name)
            .detail(serde_json::json!({ "kind": self.kind, "amount": amount,
                "invoice": invoice.as_ref().map(|it| &it.number) }));
        logs::record(&mut tx, call, entry).await?;
        let mut charge = view(charge);
        charge.can_withdraw &= invoice.is_none();
        let answer = AddedCharge { charge, invoice };
        claim.keep(&mut tx, call, &answer).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(answer)
    }
}

impl AddCharge {
    /// Refuses what is wrong by itself; gives what the invoice is to say, where the caller says it.
    fn check(&self) -> Result<Option<String>> {
        let mut form = FormCheck::new();
        let is_correction = self.kind == FurtherKind::Correction;
        let most = Rupiah::LARGEST_TYPED;
        if is_correction && (self.amount.is_zero() || !(Rupiah(-most.0)..=most).contains(&self.amount)) {
            form.refuse(
                "amount",
                "amount_out_of_range",
                format!(
                    "Isi jumlah bulat selain 0, paling banyak {most}; yang di bawah 0 mengurangi tagihan."
                ),
                format!("A whole amount other than 0, at most {most}; below 0 it makes the invoice smaller."),
            );
        }
        if !is_correction && !(Rupiah(1)..=most).contains(&self.amount) {
            form.refuse(
                "amount",
                "amount_out_of_range",
                format!("Isi jumlah bulat lebih dari 0, paling banyak {most}."),
                format!("A whole amount above 0, at most {most}."),
            );
        }
        if self.bill_now && self.amount < Rupiah::ZERO {
            form.refuse(
                "bill_now",
                "nothing_to_bill",
                "Potongan tidak menjadi tagihan sendiri; ia mengurangi tagihan berikutnya.",
                "What is taken off is no invoice of its own; it makes the next invoice smaller.",
            );
        }
        let words = match &self.description {
            Some(words) if is_correction => Some(form.text("description", words, LONGEST_WORDS)),
            None if is_correction => Some(form.text("description", "", LONGEST_WORDS)),
            words => form.optional_text("description", words.as_deref(), LONGEST_WORDS),
        };
        form.finish()?;
        Ok(words)
    }

    async fn insert(
        &self,
        tx: &mut Tx,
        call: &Call<'_>,
        line: &Customer,
        words: Option<String>,
    ) -> Result<Charge> {
        let language = Language::from_tag(&call.settings.office_language);
        let at = format!("{KEY}{}", call.now.as_millisecond());
        // Unique among what was entered in this very moment, too.
        let beside = store::charges::keyed(tx, line.id, self.kind.into(), &at)
            .await?
            .len();
        let kind = self.kind.into();
        let said = words.unwrap_or_else(|| further(kind, language).to_owned());
        let new = NewCharge::waiting(line.id, kind, format!("{at}-{beside}"), said, self.amount);
        let id = store::charges::insert_all(tx, &[new], call.now).await?;
        let waiting = store::charges::pending(tx, line.id, line.id).await?;
        waiting
            .into_iter()
            .find(|charge| id.contains(&charge.id))
            .ok_or_else(|| Error::fault("a charge that does not wait"))
    }
}

impl Request for ListWaitingCharges {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = Vec<WaitingCharge>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<WaitingCharge>> {
        let mut tx = call.read().await?;
        if store::customers::find(&mut tx, self.customer_id).await?.is_none() {
            return Err(missing_line());
        }
        let mut waiting = store::charges::pending(&mut tx, self.customer_id, self.customer_id).await?;
        // A difference of which no day is served is kept for a change of mind, and is no line of an invoice.
        waiting.retain(|charge| !charge.amount.is_zero());
        Ok(waiting.into_iter().map(view).collect())
    }
}

impl Request for WithdrawCharge {
    const ABILITY: Ability = Ability::InvoicesWrite;
    type Answer = Vec<WaitingCharge>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<WaitingCharge>> {
        let mut tx = call.begin().await?;
        let line = lock(&mut tx, self.customer_id).await?;
        let waiting = store::charges::pending(&mut tx, line.id, line.id).await?;
        let charge = waiting.into_iter().find(|charge| charge.id == self.id).ok_or_else(|| {
            Error::conflict(
                "charge_not_waiting",
                "Biaya ini tidak menunggu lagi: sudah ada di sebuah tagihan, atau sudah dibatalkan. Muat ulang.",
                "This charge does not wait any more: it is on an invoice, or was taken back. Reload.",
            )
        })?;
        if !is_by_hand(&charge) {
            return Err(Error::conflict(
                "charge_follows_from_rules",
                "Biaya ini mengikuti perubahan jalurnya dan tidak dapat dibatalkan sendiri. Kembalikan perubahannya.",
                "This charge follows from a change of its line and cannot be taken back by itself. Undo that change.",
            ));
        }
        store::charges::void(&mut tx, charge.id, call.now).await?;
        let entry = Entry::done(
            "charge_withdrawn",
            Sentence::new(
                format!(
                    "{} {} dibatalkan sebelum ditagih",
                    charge.description, charge.amount
                ),
                format!(
                    "{} {} taken back before it was billed",
                    charge.description, charge.amount
                ),
            ),
        )
        .about("customer", line.id, &line.details.name)
        .detail(serde_json::json!({ "kind": charge.kind, "amount": charge.amount }));
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        call.office.ring();
        ListWaitingCharges {
            customer_id: self.customer_id,
        }
        .run(call)
        .await
    }
}

/// Makes an invoice of the charge alone, for the line's payer; credit pays it at once.
async fn bill(tx: &mut Tx, call: &Call<'_>, line: &Customer, charge: &Charge) -> Result<InvoiceView> {
    let payer = match line.details.payer_id {
        Some(payer) => lock(tx, payer).await?,
        None => line.clone(),
    };
    let run = Run::begin(tx, call, Wanted::Due).await?;
    let drafted = run.draft_alone(payer, line.clone(), charge.clone())?;
    let ids = book(tx, call, &run, &[drafted], "charge").await?;
    let id = ids
        .first()
        .ok_or_else(|| Error::fault("a draft that is no invoice"))?;
    one(tx, call, *id).await
}

async fn lock(tx: &mut Tx, id: i64) -> Result<Customer> {
    store::customers::lock(tx, id).await?.ok_or_else(missing_line)
}

fn missing_line() -> Error {
    Error::missing("Pelanggan", "customer")
}

/// Refuses to let a charge wait for an invoice that no month will bring. What a free line is charged is billed by itself.
fn refuse_if_never_billed(line: &Customer, amount: Rupiah) -> Result<()> {
    let has_ended = line.standing.status == CustomerStatus::Terminated;
    let is_free = line.details.billing == BillingMode::Free;
    // Of a free line that another pays for, what is taken off makes the payer's bill smaller.
    let pays_itself = line.details.payer_id.is_none();
    if amount < Rupiah::ZERO && (has_ended || (is_free && pays_itself)) {
        return Err(Error::conflict(
            "nothing_to_reduce",
            "Jalur ini tidak mendapat tagihan bulanan lagi (gratis atau sudah berhenti), jadi tidak ada yang dapat dipotong.",
            "This line gets no monthly invoice (it is free or has ended), so there is nothing to take this off.",
        ));
    }
    if has_ended {
        return Err(Error::conflict(
            "no_next_invoice",
            "Jalur ini sudah berhenti dan tidak mendapat tagihan bulanan lagi. Tagihkan biaya ini sekarang.",
            "This line has ended and gets no monthly invoice any more. Bill this charge now.",
        ));
    }
    Ok(())
}

fn is_by_hand(charge: &Charge) -> bool {
    charge.period.starts_with(KEY)
}

fn view(charge: Charge) -> WaitingCharge {
    WaitingCharge {
        can_withdraw: is_by_hand(&charge),
        id: charge.id,
        kind: charge.kind,
        description: charge.description,
        amount: charge.amount,
        created_at: charge.created_at.as_millisecond(),
    }
}
