//! Whom somebody means who types a name or a number and presses Enter: who is called exactly so comes first, not whoever has
//! the same words somewhere and an earlier letter.

use super::words::Prefix;
use super::{Customer, Filter, NOT_WITHDRAWN, list};
use crate::error::Result;
use crate::transaction::{Tx, sql};

/// The customers that the text finds, at most `limit`: those that it names by itself before those that have its words somewhere;
/// nobody for an empty text.
///
/// # Errors
/// Whatever the database says.
pub async fn closest(tx: &mut Tx, text: &str, limit: i64) -> Result<Vec<Customer>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut found = named(tx, text, limit).await?;
    let filter = Filter {
        search: Some(text),
        limit,
        ..Filter::default()
    };
    for customer in list(tx, &filter).await?.items {
        if found.iter().all(|it| it.id != customer.id) {
            found.push(customer);
        }
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The customers that the text names by itself, at most `limit`: by the whole customer number, or its digits as they are said at
/// the counter (`123` for `PLG-00123`); then by the beginning of the name, the whole name first. Who was withdrawn is none.
async fn named(tx: &mut Tx, text: &str, limit: i64) -> Result<Vec<Customer>> {
    let text = text.trim().to_lowercase();
    let mut found = numbered(tx, &text).await?;
    let named = Prefix::of(text);
    let by_name = format!(
        "SELECT c.* FROM customers c WHERE LOWER(c.name) >= $1 AND LOWER(c.name) < $2 AND {NOT_WITHDRAWN}
         ORDER BY LOWER(c.name), c.id LIMIT $3"
    );
    let by_name = sql!(
        tx,
        fetch_all::<Customer>,
        sqlx::AssertSqlSafe(by_name),
        named.from,
        named.until,
        limit
    )?;
    for customer in by_name {
        if found.iter().all(|it| it.id != customer.id) {
            found.push(customer);
        }
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The customers with this number, or with these digits in it; a text without digits is not looked for, since every number has
/// some and a common name has many hits.
async fn numbered(tx: &mut Tx, text: &str) -> Result<Vec<Customer>> {
    if !text.bytes().any(|letter| letter.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    let with_word = format!(
        "SELECT c.* FROM customer_words w CROSS JOIN customers c
         WHERE w.word = $1 AND c.id = w.customer_id AND LOWER(c.customer_no) LIKE '%' || $1 AND {NOT_WITHDRAWN}
         ORDER BY c.id LIMIT 100"
    );
    let mut found = sql!(tx, fetch_all::<Customer>, sqlx::AssertSqlSafe(with_word), text)?;
    found.retain(|customer| is_number(&customer.details.customer_no, text));
    Ok(found)
}

/// Whether the text is this customer number, or the digits of it without their leading zeros.
fn is_number(customer_no: &str, text: &str) -> bool {
    let digits: String = customer_no.chars().filter(char::is_ascii_digit).collect();
    customer_no.to_lowercase() == text || digits.trim_start_matches('0') == text
}
