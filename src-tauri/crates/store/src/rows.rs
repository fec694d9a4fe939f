//! The text of statements that carry many rows or a list of values. Only the number of placeholders varies; every value
//! is bound.

use std::fmt::Write;

/// Rows for one statement: enough that the way to the engine stops to matter, few enough that the text stays small and
/// its prepared form is worth keeping (PostgreSQL allows 65,535 parameters, SQLite 32,766).
pub(crate) const fn per_statement(width: usize) -> usize {
    let rows = 2_048 / width;
    if rows == 0 { 1 } else { rows }
}

/// `HEAD ($1, …), (…) TAIL` for `rows` rows of `width` values.
pub(crate) fn text(head: &str, width: usize, rows: usize, tail: &str) -> String {
    let mut text = String::with_capacity(head.len() + tail.len() + rows * width * 6);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        push_placeholders(&mut text, row * width + 1, width);
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    text
}

/// `$first, $first+1, …`: `count` placeholders.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 6);
    push_placeholders(&mut text, first, count);
    text
}

fn push_placeholders(text: &mut String, first: usize, count: usize) {
    for index in first..first + count {
        if index > first {
            text.push_str(", ");
        }
        // Writing into a String cannot fail.
        let _ = write!(text, "${index}");
    }
}

/// The new ids in the order of the rows.
///
/// Neither engine promises the order of `RETURNING`, but both give out ids in the order of `VALUES`.
pub(crate) fn in_order(returned: Vec<(i64,)>) -> Vec<i64> {
    let mut ids: Vec<i64> = returned.into_iter().map(|(id,)| id).collect();
    ids.sort_unstable();
    ids
}
