//! `sambung desk`: the computers that share an office, and letting a further one in.

use std::process::ExitCode;

use office::desks::{ForgetDesk, ListDesks, MadePairing, MakePairing};
use office::{Error, Language, Office};
use secrecy::SecretString;
use serde::Serialize;

use super::people::read_secret;
use crate::command_line::{Desk, Place};
use crate::{boot, voice};

/// Does what was asked.
pub(super) async fn run(place: &Place, what: Desk) -> Result<ExitCode, Error> {
    match what {
        Desk::Pair if place.database_url.is_none() => Err(Error::conflict(
            "office_in_a_file",
            "Kantor ini ada dalam berkas di komputer ini, jadi tidak dapat dipakai dari komputer lain. Pindahkan dulu ke server \
             PostgreSQL: sambung move --to postgres://…",
            "This office is in a file on this computer and cannot be used from another. Move it to a PostgreSQL server first: \
             sambung move --to postgres://…",
        )),
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
                "Jalankan di komputer baru, dengan --database-url yang sama: sambung desk join KODE. Kode ini berlaku sekali, \
                 sekitar {minutes} menit."
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
                "Run on the new computer, with the same --database-url: sambung desk join CODE. The code works once, for about \
                 {minutes} minutes."
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
    let location = boot::location(place, &data_dir)?;
    boot::hold(boot::occupy(&data_dir, false)?);
    let parts = boot::parts(place, &data_dir, &location).await?;
    let code = match code {
        Some(code) => code,
        None => read_secret()?,
    };
    let (_, joined) = Office::join(parts, &code).await?;
    print(&joined)
}

fn print(answer: &impl Serialize) -> Result<ExitCode, Error> {
    voice::result(&serde_json::to_string(answer).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}
