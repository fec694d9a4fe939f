//! Putting a backup back from the window, in steps: the file is chosen, checked and shown (nothing has changed by then), and after
//! a yes the program starts again and puts it in place before it opens the office.
//!
//! Only who may change the settings is let through, as the API says; before anybody has an account there is nothing to lose.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::StatusCode;
use office::Sentence;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::{Mutex, oneshot};

use super::door::Door;
use super::{Pending, Refusal};

/// A backup that somebody wants to put back.
#[derive(Debug, Deserialize)]
pub struct Candidate {
    /// The file.
    pub file: PathBuf,
    /// Its passphrase, where this machine has not the right one.
    pub passphrase: Option<SecretString>,
    /// The page's language, in which a refusal is said.
    pub language: String,
}

/// A backup that can be put back, and what it holds.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// The office's name.
    pub office: String,
    /// The moment that it is of, epoch milliseconds.
    pub taken_at: Option<i64>,
    /// Customers, ended ones too.
    pub customers: i64,
    /// Invoices, void ones too.
    pub invoices: i64,
    /// Payments, reversed ones too.
    pub payments: i64,
    /// Passwords of customers' lines that have to be typed again.
    pub lost_passwords: u64,
    /// Routers whose own password has to be typed again, by name.
    pub lost_routers: Vec<String>,
}

/// A backup that was put in place at this start.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// Where what it replaced is kept; `None` where nothing was there.
    pub kept: Option<PathBuf>,
}

/// How the program puts a backup back.
pub trait Restore: Send + Sync {
    /// Takes it in, checks it and keeps it ready, in the place of one that was checked before.
    fn check(&self, backup: Candidate) -> Pending<Result<Checked, Refusal>>;
    /// Leaves what was checked for the next start.
    fn leave(&self, language: String) -> Pending<Result<(), Refusal>>;
}

/// What the commands share.
pub(super) struct Restoring {
    restore: Option<Arc<dyn Restore>>,
    restored: Mutex<Option<Restored>>,
}

impl Restoring {
    pub(super) fn new(restore: Option<Arc<dyn Restore>>, restored: Option<Restored>) -> Self {
        Self {
            restore,
            restored: Mutex::new(restored),
        }
    }

    fn restore(&self, language: &str) -> Result<&Arc<dyn Restore>, Refusal> {
        self.restore.as_ref().ok_or_else(|| {
            let why = Sentence::new(
                "Kantor latihan tidak dapat diganti dengan cadangan. Buka Sambung tanpa `training`, lalu pulihkan di sana.",
                "A training office cannot be replaced by a backup. Open Sambung without `training` and restore it there.",
            );
            Refusal::told("not_restorable", &why, language)
        })
    }
}

/// Lets somebody choose a file. `null` if they changed their mind.
#[tauri::command]
pub(super) async fn choose_backup(app: AppHandle) -> Option<PathBuf> {
    let (chosen, choice) = oneshot::channel();
    app.dialog().file().pick_file(move |file| {
        // The command is only gone if the window is, and then nobody waits for the file.
        let _nobody = chosen.send(file);
    });
    choice.await.ok().flatten().and_then(|file| file.into_path().ok())
}

/// Checks a backup and says what it holds. Nothing changes.
#[tauri::command]
pub(super) async fn check_backup(
    door: State<'_, Door>,
    restoring: State<'_, Restoring>,
    backup: Candidate,
    headers: BTreeMap<String, String>,
) -> Result<Checked, Refusal> {
    allowed(&door, headers, &backup.language).await?;
    restoring.restore(&backup.language)?.check(backup).await
}

/// Starts again with the backup that was checked in the place of the office. Answers only when it is refused.
#[tauri::command]
pub(super) async fn restore_backup(
    app: AppHandle,
    door: State<'_, Door>,
    restoring: State<'_, Restoring>,
    language: String,
    headers: BTreeMap<String, String>,
) -> Result<(), Refusal> {
    allowed(&door, headers, &language).await?;
    restoring.restore(&language)?.leave(language).await?;
    app.restart();
}

/// What was put in place at this start; said once.
#[tauri::command]
pub(super) async fn last_restore(restoring: State<'_, Restoring>) -> Result<Option<Restored>, Refusal> {
    Ok(restoring.restored.lock().await.take())
}

/// Whether the caller may change the settings, or nobody has an account yet.
async fn allowed(door: &Door, headers: BTreeMap<String, String>, language: &str) -> Result<(), Refusal> {
    #[derive(Deserialize)]
    struct Setup {
        needs_owner: bool,
    }
    #[derive(Deserialize)]
    struct Account {
        abilities: Vec<String>,
    }
    let refused = || {
        let why = Sentence::new(
            "Hanya yang boleh mengubah setelan dapat memulihkan cadangan. Masuk sebagai pemilik atau admin.",
            "Only who may change the settings can restore a backup. Log in as the owner or an admin.",
        );
        Refusal::told("forbidden", &why, language)
    };
    let (_, setup) = door.get("/api/v1/setup".to_owned(), BTreeMap::new()).await?;
    if serde_json::from_slice(&setup).is_ok_and(|setup: Setup| setup.needs_owner) {
        return Ok(());
    }
    let (parts, account) = door.get("/api/v1/auth/me".to_owned(), headers).await?;
    if parts.status != StatusCode::OK {
        return Err(refused());
    }
    let account: Account = serde_json::from_slice(&account).map_err(|_| refused())?;
    if account
        .abilities
        .iter()
        .any(|ability| ability == "settings.write")
    {
        Ok(())
    } else {
        Err(refused())
    }
}
