//! A restore, killed: the office that opens afterwards is the one of before or the one of the backup, whole, and never an
//! empty one.

use std::time::{Duration, Instant};

use crate::moment::{Usual, cut};
use crate::office::Office;
use crate::tally::Fell;

/// What was made after the backup, so that it tells the one office from the other.
const MARK: &str = "SESUDAH-CADANGAN";
/// How the folders begin in which a backup is tried before it replaces anything.
const SCRATCH: &str = "sambung-scratch-";

/// Restores a backup undisturbed, and says how long it takes.
pub(crate) async fn undisturbed(office: &mut Office) -> Duration {
    let backup = back_up_and_mark(office);
    let begun = Instant::now();
    restore(office, &backup);
    let took = begun.elapsed();
    assert!(
        !is_marked(office).await,
        "what is restored is older than the mark"
    );
    clear(office, &backup);
    took
}

/// Restores a backup, is killed in it, and restores it where that has come to nothing.
pub(crate) async fn killed(office: &mut Office, usual: &mut Usual, share: f64) -> Fell {
    let backup = back_up_and_mark(office);
    let mut command = office.desk.command();
    command.args(["restore", &backup]);
    let moment = usual.moment(share);
    let cut = cut(command, moment).await;
    let half_done = !of_name(office, SCRATCH).is_empty();
    office.is_sound().await;
    assert!(
        !office.lines().await.is_empty(),
        "an empty office stands where one was to be restored"
    );
    let is_old = is_marked(office).await;
    if !cut.was_killed {
        usual.whole = cut.took;
        assert!(!is_old, "a restore that ended has restored");
    }

    restore(office, &backup);
    assert!(
        !is_marked(office).await,
        "what is restored is older than the mark"
    );
    office.is_sound().await;
    office.is_done().await;
    clear(office, &backup);
    Fell {
        in_the_middle: cut.was_killed && moment >= usual.opening,
        half_done,
        claimed: 0,
    }
}

fn back_up_and_mark(office: &Office) -> String {
    let backup = office.desk.folder().join("lama.sqlite").display().to_string();
    office.answer(&["backup", &backup]);
    office.desk.add_package(MARK).done();
    backup
}

fn restore(office: &Office, backup: &str) {
    office.desk.run(&["restore", backup], "");
}

async fn is_marked(office: &Office) -> bool {
    let mut books = office.books().await;
    let sql = format!("SELECT COUNT(*) FROM packages WHERE code = '{MARK}'");
    let count = books.number(&sql).await;
    books.shut().await;
    count > 0
}

/// The files in the office's folder whose names begin so.
fn of_name(office: &Office, begin: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(office.desk.data()).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(begin))
        .map(|entry| entry.path())
        .collect()
}

fn clear(office: &Office, backup: &str) {
    std::fs::remove_file(backup).expect("the backup goes");
    forget_kept(office);
}

/// Takes away what each restore keeps of the office that it replaces, and what one that was cut off has left.
fn forget_kept(office: &Office) {
    for kept in of_name(office, "before-restore-") {
        std::fs::remove_file(kept).expect("the copy goes");
    }
    for scratch in of_name(office, SCRATCH) {
        std::fs::remove_dir_all(scratch).expect("the folder goes");
    }
}
