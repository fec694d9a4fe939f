//! Taking a payment. The invoice it names comes first, then the oldest unpaid; what is left becomes credit, at the
//! counter only on purpose. Booking, allocation, the event and the question whether the line may open are one
//! transaction; the opening itself follows it as a job.

use billing::{Allocation, Method, PaymentError, Rupiah, Unpaid, allocate, change, journal};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::allocations::NewAllocation;
use store::payments::NewPayment;
use utoipa::ToSchema;

use crate::access::{self, LineAccess};
use crate::actor::Ability;
use crate::error::{Error, FormCheck, Kind, Result};
use crate::events::{self, Event};
use crate::idempotency::Claim;
use crate::logs::{self, Entry};
use crate::notify;
use crate::office::{Call, Request};
use crate::payments::credit::{dated, use_credit};
use crate::payments::list::{PaymentView, view};

/// How far back a payment may be dated, in days: the year that the books are still open for, and a month to notice.
const FURTHEST_BACK: i64 = 400;

/// Takes a payment.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakePayment {
    /// Whose line is paid for; the payer's account is what is credited.
    pub customer_id: i64,
    /// The invoice that comes first.
    pub invoice_id: Option<i64>,
    /// What counts as paid, rupiah.
    pub amount: Rupiah,
    /// How.
    pub method: Method,
    /// The bank's or the provider's word for it.
    pub reference: Option<String>,
    /// What lay on the counter. With it this is a payment at the counter: change is given back, and nothing becomes
    /// credit unless `to_credit` says so.
    pub money_received: Option<Rupiah>,
    /// Whether what is paid above the debt becomes credit. When absent it does, but at the counter it is refused; `false`
    /// refuses it everywhere.
    pub to_credit: Option<bool>,
    /// When it was received, epoch milliseconds; now when absent. Another day needs the ability to reverse payments and a
    /// `reason`, and lies no more than 400 days back.
    pub received_at: Option<i64>,
    /// Why it is booked only now, for the log; required with another day.
    #[serde(default)]
    pub reason: Option<String>,
    /// The caller's key for this request; from the header `Idempotency-Key`.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// A payment that was taken.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TakenPayment {
    /// The payment.
    #[serde(flatten)]
    pub payment: PaymentView,
    /// What goes back over the counter, rupiah.
    pub change: Rupiah,
    /// How the line is at this moment, and whether an opening is on its way.
    pub access: LineAccess,
}

impl Request for TakePayment {
    const ABILITY: Ability = Ability::PaymentsWrite;
    type Answer = TakenPayment;

    async fn run(mut self, call: &Call<'_>) -> Result<TakenPayment> {
        let received_at = self.check(call)?;
        let mut tx = call.begin().await?;
        let key = self.idempotency_key.take();
        let (claim, answered) = Claim::take(&mut tx, call, key, &self).await?;
        if let Some(answer) = answered {
            return Ok(answer);
        }
        let line = store::customers::find(&mut tx, self.customer_id)
            .await?
            .ok_or_else(no_customer)?;
        let payer_id = line.details.payer_id.unwrap_or(line.id);
        store::customers::lock(&mut tx, payer_id)
            .await?
            .ok_or_else(no_customer)?;

        self.check_invoice(&mut tx, payer_id).await?;
        let unpaid = store::invoices::unpaid(&mut tx, payer_id).await?;
        let allocation = self.divide(&unpaid)?;
        let given_back = match self.money_received {
            Some(received) => change(self.amount, received).map_err(refused)?,
            None => Rupiah::ZERO,
        };
        let payment_id = self
            .book(&mut tx, call, payer_id, received_at, &allocation, given_back)
            .await?;
        // Credit from before and an unpaid invoice can meet here, after a void for example.
        use_credit(&mut tx, call, payer_id).await?;
        access::check_auto_open(&mut tx, call, payer_id).await?;
        notify::review_payer(&mut tx, call, payer_id).await?;
        // After the rows that others may hold who are about to record an event: see `store::events`.
        events::record(
            &mut tx,
            call,
            Event::PaymentReceived {
                payment_id,
                customer_id: payer_id,
            },
        )
        .await?;

        let payment = view(&mut tx, payment_id).await?;
        let entry = Entry::done(
            "payment_received",
            (
                format!("Pembayaran {} sebesar {}", payment.number, self.amount),
                format!("Payment {} of {}", payment.number, self.amount),
            ),
        )
        .about("customer", line.id, line.details.name)
        .detail(
            serde_json::json!({ "payment": payment.number, "amount": self.amount, "method": self.method,
                "allocations": payment.allocations, "credit": payment.credit,
                "received_on": call.zone.to_datetime(received_at).date(), "reason": self.reason }),
        );
        logs::record(&mut tx, call, entry).await?;
        let line = access::line_access(&mut tx, call, line.id).await?;
        let answer = TakenPayment {
            payment,
            change: given_back,
            access: line,
        };
        claim.keep(&mut tx, call, &answer).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(answer)
    }
}

