//! What stands for lines other than PPPoE ones: the ARP entry and the queue of a fixed address, the lease of a device, the
//! hotspot user. They follow the record, what is the same is adopted, and what is somebody else's is not touched.

use billing::{ConnectionType, CustomerStatus, Observed, Rupiah};
use jiff::civil::date;
use office::customers::{CustomerFields, CustomerView, ReadCustomer, TerminateLine};
use secrecy::SecretString;
use simulators::router::{HotspotUser, Lease, Profile};

use crate::desk::{BILLED, Desk, at};
use crate::engine::{Engine, on_both};
use crate::entry::{
    ADDRESS, ARP, KINDS, LABEL, LEASE, LIST, MAC, QUEUE, USER, add, change, field, fields, is_empty, listed,
    load_network, load_rule, made, only,
};

async fn end(desk: &Desk, id: i64) {
    let request = TerminateLine {
        id,
        on: Some(date(2025, 12, 31)),
        reason: "pindah rumah".into(),
    };
    let ended = desk.ask(request).await.unwrap();
    assert_eq!(ended.status, CustomerStatus::Terminated);
    desk.run_due().await;
}

async fn read(desk: &Desk, id: i64) -> CustomerView {
    desk.ask(ReadCustomer { id }).await.unwrap()
}

async fn faster(desk: &Desk) -> CustomerFields {
    let package = store::packages::Details {
        code: "CEPAT-20".into(),
        name: "Cepat 20".into(),
        speed_download: 20_000,
        speed_upload: 10_000,
        price: Rupiah(250_000),
        is_active: true,
    };
    let mut tx = desk.office.store().begin().await.unwrap();
    let id = store::packages::insert(&mut tx, &package, at(BILLED))
        .await
        .unwrap()
        .id;
    tx.commit().await.unwrap();
    CustomerFields {
        package_id: Some(id),
        ..CustomerFields::default()
    }
}

async fn a_fixed_address_gets_its_entry_and_a_queue_with_the_rate_of_the_package(on: Engine) {
    let desk = Desk::open(&on).await;
    load_network(&desk);
    let id = add(&desk, fields(&desk, ConnectionType::Static)).await;
    let (entry, queue) = (only(&desk, ARP), only(&desk, QUEUE));
    assert_eq!(
        (
            field(&entry, "address"),
            field(&entry, "mac-address"),
            field(&entry, "interface"),
            field(&entry, "comment")
        ),
        (ADDRESS, MAC, "bridge1", "ID: PLG-7 - Bu Siti")
    );
    assert_eq!(
        (
            field(&queue, "name"),
            field(&queue, "target"),
            field(&queue, "max-limit"),
            field(&queue, "comment")
        ),
        (
            "PLG-7 - Bu Siti",
            "10.5.0.7/32",
            "5120k/10M",
            "ID: PLG-7 - Bu Siti"
        )
    );
    assert!(read(&desk, id).await.untold.is_none());
    assert_eq!(desk.observed(id).await, Observed::Open);

    let faster = faster(&desk).await;
    change(&desk, id, faster).await;
    assert_eq!(field(&only(&desk, QUEUE), "max-limit"), "10M/20M");

    let moved = CustomerFields {
        static_ip: Some(Some("10.5.0.8".into())),
        ..CustomerFields::default()
    };
    change(&desk, id, moved).await;
    assert_eq!(field(&only(&desk, ARP), "address"), "10.5.0.8");
    assert_eq!(field(&only(&desk, QUEUE), "target"), "10.5.0.8/32");

    end(&desk, id).await;
    assert!(is_empty(&desk, ARP) && is_empty(&desk, QUEUE));
}

