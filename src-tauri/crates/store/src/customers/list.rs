//! Lists of customers: searched by the beginnings of words or by the number of an invoice or a payment, narrowed, sorted,
//! in pages. Of the hits of a search those come first that have its words as they were typed.
//!
//! The text of a query is put together from the fixed pieces below, so that an engine plans for what is asked and not for
//! what could be; every value is bound, always in the same place.

mod part;

use std::collections::HashSet;

use billing::{CustomerStatus, Observed};
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use super::{Customer, MOST_WORDS, NOT_WITHDRAWN, Prefix, prefixes};
use crate::column::Column;
use crate::error::Result;
use crate::page::{self, Cursor, Page};
use crate::search;
use crate::transaction::{Tx, sql};
use part::{FIRST_WHOLE, Part, part_of, whole_count_text, whole_words_from};

/// What a list of customers is sorted by; the id comes second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, whatever the case of ASCII letters.
    #[default]
    Name,
    /// By customer number.
    CustomerNo,
    /// By what is owed.
    Balance,
    /// By when they were entered.
    CreatedAt,
}

/// Which customers to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// Beginnings of words, all of which must be there; or the number of a document, which finds whose it is.
    pub search: Option<&'a str>,
    /// Standing so.
    pub status: Option<CustomerStatus>,
    /// Ending at this router.
    pub router_id: Option<i64>,
    /// With this package.
    pub package_id: Option<i64>,
    /// In this area.
    pub area_id: Option<i64>,
    /// Collected by this person.
    pub collector_id: Option<i64>,
    /// Last seen so; a line that was never seen is `unknown`.
    pub observed: Option<Observed>,
    /// With an invoice that was due before this day and is not paid.
    pub overdue_on: Option<Date>,
    /// Whether those are listed too that an undone import has withdrawn; they are no customers and never were.
    pub with_withdrawn: bool,
    /// Sorted by.
    pub sort: Sort,
    /// From the end.
    pub descending: bool,
    /// After this row.
    pub cursor: Option<&'a Cursor>,
    /// So many.
    pub limit: i64,
}

/// Above this many hits, walking the sorted index until a page is full is quicker than fetching and sorting every hit.
const MANY: i64 = 4_000;

impl Filter<'_> {
    /// Whether the withdrawn have to be left out. They have no words, so a search by words meets none; by the number of a
    /// document they are asked for.
    fn leaves_out(&self, found: Hits) -> bool {
        let can_be = self
            .status
            .is_none_or(|status| status == CustomerStatus::Terminated);
        found == Hits::Words(0) && can_be && !self.with_withdrawn
    }

    /// The conditions besides the words, each for a value that is there. `$1` to `$7`.
    fn conditions(&self, found: Hits) -> Vec<String> {
        [
            (self.leaves_out(found), NOT_WITHDRAWN),
            (self.status.is_some(), "c.status = $1"),
            (self.router_id.is_some(), "c.router_id = $2"),
            (self.package_id.is_some(), "c.package_id = $3"),
            (self.area_id.is_some(), "c.area_id = $4"),
            (self.collector_id.is_some(), "c.collector_id = $5"),
            (
                self.observed == Some(Observed::Unknown),
                "NOT EXISTS (SELECT 1 FROM access a WHERE a.customer_id = c.id AND a.observed <> 'unknown')",
            ),
            (
                self.observed.is_some_and(|word| word != Observed::Unknown),
                "EXISTS (SELECT 1 FROM access a WHERE a.customer_id = c.id AND a.observed = $6)",
            ),
            (
                self.overdue_on.is_some(),
                "c.id IN (SELECT i.customer_id FROM invoices i
                  WHERE i.remaining > 0 AND i.voided_at IS NULL AND i.due_date < $7)",
            ),
        ]
        .into_iter()
        .filter(|(given, _)| *given)
        .map(|(_, text)| text.to_owned())
        .collect()
    }

    /// Whether who has the words as they were typed comes first: in the order in which a list is shown that nobody sorted.
    fn is_ranked(&self, found: Hits) -> bool {
        self.sort == Sort::Name && !self.descending && matches!(found, Hits::Words(1..))
    }

    /// The key to sort by, and the comparison of (key, id) with the cursor.
    fn order(&self) -> (&'static str, &'static str) {
        match (self.sort, self.descending) {
            (Sort::Name, false) => ("LOWER(c.name)", "(LOWER(c.name), c.id) > ($8, $10)"),
            (Sort::Name, true) => ("LOWER(c.name)", "(LOWER(c.name), c.id) < ($8, $10)"),
            (Sort::CustomerNo, false) => ("LOWER(c.customer_no)", "(LOWER(c.customer_no), c.id) > ($8, $10)"),
            (Sort::CustomerNo, true) => ("LOWER(c.customer_no)", "(LOWER(c.customer_no), c.id) < ($8, $10)"),
            (Sort::Balance, false) => ("c.balance", "(c.balance, c.id) > ($9, $10)"),
            (Sort::Balance, true) => ("c.balance", "(c.balance, c.id) < ($9, $10)"),
            (Sort::CreatedAt, false) => ("c.created_at", "(c.created_at, c.id) > ($9, $10)"),
            (Sort::CreatedAt, true) => ("c.created_at", "(c.created_at, c.id) < ($9, $10)"),
        }
    }

    /// A customer's place in this order.
    fn cursor_of(&self, customer: &Customer) -> Cursor {
        let key = match self.sort {
            Sort::Name => customer.details.name.to_ascii_lowercase(),
            Sort::CustomerNo => customer.details.customer_no.to_ascii_lowercase(),
            Sort::Balance => customer.balance.0.to_string(),
            Sort::CreatedAt => customer.created_at.as_millisecond().to_string(),
        };
        Cursor { key, id: customer.id }
    }
}

