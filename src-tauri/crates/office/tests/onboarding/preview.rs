//! What a preview says about an office's router.

use billing::ConnectionType;
use office::onboarding::{ClosedBy, PackageBy, Proposed, Remark};
use simulators::router::{Profile, Secret};

use crate::engine::{Engine, on_both};
use crate::office_with_router::{customers, line, look, proposal, watching, writes};

on_both!(
    comments_become_names_phones_and_addresses_and_profiles_become_packages,
    lines_that_somebody_closed_by_hand_are_told_with_how,
    what_no_customer_has_is_proposed_to_be_left,
    addresses_leases_and_hotspot_users_are_lines_and_what_the_router_learned_is_not,
    a_comment_in_windows_1252_is_read_as_it_was_typed,
    hostile_comments_are_cut_and_never_become_formulas,
    a_customer_who_has_not_been_online_for_long_is_pointed_out,
);

async fn comments_become_names_phones_and_addresses_and_profiles_become_packages(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("sepuluh", "5120k/10M"),
        Profile::new("Paket 20M", "10M/20M"),
    ]);
    desk.router.load_secrets([
        Secret::new("budi", "x")
            .with_profile("sepuluh")
            .with_comment("Budi Santoso 0812-3456-7890"),
        Secret::new("joko", "x")
            .with_profile("Paket 20M")
            .with_comment("Pak Joko / 081398765432 / Blok C"),
        Secret::new("siti-rt03", "x").with_profile("sepuluh"),
    ]);
    desk.router.dial("budi");
    let lines = look(&desk).await;
    let budi = line(&lines, "pppoe:budi");
    assert!(budi.online && !budi.disabled && budi.mac_address.is_some());
    assert_eq!(
        (budi.guess.name.as_deref(), budi.guess.phone.as_deref()),
        (Some("Budi Santoso"), Some("6281234567890"))
    );
    assert_eq!(proposal(&lines, "pppoe:budi"), (Proposed::Create, None, "new"));
    let joko = &line(&lines, "pppoe:joko").guess;
    assert_eq!(
        (joko.name.as_deref(), joko.address.as_deref()),
        (Some("Pak Joko"), Some("Blok C"))
    );
    let siti = line(&lines, "pppoe:siti-rt03");
    assert_eq!(
        (siti.guess.name.as_deref(), siti.guess.address.as_deref()),
        (Some("Siti"), Some("RT03"))
    );
    assert_eq!(
        siti.remarks.iter().map(|it| it.code).collect::<Vec<_>>(),
        [Remark::NameOfUser]
    );

    let [ten, twenty] = lines.groups.as_slice() else {
        panic!("two profiles are in use: {:?}", lines.groups)
    };
    assert_eq!(
        (
            ten.key.as_str(),
            ten.lines,
            ten.by,
            ten.package_id,
            ten.map_profile
        ),
        (
            "profile:sepuluh",
            2,
            PackageBy::Speed,
            Some(desk.package_id),
            true
        )
    );
    let new = twenty.new_package.as_ref().unwrap();
    assert_eq!(
        (new.code.as_str(), new.speed_download, new.speed_upload, new.price),
        ("Paket-20M", Some(20_000), Some(10_000), None)
    );
    assert_eq!(lines.defaults.billing_start.to_string(), "2026-02-01");
    assert_eq!(lines.totals.created, 3);
    assert_eq!((writes(&desk.router), customers(&desk).await), (0, 0));
}