impl TakePayment {
    /// Refuses what is wrong by itself; gives the instant of receipt.
    fn check(&self, call: &Call<'_>) -> Result<Timestamp> {
        let mut form = FormCheck::new();
        form.optional_text("reference", self.reference.as_deref(), 100);
        if !(Rupiah(1)..=Rupiah::LARGEST_TYPED).contains(&self.amount) {
            form.refuse(
                "amount",
                "amount_out_of_range",
                format!(
                    "Isi jumlah bulat lebih dari 0, paling banyak {}.",
                    Rupiah::LARGEST_TYPED
                ),
                format!("A whole amount above 0, at most {}.", Rupiah::LARGEST_TYPED),
            );
        }
        let reason = form.optional_text("reason", self.reason.as_deref(), 200);
        let Some(at) = self.received_at else {
            form.finish()?;
            return Ok(call.now);
        };
        let at = crate::lists::instant(at)?;
        let day = call.zone.to_datetime(at).date();
        if at > call.now && day > call.today {
            return Err(Error::invalid(
                "in_the_future",
                "Tanggal terima belum terjadi.",
                "The day of receipt has not come yet.",
            ));
        }
        if day != call.today {
            call.actor.require(Ability::PaymentsReverse)?;
            if reason.is_none() {
                form.refuse(
                    "reason",
                    "required",
                    "Tulis alasan mengapa pembayaran ini dicatat dengan tanggal lain.",
                    "Say why this payment is booked with another day.",
                );
            }
            let first = call.today.saturating_sub(FURTHEST_BACK.days());
            if day < first {
                form.refuse(
                    "received_at",
                    "too_long_ago",
                    format!("Paling lama {FURTHEST_BACK} hari yang lalu, sejak {first}; periksa tanggalnya."),
                    format!("At most {FURTHEST_BACK} days ago, since {first}; check the day."),
                );
            }
        }
        form.finish()?;
        Ok(at)
    }

    /// Refuses an invoice that does not exist or that somebody else owes. One of the payer's own that is settled by now is
    /// no error: money that has arrived goes on to the oldest unpaid.
    async fn check_invoice(&self, tx: &mut Tx, payer_id: i64) -> Result<()> {
        let Some(id) = self.invoice_id else {
            return Ok(());
        };
        let invoice = store::invoices::find(tx, id).await?;
        if invoice.is_some_and(|invoice| invoice.customer_id == payer_id) {
            return Ok(());
        }
        let mut form = FormCheck::new();
        form.refuse(
            "invoice_id",
            "invoice_of_another",
            "Tagihan ini tidak ada atau bukan milik pelanggan ini. Pilih tagihan pelanggan ini, atau kosongkan.",
            "There is no such invoice, or somebody else owes it. Choose one of this customer's, or none.",
        );
        form.finish()
    }

