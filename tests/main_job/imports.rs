//! Imports at the command line: the list of them, undoing one, and the router of a list that names none.

use crate::small_office::{SmallOffice, each};

const TWO: &str =
    "Nama;HP;Paket;Username PPPoE\nDewi;081234567811;HEMAT;dewi\nRudi;081234567812;HEMAT;rudi\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_listed_and_undone_once_and_who_paid_since_stays() {
    let office = SmallOffice::open().await;
    let batch = office.import("baru.csv", TWO, &[])["batch_id"].to_string();
    office.answer(&["payment", "take", "PLG-00005", "--amount", "1.000", "--to-credit"]);
    let list = office.answer(&["import", "list", "--limit", "1"]);
    assert_eq!(
        (list["total"].as_i64(), each(&list["items"], "file_name")),
        (Some(2), vec!["baru.csv"])
    );

    let undone = office.desk.ended(&["import", "undo", &batch], "");
    assert!(
        undone.told.contains("PLG-00005: "),
        "who stays is named: {undone:?}"
    );
    let undone: serde_json::Value = serde_json::from_str(&undone.done()).expect("JSON");
    assert_eq!(undone["removed"], 1, "{undone}");
    assert_eq!(each(&undone["kept"], "customer_no"), ["PLG-00005"]);
    office
        .desk
        .ended(&["import", "undo", &batch], "")
        .failed(1, "import_already_undone", "sudah dibatalkan");
    office
        .desk
        .ended(&["import", "undo", "99"], "")
        .failed(1, "not_found", "Impor");
    office.desk.run(&["verify"], "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_two_routers_a_list_without_a_router_needs_one_that_exists() {
    let office = SmallOffice::open().await;
    let added = office.desk.ended(
        &[
            "router",
            "add",
            "Timur",
            "--host",
            "127.0.0.1",
            "--port",
            "1",
            "--user",
            "admin",
        ],
        "",
    );
    assert!(added.told.contains("[password_empty]"), "{added:?}");
    added.done();
    let file = office.desk.folder().join("baru.csv");
    std::fs::write(&file, TWO).expect("the file is written");
    let file = file.display().to_string();
    let import = ["import", "customers", file.as_str()];
    let refused = office.desk.ended(&import, "");
    assert!(
        refused.told.contains("baris 2: ") && !refused.told.contains("line 2"),
        "{refused:?}"
    );
    refused.failed(1, "import_bad_rows", "2 dari 2 baris");
    office
        .desk
        .ended(&[&import[..], &["--router", "Barat"]].concat(), "")
        .failed(1, "router_unknown", "Pusat, Timur");
    let shown = office.answer(&[&import[..], &["--router", "timur", "--dry-run"]].concat());
    assert_eq!(shown["good"], 2, "{shown}");
    let taken = office.answer(&[&import[..], &["--router", "timur"]].concat());
    assert_eq!(taken["imported"], 2, "{taken}");
}