/// Binds everything that a text may ask for, in its place.
macro_rules! bound {
    ($tx:expr, $fetch:ident::<$row:ty>, $text:expr, $filter:expr, $words:expr) => {
        sql!(
            $tx,
            $fetch::<$row>,
            AssertSqlSafe($text),
            $filter.status.map(CustomerStatus::as_str),
            $filter.router_id,
            $filter.package_id,
            $filter.area_id,
            $filter.collector_id,
            $filter.observed.map(Observed::as_str),
            $filter.overdue_on.held(),
            $filter.cursor.map(|cursor| cursor.key.as_str()),
            $filter.cursor.and_then(|cursor| cursor.key.parse::<i64>().ok()),
            $filter.cursor.map(|cursor| cursor.id),
            page::ask($filter.limit);
            each $words.iter().flat_map(|Prefix { from, until }| [from.as_str(), until.as_str()])
        )
    };
}

/// A page of customers.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>) -> Result<Page<Customer>> {
    let mut words = filter.search.map(prefixes).unwrap_or_default();
    if words.is_empty() && filter.search.is_some_and(|search| !search.trim().is_empty()) {
        // Only punctuation: nothing has such a word.
        return Ok(Page {
            items: Vec::new(),
            next: None,
            total: 0,
        });
    }
    let document = filter.search.and_then(Document::of);
    let first = match &document {
        Some(document) => {
            // A number has no blanks, so it is the one word; its own bounds come after the word's.
            words.push(document.number.clone());
            Hits::WordOr(document.table)
        }
        None => Hits::Words(words.len()),
    };
    let (total,) = match count_text(filter, first) {
        Some(text) => bound!(tx, fetch_one::<(i64,)>, text, filter, words)?,
        None => sql!(tx, fetch_one::<(i64,)>, "SELECT COUNT(*) FROM customers")?,
    };
    if filter.is_ranked(first) {
        return ranked(tx, filter, &words, first, total).await;
    }
    let text = page_text(filter, first, Part::All, total > MANY);
    let items = bound!(tx, fetch_all::<Customer>, text, filter, words)?;
    Ok(Page::of(items, filter.limit, total, |customer| {
        filter.cursor_of(customer)
    }))
}

