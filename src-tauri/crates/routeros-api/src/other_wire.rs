//! A port that speaks the other way: the plain API where TLS was asked for, or TLS where it was spoken to in clear.
//!
//! Such a port answers in several ways, by chance of timing: with silence, with an end, with bytes that make no sense.
//! One look tells which it is. It opens a connection of its own and carries no name and no password.

use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::codec::{self, Decoder};
use crate::error::{Error, Stage};
use crate::target::{Target, TlsMode};
use crate::tls;

/// The longest that one look takes, of whoever has more patience.
const LOOK: Duration = Duration::from_secs(2);
/// The beginning of a TLS record that is an alert: what a TLS port says to whoever speaks in clear.
const ALERT: u8 = 0x15;

/// Whether a failure is one that a port of the other kind may cause: nothing sensible came, and no refusal.
pub(crate) fn may_be(error: &Error) -> bool {
    matches!(
        error,
        Error::Closed { .. }
            | Error::Protocol { .. }
            | Error::TimedOut {
                stage: Stage::Tls | Stage::Login,
                ..
            }
    )
}

/// Whether what was heard before a login failed can come from a TLS port: nothing, or an alert.
pub(crate) fn may_be_tls(heard: Option<u8>) -> bool {
    heard.is_none_or(|first| first == ALERT)
}

/// Looks what the port speaks: the failure to tell where it is the other way than `target` says, else nothing.
pub(crate) async fn look(target: &Target, stream: TcpStream, patience: Duration) -> Option<Error> {
    let (port, longest) = (target.port, patience.min(LOOK));
    match target.tls {
        TlsMode::Plain => {
            let speaks_tls = match timeout(longest, tls::handshake(stream, None, port)).await {
                Ok(Ok(_) | Err(Error::TlsHandshake { .. })) => true,
                Ok(Err(_)) | Err(_) => false,
            };
            speaks_tls.then_some(Error::SpeaksTls { port })
        }
        TlsMode::TrustFirst | TlsMode::Pinned(_) => {
            let answers = timeout(longest, answers_in_clear(stream)).await.unwrap_or(false);
            answers.then_some(Error::NotTls { port })
        }
    }
}

/// Whether a harmless question in clear is answered as the API does. Nobody is logged in, so it is refused (`!fatal`).
async fn answers_in_clear(mut stream: TcpStream) -> bool {
    let mut question = Vec::new();
    if codec::put_word(b"/system/identity/print", &mut question).is_err() {
        return false;
    }
    codec::end_sentence(&mut question);
    if stream.write_all(&question).await.is_err() {
        return false;
    }
    let (mut decoder, mut buffer) = (Decoder::of_replies(), BytesMut::new());
    loop {
        match decoder.decode(&mut buffer) {
            Ok(Some(sentence)) => return sentence.first().starts_with(b"!"),
            Ok(None) => {}
            Err(_) => return false,
        }
        match stream.read_buf(&mut buffer).await {
            Ok(read) if read > 0 => {}
            _ => return false,
        }
    }
}
