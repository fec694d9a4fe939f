//! The queue of messages: one per customer, subject and day, written in a transaction and handed over by a job after it.

use std::collections::{HashMap, HashSet};

use billing::{Access, CustomerStatus};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::customers::Customer;
use store::events::Event;
use store::notifications::{Filter, NewNotification, Notification, State};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::events::Listener;
use crate::lists::{Asked, Page};
use crate::notify::closing_told::job_key;
use crate::notify::known::{Known, Wanted};
use crate::notify::texts::Facts;
use crate::office::{Call, Request};
use crate::settings::MessageChannel;

/// An invoice that was made.
pub(super) const INVOICE: &str = "invoice";
/// An invoice that falls due soon.
pub(crate) const REMINDER: &str = "reminder";
/// A line that was closed.
pub(super) const ISOLATED: &str = "isolated";
/// A line that was opened again.
pub(super) const OPENED: &str = "opened";
/// The answer to "why is my line as it is?".
pub(crate) const WHY: &str = "why";

/// A message to be told.
pub(crate) struct Told {
    /// What it is about: one of the words above.
    pub kind: &'static str,
    /// The subject that makes it one message a day: an invoice, an event.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The event that caused it.
    pub event_id: Option<i64>,
    /// The invoice that it is about.
    pub invoice_id: Option<i64>,
    /// The day on which its line was judged.
    pub judged_on: Option<Date>,
}

/// Puts a message into the queue, unless the customer got one of this kind about this subject today. Gives its id.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn put(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: &Customer,
    told: Told,
) -> Result<Option<i64>> {
    let put = put_all(tx, call, &[(customer, told)]).await?;
    Ok(put.first().copied())
}

/// Puts messages into the queue, as [`put`] does each, and gives the ids of those that are new.
async fn put_all(tx: &mut Tx, call: &Call<'_>, messages: &[(&Customer, Told)]) -> Result<Vec<i64>> {
    let channel = call.settings.messages_whatsapp;
    if channel == MessageChannel::Off {
        return Ok(Vec::new());
    }
    let mut keys = HashSet::new();
    let rows: Vec<NewNotification<'_>> = messages
        .iter()
        .map(|(customer, told)| row(call, channel, customer, told))
        // The first that says it has said it.
        .filter(|row| keys.insert(row.key.clone()))
        .collect();
    let new = store::notifications::insert_all(tx, &rows, call.now).await?;
    let ids: HashMap<&str, i64> = new.iter().map(|(id, key)| (key.as_str(), *id)).collect();
    let jobs: Vec<store::jobs::NewJob<'_>> = rows
        .iter()
        .filter(|row| row.recipient.is_some() && channel != MessageChannel::ByHand)
        .filter_map(|row| {
            let id = ids.get(row.key.as_str())?;
            Some(store::jobs::NewJob {
                kind: "notify",
                key: job_key(*id),
                payload: serde_json::json!({ "notification_id": id }),
                router_id: None,
                run_at: call.now,
                event_id: row.event_id,
            })
        })
        .collect();
    store::jobs::enqueue_all(tx, &jobs, call.now).await?;
    Ok(ids.into_values().collect())
}

fn row<'a>(
    call: &Call<'_>,
    channel: MessageChannel,
    customer: &'a Customer,
    told: &Told,
) -> NewNotification<'a> {
    let recipient = customer.details.phone.as_deref();
    NewNotification {
        key: key(call, customer.id, told.kind, &told.subject),
        customer_id: customer.id,
        event_id: told.event_id,
        kind: told.kind,
        invoice_id: told.invoice_id,
        judged_on: told.judged_on,
        channel: channel.as_str(),
        recipient,
        text: told.text.clone(),
        // Without a number there is nobody to tell; the row says so instead of failing again and again.
        state: if recipient.is_some() {
            State::Queued
        } else {
            State::Skipped
        },
    }
}

/// Unique for what is told once a day.
fn key(call: &Call<'_>, customer_id: i64, kind: &str, subject: &str) -> String {
    format!("{kind}:{customer_id}:{subject}:{}", call.today)
}

/// Today's message of this kind about this subject, where it waits for a person to send it.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn still_by_hand(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
    kind: &str,
    subject: &str,
) -> Result<Option<i64>> {
    let key = key(call, customer_id, kind, subject);
    let message = store::notifications::find_by_key(tx, &key).await?;
    Ok(message
        .filter(|message| message.channel == MessageChannel::ByHand.as_str())
        .filter(|message| matches!(message.state, State::Queued | State::Handed))
        .map(|message| message.id))
}

/// Tells customers what events mean for them. What is no longer true is not told: the rows are read again now.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn tell(tx: &mut Tx, call: &Call<'_>, heard: &[(Event, Listener)]) -> Result<()> {
    let mut wanted = Wanted::default();
    for (event, listener) in heard {
        let Some(customer_id) = customer_id(event) else {
            continue;
        };
        wanted.customers.insert(customer_id);
        match listener {
            Listener::SendInvoiceNotification => {
                wanted.invoices.insert(event.subject_id);
            }
            Listener::SendAccessNotification => {
                wanted.openings.insert((customer_id, event.id));
            }
            Listener::SendIsolationNotification => {
                let day = judged_on(event).unwrap_or(call.today);
                wanted.lines.insert((day, customer_id));
            }
            _ => {}
        }
    }
    let known = Known::read(tx, call, &wanted).await?;
    let mut messages = Vec::with_capacity(heard.len());
    for (event, listener) in heard {
        let customer = customer_id(event).and_then(|id| known.customer(id));
        let customer =
            customer.ok_or_else(|| Error::fault(format!("event {} names no customer", event.id)))?;
        if let Some(told) = told(call, &known, customer, event, *listener) {
            messages.push((customer, told));
        }
    }
    put_all(tx, call, &messages).await?;
    Ok(())
}

