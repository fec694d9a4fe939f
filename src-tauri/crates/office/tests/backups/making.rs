//! Making a backup: by a person, by the schedule, while money comes in, and where there is no place for it.

use office::backups::{BackupFreshness, MakeBackup, is_sealed, open_sealed};
use office::schedule::RunTask;
use office::{Actor, ReadDashboard, Verify};
use secrecy::SecretString;
use serde_json::json;
use store::holdings::{self, Holdings};

use crate::desk::{Desk, PASSPHRASE, at, on_both, take};

on_both!(
    a_backup_is_made_rehearsed_and_shown,
    a_backup_while_payments_are_written_holds_one_moment,
    an_office_without_a_folder_or_a_passphrase_is_told_and_its_schedule_does_not_fail,
    a_folder_that_is_not_there_is_missed_and_not_made,
    a_backup_that_was_interrupted_is_said_to_be_and_leaves_nothing,
    only_whoever_may_change_the_settings_makes_backups,
    the_schedule_makes_one_a_day,
);

async fn held(desk: &Desk) -> Holdings {
    let mut tx = desk.office.store().read().await.unwrap();
    holdings::of(&mut tx).await.unwrap()
}

async fn freshness(desk: &Desk) -> BackupFreshness {
    let dashboard = desk
        .office
        .perform(&Actor::console(), ReadDashboard)
        .await
        .unwrap();
    dashboard.backup.freshness
}

async fn scheduled(desk: &Desk, dry_run: bool) -> office::schedule::TaskSummary {
    let run = RunTask {
        task: "office:backup".into(),
        dry_run,
        ..RunTask::default()
    };
    desk.office.perform(&Actor::schedule(), run).await.unwrap()
}

async fn a_backup_is_made_rehearsed_and_shown(desk: Desk) {
    assert_eq!(freshness(&desk).await, BackupFreshness::Off);
    desk.set_up().await;
    assert_eq!(freshness(&desk).await, BackupFreshness::Never);
    desk.pay(50_000).await;
    let made = desk.make().await.unwrap();
    assert_eq!((made.state.as_str(), made.detail.as_deref()), ("passed", None));
    assert_eq!(made.desk, "meja-kasir");
    assert_eq!(desk.files(), ["sambung-warga-net-20260101-123000.tar.zst.age"]);
    let file = desk.folder.join(&desk.files()[0]);
    assert_eq!(made.file, file.display().to_string());
    assert_eq!(
        u64::try_from(made.size).unwrap(),
        std::fs::metadata(&file).unwrap().len()
    );
    assert!(is_sealed(&file).unwrap());
    assert_eq!(freshness(&desk).await, BackupFreshness::Fresh);

    let scratch = tempfile::tempdir().unwrap();
    let passphrase = SecretString::from(PASSPHRASE);
    let manifest = open_sealed(&file, &passphrase, &scratch.path().join("isi.sqlite"))
        .await
        .unwrap();
    assert_eq!(
        (manifest.office.as_str(), manifest.holds),
        ("Warga Net", held(&desk).await)
    );

    // Two days later nobody has made another one.
    desk.clock.set(at("2026-01-03T12:31:00+07:00"));
    assert_eq!(freshness(&desk).await, BackupFreshness::Old);
    let verdict = desk.office.perform(&Actor::console(), Verify).await.unwrap();
    assert!(verdict.ok, "{verdict:?}");
}

async fn a_backup_while_payments_are_written_holds_one_moment(desk: Desk) {
    desk.set_up().await;
    let (office, customer_id) = (desk.office.clone(), desk.customer_id);
    let paying = tokio::spawn(async move {
        for _ in 0..40 {
            take(&office, customer_id, 1_000).await;
        }
    });
    for second in 0..3 {
        desk.clock.set(at(&format!("2026-01-01T12:30:0{second}+07:00")));
        let made = desk.make().await.unwrap();
        assert_eq!(made.state, "passed", "{made:?}");
    }
    paying.await.unwrap();
    assert_eq!(held(&desk).await.payments, 40);
}

