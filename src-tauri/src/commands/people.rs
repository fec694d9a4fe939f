//! `sambung user` and `sambung token`: staff and tokens, by the console.

use std::io::BufRead as _;
use std::process::ExitCode;

use office::people::{AddStaff, CreateToken};
use office::{Error, Office};
use secrecy::SecretString;

use crate::command_line::{Token, User};
use crate::voice;

/// Adds somebody; the password is the first line of standard input.
pub(super) async fn user(office: &Office, what: User) -> Result<ExitCode, Error> {
    let User::Add { name, role } = what;
    let password = read_secret()?;
    let added = office
        .perform(&voice::console(), AddStaff { name, role, password })
        .await?;
    voice::result(&serde_json::to_string(&added).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}

/// Makes a token and prints it, alone, once.
pub(super) async fn token(office: &Office, what: Token) -> Result<ExitCode, Error> {
    let Token::Create {
        name,
        user,
        abilities,
    } = what;
    let made = office
        .perform(
            &voice::console(),
            CreateToken {
                name,
                user: Some(user),
                abilities,
            },
        )
        .await?;
    voice::result(&made.token.unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// The first line of standard input, as a secret.
pub(super) fn read_secret() -> Result<SecretString, Error> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| {
        Error::invalid(
            "no_password",
            "Kata sandi dibaca dari masukan standar; kirimkan satu baris.",
            "The password is read from standard input; send one line.",
        )
        .caused_by(error)
    })?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}