async fn an_address_that_belongs_nowhere_on_the_router_is_said_once_and_finally(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = add(&desk, fields(&desk, ConnectionType::Static)).await;
    let job = &desk.jobs_of("add_line").await[0];
    assert_eq!(
        (job.status.as_str(), job.error_code.as_deref(), job.tries),
        ("dead", Some("interface_unknown"), 1)
    );
    assert_eq!(desk.writes(), 0);
    assert_eq!(
        read(&desk, id).await.untold.unwrap().code.as_deref(),
        Some("interface_unknown")
    );
}

async fn the_same_entries_are_adopted_and_others_are_refused_and_not_touched(on: Engine) {
    for (limit, comment, adopted) in [
        ("5120k/10M", "", true),
        ("5120k/10M", "rumah pak RT", true),
        ("1M/1M", "rumah pak RT", false),
        ("5120k/10M", "ID: PLG-99 - Pak Lain", false),
    ] {
        let desk = Desk::open(&on).await;
        let entry = [
            ("address", ADDRESS),
            ("mac-address", MAC),
            ("interface", "bridge1"),
            ("comment", comment),
        ];
        desk.router.insert(ARP, &entry);
        let queue = [
            ("name", "siti"),
            ("target", "10.5.0.7/32"),
            ("max-limit", limit),
            ("comment", comment),
        ];
        desk.router.insert(QUEUE, &queue);
        let id = add(&desk, fields(&desk, ConnectionType::Static)).await;
        assert_eq!(
            read(&desk, id).await.untold.is_none(),
            adopted,
            "{limit} {comment}"
        );
        let queue = only(&desk, QUEUE);
        assert_eq!(
            (field(&queue, "name"), field(&queue, "max-limit")),
            ("siti", limit)
        );
        let now = if comment.is_empty() {
            "ID: PLG-7 - Bu Siti"
        } else {
            comment
        };
        assert_eq!(field(&queue, "comment"), now);
        assert_eq!(field(&only(&desk, ARP), "comment"), now);
    }
}

async fn an_entry_of_somebody_elses_is_switched_off_at_the_end_and_kept(on: Engine) {
    let desk = Desk::open(&on).await;
    let entry = [
        ("address", ADDRESS),
        ("mac-address", MAC),
        ("interface", "bridge1"),
        ("comment", "rumah pak RT"),
    ];
    desk.router.insert(ARP, &entry);
    let id = desk.fixed("warnet", ADDRESS).await;
    end(&desk, id).await;
    let entry = only(&desk, ARP);
    assert_eq!(
        (field(&entry, "comment"), field(&entry, "disabled")),
        ("rumah pak RT", "true")
    );
}

async fn a_device_gets_its_lease_with_the_rate_and_follows_the_record(on: Engine) {
    let desk = Desk::open(&on).await;
    load_network(&desk);
    let id = add(&desk, fields(&desk, ConnectionType::Dhcp)).await;
    let lease = only(&desk, LEASE);
    assert_eq!(
        (
            field(&lease, "address"),
            field(&lease, "mac-address"),
            field(&lease, "server"),
            field(&lease, "rate-limit"),
            field(&lease, "comment")
        ),
        (ADDRESS, MAC, "dhcp1", "5120k/10M", "ID: PLG-7 - Bu Siti")
    );
    assert_eq!(desk.observed(id).await, Observed::Open);

    let faster = faster(&desk).await;
    change(&desk, id, faster).await;
    assert_eq!(field(&only(&desk, LEASE), "rate-limit"), "10M/20M");

    let another_device = CustomerFields {
        mac_address: Some(Some("02:00:00:00:00:08".into())),
        ..CustomerFields::default()
    };
    change(&desk, id, another_device).await;
    assert_eq!(field(&only(&desk, LEASE), "mac-address"), "02:00:00:00:00:08");

    end(&desk, id).await;
    assert!(is_empty(&desk, LEASE));
}

