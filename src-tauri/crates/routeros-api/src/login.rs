//! Logging in, in the style of RouterOS 6.43 and later and in the one before it.
//!
//! The newer style sends the password itself, so it belongs inside TLS or on a wire that the office accepted as plain.
//! A router that answers it with a challenge is older and gets the digest.

use std::fmt;

use bytes::BytesMut;
use md5::{Digest, Md5};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use crate::codec::{self, Decoder, Sentence};
use crate::error::Error;
use crate::text;

/// The longest word that a login's answer may have, in bytes: a challenge has 37, the routers' refusals fewer than a
/// hundred.
const LONGEST_WORD: usize = 1024;

/// A password that cannot be printed and is wiped from memory when it goes.
#[derive(Clone, Default)]
pub struct Password(Zeroizing<String>);

impl Password {
    fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(Zeroizing::new(password))
    }
}

impl From<&str> for Password {
    fn from(password: &str) -> Self {
        Self(Zeroizing::new(password.to_owned()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// How the password is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoginStyle {
    /// Send name and password; answer a challenge if the router turns out to be older than 6.43.
    #[default]
    Password,
    /// Ask for a challenge and never send the password itself. Only routers before 6.43 give one.
    ChallengeOnly,
}

/// Whom to log in as.
#[derive(Debug, Clone)]
pub struct Login {
    /// The router's user.
    pub name: String,
    /// Its password.
    pub password: Password,
    /// How the password is proved.
    pub style: LoginStyle,
}

impl Login {
    /// A login in the default style.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<Password>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
            style: LoginStyle::default(),
        }
    }
}

/// The answer to a challenge of RouterOS before 6.43: `00` and the MD5 of a zero byte, the password and the challenge.
/// `None` if the challenge is not hexadecimal.
///
/// ```
/// let answer = routeros_api::challenge_response(&"passTest".into(), "abc123");
/// assert_eq!(answer.as_deref(), Some("0021277bff9ac7caf06aa608e46616d47f"));
/// ```
#[must_use]
pub fn challenge_response(password: &Password, challenge: &str) -> Option<String> {
    let challenge = hex::decode(challenge).ok()?;
    let digest = Md5::new()
        .chain_update([0])
        .chain_update(password.as_bytes())
        .chain_update(challenge)
        .finalize();
    Some(format!("00{}", hex::encode(digest)))
}

/// The stream with what has been read from it beyond the login's answer.
pub(crate) struct Exchange<'s, S> {
    pub(crate) stream: &'s mut S,
    pub(crate) decoder: &'s mut Decoder,
    pub(crate) buffer: &'s mut BytesMut,
    /// The first byte that came: what it is tells what the peer speaks.
    pub(crate) heard: &'s mut Option<u8>,
}