async fn an_office_without_a_folder_or_a_passphrase_is_told_and_its_schedule_does_not_fail(desk: Desk) {
    assert_eq!(desk.make().await.unwrap_err().code, "backup_not_set_up");
    let summary = scheduled(&desk, false).await;
    assert_eq!((summary.skipped, summary.failed, summary.created), (1, 0, 0));
    assert_eq!(summary.notes[0].code, "backup_not_set_up");
    assert!(
        summary.notes[0].message.contains("Pengaturan"),
        "{:?}",
        summary.notes
    );
    desk.set("backup.folder", json!(desk.folder)).await.unwrap();
    assert_eq!(scheduled(&desk, false).await.skipped, 1);
    assert_eq!(desk.make().await.unwrap_err().code, "backup_passphrase_missing");
    assert!(desk.list().await.is_empty());
    for bad in ["cadangan", "/tidak/ada/folder/ini"] {
        let refused = desk.set("backup.folder", json!(bad)).await.unwrap_err();
        assert_eq!(refused.fields[0].field, "backup.folder");
    }
    let refused = desk.set("backup.keep_daily", json!(0)).await.unwrap_err();
    assert_eq!(refused.fields[0].code, "out_of_range");
}

async fn a_folder_that_is_not_there_is_missed_and_not_made(desk: Desk) {
    desk.set_up().await;
    std::fs::remove_dir(&desk.folder).unwrap();
    let refused = desk.make().await.unwrap_err();
    assert_eq!(refused.code, "backup_folder_missing");
    assert!(refused.detail.id.contains(&desk.folder.display().to_string()));
    assert!(
        !desk.folder.exists(),
        "a stick that is not plugged in is not replaced by a folder"
    );
}

async fn a_backup_that_was_interrupted_is_said_to_be_and_leaves_nothing(desk: Desk) {
    desk.set_up().await;
    // What a program that was killed leaves: a row that is under way, and half a file.
    let half = desk.folder.join("sambung-warga-net-20251231-123000.tar.zst.age");
    let mut tx = desk.office.store().begin().await.unwrap();
    store::backups::begin(
        &mut tx,
        "meja-kasir",
        &half.display().to_string(),
        "schedule",
        at("2025-12-31T12:30:00+07:00"),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let partial = desk
        .folder
        .join("sambung-warga-net-20251231-123000.tar.zst.age.partial");
    std::fs::write(&partial, b"age-encryption.org/v1").unwrap();
    desk.make().await.unwrap();
    let rows = desk.list().await;
    assert_eq!(
        rows.iter().map(|row| row.state.as_str()).collect::<Vec<_>>(),
        ["passed", "failed"]
    );
    assert_eq!(rows[1].code.as_deref(), Some("backup_interrupted"));
    assert_eq!(desk.files(), ["sambung-warga-net-20260101-123000.tar.zst.age"]);
    if let Some(beside) = desk.office.store().folder() {
        let left = std::fs::read_dir(beside).unwrap().flatten();
        let left: Vec<_> = left.filter(|entry| entry.path().is_dir()).collect();
        assert!(left.is_empty(), "no copy of the database stays behind: {left:?}");
    }
}

async fn only_whoever_may_change_the_settings_makes_backups(desk: Desk) {
    desk.set_up().await;
    let cashier = Actor {
        abilities: office::Role::Cashier.abilities(),
        ..Actor::console()
    };
    let refused = desk.office.perform(&cashier, MakeBackup).await.unwrap_err();
    assert_eq!(refused.code, "forbidden");
    assert!(desk.files().is_empty());
}

async fn the_schedule_makes_one_a_day(desk: Desk) {
    desk.set_up().await;
    let would = scheduled(&desk, true).await;
    assert_eq!(
        (would.created, would.notes[0].code.as_str()),
        (1, "backup_would_be_made")
    );
    assert!(desk.files().is_empty(), "a dry run makes none");
    // The office's machine is switched on in the afternoon of the next day.
    desk.clock.set(at("2026-01-02T15:00:00+07:00"));
    office::schedule::tick(&desk.office).await.unwrap();
    office::schedule::tick(&desk.office).await.unwrap();
    let rows = desk.list().await;
    assert_eq!(rows.len(), 1, "the slot that was missed is made up for, once");
    assert_eq!(
        (rows[0].state.as_str(), rows[0].taken_by.as_str()),
        ("passed", "schedule")
    );
    std::fs::remove_dir_all(&desk.folder).unwrap();
    desk.clock.set(at("2026-01-03T12:30:00+07:00"));
    office::schedule::tick(&desk.office).await.unwrap();
    let mut tx = desk.office.store().read().await.unwrap();
    let task = store::schedule::find(&mut tx, "office:backup")
        .await
        .unwrap()
        .unwrap();
    let outcome = task.last_outcome.unwrap();
    assert!(outcome.contains("backup_folder_missing"), "{outcome}");
}
