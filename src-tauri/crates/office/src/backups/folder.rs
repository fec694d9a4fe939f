//! Where backups go: a folder that the office names, on the disk of the desk that makes them. It is not made here: a stick
//! that is not plugged in must be missed, and not be replaced by a folder of the same name.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::{Error, FormCheck, Kind, Result};
use crate::settings::Settings;

/// The longest path that is taken, in characters.
const LONGEST: usize = 400;
/// The most days, weeks or months.
const MOST: u16 = 400;
/// Behind every backup's name: what it is, from the inside out.
const ENDING: &str = ".tar.zst.age";

/// Refuses a folder that is none, and numbers that keep nothing; each only where it is being changed.
pub(crate) fn check_settings(settings: &Settings, is_given: &dyn Fn(&str) -> bool, form: &mut FormCheck) {
    let folder = settings.backup_folder.trim();
    if is_given("backup.folder") && !folder.is_empty() {
        let path = Path::new(folder);
        if folder.chars().count() > LONGEST || !path.is_absolute() {
            form.refuse(
                "backup.folder",
                "not_a_folder",
                "Tulis folder lengkapnya, misalnya D:\\Cadangan atau /media/cadangan.",
                "Write the whole path, such as D:\\Backups or /media/backups.",
            );
        } else if !path.is_dir() {
            form.refuse(
                "backup.folder",
                "folder_missing",
                "Folder ini tidak ada di komputer yang menjalankan Sambung. Buat dulu, atau pasang disknya.",
                "There is no such folder on the machine that runs Sambung. Make it first, or plug its disk in.",
            );
        } else if tempfile::tempfile_in(path).is_err() {
            form.refuse(
                "backup.folder",
                "folder_not_writable",
                "Folder ini tidak dapat ditulisi oleh Sambung. Pilih folder lain, atau beri izinnya.",
                "Sambung cannot write into this folder. Choose another, or give it permission.",
            );
        }
    }
    for (key, value, least) in [
        ("backup.keep_daily", settings.backup_keep_daily, 1),
        ("backup.keep_weekly", settings.backup_keep_weekly, 0),
        ("backup.keep_monthly", settings.backup_keep_monthly, 0),
    ] {
        if is_given(key) && !(least..=MOST).contains(&value) {
            form.refuse(
                key,
                "out_of_range",
                format!("Antara {least} dan {MOST}."),
                format!("Between {least} and {MOST}."),
            );
        }
    }
}

/// The folder that the office named; `None` where it named none.
pub(super) fn named(settings: &Settings) -> Option<PathBuf> {
    Some(settings.backup_folder.trim())
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
}

/// The same, which has to be there.
///
/// # Errors
/// `backup_not_set_up` where none is named, `backup_folder_missing` where it is not there.
pub(super) fn present(settings: &Settings) -> Result<PathBuf> {
    let folder = named(settings).ok_or_else(not_set_up)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    let folder = folder.display();
    Err(Error::new(
        Kind::Unavailable,
        "backup_folder_missing",
        format!(
            "Folder cadangan {folder} tidak ada. Pasang disknya, atau pilih folder lain di Pengaturan → Cadangan. Cadangan belum \
             dibuat."
        ),
        format!(
            "The backup folder {folder} is not there. Plug its disk in, or choose another under Settings → Backups. No backup \
             was made."
        ),
    ))
}

/// What is said where backups were never set up.
pub(super) fn not_set_up() -> Error {
    Error::conflict(
        "backup_not_set_up",
        "Cadangan terjadwal belum diatur. Pilih folder dan kata sandi di Pengaturan → Cadangan.",
        "Backups are not set up yet. Choose a folder and a passphrase under Settings → Backups.",
    )
}

/// A backup's name: the office's, and the moment by the clock on its wall.
pub(super) fn file_name(office: &str, at: Timestamp, zone: &TimeZone) -> String {
    let mut name = String::new();
    for letter in office.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
        if name.len() >= 40 {
            break;
        }
    }
    let name = Some(name.trim_end_matches('-'))
        .filter(|name| !name.is_empty())
        .unwrap_or("kantor");
    let local = zone.to_datetime(at);
    format!("sambung-{name}-{}{ENDING}", local.strftime("%Y%m%d-%H%M%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_office_and_when_and_has_nothing_in_it_that_a_disk_refuses() {
        let at: Timestamp = "2026-03-01T05:30:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Jakarta").unwrap();
        for (office, name) in [
            ("Warga Net", "warga-net"),
            ("  ../PT. Désa: \"Net\"/..  ", "pt-d-sa-net"),
            ("", "kantor"),
            ("\u{7f51}\u{7edc}", "kantor"),
        ] {
            assert_eq!(
                file_name(office, at, &zone),
                format!("sambung-{name}-20260301-123000.tar.zst.age")
            );
        }
        assert!(file_name(&"kantor ".repeat(100), at, &zone).len() < 90);
    }
}
