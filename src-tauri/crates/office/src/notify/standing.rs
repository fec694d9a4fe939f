//! Whether a message that nobody has sent yet still says what is so. What it was written for may be paid, void, open again or
//! taken back while it waits: then it is withdrawn with the reason, or written anew with today's figures. One function
//! answers for the acts that change what is so and for the hand-over.

use billing::{Access, CustomerStatus};
use store::Tx;
use store::customers::Customer;
use store::notifications::{Notification, Withdrawal};

use crate::access::{self, Day, Explained};
use crate::error::Result;
use crate::notify::queue::{self, INVOICE, ISOLATED, OPENED, REMINDER, WHY};
use crate::office::Call;

/// What becomes of a message.
pub(super) enum Standing {
    /// It may go, with this text.
    Holds(String),
    /// It must not be sent any more.
    Gone(Withdrawal),
}

/// Looks again at every unsent message to these customers, in the transaction that changed what they may be about. Where
/// the lines were opened by taking a plan back, `because` says so.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn review(
    tx: &mut Tx,
    call: &Call<'_>,
    customers: &[i64],
    because: Option<Withdrawal>,
) -> Result<()> {
    for &id in customers {
        for message in store::notifications::unsent(tx, id).await? {
            renew(tx, call, message, because).await?;
        }
    }
    Ok(())
}

/// Looks again at every unsent message that a payer's invoices decide about: their own, and those of the lines that they
/// pay for.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn review_payer(tx: &mut Tx, call: &Call<'_>, payer_id: i64) -> Result<()> {
    let lines = store::customers::having_payer(tx, payer_id).await?;
    let ids: Vec<i64> = std::iter::once(payer_id)
        .chain(lines.into_iter().map(|line| line.id))
        .collect();
    review(tx, call, &ids, None).await
}

/// Writes a message anew or takes it back; gives it as it may be sent.
pub(super) async fn renew(
    tx: &mut Tx,
    call: &Call<'_>,
    message: Notification,
    because: Option<Withdrawal>,
) -> Result<Option<Notification>> {
    match standing(tx, call, &message).await? {
        Standing::Holds(text) if text == message.text => Ok(Some(message)),
        Standing::Holds(text) => {
            store::notifications::rewrite(tx, message.id, &text).await?;
            Ok(Some(Notification { text, ..message }))
        }
        Standing::Gone(why) => {
            let why = because.filter(|_| message.kind == ISOLATED).unwrap_or(why);
            store::notifications::withdraw(tx, message.id, why).await?;
            Ok(None)
        }
    }
}

async fn standing(tx: &mut Tx, call: &Call<'_>, message: &Notification) -> Result<Standing> {
    let Some(customer) = store::customers::find(tx, message.customer_id).await? else {
        return Ok(Standing::Gone(Withdrawal::Changed));
    };
    match message.kind.as_str() {
        INVOICE | REMINDER => about_invoice(tx, call, message, &customer).await,
        ISOLATED => about_closing(tx, call, message).await,
        OPENED if customer.standing.status == CustomerStatus::Active => {
            Ok(Standing::Holds(queue::facts(call, &customer).opened()))
        }
        OPENED => Ok(Standing::Gone(Withdrawal::Closed)),
        WHY => about_line(tx, call, message).await,
        // A kind of message that a later version writes is that version's to judge.
        _ => Ok(Standing::Holds(message.text.clone())),
    }
}

async fn about_invoice(
    tx: &mut Tx,
    call: &Call<'_>,
    message: &Notification,
    customer: &Customer,
) -> Result<Standing> {
    let invoice = match message.invoice_id {
        Some(id) => store::invoices::find(tx, id).await?,
        None => None,
    };
    let Some(invoice) = invoice else {
        return Ok(Standing::Holds(message.text.clone()));
    };
    if invoice.voided_at.is_some() {
        return Ok(Standing::Gone(Withdrawal::Void));
    }
    let facts = queue::facts(call, customer);
    let (number, due) = (&invoice.number, invoice.due_date);
    let text = if message.kind == REMINDER {
        facts.reminder(number, invoice.remaining, due)
    } else {
        facts.invoice(number, invoice.total, invoice.remaining, due)
    };
    // "Settled from your credit" was written for an invoice that was settled from the beginning; it is still so.
    if invoice.remaining.is_zero() && text != message.text {
        return Ok(Standing::Gone(Withdrawal::Paid));
    }
    Ok(Standing::Holds(text))
}

/// The words of [`explain`](access::explain) on the day that a message's line was judged on; today where none is known.
pub(super) async fn explained(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
    judged_on: Option<jiff::civil::Date>,
) -> Result<Option<Explained>> {
    let day = judged_on.unwrap_or(call.today);
    access::explain(tx, call, &Day::on(call, day), customer_id).await
}

async fn about_closing(tx: &mut Tx, call: &Call<'_>, message: &Notification) -> Result<Standing> {
    let Some(line) = explained(tx, call, message.customer_id, message.judged_on).await? else {
        return Ok(Standing::Gone(Withdrawal::Changed));
    };
    let is_closed = line.judged.customer.standing.status == CustomerStatus::Isolated;
    Ok(match line.judged.desired() {
        Access::Closed if is_closed => Standing::Holds(line.text),
        // The money came and the router is asked; what the office said by hand is no payment.
        Access::Open if is_closed && line.judged.overridden.is_none() => Standing::Gone(Withdrawal::Paid),
        Access::Open | Access::Closed => Standing::Gone(Withdrawal::Reopened),
    })
}

async fn about_line(tx: &mut Tx, call: &Call<'_>, message: &Notification) -> Result<Standing> {
    let line = explained(tx, call, message.customer_id, None).await?;
    let holds = line.filter(|line| {
        let subject = access::line_subject(line);
        message.key.contains(&format!(":{subject}:"))
    });
    Ok(holds.map_or(Standing::Gone(Withdrawal::Changed), |line| {
        Standing::Holds(line.text)
    }))
}