/// A page of hits of which those come first that have the words as they were typed, each part in the list's order. The
/// parts are asked for one after the other, so that each is walked or sorted by itself and a page ends like any other.
async fn ranked(
    tx: &mut Tx,
    filter: &Filter<'_>,
    words: &[Prefix],
    found: Hits,
    total: i64,
) -> Result<Page<Customer>> {
    let after = filter.cursor.map(|cursor| {
        let (part, key) = match cursor.key.strip_prefix(Part::Whole.mark()) {
            Some(key) => (Part::Whole, key),
            None => (
                Part::Begun,
                cursor.key.strip_prefix(Part::Begun.mark()).unwrap_or(&cursor.key),
            ),
        };
        let key = key.to_owned();
        (part, Cursor { key, id: cursor.id })
    });
    let mut items = Vec::new();
    let mut whole = HashSet::new();
    let begun = matches!(after, Some((Part::Begun, _)));
    if !begun {
        let filter = Filter {
            cursor: after.as_ref().map(|(_, cursor)| cursor),
            ..filter.clone()
        };
        let is_common = total > MANY && {
            let text = whole_count_text(&filter, found);
            let (count,) = bound!(tx, fetch_one::<(i64,)>, text, filter, words)?;
            count > MANY
        };
        let text = page_text(&filter, found, Part::Whole, is_common);
        items = bound!(tx, fetch_all::<Customer>, text, filter, words)?;
        whole.extend(items.iter().map(|customer| customer.id));
    }
    let missing = page::ask(filter.limit) - i64::try_from(items.len()).unwrap_or(i64::MAX);
    if missing > 0 {
        let rest = Filter {
            cursor: after.as_ref().filter(|_| begun).map(|(_, cursor)| cursor),
            // One more than the page holds is asked for anyway.
            limit: (missing - 1).max(1),
            ..filter.clone()
        };
        let text = page_text(&rest, found, Part::Begun, total > MANY);
        let others: Vec<Customer> = bound!(tx, fetch_all::<Customer>, text, rest, words)?;
        let room = usize::try_from(missing).unwrap_or_default();
        items.extend(others.into_iter().take(room));
    }
    Ok(Page::of(items, filter.limit, total, |customer| {
        let part = if whole.contains(&customer.id) {
            Part::Whole
        } else {
            Part::Begun
        };
        let Cursor { key, id } = filter.cursor_of(customer);
        Cursor {
            key: format!("{}{key}", part.mark()),
            id,
        }
    }))
}

/// The number of an invoice or a payment, as it is scanned or typed at the counter.
struct Document {
    table: &'static str,
    number: Prefix,
}

