//! The text of statements that carry many rows or a list of values. Only the number of placeholders varies; every value
//! is bound.

use std::fmt::Write;

/// Rows for one statement: enough that the way to the engine stops to matter, few enough that the text stays small and
/// its prepared form is worth keeping (PostgreSQL allows 65,535 parameters, SQLite 32,766).
pub(crate) const fn per_statement(width: usize) -> usize {
    let rows = 2_048 / width;
    if rows == 0 { 1 } else { rows }
}

/// `HEAD ($1, …), (…) TAIL` for `rows` rows of `width` values; with `?` for each value where the engine is SQLite.
///
/// To SQLite `$1` is a name, and it goes through the list of all names whenever one is bound: for two thousand of them
/// that takes longer than the insert. PostgreSQL knows nothing but numbers.
pub(crate) fn text(is_postgres: bool, head: &str, width: usize, rows: usize, tail: &str) -> String {
    let value = if is_postgres { 6 } else { 2 };
    let mut text = String::with_capacity(head.len() + tail.len() + rows * (width * value + 4));
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        if is_postgres {
            push_placeholders(&mut text, row * width + 1, width);
        } else {
            text.push('?');
            text.extend(std::iter::repeat_n(",?", width - 1));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_gets_the_placeholders_that_it_binds_quickest() {
        let rows = |is_postgres| text(is_postgres, "INSERT INTO t (a, b) VALUES", 2, 2, "RETURNING id");
        assert_eq!(
            rows(true),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING id"
        );
        assert_eq!(
            rows(false),
            "INSERT INTO t (a, b) VALUES (?,?), (?,?) RETURNING id"
        );
        assert_eq!(text(false, "VALUES", 1, 1, ""), "VALUES (?) ");
    }
}
