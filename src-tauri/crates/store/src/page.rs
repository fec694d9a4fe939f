//! Lists in pages: where a page ends is a key and an id, so that a page costs the same wherever it is and a row that is
//! added or removed meanwhile shifts nothing.

use std::fmt;
use std::str::FromStr;

/// The largest page; a larger wish is granted this much.
pub const LARGEST: i64 = 500;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
    /// How many rows the whole list has.
    pub total: i64,
}

impl<T> Page<T> {
    /// The same page of what `made` makes of the rows.
    pub fn map<U>(self, made: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(made).collect(),
            next: self.next,
            total: self.total,
        }
    }
}

/// The last row of a page: the value that the list is sorted by, and the row's id. Its text is URL-safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key as text; empty where the list is sorted by id alone.
    pub key: String,
    /// The row's id.
    pub id: i64,
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one that a list gave out; start from the first page")]
pub struct BadCursor;

impl BadCursor {
    /// The stable word for programs.
    pub const CODE: &'static str = "bad_cursor";
}

impl Cursor {
    /// A place in a list that is sorted by id alone.
    #[must_use]
    pub const fn at(id: i64) -> Cursor {
        Cursor {
            key: String::new(),
            id,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, hex::encode(&self.key))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Cursor, BadCursor> {
        let (id, key) = text.split_once('.').ok_or(BadCursor)?;
        let key = hex::decode(key)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or(BadCursor)?;
        Ok(Cursor {
            key,
            id: id.parse().map_err(|_| BadCursor)?,
        })
    }
}

/// How many rows to ask for: one more than the page holds, to know whether there is a next one.
pub(crate) fn ask(limit: i64) -> i64 {
    limit.clamp(1, LARGEST) + 1
}

impl<T> Page<T> {
    /// Cuts the one row too many, and takes the cursor from the last row that stays.
    pub(crate) fn of(mut items: Vec<T>, limit: i64, total: i64, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let size = usize::try_from(limit.clamp(1, LARGEST)).unwrap_or(usize::MAX);
        let more = items.len() > size;
        items.truncate(size);
        let next = if more { items.last().map(cursor) } else { None };
        Page { items, next, total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_the_way_through_a_url(key in ".*", id in any::<i64>()) {
            let cursor = Cursor { key, id };
            let text = cursor.to_string();
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-'));
            prop_assert_eq!(text.parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn any_text_is_a_cursor_or_an_error(text in ".*") {
            let _ = text.parse::<Cursor>();
        }
    }
}
