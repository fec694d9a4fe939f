//! The addresses of closed lines: refused where they are somebody else's.

use billing::{ConnectionType, RouterMode};
use office::isolation_page::PreviewPreparation;
use simulators::router::{Lease, Profile, Secret};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_over_addresses_in_use_is_refused_with_how_many_and_whose() {
    let desk = office(RouterMode::Manage).await;
    for number in 1..=3 {
        let (name, address) = (format!("jalur{number}"), format!("10.64.3.{number}"));
        desk.router.insert(
            "/ppp/active",
            &[("name", &name), ("service", "pppoe"), ("address", &address)],
        );
    }
    desk.router
        .load_leases([Lease::new("10.65.0.2", "02:00:00:00:00:02")]);
    desk.router.insert(
        "/ip/arp",
        &[
            ("address", "10.66.0.3"),
            ("mac-address", "02:00:00:00:00:03"),
            ("interface", "bridge1"),
        ],
    );
    for (pool, named) in [
        ("10.64.0.0/16", ["jumlahnya 3", "jalur1 (10.64.3.1)"]),
        ("10.65.0.0/24", ["jumlahnya 1", "10.65.0.2"]),
        ("10.66.0.0/24", ["jumlahnya 1", "10.66.0.3"]),
    ] {
        let refused = try_to_prepare(&desk, desk.router_id, Some(pool))
            .await
            .unwrap_err();
        assert_eq!(refused.code, "pool_overlaps_use", "{pool}");
        for word in named {
            assert!(refused.detail.id.contains(word), "{}", refused.detail.id);
        }
    }
    assert_eq!(desk.writes(), 0);
    assert!(prepare(&desk, Some("10.64.4.0/24")).await.done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_line_that_has_its_address_from_the_pool_is_no_overlap() {
    let desk = office(RouterMode::Manage).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
    desk.router
        .load_secrets([Secret::new("tutup", "x").with_profile("isolated")]);
    desk.router.insert(
        "/ppp/active",
        &[
            ("name", "tutup"),
            ("service", "pppoe"),
            ("address", "10.77.1.254"),
        ],
    );
    let same = preview(&desk, Some("10.77.1.0/24")).await;
    assert!(
        same.notes.iter().all(|note| !note.code.starts_with("pool_")),
        "{same:?}"
    );
    let smaller = preview(&desk, Some("10.77.1.128/25")).await;
    assert!(smaller.notes.iter().all(|note| !note.code.starts_with("pool_")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_profile_of_the_office_that_is_on_no_list_is_named() {
    let desk = office(RouterMode::Manage).await;
    desk.router.load_profiles([Profile::new("blokir", "8k/8k")]);
    let marks = store::routers::ClosedMarks {
        profiles: vec!["blokir".into()],
        ..store::routers::ClosedMarks::default()
    };
    let mut tx = desk.office.store().begin().await.unwrap();
    store::routers::set_closed_marks(&mut tx, desk.router_id, &marks)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let unseen = |shown: &office::isolation_page::Preparation| {
        let mut notes = shown.notes.iter();
        let note = notes.find(|note| note.code == "closed_profiles_see_nothing");
        note.map(|note| note.message.clone())
    };
    let message = unseen(&preview(&desk, None).await).unwrap();
    assert!(message.contains("blokir") && message.contains("address-list=sambung-isolated"));
    let listed = Profile {
        address_list: Some("sambung-isolated".into()),
        ..Profile::new("blokir", "8k/8k")
    };
    desk.router.load_profiles([listed]);
    assert_eq!(unseen(&preview(&desk, None).await), None);
}