pub(crate) async fn log_in<S>(mut exchange: Exchange<'_, S>, login: &Login) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let first = match login.style {
        LoginStyle::Password => {
            exchange
                .ask(&[
                    (b"=name=", login.name.as_bytes()),
                    (b"=password=", login.password.as_bytes()),
                ])
                .await?
        }
        LoginStyle::ChallengeOnly => match exchange.ask(&[]).await? {
            None => {
                let message = "the router gives no challenge; it is version 6.43 or later".to_owned();
                return Err(Error::BadLogin { message });
            }
            challenge => challenge,
        },
    };
    let Some(challenge) = first else { return Ok(()) };
    let Some(response) = challenge_response(&login.password, &challenge) else {
        return Err(Error::Protocol {
            detail: "the login's challenge is not hexadecimal".to_owned(),
        });
    };
    match exchange
        .ask(&[
            (b"=name=", login.name.as_bytes()),
            (b"=response=", response.as_bytes()),
        ])
        .await?
    {
        None => Ok(()),
        Some(_) => Err(Error::Protocol {
            detail: "the router answers a login with a second challenge".to_owned(),
        }),
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Exchange<'_, S> {
    /// Sends one `/login`; the challenge if the router answers with one.
    async fn ask(&mut self, attributes: &[(&[u8], &[u8])]) -> Result<Option<String>, Error> {
        let too_large = |source| Error::CommandTooLarge {
            command: "/login".to_owned(),
            source,
        };
        let room = attributes
            .iter()
            .map(|(name, value)| name.len() + value.len() + 5)
            .sum::<usize>()
            + 16;
        // Reserved beforehand: a buffer that grows would leave copies of the password behind.
        let mut sentence = Zeroizing::new(Vec::with_capacity(room));
        codec::put_word(b"/login", &mut sentence).map_err(too_large)?;
        for (name, value) in attributes {
            let mut word = Zeroizing::new(Vec::with_capacity(name.len() + value.len()));
            word.extend_from_slice(name);
            word.extend_from_slice(value);
            codec::put_word(&word, &mut sentence).map_err(too_large)?;
        }
        codec::end_sentence(&mut sentence);
        self.stream
            .write_all(&sentence)
            .await
            .map_err(|error| closed(&error))?;
        self.stream.flush().await.map_err(|error| closed(&error))?;

        let mut refusal = None;
        loop {
            let answer = self.read().await?;
            let value = |wanted: &[u8]| {
                answer
                    .attributes()
                    .find(|(name, _)| *name == wanted)
                    .map(|(_, value)| text::decode(value).into_owned())
            };
            match answer.first() {
                b"!done" => return refusal.map_or(Ok(value(b"ret")), Err),
                b"!trap" => {
                    let message = value(b"message").unwrap_or_default();
                    refusal = Some(if message.contains("not enough permissions") {
                        Error::NotEnoughPermissions {
                            command: "/login".to_owned(),
                            message,
                        }
                    } else {
                        Error::BadLogin { message }
                    });
                }
                b"!fatal" => return Err(fatal(&answer)),
                word if word.starts_with(b"!") => {}
                _ => {
                    return Err(Error::Protocol {
                        detail: "the answer to the login is no reply".to_owned(),
                    });
                }
            }
        }
    }

    async fn read(&mut self) -> Result<Sentence, Error> {
        loop {
            if let Some(sentence) = self.decoder.decode_words_to(LONGEST_WORD, self.buffer)? {
                return Ok(sentence);
            }
            if self
                .stream
                .read_buf(self.buffer)
                .await
                .map_err(|error| closed(&error))?
                == 0
            {
                return Err(Error::Closed {
                    reason: "the router hung up during the login".to_owned(),
                });
            }
            if self.heard.is_none() {
                *self.heard = self.buffer.first().copied();
            }
        }
    }
}

fn closed(error: &std::io::Error) -> Error {
    Error::Closed {
        reason: format!("during the login: {error}"),
    }
}

/// A `!fatal` carries its reason as a bare word; newer versions may send it as `=message=`.
pub(crate) fn fatal(sentence: &Sentence) -> Error {
    let bare = sentence.words().skip(1).find(|word| !word.starts_with(b".tag="));
    let message = sentence
        .attributes()
        .find(|(name, _)| *name == b"message")
        .map(|(_, value)| value)
        .or(bare);
    Error::Fatal {
        message: text::decode(message.unwrap_or(b"without a reason")).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_vectors_of_the_reference() {
        assert_eq!(
            challenge_response(&"passTest".into(), "abc123").as_deref(),
            Some("0021277bff9ac7caf06aa608e46616d47f")
        );
        assert_eq!(
            challenge_response(&"".into(), "856780b7411eefd3abadee2058c149a3").as_deref(),
            Some("005062f7a5ef124d34675bf3e81f56c556")
        );
        assert_eq!(challenge_response(&"x".into(), "not hex"), None);
    }

    #[test]
    fn passwords_are_not_printed() {
        assert!(!format!("{:?}", Login::new("admin", "hush")).contains("hush"));
    }
}
