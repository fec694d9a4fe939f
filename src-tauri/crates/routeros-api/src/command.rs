//! Commands and their queries, before they are sentences.
//!
//! A command is built whole and then sent in one write. Its `Debug` form hides the values of attributes that carry
//! secrets, so that a log line about a command is harmless.

use std::fmt;
use std::time::Duration;

use crate::codec::{self, CodecError};

/// One command with its attributes and queries.
///
/// ```
/// use routeros_api::{Command, Query};
///
/// let closing = Command::new("/ppp/secret/set").attribute(".id", "*1A").attribute("profile", "isolated");
/// let reading = Command::new("/ppp/active/print")
///     .proplist([".id", "name"])
///     .query(Query::any([Query::equals("name", "budi"), Query::equals("name", "siti")]));
/// # let _ = (closing, reading);
/// ```
#[derive(Clone)]
pub struct Command {
    word: String,
    attributes: Vec<(String, String)>,
    queries: Vec<String>,
    time_limit: TimeLimit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeLimit {
    OfConnection,
    Own(Duration),
    None,
}

impl Command {
    /// A command by its path, such as `/ppp/secret/print`. A missing first slash is added.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        let word = if path.starts_with('/') {
            path
        } else {
            format!("/{path}")
        };
        Self {
            word,
            attributes: Vec::new(),
            queries: Vec::new(),
            time_limit: TimeLimit::OfConnection,
        }
    }

    /// Adds `=name=value`. The value may contain anything, `=` and line breaks included.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// Adds `=name=value` if there is a value.
    #[must_use]
    pub fn attribute_if(self, name: impl Into<String>, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Adds a switch as routers read it, `yes` or `no`.
    #[must_use]
    pub fn flag(self, name: impl Into<String>, on: bool) -> Self {
        self.attribute(name, if on { "yes" } else { "no" })
    }

    /// Asks for these properties only. Cheap for both sides on long lists; every large read should have it.
    #[must_use]
    pub fn proplist<I>(self, properties: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let list: Vec<I::Item> = properties.into_iter().collect();
        let list: Vec<&str> = list.iter().map(AsRef::as_ref).collect();
        self.attribute(".proplist", list.join(","))
    }

    /// Restricts a `print` to the items that match. Several queries must all match.
    #[must_use]
    pub fn query(mut self, query: Query) -> Self {
        self.queries.extend(query.words);
        self
    }

    /// Gives this command a time limit of its own instead of the connection's. A stream's limit is the longest silence
    /// between two rows.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = TimeLimit::Own(limit);
        self
    }

    /// Takes the time limit away: for commands that run until they are cancelled, such as `/…/listen`.
    #[must_use]
    pub fn without_time_limit(mut self) -> Self {
        self.time_limit = TimeLimit::None;
        self
    }

    /// The command word, such as `/ppp/secret/print`.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    pub(crate) fn limit(&self, of_connection: Duration) -> Option<Duration> {
        match self.time_limit {
            TimeLimit::OfConnection => Some(of_connection),
            TimeLimit::Own(limit) => Some(limit),
            TimeLimit::None => None,
        }
    }

    /// Encodes the command, tagged if a tag is given.
    ///
    /// # Errors
    /// [`CodecError::WordTooLong`] for a value beyond [`codec::MAX_WORD`].
    pub fn encode(&self, tag: Option<u64>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        codec::put_word(self.word.as_bytes(), out)?;
        let mut word = String::new();
        for (name, value) in &self.attributes {
            word.clear();
            word.extend(["=", name, "=", value]);
            codec::put_word(word.as_bytes(), out)?;
        }
        for query in &self.queries {
            codec::put_word(query.as_bytes(), out)?;
        }
        if let Some(tag) = tag {
            codec::put_word(format!(".tag={tag}").as_bytes(), out)?;
        }
        codec::end_sentence(out);
        Ok(())
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.word)?;
        for (name, value) in &self.attributes {
            match is_secret(name) {
                true => write!(f, " ={name}=***")?,
                false => write!(f, " ={name}={value}")?,
            }
        }
        for query in &self.queries {
            match query.split_once("password") {
                Some(_) => f.write_str(" ?password…")?,
                None => write!(f, " {query}")?,
            }
        }
        Ok(())
    }
}

