//! The sending half of a conversation: answers leave when their time has come, whatever came before them, and tagged
//! ones interleave.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Sentences of one answer that are sent before another answer gets its turn.
const TURN: usize = 24;

/// An answer on its way.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) due: Instant,
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
    /// Hang up after it.
    pub(crate) last: bool,
    /// It answers a command, rather than being a row that comes by itself.
    pub(crate) counted: bool,
}

struct Sending {
    answer: Outgoing,
    sentence: usize,
    sent: usize,
}

/// Answers whose time has not come: by their time, and in their order where it is the same.
#[derive(Default)]
struct Waiting {
    answers: BTreeMap<(Instant, u64), Outgoing>,
    number: u64,
}

impl Waiting {
    fn push(&mut self, answer: Outgoing) {
        self.number += 1;
        self.answers.insert((answer.due, self.number), answer);
    }

    fn due(&self) -> Option<Instant> {
        self.answers.first_key_value().map(|((due, _), _)| *due)
    }

    fn pop_due(&mut self, now: Instant) -> Option<Outgoing> {
        let first = self.answers.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}

pub(crate) async fn write_answers(
    mut output: impl AsyncWrite + Unpin,
    mut answers: mpsc::Receiver<Outgoing>,
    under_way: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    let mut waiting = Waiting::default();
    let mut sending: VecDeque<Sending> = VecDeque::new();
    let mut open = true;
    loop {
        while let Ok(answer) = answers.try_recv() {
            waiting.push(answer);
        }
        let now = Instant::now();
        while let Some(answer) = waiting.pop_due(now) {
            sending.push_back(Sending {
                answer,
                sentence: 0,
                sent: 0,
            });
        }
        if let Some(mut current) = sending.pop_front() {
            current.sentence = (current.sentence + TURN).min(current.answer.ends.len());
            let end = match current.sentence < current.answer.ends.len() {
                true => current
                    .answer
                    .ends
                    .get(current.sentence - 1)
                    .copied()
                    .unwrap_or_default(),
                false => current.answer.bytes.len(),
            };
            let ending = end == current.answer.bytes.len();
            if ending && current.answer.counted {
                // Before its last bytes leave: a client that has read them may ask again before this task goes on.
                under_way.fetch_sub(1, Ordering::Relaxed);
            }
            output
                .write_all(current.answer.bytes.get(current.sent..end).unwrap_or_default())
                .await?;
            current.sent = end;
            if !ending {
                sending.push_back(current);
                continue;
            }
            if current.answer.last {
                break;
            }
            continue;
        }
        output.flush().await?;
        let due = waiting.due();
        if !open && due.is_none() {
            break;
        }
        tokio::select! {
            answer = answers.recv(), if open => match answer {
                Some(answer) => waiting.push(answer),
                None => open = false,
            },
            () = sleep_until(due.unwrap_or(now)), if due.is_some() => {}
        }
    }
    output.flush().await?;
    output.shutdown().await
}
