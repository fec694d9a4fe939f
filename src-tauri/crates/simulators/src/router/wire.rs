//! Questions and answers as sentences, and the words of a refusal.
//!
//! A router keeps the bytes that it was given. Those that are no UTF-8 stand here as characters that nobody types, so
//! that a comment in windows-1252 goes out as it came in.

use std::borrow::Cow;

use tokio::io::AsyncRead;

use super::codec::{self, Caps};

/// Where the 128 upper bytes stand as characters: the end of the last private-use plane.
const RAW_BYTES: u32 = 0x10_FF00;
/// The first byte in UTF-8 of those characters, and of few others.
const RAW_LEAD: u8 = 0xF4;

/// One sentence of a client.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) command: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) queries: Vec<String>,
    pub(crate) tag: Option<String>,
}

impl Question {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads one sentence; `None` when the client has hung up or talks nonsense.
pub(crate) async fn read_question(input: &mut (impl AsyncRead + Unpin)) -> Option<Question> {
    let words = codec::read_sentence(input, Caps::ROUTER).await.ok()?;
    let mut words = words.into_iter().map(text);
    let mut question = Question {
        command: words.next()?,
        attributes: Vec::new(),
        queries: Vec::new(),
        tag: None,
    };
    for word in words {
        if let Some(tag) = word.strip_prefix(".tag=") {
            question.tag = Some(tag.to_owned());
        } else if let Some(attribute) = word.strip_prefix('=') {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            question.attributes.push((name.to_owned(), value.to_owned()));
        } else if let Some(query) = word.strip_prefix('?') {
            question.queries.push(query.to_owned());
        }
    }
    Some(question)
}

fn text(word: Vec<u8>) -> String {
    String::from_utf8(word).unwrap_or_else(|error| {
        let mut text = String::new();
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            let raw = chunk.invalid().iter();
            text.extend(raw.filter_map(|byte| char::from_u32(RAW_BYTES + u32::from(*byte))));
        }
        text
    })
}

fn bytes(text: &str) -> Cow<'_, [u8]> {
    if !text.as_bytes().contains(&RAW_LEAD) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        let raw = u32::from(character).checked_sub(RAW_BYTES);
        match raw.and_then(|raw| u8::try_from(raw).ok()) {
            Some(byte @ 0x80..) => bytes.push(byte),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// An answer as bytes, with the end of each of its sentences: the writer interleaves answers between sentences.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
    tag: Option<String>,
}

impl Answer {
    pub(crate) fn to(question: &Question) -> Self {
        Self {
            tag: question.tag.clone(),
            ..Self::default()
        }
    }

    /// An answer to the command with this tag; none if it is empty.
    pub(crate) fn with_tag(tag: &str) -> Self {
        Self {
            tag: (!tag.is_empty()).then(|| tag.to_owned()),
            ..Self::default()
        }
    }

    /// Whether it is a refusal from its first word on.
    pub(crate) fn is_trap(&self) -> bool {
        self.bytes.get(1..).is_some_and(|rest| rest.starts_with(b"!trap"))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Appends another answer, to be sent without a break.
    pub(crate) fn append(&mut self, other: Self) {
        let offset = self.bytes.len();
        self.bytes.extend(other.bytes);
        self.ends.extend(other.ends.into_iter().map(|end| end + offset));
    }

    /// Appends a sentence. The tag's place varies, since clients must not rely on it.
    pub(crate) fn sentence<'f>(&mut self, reply: &str, fields: impl IntoIterator<Item = (&'f str, &'f str)>) {
        let tag_first = reply == "!re" && self.ends.len().is_multiple_of(2);
        self.word(reply);
        if tag_first {
            self.tag();
        }
        for (name, value) in fields {
            self.field(name, value);
        }
        if !tag_first {
            self.tag();
        }
        self.end();
    }

    /// `!fatal` has a bare word and no tag.
    pub(crate) fn fatal(&mut self, reason: &str) {
        self.word("!fatal");
        self.word(reason);
        self.end();
    }

    pub(crate) fn trap(&mut self, refusal: &Refusal) {
        let category = refusal.category.map(|number| number.to_string());
        let fields = category.iter().map(|number| ("category", number.as_str()));
        self.sentence("!trap", fields.chain([("message", refusal.message.as_str())]));
    }

    pub(crate) fn done(&mut self, ret: Option<&str>) {
        self.sentence("!done", ret.map(|value| ("ret", value)));
    }

    fn tag(&mut self) {
        if let Some(tag) = self.tag.take() {
            codec::put_word(&[b".tag=", &bytes(&tag)], &mut self.bytes);
            self.tag = Some(tag);
        }
    }

    fn end(&mut self) {
        codec::put_word(&[], &mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    fn word(&mut self, word: &str) {
        codec::put_word(&[word.as_bytes()], &mut self.bytes);
    }

    fn field(&mut self, name: &str, value: &str) {
        codec::put_word(&[b"=", name.as_bytes(), b"=", &bytes(value)], &mut self.bytes);
    }
}

/// Why the router does not do what it was told, in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) category: Option<u8>,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(category: impl Into<Option<u8>>, message: impl Into<String>) -> Self {
        Self {
            category: category.into(),
            message: message.into(),
        }
    }

    pub(crate) fn no_such_item() -> Self {
        Self::new(0, "no such item")
    }

    pub(crate) fn no_such_command() -> Self {
        Self::new(0, "no such command")
    }

    pub(crate) fn unknown_parameter(name: &str) -> Self {
        Self::new(0, format!("unknown parameter {name}"))
    }

    pub(crate) fn no_match(argument: &str) -> Self {
        Self::new(1, format!("input does not match any value of {argument}"))
    }

    pub(crate) fn invalid(argument: &str) -> Self {
        Self::new(1, format!("invalid value for argument {argument}"))
    }

    pub(crate) fn not_permitted() -> Self {
        Self::new(None, "not enough permissions (9)")
    }

    pub(crate) fn bad_login() -> Self {
        Self::new(None, "invalid user name or password (6)")
    }

    /// What a router says when one of its own programs did not answer it in time.
    pub(crate) fn busy() -> Self {
        Self::new(
            None,
            "action timed out - try again, if error continues contact MikroTik support and send a supout file (13)",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_utf8_go_out_as_they_came_in() {
        let every: Vec<u8> = (0..=255).collect();
        assert_eq!(*bytes(&text(every.clone())), every);
        for kept in ["Jl. Melati №3", "\u{10FE00}", ""] {
            assert_eq!(*bytes(&text(kept.as_bytes().to_vec())), *kept.as_bytes());
        }
    }
}
