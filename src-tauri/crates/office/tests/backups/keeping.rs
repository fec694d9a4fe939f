//! What is kept in the folder, and what is left alone there.

use serde_json::json;

use crate::desk::{Desk, at, on_both};

on_both!(the_rule_removes_what_was_made_here_and_nothing_else,);

async fn the_rule_removes_what_was_made_here_and_nothing_else(desk: Desk) {
    desk.set_up().await;
    for (key, count) in [
        ("backup.keep_daily", 2),
        ("backup.keep_weekly", 0),
        ("backup.keep_monthly", 0),
    ] {
        desk.set(key, json!(count)).await.unwrap();
    }
    let strange = desk.folder.join("sambung-warga-net-20251230-123000.tar.zst.age");
    std::fs::write(&strange, b"cadangan kantor lain").unwrap();
    let file = |day: u8| format!("sambung-warga-net-202601{day:02}-123000.tar.zst.age");
    for day in 1..=2_u8 {
        desk.clock.set(at(&format!("2026-01-{day:02}T12:30:00+07:00")));
        assert_eq!(desk.make().await.unwrap().state, "passed");
    }
    // Somebody put another file in the place of the first one.
    std::fs::write(desk.folder.join(file(1)), b"laporan pajak").unwrap();
    for day in 3..=4_u8 {
        desk.clock.set(at(&format!("2026-01-{day:02}T12:30:00+07:00")));
        assert_eq!(desk.make().await.unwrap().state, "passed");
    }
    assert_eq!(
        desk.files(),
        [
            "sambung-warga-net-20251230-123000.tar.zst.age".to_owned(),
            file(1),
            file(3),
            file(4)
        ],
        "the second is gone; the first is not the file that was made, and the oldest never was ours"
    );
    let removed: Vec<bool> = desk
        .list()
        .await
        .iter()
        .map(|row| row.removed_at.is_some())
        .collect();
    assert_eq!(removed, [false, false, true, true], "newest first");
}
