//! What happened in the office, and who listens. Events are rows written in the transaction that made them true; the
//! table [`LISTENERS`] says what follows from each, and whether inside that transaction or as a job after it. A listener
//! that fails is retried alone and never undoes the event.

use billing::Rupiah;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Tx;
use utoipa::ToSchema;

use crate::actor::{Ability, Actor};
use crate::error::Result;
use crate::lists::{Asked, Page};
use crate::logs::{self, Entry, Origin};
use crate::notify;
use crate::office::{Call, Office, Request};

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

/// Whose eyes an event in the feed is for: those who may read what it tells of. Whoever may read the log, which tells all of
/// it, sees every event; one that is not in this table is for nobody else.
pub const SEEN_WITH: &[(EventKind, Ability)] = &[
    (EventKind::InvoiceGenerated, Ability::InvoicesRead),
    (EventKind::PaymentReceived, Ability::PaymentsRead),
    (EventKind::CustomerIsolated, Ability::CustomersRead),
    (EventKind::CustomerAccessOpened, Ability::CustomersRead),
    (EventKind::ClosingsPreviewed, Ability::CustomersRead),
];

/// What somebody sees of the feed.
#[derive(Debug, PartialEq, Eq)]
enum Sight {
    Everything,
    Only(Vec<&'static str>),
}

impl Sight {
    fn of(actor: &Actor) -> Sight {
        if actor.may(Ability::LogRead) {
            return Sight::Everything;
        }
        let seen = SEEN_WITH.iter().filter(|(_, ability)| actor.may(*ability));
        Sight::Only(seen.map(|(kind, _)| kind.as_str()).collect())
    }
}

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
        reason: String,
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
        reason: String,
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
                json!({ "customer_id": customer_id, "reason": reason, "judged_on": judged_on }),
            ),
            Event::CustomerAccessOpened {
                customer_id, reason, ..
            } => (
                "customer",
                *customer_id,
                json!({ "customer_id": customer_id, "reason": reason }),
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
    let rows = events.iter().map(|(origin, event)| event.row(call, origin));
    let kinds = events.iter().map(|(_, event)| event.kind());
    let ids = write(tx, call, &rows.collect::<Vec<_>>(), kinds).await?;
    let entries: Vec<_> = events
        .iter()
        .filter_map(|(origin, event)| Some((origin.clone(), event.entry()?)))
        .collect();
    logs::record_all(tx, call, &entries).await?;
    let lines: Vec<i64> = events.iter().filter_map(|(_, event)| event.line()).collect();
    notify::review(tx, call, &lines, None).await?;
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

/// An event as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// The row's id; the feed is in its order.
    pub id: i64,
    /// When, epoch milliseconds.
    pub at: i64,
    /// What happened.
    pub kind: String,
    /// The kind of thing it happened to.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: i64,
    /// What a listener needs to know.
    pub payload: Value,
    /// Who did it.
    pub actor: String,
    /// What caused it.
    pub cause: Option<String>,
}

impl From<store::events::Event> for EventView {
    fn from(row: store::events::Event) -> EventView {
        EventView {
            id: row.id,
            at: row.at.as_millisecond(),
            kind: row.kind,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            payload: row.payload,
            actor: row.actor,
            cause: row.cause,
        }
    }
}

/// Follows the events from a cursor on, oldest first, as far as the reader may see them. The cursor goes on past those that
/// are hidden: nothing is looked at twice.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowEvents {
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl Request for FollowEvents {
    const ABILITY: Ability = Ability::Own;
    type Answer = Page<EventView>;

    /// Everybody who is logged in follows, and a token that sees any of it.
    fn admit(actor: &Actor) -> Result<()> {
        match Sight::of(actor) {
            Sight::Only(kinds) if kinds.is_empty() => actor.require(Self::ABILITY),
            Sight::Everything | Sight::Only(_) => Ok(()),
        }
    }

    async fn run(self, call: &Call<'_>) -> Result<Page<EventView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let from = asked.cursor.map_or(0, |cursor| cursor.id);
        let mut tx = call.read().await?;
        // Before the events: one that is committed in between belongs to the next page.
        let last = store::events::last(&mut tx).await?;
        let rows = match Sight::of(call.actor) {
            Sight::Everything => store::events::after(&mut tx, from, asked.limit).await?,
            Sight::Only(kinds) => store::events::of_kinds(&mut tx, (from, last), &kinds, asked.limit).await?,
        };
        let seen = rows.last().map(|row| row.id);
        let is_full = i64::try_from(rows.len()).is_ok_and(|seen| seen >= asked.limit);
        // A feed has no last page: the cursor of an empty answer is where it ends for now, to ask again with.
        let next = match seen {
            Some(seen) if is_full => seen,
            seen => from.max(last).max(seen.unwrap_or(from)),
        };
        Ok(Page {
            items: rows.into_iter().map(EventView::from).collect(),
            next_cursor: Some(store::page::Cursor::at(next).to_string()),
            total: last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{Role, Who};

    fn with(abilities: &[Ability]) -> Actor {
        Actor {
            who: Who::User {
                id: 1,
                name: "Rina".into(),
                role: Role::Cashier,
            },
            abilities: abilities.to_vec(),
            language: crate::error::Language::default(),
        }
    }

    #[test]
    fn every_kind_of_event_says_whose_eyes_it_is_for() {
        for kind in EventKind::ALL {
            let rows = SEEN_WITH.iter().filter(|(seen, _)| seen == kind).count();
            assert_eq!(rows, 1, "{kind}");
        }
    }

    #[test]
    fn each_sees_what_their_abilities_let_them_read_and_the_log_shows_all() {
        let sees = |abilities: &[Ability]| Sight::of(&with(abilities));
        assert_eq!(
            sees(&[Ability::PaymentsRead]),
            Sight::Only(vec!["PaymentReceived"])
        );
        assert_eq!(
            sees(&[Ability::CustomersRead]),
            Sight::Only(vec![
                "CustomerIsolated",
                "CustomerAccessOpened",
                "ClosingsPreviewed"
            ])
        );
        assert_eq!(sees(&[Ability::LogRead]), Sight::Everything);
        for role in Role::ALL {
            let actor = with(&role.abilities());
            assert!(FollowEvents::admit(&actor).is_ok(), "{role} is logged in");
        }
    }

    #[test]
    fn who_is_not_logged_in_and_a_token_for_something_else_do_not_follow() {
        assert!(FollowEvents::admit(&Actor::stranger()).is_err());
        let refused = FollowEvents::admit(&with(&[Ability::NetworkWrite]));
        assert_eq!(refused.map_err(|error| error.code), Err("forbidden"));
    }
}
