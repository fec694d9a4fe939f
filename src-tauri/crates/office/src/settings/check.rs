//! Refusing settings that have the right form and make no sense, each beside its key and only where it is being changed:
//! what stands already bothers nobody who changes something else.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use billing::{BillWhileClosed, DueRule, Rupiah};
use documents::QrisPayload;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::Settings;
use super::expected::expected;
use crate::error::{FormCheck, Sentence};

/// The largest tolerance: more than a rounding at the counter, less than anybody's month. A larger one would open a line
/// for a part payment, and Rp 1 opens nothing.
pub(super) const LARGEST_TOLERANCE: Rupiah = Rupiah(50_000);
/// The longest time that an office may give, in days.
pub(super) const YEAR: u16 = 365;
/// How many holidays an office can have.
pub(super) const MOST: usize = 400;
/// Accounts that an invoice has room for.
pub(super) const MOST_ACCOUNTS: usize = 10;
/// Reminders of one invoice.
pub(super) const MOST_REMINDERS: usize = 10;
/// The first day of a reminder, before the due date.
pub(super) const MOST_DAYS_BEFORE: u16 = 60;
/// Invoices that can be waited for before a line closes.
pub(super) const MOST_INVOICES: u16 = 36;

/// Notes on the form what is wrong with those of the settings that are `given`.
pub(super) fn check(settings: &Settings, given: &Map<String, Value>, form: &mut FormCheck) {
    let is_given = |key: &str| given.contains_key(key);
    office(settings, &is_given, form);
    billing(settings, &is_given, form);
    isolation(settings, &is_given, form);
    crate::isolation_page::check_settings(settings, form);
    crate::backups::check_settings(settings, &is_given, form);
    if is_given("messages.remind_days_before") {
        let days = &settings.messages_remind_days_before;
        if days.len() > MOST_REMINDERS || days.iter().any(|days| *days > MOST_DAYS_BEFORE) {
            beyond("messages.remind_days_before", "out_of_range", form);
        }
    }
}

/// Refuses a setting by what it takes.
fn beyond(key: &str, code: &'static str, form: &mut FormCheck) {
    let Sentence { id, en } = expected(key);
    form.refuse(key, code, id, en);
}

fn office(settings: &Settings, is_given: &dyn Fn(&str) -> bool, form: &mut FormCheck) {
    if is_given("office.name") {
        // A new office may have no name yet; one that is given a name keeps one.
        form.text("office.name", &settings.office_name, 100);
    }
    for (key, value, longest) in [
        ("office.phone", &settings.office_phone, 40),
        ("office.npwp", &settings.office_npwp, 40),
    ] {
        if is_given(key) {
            form.optional_text(key, Some(value), longest);
        }
    }
    // These two may have several lines.
    for (key, value) in [
        ("office.address", &settings.office_address),
        ("office.footer", &settings.office_footer),
    ] {
        if is_given(key) {
            let one_line = value.replace(['\n', '\r'], " ");
            form.optional_text(key, Some(&one_line), 300);
        }
    }
    if is_given("office.zone") && TimeZone::get(&settings.office_zone).is_err() {
        form.refuse(
            "office.zone",
            "unknown_zone",
            "Zona waktu tidak dikenal; contoh: Asia/Jakarta, Asia/Makassar, Asia/Jayapura.",
            "The time zone is not known; examples: Asia/Jakarta, Asia/Makassar, Asia/Jayapura.",
        );
    }
    if is_given("office.language") && !matches!(settings.office_language.as_str(), "id" | "en") {
        beyond("office.language", "unknown_language", form);
    }
    if is_given("office.logo") && !is_logo(&settings.office_logo) {
        form.refuse(
            "office.logo",
            "not_a_logo",
            "Logo berupa gambar PNG atau JPEG; pilih berkas lain.",
            "A logo is a PNG or JPEG picture; choose another file.",
        );
    }
    let qris = settings.office_qris.trim();
    if is_given("office.qris") && !qris.is_empty() && QrisPayload::parse(qris).is_err() {
        form.refuse(
            "office.qris",
            "not_qris",
            "Ini bukan isi QRIS yang utuh. Pindai lagi stiker QRIS kantor dan salin seluruh teksnya.",
            "This is no whole QRIS payload. Scan the office's QRIS sticker again and copy all of its text.",
        );
    }
    let accounts = &settings.office_bank_accounts;
    let incomplete = |account: &super::BankAccount| {
        [&account.bank, &account.number, &account.holder]
            .iter()
            .any(|text| text.trim().is_empty() || text.chars().count() > 100)
    };
    if is_given("office.bank_accounts") && (accounts.len() > MOST_ACCOUNTS || accounts.iter().any(incomplete))
    {
        beyond("office.bank_accounts", "incomplete", form);
    }
}

fn billing(settings: &Settings, is_given: &dyn Fn(&str) -> bool, form: &mut FormCheck) {
    if is_given("billing.grace_days") && settings.billing_grace_days > YEAR {
        beyond("billing.grace_days", "out_of_range", form);
    }
    if is_given("billing.tolerance")
        && !(Rupiah::ZERO..=LARGEST_TOLERANCE).contains(&settings.billing_tolerance)
    {
        beyond("billing.tolerance", "out_of_range", form);
    }
    let due_is_right = match settings.billing_due {
        DueRule::AfterIssue(days) => days <= YEAR,
        DueRule::DayOfMonth(day) => (1..=31).contains(&day),
    };
    if is_given("billing.bill_while_closed")
        && settings.billing_bill_while_closed == BillWhileClosed::Periods(0)
    {
        beyond("billing.bill_while_closed", "out_of_range", form);
    }
    if is_given("billing.due") && !due_is_right {
        beyond("billing.due", "out_of_range", form);
    }
}

