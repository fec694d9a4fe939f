//! Whether a message that nobody has sent yet still says what is so. What it was written for may be paid, void, open again or
//! taken back while it waits: then it is withdrawn with the reason, or written anew with today's figures. One function
//! answers for the acts that change what is so and for the hand-over.

use billing::{Access, CustomerStatus};
use jiff::civil::Date;
use store::Tx;
use store::customers::Customer;
use store::invoices::Invoice;
use store::notifications::{Notification, Withdrawal};

use crate::access::{self, Explained};
use crate::error::Result;
use crate::notify::known::{Known, Wanted};
use crate::notify::queue::{self, INVOICE, ISOLATED, OPENED, REMINDER, WHY};
use crate::office::Call;

/// What becomes of a message.
enum Standing {
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
    let messages = store::notifications::unsent(tx, customers).await?;
    renew_all(tx, call, messages, because).await?;
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
    Ok(renew_all(tx, call, vec![message], because).await?.pop())
}

/// Does so with many and gives those that may be sent.
async fn renew_all(
    tx: &mut Tx,
    call: &Call<'_>,
    messages: Vec<Notification>,
    because: Option<Withdrawal>,
) -> Result<Vec<Notification>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let known = Known::read(tx, call, &wanted(call, &messages)).await?;
    let mut held = Vec::with_capacity(messages.len());
    for message in messages {
        match standing(call, &known, &message) {
            Standing::Holds(text) if text == message.text => held.push(message),
            Standing::Holds(text) => {
                store::notifications::rewrite(tx, message.id, &text).await?;
                held.push(Notification { text, ..message });
            }
            Standing::Gone(why) => {
                let why = because.filter(|_| message.kind == ISOLATED).unwrap_or(why);
                store::notifications::withdraw(tx, message.id, why).await?;
            }
        }
    }
    Ok(held)
}

/// What the messages are judged by.
fn wanted(call: &Call<'_>, messages: &[Notification]) -> Wanted {
    let mut wanted = Wanted::default();
    for message in messages {
        wanted.customers.insert(message.customer_id);
        match message.kind.as_str() {
            INVOICE | REMINDER => wanted.invoices.extend(message.invoice_id),
            OPENED => {
                let event = message.event_id.map(|event| (message.customer_id, event));
                wanted.openings.extend(event);
            }
            ISOLATED | WHY => {
                wanted
                    .lines
                    .insert((judged_on(call, message), message.customer_id));
            }
            _ => {}
        }
    }
    wanted
}

/// The day on which a message's line is judged: of one about a closing the day of its plan, where that is known.
fn judged_on(call: &Call<'_>, message: &Notification) -> Date {
    let day = message.judged_on.filter(|_| message.kind == ISOLATED);
    day.unwrap_or(call.today)
}

fn standing(call: &Call<'_>, known: &Known, message: &Notification) -> Standing {
    let Some(customer) = known.customer(message.customer_id) else {
        return Standing::Gone(Withdrawal::Changed);
    };
    let line = || known.line(judged_on(call, message), message.customer_id);
    match message.kind.as_str() {
        INVOICE | REMINDER => {
            let invoice = message.invoice_id.and_then(|id| known.invoice(id));
            about_invoice(call, message, customer, invoice)
        }
        ISOLATED => about_closing(line()),
        OPENED if known.is_unheard(message.event_id) => Standing::Gone(Withdrawal::Changed),
        OPENED if customer.standing.status == CustomerStatus::Active => {
            Standing::Holds(queue::facts(call, customer).opened())
        }
        OPENED => Standing::Gone(Withdrawal::Closed),
        WHY => about_line(message, line()),
        // A kind of message that a later version writes is that version's to judge.
        _ => Standing::Holds(message.text.clone()),
    }
}

fn about_invoice(
    call: &Call<'_>,
    message: &Notification,
    customer: &Customer,
    invoice: Option<&Invoice>,
) -> Standing {
    let Some(invoice) = invoice else {
        return Standing::Holds(message.text.clone());
    };
    if invoice.voided_at.is_some() {
        return Standing::Gone(Withdrawal::Void);
    }
    let facts = queue::facts(call, customer);
    let (number, due) = (&invoice.number, invoice.due_date);
    let text = if message.kind == REMINDER {
        facts.reminder(number, invoice.remaining, due)
    } else {
        facts.invoice(invoice)
    };
    // "Settled from your credit", or "free", was written for an invoice that was settled from the beginning; it is still so.
    if invoice.remaining.is_zero() && text != message.text {
        return Standing::Gone(Withdrawal::Paid);
    }
    Standing::Holds(text)
}

fn about_closing(line: Option<&Explained>) -> Standing {
    let Some(line) = line else {
        return Standing::Gone(Withdrawal::Changed);
    };
    let is_closed = line.judged.customer.standing.status == CustomerStatus::Isolated;
    match line.judged.desired() {
        Access::Closed if is_closed => Standing::Holds(line.text.clone()),
        // The money came and the router is asked; what the office said by hand is no payment.
        Access::Open if is_closed && line.judged.overridden.is_none() => Standing::Gone(Withdrawal::Paid),
        Access::Open | Access::Closed => Standing::Gone(Withdrawal::Reopened),
    }
}

fn about_line(message: &Notification, line: Option<&Explained>) -> Standing {
    let holds = line.filter(|line| {
        let subject = access::line_subject(line);
        message.key.contains(&format!(":{subject}:"))
    });
    holds.map_or(Standing::Gone(Withdrawal::Changed), |line| {
        Standing::Holds(line.text.clone())
    })
}
