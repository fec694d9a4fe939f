//! The office's settings: one flat object of dotted keys, each with a default, a form and a range. The database holds
//! only what differs from the default; `schedule.<task>` lives in the schedule's own rows and is shown here too.

mod check;
mod expected;

use billing::{BillWhileClosed, DueRule, FirstMonth, Rupiah, Timing};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Tx;

use crate::actor::Ability;
use crate::edits;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// A bank account that invoices show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccount {
    /// The bank's name.
    pub bank: String,
    /// The account number, as it is printed.
    pub number: String,
    /// In whose name.
    pub holder: String,
}

/// The hours between which lines may be closed, local time, `HH:MM`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HourWindow {
    /// From this time of day, inclusive.
    pub from: String,
    /// To this time of day, exclusive.
    pub to: String,
}

/// Every setting with its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The office's name, on every document.
    #[serde(rename = "office.name")]
    pub office_name: String,
    /// The office's address.
    #[serde(rename = "office.address")]
    pub office_address: String,
    /// The office's phone.
    #[serde(rename = "office.phone")]
    pub office_phone: String,
    /// The taxpayer number, for a PKP.
    #[serde(rename = "office.npwp")]
    pub office_npwp: String,
    /// The office's time zone, by its IANA name.
    #[serde(rename = "office.zone")]
    pub office_zone: String,
    /// `id` or `en`: the language of documents and messages.
    #[serde(rename = "office.language")]
    pub office_language: String,
    /// The logo for documents: PNG or JPEG, base64; empty for none.
    #[serde(rename = "office.logo")]
    pub office_logo: String,
    /// The accounts that invoices show.
    #[serde(rename = "office.bank_accounts")]
    pub office_bank_accounts: Vec<BankAccount>,
    /// A line of text under every invoice.
    #[serde(rename = "office.footer")]
    pub office_footer: String,
    /// The static QRIS payload of the office; the amount is put in for each invoice. Empty for none.
    #[serde(rename = "office.qris")]
    pub office_qris: String,
    /// Whether the office is a PKP and so charges PPN.
    #[serde(rename = "tax.is_pkp")]
    pub tax_is_pkp: bool,
    /// Whether package prices already contain the PPN.
    #[serde(rename = "tax.price_includes_tax")]
    pub tax_price_includes_tax: bool,
    /// When an invoice falls due.
    #[serde(rename = "billing.due")]
    pub billing_due: DueRule,
    /// Whether a period is billed before or after it.
    #[serde(rename = "billing.timing")]
    pub billing_timing: Timing,
    /// Days after the due date before a line closes.
    #[serde(rename = "billing.grace_days")]
    pub billing_grace_days: u16,
    /// A shortfall up to this opens the line all the same, in rupiah.
    #[serde(rename = "billing.tolerance")]
    pub billing_tolerance: Rupiah,
    /// Whether a closed line is still billed.
    #[serde(rename = "billing.bill_while_closed")]
    pub billing_bill_while_closed: BillWhileClosed,
    /// Whether the first month is prorated or billed in full.
    #[serde(rename = "billing.first_month")]
    pub billing_first_month: FirstMonth,
    /// How many invoices must be overdue before a line closes.
    #[serde(rename = "isolation.min_overdue_invoices")]
    pub isolation_min_overdue_invoices: u16,
    /// The weekdays on which lines are closed: 1 is Monday, 7 Sunday.
    #[serde(rename = "isolation.weekdays")]
    pub isolation_weekdays: Vec<u8>,
    /// Days on which no line is closed.
    #[serde(rename = "isolation.holidays")]
    #[schema(value_type = Vec<String>)]
    pub isolation_holidays: Vec<Date>,
    /// The hours within which lines are closed; `null` for any hour.
    #[serde(rename = "isolation.window")]
    pub isolation_window: Option<HourWindow>,
    /// Where the isolation page listens, plain HTTP, such as `0.0.0.0:8791`; empty while it is off.
    #[serde(rename = "isolation_page.listen")]
    pub isolation_page_listen: String,
    /// Where customers reach the isolation page: this machine's IPv4 address as they see it and the port, such as
    /// `192.168.10.5:8791`. Routers that are prepared redirect to it.
    #[serde(rename = "isolation_page.address")]
    pub isolation_page_address: String,
    /// Hosts for paying that closed lines may reach: names or IPv4 addresses, without `https://`.
    #[serde(rename = "isolation_page.payment_hosts")]
    pub isolation_page_payment_hosts: Vec<String>,
    /// The server of the customers' devices (ACS), which closed lines go on reaching; empty for none.
    #[serde(rename = "isolation_page.acs_host")]
    pub isolation_page_acs_host: String,
    /// Whether customers are told by message, and how: `off`, `by_hand`, `fonnte`.
    #[serde(rename = "messages.whatsapp")]
    pub messages_whatsapp: MessageChannel,
    /// Days before the due date on which a reminder goes out.
    #[serde(rename = "messages.remind_days_before")]
    pub messages_remind_days_before: Vec<u16>,
    /// The folder into which backups are written, on the disk of the machine that runs the schedule; empty while there are
    /// none.
    #[serde(rename = "backup.folder")]
    pub backup_folder: String,
    /// Of how many days the last backup is kept.
    #[serde(rename = "backup.keep_daily")]
    pub backup_keep_daily: u16,
    /// Of how many weeks.
    #[serde(rename = "backup.keep_weekly")]
    pub backup_keep_weekly: u16,
    /// Of how many months.
    #[serde(rename = "backup.keep_monthly")]
    pub backup_keep_monthly: u16,
    /// Whether the schedule rests, as the tray can make it.
    #[serde(rename = "office.schedule_paused")]
    pub office_schedule_paused: bool,
    /// Whether the program looks for updates.
    #[serde(rename = "updates.enabled")]
    pub updates_enabled: bool,
}

