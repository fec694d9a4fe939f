//! `sambung move`: the office of this place goes to another database, from a file to a server or back, with its secrets. Both
//! sides are compared before the new one is kept; the old one stays as it was, and refuses work.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use office::secrets::Name;
use office::{Clock as _, Error, Kind, Language, Office, SystemClock, moved};
use serde_json::json;
use store::transfer::Carried;
use store::{Location, Store, Tx};

use crate::command_line::Place;
use crate::{boot, remembered, voice};

/// Where the office goes: the database, and how it is opened there.
struct Target {
    place: Place,
    data_dir: PathBuf,
    location: Location,
}

/// Moves the office and prints the totals of both sides.
pub(super) async fn run(place: &Place, to: &str) -> Result<ExitCode, Error> {
    let data_dir = boot::data_dir(place)?;
    let source = boot::location(place, &data_dir).await?;
    if let Location::Sqlite(file) = &source
        && !file.exists()
    {
        let file = file.display();
        return Err(Error::new(
            Kind::Missing,
            "office_missing",
            format!("Tidak ada kantor di {file}. Sebutkan tempatnya dengan --data-dir atau --database-url."),
            format!("There is no office in {file}. Name its place with --data-dir or --database-url."),
        ));
    }
    // Whatever was written after the move began would be missing at the target. A server is asked before this program has
    // connections of its own there.
    let _alone = boot::occupy(&data_dir, true)?;
    boot::nobody_connected(&source).await?;
    let target = target(place, &data_dir, to)?;
    if target.location == source {
        return Err(Error::conflict(
            "move_to_itself",
            "Kantor ini sudah ada di situ.",
            "The office is there already.",
        ));
    }
    let _there = if target.data_dir == data_dir {
        None
    } else {
        Some(boot::occupy(&target.data_dir, true)?)
    };
    if !store::is_vacant(&target.location).await? {
        return Err(occupied(&target.location.told()?));
    }
    let carried = match carry(place, &data_dir, &source, &target).await {
        Ok(carried) => carried,
        Err(error) => {
            remove_made(&target.location);
            return Err(error);
        }
    };
    let (from, to) = (source.told()?, target.location.told()?);
    open(&target, &from, &to).await?;
    remembered::remember(&target.place, &target.data_dir, &target.location).await?;
    say(&target, place, &from);
    let result = json!({
        "from": from, "to": to, "schema": carried.schema, "tables": carried.tables.len(), "rows": carried.rows(),
        "source": carried.source, "target": carried.target, "equal": carried.source == carried.target,
    });
    voice::result(&result.to_string());
    Ok(ExitCode::SUCCESS)
}

/// What was named: a server's database, or a data folder.
fn target(place: &Place, data_dir: &Path, to: &str) -> Result<Target, Error> {
    if to.trim().is_empty() {
        return Err(Error::invalid(
            "move_nowhere",
            "Sebutkan ke mana kantor dipindah: folder, atau alamat postgres://.",
            "Name where the office is moved to: a folder, or a postgres:// address.",
        ));
    }
    let is_url = to.contains("://");
    if is_url {
        let place = Place {
            database_url: Some(to.to_owned()),
            ..place.clone()
        };
        return Ok(Target {
            location: boot::server(to)?,
            data_dir: data_dir.to_owned(),
            place,
        });
    }
    let named = Path::new(to);
    // Whoever names the file itself means its folder.
    let folder = match named.parent() {
        Some(folder) if named.file_name().is_some_and(|name| name == boot::DATABASE) => folder,
        _ => named,
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let is_same = std::fs::canonicalize(folder).ok() == std::fs::canonicalize(data_dir).ok();
    let place = Place {
        data_dir: if is_same {
            place.data_dir.clone()
        } else {
            Some(folder.to_owned())
        },
        database_url: None,
        ..place.clone()
    };
    let data_dir = boot::data_dir(&place)?;
    Ok(Target {
        location: boot::in_file(&data_dir),
        data_dir,
        place,
    })
}

/// Carries rows and secrets over. Nothing is kept at the target unless everything is the same there and sound.
async fn carry(place: &Place, data_dir: &Path, source: &Location, target: &Target) -> Result<Carried, Error> {
    let now = SystemClock.now();
    let parts = boot::parts(place, data_dir, source).await?;
    let from_store = parts.store.clone();
    let office = Office::open(parts).await?;
    let console = voice::console();
    let to_store = Store::open(&target.location, now).await?;
    let mut from = from_store.read().await?;
    let mut to = to_store.begin().await?;
    let carried = store::transfer::carry(&mut from, &mut to).await;
    let carried = match carried {
        Err(store::Error::NotEmpty(_)) => return Err(occupied(&target.location.told()?)),
        carried => carried?,
    };
    if let Some(check) = unsound(&mut to).await? {
        return Err(Error::invalid(
            "office_unsound",
            format!(
                "Data kantor ini tidak utuh ({check}), jadi tidak dipindah. Jalankan `sambung verify` untuk melihat apa yang \
                 salah. Tidak ada yang berubah."
            ),
            format!(
                "The data of this office are not sound ({check}), so they were not moved. Run `sambung verify` to see what is \
                 wrong. Nothing was changed."
            ),
        ));
    }
    if target.data_dir != data_dir {
        carry_secrets(place, data_dir, target, &mut from).await?;
    }
    drop(from);
    // First the one that is left, so that at no moment two are in use: what ends the program here leaves an office that says
    // how it is opened again.
    moved::leave(
        &office.call(&console).await,
        &source.told()?,
        &target.location.told()?,
    )
    .await?;
    to.commit().await?;
    from_store.close().await;
    to_store.close().await;
    Ok(carried)
}

/// The first check that what was carried does not pass.
async fn unsound(tx: &mut Tx) -> Result<Option<&'static str>, Error> {
    let checks = store::verify::all(tx).await?;
    if let Some(check) = checks.into_iter().find(|check| !check.is_ok()) {
        return Ok(Some(check.name));
    }
    let chain = store::billing_logs::seal::verify(tx).await?;
    Ok((!chain.is_sound()).then_some("log_chain"))
}

