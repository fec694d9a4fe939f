//! The server of the office that this desk has joined, remembered: so that a plain start, from a menu or with the session, opens
//! it. The address holds a password, so it lies with the secrets; the data folder says only that there is one, and which, for
//! people who look there.

use std::path::{Path, PathBuf};

use office::secrets::Name;
use office::{Error, Kind};
use secrecy::{ExposeSecret as _, SecretString};
use store::Location;

use crate::boot;
use crate::command_line::Place;

/// The file in the data folder that says that the office is on a server.
const MARK: &str = "office-on-server.txt";

fn mark(data_dir: &Path) -> PathBuf {
    data_dir.join(MARK)
}

/// The server that the office of this data folder is on; `None` where it is in a file.
///
/// # Errors
/// `server_address_missing` when the folder says that there is one and the secrets do not have it, and whatever keeps the
/// secrets from opening.
pub(crate) async fn recall(place: &Place, data_dir: &Path) -> Result<Option<Location>, Error> {
    if !mark(data_dir).exists() {
        return Ok(None);
    }
    let secrets = boot::secrets(place, data_dir).await?;
    match secrets.get(&Name::server_address()).await? {
        Some(address) => Ok(Some(Location::Postgres(address.expose_secret().to_owned()))),
        None => Err(missing(&mark(data_dir))),
    }
}

/// Remembers the server; forgets the one that it knows for an office in a file.
///
/// # Errors
/// When the place for secrets or the data folder cannot be written; then nothing is remembered.
pub(crate) async fn remember(place: &Place, data_dir: &Path, server: &Location) -> Result<(), Error> {
    let Location::Postgres(address) = server else {
        return forget(place, data_dir).await;
    };
    let secrets = boot::secrets(place, data_dir).await?;
    let address = SecretString::from(address.clone());
    secrets.set(&Name::server_address(), address).await?;
    let told = server.told()?;
    std::fs::write(mark(data_dir), format!("{told}\n")).map_err(|error| boot::unwritten(data_dir, &error))
}

/// Forgets the server, and its password.
async fn forget(place: &Place, data_dir: &Path) -> Result<(), Error> {
    let mark = mark(data_dir);
    if !mark.exists() {
        return Ok(());
    }
    // First what is looked at: a machine that stops here opens its file, and keeps an address that nobody asks for.
    std::fs::remove_file(mark).map_err(|error| boot::unwritten(data_dir, &error))?;
    let secrets = boot::secrets(place, data_dir).await?;
    Ok(secrets.delete(&Name::server_address()).await?)
}

fn missing(mark: &Path) -> Error {
    let mark = mark.display();
    Error::new(
        Kind::Unavailable,
        "server_address_missing",
        format!(
            "Kantor ini ada di server, tetapi alamatnya tidak ada di tempat rahasia komputer ini. Sebutkan dengan --database-url, \
             atau gabung lagi dengan `sambung desk join`. Untuk kantor dalam berkas di komputer ini, hapus {mark}."
        ),
        format!(
            "This office is on a server, but its address is not in this computer's place for secrets. Name it with \
             --database-url, or join again with `sambung desk join`. For an office in a file on this computer, remove {mark}."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::SecretsPlace;

    fn place(folder: &Path) -> Place {
        Place {
            data_dir: Some(folder.to_owned()),
            database_url: None,
            secrets: SecretsPlace::File,
        }
    }

    #[tokio::test]
    async fn a_folder_without_the_mark_asks_no_place_for_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let recalled = recall(&place(folder.path()), folder.path()).await.unwrap();
        assert_eq!(recalled, None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let file = boot::in_file(folder.path());
        remember(&place(folder.path()), folder.path(), &file)
            .await
            .unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