fn isolation(settings: &Settings, is_given: &dyn Fn(&str) -> bool, form: &mut FormCheck) {
    let days = &settings.isolation_weekdays;
    let distinct: BTreeSet<u8> = days.iter().copied().collect();
    let is_right =
        !days.is_empty() && distinct.len() == days.len() && distinct.iter().all(|day| (1..=7).contains(day));
    if is_given("isolation.weekdays") && !is_right {
        beyond("isolation.weekdays", "out_of_range", form);
    }
    if is_given("isolation.holidays") && settings.isolation_holidays.len() > MOST {
        beyond("isolation.holidays", "out_of_range", form);
    }
    if is_given("isolation.min_overdue_invoices")
        && !(1..=MOST_INVOICES).contains(&settings.isolation_min_overdue_invoices)
    {
        beyond("isolation.min_overdue_invoices", "out_of_range", form);
    }
    let hour = |text: &str| text.parse::<Time>().ok();
    if is_given("isolation.window")
        && let Some(window) = &settings.isolation_window
        && !matches!((hour(&window.from), hour(&window.to)), (Some(from), Some(to)) if from != to)
    {
        beyond("isolation.window", "not_a_time", form);
    }
}

/// Whether the text is none, or a picture that documents can show.
fn is_logo(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || STANDARD
            .decode(text)
            .is_ok_and(|bytes| documents::Logo::read(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The code that one setting is refused with.
    fn refused(key: &str, value: Value) -> Option<&'static str> {
        let given = Map::from_iter([(key.to_owned(), value)]);
        let settings: Settings = serde_json::from_value(Value::Object(given.clone())).unwrap();
        let mut form = FormCheck::new();
        check(&settings, &given, &mut form);
        form.finish().err().map(|error| error.fields[0].code)
    }

    #[test]
    fn a_tolerance_that_would_let_a_part_payment_open_a_line() {
        assert_eq!(refused("billing.tolerance", json!(50_001)), Some("out_of_range"));
        assert_eq!(refused("billing.tolerance", json!(-1)), Some("out_of_range"));
        assert_eq!(refused("billing.tolerance", json!(2_000)), None);
    }

    #[test]
    fn no_weekday_at_all_is_not_every_weekday() {
        assert_eq!(refused("isolation.weekdays", json!([])), Some("out_of_range"));
        assert_eq!(refused("isolation.weekdays", json!([0])), Some("out_of_range"));
        assert_eq!(refused("isolation.weekdays", json!([1, 1])), Some("out_of_range"));
        assert_eq!(refused("isolation.weekdays", json!([1, 7])), None);
        assert_eq!(
            refused("billing.bill_while_closed", json!({ "periods": 0 })),
            Some("out_of_range")
        );
    }

    #[test]
    fn a_qris_with_a_character_missing_is_refused_when_it_is_typed_and_not_when_it_is_printed() {
        assert_eq!(refused("office.qris", json!("00020101021126")), Some("not_qris"));
        assert_eq!(refused("office.qris", json!("  ")), None);
    }

    #[test]
    fn an_account_without_a_holder_is_no_account() {
        let account = |holder: &str| json!([{ "bank": "BRI", "number": "0123", "holder": holder }]);
        assert_eq!(refused("office.bank_accounts", account(" ")), Some("incomplete"));
        assert_eq!(refused("office.bank_accounts", account("Desa Net")), None);
    }

    #[test]
    fn a_name_may_not_be_emptied_and_an_address_may() {
        assert_eq!(refused("office.name", json!("")), Some("required"));
        assert_eq!(
            refused("office.name", json!("Desa\u{7}Net")),
            Some("control_characters")
        );
        assert_eq!(refused("office.address", json!("")), None);
        assert_eq!(refused("office.address", json!("Jl. Mawar 7\nBandung")), None);
    }

    #[test]
    fn what_stands_already_bothers_nobody_who_changes_something_else() {
        let given = Map::from_iter([("billing.grace_days".to_owned(), json!(3))]);
        let settings = Settings {
            office_zone: "Asia/Atlantis".into(),
            ..Settings::default()
        };
        let mut form = FormCheck::new();
        check(&settings, &given, &mut form);
        assert!(form.finish().is_ok());
    }

    #[test]
    fn a_window_of_no_length_closes_nobody_for_ever() {
        let window = |from: &str, to: &str| json!({ "from": from, "to": to });
        assert_eq!(
            refused("isolation.window", window("08:00", "08:00")),
            Some("not_a_time")
        );
        assert_eq!(
            refused("isolation.window", window("8 pagi", "16:00")),
            Some("not_a_time")
        );
        assert_eq!(
            refused("isolation.window", window("22:00", "06:00")),
            None,
            "over midnight"
        );
        assert_eq!(refused("isolation.window", Value::Null), None);
    }
}
