//! Leaks and strangers of lines that are no PPPoE ones: fixed addresses, leases, hotspot users. What nobody is billed for
//! is told where the office serves by such entries, and a router is full of things that nobody would bill.

use billing::ConnectionType;
use office::access::{BilledLine, ReadLeaks, ReadRouterPlan, RouterLeaks, Stranger, StrangerKind};
use simulators::router::{HotspotUser, Lease, StaticLine};

use crate::desk::{Desk, OVERDUE, PRICE, at};
use crate::engine::{Engine, on_both};
use crate::entry::{ARP, LEASE, LIST, MAC, QUEUE, USER};

const LIMIT: &str = "5120k/10M";

async fn leaks(desk: &Desk) -> RouterLeaks {
    let mut leaks = desk.ask(ReadLeaks { router_id: None }).await.unwrap();
    assert_eq!(leaks.len(), 1);
    leaks.remove(0)
}

fn named(strangers: &[Stranger]) -> Vec<(StrangerKind, &str)> {
    let mut named: Vec<(StrangerKind, &str)> = strangers
        .iter()
        .map(|stranger| (stranger.kind, stranger.name.as_str()))
        .collect();
    named.sort_unstable();
    named
}

fn fixed(desk: &Desk, address: &str, interface: &str, comment: Option<&str>) {
    desk.router.load_static_lines([StaticLine {
        address: address.into(),
        mac_address: format!(
            "02:00:00:00:01:{:0>2}",
            address.rsplit('.').next().unwrap_or_default()
        ),
        interface: interface.into(),
        comment: comment.map(str::to_owned),
    }]);
}

fn given(desk: &Desk, host: u8, server: &str, status: &str) {
    desk.router.insert(
        LEASE,
        &[
            ("address", &format!("10.9.0.{host}")),
            ("mac-address", &format!("02:00:00:00:02:{host:02X}")),
            ("server", server),
            ("host-name", "hp-tamu"),
            ("dynamic", "true"),
            ("status", status),
        ],
    );
}

/// A router with customers of three kinds, strangers beside them, and things that are nobody's line.
async fn town(on: &Engine) -> Desk {
    let desk = Desk::open(on).await;
    desk.fixed("warnet", "10.5.0.7").await;
    desk.leased("warung", MAC).await;
    desk.hotspot("budi").await;
    let router = &desk.router;
    router.insert(
        "/ip/address",
        &[("address", "10.5.0.1/24"), ("interface", "bridge1")],
    );

    fixed(&desk, "10.5.0.7", "bridge1", None);
    fixed(&desk, "10.5.0.8", "bridge1", Some("tetangga"));
    router.insert(
        QUEUE,
        &[("name", "q8"), ("target", "10.5.0.8/32"), ("max-limit", LIMIT)],
    );
    fixed(&desk, "10.5.0.9", "ether1", None);
    fixed(&desk, "10.5.0.10", "bridge1", Some("server cctv"));
    fixed(&desk, "10.5.0.1", "bridge1", None);
    fixed(&desk, "10.5.0.11", "bridge1", Some("dimatikan"));
    router.change(ARP, ("address", "10.5.0.11"), &[("disabled", "true")]);
    let learned = |address: &str, interface: &str| {
        router.insert(
            ARP,
            &[
                ("address", address),
                ("mac-address", "02:00:00:00:03:01"),
                ("interface", interface),
                ("dynamic", "true"),
            ],
        );
    };
    learned("10.5.0.12", "bridge1");
    learned("192.168.1.1", "ether1");
    router.insert(
        QUEUE,
        &[("name", "kos"), ("target", "10.5.0.13/32"), ("max-limit", LIMIT)],
    );
    router.insert(
        QUEUE,
        &[("name", "olt"), ("target", "10.5.0.16/32"), ("max-limit", LIMIT)],
    );
    for (list, address) in [
        ("pelanggan", "10.5.0.7"),
        ("pelanggan", "10.5.0.14"),
        ("lain", "10.5.0.15"),
        ("isolir", "10.5.0.7"),
        ("isolir", "10.5.0.17"),
    ] {
        router.insert(LIST, &[("list", list), ("address", address)]);
    }

    router.load_leases([
        Lease::new("10.9.0.2", MAC),
        Lease {
            rate_limit: Some(LIMIT.into()),
            comment: Some("kontrakan".into()),
            ..Lease::new("10.9.0.3", "02:00:00:00:02:03")
        },
        Lease::new("10.9.0.4", "02:00:00:00:02:04"),
        Lease {
            comment: Some("olt pusat".into()),
            ..Lease::new("10.9.0.5", "02:00:00:00:02:05")
        },
    ]);
    router.change(LEASE, ("address", "10.9.0.4"), &[("block-access", "true")]);
    given(&desk, 6, "dhcp1", "bound");
    given(&desk, 7, "dhcp1", "waiting");
    given(&desk, 8, "lan-kantor", "bound");

    router.insert(
        "/ip/hotspot/user/profile",
        &[("name", "pkg-hemat-10"), ("rate-limit", LIMIT)],
    );
    router.load_hotspot_users([
        HotspotUser::new("budi", "x"),
        HotspotUser {
            profile: "pkg-hemat-10".into(),
            ..HotspotUser::new("liar", "x")
        },
        HotspotUser::new("mati", "x"),
        HotspotUser {
            comment: Some("vc-123-01.31.26-".into()),
            ..HotspotUser::new("abc123", "x")
        },
    ]);
    router.change(USER, ("name", "mati"), &[("disabled", "true")]);
    desk
}