async fn a_lease_that_the_router_gave_by_itself_is_made_static(on: Engine) {
    let desk = Desk::open(&on).await;
    let learned = [
        ("address", "10.5.0.90"),
        ("mac-address", MAC),
        ("server", "dhcp1"),
        ("dynamic", "true"),
        ("status", "bound"),
    ];
    desk.router.insert(LEASE, &learned);
    let fields = CustomerFields {
        static_ip: None,
        ..fields(&desk, ConnectionType::Dhcp)
    };
    let id = add(&desk, fields).await;
    let lease = only(&desk, LEASE);
    assert_eq!(
        (
            field(&lease, "address"),
            field(&lease, "rate-limit"),
            field(&lease, "comment")
        ),
        ("10.5.0.90", "5120k/10M", "ID: PLG-7 - Bu Siti")
    );
    assert!(read(&desk, id).await.untold.is_none());
}

async fn a_lease_with_a_note_of_the_offices_own_is_not_changed(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.load_leases([Lease {
        rate_limit: Some("1M/1M".into()),
        comment: Some("rumah pak RT".into()),
        ..Lease::new(ADDRESS, MAC)
    }]);
    let id = add(&desk, fields(&desk, ConnectionType::Dhcp)).await;
    assert_eq!(
        read(&desk, id).await.untold.unwrap().code.as_deref(),
        Some("entry_differs")
    );
    assert_eq!(desk.writes(), 0);
}

async fn a_hotspot_user_is_made_gets_his_package_and_leaves_with_his_cookies_first(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = add(&desk, fields(&desk, ConnectionType::Hotspot)).await;
    let user = only(&desk, USER);
    assert_eq!(
        (
            field(&user, "name"),
            field(&user, "password"),
            field(&user, "profile"),
            field(&user, "comment")
        ),
        ("siti", "rahasia", "pkg-hemat-10", "ID: PLG-7 - Bu Siti")
    );
    assert!(desk.router.log_in_at_hotspot("siti"));

    let faster = faster(&desk).await;
    change(&desk, id, faster).await;
    assert_eq!(field(&only(&desk, USER), "profile"), "pkg-cepat-20");

    let renamed = CustomerFields {
        pppoe_username: Some(Some("bu-siti".into())),
        ..CustomerFields::default()
    };
    change(&desk, id, renamed).await;
    let user = only(&desk, USER);
    assert_eq!(
        (field(&user, "name"), field(&user, "password")),
        ("bu-siti", "rahasia")
    );
    assert!(desk.router.log_in_at_hotspot("bu-siti"));

    end(&desk, id).await;
    assert!(is_empty(&desk, USER));
    assert!(desk.router.items("/ip/hotspot/cookie").is_empty());
    let log = desk.router.command_log();
    let last = |word: &str| log.recent.iter().rposition(|line| line.starts_with(word));
    assert!(
        last("/ip/hotspot/cookie/remove") < last("/ip/hotspot/user/remove"),
        "{:?}",
        log.recent
    );
}

async fn the_same_hotspot_user_is_adopted(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.insert(
        "/ip/hotspot/user/profile",
        &[("name", "pkg-hemat-10"), ("rate-limit", "5120k/10M")],
    );
    desk.router.load_hotspot_users([HotspotUser {
        profile: "pkg-hemat-10".into(),
        ..HotspotUser::new("siti", "rahasia")
    }]);
    let id = add(&desk, fields(&desk, ConnectionType::Hotspot)).await;
    assert!(read(&desk, id).await.untold.is_none());
    assert_eq!(field(&only(&desk, USER), "comment"), "ID: PLG-7 - Bu Siti");
}

async fn a_line_that_becomes_one_of_another_kind_leaves_nothing_behind(on: Engine) {
    let desk = Desk::open(&on).await;
    load_network(&desk);
    desk.router
        .load_profiles([Profile::new("pkg-hemat-10", "5120k/10M")]);
    let id = add(&desk, fields(&desk, ConnectionType::Static)).await;
    let pppoe = CustomerFields {
        connection_type: Some(ConnectionType::Pppoe),
        pppoe_username: Some(Some("siti".into())),
        pppoe_password: Some(Some(SecretString::from("rahasia"))),
        static_ip: Some(None),
        ..CustomerFields::default()
    };
    change(&desk, id, pppoe).await;
    assert!(is_empty(&desk, ARP) && is_empty(&desk, QUEUE));
    assert_eq!(desk.profile("siti"), "pkg-hemat-10");
}

