//! What happened in the office, and who listens. Events are rows written in the transaction that made them true; the
//! table [`LISTENERS`] says what follows from each, and whether inside that transaction or as a job after it. A listener
//! that fails is retried alone and never undoes the event.

mod feed;

use billing::Rupiah;
use jiff::civil::Date;
use serde_json::{Value, json};
use store::Tx;

use crate::actor::Actor;
use crate::error::{Result, Sentence};
use crate::logs::{self, Entry, Origin};
use crate::notify;
use crate::office::{Call, Office};

pub use feed::{EventView, FollowEvents, SEEN_WITH};

billing::text_enum! {
    /// What can happen.
    pub enum EventKind as "event" {
        /// An invoice was made.
        InvoiceGenerated => "InvoiceGenerated",
        /// Money came in and was booked.
        PaymentReceived => "PaymentReceived",
        /// The router said that a line is closed.
        CustomerIsolated => "CustomerIsolated",
        /// The router said that a line is open again.
        CustomerAccessOpened => "CustomerAccessOpened",
        /// It was written down who would be closed on a day to come.
        ClosingsPreviewed => "ClosingsPreviewed",
    }
}

billing::text_enum! {
    /// What follows from an event.
    pub enum Listener as "listener" {
        /// Tells the customer about the invoice.
        SendInvoiceNotification => "SendInvoiceNotification",
        /// Adds the invoice to the history of the customer's debt.
        AddToDebtHistory => "AddToDebtHistory",
        /// Brings what the invoices still owe up to date.
        UpdateInvoiceStatus => "UpdateInvoiceStatus",
        /// Brings the customer's balance up to date.
        UpdateCustomerDebt => "UpdateCustomerDebt",
        /// Opens the line when the payment was enough for it.
        CheckAutoOpenAccess => "CheckAutoOpenAccess",
        /// Writes messages anew that were not sent yet, or takes them back where what they say is not so any more.
        RenewMessages => "RenewMessages",
        /// Tells the customer that the line is closed, and why.
        SendIsolationNotification => "SendIsolationNotification",
        /// Writes the isolation to the log.
        LogIsolation => "LogIsolation",
        /// Tells the customer that the line is open again.
        SendAccessNotification => "SendAccessNotification",
        /// Writes the opening to the log.
        LogAccessOpened => "LogAccessOpened",
    }
}

/// When a listener runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Inside the transaction that makes the event true, by the part of the program that is named.
    Within(&'static str),
    /// As a job of its own, after the commit.
    After,
}

/// Who listens to what, in order.
pub const LISTENERS: &[(EventKind, Listener, When)] = &[
    (
        EventKind::InvoiceGenerated,
        Listener::AddToDebtHistory,
        When::Within("store::journal::post"),
    ),
    (
        EventKind::InvoiceGenerated,
        Listener::SendInvoiceNotification,
        When::After,
    ),
    (
        EventKind::PaymentReceived,
        Listener::UpdateInvoiceStatus,
        When::Within("store::journal::post"),
    ),
    (
        EventKind::PaymentReceived,
        Listener::UpdateCustomerDebt,
        When::Within("store::journal::post"),
    ),
    // The opening itself is a job; only the question whether to ask for it belongs to the payment.
    (
        EventKind::PaymentReceived,
        Listener::CheckAutoOpenAccess,
        When::Within("access::check_auto_open"),
    ),
    (
        EventKind::PaymentReceived,
        Listener::RenewMessages,
        When::Within("notify::review_payer"),
    ),
    (
        EventKind::CustomerIsolated,
        Listener::RenewMessages,
        When::Within("events::record"),
    ),
    (
        EventKind::CustomerIsolated,
        Listener::LogIsolation,
        When::Within("events::record"),
    ),
    (
        EventKind::CustomerIsolated,
        Listener::SendIsolationNotification,
        When::After,
    ),
    (
        EventKind::CustomerAccessOpened,
        Listener::RenewMessages,
        When::Within("events::record"),
    ),
    (
        EventKind::CustomerAccessOpened,
        Listener::LogAccessOpened,
        When::Within("events::record"),
    ),
    (
        EventKind::CustomerAccessOpened,
        Listener::SendAccessNotification,
        When::After,
    ),
];