async fn lines_that_somebody_closed_by_hand_are_told_with_how(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("isolated", "64k/64k"),
        Profile::new("ISOLIR", "1k/1k"),
    ]);
    let mut off = Secret::new("mati", "x");
    off.disabled = true;
    desk.router.load_secrets([
        off,
        Secret::new("tutup", "x").with_profile("isolated"),
        Secret::new("lain", "x").with_profile("ISOLIR"),
        Secret::new("jalan", "x"),
    ]);
    desk.router.insert(
        "/ip/dhcp-server/lease",
        &[
            ("address", "10.9.0.2"),
            ("mac-address", "02:00:00:00:00:02"),
            ("server", "dhcp1"),
            ("block-access", "true"),
        ],
    );
    let lines = look(&desk).await;
    let closed = |key: &str| line(&lines, key).closed.as_ref().map(|closed| closed.by);
    assert_eq!(closed("pppoe:mati"), Some(ClosedBy::Disabled));
    assert_eq!(closed("pppoe:tutup"), Some(ClosedBy::IsolatedProfile));
    assert_eq!(closed("pppoe:lain"), Some(ClosedBy::IsolatedProfile));
    assert_eq!(closed("lease:02:00:00:00:00:02@dhcp1"), Some(ClosedBy::Blocked));
    assert_eq!(closed("pppoe:jalan"), None);
    assert_eq!(line(&lines, "pppoe:tutup").group, None, "its own profile is gone");
    let profiles: Vec<&str> = lines
        .isolated_profiles
        .iter()
        .map(|it| it.profile.as_str())
        .collect();
    assert_eq!(profiles, ["ISOLIR", "isolated"]);
    assert_eq!(lines.totals.closed, 4);
}

async fn what_no_customer_has_is_proposed_to_be_left(on: Engine) {
    let desk = watching(&on).await;
    let mut tunnel = Secret::new("cabang", "x");
    tunnel.service = "l2tp".into();
    desk.router.load_secrets([
        tunnel,
        Secret::new("srv", "x").with_comment("server CCTV kantor"),
        Secret::new("budi", "x"),
    ]);
    desk.router.insert(
        "/ip/hotspot/user",
        &[("name", "abc12"), ("comment", "vc-123-01.31.26")],
    );
    let lines = look(&desk).await;
    assert_eq!(
        proposal(&lines, "l2tp:cabang"),
        (Proposed::Leave, None, "other_service")
    );
    assert_eq!(
        proposal(&lines, "pppoe:srv"),
        (Proposed::Leave, None, "not_a_customer")
    );
    assert_eq!(
        proposal(&lines, "hotspot:abc12"),
        (Proposed::Leave, None, "voucher")
    );
    assert_eq!(proposal(&lines, "pppoe:budi").0, Proposed::Create);
    assert_eq!((lines.totals.left, lines.totals.created), (3, 1));
}

async fn addresses_leases_and_hotspot_users_are_lines_and_what_the_router_learned_is_not(on: Engine) {
    let desk = watching(&on).await;
    let arp = |address: &str, comment: &str, learned: &str| {
        desk.router.insert(
            "/ip/arp",
            &[
                ("address", address),
                ("mac-address", "02:00:00:00:00:09"),
                ("interface", "bridge1"),
                ("comment", comment),
                ("dynamic", learned),
                ("DHCP", learned),
            ],
        );
    };
    arp("10.5.0.2", "Rina 081234567890", "false");
    arp("10.5.0.3", "", "true");
    let lease = |address: &str, dynamic: &str| {
        desk.router.insert(
            "/ip/dhcp-server/lease",
            &[
                ("address", address),
                ("mac-address", "02:00:00:00:00:0A"),
                ("server", "dhcp1"),
                ("dynamic", dynamic),
                ("rate-limit", "5120k/10M"),
            ],
        );
    };
    lease("10.6.0.2", "false");
    lease("10.6.0.3", "true");
    desk.router.insert(
        "/queue/simple",
        &[
            ("name", "rina"),
            ("target", "10.5.0.2/32"),
            ("max-limit", "5120k/10M"),
        ],
    );
    desk.router
        .insert("/ip/hotspot/user", &[("name", "agus"), ("comment", "Agus")]);
    let lines = look(&desk).await;
    let kinds: Vec<(&str, ConnectionType)> = lines
        .lines
        .iter()
        .map(|line| (line.key.as_str(), line.connection_type))
        .collect();
    assert_eq!(
        kinds,
        [
            ("arp:10.5.0.2@bridge1", ConnectionType::Static),
            ("lease:02:00:00:00:00:0A@dhcp1", ConnectionType::Dhcp),
            ("hotspot:agus", ConnectionType::Hotspot),
        ]
    );
    assert_eq!(
        (
            lines.totals.arp_learned,
            lines.totals.arp_by_dhcp,
            lines.totals.leases_dynamic
        ),
        (1, 1, 1)
    );
    let by_speed = lines
        .groups
        .iter()
        .find(|group| group.key == "speed:10000/5120")
        .unwrap();
    assert_eq!(
        (by_speed.lines, by_speed.package_id, by_speed.map_profile),
        (2, Some(desk.package_id), false)
    );
}

