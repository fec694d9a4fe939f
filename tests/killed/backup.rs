//! A backup, killed: under its name there is no file or a whole one, which another machine opens, and the office is as it
//! was.

use std::time::{Duration, Instant};

use crate::books::Books;
use crate::desk::Desk;
use crate::moment::{Usual, cut};
use crate::office::Office;
use crate::tally::Fell;

/// Makes a backup undisturbed, and says how long it takes.
pub(crate) async fn undisturbed(office: &mut Office) -> Duration {
    let file = office.desk.folder().join("cadangan-pertama.sqlite");
    let begun = Instant::now();
    office.answer(&["backup", &file.display().to_string()]);
    let took = begun.elapsed();
    std::fs::remove_file(&file).expect("the backup goes");
    took
}

/// Makes a backup, is killed in it, and makes it again where there is none.
pub(crate) async fn killed(office: &mut Office, usual: &mut Usual, share: f64) -> Fell {
    let file = office.desk.folder().join("cadangan.sqlite");
    let halves = ["partial", "draft"].map(|end| office.desk.folder().join(format!("cadangan.sqlite.{end}")));
    let name = file.display().to_string();
    let mut books = office.books().await;
    let before = totals(&mut books).await;
    books.shut().await;
    let mut command = office.desk.command();
    command.args(["backup", &name]);
    let moment = usual.moment(share);
    let cut = cut(command, moment).await;
    if !cut.was_killed {
        usual.whole = cut.took;
        assert!(file.exists(), "a backup that was made is there");
    }
    let half_done = halves.iter().any(|half| half.exists());
    office.is_sound().await;
    let mut books = office.books().await;
    assert_eq!(totals(&mut books).await, before, "a backup changes nothing");
    books.shut().await;
    if !file.exists() {
        office.answer(&["backup", &name]);
        assert!(
            !halves.iter().any(|half| half.exists()),
            "a half lies beside the whole"
        );
    }
    // Killed between the last step and its tidying, a backup is whole and its draft still there.
    for half in halves.iter().filter(|half| half.exists()) {
        std::fs::remove_file(half).expect("the half goes");
    }
    is_whole(&name, &before).await;
    std::fs::remove_file(&file).expect("the backup goes");
    Fell {
        in_the_middle: cut.was_killed && moment >= usual.opening,
        half_done,
        claimed: 0,
    }
}

/// Asserts that another machine opens the backup, and has the same there.
async fn is_whole(file: &str, totals_before: &[i64]) {
    let other = Desk::on_sqlite();
    other.run(&["restore", file], "");
    let verdict = other.run(&["verify"], "");
    assert!(verdict.starts_with("{\"ok\":true"), "{verdict}");
    let mut books = Books::of(&other).await;
    assert_eq!(
        totals(&mut books).await,
        totals_before,
        "what was restored is what was there"
    );
    books.shut().await;
}

/// How much of everything there is.
async fn totals(books: &mut Books) -> Vec<i64> {
    let mut totals = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM customers",
        "SELECT COUNT(*) FROM invoices",
        "SELECT COUNT(*) FROM payments",
        "SELECT COUNT(*) FROM jobs",
        "SELECT COUNT(*) FROM events",
        "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM postings WHERE amount > 0",
        "SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM customers",
    ] {
        totals.push(books.number(sql).await);
    }
    totals
}
