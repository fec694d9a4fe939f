//! A peer that lets the client log in and ask three questions, and then says any bytes at all. What each caller must be
//! told follows from those bytes by rules that are written here a second time. The fuzzer has this file too (`fuzz/`).

use std::time::Duration;

use bytes::BytesMut;
use routeros_api::codec::{Decoder, Sentence};
use routeros_api::{Command, Connection, Error, Limits, Login, Reply};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

const QUESTIONS: [&str; 3] = ["/a/print", "/b/print", "/c/print"];

/// What a caller must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// The answer with so many rows.
    Rows(usize),
    /// A refusal.
    Refused,
    /// That the connection ended first.
    Ended,
}

impl Told {
    fn of(answer: &Result<Reply, Error>) -> Self {
        match answer {
            Ok(reply) => Self::Rows(reply.rows.len()),
            Err(Error::Trap { .. } | Error::NotEnoughPermissions { .. }) => Self::Refused,
            Err(error) => {
                assert!(error.is_unreachable() && error.outcome_unknown(), "{error}");
                Self::Ended
            }
        }
    }
}

/// What the bytes mean for the questions, which have the tags 1, 2 and 3.
fn expected(bytes: &[u8]) -> Vec<Told> {
    let (mut decoder, mut buffer) = (Decoder::of_replies(), BytesMut::from(bytes));
    let mut rows = [0; 3];
    let mut refused = [false; 3];
    let mut told = [None; 3];
    while let Ok(Some(sentence)) = decoder.decode(&mut buffer) {
        let word = sentence.first();
        let tag = sentence
            .words()
            .skip(1)
            .find_map(|word| word.strip_prefix(b".tag="));
        let (true, false, Some(tag)) = (word.starts_with(b"!"), word == b"!fatal", tag) else {
            break;
        };
        let question = std::str::from_utf8(tag)
            .ok()
            .and_then(|tag| tag.parse::<usize>().ok());
        let Some(question) = question.and_then(|tag| tag.checked_sub(1)).filter(|at| *at < 3) else {
            continue;
        };
        match word {
            b"!re" => rows[question] += 1,
            b"!trap" => refused[question] = true,
            b"!done" if told[question].is_none() => {
                told[question] = Some(match refused[question] {
                    true => Told::Refused,
                    false => Told::Rows(rows[question]),
                });
            }
            _ => {}
        }
    }
    told.map(|told| told.unwrap_or(Told::Ended)).to_vec()
}

async fn hear(peer: &mut DuplexStream, decoder: &mut Decoder, buffer: &mut BytesMut) -> Sentence {
    loop {
        if let Some(sentence) = decoder.decode(buffer).expect("the client writes sentences") {
            return sentence;
        }
        let read = peer.read_buf(buffer).await.expect("the client is there");
        assert_ne!(read, 0, "the client has hung up");
    }
}

async fn say(mut peer: DuplexStream, bytes: &[u8]) {
    let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::new());
    hear(&mut peer, &mut decoder, &mut buffer).await;
    peer.write_all(b"\x05!done\0")
        .await
        .expect("the client waits for its login");
    for _ in QUESTIONS {
        hear(&mut peer, &mut decoder, &mut buffer).await;
    }
    // The client may hang up on what it hears.
    drop(peer.write_all(bytes).await);
}

/// Says the bytes to a client and holds what its callers are told against what they must be.
pub(crate) async fn judge(bytes: &[u8]) {
    let (client, peer) = tokio::io::duplex(64 * 1024);
    // Long enough for any machine: nothing here may come down to a limit running out.
    let patient = Duration::from_secs(600);
    let limits = Limits {
        login: patient,
        command: patient,
        slow_after: patient,
        ..Limits::default()
    };
    let asking = async {
        let connection = Connection::over(client, &Login::new("admin", ""), &limits)
            .await
            .expect("the peer lets everybody in");
        let answers = connection.call_all(QUESTIONS.map(Command::new).into()).await;
        answers.iter().map(Told::of).collect::<Vec<_>>()
    };
    let (told, ()) = tokio::join!(asking, say(peer, bytes));
    assert_eq!(told, expected(bytes));
}
