//! The addresses of closed lines: refused where they are somebody else's.

use billing::{ConnectionType, RouterMode};
use office::isolation_page::PreviewPreparation;
use simulators::router::Secret;
use store::customers::Details;

use crate::router::{everything, office, prepare, preview, try_to_prepare};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_of_the_internet_or_of_somebody_else_is_refused_before_anything_is_sent() {
    let desk = office(RouterMode::Manage).await;
    desk.router.insert(
        "/ip/pool",
        &[
            ("name", "pelanggan"),
            ("ranges", "10.88.0.10-10.88.0.200,10.88.2.0/24"),
        ],
    );
    desk.router.insert(
        "/ip/address",
        &[("address", "10.89.0.1/24"), ("interface", "bridge1")],
    );
    desk.router.load_secrets([Secret::new("tetap", "x")]);
    desk.router.change(
        "/ppp/secret",
        ("name", "tetap"),
        &[("remote-address", "10.90.0.7")],
    );
    desk.fixed("PLG-00077", "10.91.0.9", desk.router_id).await;
    let before = everything(&desk);
    for (pool, code, named) in [
        ("8.8.8.0/24", "pool_public", "8.8.8.1-8.8.8.254"),
        ("10.88.0.150-10.88.1.20", "pool_overlaps_pool", "pelanggan"),
        ("10.88.2.40-10.88.2.50", "pool_overlaps_pool", "pelanggan"),
        ("10.89.0.0/24", "pool_overlaps_router", "10.89.0.1"),
        ("10.90.0.0/24", "pool_overlaps_line", "tetap"),
        ("10.91.0.0/24", "pool_overlaps_line", "PLG-00077"),
    ] {
        let shown = desk
            .ask(PreviewPreparation {
                router_id: desk.router_id,
                pool: Some(pool.to_owned()),
                removing: false,
            })
            .await
            .unwrap_err();
        let refused = try_to_prepare(&desk, desk.router_id, Some(pool))
            .await
            .unwrap_err();
        assert_eq!((shown.code, refused.code), (code, code), "{pool}");
        assert!(shown.detail.id.contains(named), "{}", shown.detail.id);
    }
    assert_eq!(everything(&desk), before);

    let beside = preview(&desk, Some("10.89.0.50-10.89.0.60")).await;
    let note = beside
        .notes
        .iter()
        .find(|note| note.code == "pool_in_network")
        .unwrap();
    assert!(note.message.contains("10.89.0.1/24"), "{}", note.message);
    let free = preview(&desk, Some("10.77.1.0/24")).await;
    assert!(free.notes.iter().all(|note| !note.code.starts_with("pool_")));

    // What comes to overlap later is said, and keeps nobody from preparing the router again.
    assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
    desk.router.insert(
        "/ip/pool",
        &[("name", "baru"), ("ranges", "10.77.1.200-10.77.1.210")],
    );
    let later = prepare(&desk, Some("10.77.1.0/24")).await;
    assert!(later.done, "{later:?}");
    assert!(later.notes.iter().any(|note| note.code == "pool_overlaps_pool"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_with_fewer_addresses_than_the_router_has_pppoe_lines_is_warned_of_with_both_numbers() {
    let desk = office(RouterMode::Manage).await;
    for number in 0..3 {
        let details = Details {
            router_id: Some(desk.router_id),
            pppoe_username: Some(format!("jalur{number}")),
            ..desk.customer(&format!("PLG-0020{number}"), "Bu Ani", ConnectionType::Pppoe)
        };
        desk.add(&details).await;
    }
    let mut tx = desk.office.store().read().await.unwrap();
    let lines = store::customers::count_of_kind(&mut tx, desk.router_id, ConnectionType::Pppoe)
        .await
        .unwrap();
    drop(tx);
    let warned = |last: i64| format!("10.99.0.1-10.99.0.{last}");
    let small = preview(&desk, Some(&warned(lines - 1))).await;
    let note = small.notes.iter().find(|note| note.code == "pool_too_small");
    let message = &note.expect("a warning").message;
    for number in [lines - 1, lines] {
        assert!(message.contains(&number.to_string()), "{message}");
    }
    let enough = preview(&desk, Some(&warned(lines))).await;
    assert!(enough.notes.iter().all(|note| note.code != "pool_too_small"));
}
