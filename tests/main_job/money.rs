//! Money at the command line: what is above the debt is asked about, change is said, the receipt is written, and the
//! answer about a line goes to the customer.

use crate::small_office::{DEBT, SmallOffice};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_typed_twice_is_refused_the_second_time_unless_it_is_meant_as_credit() {
    let office = SmallOffice::open().await;
    let take = ["payment", "take", "PLG-00001", "--amount", "200.000"];
    office.answer(&take);
    office.desk.ended(&take, "").failed(1, "overpaid", "--to-credit");
    let transfer = [&take[..], &["--method", "transfer", "--reference", "BCA 881"]].concat();
    office
        .desk
        .ended(&transfer, "")
        .failed(1, "overpaid", "--to-credit");
    let kept = office.answer(&[&transfer[..], &["--to-credit"]].concat());
    assert_eq!(
        (kept["credit"].as_i64(), kept["reference"].as_str()),
        (Some(DEBT), Some("BCA 881")),
        "{kept}"
    );
    office.desk.run(&["verify"], "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn change_is_said_and_too_little_on_the_counter_is_refused() {
    let office = SmallOffice::open().await;
    let take = [
        "payment",
        "take",
        "PLG-00002",
        "--amount",
        "200.000",
        "--received",
    ];
    office.desk.ended(&[&take[..], &["150.000"]].concat(), "").failed(
        1,
        "too_little_received",
        "kurang dari",
    );
    let taken = office.desk.ended(&[&take[..], &["250.000"]].concat(), "");
    assert!(taken.told.contains("Uang kembali Rp 50.000"), "{taken:?}");
    let taken: serde_json::Value = serde_json::from_str(&taken.done()).expect("JSON");
    assert_eq!(taken["change"], 50_000, "{taken}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_written_in_each_form_and_one_of_no_payment_is_not() {
    let office = SmallOffice::open().await;
    let taken = office.answer(&["payment", "take", "PLG-00003", "--amount", "50.000"]);
    let number = taken["number"].as_str().expect("a number");
    let out = office.desk.folder().join("kuitansi");
    let path = out.display().to_string();
    for (format, begins) in [
        ("a5", &b"%PDF"[..]),
        ("58", b"%PDF"),
        ("80", b"%PDF"),
        ("escpos", b"\x1b@"),
    ] {
        let words = ["payment", "receipt", number, "--out", &path, "--format", format];
        assert_eq!(office.answer(&words)["file"], path.as_str());
        let bytes = std::fs::read(&out).expect("the receipt");
        assert!(bytes.starts_with(begins), "{format}: {:?}", &bytes[..8]);
    }
    std::fs::remove_file(&out).expect("the receipt goes");
    office
        .desk
        .ended(&["payment", "receipt", "PAY-20260101", "--out", &path], "")
        .failed(1, "not_found", "PAY-20260101");
    assert!(!out.exists(), "nothing was written");
    let nowhere = office.desk.folder().join("tidak/ada.pdf").display().to_string();
    office
        .desk
        .ended(&["payment", "receipt", number, "--out", &nowhere], "")
        .failed(1, "cannot_write", "tidak dapat ditulisi");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_goes_to_the_customer_once_and_a_number_that_nobody_has_is_named() {
    let office = SmallOffice::open().await;
    let why = office.answer(&["customer", "why", "PLG-00001"]);
    assert!(why.get("sent").is_none(), "nothing is sent unasked: {why}");
    let sent = office.answer(&["customer", "why", "PLG-00001", "--send"]);
    assert!(sent["sent"]["notification_id"].is_i64(), "{sent}");
    assert_eq!(sent["reasons"], why["reasons"]);
    // Nobody said that it was sent: the link is given once more, and it is the same message.
    let again = office.answer(&["customer", "why", "PLG-00001", "--send"]);
    assert_eq!(again["sent"], sent["sent"]);
    let nobody = office.desk.ended(&["customer", "why", "PLG-99999"], "");
    assert!(!nobody.told.contains("Muat ulang"), "{nobody:?}");
    nobody.failed(1, "not_found", "PLG-99999");
}