/// Something that happened, with what a listener needs to know.
#[derive(Clone, Debug)]
pub enum Event {
    /// An invoice was made.
    InvoiceGenerated {
        /// The invoice.
        invoice_id: i64,
        /// Its payer.
        customer_id: i64,
    },
    /// Money came in and was booked.
    PaymentReceived {
        /// The payment.
        payment_id: i64,
        /// Who paid.
        customer_id: i64,
    },
    /// The router said that a line is closed.
    CustomerIsolated {
        /// The line.
        customer_id: i64,
        /// The customer's name, for the log.
        name: String,
        /// Why, in a sentence.
        reason: Sentence,
        /// The day on which the line was judged.
        judged_on: Date,
        /// What the router said, before and after.
        evidence: Value,
    },
    /// The router said that a line is open again.
    CustomerAccessOpened {
        /// The line.
        customer_id: i64,
        /// The customer's name, for the log.
        name: String,
        /// Why, in a sentence.
        reason: Sentence,
        /// What the router said, before and after.
        evidence: Value,
    },
    /// It was written down who would be closed on a day to come.
    ClosingsPreviewed {
        /// The plan that shows it.
        plan_id: i64,
        /// The day.
        day: Date,
        /// How many lines.
        lines: u64,
        /// What they owe.
        amount: Rupiah,
    },
}

impl Event {
    /// What kind of event it is.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Event::InvoiceGenerated { .. } => EventKind::InvoiceGenerated,
            Event::PaymentReceived { .. } => EventKind::PaymentReceived,
            Event::CustomerIsolated { .. } => EventKind::CustomerIsolated,
            Event::CustomerAccessOpened { .. } => EventKind::CustomerAccessOpened,
            Event::ClosingsPreviewed { .. } => EventKind::ClosingsPreviewed,
        }
    }

    /// What the log keeps of it; of the others whoever makes them true tells the log.
    fn entry(&self) -> Option<Entry> {
        let (act, customer_id, name, reason, evidence) = match self {
            Event::CustomerIsolated {
                customer_id,
                name,
                reason,
                evidence,
                ..
            } => ("isolation_executed", *customer_id, name, reason, evidence),
            Event::CustomerAccessOpened {
                customer_id,
                name,
                reason,
                evidence,
            } => ("isolation_opened", *customer_id, name, reason, evidence),
            Event::InvoiceGenerated { .. }
            | Event::PaymentReceived { .. }
            | Event::ClosingsPreviewed { .. } => return None,
        };
        let entry = Entry::done(act, reason.clone())
            .about("customer", customer_id, name.clone())
            .detail(evidence.clone());
        Some(entry)
    }

    /// The line whose messages may say what is not so any more.
    fn line(&self) -> Option<i64> {
        match self {
            Event::CustomerIsolated { customer_id, .. } | Event::CustomerAccessOpened { customer_id, .. } => {
                Some(*customer_id)
            }
            Event::InvoiceGenerated { .. }
            | Event::PaymentReceived { .. }
            | Event::ClosingsPreviewed { .. } => None,
        }
    }

    fn row<'a>(&self, call: &Call<'_>, origin: &'a Origin) -> store::events::NewEvent<'a> {
        let (subject_kind, subject_id, payload) = match self {
            Event::InvoiceGenerated {
                invoice_id,
                customer_id,
            } => (
                "invoice",
                *invoice_id,
                json!({ "invoice_id": invoice_id, "customer_id": customer_id }),
            ),
            Event::PaymentReceived {
                payment_id,
                customer_id,
            } => (
                "payment",
                *payment_id,
                json!({ "payment_id": payment_id, "customer_id": customer_id }),
            ),
            Event::CustomerIsolated {
                customer_id,
                reason,
                judged_on,
                ..
            } => (
                "customer",
                *customer_id,
                json!({
                    "customer_id": customer_id, "reason": reason.id, "reason_en": reason.en, "judged_on": judged_on,
                }),
            ),
            Event::CustomerAccessOpened {
                customer_id, reason, ..
            } => (
                "customer",
                *customer_id,
                json!({ "customer_id": customer_id, "reason": reason.id, "reason_en": reason.en }),
            ),
            Event::ClosingsPreviewed {
                plan_id,
                day,
                lines,
                amount,
            } => (
                "plan",
                *plan_id,
                json!({ "plan_id": plan_id, "day": day, "lines": lines, "amount": amount }),
            ),
        };
        store::events::NewEvent {
            at: call.now,
            kind: self.kind().as_str(),
            subject_kind,
            subject_id,
            payload,
            actor: &origin.actor,
            cause: origin.cause.as_deref(),
        }
    }
}

