//! `billing:send-reminders`: a word before an invoice falls due, on the days that the office chose.

use jiff::civil::Date;
use serde_json::json;
use store::Tx;

use crate::actor::Who;
use crate::dates::date_words;
use crate::error::{Language, Result, Sentence};
use crate::logs::{self, Entry};
use crate::notify::{self, Told};
use crate::office::Call;
use crate::schedule::{Task, TaskSummary};
use crate::settings::MessageChannel;

/// How many days back are looked at: whatever fell due earlier is overdue by now, and other words are sent for that.
const MOST_MISSED: usize = 31;

/// Queues a reminder for every unpaid invoice that falls due in one of the chosen numbers of days. A customer gets one a
/// day for an invoice, however often this runs (failures.md T5). Those of days on which nothing ran are dropped, and counted
/// in the log.
pub(super) async fn run(call: &Call<'_>, dry_run: bool) -> Result<TaskSummary> {
    let mut summary = TaskSummary::new(Task::SendReminders.as_str(), call.today, dry_run);
    let days = &call.settings.messages_remind_days_before;
    let Some(furthest) = days.iter().max() else {
        return Ok(summary);
    };
    if call.settings.messages_whatsapp == MessageChannel::Off {
        return Ok(summary);
    }
    let span = |days: u16| jiff::Span::new().days(i64::from(days));
    let chosen: Vec<_> = days
        .iter()
        .filter_map(|before| call.today.checked_add(span(*before)).ok())
        .collect();
    let Ok(beyond) = call.today.checked_add(span(furthest.saturating_add(1))) else {
        return Ok(summary);
    };
    let mut tx = if dry_run {
        call.read().await?
    } else {
        call.begin().await?
    };
    let unpaid = store::invoices::unpaid_of_all(&mut tx, beyond).await?;
    let missed = missed_days(&mut tx, call).await?;
    let passed_over = |due: Date| {
        missed.iter().any(|day| {
            days.iter()
                .any(|before| day.checked_add(span(*before)).is_ok_and(|day| day == due))
        })
    };
    let (unpaid, rest): (Vec<_>, Vec<_>) = unpaid
        .into_iter()
        .partition(|invoice| chosen.contains(&invoice.due_date));
    let too_old = rest
        .iter()
        .filter(|invoice| passed_over(invoice.due_date))
        .count();
    if too_old > 0 {
        summary.skipped += too_old as u64;
        drop_too_old(&mut tx, call, &mut summary, too_old, &missed).await?;
    }
    for invoice in unpaid {
        let Some(customer) = store::customers::find(&mut tx, invoice.customer_id).await? else {
            continue;
        };
        if customer.details.phone.is_none() {
            summary.skipped += 1;
            continue;
        }
        if dry_run {
            summary.sent += 1;
            continue;
        }
        let text =
            notify::facts(call, &customer).reminder(&invoice.number, invoice.remaining, invoice.due_date);
        let told = Told {
            kind: notify::REMINDER,
            subject: invoice.number,
            text,
            event_id: None,
            invoice_id: Some(invoice.id),
            judged_on: None,
        };
        match notify::put(&mut tx, call, &customer, told).await? {
            Some(_) => summary.sent += 1,
            None => summary.skipped += 1,
        }
    }
    if !dry_run {
        tx.commit().await?;
        call.office.ring();
    }
    Ok(summary)
}

/// The days before today on which the schedule would have sent reminders and did not run: the machine was off, or asleep.
async fn missed_days(tx: &mut Tx, call: &Call<'_>) -> Result<Vec<Date>> {
    let row = store::schedule::find(tx, Task::SendReminders.as_str()).await?;
    let Some(row) = row.filter(|_| call.actor.who == Who::Schedule) else {
        return Ok(Vec::new());
    };
    let last = call.zone.to_datetime(row.last_slot).date();
    let mut days = Vec::new();
    let mut day = last.tomorrow();
    while let Ok(missed) = day
        && missed < call.today
        && days.len() < MOST_MISSED
    {
        days.push(missed);
        day = missed.tomorrow();
    }
    Ok(days)
}

/// Writes down what is not sent any more: a reminder of yesterday says a wrong number of days, and two of them at once anger.
async fn drop_too_old(
    tx: &mut Tx,
    call: &Call<'_>,
    summary: &mut TaskSummary,
    count: usize,
    missed: &[Date],
) -> Result<()> {
    let from = missed.first().copied().unwrap_or(call.today);
    let until = missed.last().copied().unwrap_or(call.today);
    let sentence = Sentence::new(
        format!(
            "{count} pengingat dari {} sampai {} tidak dikirim lagi; Sambung tidak berjalan pada hari itu",
            date_words(from, Language::Indonesian),
            date_words(until, Language::Indonesian)
        ),
        format!(
            "{count} reminders of {} to {} are not sent any more; Sambung was not running then",
            date_words(from, Language::English),
            date_words(until, Language::English)
        ),
    );
    summary.note("reminders_too_old", sentence.clone());
    if !summary.dry_run {
        let entry = Entry::skipped("reminders_dropped", sentence)
            .detail(json!({ "count": count, "from": from, "until": until }));
        logs::record(tx, call, entry).await?;
    }
    Ok(())
}
