//! What hostile bytes may cost in memory. A test binary of its own with one test, because it counts every byte of the
//! process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use bytes::BytesMut;
use peak_alloc::PeakAlloc;
use routeros_api::codec::{self, Decoder, MAX_SENTENCE, MAX_WORD};
use routeros_api::{Command, Connection, Error, Limits, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

const MIB: usize = 1024 * 1024;

/// The most that was held beyond what is held now, while `act` ran.
fn cost(act: impl FnOnce()) -> usize {
    COUNTED.reset_peak_usage();
    let before = COUNTED.current_usage();
    act();
    COUNTED.peak_usage().saturating_sub(before)
}

/// Feeds a decoder from a buffer that is filled in reads of 64 KiB, as a connection does, until it refuses.
fn swallow(mut more: impl FnMut(&mut Vec<u8>) -> bool) -> Option<codec::CodecError> {
    let (mut decoder, mut buffer, mut chunk) = (Decoder::default(), BytesMut::new(), Vec::new());
    while more(&mut chunk) {
        buffer.extend_from_slice(&chunk);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return Some(error),
            }
        }
    }
    None
}

fn the_codec() {
    // The longest word that is allowed, announced and then sent slowly.
    let mut left = MAX_WORD;
    let mut announced = Vec::new();
    codec::put_length(u32::try_from(MAX_WORD).unwrap(), &mut announced);
    let spent = cost(|| {
        let refused = swallow(|chunk| {
            chunk.clear();
            chunk.append(&mut announced);
            let size = left.min(64 * 1024);
            chunk.resize(chunk.len() + size, b'x');
            left -= size;
            size > 0
        });
        assert_eq!(refused, None, "it is within the limit");
    });
    // The bytes as they came and as the word; a buffer that doubles holds its old and its new self for a moment.
    assert!(
        spent <= 5 * MAX_WORD,
        "one word of 16 MiB held {} MiB",
        spent / MIB
    );

    // A sentence without end in words of one byte, and one in words of a mebibyte.
    for (size, most) in [(1, MIB), (MIB, 4 * MAX_SENTENCE)] {
        let mut word = Vec::new();
        codec::put_word(&vec![b'x'; size], &mut word).unwrap();
        let spent = cost(|| {
            let refused = swallow(|chunk| {
                chunk.clone_from(&word);
                true
            });
            assert_eq!(refused, Some(codec::CodecError::SentenceTooLong));
        });
        assert!(spent <= most, "words of {size} bytes held {} KiB", spent / 1024);
    }

    // Lengths alone.
    let spent = cost(|| {
        for length in [0x7F, 0x3FFF, 0x1F_FFFF, u32::try_from(MAX_WORD).unwrap()] {
            let mut bytes = Vec::new();
            codec::put_length(length, &mut bytes);
            assert_eq!(
                Decoder::default().decode(&mut BytesMut::from(&bytes[..])),
                Ok(None)
            );
        }
    });
    assert!(spent < 4096, "announcing lengths held {spent} bytes");
}

/// Lets the client log in and then says one sentence again and again, until the client hangs up.
async fn repeat(mut peer: DuplexStream, sentence: Vec<u8>) {
    let mut asked = vec![0; 4096];
    assert!(peer.read(&mut asked).await.unwrap() > 0);
    peer.write_all(b"\x05!done\0").await.unwrap();
    assert!(peer.read(&mut asked).await.unwrap() > 0);
    let many = sentence.repeat((64 * 1024 / sentence.len()).max(1));
    while peer.write_all(&many).await.is_ok() {}
}

/// Opens a connection to such a peer and asks it something.
async fn ask(sentence: Vec<u8>, reply_bytes: usize) -> Result<routeros_api::Reply, Error> {
    let (client, peer) = tokio::io::duplex(64 * 1024);
    let peer = tokio::spawn(repeat(peer, sentence));
    let limits = Limits {
        reply_bytes,
        command: Duration::from_secs(600),
        ..Limits::default()
    };
    let connection = Connection::over(client, &Login::new("admin", ""), &limits)
        .await
        .unwrap();
    let answer = connection.call(Command::new("/ppp/secret/print")).await;
    drop(connection);
    peer.await.unwrap();
    answer
}

fn sentence(words: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    words
        .into_iter()
        .collect::<codec::Sentence>()
        .encode(&mut bytes)
        .unwrap();
    bytes
}

fn the_connection(runtime: &tokio::runtime::Runtime) {
    let limit = 8 * MIB;
    let fields = |count: usize, field: &str| {
        let words = ["!re", ".tag=1"].map(str::to_owned).into_iter();
        sentence(words.chain(std::iter::repeat_n(field.to_owned(), count)))
    };
    // Few bytes on the wire that are many in memory: rows without fields, and fields without text. And plain long rows.
    let rows = [
        fields(0, ""),
        fields(10_000, "="),
        fields(10, "=comment=Jl. Melati"),
        fields(1, &format!("=comment={}", "x".repeat(MIB))),
    ];
    for row in rows {
        let size = row.len();
        let spent = cost(|| {
            let answer = runtime.block_on(ask(row, limit));
            assert!(matches!(answer, Err(Error::ReplyTooLarge { .. })), "{answer:?}");
        });
        // The list of rows doubles its room as it grows; the rest is buffers.
        assert!(
            spent <= 3 * limit + 8 * MIB,
            "rows of {size} bytes held {} MiB of {} allowed",
            spent / MIB,
            limit / MIB
        );
    }
}

#[test]
fn hostile_bytes_cost_no_more_than_the_limits_say() {
    the_codec();
    the_connection(&tokio::runtime::Runtime::new().unwrap());

    // A peer that answers nobody's question for ever: nothing is kept of it.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let spent = cost(|| {
        let answer = runtime.block_on(async {
            let (client, peer) = tokio::io::duplex(64 * 1024);
            let noise = sentence(["!re", ".tag=99", "=comment=for nobody"]);
            let peer = tokio::spawn(async move {
                let mut peer = peer;
                let mut asked = vec![0; 4096];
                assert!(peer.read(&mut asked).await.unwrap() > 0);
                peer.write_all(b"\x05!done\0").await.unwrap();
                assert!(peer.read(&mut asked).await.unwrap() > 0);
                for _ in 0..512 {
                    peer.write_all(&noise.repeat(2_000)).await.unwrap();
                }
                peer.write_all(b"\x05!done\x06.tag=1\0").await.unwrap();
                while peer.read(&mut asked).await.is_ok_and(|read| read > 0) {}
            });
            let connection = Connection::over(client, &Login::new("admin", ""), &Limits::default())
                .await
                .unwrap();
            let answer = connection.call(Command::new("/ppp/secret/print")).await;
            drop(connection);
            peer.await.unwrap();
            answer
        });
        assert_eq!(answer.map(|reply| reply.rows.len()), Ok(0));
    });
    assert!(
        spent <= 4 * MIB,
        "a million replies to nobody held {} KiB",
        spent / 1024
    );
}
