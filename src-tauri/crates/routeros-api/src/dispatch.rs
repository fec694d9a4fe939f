//! Who waits for which answer.
//!
//! Every command has a tag and an entry here until its `!done` has come, even if its caller has gone away: that is why
//! a dropped call cannot shift the answers of the others. When the connection errs, all entries fail together and the
//! table takes no more.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::Instant;

use crate::codec::Sentence;
use crate::command::Command;
use crate::error::{Category, Error, Stage};
use crate::login;
use crate::reply::{Reply, Row};
use crate::text;
use crate::window::Window;

/// Where an answer goes.
pub(crate) enum Sink {
    /// To a caller who wants all of it at once.
    Whole {
        rows: Vec<Row>,
        caller: oneshot::Sender<Result<Reply, Error>>,
    },
    /// To a caller who takes the rows one by one. `waiting` counts the bytes that were not taken yet.
    Rows {
        caller: mpsc::UnboundedSender<Result<(Row, usize), Error>>,
        waiting: Arc<AtomicUsize>,
    },
    /// To nobody.
    Nobody,
}

struct Pending {
    command: String,
    sent: Instant,
    limit: Option<Duration>,
    deadline: Option<Instant>,
    /// How many were under way when it was sent: a router may answer one after the other.
    ahead: u32,
    size: usize,
    refusal: Option<Error>,
    sink: Sink,
    permit: Option<OwnedSemaphorePermit>,
    /// It was asked to end; further rows do not prolong it.
    cancelled: bool,
}

impl Pending {
    /// Until when its answer is waited for. While the router answers others that were sent before, that is no silence; but it
    /// is waited for no longer than if each of them had taken all of its time.
    fn due(&self, progress: Instant) -> Option<Instant> {
        let (deadline, limit) = (self.deadline?, self.limit?);
        if self.ahead == 0 || self.cancelled {
            return Some(deadline);
        }
        let turns = limit.checked_mul(self.ahead.saturating_add(1))?;
        let longest = self.sent.checked_add(turns)?;
        let after_the_last = progress.checked_add(limit)?;
        Some(deadline.max(after_the_last.min(longest)))
    }
}

struct Table {
    next_tag: u64,
    pending: HashMap<u64, Pending>,
    /// The earliest deadline that the reader has been told of.
    armed: Option<Instant>,
    given_up: Option<String>,
    window: Window,
    /// When the last command was sent or answered.
    last_used: Instant,
    /// When the last answer came to its end.
    progress: Instant,
}

/// The table, shared by the callers, the reader and the writer.
pub(crate) struct Dispatch {
    table: Mutex<Table>,
    outgoing: mpsc::UnboundedSender<Bytes>,
    rearm: Notify,
    reply_limit: usize,
    idle_limit: Duration,
}

