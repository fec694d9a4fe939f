//! One conversation with a client: questions in, answers out, and the fault of the moment in between.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, BufReader};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::core::Core;
use super::fault::Fault;
use super::login::Outcome;
use super::wire::{Answer, Question, Refusal, read_question};
use super::writer::{Outgoing, write_answers};

/// Answers that wait to be sent before the router stops reading questions.
const BACKLOG: usize = 512;
/// Starts with a length that the protocol reserves.
const GARBAGE: &[u8] = b"\xf8\xff\xfe\x00\x17HTTP/1.1 400 Bad Request\r\n\r\n\xff\xff";

/// A router holds a deaf line open until one side gives up.
pub(crate) async fn ignore(mut stream: impl AsyncRead + Unpin, end: CancellationToken) {
    let mut swallowed = vec![0; 4096];
    let swallow = async { while stream.read(&mut swallowed).await.is_ok_and(|read| read > 0) {} };
    end.run_until_cancelled(swallow).await;
}

pub(crate) async fn converse<S>(stream: S, core: Arc<Core>, end: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (input, output) = tokio::io::split(stream);
    let (answers, outgoing) = mpsc::channel(BACKLOG);
    let end = end.child_token();
    let under_way = Arc::new(AtomicUsize::new(0));
    let writer = tokio::spawn({
        let (under_way, end) = (Arc::clone(&under_way), end.clone());
        async move {
            // A client that has hung up ends the conversation, as does the last answer.
            let _ = end
                .run_until_cancelled(write_answers(output, outgoing, under_way))
                .await;
            end.cancel();
        }
    });
    let mut talk = Talk {
        core,
        answers,
        user: None,
        challenge: None,
        running: HashMap::new(),
        end: end.clone(),
        under_way,
    };
    end.run_until_cancelled(talk.listen(BufReader::with_capacity(64 * 1024, input)))
        .await;
    // Dropping the sender lets the writer finish what is due.
    drop(talk);
    let _ = writer.await;
}

pub(super) struct Talk {
    pub(super) core: Arc<Core>,
    pub(super) answers: mpsc::Sender<Outgoing>,
    user: Option<String>,
    challenge: Option<[u8; 16]>,
    /// Commands that run until they are cancelled, by their tags. A token that is cancelled belongs to one that ended.
    pub(super) running: HashMap<String, CancellationToken>,
    pub(super) end: CancellationToken,
    /// Commands that came and were not answered yet.
    under_way: Arc<AtomicUsize>,
}

impl Talk {
    async fn listen(&mut self, mut input: impl AsyncRead + Unpin) {
        while let Some(question) = read_question(&mut input).await {
            let arrived = Instant::now();
            let fault = match self.user {
                Some(_) => self.core.next_fault(),
                None => self.core.fault(),
            };
            match fault {
                Fault::Deaf => continue,
                Fault::HangUp => {
                    // What was on its way is lost too, as when a cable is pulled.
                    self.end.cancel();
                    return;
                }
                Fault::Slow(pause) => tokio::time::sleep(pause).await,
                _ => {}
            }
            self.core.begun(&self.under_way);
            let (answer, mut last) = self.answer(&question, fault);
            let Some(Answer {
                mut bytes, mut ends, ..
            }) = answer
            else {
                self.under_way.fetch_sub(1, Ordering::Relaxed);
                continue;
            };
            let mut lag = Duration::ZERO;
            match fault {
                Fault::Mute => {
                    self.under_way.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                Fault::Garbage => {
                    bytes = GARBAGE.to_vec();
                    ends = vec![bytes.len()];
                }
                Fault::CloseMidReply => {
                    bytes.truncate(bytes.len() / 2);
                    ends = vec![bytes.len()];
                    last = true;
                }
                Fault::Late(by) => lag = by,
                _ => {}
            }
            let outgoing = Outgoing {
                due: arrived + self.core.round_trip() + lag,
                bytes,
                ends,
                last,
                counted: true,
            };
            if self.answers.send(outgoing).await.is_err() || last {
                // The last answer is still on its way; the writer ends the conversation.
                self.end.cancelled().await;
                return;
            }
        }
    }

    /// The answer, if one comes at once, and whether the router hangs up after it.
    fn answer(&mut self, question: &Question, fault: Fault) -> (Option<Answer>, bool) {
        let mut answer = Answer::to(question);
        let Some(user) = self.user.clone() else {
            if question.command != "/login" {
                answer.fatal("not logged in");
                return (Some(answer), true);
            }
            if fault == Fault::RefuseLogin {
                answer.trap(&Refusal::bad_login());
                answer.done(None);
                return (Some(answer), false);
            }
            let challenge = self.challenge.take();
            match self
                .core
                .with(|state| state.log_in(question, challenge, &mut answer))
            {
                Outcome::In(user) => {
                    self.core.logins.fetch_add(1, Ordering::Relaxed);
                    self.user = Some(user);
                }
                Outcome::Challenged(challenge) => self.challenge = Some(challenge),
                Outcome::Out => {}
            }
            return (Some(answer), false);
        };
        if fault == Fault::Busy {
            self.core.with(|state| state.note(question));
            answer.trap(&Refusal::busy());
            answer.done(None);
            return (Some(answer), false);
        }
        match question.command.as_str() {
            "/quit" => {
                self.core.with(|state| state.note(question));
                answer.fatal("session terminated on request");
                (Some(answer), true)
            }
            "/cancel" => {
                self.core.with(|state| state.note(question));
                (Some(self.cancel(question, answer)), false)
            }
            "/interface/monitor-traffic" if question.attribute("once").is_none() => {
                (self.monitor(&user, question), false)
            }
            command if command.ends_with("/listen") => (self.follow(&user, question), false),
            _ => (
                Some(self.core.with(|state| state.execute(&user, question))),
                false,
            ),
        }
    }
}
