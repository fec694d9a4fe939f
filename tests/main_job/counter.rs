//! A payment at the command line ends with the router's word about the line: open and read back, open all along, still
//! closed and why, or waiting for a router that is away. The payment is booked whatever that word is.

use serde_json::Value;
use simulators::router::Fault;

use crate::desk::{Desk, Ended, package};
use crate::small_office::{DEBT, SmallOffice};

/// An office whose three customers were closed for January, and whose router says so.
async fn closed() -> SmallOffice {
    let office = SmallOffice::open().await;
    let checked = office.answer(&[
        "task",
        "billing:check-overdue",
        "--as-of",
        "2026-02-10T06:00:00+07:00",
        "--confirm",
    ]);
    assert_eq!(checked["isolated"], 3, "{checked}");
    office
}

fn pay(office: &SmallOffice, amount: &str, more: &[&str]) -> Ended {
    let take = ["payment", "take", "PLG-00001", "--amount", amount];
    office.desk.ended(&[&take[..], more].concat(), "")
}

/// What it said and the payment, which is booked.
#[track_caller]
fn booked(ended: Ended) -> (String, Value) {
    let told = ended.told.clone();
    let taken: Value = serde_json::from_str(&ended.done()).expect("one JSON document");
    assert!(taken["number"].is_string(), "{taken}");
    (told, taken)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payer_hears_that_the_line_is_open_once_the_router_said_so() {
    let office = closed().await;
    let (told, taken) = booked(pay(&office, "200.000", &[]));
    assert!(
        told.contains("Jalur terbuka: dibaca ulang dari router Pusat pada"),
        "{told}"
    );
    let access = &taken["access"];
    assert_eq!(
        (access["desired"].as_str(), access["observed"].as_str()),
        (Some("open"), Some("open")),
        "{taken}"
    );
    assert!(
        access["observed_at"].is_i64() && access["job_id"].is_null(),
        "{taken}"
    );
    assert_eq!(office.profile("budi"), "pkg-hemat");

    let (told, taken) = booked(pay(&office, "50.000", &["--to-credit"]));
    assert!(
        told.contains("Jalur memang sudah terbuka; router Pusat terakhir mengatakannya pada"),
        "{told}"
    );
    assert_eq!(taken["credit"], 50_000, "{taken}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_pays_too_little_hears_that_the_line_stays_closed_and_why() {
    let office = closed().await;
    let (told, taken) = booked(pay(&office, "1", &[]));
    let invoice = taken["allocations"][0]["number"].as_str().expect("an invoice");
    assert!(
        told.contains("Jalur tetap tertutup. Rp 199.999 lewat jatuh tempo") && told.contains(invoice),
        "{told}"
    );
    assert_eq!(
        (
            taken["access"]["desired"].as_str(),
            taken["access"]["observed"].as_str()
        ),
        (Some("closed"), Some("closed")),
        "{taken}"
    );
    assert_eq!(office.profile("budi"), "isolated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_beside_a_router_that_is_away_says_what_the_line_waits_for_and_since_when() {
    let office = closed().await;
    office.router.set_fault(Fault::Refuse).await.expect("the fault");
    let (told, taken) = booked(pay(&office, "200.000", &[]));
    for words in [
        "Jalur belum terbuka. Router Pusat tidak dapat dipakai sejak",
        "perubahan menunggu",
        "tidak dapat dihubungi",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let access = &taken["access"];
    assert_eq!(
        (access["desired"].as_str(), access["observed"].as_str()),
        (Some("open"), Some("closed")),
        "{taken}"
    );
    assert!(access["job_id"].is_i64(), "the job that waits is named: {taken}");
    assert_eq!(taken["amount"], DEBT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_opening_the_router_refuses_says_the_routers_words_and_when_it_is_tried_again() {
    let office = closed().await;
    office
        .router
        .refuse("/ppp/secret/set", "failure: no space left on device", 1);
    let (told, taken) = booked(pay(&office, "200.000", &[]));
    for words in ["Jalur belum terbuka.", "dicoba lagi", "no space left on device"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_ne!(taken["access"]["observed"], "open", "{taken}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_without_a_router_is_told_of_no_line() {
    let desk = Desk::on_sqlite();
    desk.run(&package("HEMAT"), "");
    let file = desk.folder().join("tanpa.csv");
    std::fs::write(
        &file,
        "Nama;Paket;Tipe;Username PPPoE;Mulai\nBudi;HEMAT;pppoe;budi;01/01/2025\n",
    )
    .expect("the file is written");
    desk.run(&["import", "customers", &file.display().to_string()], "");
    let take = ["payment", "take", "PLG-00001", "--amount", "1.000", "--to-credit"];
    let (told, _) = booked(desk.ended(&take, ""));
    assert!(told.contains("tidak terhubung ke router"), "{told}");
}
