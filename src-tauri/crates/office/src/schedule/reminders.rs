//! `billing:send-reminders`: a word before an invoice falls due, on the days that the office chose.

use crate::error::Result;
use crate::notify::{self, Told};
use crate::office::Call;
use crate::schedule::{Task, TaskSummary};
use crate::settings::MessageChannel;

/// Queues a reminder for every unpaid invoice that falls due in one of the chosen numbers of days. A customer gets one a
/// day for an invoice, however often this runs (failures.md T5).
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
    for invoice in unpaid
        .into_iter()
        .filter(|invoice| chosen.contains(&invoice.due_date))
    {
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
