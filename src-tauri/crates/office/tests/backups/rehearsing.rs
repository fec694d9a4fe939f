//! Putting a backup back to see whether it can be, long after it was made (failures.md T6).

use office::backups::{BackupFreshness, BackupPassphrase};
use office::{Actor, ReadDashboard};
use secrecy::SecretString;

use crate::desk::{Desk, on_both};

on_both!(
    t6_a_backup_that_was_damaged_on_its_disk_fails_its_next_rehearsal_and_the_office_is_told,
    t6_a_backup_of_an_office_whose_books_are_wrong_does_not_pass,
    a_backup_with_an_older_passphrase_is_not_called_damaged,
);

async fn t6_a_backup_that_was_damaged_on_its_disk_fails_its_next_rehearsal_and_the_office_is_told(
    desk: Desk,
) {
    desk.set_up().await;
    let made = desk.make().await.unwrap();
    assert_eq!(desk.rehearse(made.id).await.unwrap().state, "passed");
    let file = desk.folder.join(&desk.files()[0]);
    let whole = std::fs::read(&file).unwrap();
    for damaged in [
        {
            let mut flipped = whole.clone();
            let middle = flipped.len() / 2;
            flipped[middle] ^= 1;
            flipped
        },
        whole[..whole.len() - 100].to_vec(),
    ] {
        std::fs::write(&file, damaged).unwrap();
        let found = desk.rehearse(made.id).await.unwrap();
        assert_eq!(
            (found.state.as_str(), found.code.as_deref()),
            ("failed", Some("backup_damaged"))
        );
        let dashboard = desk
            .office
            .perform(&Actor::console(), ReadDashboard)
            .await
            .unwrap();
        assert_eq!(dashboard.backup.freshness, BackupFreshness::Failed);
        assert_eq!(dashboard.backup.last_good, None);
        assert!(dashboard.backup.detail.unwrap().contains("rusak"));
    }
    std::fs::remove_file(&file).unwrap();
    let found = desk.rehearse(made.id).await.unwrap();
    assert_eq!(found.code.as_deref(), Some("backup_missing"));
    std::fs::write(&file, whole).unwrap();
    assert_eq!(desk.rehearse(made.id).await.unwrap().state, "passed");
    assert_eq!(desk.rehearse(made.id + 1).await.unwrap_err().code, "not_found");
}

async fn t6_a_backup_of_an_office_whose_books_are_wrong_does_not_pass(desk: Desk) {
    desk.set_up().await;
    desk.pay(70_000).await;
    let wrong = "UPDATE customers SET balance = balance + 1";
    let mut tx = desk.office.store().begin().await.unwrap();
    match &mut tx {
        store::Tx::Sqlite(tx) => drop(sqlx::query(wrong).execute(&mut **tx).await.unwrap()),
        store::Tx::Postgres(tx) => drop(sqlx::query(wrong).execute(&mut **tx).await.unwrap()),
    }
    tx.commit().await.unwrap();
    let made = desk.make().await.unwrap();
    assert_eq!(
        (made.state.as_str(), made.code.as_deref()),
        ("failed", Some("backup_unsound"))
    );
    assert!(made.detail.unwrap().contains("customer_balances"));
    assert_eq!(desk.files().len(), 1, "it is better than none, and stays");
}

async fn a_backup_with_an_older_passphrase_is_not_called_damaged(desk: Desk) {
    desk.set_up().await;
    let made = desk.make().await.unwrap();
    let short = BackupPassphrase {
        passphrase: SecretString::from("pendek"),
    };
    let refused = desk.office.perform(&Actor::console(), short).await.unwrap_err();
    assert_eq!(refused.fields[0].field, "passphrase");
    let other = BackupPassphrase {
        passphrase: SecretString::from("kuda makan apel merah"),
    };
    desk.office.perform(&Actor::console(), other).await.unwrap();
    let refused = desk.rehearse(made.id).await.unwrap_err();
    assert_eq!(refused.code, "backup_passphrase_wrong");
    assert_eq!(
        desk.list().await[0].state,
        "passed",
        "whoever knows the older one still opens it"
    );
}