/// Attributes whose values never appear in a log: passwords, keys, shared secrets and the login's response.
fn is_secret(attribute: &str) -> bool {
    [
        "password",
        "secret",
        "response",
        "passphrase",
        "private-key",
        "shared-key",
        "pre-shared",
    ]
    .iter()
    .any(|word| attribute.contains(word))
}

/// A condition on the items of a `print`.
///
/// Routers evaluate queries on a stack; this type writes the words in the order that they need.
///
/// ```
/// use routeros_api::Query;
///
/// let isolated_or_off = Query::equals("profile", "isolated").or(Query::equals("disabled", "true"));
/// assert_eq!(isolated_or_off.words(), ["?profile=isolated", "?disabled=true", "?#|"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    /// The property has exactly this value.
    #[must_use]
    pub fn equals(name: &str, value: &str) -> Self {
        Self {
            words: vec![format!("?{name}={value}")],
        }
    }

    /// The property has a value.
    #[must_use]
    pub fn has(name: &str) -> Self {
        Self {
            words: vec![format!("?{name}")],
        }
    }

    /// The property has no value.
    #[must_use]
    pub fn lacks(name: &str) -> Self {
        Self {
            words: vec![format!("?-{name}")],
        }
    }

    /// The property is greater than the value.
    #[must_use]
    pub fn greater(name: &str, value: &str) -> Self {
        Self {
            words: vec![format!("?>{name}={value}")],
        }
    }

    /// The property is less than the value.
    #[must_use]
    pub fn less(name: &str, value: &str) -> Self {
        Self {
            words: vec![format!("?<{name}={value}")],
        }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.join(other, "?#&")
    }

    /// At least one of the two holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.join(other, "?#|")
    }

    /// The condition does not hold.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.words.push("?#!".to_owned());
        self
    }

    /// At least one of the conditions holds. Without conditions nothing is restricted.
    #[must_use]
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = conditions.into_iter();
        let Some(first) = conditions.next() else {
            return Self { words: Vec::new() };
        };
        conditions.fold(first, Self::or)
    }

    /// The words of the query as they are sent.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    fn join(mut self, other: Self, operator: &str) -> Self {
        self.words.extend(other.words);
        self.words.push(operator.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_without_a_path_cannot_end_its_own_sentence() {
        let mut out = Vec::new();
        Command::new("").encode(None, &mut out).unwrap();
        assert_eq!(out, b"\x01/\x00", "the command word is never empty");
    }

    #[test]
    fn values_may_contain_equals_signs() {
        let mut out = Vec::new();
        Command::new("x/set")
            .attribute("comment", "a=b")
            .encode(Some(7), &mut out)
            .unwrap();
        assert_eq!(out, b"\x06/x/set\x0c=comment=a=b\x06.tag=7\x00");
    }

    #[test]
    fn passwords_are_not_printed() {
        let command = Command::new("/ppp/secret/add")
            .attribute("name", "budi")
            .attribute("password", "hush");
        assert_eq!(format!("{command:?}"), "/ppp/secret/add =name=budi =password=***");
        let asked = Command::new("/ppp/secret/print").query(Query::equals("password", "hush"));
        assert!(!format!("{asked:?}").contains("hush"));
    }

    #[test]
    fn any_of_many_folds_into_one_condition() {
        let any = Query::any(["a", "b", "c"].map(|name| Query::equals("name", name)));
        assert_eq!(any.words(), ["?name=a", "?name=b", "?#|", "?name=c", "?#|"]);
    }
}
