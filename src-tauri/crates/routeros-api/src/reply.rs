//! Answers: rows with named values, and the `ret` of a command that makes something.
//!
//! A row keeps its text in one allocation and its places in another, so that fifty thousand of them stay cheap.

use std::fmt;
use std::str::FromStr;

use crate::codec::Sentence;
use crate::text;

/// The complete answer to one command. There is no partial one: a list is whole or an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The rows of a `print`, in the router's order.
    pub rows: Vec<Row>,
    /// What `!done` returned: the `.id` of an `add`, the number of a `count-only`.
    pub ret: Option<String>,
}

impl Reply {
    /// The first row, if there is one.
    #[must_use]
    pub fn first(&self) -> Option<&Row> {
        self.rows.first()
    }
}

/// One `!re`: names and values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Names and values without anything in between.
    text: Box<str>,
    /// Where each name ends and where its value does. A row is far below 4 GiB: the codec refuses longer sentences.
    ends: Box<[(u32, u32)]>,
}

/// A value that is not there, or not of the kind that the caller expects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// The router left the property out.
    #[error("the router's row has no `{name}`")]
    Missing {
        /// Name of the property.
        name: String,
    },
    /// The value cannot be read as what it should be.
    #[error("the router's `{name}` is `{value}`, which is not {expected}")]
    Unreadable {
        /// Name of the property.
        name: String,
        /// The value as it came.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The row does not fit the type that it was to become.
    #[error("the router's row does not fit: {0}")]
    Shape(String),
}

impl Row {
    pub(crate) fn from_sentence(sentence: &Sentence) -> Self {
        let mut text = String::with_capacity(sentence.size());
        let mut ends = Vec::with_capacity(sentence.len());
        for (name, value) in sentence.attributes() {
            text.push_str(&text::decode(name));
            let name_end = place(&text);
            text.push_str(&text::decode(value));
            ends.push((name_end, place(&text)));
        }
        Self {
            text: text.into(),
            ends: ends.into(),
        }
    }

    /// How many bytes of memory the row holds, itself included.
    pub(crate) fn held(&self) -> usize {
        size_of::<Self>() + self.text.len() + size_of_val(&*self.ends)
    }

    /// The value of a property, if the router sent it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value)
    }

    /// The item's `.id`, such as `*1A`. Stable until the router restarts.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.get(".id")
    }

    /// The value of a property that must be there.
    ///
    /// # Errors
    /// [`RowError::Missing`].
    pub fn require(&self, name: &str) -> Result<&str, RowError> {
        self.get(name).ok_or_else(|| RowError::Missing {
            name: name.to_owned(),
        })
    }

    /// A switch: `true` or `yes`, `false` or `no`. Routers leave out many that are off, so absent is `false`.
    ///
    /// # Errors
    /// [`RowError::Unreadable`] for any other value.
    pub fn flag(&self, name: &str) -> Result<bool, RowError> {
        let Some(value) = self.get(name) else {
            return Ok(false);
        };
        parse_flag(value).ok_or_else(|| RowError::Unreadable {
            name: name.to_owned(),
            value: value.to_owned(),
            expected: "true, false, yes or no",
        })
    }

    /// A value parsed by its type; `None` if the router left it out.
    ///
    /// # Errors
    /// [`RowError::Unreadable`].
    pub fn parse<T: FromStr>(&self, name: &str) -> Result<Option<T>, RowError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        value.parse().map(Some).map_err(|_| RowError::Unreadable {
            name: name.to_owned(),
            value: value.to_owned(),
            expected: std::any::type_name::<T>(),
        })
    }

    /// Names and values in the router's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(_, value_end)| *value_end));
        starts
            .zip(&self.ends)
            .map(|(start, (middle, end))| (self.slice(start, *middle), self.slice(*middle, *end)))
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

fn place(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

pub(crate) fn parse_flag(value: &str) -> Option<bool> {
    match value {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(name, value)| {
            if name.contains("password") {
                (name, "***")
            } else {
                (name, value)
            }
        });
        f.debug_map().entries(shown).finish()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Row {
    /// A row made by hand, for tests of code that reads rows.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let words = fields
            .into_iter()
            .map(|(name, value)| format!("={}={}", name.as_ref(), value.as_ref()));
        Self::from_sentence(&std::iter::once("!re".to_owned()).chain(words).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name_wherever_the_tag_stands() {
        let sentence: Sentence = [
            "!re",
            "=.id=*1A",
            ".tag=4",
            "=comment=a=b=c",
            "=disabled=yes",
            "=bare",
        ]
        .into_iter()
        .collect();
        let row = Row::from_sentence(&sentence);
        assert_eq!(row.id(), Some("*1A"));
        assert_eq!(row.get("comment"), Some("a=b=c"));
        assert_eq!(row.get("bare"), Some(""));
        assert_eq!(row.flag("disabled"), Ok(true));
        assert_eq!(row.flag("absent"), Ok(false));
        assert!(matches!(row.flag("comment"), Err(RowError::Unreadable { .. })));
        assert!(matches!(row.require("absent"), Err(RowError::Missing { .. })));
    }

    #[test]
    fn passwords_are_not_printed() {
        let row: Row = [("name", "budi"), ("password", "hush")].into_iter().collect();
        assert!(!format!("{row:?}").contains("hush"));
    }
}
