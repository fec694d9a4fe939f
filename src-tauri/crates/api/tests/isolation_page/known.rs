//! A visitor who is known by the line's address: their own debts, masked, and what becomes of them.

use billing::{ConnectionType, OverrideVerdict, Rupiah};
use office::access::SetOverride;
use serde_json::json;
use simulators::router::{Fault, Profile, Secret};
use store::customers::Details;

use crate::desk::{Desk, PRICE, until};
use crate::visit::Served;

const HOME: &str = "127.0.7.1";

/// An office with one customer at [`HOME`] who is closed for January.
async fn closed() -> (Desk, i64) {
    let desk = Desk::open().await;
    desk.set(json!({
        "office.name": "Desa Net",
        "office.phone": "0812-2786-543",
        "office.bank_accounts": [{ "bank": "BRI", "number": "0123-01-004567-50-8", "holder": "Desa Net" }],
        "isolation_page.address": "192.168.10.5:8791",
    }))
    .await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    let id = desk.dialled("PLG-00001", "Siti Rahayu", HOME).await;
    desk.bill_and_wait().await;
    desk.close_overdue().await;
    until("the device is online again, isolated", async || {
        desk.router
            .active("plg-00001")
            .is_some_and(|session| session.profile == "isolated")
    })
    .await;
    (desk, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_customer_reads_what_is_owed_since_when_and_how_to_pay() {
    let (desk, _) = closed().await;
    let page = Served::open(&desk).await;
    let reply = page.get(HOME, "/generate_204").await;
    assert_eq!(reply.status, 200);
    reply.shows(&[
        "Internet Anda ditutup sementara",
        "Rp 150.000",
        "INV-202601-00001",
        "21 Januari 2026",
        "lewat 40 hari",
        "PLG-00001",
        "Si•• Ra••",
        "0123-01-004567-50-8",
        "https://wa.me/628122786543?text=",
        "tel:+628122786543",
    ]);
    reply.hides(&["Siti", "Rahayu", "6281234567890", "7890"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_speaks_english_at_a_switch() {
    let (desk, _) = closed().await;
    let page = Served::open(&desk).await;
    page.get(HOME, "/")
        .await
        .shows(&["<html lang=\"id\"", "http://192.168.10.5:8791/isolir?lang=en"]);
    let reply = page.get(HOME, "/isolir?lang=en").await;
    reply
        .shows(&[
            "<html lang=\"en\"",
            "Your internet is closed for now",
            "21 January 2026",
            "40 days late",
        ])
        .hides(&["Jatuh tempo", "Cara membayar"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_is_called_open_when_the_router_said_so_and_not_before() {
    let (desk, id) = closed().await;
    let page = Served::open(&desk).await;
    desk.pay(id, PRICE).await;
    let paid = page.get(HOME, "/isolir").await;
    paid.shows(&[
        "Sedang dibuka",
        "http-equiv=\"refresh\"",
        "Tidak ada tagihan yang belum dibayar",
    ])
    .hides(&["Internet Anda terbuka", "Rp 150.000"]);
    desk.run_due().await;
    until("the device is online again, open", async || {
        desk.router
            .active("plg-00001")
            .is_some_and(|session| session.profile == "pkg-hemat-10")
    })
    .await;
    let open = page.get(HOME, "/isolir").await;
    open.shows(&["Internet Anda terbuka"])
        .hides(&["http-equiv=\"refresh\"", "Sedang dibuka"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_payment_is_taken_off_and_opens_nothing() {
    let (desk, id) = closed().await;
    desk.pay(id, Rupiah(100_000)).await;
    let page = Served::open(&desk).await;
    page.get(HOME, "/")
        .await
        .shows(&["Internet Anda ditutup sementara", "Rp 50.000"])
        .hides(&["Rp 150.000"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offices_private_reason_stays_private() {
    let (desk, id) = closed().await;
    desk.pay(id, PRICE).await;
    let word = SetOverride {
        customer_id: id,
        verdict: OverrideVerdict::Closed,
        reason: "diduga menjual ulang".into(),
        until: None,
    };
    desk.ask(word).await.unwrap();
    let page = Served::open(&desk).await;
    page.get(HOME, "/")
        .await
        .shows(&["Kantor menutup saluran ini sementara"])
        .hides(&["menjual"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bills_that_somebody_else_pays_are_not_shown_at_the_line_that_they_close() {
    let desk = Desk::open().await;
    let payer = desk
        .add(&desk.customer("PLG-00009", "Kos Melati", ConnectionType::Pppoe))
        .await;
    desk.router.load_secrets([Secret {
        remote_address: Some(HOME.into()),
        ..Secret::new("kamar3", "x")
    }]);
    assert!(desk.router.dial("kamar3"));
    let room = Details {
        pppoe_username: Some("kamar3".into()),
        payer_id: Some(payer),
        ..desk.customer("PLG-00010", "Kamar Tiga", ConnectionType::Pppoe)
    };
    desk.add(&room).await;
    desk.bill_and_wait().await;
    let page = Served::open(&desk).await;
    page.get(HOME, "/")
        .await
        .shows(&["PLG-00010", "dibayar oleh orang lain"])
        .hides(&["Rp ", "INV-", "PLG-00009", "Melati", "Me••", "Tidak ada tagihan"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fixed_address_is_known_while_its_router_is_off() {
    let desk = Desk::open().await;
    desk.fixed("PLG-00002", HOME, desk.router_id).await;
    desk.bill_and_wait().await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let page = Served::open(&desk).await;
    page.get(HOME, "/").await.shows(&["PLG-00002", "Rp 150.000"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_name_or_a_setting_says_is_text_and_never_markup() {
    let desk = Desk::open().await;
    let hostile = "<script>alert(1)</script>";
    desk.set(json!({
        "office.name": format!("\"><img src=x onerror=alert(2)>{hostile}"),
        "office.address": hostile,
        "office.phone": "\" onclick=\"alert(3)",
        "office.logo": "",
        "office.bank_accounts": [{ "bank": hostile, "number": "</style><b>", "holder": "<!--" }],
    }))
    .await;
    desk.dialled("A<b>'\"", "<i>Si</i> &amp; <u>Ra</u>", HOME).await;
    desk.bill_and_wait().await;
    let page = Served::open(&desk).await;
    let reply = page.get(HOME, "/").await;
    assert_eq!(reply.status, 200);
    reply
        .shows(&["&lt;script&gt;", "A&lt;b&gt;", "Rp 150.000"])
        .hides(&[
            "<script",
            "<img",
            "<b>'",
            "<i>",
            "<!--",
            "</style><b>",
            "\" onclick",
        ]);
    let policy = reply.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script-src"),
        "{policy}"
    );
}
