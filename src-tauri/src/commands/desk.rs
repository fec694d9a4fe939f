//! `sambung desk`: the computers that share an office, and letting a further one in.

use std::process::ExitCode;

use office::desks::{ForgetDesk, Joined, ListDesks, MadePairing, MakePairing};
use office::{Error, Kind, Language, Office};
use secrecy::SecretString;
use serde::Serialize;
use store::Location;

use super::people::read_secret;
use crate::command_line::{Desk, Place};
use crate::{boot, remembered, voice};

/// Does what was asked.
pub(super) async fn run(place: &Place, what: Desk) -> Result<ExitCode, Error> {
    match what {
        Desk::Pair => pair(&boot::open(place).await?).await,
        Desk::Join { code } => join(place, code.map(SecretString::from)).await,
        Desk::List => print(
            &boot::open(place)
                .await?
                .perform(&voice::console(), ListDesks)
                .await?,
        ),
        Desk::Forget { id } => {
            let office = boot::open(place).await?;
            office.perform(&voice::console(), ForgetDesk { id }).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Makes a code and prints it, alone, once; what it does not bring over is said.
async fn pair(office: &Office) -> Result<ExitCode, Error> {
    let made = office.perform(&voice::console(), MakePairing).await?;
    voice::result(&made.code);
    voice::say(&told(&made, office.now().as_millisecond()));
    Ok(ExitCode::SUCCESS)
}

fn told(made: &MadePairing, now: i64) -> String {
    let minutes = (made.expires_at.saturating_sub(now) / 60_000).max(1);
    let missing = made.missing_routers.join(", ");
    match voice::language() {
        Language::Indonesian => {
            let mut text = format!(
                "Di komputer baru buka Sambung dan pilih \"Gabung ke kantor di server\", atau jalankan, dengan --database-url yang \
                 sama: sambung desk join KODE. Kode ini berlaku sekali, sekitar {minutes} menit."
            );
            if !missing.is_empty() {
                text.push_str(&format!(
                    " Kata sandi router ini tidak ada di sini, jadi tidak ikut: {missing}."
                ));
            }
            text
        }
        Language::English => {
            let mut text = format!(
                "On the new computer open Sambung and choose \"Join an office on a server\", or run, with the same \
                 --database-url: sambung desk join CODE. The code works once, for about {minutes} minutes."
            );
            if !missing.is_empty() {
                text.push_str(&format!(
                    " The passwords of these routers are not here, so they do not come along: {missing}."
                ));
            }
            text
        }
    }
}

/// Fetches the office's secrets with a code.
async fn join(place: &Place, code: Option<SecretString>) -> Result<ExitCode, Error> {
    let data_dir = boot::data_dir(place)?;
    let location = boot::location(place, &data_dir).await?;
    boot::hold(boot::occupy(&data_dir, false)?);
    let code = match code {
        Some(code) => code,
        None => read_secret()?,
    };
    print(&join_at(place, &location, &code, None).await?)
}

/// Lets this desk into the office at `location` with a code, and remembers where it is. `vacant` is the office that a first start
/// has opened here meanwhile.
///
/// # Errors
/// `office_not_there` for a database that no office was ever in, `office_older` for one that an older program works with, and
/// as [`Office::join_instead`].
pub(super) async fn join_at(
    place: &Place,
    location: &Location,
    code: &SecretString,
    vacant: Option<&Office>,
) -> Result<Joined, Error> {
    // Opening it would make an empty office there.
    if store::is_blank(location).await? {
        return Err(not_there(&location.told()?));
    }
    // Whoever is not let in yet changes nothing there, and the desks at work would find a schema that they do not know.
    if store::is_behind(location).await?.is_some() {
        return Err(older_office());
    }
    let data_dir = boot::data_dir(place)?;
    let parts = boot::parts(place, &data_dir, location).await?;
    let store = parts.store.clone();
    let joined = match vacant {
        Some(vacant) => vacant.join_instead(parts, code).await,
        None => Office::join(parts, code).await,
    };
    store.close().await;
    let (_, joined) = joined?;
    remembered::remember(place, &data_dir, location).await?;
    Ok(joined)
}

fn not_there(place: &str) -> Error {
    Error::new(
        Kind::Missing,
        "office_not_there",
        format!(
            "Tidak ada kantor di {place}. Periksa alamat dan nama basis datanya; di sana tidak ada yang dibuat."
        ),
        format!(
            "There is no office in {place}. Check the address and the name of the database; nothing was made there."
        ),
    )
}

fn older_office() -> Error {
    Error::new(
        Kind::Conflict,
        "office_older",
        "Kantor di server itu masih memakai Sambung versi lama. Perbarui dulu Sambung di komputer yang sudah bergabung, lalu \
         gabung lagi; belum ada yang diubah.",
        "The office on that server still works with an older Sambung. Update Sambung on a computer that is in it, then join \
         again; nothing was changed.",
    )
}

fn print(answer: &impl Serialize) -> Result<ExitCode, Error> {
    voice::result(&serde_json::to_string(answer).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}
