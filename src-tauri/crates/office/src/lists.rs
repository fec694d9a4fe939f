//! Pages of a list as the API gives them: `{items, next_cursor, total}`. The cursor is the store's own, opaque to
//! callers and URL-safe.

use serde::Serialize;
use store::Cursor;
use utoipa::ToSchema;

use crate::error::{Error, Result};

/// How many rows a page has when nobody says.
const USUAL: i64 = 50;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `null` on the last one.
    pub next_cursor: Option<String>,
    /// How many rows there are on all pages.
    pub total: i64,
}

impl<T> Page<T> {
    /// A list that is short enough to have no pages.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Page<T> {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Page {
            items,
            next_cursor: None,
            total,
        }
    }
}

impl<T, Row> From<store::Page<Row>> for Page<T>
where
    T: From<Row>,
{
    fn from(page: store::Page<Row>) -> Page<T> {
        Page {
            items: page.items.into_iter().map(T::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            total: page.total,
        }
    }
}

/// What a caller asks of a list besides its filters.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Where the page begins.
    pub cursor: Option<Cursor>,
    /// How many rows.
    pub limit: i64,
}

impl Asked {
    /// Reads `?cursor=&limit=`; absent and empty mean the first page of the usual length.
    ///
    /// # Errors
    /// `bad_cursor` for a text that no list gave out, `bad_limit` outside 1 to [`store::page::LARGEST`].
    pub(crate) fn read(cursor: Option<&str>, limit: Option<i64>) -> Result<Asked> {
        let cursor = cursor
            .filter(|text| !text.is_empty())
            .map(read_cursor)
            .transpose()?;
        let limit = limit.unwrap_or(USUAL);
        if (1..=store::page::LARGEST).contains(&limit) {
            return Ok(Asked { cursor, limit });
        }
        let most = store::page::LARGEST;
        Err(Error::invalid(
            "bad_limit",
            format!("limit harus antara 1 dan {most}."),
            format!("limit must be between 1 and {most}."),
        ))
    }
}

fn read_cursor(text: &str) -> Result<Cursor> {
    text.parse().map_err(|error: store::BadCursor| {
        Error::invalid(
            "bad_cursor",
            "cursor tidak berasal dari daftar ini. Mulai lagi dari halaman pertama.",
            "The cursor is not from this list. Begin again with the first page.",
        )
        .caused_by(error)
    })
}

/// An instant that came in as epoch milliseconds.
///
/// # Errors
/// `bad_instant` outside the calendar.
pub(crate) fn instant(at: i64) -> Result<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(at).map_err(|error| {
        Error::invalid(
            "bad_instant",
            "Waktu di luar kalender.",
            "The instant is outside the calendar.",
        )
        .caused_by(error)
    })
}
