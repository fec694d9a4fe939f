//! Lists that are short enough to be read whole: packages, areas, routers, staff, tokens, roles. They page, sort, search and
//! refuse like the long ones, so that a caller needs to know only one form. A cursor names the row after which a page
//! begins and the order that it was made in, so that a row that is added or removed meanwhile shifts nothing.

use std::cmp::Ordering;

use office::catalogue::{AreaView, PackageView};
use office::people::{RoleView, StaffView, TokenView};
use office::routers::RouterView;
use office::{Error, Page};
use serde::Deserialize;

use crate::problem::Answer;

/// How many rows a page has when nobody says: all that an office has of these.
const USUAL: usize = 500;
/// The largest page.
const LARGEST: usize = 500;

/// What may be asked of a short list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShortList {
    /// Only what has these words in its name.
    search: Option<String>,
    /// `active` or `inactive`, where rows can be either.
    status: Option<String>,
    /// `name`; of packages `code` and `price` too, of the schedule `task`; with `-` before it from the end.
    sort: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// How many; 500 when absent and at most.
    limit: Option<i64>,
}

/// A word for an order, and the order.
pub(crate) type Order<T> = (&'static str, fn(&T, &T) -> Ordering);

/// A row of a short list.
pub(crate) trait Row: Sized + 'static {
    /// The orders that are known, besides the list's own.
    const ORDERS: &'static [Order<Self>];

    /// What no other row of the list has.
    fn key(&self) -> String;

    /// Whether it is in use; `None` where rows cannot be otherwise.
    fn is_active(&self) -> Option<bool> {
        None
    }
}

/// By name, whatever the case.
fn named(one: &str, other: &str) -> Ordering {
    one.to_lowercase().cmp(&other.to_lowercase())
}

impl Row for PackageView {
    const ORDERS: &'static [Order<Self>] = &[
        ("code", |one, other| named(&one.code, &other.code)),
        ("name", |one, other| named(&one.name, &other.name)),
        ("price", |one, other| one.price.cmp(&other.price)),
    ];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn is_active(&self) -> Option<bool> {
        Some(self.is_active)
    }
}

impl Row for AreaView {
    const ORDERS: &'static [Order<Self>] = &[("name", |one, other| named(&one.name, &other.name))];

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Row for RouterView {
    const ORDERS: &'static [Order<Self>] = &[("name", |one, other| named(&one.name, &other.name))];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn is_active(&self) -> Option<bool> {
        Some(self.is_active)
    }
}

impl Row for StaffView {
    const ORDERS: &'static [Order<Self>] = &[("name", |one, other| named(&one.name, &other.name))];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn is_active(&self) -> Option<bool> {
        Some(self.is_active)
    }
}

impl Row for TokenView {
    const ORDERS: &'static [Order<Self>] = &[("name", |one, other| named(&one.name, &other.name))];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn is_active(&self) -> Option<bool> {
        Some(self.revoked_at.is_none())
    }
}

impl Row for RoleView {
    const ORDERS: &'static [Order<Self>] =
        &[("name", |one, other| one.name.as_str().cmp(other.name.as_str()))];

    fn key(&self) -> String {
        self.name.to_string()
    }
}

impl ShortList {
    /// The page that was asked for, of the items whose text holds every searched word.
    ///
    /// # Errors
    /// `bad_limit`, `bad_sort`, `bad_status`, `bad_cursor`.
    pub(crate) fn of<T: Row>(&self, mut items: Vec<T>, text: impl Fn(&T) -> String) -> Answer<Page<T>> {
        let limit = self.limit()?;
        self.keep_status(&mut items)?;
        self.order(&mut items)?;
        if let Some(search) = &self.search {
            let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
            items.retain(|item| {
                let text = text(item).to_lowercase();
                words.iter().all(|word| text.contains(word))
            });
        }
        let mut page = Page::whole(items);
        if let Some(cursor) = &self.cursor {
            let end = self
                .place(cursor)
                .and_then(|key| page.items.iter().position(|item| item.key() == key))
                .ok_or_else(bad_cursor)?;
            page.items.drain(..=end);
        }
        if page.items.len() > limit {
            page.items.truncate(limit);
            page.next_cursor = page.items.last().map(|last| self.cursor_after(&last.key()));
        }
        Ok(page)
    }