async fn another_name_of_the_customer_renews_what_we_wrote_and_nobody_elses_note(on: Engine) {
    let renamed = || CustomerFields {
        name: Some("Siti Aminah".into()),
        ..CustomerFields::default()
    };
    for (kind, menus) in KINDS {
        let (desk, id) = made(&on, kind).await;
        let writes = desk.writes();
        change(&desk, id, renamed()).await;
        for menu in menus {
            let item = only(&desk, menu);
            assert_eq!(field(&item, "comment"), "ID: PLG-7 - Siti Aminah", "{menu}");
            if *menu == QUEUE {
                assert_eq!(field(&item, "name"), "PLG-7 - Siti Aminah");
            }
        }
        assert_eq!(desk.writes() - writes, menus.len() as u64, "{kind}");
        assert_eq!(desk.acts("line_relabelled").await.len(), 1, "{kind}");

        let (desk, id) = made(&on, kind).await;
        let note = format!("{LABEL}, tiang 7");
        for menu in menus {
            desk.router
                .change(menu, ("comment", LABEL), &[("comment", note.as_str())]);
        }
        let writes = desk.writes();
        change(&desk, id, renamed()).await;
        for menu in menus {
            assert_eq!(field(&only(&desk, menu), "comment"), note, "somebody's note");
        }
        assert_eq!(desk.writes(), writes, "{kind}");
    }
}

async fn another_name_of_a_closed_customer_is_renewed_on_the_list_too(on: Engine) {
    let (desk, id) = made(&on, ConnectionType::Dhcp).await;
    load_rule(&desk);
    let close = office::access::IsolateByHand {
        customer_id: id,
        reason: "uji".into(),
    };
    desk.ask(close).await.unwrap();
    desk.router.insert(
        LIST,
        &[
            ("list", "sambung-isolated"),
            ("address", "10.5.0.8"),
            ("comment", "jangan dibuka"),
        ],
    );
    assert_eq!(listed(&desk, ADDRESS), ["Sambung: ID: PLG-7 - Bu Siti"]);
    let renamed = CustomerFields {
        name: Some("Siti Aminah".into()),
        ..CustomerFields::default()
    };
    change(&desk, id, renamed).await;
    assert_eq!(listed(&desk, ADDRESS), ["Sambung: ID: PLG-7 - Siti Aminah"]);
    assert_eq!(listed(&desk, "10.5.0.8"), ["jangan dibuka"]);
    assert_eq!(desk.observed(id).await, Observed::Closed);
}

on_both! {
    a_fixed_address_gets_its_entry_and_a_queue_with_the_rate_of_the_package,
    an_address_that_belongs_nowhere_on_the_router_is_said_once_and_finally,
    the_same_entries_are_adopted_and_others_are_refused_and_not_touched,
    an_entry_of_somebody_elses_is_switched_off_at_the_end_and_kept,
    a_device_gets_its_lease_with_the_rate_and_follows_the_record,
    a_lease_that_the_router_gave_by_itself_is_made_static,
    a_lease_with_a_note_of_the_offices_own_is_not_changed,
    a_hotspot_user_is_made_gets_his_package_and_leaves_with_his_cookies_first,
    the_same_hotspot_user_is_adopted,
    a_line_that_becomes_one_of_another_kind_leaves_nothing_behind,
    another_name_of_the_customer_renews_what_we_wrote_and_nobody_elses_note,
    another_name_of_a_closed_customer_is_renewed_on_the_list_too,
}