    /// Divides the amount, and refuses credit that nobody asked for at the counter.
    fn divide(&self, unpaid: &[store::invoices::Unpaid]) -> Result<Allocation> {
        let owed = Rupiah::try_sum(unpaid.iter().map(|invoice| invoice.remaining))?;
        let open: Vec<Unpaid> = unpaid
            .iter()
            .map(|invoice| Unpaid {
                invoice_id: invoice.id,
                remaining: invoice.remaining,
            })
            .collect();
        let allocation = allocate(self.amount, self.invoice_id, &open).map_err(refused)?;
        let at_the_counter = self.money_received.is_some();
        // A transfer has arrived, whatever it is for; at the counter, or where somebody says no, credit needs a yes.
        let may_become_credit = self.to_credit.unwrap_or(!at_the_counter);
        if allocation.credit.is_positive() && !may_become_credit {
            let (amount, over) = (self.amount, allocation.credit);
            return Err(Error::invalid(
                "overpaid",
                format!(
                    "{amount} melebihi tagihan {owed}; kelebihannya {over}. Kembalikan kelebihannya, atau pilih Simpan \
                     sebagai titipan."
                ),
                format!(
                    "{amount} is more than the {owed} owed, by {over}. Give the rest back as change, or choose Keep as credit."
                ),
            ));
        }
        Ok(allocation)
    }

    /// Writes the payment, its allocations and its journal entry.
    async fn book(
        &self,
        tx: &mut Tx,
        call: &Call<'_>,
        payer_id: i64,
        received_at: Timestamp,
        allocation: &Allocation,
        given_back: Rupiah,
    ) -> Result<i64> {
        let received_on = match self.received_at {
            Some(_) => call.zone.to_datetime(received_at).date(),
            None => call.today,
        };
        let day = received_on.strftime("%Y%m%d").to_string();
        let number = store::counters::next(tx, &format!("payment:{day}")).await?;
        let payment = NewPayment {
            number: format!("PAY-{day}-{number:05}"),
            customer_id: payer_id,
            amount: self.amount,
            credit: allocation.credit,
            method: self.method,
            reference: self
                .reference
                .as_deref()
                .map(str::trim)
                .filter(|reference| !reference.is_empty()),
            money_received: self.money_received,
            change_given: self.money_received.map(|_| given_back),
            received_at,
            received_on,
            received_by: call.actor.label(),
        };
        let payment_id = store::payments::insert(tx, &payment, call.now).await?;
        let parts: Vec<NewAllocation> = allocation
            .parts
            .iter()
            .map(|part| NewAllocation {
                payment_id: Some(payment_id),
                invoice_id: part.invoice_id,
                amount: part.amount,
            })
            .collect();
        store::allocations::insert_all(tx, &parts, call.now).await?;
        let moved = journal::MovedPayment {
            customer_id: payer_id,
            payment_id,
            account: &self.method.account(call.actor.label(), None),
            parts: &allocation.parts,
            credit: allocation.credit,
        };
        let entry = journal::payment_received(&moved).map_err(Error::fault)?;
        let dated = store::journal::Dated {
            on_date: received_on,
            ..dated(call)
        };
        store::journal::post(tx, &entry, dated).await?;
        Ok(payment_id)
    }
}

fn no_customer() -> Error {
    Error::missing("Pelanggan", "customer")
}

/// A payment that the rules refuse, in the cashier's words.
fn refused(error: PaymentError) -> Error {
    let (id, en) = match error {
        PaymentError::NotPositive(_) => (
            "Isi jumlah lebih dari 0.".to_owned(),
            "Type an amount above 0.".to_owned(),
        ),
        PaymentError::TooLarge(amount) => (
            format!("{amount} terlalu besar; periksa jumlah angkanya."),
            format!("{amount} is too large; check the digits."),
        ),
        PaymentError::TooLittleReceived { received, .. } if received < Rupiah::ZERO => (
            "Uang yang diterima tidak mungkin kurang dari nol. Isi uang yang diterima, atau kosongkan."
                .to_owned(),
            "The money received cannot be negative. Type what was received, or leave it out.".to_owned(),
        ),
        PaymentError::TooLittleReceived { amount, received } => (
            format!(
                "Uang yang diterima {received}, kurang dari {amount}. Kurangi jumlah bayar atau minta kekurangannya."
            ),
            format!("{received} was received, less than {amount}. Book less or ask for the rest."),
        ),
    };
    Error::new(Kind::Invalid, error.code(), id, en)
}
