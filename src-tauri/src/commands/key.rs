//! `sambung key`: going on after the key that sealed customers' passwords is lost with a keyring or a secrets file. The
//! words about what went with it are here too, since a restored backup says the same.

use std::process::ExitCode;

use office::{Error, GivenUp, Language, Office};

use crate::command_line::{Key, Place};
use crate::{boot, voice};

/// Does what was asked.
pub(super) async fn run(place: &Place, what: Key) -> Result<ExitCode, Error> {
    match what {
        Key::New { confirm } => new(place, confirm).await,
    }
}

/// Opens the office with a new key where the old one is lost. Passwords that would go with it need a confirmation; a key
/// that is there stays, and nothing is lost.
async fn new(place: &Place, confirm: bool) -> Result<ExitCode, Error> {
    let data_dir = boot::data_dir(place)?;
    let location = boot::location(place, &data_dir).await?;
    // Whoever had the office open would go on sealing with the key that is given up.
    let _alone = boot::occupy(&data_dir, true)?;
    let parts = boot::parts(place, &data_dir, &location).await?;
    let at_stake = GivenUp::at_stake(&parts).await?;
    if at_stake > 0 && !confirm {
        return Err(unconfirmed(at_stake));
    }
    let (_, given_up) = Office::open_anew(parts).await?;
    say(&given_up);
    voice::result(&serde_json::to_string(&given_up).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}

fn unconfirmed(passwords: u64) -> Error {
    Error::conflict(
        "key_new_unconfirmed",
        format!(
            "Dengan kunci baru, {passwords} kata sandi pelanggan yang tersimpan hilang untuk selamanya dan harus diisi lagi; \
             router tidak berubah. Tagihan dan pembayaran tidak terpengaruh. Bila kunci lama masih ada di akun atau komputer \
             lain, pakai yang itu. Bila memang hilang, ulangi dengan --confirm."
        ),
        format!(
            "With a new key, {passwords} stored customers' passwords are gone for good and have to be typed again; routers do \
             not change. Invoices and payments are not touched. If the old key is still with another account or machine, use \
             that. If it is really lost, repeat with --confirm."
        ),
    )
}

/// Says what has to be typed again; nothing where nothing was lost.
pub(super) fn say(given_up: &GivenUp) {
    let language = voice::language();
    if given_up.passwords > 0 {
        let passwords = given_up.passwords;
        voice::say(&match language {
            Language::Indonesian => format!(
                "Kunci yang menyegel kata sandi pelanggan tidak ada di komputer ini. Kantor dibuka dengan kunci baru; {passwords} \
                 kata sandi PPPoE dan hotspot harus diisi lagi di halaman pelanggan. Jalur yang sudah ada di router tetap \
                 jalan. [passwords_given_up]"
            ),
            Language::English => format!(
                "The key that sealed customers' passwords is not on this machine. The office was opened with a new key; \
                 {passwords} PPPoE and hotspot passwords have to be typed again on the customers' pages. Lines that are on a \
                 router go on. [passwords_given_up]"
            ),
        });
    }
    if !given_up.routers.is_empty() {
        let routers = given_up.routers.join(", ");
        voice::say(&match language {
            Language::Indonesian => format!(
                "Kata sandi router juga tidak ada di komputer ini. Isi di halaman Router untuk: {routers}. [router_passwords_missing]"
            ),
            Language::English => format!(
                "Routers' passwords are not on this machine either. Enter them on the Routers page for: {routers}. \
                 [router_passwords_missing]"
            ),
        });
    }
}