async fn what_lets_somebody_in_and_nobody_is_billed_for_is_told_of_every_kind_with_its_worth(on: Engine) {
    let desk = town(&on).await;
    let leaks = leaks(&desk).await;
    assert_eq!(
        named(&leaks.unbilled),
        [
            (StrangerKind::HotspotUser, "liar"),
            (StrangerKind::Arp, "10.5.0.8"),
            (StrangerKind::Lease, "10.9.0.3"),
            (StrangerKind::LeaseGiven, "10.9.0.6"),
            (StrangerKind::ArpLearned, "10.5.0.12"),
            (StrangerKind::Queue, "10.5.0.13"),
            (StrangerKind::AddressList, "10.5.0.14"),
        ]
    );
    let worth = |name: &str| leaks.unbilled.iter().find(|it| it.name == name).unwrap().worth;
    for name in ["liar", "10.5.0.8", "10.9.0.3", "10.5.0.13"] {
        assert_eq!(worth(name), Some(PRICE), "{name}");
    }
    assert_eq!((leaks.worth.0, leaks.of_unknown_worth), (PRICE.0 * 4, 3));
    assert!(leaks.unbilled[0].worth.is_some(), "the dearest first");
    let given = leaks.unbilled.iter().find(|it| it.name == "10.9.0.6").unwrap();
    assert_eq!(
        (given.connection_type, given.comment.as_deref(), given.online),
        (ConnectionType::Dhcp, Some("hp-tamu"), true)
    );

    let router_id = desk.router_id;
    let compared = desk.ask(ReadRouterPlan { router_id }).await.unwrap();
    let closed: Vec<&str> = compared
        .strangers
        .iter()
        .filter(|it| !it.live)
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(
        closed,
        ["mati", "10.5.0.11", "10.9.0.4"],
        "the comparison tells of those as well that are closed: {:?}",
        named(&compared.strangers)
    );
    assert_eq!(
        usize::try_from(compared.totals.strangers).unwrap(),
        leaks.unbilled.len() + closed.len()
    );
    assert_eq!(desk.writes(), 0);
}

