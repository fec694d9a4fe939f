//! `billing:rehearse-month`: on the 30th the office reads what the next month's run will bill and why that differs, while
//! there is still a day to put something right.

use billing::Rupiah;

use crate::dates::period_words;
use crate::error::{Language, Result, Sentence};
use crate::invoicing::{CauseSum, Difference, Rehearsal, RehearseNextMonth};
use crate::logs::{self, Entry};
use crate::office::{Call, Request as _};
use crate::schedule::{Task, TaskSummary};

/// Rehearses the next month and writes what came out into the log. A dry run only says it.
pub(super) async fn run(call: &Call<'_>, dry_run: bool) -> Result<TaskSummary> {
    let mut summary = TaskSummary::new(Task::RehearseMonth.as_str(), call.today, dry_run);
    let rehearsal = RehearseNextMonth.run(call).await?;
    let message = Sentence::new(
        words(&rehearsal, Language::Indonesian)?,
        words(&rehearsal, Language::English)?,
    );
    if !dry_run {
        let detail = serde_json::json!({ "month": rehearsal.month, "invoices": rehearsal.invoices,
            "before": rehearsal.before, "after": rehearsal.after, "further": rehearsal.further,
            "causes": rehearsal.causes });
        let entry = Entry::done("month_rehearsed", message.clone()).detail(detail);
        let mut tx = call.begin().await?;
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
    }
    summary.note("month_rehearsed", message);
    Ok(summary)
}

fn words(it: &Rehearsal, language: Language) -> Result<String> {
    let month = period_words(it.month, language);
    let difference = it.after.try_sub(it.before)?;
    let size = if difference.is_positive() {
        difference
    } else {
        difference.try_neg()?
    };
    let (invoices, after) = (it.invoices, it.after);
    let sum = match (language, difference) {
        (Language::Indonesian, Rupiah::ZERO) => "sama dengan bulan ini".to_owned(),
        (Language::English, Rupiah::ZERO) => "as much as this month".to_owned(),
        (Language::Indonesian, more) if more.is_positive() => format!("{size} lebih banyak dari bulan ini"),
        (Language::English, more) if more.is_positive() => format!("{size} more than this month"),
        (Language::Indonesian, _) => format!("{size} lebih sedikit dari bulan ini"),
        (Language::English, _) => format!("{size} less than this month"),
    };
    let further = match (language, it.further) {
        (_, Rupiah::ZERO) => String::new(),
        (Language::Indonesian, further) => format!(" Biaya lain yang ikut ditagih: {further}."),
        (Language::English, further) => format!(" Further charges that ride along: {further}."),
    };
    let head = match language {
        Language::Indonesian => {
            format!("{month}: {invoices} tagihan, layanan {after} sebelum PPN, {sum}.{further}")
        }
        Language::English => {
            format!("{month}: {invoices} invoices, {after} of service before PPN, {sum}.{further}")
        }
    };
    let causes: Vec<String> = it.causes.iter().map(|sum| cause(sum, language)).collect();
    Ok(if causes.is_empty() {
        head
    } else {
        format!("{head} {}.", causes.join("; "))
    })
}

fn cause(sum: &CauseSum, language: Language) -> String {
    let (lines, difference) = (sum.lines, sum.difference);
    let (id, en) = match sum.cause {
        Difference::New => ("baru", "new"),
        Difference::Left => ("berhenti", "left"),
        Difference::Paused => ("cuti", "set aside"),
        Difference::Price => ("harga atau paket", "price or package"),
        Difference::Proration => ("hitungan hari", "part of a month"),
        Difference::Discount => ("diskon", "discount"),
        Difference::Override => ("pengecualian", "override"),
        Difference::Prepaid => ("sudah dibayar di muka", "paid ahead"),
    };
    match language {
        Language::Indonesian => format!("{id}: {lines} jalur, {difference}"),
        Language::English => format!("{en}: {lines} lines, {difference}"),
    }
}
