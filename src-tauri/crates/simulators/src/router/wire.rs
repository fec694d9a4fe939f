//! The wire format of the RouterOS API, written a second time on purpose: a client and a simulator that shared it
//! would agree on each other's mistakes.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Routers hang up on longer words; commands of offices are far below.
const LONGEST_WORD: usize = 1 << 20;
const MOST_WORDS: usize = 4096;

/// One sentence of a client.
#[derive(Debug)]
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
    let mut question: Option<Question> = None;
    for _ in 0..MOST_WORDS {
        let word = read_word(input).await?;
        if word.is_empty() {
            match question {
                Some(question) => return Some(question),
                None => continue,
            }
        }
        // Real routers keep bytes; the offices of the simulator write UTF-8.
        let word = String::from_utf8_lossy(&word).into_owned();
        let Some(question) = question.as_mut() else {
            question = Some(Question {
                command: word,
                attributes: Vec::new(),
                queries: Vec::new(),
                tag: None,
            });
            continue;
        };
        if let Some(tag) = word.strip_prefix(".tag=") {
            question.tag = Some(tag.to_owned());
        } else if let Some(attribute) = word.strip_prefix('=') {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            question.attributes.push((name.to_owned(), value.to_owned()));
        } else if let Some(query) = word.strip_prefix('?') {
            question.queries.push(query.to_owned());
        }
    }
    None
}

async fn read_word(input: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let first = input.read_u8().await.ok()?;
    let more = match first {
        0x00..0x80 => 0,
        0x80..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0 => 4,
        _ => return None,
    };
    let mut length = match more {
        4 => 0,
        _ => usize::from(first) & (0x7F >> more),
    };
    for _ in 0..more {
        length = length * 256 + usize::from(input.read_u8().await.ok()?);
    }
    if length > LONGEST_WORD {
        return None;
    }
    let mut word = vec![0; length];
    input.read_exact(&mut word).await.ok()?;
    Some(word)
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

    /// Appends another answer, to be sent without a break.
    pub(crate) fn append(&mut self, other: Self) {
        let offset = self.bytes.len();
        self.bytes.extend(other.bytes);
        self.ends.extend(other.ends.into_iter().map(|end| end + offset));
    }

    /// Appends a sentence. The tag's place varies, since clients must not rely on it.
    pub(crate) fn sentence<'f>(&mut self, reply: &str, fields: impl IntoIterator<Item = (&'f str, &'f str)>) {
        let tag_first = reply == "!re" && self.ends.len().is_multiple_of(2);
        self.word(&[reply]);
        if tag_first {
            self.tag();
        }
        for (name, value) in fields {
            self.word(&["=", name, "=", value]);
        }
        if !tag_first {
            self.tag();
        }
        self.end();
    }

    /// `!fatal` has a bare word and no tag.
    pub(crate) fn fatal(&mut self, reason: &str) {
        self.word(&["!fatal"]);
        self.word(&[reason]);
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
        if let Some(tag) = self.tag.clone() {
            self.word(&[".tag=", &tag]);
        }
    }

    fn end(&mut self) {
        self.bytes.push(0);
        self.ends.push(self.bytes.len());
    }

    fn word(&mut self, parts: &[&str]) {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let bytes = (length as u64).to_be_bytes();
        let [.., _, b3, b2, b1, b0] = bytes;
        if length < 0x80 {
            self.bytes.push(b0);
        } else if length < 0x4000 {
            self.bytes.extend([0x80 | b1, b0]);
        } else if length < 0x20_0000 {
            self.bytes.extend([0xC0 | b2, b1, b0]);
        } else if length < 0x1000_0000 {
            self.bytes.extend([0xE0 | b3, b2, b1, b0]);
        } else {
            self.bytes.extend([0xF0, b3, b2, b1, b0]);
        }
        for part in parts {
            self.bytes.extend_from_slice(part.as_bytes());
        }
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
}