billing::text_enum! {
    /// How messages reach customers.
    pub enum MessageChannel as "message channel" {
        /// No messages.
        Off => "off",
        /// A person opens a link with the text filled in.
        ByHand => "by_hand",
        /// The Fonnte gateway; its token is kept with the secrets.
        Fonnte => "fonnte",
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            office_name: String::new(),
            office_address: String::new(),
            office_phone: String::new(),
            office_npwp: String::new(),
            office_zone: "Asia/Jakarta".into(),
            office_language: "id".into(),
            office_logo: String::new(),
            office_bank_accounts: Vec::new(),
            office_footer: String::new(),
            office_qris: String::new(),
            tax_is_pkp: false,
            tax_price_includes_tax: false,
            billing_due: DueRule::AfterIssue(20),
            billing_timing: Timing::Advance,
            billing_grace_days: 7,
            billing_tolerance: Rupiah::ZERO,
            billing_bill_while_closed: BillWhileClosed::Always,
            billing_first_month: FirstMonth::Prorated,
            isolation_min_overdue_invoices: 1,
            isolation_weekdays: (1..=7).collect(),
            isolation_holidays: Vec::new(),
            isolation_window: None,
            isolation_page_listen: String::new(),
            isolation_page_address: String::new(),
            isolation_page_payment_hosts: Vec::new(),
            isolation_page_acs_host: String::new(),
            messages_whatsapp: MessageChannel::ByHand,
            messages_remind_days_before: vec![3],
            backup_folder: String::new(),
            backup_keep_daily: 7,
            backup_keep_weekly: 4,
            backup_keep_monthly: 12,
            office_schedule_paused: false,
            updates_enabled: false,
        }
    }
}

impl Settings {
    /// Reads the settings; keys that this program does not know are left alone for a newer one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn load(tx: &mut Tx) -> Result<Settings> {
        let mut object = Settings::default().to_object()?;
        for row in store::settings::all(tx).await? {
            if object.contains_key(&row.key) && Settings::with(&row.key, row.value.clone()).is_ok() {
                object.insert(row.key, row.value);
            }
        }
        serde_json::from_value(Value::Object(object)).map_err(Error::fault)
    }

    /// The office's zone. A name that the zone database does not know falls back to Jakarta; `PATCH` refuses such names.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.office_zone)
            .or_else(|_| TimeZone::get("Asia/Jakarta"))
            .unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(7)))
    }

    fn to_object(&self) -> Result<Map<String, Value>> {
        match serde_json::to_value(self).map_err(Error::fault)? {
            Value::Object(object) => Ok(object),
            _ => Ok(Map::new()),
        }
    }

    /// The defaults but for one key: tells whether the value has the key's form.
    fn with(key: &str, value: Value) -> Result<Settings, serde_json::Error> {
        serde_json::from_value(Value::Object(Map::from_iter([(key.to_owned(), value)])))
    }
}

/// The key beside the settings that tells which edit a reader has read.
pub const VERSION: &str = "version";

/// Reads every setting, and [`VERSION`].
#[derive(Debug)]
pub struct ReadSettings;

impl Request for ReadSettings {
    const ABILITY: Ability = Ability::SettingsRead;
    type Answer = Map<String, Value>;

