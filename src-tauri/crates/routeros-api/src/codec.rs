//! Words and sentences as bytes, without I/O.
//!
//! A word is a length and that many bytes; a sentence is words up to a word of length zero. The decoder takes bytes in
//! pieces of any size, holds no more than its limits allow, and refuses what the protocol reserves. It gives bytes,
//! not text: what a router sends need not be UTF-8.

use bytes::{Buf, BytesMut};

/// The largest word that is accepted or sent, in bytes.
pub const MAX_WORD: usize = 16 * 1024 * 1024;
/// The largest sentence that is accepted, in bytes of its words.
pub const MAX_SENTENCE: usize = 32 * 1024 * 1024;
/// The largest number of words in a sentence. Rows of real routers have fewer than a hundred.
pub const MAX_WORDS: usize = 16 * 1024;
/// The longest word that may open a reply, in bytes. Those of real routers (`!done`, `!trap`) have half a dozen; a banner or
/// a web page that is read as the length of a word announces more.
pub const MAX_REPLY_WORD: usize = 64;

/// What makes bytes not the RouterOS API. The connection that sent them cannot be understood any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The length starts with a byte that the protocol reserves (0xF1 to 0xFF).
    #[error("the byte {0:#04x} cannot start a word of the RouterOS API")]
    ReservedPrefix(u8),
    /// The word is longer than [`MAX_WORD`], or than any of its place may be.
    #[error("a word of {length} bytes is too long")]
    WordTooLong {
        /// Length that the peer announced, in bytes.
        length: usize,
    },
    /// A reply begins with a short word and its `!`; this byte stands in the place of one of the two.
    #[error("the byte {0:#04x} cannot begin a reply of a router")]
    NotAReply(u8),
    /// The sentence has more than [`MAX_SENTENCE`] bytes or [`MAX_WORDS`] words.
    #[error("a sentence has more than {MAX_SENTENCE} bytes or {MAX_WORDS} words")]
    SentenceTooLong,
}

/// Appends the length of a word in the shortest of the five forms.
///
/// ```
/// let mut bytes = Vec::new();
/// routeros_api::codec::put_length(0x80, &mut bytes);
/// assert_eq!(bytes, [0x80, 0x80]);
/// ```
pub fn put_length(length: u32, out: &mut Vec<u8>) {
    let [top, high, low, last] = length.to_be_bytes();
    match length {
        0..0x80 => out.push(last),
        0x80..0x4000 => out.extend([low | 0x80, last]),
        0x4000..0x20_0000 => out.extend([high | 0xC0, low, last]),
        0x20_0000..0x1000_0000 => out.extend([top | 0xE0, high, low, last]),
        _ => out.extend([0xF0, top, high, low, last]),
    }
}

/// Appends a word.
///
/// # Errors
/// [`CodecError::WordTooLong`] above [`MAX_WORD`]; nothing is appended then.
pub fn put_word(word: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
    let too_long = CodecError::WordTooLong { length: word.len() };
    if word.len() > MAX_WORD {
        return Err(too_long);
    }
    put_length(u32::try_from(word.len()).map_err(|_| too_long)?, out);
    out.extend_from_slice(word);
    Ok(())
}

/// Appends the word of length zero that ends a sentence.
pub fn end_sentence(out: &mut Vec<u8>) {
    out.push(0);
}

/// The length at the start of `bytes` and how many bytes it takes; `None` while it is incomplete.
///
/// # Errors
/// [`CodecError::ReservedPrefix`].
pub fn read_length(bytes: &[u8]) -> Result<Option<(usize, usize)>, CodecError> {
    let Some(&first) = bytes.first() else {
        return Ok(None);
    };
    let (mask, size) = match first {
        0x00..=0x7F => (0x7F, 1),
        0x80..=0xBF => (0x3F, 2),
        0xC0..=0xDF => (0x1F, 3),
        0xE0..=0xEF => (0x0F, 4),
        0xF0 => (0x00, 5),
        reserved => return Err(CodecError::ReservedPrefix(reserved)),
    };
    let Some(rest) = bytes.get(1..size) else {
        return Ok(None);
    };
    let length = rest.iter().fold(usize::from(first & mask), |value, &byte| {
        (value << 8) | usize::from(byte)
    });
    Ok(Some((length, size)))
}

