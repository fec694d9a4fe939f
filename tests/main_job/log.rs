//! The log by command line: as a file for a spreadsheet, and emptied of a person's data on request.

use serde_json::Value;

use crate::desk::{Desk, package};

#[test]
fn the_log_is_exported_and_a_filter_that_nobody_knows_is_wrong_use() {
    let desk = Desk::on_sqlite();
    desk.run(&package("HEMAT"), "");
    let csv = desk.folder().join("log.csv").display().to_string();
    let said: Value = serde_json::from_str(&desk.run(&["log", "export", "--out", &csv], "")).expect("JSON");
    assert_eq!(said["media_type"], "text/csv");
    let text = std::fs::read_to_string(&csv).expect("the file is there");
    assert!(
        text.contains("package_added") && text.contains("console"),
        "{text}"
    );

    let none = ["log", "export", "--out", &csv, "--act", "payment_received"];
    desk.run(&none, "");
    let text = std::fs::read_to_string(&csv).expect("the file is there");
    assert_eq!(text.lines().count(), 1, "the headings alone: {text}");

    let xlsx = desk.folder().join("log.xlsx").display().to_string();
    desk.run(&["log", "export", "--out", &xlsx, "--search", "hemat"], "");
    let bytes = std::fs::read(&xlsx).expect("the file is there");
    assert!(
        bytes.starts_with(b"PK"),
        "the ending of the name chooses the form"
    );

    desk.ended(&["log", "export", "--out", &csv, "--outcome", "maybe"], "")
        .failed(2, "invalid_outcome", "failed");
    desk.ended(&["log", "erase", "PLG-00001", "--reason", "permintaan"], "")
        .failed(1, "not_found", "PLG-00001");
}