    async fn run(self, call: &Call<'_>) -> Result<Map<String, Value>> {
        let mut tx = call.read().await?;
        // Not those of the call: another desk may have changed them a moment ago.
        let mut object = Settings::load(&mut tx).await?.to_object()?;
        object.insert(VERSION.into(), store::settings::edits(&mut tx).await?.into());
        for row in store::schedule::all(&mut tx).await? {
            object.insert(format!("schedule.{}", row.task), Value::String(row.cron));
        }
        Ok(object)
    }
}

/// Changes some settings; the rest stay. With [`VERSION`], a setting that somebody else changed since is not written over.
#[derive(Debug)]
pub struct ChangeSettings(pub Map<String, Value>);

impl Request for ChangeSettings {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = Map<String, Value>;

    async fn run(self, call: &Call<'_>) -> Result<Map<String, Value>> {
        let mut changes = self.0;
        let mut check = FormCheck::new();
        let read = read_version(&mut changes, &mut check);
        let mut tx = call.begin().await?;
        // Editors take turns from here, so that what is checked is what is written.
        let version = store::settings::begin_edit(&mut tx, call.now).await?;
        if let Some(read) = read.filter(|read| !(0..version).contains(read)) {
            return Err(never_was(read, version - 1));
        }
        let before = Settings::load(&mut tx).await?.to_object()?;
        let mut object = before.clone();
        let mut crons = Vec::new();
        for (key, value) in &changes {
            if let Some(task) = key.strip_prefix("schedule.") {
                crons.extend(crate::schedule::read_cron(key, task, value, &mut check));
            } else if !object.contains_key(key) {
                check.refuse(
                    key,
                    "unknown_setting",
                    "Setelan ini tidak dikenal.",
                    "There is no such setting.",
                );
            } else if Settings::with(key, value.clone()).is_err() {
                let Sentence { id, en } = expected::expected(key);
                check.refuse(key, "wrong_form", id, en);
            } else {
                object.insert(key.clone(), value.clone());
            }
        }
        check.finish()?;
        let settings: Settings = serde_json::from_value(Value::Object(object)).map_err(Error::fault)?;
        let mut form = FormCheck::new();
        check::check(&settings, &changes, &mut form);
        form.finish()?;

        let mut changed = Map::new();
        for (key, value) in &changes {
            if before.get(key) != Some(value) && !key.starts_with("schedule.") {
                if let Some(read) = read {
                    let held = store::settings::find(&mut tx, key).await?;
                    if held.is_some_and(|held| held.version > read) {
                        return Err(edits::stale(&mut tx, edits::SETTINGS, None).await?);
                    }
                }
                store::settings::edit(&mut tx, key, value, version, call.now).await?;
                changed.insert(
                    key.clone(),
                    serde_json::json!({ "before": before.get(key), "after": value }),
                );
            }
        }
        for (task, cron) in crons {
            let paused = store::schedule::find(&mut tx, &task)
                .await?
                .is_some_and(|task| task.paused);
            store::schedule::update(&mut tx, &task, &cron, paused).await?;
            changed.insert(format!("schedule.{task}"), serde_json::json!({ "after": cron }));
        }
        if !changed.is_empty() {
            let names = changed.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let entry = Entry::done(
                "settings_changed",
                (
                    format!("Setelan diubah: {names}"),
                    format!("Settings changed: {names}"),
                ),
            )
            .detail(Value::Object(changed));
            logs::record(&mut tx, call, entry).await?;
        }
        tx.commit().await?;
        call.office.replace_settings(settings);
        call.office.ring();
        let call = call.office.call(call.actor).await;
        ReadSettings.run(&call).await
    }
}

/// Takes the version that was read out of the changes.
fn read_version(changes: &mut Map<String, Value>, check: &mut FormCheck) -> Option<i64> {
    let given = changes.remove(VERSION).filter(|given| !given.is_null())?;
    let version = given.as_i64();
    if version.is_none() {
        check.refuse(
            VERSION,
            "wrong_form",
            "Isi angka version dari setelan yang dibaca, atau hilangkan.",
            "The version of the settings that were read, as a number, or none.",
        );
    }
    version
}

/// That the settings were never at the version that somebody claims to have read: no edit can be told from it.
fn never_was(read: i64, stands: i64) -> Error {
    Error::conflict(
        Error::stale().code,
        format!(
            "Setelan kantor ini tidak pernah punya versi {read}; sekarang versi {stands}. Perubahan belum disimpan. Muat \
             ulang setelannya, lalu ubah lagi."
        ),
        format!(
            "The settings of this office never had a version {read}; they are at version {stands} now. Nothing was saved. \
             Read them again, then change them."
        ),
    )
}
