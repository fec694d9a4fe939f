//! What each setting takes, in one sentence: said of a value that has another form, and of one that has the form and lies
//! outside the range. No setting is without its sentence, so that nobody ever reads a parser's words.

use billing::{FirstMonth, Rupiah, Timing};

use super::MessageChannel;
use super::check::{
    LARGEST_TOLERANCE, MOST, MOST_ACCOUNTS, MOST_DAYS_BEFORE, MOST_INVOICES, MOST_REMINDERS, YEAR,
};
use crate::error::{Sentence, due_rule};

/// The sentence for the setting `key`.
pub(super) fn expected(key: &str) -> Sentence {
    match key {
        "tax.is_pkp" | "tax.price_includes_tax" | "office.schedule_paused" | "updates.enabled" => {
            Sentence::new(
                "Isi true (ya) atau false (tidak).",
                "This must be true (yes) or false (no).",
            )
        }
        "billing.due" => due_rule(),
        "billing.timing" => one_of(Timing::WORDS),
        "billing.first_month" => one_of(FirstMonth::WORDS),
        "messages.whatsapp" => one_of(MessageChannel::WORDS),
        "office.language" => one_of(&["id", "en"]),
        "billing.bill_while_closed" => Sentence::new(
            "Pilih salah satu: always, periods, never; periods ditulis {\"periods\": 2}, paling sedikit satu periode.",
            "Use one of: always, periods, never; periods is written {\"periods\": 2}, at least one period.",
        ),
        "billing.grace_days" => Sentence::new(
            format!("Isi angka bulat, 0 sampai {YEAR} hari."),
            format!("This must be a whole number, 0 to {YEAR} days."),
        ),
        "billing.tolerance" => Sentence::new(
            format!(
                "Isi rupiah bulat, {} sampai {LARGEST_TOLERANCE}, seperti 1000.",
                Rupiah::ZERO
            ),
            format!(
                "This must be whole rupiah, {} to {LARGEST_TOLERANCE}, such as 1000.",
                Rupiah::ZERO
            ),
        ),
        "isolation.min_overdue_invoices" => Sentence::new(
            format!("Isi angka bulat, 1 sampai {MOST_INVOICES} tagihan."),
            format!("This must be a whole number, 1 to {MOST_INVOICES} invoices."),
        ),
        "isolation.weekdays" => Sentence::new(
            "Pilih paling sedikit satu hari, masing-masing sekali: 1 (Senin) sampai 7 (Minggu), seperti [1, 2, 3].",
            "Choose at least one day, each once: 1 (Monday) to 7 (Sunday), such as [1, 2, 3].",
        ),
        "isolation.holidays" => Sentence::new(
            format!(
                "Isi tanggal yang ada di kalender, seperti [\"2026-03-20\"]; paling banyak {MOST} hari libur."
            ),
            format!(
                "These must be dates of the calendar, such as [\"2026-03-20\"]; at most {MOST} holidays."
            ),
        ),
        "isolation.window" => Sentence::new(
            "Jam ditulis {\"from\": \"08:00\", \"to\": \"16:00\"}, dan mulai tidak sama dengan selesai; null untuk jam \
             berapa pun.",
            "Times are written {\"from\": \"08:00\", \"to\": \"16:00\"}, and the beginning is not the end; null for any \
             hour.",
        ),
        "messages.remind_days_before" => Sentence::new(
            format!(
                "Paling banyak {MOST_REMINDERS} pengingat, masing-masing 0 sampai {MOST_DAYS_BEFORE} hari sebelum jatuh \
                 tempo, seperti [3, 1]."
            ),
            format!(
                "At most {MOST_REMINDERS} reminders, each 0 to {MOST_DAYS_BEFORE} days before the due date, such as [3, 1]."
            ),
        ),
        "office.bank_accounts" => Sentence::new(
            format!(
                "Isi bank (bank), nomor (number) dan atas nama (holder) setiap rekening; paling banyak {MOST_ACCOUNTS} \
                 rekening."
            ),
            format!("Fill in bank, number and holder of each account; at most {MOST_ACCOUNTS} accounts."),
        ),
        "isolation_page.payment_hosts" => Sentence::new(
            "Isi daftar nama host, seperti [\"app.midtrans.com\"], tanpa https:// dan tanpa port.",
            "This must be a list of host names, such as [\"app.midtrans.com\"], without https:// and without a port.",
        ),
        "backup.keep_daily" | "backup.keep_weekly" | "backup.keep_monthly" => {
            let least = u8::from(key == "backup.keep_daily");
            Sentence::new(
                format!("Isi angka bulat, {least} sampai {MOST}."),
                format!("This must be a whole number, {least} to {MOST}."),
            )
        }
        _ => Sentence::new(
            "Isi teks, di antara tanda petik.",
            "This must be a text, in quotation marks.",
        ),
    }
}

fn one_of(words: &[&str]) -> Sentence {
    let words = words.join(", ");
    Sentence::new(
        format!("Pilih salah satu: {words}."),
        format!("Use one of: {words}."),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Settings;
    use super::*;

    /// Every setting whose default is of another kind than a text is named above: a text is what the last arm says.
    #[test]
    fn every_setting_has_its_own_sentence_and_only_texts_are_called_texts() {
        let words = [
            "billing.timing",
            "billing.first_month",
            "messages.whatsapp",
            "billing.bill_while_closed",
        ];
        for (key, value) in Settings::default().to_object().unwrap() {
            let said = expected(&key);
            let is_text = value.is_string() && key != "office.language" && !words.contains(&key.as_str());
            assert_eq!(said.en.contains("a text"), is_text, "{key}: {said:?}");
            assert_ne!(said.id, said.en, "{key}");
        }
    }

    /// What is said to be right is read: each example that stands in a sentence.
    #[test]
    fn the_examples_are_read() {
        for (key, example) in [
            ("billing.due", json!({ "after_issue": 20 })),
            ("billing.due", json!({ "day_of_month": 20 })),
            ("billing.bill_while_closed", json!({ "periods": 2 })),
            ("billing.bill_while_closed", json!("always")),
            ("billing.bill_while_closed", json!("never")),
            ("isolation.window", json!({ "from": "08:00", "to": "16:00" })),
            ("isolation.window", Value::Null),
            ("isolation.weekdays", json!([1, 2, 3])),
            ("isolation.holidays", json!(["2026-03-20"])),
            ("messages.remind_days_before", json!([3, 1])),
            ("isolation_page.payment_hosts", json!(["app.midtrans.com"])),
            ("billing.tolerance", json!(1000)),
        ] {
            let text = example.to_string().replace(',', ", ").replace("\":", "\": ");
            let said = expected(key);
            let is_shown = example.is_null() || said.en.contains(text.trim_matches('"'));
            assert!(is_shown, "{key}: {text} is not in {said:?}");
            assert!(Settings::with(key, example).is_ok(), "{key}: {text}");
        }
    }
}
