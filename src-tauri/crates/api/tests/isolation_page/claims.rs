//! A visitor who names a customer number and the end of a phone number: believed when both are right, and not asked for
//! ever.

use serde_json::json;

use crate::desk::Desk;
use crate::visit::Served;

const MOBILE: &str = "127.0.9.1";

async fn office() -> Desk {
    let desk = Desk::open().await;
    desk.set(json!({ "office.name": "Desa Net", "isolation_page.address": "192.168.10.5:8791" }))
        .await;
    for number in 1..=12 {
        desk.dialled(
            &format!("PLG-{number:05}"),
            "Siti Rahayu",
            &format!("127.0.7.{number}"),
        )
        .await;
    }
    desk.bill_and_wait().await;
    desk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn number_and_phone_together_are_believed_from_any_address() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    let reply = page.get(MOBILE, "/isolir?nomor=plg-00001&hp=7890").await;
    reply
        .shows(&["PLG-00001", "Rp 150.000", "Si•• Ra••"])
        .hides(&["Siti", "6281234567890"]);
    // What is loaded again, or in English, goes to the page itself and not to whoever was asked for.
    reply.shows(&["http://192.168.10.5:8791/isolir?lang=en&amp;nomor=plg%2D00001&amp;hp=7890"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_phone_and_a_wrong_number_are_told_apart_by_nobody() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    let wrong_phone = page.get("127.0.9.1", "/isolir?nomor=PLG-00001&hp=0000").await;
    let wrong_number = page.get("127.0.9.2", "/isolir?nomor=PLG-99999&hp=7890").await;
    assert_eq!(wrong_phone.status, 200);
    assert_eq!(
        wrong_phone.body.replace("PLG-00001", ""),
        wrong_number.body.replace("PLG-99999", "")
    );
    wrong_phone
        .shows(&["tidak cocok"])
        .hides(&["Rp ", "INV-", "Si••"]);
    for lazy in [
        "hp=890",
        "hp=",
        "hp=7890&nomor=",
        "hp=%C2%B2%C2%B2",
        "hp=234567890",
    ] {
        let reply = page
            .get("127.0.9.3", &format!("/isolir?nomor=PLG-00002&{lazy}"))
            .await;
        reply.hides(&["Rp ", "INV-", "Si••"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_without_a_phone_cannot_be_claimed() {
    let desk = Desk::open().await;
    let details = store::customers::Details {
        phone: None,
        ..desk.customer("PLG-00001", "Siti", billing::ConnectionType::Pppoe)
    };
    desk.add(&details).await;
    desk.bill_and_wait().await;
    let page = Served::open(&desk).await;
    for digits in ["", "0000"] {
        page.get(MOBILE, &format!("/isolir?nomor=PLG-00001&hp={digits}"))
            .await
            .hides(&["Rp ", "INV-"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_goes_through_the_numbers_is_stopped_and_the_customers_are_not() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    for number in 1..=5 {
        let reply = page
            .get(MOBILE, &format!("/isolir?nomor=PLG-{number:05}&hp=0000"))
            .await;
        assert_eq!(reply.status, 200);
    }
    // Right or wrong makes no difference now.
    let stopped = page.get(MOBILE, "/isolir?nomor=PLG-00001&hp=7890").await;
    assert_eq!(stopped.status, 429);
    stopped.shows(&["Terlalu sering"]).hides(&["Rp ", "INV-"]);
    page.get("127.0.9.2", "/isolir?nomor=PLG-00001&hp=7890")
        .await
        .shows(&["Rp 150.000"]);
    page.get("127.0.7.1", "/").await.shows(&["Rp 150.000"]);
    desk.forward(11);
    page.get(MOBILE, "/isolir?nomor=PLG-00001&hp=7890")
        .await
        .shows(&["Rp 150.000"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_customer_is_not_guessed_from_many_addresses_at_once() {
    let desk = office().await;
    let page = Served::open(&desk).await;
    let guesses: Vec<(String, String)> = (0..60)
        .map(|number| {
            let source = format!("127.0.10.{}", number + 1);
            (source, format!("/isolir?nomor=PLG-00007&hp={number:04}"))
        })
        .collect();
    let replies =
        futures::future::join_all(guesses.iter().map(|(source, path)| page.get(source, path))).await;
    let tried = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(tried, 10, "sixty guesses at once are ten tries");
    assert!(replies.iter().all(|reply| !reply.body.contains("Rp ")));
}