async fn a_comment_in_windows_1252_is_read_as_it_was_typed(on: Engine) {
    let desk = watching(&on).await;
    // The simulator sends this character as the single byte E9, as a router does with what old tools typed.
    desk.router.insert(
        "/ppp/secret",
        &[
            ("name", "andre"),
            ("comment", "Andr\u{10ffe9} Salim 081234567890"),
        ],
    );
    let lines = look(&desk).await;
    let andre = line(&lines, "pppoe:andre");
    assert_eq!(andre.comment.as_deref(), Some("André Salim 081234567890"));
    assert_eq!(andre.guess.name.as_deref(), Some("André Salim"));
}

async fn hostile_comments_are_cut_and_never_become_formulas(on: Engine) {
    let desk = watching(&on).await;
    let long = format!("Budi {}", "panjang ".repeat(20_000));
    desk.router.load_secrets([
        Secret::new("panjang", "x").with_comment(long),
        Secret::new("rumus", "x").with_comment("=HYPERLINK(\"http://x\")"),
        Secret::new("=1+1", "x"),
        Secret::new("kendali", "x").with_comment("Siti\u{7}\u{1b}[31m\nGg. Mawar"),
    ]);
    let lines = look(&desk).await;
    let long = line(&lines, "pppoe:panjang");
    assert_eq!(long.comment.as_ref().unwrap().chars().count(), 400);
    assert!(long.guess.name.as_ref().unwrap().chars().count() <= 150);
    assert!(long.remarks.iter().any(|it| it.code == Remark::CommentCut));
    for key in ["pppoe:rumus", "pppoe:=1+1"] {
        let name = line(&lines, key).guess.name.clone().unwrap_or_default();
        assert!(
            !name.starts_with(['=', '+', '-', '@']),
            "{key} is called {name:?}"
        );
    }
    let plain = line(&lines, "pppoe:kendali");
    assert!(!plain.comment.as_ref().unwrap().contains(char::is_control));
    assert_eq!(plain.guess.address.as_deref(), Some("Gg. Mawar"));
}

async fn a_customer_who_has_not_been_online_for_long_is_pointed_out(on: Engine) {
    let desk = watching(&on).await;
    for (name, last) in [
        ("lama", "2025-06-01 08:00:00"),
        ("ejaan-lama", "jun/01/2025 08:00:00"),
        ("baru", "2025-12-30 08:00:00"),
        ("belum", "1970-01-01 00:00:00"),
    ] {
        desk.router
            .insert("/ppp/secret", &[("name", name), ("last-logged-out", last)]);
    }
    let lines = look(&desk).await;
    let long_ago = |name: &str| {
        line(&lines, &format!("pppoe:{name}"))
            .remarks
            .iter()
            .any(|it| it.code == Remark::LongOffline)
    };
    assert!(long_ago("lama") && long_ago("ejaan-lama"));
    assert!(
        !long_ago("baru") && !long_ago("belum"),
        "never online is not long ago"
    );
    assert!(line(&lines, "pppoe:belum").last_logged_out.is_none());
}