impl Dispatch {
    pub(crate) fn new(
        window: Window,
        reply_limit: usize,
        idle_limit: Duration,
        outgoing: mpsc::UnboundedSender<Bytes>,
    ) -> Self {
        let last_used = Instant::now();
        let table = Table {
            next_tag: 1,
            pending: HashMap::new(),
            armed: None,
            given_up: None,
            window,
            last_used,
            progress: last_used,
        };
        Self {
            table: Mutex::new(table),
            outgoing,
            rearm: Notify::new(),
            reply_limit,
            idle_limit,
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A panic while the lock was held cannot leave the table half changed in a way that matters more than going on.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn given_up(&self) -> Option<String> {
        self.table().given_up.clone()
    }

    pub(crate) fn window(&self) -> usize {
        self.table().window.allowed()
    }

    /// Sends a command and notes who waits for it. Both happen under the lock, so commands go out in the order of
    /// their tags.
    pub(crate) fn send(
        &self,
        command: &Command,
        limit: Option<Duration>,
        sink: Sink,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<u64, Error> {
        let mut table = self.table();
        if let Some(reason) = &table.given_up {
            return Err(Error::Unusable {
                reason: reason.clone(),
            });
        }
        let tag = table.next_tag;
        let mut bytes = Vec::new();
        command
            .encode(Some(tag), &mut bytes)
            .map_err(|source| Error::CommandTooLarge {
                command: command.word().to_owned(),
                source,
            })?;
        let sent = Instant::now();
        let deadline = limit.and_then(|limit| sent.checked_add(limit));
        if self.outgoing.send(bytes.into()).is_err() {
            return Err(Error::Unusable {
                reason: "it is being closed".to_owned(),
            });
        }
        table.next_tag += 1;
        table.last_used = sent;
        let command = command.word().to_owned();
        let ahead = u32::try_from(table.pending.len()).unwrap_or(u32::MAX);
        table.pending.insert(
            tag,
            Pending {
                command,
                sent,
                limit,
                deadline,
                ahead,
                size: 0,
                refusal: None,
                sink,
                permit,
                cancelled: false,
            },
        );
        if let Some(deadline) = deadline
            && table.armed.is_none_or(|armed| deadline < armed)
        {
            table.armed = Some(deadline);
            self.rearm.notify_one();
        }
        Ok(tag)
    }

    /// Asks the router to end a command. From then on both must be answered within the limit, whatever limit the
    /// command had: its place would never be free again otherwise.
    pub(crate) fn cancel(&self, tag: u64, limit: Duration) -> Result<(), Error> {
        if let Some(pending) = self.table().pending.get_mut(&tag) {
            pending.cancelled = true;
            pending.limit = Some(limit);
            pending.deadline = Instant::now().checked_add(limit);
        }
        // Sending it lets the reader look at the deadlines again, where this one is earlier than the others.
        let command = Command::new("/cancel").attribute("tag", tag.to_string());
        self.send(&command, Some(limit), Sink::Nobody, None)?;
        Ok(())
    }

    /// Resolves when the reader must look at [`Self::next_deadline`] again.
    pub(crate) async fn rearmed(&self) {
        self.rearm.notified().await;
    }

    /// When the reader must look whether something has waited too long: a command, or the connection for a command.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let mut table = self.table();
        let progress = table.progress;
        table.armed = if table.pending.is_empty() {
            table.last_used.checked_add(self.idle_limit)
        } else {
            table
                .pending
                .values()
                .filter_map(|pending| pending.due(progress))
                .min()
        };
        table.armed
    }

    /// Gives the connection up if a command has waited too long. Its answer might still come, and nobody could tell
    /// whether the router had lost it or the connection.
    ///
    /// A connection that nobody has used for long is given up too: what lies between may have forgotten it, and the
    /// next command would find out the slow way, with its outcome unknown.
    pub(crate) fn expire(&self, now: Instant) -> bool {
        if self.is_idle(now) {
            let reason = format!("nothing was asked for {:?}", self.idle_limit);
            self.give_up(&Error::Closed { reason });
            return true;
        }
        let table = self.table();
        let expired = table
            .pending
            .iter()
            .filter_map(|(tag, pending)| Some((pending.due(table.progress)?, *tag, pending)))
            .filter(|(due, ..)| *due <= now)
            .min_by_key(|(due, ..)| *due)
            .map(|(_, tag, pending)| (tag, pending.command.clone(), pending.limit.unwrap_or_default()));
        drop(table);
        let Some((tag, command, limit)) = expired else {
            return false;
        };
        let reason = format!("{command} was not answered within {limit:?}");
        let others = Error::Closed {
            reason: reason.clone(),
        };
        let own = Error::TimedOut {
            stage: Stage::Command(command),
            limit,
        };
        self.fail(reason, &others, Some((tag, own)));
        true
    }

    fn is_idle(&self, now: Instant) -> bool {
        let table = self.table();
        table.pending.is_empty() && now.saturating_duration_since(table.last_used) >= self.idle_limit
    }

    /// Gives the connection up: everything under way fails with `error`.
    pub(crate) fn give_up(&self, error: &Error) {
        self.fail(error.to_string(), error, None);
    }

    fn fail(&self, reason: String, error: &Error, own: Option<(u64, Error)>) {
        let mut table = self.table();
        if table.given_up.is_some() {
            return;
        }
        tracing::debug!(%reason, under_way = table.pending.len(), "the router connection is given up");
        table.given_up = Some(reason);
        table.window.permits().close();
        let mut own = own;
        for (tag, pending) in table.pending.drain() {
            let error = own
                .take_if(|(expired, _)| *expired == tag)
                .map_or_else(|| error.clone(), |(_, own)| own);
            pending.sink.fail(error);
        }
    }

    /// Takes one sentence from the router.
    ///
    /// # Errors
    /// The sentence breaks the protocol or ends the connection: nothing after it can be trusted.
    pub(crate) fn receive(&self, sentence: &Sentence) -> Result<(), Error> {
        let word = sentence.first();
        if word == b"!fatal" {
            return Err(login::fatal(sentence));
        }
        if !word.starts_with(b"!") {
            let shown: String = text::decode(word).chars().take(40).collect();
            return Err(Error::Protocol {
                detail: format!("a reply starts with `{shown}`"),
            });
        }
        let Some(tag) = sentence.tag() else {
            let what = sentence.words().map(text::decode).collect::<Vec<_>>().join(" ");
            return Err(Error::Protocol {
                detail: format!("a reply belongs to no command: {what}"),
            });
        };
        let tag = std::str::from_utf8(tag)
            .ok()
            .and_then(|tag| tag.parse::<u64>().ok());
        let mut table = self.table();
        let Some(pending) = tag.and_then(|tag| table.pending.get_mut(&tag)) else {
            tracing::debug!(word = %text::decode(word), "a reply to a command that is over was skipped");
            return Ok(());
        };
        match word {
            b"!re" => pending.row(sentence, self.reply_limit)?,
            b"!trap" => pending.refused(sentence),
            b"!done" => {
                if let Some(pending) = tag.and_then(|tag| table.pending.remove(&tag)) {
                    let now = Instant::now();
                    table.last_used = now;
                    table.progress = now;
                    if let Some(permit) = pending.permit {
                        table.window.answered(permit, pending.sent, now);
                    }
                    drop(table);
                    let ret = attribute(sentence, b"ret");
                    match pending.refusal {
                        Some(refusal) => pending.sink.fail(refusal),
                        None => pending.sink.done(ret),
                    }
                }
            }
            b"!empty" => {}
            // Routers learn new reply words (`!empty` came with 7.18); `!done` still ends the answer.
            unknown => tracing::debug!(word = %text::decode(unknown), "an unknown reply word was skipped"),
        }
        Ok(())
    }
}

impl Pending {
    fn row(&mut self, sentence: &Sentence, reply_limit: usize) -> Result<(), Error> {
        let too_large = || Error::ReplyTooLarge {
            command: self.command.clone(),
            limit: reply_limit,
        };
        match &mut self.sink {
            Sink::Whole { rows, caller } => {
                if caller.is_closed() {
                    self.sink = Sink::Nobody;
                    return Ok(());
                }
                // What it holds in memory, not what came: a thousand empty values are few bytes on the wire.
                let row = Row::from_sentence(sentence);
                self.size += row.held();
                if self.size > reply_limit {
                    return Err(too_large());
                }
                rows.push(row);
            }
            Sink::Rows { caller, waiting } => {
                // A stream may run for hours: its limit is the silence between two rows.
                if !self.cancelled {
                    self.deadline = self.limit.and_then(|limit| Instant::now().checked_add(limit));
                }
                let row = Row::from_sentence(sentence);
                let size = row.held();
                let held = waiting.fetch_add(size, Ordering::Relaxed) + size;
                let row = if held > reply_limit {
                    Err(too_large())
                } else {
                    Ok((row, size))
                };
                let overflowed = row.is_err();
                if caller.send(row).is_err() || overflowed {
                    self.sink = Sink::Nobody;
                }
            }
            Sink::Nobody => {}
        }
        Ok(())
    }

    fn refused(&mut self, sentence: &Sentence) {
        // The first refusal is the cause; what follows it are consequences.
        if self.refusal.is_none() {
            let category = attribute(sentence, b"category").and_then(|number| number.parse().ok());
            let message = attribute(sentence, b"message").unwrap_or_else(|| "without a reason".to_owned());
            self.refusal = Some(Error::refusal(
                &self.command,
                category.map(Category::from_number),
                message,
            ));
        }
    }
}

impl Sink {
    fn fail(self, error: Error) {
        // A caller who has gone away wants no answer.
        match self {
            Self::Whole { caller, .. } => drop(caller.send(Err(error))),
            Self::Rows { caller, .. } => drop(caller.send(Err(error))),
            Self::Nobody => {}
        }
    }

    fn done(self, ret: Option<String>) {
        if let Self::Whole { rows, caller } = self {
            drop(caller.send(Ok(Reply { rows, ret })));
        }
    }
}

fn attribute(sentence: &Sentence, wanted: &[u8]) -> Option<String> {
    sentence
        .attributes()
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| text::decode(value).into_owned())
}
