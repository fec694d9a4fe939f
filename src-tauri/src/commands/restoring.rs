//! `sambung restore`: a backup is put in the place of the office (see [`crate::restore`]), after somebody has seen what it holds.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;

use office::{Clock as _, Error, Language, SystemClock};
use secrecy::SecretString;
use serde_json::json;

use crate::command_line::Place;
use crate::commands::key;
use crate::commands::people::read_secret;
use crate::restore::{Held, Taken};
use crate::{boot, voice};

/// How a backup is put back.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Only say what it holds.
    pub(super) show: bool,
    /// Ask nobody.
    pub(super) confirm: bool,
}

/// Puts a backup in the place of the database. On a machine that has not the key which sealed its passwords it is opened
/// without them, and that is said.
pub(super) async fn run(place: &Place, file: &Path, how: How) -> Result<ExitCode, Error> {
    let now = SystemClock.now();
    let data_dir = boot::data_dir(place)?;
    let location = boot::location(place, &data_dir).await?;
    // Whoever had the office open would go on writing into what is replaced.
    if !how.show {
        boot::nobody_connected(&location).await?;
    }
    let _open = boot::occupy(&data_dir, !how.show)?;
    let taken = Taken::of(place, &data_dir, file, ask_passphrase, now).await?;
    if how.show {
        voice::result(&json!({ "file": file, "backup": taken.held }).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    agree(&taken.held, how)?;
    let ready = taken.opened(place, &data_dir, now).await?;
    let kept = ready.put_in_place(&location, &data_dir, now).await?;
    key::say(&ready.given_up);
    let result = json!({
        "restored": location.told()?, "kept": kept, "given_up": ready.given_up, "backup": ready.held,
    });
    voice::result(&result.to_string());
    Ok(ExitCode::SUCCESS)
}

fn ask_passphrase() -> Result<SecretString, Error> {
    if std::io::stdin().is_terminal() {
        voice::say(match voice::language() {
            Language::Indonesian => "Kata sandi cadangan ini:",
            Language::English => "The passphrase of this backup:",
        });
    }
    read_secret()
}

/// Where somebody sits in front of it, says what will be put in the place of the office and waits for a yes. A script is not
/// asked: it says what it wants by calling.
fn agree(held: &Held, how: How) -> Result<(), Error> {
    if how.confirm || !std::io::stderr().is_terminal() || !std::io::stdin().is_terminal() {
        return Ok(());
    }
    let Held {
        office, taken, holds, ..
    } = held;
    let taken = taken.as_deref().unwrap_or("-");
    let (customers, invoices, payments) = (holds.customers, holds.invoices, holds.payments);
    let turnover = holds.journal.turnover;
    voice::say(&match voice::language() {
        Language::Indonesian => format!(
            "Cadangan ini: {office}, kegiatan terakhir {taken}; {customers} pelanggan, {invoices} tagihan, {payments} \
             pembayaran, jurnal {turnover}.\nData yang sekarang disimpan dulu di sampingnya, lalu diganti. Ketik YA untuk \
             melanjutkan:"
        ),
        Language::English => format!(
            "This backup: {office}, last act {taken}; {customers} customers, {invoices} invoices, {payments} payments, \
             journal {turnover}.\nWhat is here now is kept beside it and then replaced. Type YES to go on:"
        ),
    });
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(Error::fault)?;
    if ["ya", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Error::conflict(
        "restore_not_confirmed",
        "Tidak jadi dipulihkan; tidak ada yang berubah.",
        "Nothing was restored; nothing was changed.",
    ))
}
