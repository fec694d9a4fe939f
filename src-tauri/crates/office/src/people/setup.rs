//! The first start: the owner's account and the office itself. There is no default account (failures.md S1), and the
//! first owner can never be made over TCP; the door says which one it is.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Actor, Role};
use crate::error::{Error, FormCheck, Kind, Result};
use crate::logs::{self, Entry};
use crate::office::Office;
use crate::people::login::{LoginAnswer, begin_session};
use crate::people::password;
use crate::settings::Settings;

/// What the first screen needs to know.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupState {
    /// Whether the office still has no owner.
    pub needs_owner: bool,
    /// The office's name, empty before the set-up.
    pub name: String,
    /// Whether this is the training office.
    pub training: bool,
    /// Whether the set-up may be made through this door.
    pub local: bool,
    /// The office's language, `id` or `en`.
    pub language: String,
    /// The program's version.
    pub version: String,
}

/// Reads the state of the set-up; anybody may.
#[derive(Debug)]
pub struct ReadSetup {
    /// Whether the caller is in process.
    pub local: bool,
}

impl ReadSetup {
    /// Reads it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn run(self, office: &Office) -> Result<SetupState> {
        let stranger = Actor::stranger();
        let call = office.call(&stranger).await;
        let mut tx = call.read().await?;
        Ok(SetupState {
            needs_owner: store::users::count(&mut tx).await? == 0,
            name: call.settings.office_name.clone(),
            training: office.is_training(),
            local: self.local,
            language: call.settings.office_language.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}

/// Makes the owner and the office.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The office's name.
    pub office_name: String,
    /// The owner's login name.
    pub owner_name: String,
    /// The owner's password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
    /// The office's time zone; Jakarta when absent.
    pub zone: Option<String>,
    /// `id` or `en`; Indonesian when absent.
    pub language: Option<String>,
}

impl SetUp {
    /// Runs the set-up. `local` says that the caller is in process or at the console.
    ///
    /// # Errors
    /// `setup_is_local` over TCP, `setup_done` when there is an owner already, `invalid` for a bad form.
    pub async fn run(self, office: &Office, local: bool) -> Result<LoginAnswer> {
        if !local {
            return Err(Error::new(
                Kind::Forbidden,
                "setup_is_local",
                "Pemilik pertama hanya dapat dibuat di komputer kantor: buka aplikasi, atau jalankan `sambung user add`.",
                "The first owner can be made only at the office's own machine: open the application, or run `sambung user add`.",
            ));
        }
        let mut form = FormCheck::new();
        let office_name = form.text("office_name", &self.office_name, 100);
        let owner_name = form.text("owner_name", &self.owner_name, 60);
        password::check("password", &self.password, &mut form);
        let mut settings = Settings {
            office_name,
            ..Settings::default()
        };
        if let Some(zone) = self.zone {
            if jiff::tz::TimeZone::get(&zone).is_err() {
                form.refuse(
                    "zone",
                    "unknown_zone",
                    "Zona waktu tidak dikenal.",
                    "The time zone is not known.",
                );
            }
            settings.office_zone = zone;
        }
        if let Some(language) = self.language {
            if !matches!(language.as_str(), "id" | "en") {
                form.refuse(
                    "language",
                    "unknown_language",
                    "Pilih id atau en.",
                    "Choose id or en.",
                );
            }
            settings.office_language = language;
        }
        form.finish()?;
        let hash = password::hash(self.password).await?;

        let console = Actor::console();
        let call = office.call(&console).await;
        let mut tx = call.begin().await?;
        if store::users::count(&mut tx).await? > 0 {
            return Err(Error::conflict(
                "setup_done",
                "Kantor ini sudah punya pemilik. Masuk dengan akun Anda.",
                "This office already has an owner. Log in with your account.",
            ));
        }
        let owner = store::users::insert(&mut tx, &owner_name, Role::Owner.as_str(), &hash, call.now).await?;
        let written = [
            ("office.name", &settings.office_name),
            ("office.zone", &settings.office_zone),
            ("office.language", &settings.office_language),
        ];
        for (key, value) in written {
            let value = serde_json::Value::String(value.clone());
            store::settings::put(&mut tx, key, &value, call.now).await?;
        }
        let entry = Entry::done(
            "office_set_up",
            (
                format!("Kantor {} dibuat", settings.office_name),
                format!("The office {} was made", settings.office_name),
            ),
        )
        .about("user", owner.id, owner_name);
        logs::record(&mut tx, &call, entry).await?;
        let answer = begin_session(&mut tx, &call, &owner).await?;
        tx.commit().await?;
        office.replace_settings(settings);
        Ok(answer)
    }
}
