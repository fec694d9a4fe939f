//! Putting a backup back from the window, in steps: the file is chosen, checked and shown (nothing has changed by then), and after
//! a yes the program starts again and puts it in place before it opens the office.
//!
//! Only who may change the settings is let through, as the API says; before anybody has an account there is nothing to lose.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::StatusCode;
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
    replaced: Mutex<Option<PathBuf>>,
}

impl Restoring {
    pub(super) fn new(restore: Option<Arc<dyn Restore>>, replaced: Option<PathBuf>) -> Self {
        Self {
            restore,
            replaced: Mutex::new(replaced),
        }
    }

    fn restore(&self) -> Result<&Arc<dyn Restore>, Refusal> {
        self.restore.as_ref().ok_or_else(|| {
            Refusal::new(
                "not_restorable",
                "a backup cannot be put in the place of this office",
            )
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
    allowed(&door, headers).await?;
    restoring.restore()?.check(backup).await
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
    allowed(&door, headers).await?;
    restoring.restore()?.leave(language).await?;
    app.restart();
}

/// Where what a backup replaced at this start is kept; said once.
#[tauri::command]
pub(super) async fn last_restore(restoring: State<'_, Restoring>) -> Result<Option<PathBuf>, Refusal> {
    Ok(restoring.replaced.lock().await.take())
}

/// Whether the caller may change the settings, or nobody has an account yet.
async fn allowed(door: &Door, headers: BTreeMap<String, String>) -> Result<(), Refusal> {
    #[derive(Deserialize)]
    struct Setup {
        needs_owner: bool,
    }
    #[derive(Deserialize)]
    struct Account {
        abilities: Vec<String>,
    }
    let refused = || {
        Refusal::new(
            "forbidden",
            "only who may change the settings may put a backup back",
        )
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
