//! How a window leaves its office for another: for one on a server that it joins, or for a backup that is put in its place.

use std::sync::Arc;

use office::{Clock as _, Error, Language, Office, Sentence, SystemClock};
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;

use crate::boot;
use crate::command_line::Place;
use crate::commands::desk;
use crate::desktop::{Candidate, Checked, Invitation, Join, Pending, Refusal, Restore, Restored};
use crate::restore::{self, Ready, Taken};

/// What a window offers; nothing in a training office.
#[derive(Default)]
pub(super) struct Leaving {
    /// Joining an office on a server.
    pub(super) join: Option<Join>,
    /// Putting a backup in the place of the office.
    pub(super) restore: Option<Arc<dyn Restore>>,
    /// The backup that was put in place at this start.
    pub(super) restored: Option<Restored>,
}

fn refused(error: &Error, language: &str) -> Refusal {
    let language = Language::from_tag(language);
    Refusal::new(error.code, error.detail.for_language(language))
}

/// Joining an office on a server, from one in which nobody is yet.
pub(super) fn joining(place: &Place, office: &Office) -> Join {
    let (place, office) = (place.clone(), office.clone());
    Arc::new(move |invitation| {
        let (place, office) = (place.clone(), office.clone());
        Box::pin(async move {
            let joined = join(&place, &office, &invitation).await;
            joined.map_err(|error| refused(&of_a_field(error), &invitation.language))
        })
    })
}

async fn join(place: &Place, office: &Office, invitation: &Invitation) -> Result<(), Error> {
    // What was named at the start would be opened again at the next.
    if place.database_url.is_some() {
        return Err(Error::conflict(
            "database_url_given",
            "Sambung dibuka dengan --database-url (atau SAMBUNG_DATABASE_URL). Hilangkan itu dulu, lalu gabung dari sini.",
            "Sambung was opened with --database-url (or SAMBUNG_DATABASE_URL). Leave that out first, then join from here.",
        ));
    }
    let location = boot::server(invitation.address.expose_secret().trim())?;
    desk::join_at(place, &location, &invitation.code, Some(office)).await?;
    Ok(())
}

/// What the command line says of its options, in words about the field that somebody filled in instead.
fn of_a_field(error: Error) -> Error {
    let detail = match error.code {
        "database_url_unknown" => Sentence::new(
            "Alamat server harus berawalan postgres://. Salin alamatnya dari komputer lain.",
            "The server address must begin with postgres://. Copy the address from another computer.",
        ),
        "database_missing" => Sentence::new(
            "Server menjawab, tetapi tidak punya basis data dengan nama itu. Betulkan nama di akhir alamat.",
            "The server answers, but it has no database of this name. Mend the name at the end of the address.",
        ),
        "database_denied" => Sentence::new(
            "Server menjawab, tetapi menolak pengguna atau kata sandinya. Betulkan keduanya di alamat.",
            "The server answers, but it refuses the user or the password. Mend them in the address.",
        ),
        "database_unreachable" => Sentence::new(
            "Server tidak terjangkau. Periksa alamatnya, dan apakah server menyala dan tersambung ke jaringan.",
            "The server cannot be reached. Check the address, and whether the server runs and is on the network.",
        ),
        _ => return error,
    };
    Error { detail, ..error }
}

/// Putting a backup in the place of the office.
pub(super) fn restoring(place: &Place) -> Arc<dyn Restore> {
    Arc::new(FromBackup {
        place: place.clone(),
        ready: Arc::default(),
    })
}

struct FromBackup {
    place: Place,
    /// What was checked last and waits for a yes.
    ready: Arc<Mutex<Option<Ready>>>,
}

impl Restore for FromBackup {
    fn check(&self, backup: Candidate) -> Pending<Result<Checked, Refusal>> {
        let (place, ready) = (self.place.clone(), Arc::clone(&self.ready));
        Box::pin(async move {
            let mut ready = ready.lock().await;
            *ready = None;
            let made = made_ready(&place, &backup).await;
            let made = made.map_err(|error| refused(&error, &backup.language))?;
            let checked = checked(&made);
            *ready = Some(made);
            Ok(checked)
        })
    }

    fn leave(&self, language: String) -> Pending<Result<(), Refusal>> {
        let (place, ready) = (self.place.clone(), Arc::clone(&self.ready));
        Box::pin(async move {
            let made = ready.lock().await.take().ok_or_else(not_checked);
            let left = made.and_then(|made| restore::leave(&made, &boot::data_dir(&place)?));
            left.map_err(|error| refused(&error, &language))
        })
    }
}

async fn made_ready(place: &Place, backup: &Candidate) -> Result<Ready, Error> {
    let (data_dir, now) = (boot::data_dir(place)?, SystemClock.now());
    let typed = || backup.passphrase.clone().ok_or_else(no_passphrase);
    let taken = Taken::of(place, &data_dir, &backup.file, typed, now).await?;
    taken.opened(place, &data_dir, now).await
}

fn checked(ready: &Ready) -> Checked {
    let holds = &ready.held.holds;
    Checked {
        office: ready.held.office.clone(),
        taken_at: ready.held.taken_at,
        customers: holds.customers,
        invoices: holds.invoices,
        payments: holds.payments,
        lost_passwords: ready.given_up.passwords,
        lost_routers: ready.given_up.routers.clone(),
    }
}

fn no_passphrase() -> Error {
    Error::invalid(
        "backup_passphrase_missing",
        "Cadangan ini terkunci, dan kata sandi cadangan di komputer ini tidak cocok atau tidak ada. Isi kata sandinya.",
        "This backup is locked, and the passphrase of this computer is another or none. Enter its passphrase.",
    )
}

fn not_checked() -> Error {
    Error::conflict(
        "backup_not_checked",
        "Periksa dulu cadangannya, lalu pulihkan.",
        "Check the backup first, then put it back.",
    )
}