/// The words of one sentence, as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Sentence {
    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no word at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of all words together.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The words in their order.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| self.bytes.get(start..end).unwrap_or_default())
    }

    /// The first word: the reply word of an answer, the command of a question.
    #[must_use]
    pub fn first(&self) -> &[u8] {
        self.words().next().unwrap_or_default()
    }

    /// The value of `.tag`, wherever it stands.
    #[must_use]
    pub fn tag(&self) -> Option<&[u8]> {
        self.words().skip(1).find_map(|word| word.strip_prefix(b".tag="))
    }

    /// The attributes `=name=value` in their order. A value may contain `=`; one that is left out is empty.
    pub fn attributes(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.words().skip(1).filter_map(|word| {
            let word = word.strip_prefix(b"=")?;
            match word.iter().position(|&byte| byte == b'=') {
                Some(at) => Some((word.get(..at)?, word.get(at + 1..)?)),
                None => Some((word, b"".as_slice())),
            }
        })
    }

    /// Encodes the sentence, its end included.
    ///
    /// # Errors
    /// [`CodecError::WordTooLong`].
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        for word in self.words() {
            put_word(word, out)?;
        }
        end_sentence(out);
        Ok(())
    }

    fn push(&mut self, word: &[u8]) {
        self.bytes.extend_from_slice(word);
        self.ends.push(self.bytes.len());
    }
}

impl<W: AsRef<[u8]>> FromIterator<W> for Sentence {
    /// Empty words are left out: on the wire they would end the sentence.
    fn from_iter<I: IntoIterator<Item = W>>(words: I) -> Self {
        let mut sentence = Self::default();
        for word in words {
            if !word.as_ref().is_empty() {
                sentence.push(word.as_ref());
            }
        }
        sentence
    }
}

/// Refuses what cannot become a reply, as soon as its bytes say so.
fn begins_a_reply(bytes: &[u8]) -> Result<(), CodecError> {
    match *bytes {
        // Nothing yet, or a sentence without a word, which is skipped.
        [] | [0, ..] => Ok(()),
        [length, ..] if usize::from(length) > MAX_REPLY_WORD => Err(CodecError::NotAReply(length)),
        [_] | [_, b'!', ..] => Ok(()),
        [_, other, ..] => Err(CodecError::NotAReply(other)),
    }
}

/// Makes sentences of bytes that arrive in pieces.
///
/// ```
/// use bytes::BytesMut;
/// use routeros_api::codec::Decoder;
///
/// let mut decoder = Decoder::default();
/// let mut bytes = BytesMut::from(&b"\x05!do"[..]);
/// assert_eq!(decoder.decode(&mut bytes)?, None);
/// bytes.extend_from_slice(b"ne\x00");
/// let sentence = decoder.decode(&mut bytes)?.ok_or("a whole sentence has arrived")?;
/// assert_eq!(sentence.first(), b"!done");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    partial: Sentence,
    /// Whether every sentence has to be a reply.
    replies: bool,
}

impl Decoder {
    /// A decoder of what a router says. A sentence that does not begin as a reply is refused at its first bytes: a peer that
    /// is no router is named then, instead of being waited for until the word that its noise seems to announce is there.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use routeros_api::codec::Decoder;
    ///
    /// let mut banner = BytesMut::from(&b"SSH-2.0-OpenSSH_9.2\r\n"[..]);
    /// assert!(Decoder::of_replies().decode(&mut banner).is_err());
    /// ```
    #[must_use]
    pub fn of_replies() -> Self {
        Self {
            replies: true,
            ..Self::default()
        }
    }

    /// Takes whole words off the front of `buffer`; a sentence when its end has arrived. Sentences without a word are
    /// skipped.
    ///
    /// Nothing is reserved for a word before its bytes are there, so an announced length alone costs no memory.
    ///
    /// # Errors
    /// A [`CodecError`] means that the stream cannot be followed any further; neither decoder nor stream may be used
    /// again.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Sentence>, CodecError> {
        self.decode_words_to(MAX_WORD, buffer)
    }

    /// The same where no word may be longer than `longest`.
    pub(crate) fn decode_words_to(
        &mut self,
        longest: usize,
        buffer: &mut BytesMut,
    ) -> Result<Option<Sentence>, CodecError> {
        loop {
            if self.replies && self.partial.is_empty() {
                begins_a_reply(buffer)?;
            }
            let Some((length, header)) = read_length(buffer)? else {
                return Ok(None);
            };
            if length > longest {
                return Err(CodecError::WordTooLong { length });
            }
            if self.partial.size() + length > MAX_SENTENCE || self.partial.len() >= MAX_WORDS && length > 0 {
                return Err(CodecError::SentenceTooLong);
            }
            if length == 0 {
                buffer.advance(header);
                if !self.partial.is_empty() {
                    return Ok(Some(std::mem::take(&mut self.partial)));
                }
                continue;
            }
            let Some(word) = buffer.get(header..header + length) else {
                return Ok(None);
            };
            self.partial.push(word);
            buffer.advance(header + length);
        }
    }

    /// Whether a sentence has begun that has not ended.
    #[must_use]
    pub fn is_mid_sentence(&self) -> bool {
        !self.partial.is_empty()
    }
}