async fn where_the_office_sells_no_such_lines_only_what_is_sold_or_used_tells_of_one(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    fixed(&desk, "10.5.0.8", "bridge1", None);
    desk.router.load_leases([
        Lease::new("10.9.0.4", "02:00:00:00:02:04"),
        Lease {
            rate_limit: Some(LIMIT.into()),
            ..Lease::new("10.9.0.3", "02:00:00:00:02:03")
        },
    ]);
    given(&desk, 6, "dhcp1", "bound");
    desk.router.insert(
        QUEUE,
        &[("name", "q"), ("target", "10.5.0.13/32"), ("max-limit", LIMIT)],
    );
    desk.router
        .load_hotspot_users([HotspotUser::new("tamu", "x"), HotspotUser::new("diam", "x")]);
    assert!(desk.router.log_in_at_hotspot("tamu"));
    assert_eq!(
        named(&leaks(&desk).await.unbilled),
        [
            (StrangerKind::HotspotUser, "tamu"),
            (StrangerKind::Lease, "10.9.0.3")
        ]
    );
}

async fn a_line_that_ended_and_still_stands_is_a_stranger(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.fixed("warnet", "10.5.0.7").await;
    let gone = desk.fixed("pindah", "10.5.0.8").await;
    fixed(&desk, "10.5.0.7", "bridge1", None);
    fixed(&desk, "10.5.0.8", "bridge1", None);
    assert_eq!(named(&leaks(&desk).await.unbilled), []);
    let end = office::customers::TerminateLine {
        id: gone,
        on: Some(jiff::civil::date(2025, 12, 31)),
        reason: "pindah".into(),
    };
    desk.ask(end).await.unwrap();
    assert_eq!(
        named(&leaks(&desk).await.unbilled),
        [(StrangerKind::Arp, "10.5.0.8")]
    );
}

async fn a_line_that_is_paid_for_and_never_used_is_told_of_every_kind_that_a_router_remembers(on: Engine) {
    let desk = Desk::open(&on).await;
    let fresh = desk.hotspot("baru").await;
    let old = desk.hotspot("lama").await;
    let leased = desk.leased("warung", MAC).await;
    let silent = desk.fixed("warnet", "10.5.0.7").await;
    let heard = desk.fixed("kios", "10.5.0.8").await;
    let gone = desk.fixed("hilang", "10.5.0.9").await;
    desk.router
        .load_hotspot_users([HotspotUser::new("baru", "x"), HotspotUser::new("lama", "x")]);
    desk.router.change(USER, ("name", "lama"), &[("uptime", "3d2h")]);
    desk.router.load_leases([Lease {
        online: false,
        ..Lease::new("10.9.0.2", MAC)
    }]);
    let never = [("last-seen", "never"), ("status", "waiting")];
    assert_eq!(desk.router.change(LEASE, ("address", "10.9.0.2"), &never), 1);
    fixed(&desk, "10.5.0.7", "bridge1", None);
    fixed(&desk, "10.5.0.8", "bridge1", None);
    desk.router
        .change(ARP, ("address", "10.5.0.7"), &[("complete", "false")]);
    desk.clock.set(at(OVERDUE));
    let leaks = leaks(&desk).await;
    let ids = |lines: &[BilledLine]| {
        let mut ids: Vec<i64> = lines.iter().map(|line| line.customer_id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(
        ids(&leaks.never_online),
        [fresh, leased, silent],
        "not {old}, not {heard}"
    );
    assert_eq!(ids(&leaks.missing), [gone]);
    let of = |id: i64| {
        leaks
            .never_online
            .iter()
            .find(|line| line.customer_id == id)
            .unwrap()
    };
    assert_eq!(
        (of(leased).line.as_str(), of(silent).line.as_str()),
        (MAC, "10.5.0.7")
    );

    // Who answers now, or has a lease, was online.
    desk.router
        .change(LEASE, ("address", "10.9.0.2"), &[("status", "bound")]);
    desk.router
        .change(ARP, ("address", "10.5.0.7"), &[("complete", "true")]);
    assert!(desk.router.log_in_at_hotspot("baru"));
    assert_eq!(ids(&self::leaks(&desk).await.never_online), Vec::<i64>::new());
}

on_both! {
    what_lets_somebody_in_and_nobody_is_billed_for_is_told_of_every_kind_with_its_worth,
    where_the_office_sells_no_such_lines_only_what_is_sold_or_used_tells_of_one,
    a_line_that_ended_and_still_stands_is_a_stranger,
    a_line_that_is_paid_for_and_never_used_is_told_of_every_kind_that_a_router_remembers,
}