impl Document {
    /// `INV-202611-00058`, `pay-20261129-1`: with the month or the day, since a beginning that is shorter has too many hits
    /// to mean anybody.
    fn of(search: &str) -> Option<Document> {
        let number = search.trim().to_ascii_uppercase();
        let (table, rest) = match number.get(..4) {
            Some("INV-") => ("invoices", number.get(4..)?),
            Some("PAY-") => ("payments", number.get(4..)?),
            _ => return None,
        };
        let (dated, serial) = rest.split_once('-')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        (dated.len() >= 6 && is_number(dated) && is_number(serial)).then(|| Document {
            table,
            number: Prefix::of(number),
        })
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hits {
    /// So many words, all of them.
    Words(usize),
    /// One word, or a number in this table of documents.
    WordOr(&'static str),
}

impl Hits {
    /// How many words are asked for by themselves.
    fn words(self) -> usize {
        match self {
            Hits::Words(count) => count,
            Hits::WordOr(_) => 1,
        }
    }

    /// Hits of the first word, or of the number: the other words are asked of each of these alone.
    fn first(self) -> String {
        match self {
            Hits::Words(_) => {
                "(SELECT DISTINCT customer_id FROM customer_words WHERE word >= $12 AND word < $13) hit"
                    .to_owned()
            }
            Hits::WordOr(table) => format!(
                "(SELECT customer_id FROM customer_words WHERE word >= $12 AND word < $13
                  UNION SELECT t.customer_id FROM {table} t WHERE t.number >= $14 AND t.number < $15) hit"
            ),
        }
    }
}

/// `EXISTS` for the words from `from` on, of the customer whose id is `whose`. A word's bounds are `$12, $13`, the next
/// one's `$14, $15`, …
///
/// `OFFSET 0` is PostgreSQL's fence: without it the planner, which cannot know how common a beginning is, now and then
/// joins all words with all words, and takes half a second for what is a look into the index for each hit.
fn words_from(from: usize, count: usize, whose: &str) -> impl Iterator<Item = String> {
    (from..count.min(MOST_WORDS)).map(move |word| {
        let (first, beyond) = (12 + 2 * word, 13 + 2 * word);
        format!(
            "EXISTS (SELECT 1 FROM customer_words w
             WHERE w.customer_id = {whose} AND w.word >= ${first} AND w.word < ${beyond} LIMIT 1 OFFSET 0)"
        )
    })
}

/// The customers that have the words. A hit of the first word shows all the others before its row is fetched: most hits
/// of a common name do not, and the rows are what costs.
fn hits(found: Hits, conditions: &mut Vec<String>) -> String {
    conditions.extend(words_from(1, found.words(), "hit.customer_id"));
    conditions.push("c.id = hit.customer_id".to_owned());
    // CROSS JOIN: SQLite keeps the order of the tables, and PostgreSQL reads it as any join.
    format!("{} CROSS JOIN customers c", found.first())
}

/// Counts the hits. `None`: there is nothing to narrow by.
fn count_text(filter: &Filter<'_>, found: Hits) -> Option<String> {
    let mut conditions = filter.conditions(found);
    if conditions == [NOT_WITHDRAWN] {
        // Everybody, and of these the few that left: quicker than to look at each.
        return Some(format!(
            "SELECT (SELECT COUNT(*) FROM customers)
               - (SELECT COUNT(*) FROM customers c WHERE c.status = 'terminated' AND NOT {NOT_WITHDRAWN})"
        ));
    }
    let from = match (found.words(), conditions.is_empty()) {
        (0, true) => return None,
        (0, false) => "customers c".to_owned(),
        // Words alone need no row of a customer.
        (_, true) => {
            conditions.extend(words_from(1, found.words(), "hit.customer_id"));
            found.first()
        }
        (_, false) => hits(found, &mut conditions),
    };
    Some(format!(
        "SELECT COUNT(*) FROM {from} {}",
        search::narrowed(&conditions)
    ))
}

/// `many` says that so many are asked for that the sorted index is walked.
fn page_text(filter: &Filter<'_>, found: Hits, part: Part, many: bool) -> String {
    let mut conditions = filter.conditions(found);
    let (key, beyond) = filter.order();
    let direction = if filter.descending { "DESC" } else { "ASC" };
    // Balance and date of entry have no index to walk.
    let is_indexed = matches!(filter.sort, Sort::Name | Sort::CustomerNo);
    let walks = match found {
        Hits::Words(count) => count == 0 || (is_indexed && many),
        Hits::WordOr(_) => false,
    };
    let from = if walks {
        conditions.extend(part_of(part, found, "c.id"));
        // Who has a word as it was typed has its beginning.
        let begun = if part == Part::Whole { 0 } else { found.words() };
        conditions.extend(words_from(0, begun, "c.id"));
        "customers c".to_owned()
    } else if part == Part::Whole {
        conditions.extend(whole_words_from(1, found.words(), "hit.customer_id"));
        conditions.push("c.id = hit.customer_id".to_owned());
        format!("{} CROSS JOIN customers c", FIRST_WHOLE)
    } else {
        conditions.extend(part_of(part, found, "hit.customer_id"));
        hits(found, &mut conditions)
    };
    if filter.cursor.is_some() {
        conditions.push(beyond.to_owned());
    }
    let narrowed = search::narrowed(&conditions);
    format!("SELECT c.* FROM {from} {narrowed} ORDER BY {key} {direction}, c.id {direction} LIMIT $11")
}
