//! Pieces of the lists of documents (invoices, payments, messages), which are found by their own number or by their
//! customer's words.

use std::fmt::Write;

use crate::customers::Prefix;

/// `WHERE …`, or nothing.
pub(crate) fn narrowed(conditions: &[String]) -> String {
    if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    }
}

/// The beginning of a document's number: they are in capitals.
pub(crate) fn number(search: Option<&str>) -> Option<Prefix> {
    search.map(|search| Prefix::of(search.trim().to_uppercase()))
}

/// A condition on `t.number` and `t.customer_id`: the number begins between the two placeholders, or the customer has
/// words that begin so; a word's bounds are `first`, `first + 1`, the next one's follow.
pub(crate) fn number_or_customer(from: &str, until: &str, first: usize, words: usize) -> String {
    let mut text = format!("((t.number >= {from} AND t.number < {until})");
    if words > 0 {
        text.push_str(" OR t.customer_id IN (");
        text.push_str(&customers(first, words));
        text.push(')');
    }
    text.push(')');
    text
}

/// The ids of the customers that have all these words.
pub(crate) fn customers(first: usize, words: usize) -> String {
    let mut text = String::new();
    for word in 0..words {
        let (from, until) = (first + 2 * word, first + 2 * word + 1);
        let joint = if word == 0 { "" } else { " INTERSECT " };
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "{joint}SELECT customer_id FROM customer_words WHERE word >= ${from} AND word < ${until}"
        );
    }
    text
}