/// Records an event in the transaction that makes it true, and enqueues what follows.
///
/// # Errors
/// When the database cannot be written.
pub async fn record(tx: &mut Tx, call: &Call<'_>, event: Event) -> Result<i64> {
    let ids = record_each(tx, call, &[(Origin::of(call), event)]).await?;
    Ok(ids.first().copied().unwrap_or_default())
}

/// Records the events of one transaction as [`record`] does, each with an origin of its own.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn record_each(
    tx: &mut Tx,
    call: &Call<'_>,
    events: &[(Origin, Event)],
) -> Result<Vec<i64>> {
    // The messages before the events: they are rows that others may hold who are about to record an event too.
    let lines: Vec<i64> = events.iter().filter_map(|(_, event)| event.line()).collect();
    notify::review(tx, call, &lines, None).await?;
    let rows = events.iter().map(|(origin, event)| event.row(call, origin));
    let kinds = events.iter().map(|(_, event)| event.kind());
    let ids = write(tx, call, &rows.collect::<Vec<_>>(), kinds).await?;
    let entries: Vec<_> = events
        .iter()
        .filter_map(|(origin, event)| Some((origin.clone(), event.entry()?)))
        .collect();
    logs::record_all(tx, call, &entries).await?;
    Ok(ids)
}

/// Records many events of the month run at once, with the jobs that follow from them.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn record_all(tx: &mut Tx, call: &Call<'_>, events: &[Event]) -> Result<Vec<i64>> {
    let origin = Origin::of(call);
    let rows: Vec<_> = events.iter().map(|event| event.row(call, &origin)).collect();
    write(tx, call, &rows, events.iter().map(Event::kind)).await
}

async fn write(
    tx: &mut Tx,
    call: &Call<'_>,
    rows: &[store::events::NewEvent<'_>],
    kinds: impl Iterator<Item = EventKind>,
) -> Result<Vec<i64>> {
    let ids = store::events::record_all(tx, rows).await?;
    let mut jobs = Vec::new();
    for (happened, id) in kinds.zip(&ids) {
        let follows = LISTENERS
            .iter()
            .filter(|(kind, _, when)| *kind == happened && *when == When::After);
        for (_, listener, _) in follows {
            jobs.push(store::jobs::NewJob {
                kind: "listener",
                key: format!("listener:{listener}:{id}"),
                payload: json!({ "event_id": id, "listener": listener }),
                router_id: None,
                run_at: call.now,
                event_id: Some(*id),
            });
        }
    }
    store::jobs::enqueue_all(tx, &jobs, call.now).await?;
    Ok(ids)
}

/// Runs one listener of one event; the job of the kind `listener` calls this.
///
/// # Errors
/// When the event is not there, or the message cannot be written down.
pub async fn deliver(office: &Office, event_id: i64, listener: Listener) -> Result<()> {
    let schedule = Actor::schedule();
    let mut call = office.call(&schedule).await;
    call.cause = Some(format!("event:{event_id}"));
    let mut tx = call.begin().await?;
    let Some(event) = store::events::find(&mut tx, event_id).await? else {
        return Err(crate::Error::missing("Kejadian", "event"));
    };
    notify::tell(&mut tx, &call, &[(event, listener)]).await?;
    tx.commit().await?;
    office.ring();
    Ok(())
}