    fn limit(&self) -> Answer<usize> {
        let limit = self.limit.map_or(Ok(USUAL), usize::try_from);
        match limit {
            Ok(limit @ 1..=LARGEST) => Ok(limit),
            _ => Err(Error::invalid(
                "bad_limit",
                format!("limit harus antara 1 dan {LARGEST}."),
                format!("limit must be between 1 and {LARGEST}."),
            )
            .into()),
        }
    }

    fn keep_status<T: Row>(&self, items: &mut Vec<T>) -> Answer<()> {
        let wanted = match self.status.as_deref() {
            None => return Ok(()),
            Some("active") => true,
            Some("inactive") => false,
            Some(_) => {
                return Err(Error::invalid(
                    "bad_status",
                    "Status yang dikenal: active, inactive.",
                    "The known statuses: active, inactive.",
                )
                .into());
            }
        };
        // A row that cannot be out of use is in use.
        items.retain(|item| item.is_active().unwrap_or(true) == wanted);
        Ok(())
    }

    fn order<T: Row>(&self, items: &mut [T]) -> Answer<()> {
        let Some(sort) = &self.sort else { return Ok(()) };
        let word = sort.strip_prefix('-').unwrap_or(sort);
        let Some((_, order)) = T::ORDERS.iter().find(|(name, _)| *name == word) else {
            let known: Vec<&str> = T::ORDERS.iter().map(|(name, _)| *name).collect();
            let known = known.join(", ");
            return Err(Error::invalid(
                "bad_sort",
                format!("Urutan yang dikenal: {known}; dengan - di depan untuk terbalik."),
                format!("The known orders: {known}; with - before it for the reverse."),
            )
            .into());
        };
        items.sort_by(order);
        if sort.starts_with('-') {
            items.reverse();
        }
        Ok(())
    }

    /// A cursor for the page after the row with `key`: the key and the order, URL-safe.
    fn cursor_after(&self, key: &str) -> String {
        format!("{key}.{}", self.sort.as_deref().unwrap_or_default())
    }

    /// The key of the row after which the page begins, if the cursor is of this order.
    fn place<'a>(&self, cursor: &'a str) -> Option<&'a str> {
        let (key, sort) = cursor.rsplit_once('.')?;
        (sort == self.sort.as_deref().unwrap_or_default()).then_some(key)
    }
}

fn bad_cursor() -> Error {
    Error::invalid(
        "bad_cursor",
        "cursor tidak berasal dari daftar ini. Mulai lagi dari halaman pertama.",
        "The cursor is not from this list. Begin again with the first page.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Row for String {
        const ORDERS: &'static [Order<Self>] = &[("name", |one, other| named(one, other))];

        fn key(&self) -> String {
            self.replace(' ', "_")
        }
    }

    fn names() -> Vec<String> {
        ["RT 03 Mawar", "RT 04 Melati", "RT 01 Anggrek"]
            .map(str::to_owned)
            .into()
    }

    #[test]
    fn every_word_must_be_there_in_any_case() {
        let list = |search: &str| ShortList {
            search: Some(search.into()),
            ..ShortList::default()
        };
        let found = |search: &str| list(search).of(names(), Clone::clone).unwrap();
        assert_eq!(found("rt mawar").items, ["RT 03 Mawar"]);
        let all = found("  ");
        assert_eq!((all.total, all.next_cursor), (3, None));
        assert!(found("kenanga").items.is_empty());
    }

    #[test]
    fn pages_follow_one_another_in_the_order_that_was_asked_for() {
        let mut list = ShortList {
            sort: Some("-name".into()),
            limit: Some(1),
            ..ShortList::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = list.of(names(), Clone::clone).unwrap();
            assert_eq!(page.total, 3);
            seen.extend(page.items);
            list.cursor = page.next_cursor;
            if list.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["RT 04 Melati", "RT 03 Mawar", "RT 01 Anggrek"]);
        let other = ShortList {
            cursor: Some("RT_03_Mawar.".into()),
            ..list
        };
        assert!(
            other.of(names(), Clone::clone).is_err(),
            "a cursor of another order"
        );
    }
}
