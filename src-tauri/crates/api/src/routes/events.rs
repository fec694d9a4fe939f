//! The feed of events: in pages by cursor, or live as server-sent events. Both begin where the reader left off, so that a
//! script that was away misses nothing, and tell what the reader may see.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use office::events::{EventView, FollowEvents};
use office::{Language, Office, Page};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use store::{Change, Cursor};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Caller, List, Query, Spoken};
use crate::problem::{Answer, Failure};

/// How often the table is looked at while nobody tells when to. A change is seen by a person within two seconds.
const LOOK: Duration = Duration::from_millis(700);
/// The same while the office hears of each commit: only in case one was not heard.
const CALM: Duration = Duration::from_secs(10);
/// What is committed this soon after another commit is looked at together with it.
const GATHER: Duration = Duration::from_millis(60);
/// How many events are fetched at once.
const BATCH: i64 = 200;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(follow_events))
        .routes(routes!(stream_events))
}

/// Follows the events that the caller may see, oldest first; `next_cursor` is never `null`, so that one can ask again.
///
/// Invoices are seen with `invoices.read`, payments with `payments.read`, lines with `customers.read`, and all of it with
/// `log.read`. The cursor goes on past what is hidden.
#[utoipa::path(get, path = "/events", tag = "events", operation_id = "follow_events", params(FollowEvents),
    responses((status = 200, description = "The events after the cursor.", body = Page<EventView>)))]
async fn follow_events(caller: Caller, List(from): List<FollowEvents>) -> Answer<Json<Page<EventView>>> {
    caller.ask(from).await
}

/// Where a live feed begins.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct From {
    /// After this cursor; from the first event when absent. The header `Last-Event-ID` goes before it.
    cursor: Option<String>,
    /// Without a cursor: only what happens from now on.
    live: bool,
    /// Tell also, as `changed`, what kinds of things were written at any desk, for a page that is to be read again. These
    /// have no `id`, and none is told twice: whoever was away reads everything again.
    changes: bool,
}

/// What was written at any desk since this was last told.
#[derive(Serialize)]
struct Written {
    /// The kinds of things, as in the log's `subject_kind`, and `job`.
    subjects: Vec<String>,
    /// Whether anything may have been: the office itself did not hear all of it.
    everything: bool,
}

/// Follows the same events live, as server-sent events. An event's `id` is the cursor after it. With `changes`, `changed`
/// tells beside them what kinds of things were written.
#[utoipa::path(get, path = "/events/stream", tag = "events", operation_id = "stream_events",
    params(From, ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was seen.")),
    responses((status = 200, description = "The events as they come.", content_type = "text/event-stream",
        body = EventView)))]
async fn stream_events(
    caller: Caller,
    Query(from): Query<From>,
    Spoken(language): Spoken,
    headers: HeaderMap,
) -> Answer<Response> {
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned);
    // From before the first look, so that nothing falls between the two.
    let changes = caller.office.changes();
    let mut feed = Feed {
        caller,
        language,
        cursor: resumed.or(from.cursor),
        waiting: VecDeque::new(),
        changes,
        tells_changes: from.changes,
        written: Noted::default(),
        ended: false,
    };
    if from.live && feed.cursor.is_none() {
        feed.cursor = Some(feed.end().await?);
    }
    // The first look is before the answer begins, so that a refusal is still a problem with its status.
    feed.look().await?;
    let events = stream::unfold(feed, |feed| feed.next());
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// A live feed and where it is.
struct Feed {
    caller: Caller,
    language: Language,
    cursor: Option<String>,
    waiting: VecDeque<EventView>,
    changes: broadcast::Receiver<Change>,
    tells_changes: bool,
    written: Noted,
    ended: bool,
}

/// What was heard and not told yet.
#[derive(Debug, Default)]
struct Noted {
    subjects: BTreeSet<String>,
    everything: bool,
}

impl Noted {
    fn note(&mut self, heard: Result<Change, RecvError>) {
        match heard {
            Ok(Change::Of(words)) => self.subjects.extend(words),
            // This reader is slower than the office writes, or the office itself was away.
            Ok(Change::Anything) | Err(_) => self.everything = true,
        }
    }

    /// What there is to tell; events are told by themselves.
    fn take(&mut self) -> Option<Written> {
        let Noted { subjects, everything } = std::mem::take(self);
        let subjects: Vec<String> = subjects.into_iter().filter(|word| word != "event").collect();
        (everything || !subjects.is_empty()).then_some(Written { subjects, everything })
    }
}

impl Feed {
    /// The next event, however long it takes to come.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Feed)> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                let told = Event::default()
                    .id(Cursor::at(event.id).to_string())
                    .event(&event.kind)
                    .json_data(&event)
                    .unwrap_or_else(|error| Event::default().comment(error.to_string()));
                return Some((Ok(told), self));
            }
            if let Some(written) = self.written.take().filter(|_| self.tells_changes) {
                let told = Event::default()
                    .event("changed")
                    .json_data(written)
                    .unwrap_or_else(|error| Event::default().comment(error.to_string()));
                return Some((Ok(told), self));
            }
            if self.ended {
                return None;
            }
            self.rest().await;
            if let Err(failure) = self.look().await {
                self.ended = true;
                let told = Event::default()
                    .event("problem")
                    .json_data(failure.problem(self.language))
                    .unwrap_or_else(|error| Event::default().comment(error.to_string()));
                return Some((Ok(told), self));
            }
        }
    }

    /// Waits until something was committed at any desk, or until it is time to look anyhow.
    async fn rest(&mut self) {
        let longest = if self.caller.office.is_listening() {
            CALM
        } else {
            LOOK
        };
        tokio::select! {
            () = tokio::time::sleep(longest) => return,
            heard = self.changes.recv() => self.written.note(heard),
        }
        tokio::time::sleep(GATHER).await;
        loop {
            match self.changes.try_recv() {
                Ok(change) => self.written.note(Ok(change)),
                Err(TryRecvError::Lagged(missed)) => self.written.note(Err(RecvError::Lagged(missed))),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    /// The cursor after the last event there is.
    async fn end(&self) -> Result<String, Failure> {
        let page = self
            .caller
            .perform(FollowEvents {
                cursor: None,
                limit: Some(1),
            })
            .await?;
        Ok(Cursor::at(page.total).to_string())
    }

    /// Fetches what came since. A token that was revoked meanwhile ends the feed.
    async fn look(&mut self) -> Result<(), Failure> {
        let office = &self.caller.office;
        self.caller.actor = office::people::recognise(office, self.caller.token.expose_secret()).await?;
        let page = self
            .caller
            .perform(FollowEvents {
                cursor: self.cursor.clone(),
                limit: Some(BATCH),
            })
            .await?;
        self.cursor = page.next_cursor;
        self.waiting.extend(page.items);
        Ok(())
    }
}