/// A keyring keeps the offices of two data folders apart, and each folder has its own file of secrets; what the office needs
/// goes along, and stays where it was too.
async fn carry_secrets(place: &Place, data_dir: &Path, target: &Target, from: &mut Tx) -> Result<(), Error> {
    let here = boot::secrets(place, data_dir).await?;
    let there = boot::secrets(&target.place, &target.data_dir).await?;
    let routers = store::routers::all(from).await?;
    let ids: Vec<i64> = routers.iter().map(|router| router.id).collect();
    for name in Name::of_office(&ids) {
        if let Some(secret) = here.get(&name).await? {
            there.set(&name, secret).await?;
        }
    }
    Ok(())
}

/// Opens the office where it is now, and writes down where it came from.
async fn open(target: &Target, from: &str, to: &str) -> Result<(), Error> {
    let parts = boot::parts(&target.place, &target.data_dir, &target.location).await?;
    let store = parts.store.clone();
    let office = Office::open(parts).await?;
    let console = voice::console();
    moved::arrive(&office.call(&console).await, from, to).await?;
    store.close().await;
    Ok(())
}

/// Makes the office of this place, which was moved, the one that is used again.
pub(super) async fn undo(place: &Place) -> Result<ExitCode, Error> {
    let data_dir = boot::data_dir(place)?;
    let location = left_here(place, &data_dir).await?;
    let _alone = boot::occupy(&data_dir, true)?;
    let parts = boot::parts(place, &data_dir, &location).await?;
    let store = parts.store.clone();
    let to = moved::take_back(parts).await?;
    store.close().await;
    remembered::remember(place, &data_dir, &location).await?;
    voice::say(&match voice::language() {
        Language::Indonesian => format!(
            "Kantor ini dipakai lagi di sini. Yang di {to} jangan dipakai lagi: apa yang dicatat di sana tidak ikut."
        ),
        Language::English => format!(
            "The office is used here again. Do not use the one in {to} any more: what was entered there did not come along."
        ),
    });
    voice::result(&json!({ "office": location.told()?, "was_moved_to": to }).to_string());
    Ok(ExitCode::SUCCESS)
}

/// The database of this place that was left: by now the desk remembers where its office went.
async fn left_here(place: &Place, data_dir: &Path) -> Result<Location, Error> {
    let file = boot::in_file(data_dir);
    let is_there = matches!(&file, Location::Sqlite(path) if path.exists());
    if place.database_url.is_none() && is_there {
        return Ok(file);
    }
    boot::location(place, data_dir).await
}

/// Removes a file that was begun and is no office. Of a server nothing was kept.
fn remove_made(location: &Location) {
    let Location::Sqlite(file) = location else { return };
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        if let Err(error) = std::fs::remove_file(&name)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a file that was begun could not be removed");
        }
    }
}

fn occupied(to: &str) -> Error {
    Error::conflict(
        "move_target_not_empty",
        format!(
            "{to} sudah berisi. Pilih basis data yang kosong, atau folder tanpa {}; tidak ada yang berubah.",
            boot::DATABASE
        ),
        format!(
            "There is something in {to} already. Choose an empty database, or a folder without {}; nothing was changed.",
            boot::DATABASE
        ),
    )
}

/// How the office is opened from now on, and what became of the old one.
fn say(target: &Target, place: &Place, from: &str) {
    let is_server = matches!(target.location, Location::Postgres(_));
    let folder = target.data_dir.display();
    let (id, en) = if is_server {
        (
            "Mulai sekarang Sambung di komputer ini membukanya di sana. Komputer lain bergabung dengan kode dari \
             Pengaturan, Komputer."
                .to_owned(),
            "From now on Sambung on this computer opens it there. Others join with a code from Settings, Computers."
                .to_owned(),
        )
    } else if target.place.data_dir == place.data_dir {
        (
            "Mulai sekarang Sambung membukanya di komputer ini lagi, tanpa --database-url.".to_owned(),
            "From now on Sambung opens it on this computer again, without --database-url.".to_owned(),
        )
    } else {
        (
            format!("Mulai sekarang buka dengan --data-dir {folder}, tanpa --database-url."),
            format!("From now on open it with --data-dir {folder}, without --database-url."),
        )
    };
    voice::say(&match voice::language() {
        Language::Indonesian => {
            format!("{id} Yang lama masih ada di {from}, dan tidak bisa dipakai lagi. [office_moved]")
        }
        Language::English => {
            format!("{en} The old one is still in {from}, and is refused from now on. [office_moved]")
        }
    });
}
