//! Commands that run until the client cancels them: a row a second of an interface's traffic, and a row for each change
//! of a menu (MikroTik's manual, "API", under `listen` and `/cancel`).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::core::Core;
use super::table::{Happened, written_id};
use super::talk::Talk;
use super::wire::{Answer, Question, Refusal};
use super::writer::Outgoing;

impl Talk {
    /// Ends the command with the tag, or all of them without one. The answer has the end of each.
    pub(super) fn cancel(&mut self, question: &Question, mut answer: Answer) -> Answer {
        let tags: Vec<String> = match question.attribute("tag") {
            Some(tag) => vec![tag.to_owned()],
            None => self.running.keys().cloned().collect(),
        };
        let mut ended = Vec::new();
        for tag in tags {
            if let Some(running) = self.running.remove(&tag)
                && !running.is_cancelled()
            {
                running.cancel();
                ended.push(tag);
            }
        }
        if ended.is_empty() && question.attribute("tag").is_some() {
            // A command that has ended meanwhile cannot be cancelled any more.
            answer.trap(&Refusal::new(None, "unknown command"));
            answer.done(None);
            return answer;
        }
        let mut all = Answer::default();
        for tag in &ended {
            let mut interrupted = Answer::with_tag(tag);
            interrupted.trap(&Refusal::new(2, "interrupted"));
            all.append(interrupted);
        }
        answer.done(None);
        all.append(answer);
        for tag in &ended {
            let mut over = Answer::with_tag(tag);
            over.done(None);
            all.append(over);
        }
        all
    }

    /// A row a second. The first answer is the refusal, if there is one.
    pub(super) fn monitor(&mut self, user: &str, question: &Question) -> Option<Answer> {
        let first = self.core.with(|state| state.execute(user, question));
        if first.is_trap() {
            return Some(first);
        }
        let (rows, end) = self.run(question);
        let interface = question.attribute("interface").unwrap_or_default().to_owned();
        tokio::spawn(end.clone().run_until_cancelled_owned(async move {
            loop {
                let mut row = rows.answer();
                let refusal = rows
                    .core
                    .with(|state| state.monitor_traffic(&interface, &mut row));
                let over = refusal.is_err();
                if over {
                    // The session has gone, and its interface with it.
                    row.trap(&Refusal::no_such_item());
                    row.done(None);
                }
                if !rows.send(row).await || over {
                    end.cancel();
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }));
        None
    }

    /// A row for each item that is made or changed from now on, and `.dead` for each that goes.
    pub(super) fn follow(&mut self, user: &str, question: &Question) -> Option<Answer> {
        let watched = self.core.with(|state| state.watch(user, question));
        let (menu, mut changes) = match watched {
            Ok(watched) => watched,
            Err(refusal) => {
                let mut answer = Answer::to(question);
                answer.trap(&refusal);
                answer.done(None);
                return Some(answer);
            }
        };
        let (rows, end) = self.run(question);
        let (user, question) = (user.to_owned(), question.clone());
        tokio::spawn(end.run_until_cancelled_owned(async move {
            while let Some(happened) = changes.recv().await {
                let mut row = rows.answer();
                match happened {
                    Happened::Changed(id) => rows
                        .core
                        .with(|state| state.print_item(&user, menu, id, &question, &mut row)),
                    Happened::Gone(id) => {
                        row.sentence("!re", [(".id", written_id(id).as_str()), (".dead", "true")]);
                    }
                }
                if !row.is_empty() && !rows.send(row).await {
                    return;
                }
            }
        }));
        None
    }

    /// Notes that a command runs on; where its rows go, and what ends it.
    fn run(&mut self, question: &Question) -> (Rows, CancellationToken) {
        let tag = question.tag.clone().unwrap_or_default();
        let end = self.end.child_token();
        self.running.insert(tag.clone(), end.clone());
        let rows = Rows {
            core: Arc::clone(&self.core),
            answers: self.answers.clone(),
            tag,
        };
        (rows, end)
    }
}

/// The rows of a command that runs on.
struct Rows {
    core: Arc<Core>,
    answers: mpsc::Sender<Outgoing>,
    tag: String,
}

impl Rows {
    fn answer(&self) -> Answer {
        Answer::with_tag(&self.tag)
    }

    /// Sends a row; `false` when the client has gone.
    async fn send(&self, row: Answer) -> bool {
        let outgoing = Outgoing {
            due: Instant::now() + self.core.round_trip(),
            bytes: row.bytes,
            ends: row.ends,
            last: false,
            counted: false,
        };
        self.answers.send(outgoing).await.is_ok()
    }
}