fn customer_id(event: &Event) -> Option<i64> {
    event.payload.get("customer_id")?.as_i64()
}

/// What an event means for a customer; `None` where there is nothing to tell, or not any more.
fn told(
    call: &Call<'_>,
    known: &Known,
    customer: &Customer,
    event: &Event,
    listener: Listener,
) -> Option<Told> {
    let facts = facts(call, customer);
    let event_id = Some(event.id);
    match listener {
        Listener::SendInvoiceNotification => {
            let invoice = known
                .invoice(event.subject_id)
                .filter(|invoice| invoice.voided_at.is_none())?;
            let text = facts.invoice(invoice);
            Some(Told {
                kind: INVOICE,
                subject: invoice.number.clone(),
                text,
                event_id,
                invoice_id: Some(invoice.id),
                judged_on: None,
            })
        }
        Listener::SendIsolationNotification => {
            let judged_on = judged_on(event);
            let line = known.line(judged_on.unwrap_or(call.today), customer.id)?;
            let is_closed = customer.standing.status == CustomerStatus::Isolated;
            let holds = is_closed && line.judged.desired() == Access::Closed;
            holds.then(|| Told {
                kind: ISOLATED,
                subject: "line".into(),
                text: line.text.clone(),
                event_id,
                invoice_id: None,
                judged_on,
            })
        }
        Listener::SendAccessNotification => {
            let is_open = customer.standing.status == CustomerStatus::Active;
            (is_open && !known.is_unheard(event_id)).then(|| Told {
                kind: OPENED,
                subject: "line".into(),
                text: facts.opened(),
                event_id,
                invoice_id: None,
                judged_on: None,
            })
        }
        // The others run inside their transactions, see `events::LISTENERS`.
        Listener::AddToDebtHistory
        | Listener::UpdateInvoiceStatus
        | Listener::UpdateCustomerDebt
        | Listener::CheckAutoOpenAccess
        | Listener::RenewMessages
        | Listener::LogIsolation
        | Listener::LogAccessOpened => None,
    }
}

/// The day on which the line was judged that was closed: of a plan made for another day, that day.
fn judged_on(event: &Event) -> Option<Date> {
    let day = event.payload.get("judged_on")?.as_str()?;
    day.parse().ok()
}

/// What a text may say of the customer.
pub(crate) fn facts<'a>(call: &'a Call<'_>, customer: &'a Customer) -> Facts<'a> {
    Facts {
        office: &call.settings.office_name,
        name: &customer.details.name,
        customer_no: &customer.details.customer_no,
        language: Language::from_tag(&call.settings.office_language),
    }
}

/// A message as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationView {
    /// The row's id.
    pub id: i64,
    /// For whom.
    pub customer_id: i64,
    /// What it is about.
    pub kind: String,
    /// How it goes.
    pub channel: String,
    /// To which number.
    pub recipient: Option<String>,
    /// The text.
    pub text: String,
    /// `queued`, `sent`, `failed`, `handed`, `skipped` or `withdrawn`.
    pub state: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Why it was taken back before it was sent: `paid`, `void`, `reopened`, `plan_undone`, `closed` or `changed`.
    pub withdrawn: Option<String>,
    /// The link that opens WhatsApp with the text; none for one that was taken back.
    pub wa_link: Option<String>,
    /// When it was written, epoch milliseconds.
    pub created_at: i64,
    /// When it was handed over, epoch milliseconds.
    pub sent_at: Option<i64>,
}

impl From<Notification> for NotificationView {
    fn from(row: Notification) -> NotificationView {
        let wa_link = row
            .recipient
            .as_deref()
            .filter(|_| row.state != State::Withdrawn)
            .and_then(|digits| super::deliver::link(digits, &row.text));
        NotificationView {
            id: row.id,
            customer_id: row.customer_id,
            kind: row.kind,
            channel: row.channel,
            recipient: row.recipient,
            text: row.text,
            state: row.state.as_str().to_owned(),
            error: row.error,
            withdrawn: row.withdrawn.map(|why| why.as_str().to_owned()),
            wa_link,
            created_at: row.created_at.as_millisecond(),
            sent_at: row.sent_at.map(|at| at.as_millisecond()),
        }
    }
}

/// Lists messages, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListNotifications {
    /// Only for this customer.
    pub customer_id: Option<i64>,
    /// Only in this state.
    pub status: Option<String>,
    /// Only about this.
    pub kind: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; 50 when absent, at most 500.
    pub limit: Option<i64>,
}

impl Request for ListNotifications {
    const ABILITY: Ability = Ability::OperationsRead;
    type Answer = Page<NotificationView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<NotificationView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let state = self
            .status
            .as_deref()
            .map(str::parse::<State>)
            .transpose()
            .map_err(|error| {
                let words: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
                let words = words.join(", ");
                Error::invalid(
                    "bad_status",
                    format!("Status pesan salah satu dari: {words}."),
                    format!("A message's status is one of: {words}."),
                )
                .caused_by(error)
            })?;
        let filter = Filter {
            customer_id: self.customer_id,
            state,
            kind: self.kind.as_deref(),
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
        };
        let mut tx = call.read().await?;
        Ok(store::notifications::list(&mut tx, &filter).await?.into())
    }
}
