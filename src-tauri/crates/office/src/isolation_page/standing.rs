//! What a customer is told about their own line: whether it is open by the router's word, what is owed and by when. The
//! name is masked, an office's private reason for closing stays private, and bills that somebody else pays for are theirs.

use billing::access::Reason;
use billing::{Access, Observed, Rupiah};
use store::Tx;

use crate::access::{Day, Judged, judge_some};
use crate::dates::date_words;
use crate::error::{Language, Result, Sentence};
use crate::office::Call;

/// How a line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineState {
    /// The router says that it is open, and it stays so.
    Open,
    /// It may open, and the router has not said so yet.
    Opening,
    /// Closed for unpaid bills, or about to be.
    Unpaid {
        /// Whether it is closed already, as far as the router was seen to say.
        closed: bool,
    },
    /// Set aside until this day.
    Paused {
        /// The last day, in words; `None` when none was agreed.
        until: Option<Sentence>,
    },
    /// The service has not begun.
    NotYetActive,
    /// The service has ended.
    Ended,
    /// Closed by the office, for a reason that it will tell itself.
    ByOffice,
}

/// A bill that is not paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedInvoice {
    /// Its number.
    pub number: String,
    /// The last day on which it is paid in time, in words.
    pub due: Sentence,
    /// What is still owed on it.
    pub remaining: Rupiah,
    /// How many days ago it was due; 0 while it is not overdue.
    pub days_overdue: i32,
}

/// What a customer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorView {
    /// The customer's number, which a transfer should carry.
    pub customer_no: String,
    /// The name, masked: enough to recognise oneself.
    pub name: String,
    /// How the line stands.
    pub line: LineState,
    /// Whether the bills are somebody else's, and so not shown.
    pub paid_by_other: bool,
    /// What is not paid, the oldest due first.
    pub owed: Vec<OwedInvoice>,
    /// What is overdue, together.
    pub overdue: Rupiah,
}

/// What this customer is told.
pub(super) async fn of_customer(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
) -> Result<Option<VisitorView>> {
    let judged = judge_some(tx, &Day::of(call), &[customer_id]).await?.pop();
    let Some(judged) = judged else { return Ok(None) };
    let observed = store::access::find(tx, customer_id)
        .await?
        .map_or(Observed::Unknown, |row| row.observed);
    let details = &judged.customer.details;
    let paid_by_other = details.payer_id.is_some_and(|payer| payer != customer_id);
    let unpaid = if paid_by_other {
        Vec::new()
    } else {
        store::invoices::unpaid(tx, customer_id).await?
    };
    let owed: Vec<OwedInvoice> = unpaid
        .into_iter()
        .map(|invoice| OwedInvoice {
            number: invoice.number,
            due: Sentence::new(
                date_words(invoice.due_date, Language::Indonesian),
                date_words(invoice.due_date, Language::English),
            ),
            remaining: invoice.remaining,
            days_overdue: invoice
                .due_date
                .until(call.today)
                .map_or(0, |span| span.get_days())
                .max(0),
        })
        .collect();
    let overdue = owed
        .iter()
        .filter(|invoice| invoice.days_overdue > 0)
        .map(|invoice| invoice.remaining)
        .sum();
    Ok(Some(VisitorView {
        customer_no: details.customer_no.clone(),
        name: masked(&details.name),
        line: line(&judged, observed),
        paid_by_other,
        owed,
        overdue,
    }))
}

fn line(judged: &Judged, observed: Observed) -> LineState {
    if judged.desired() == Access::Open {
        return match observed {
            Observed::Open => LineState::Open,
            Observed::Closed | Observed::Unknown => LineState::Opening,
        };
    }
    match judged.verdict.reasons.first() {
        Some(Reason::Overdue { .. }) => LineState::Unpaid {
            closed: observed != Observed::Open,
        },
        Some(Reason::Paused { until, .. }) => LineState::Paused {
            until: until.map(|day| {
                Sentence::new(
                    date_words(day, Language::Indonesian),
                    date_words(day, Language::English),
                )
            }),
        },
        Some(Reason::NotYetActive) => LineState::NotYetActive,
        Some(Reason::Terminated { .. }) => LineState::Ended,
        _ => LineState::ByOffice,
    }
}

/// `Bu Siti Rahayu` as `B• Si•• Ra••`: the first letters of each word, and never how many follow.
fn masked(name: &str) -> String {
    let word = |word: &str| {
        let long = word.chars().count() > 3;
        let shown: String = word.chars().take(if long { 2 } else { 1 }).collect();
        format!("{shown}{}", if long { "••" } else { "•" })
    };
    name.split_whitespace()
        .take(6)
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_tells_the_customer_and_not_the_neighbour() {
        assert_eq!(masked("Bu Siti Rahayu"), "B• Si•• Ra••");
        assert_eq!(masked("Al"), "A•");
        assert_eq!(masked("  I   Gusti Ngurah "), "I• Gu•• Ng••");
        assert_eq!(masked(""), "");
        assert_eq!(masked("山田太郎"), "山田••");
    }
}
