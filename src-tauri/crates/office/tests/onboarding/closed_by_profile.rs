//! Lines that an office closed by hand with a profile of its own: the import knows it by its name, its limit or the
//! firewall, and from then on it is read as closing, until a person says otherwise.

use billing::{CustomerStatus, Observed, RouterMode};
use office::Actor;
use office::access::{
    Difference, EndOverride, OpenByHand, ReadRouterPlan, ReconcileRouter, RouterPlan, SwitchRouterMode,
    UndoPlan,
};
use office::jobs::run_due;
use office::onboarding::{ClosedBy, ImportRouterLines, ImportedLines, PreviewRouterLines, RouterLines};
use simulators::router::{HotspotUser, Lease, Profile, Secret};

use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::office_with_router::{accepted, customer, line, look, take_in, watching, writes};

on_both!(
    a_profile_closes_by_its_name_its_limit_or_a_rule_of_the_firewall,
    what_the_import_took_for_closed_is_read_as_closed_and_opened_with_the_packages_profile,
    a_person_can_say_that_lines_are_open_with_such_a_profile,
    lists_and_hotspot_profiles_of_the_office_are_read_as_closing_too,
    an_opening_takes_a_line_off_the_offices_list_and_its_undo_puts_it_back,
    what_a_profile_of_the_router_keeps_on_a_list_is_told_and_not_fought,
);

fn closed(lines: &RouterLines, key: &str) -> Option<ClosedBy> {
    line(lines, key).closed.as_ref().map(|closed| closed.by)
}

async fn observed(desk: &Desk, id: i64) -> Observed {
    let mut tx = desk.office.store().read().await.unwrap();
    store::access::find(&mut tx, id).await.unwrap().unwrap().observed
}

fn of(done: &ImportedLines, key: &str) -> i64 {
    let line = done.lines.iter().find(|line| line.key == key).unwrap();
    line.customer_id.unwrap()
}

async fn a_profile_closes_by_its_name_its_limit_or_a_rule_of_the_firewall(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("10M", "5120k/10M"),
        Profile::new("TUTUP", "10M/10M"),
        Profile::new("lambat", "64k/64k"),
        Profile {
            address_list: Some("telat".into()),
            ..Profile::new("belum", "10M/10M")
        },
        Profile {
            address_list: Some("plg".into()),
            ..Profile::new("20M", "10M/20M")
        },
    ]);
    for (action, list, port) in [("drop", "telat", ""), ("drop", "plg", "25")] {
        let rule = [
            ("chain", "forward"),
            ("action", action),
            ("src-address-list", list),
            ("dst-port", port),
        ];
        let rule: Vec<_> = rule.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        desk.router.insert("/ip/firewall/filter", &rule);
    }
    desk.router
        .load_secrets(["10M", "TUTUP", "lambat", "belum", "20M"].map(|profile| {
            Secret::new(profile, "x")
                .with_profile(profile)
                .with_comment("Budi")
        }));
    let lines = look(&desk).await;
    for profile in ["TUTUP", "lambat", "belum"] {
        let key = format!("pppoe:{profile}");
        assert_eq!(closed(&lines, &key), Some(ClosedBy::IsolatedProfile), "{profile}");
    }
    for profile in ["10M", "20M"] {
        assert_eq!(closed(&lines, &format!("pppoe:{profile}")), None, "{profile}");
    }
}

fn shut(desk: &Desk) {
    desk.router
        .load_profiles([Profile::new("10M", "5120k/10M"), Profile::new("TUTUP", "10M/10M")]);
    desk.router.load_secrets([
        Secret::new("budi", "x").with_profile("10M").with_comment("Budi"),
        Secret::new("siti", "x")
            .with_profile("TUTUP")
            .with_comment("Siti"),
    ]);
}

async fn what_the_import_took_for_closed_is_read_as_closed_and_opened_with_the_packages_profile(on: Engine) {
    let desk = watching(&on).await;
    shut(&desk);
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    let siti = of(&done, "pppoe:siti");
    assert_eq!(observed(&desk, siti).await, Observed::Closed);
    let router_id = desk.router_id;
    let plan = desk
        .office
        .perform(&Actor::console(), ReadRouterPlan { router_id })
        .await
        .unwrap();
    for line in &plan.lines {
        assert_eq!(line.difference, Difference::None, "{line:?}");
    }
    assert_eq!(
        observed(&desk, siti).await,
        Observed::Closed,
        "whoever looks finds it so"
    );

    let manage = SwitchRouterMode {
        router_id,
        mode: RouterMode::Manage,
        dry_run: false,
    };
    desk.office.perform(&Actor::console(), manage).await.unwrap();
    assert_eq!(writes(&desk.router), 0);
    let open = OpenByHand {
        customer_id: siti,
        reason: "sudah bayar".into(),
        until: None,
    };
    desk.office.perform(&Actor::console(), open).await.unwrap();
    run_due(&desk.office, true).await.unwrap();
    let own = desk.router.secret("budi").unwrap().profile;
    assert_eq!(desk.router.secret("siti").unwrap().profile, own);
    assert_eq!(observed(&desk, siti).await, Observed::Open);
    assert_eq!(
        customer(&desk, siti).await.unwrap().standing.status,
        CustomerStatus::Active
    );
}

async fn a_person_can_say_that_lines_are_open_with_such_a_profile(on: Engine) {
    let desk = watching(&on).await;
    shut(&desk);
    let open_profiles = vec!["TUTUP".to_owned()];
    let preview = PreviewRouterLines {
        router_id: desk.router_id,
        open_profiles: open_profiles.clone(),
        ..PreviewRouterLines::default()
    };
    let lines = desk.office.perform(&Actor::console(), preview).await.unwrap();
    assert_eq!(closed(&lines, "pppoe:siti"), None);
    assert!(lines.groups.iter().any(|group| group.key == "profile:TUTUP"));
    let request = ImportRouterLines {
        open_profiles,
        ..accepted(&desk, &lines)
    };
    let done = take_in(&desk, request).await.unwrap();
    assert_eq!((done.created, done.closed), (2, 0));
    assert_eq!(observed(&desk, of(&done, "pppoe:siti")).await, Observed::Open);
    let again = look(&desk).await;
    assert_eq!(
        closed(&again, "pppoe:siti"),
        None,
        "a package has the profile now"
    );
}

/// A fixed address and a lease on the list `nunggak`, and a hotspot user with the profile `hs-tutup`; gives their customers.
async fn shut_otherwise(desk: &Desk) -> [i64; 3] {
    desk.router.insert(
        "/ip/arp",
        &[
            ("address", "10.5.0.2"),
            ("mac-address", "02:00:00:00:01:02"),
            ("interface", "bridge1"),
            ("comment", "Rina"),
        ],
    );
    desk.router.load_leases([Lease {
        comment: Some("Wati".into()),
        ..Lease::new("10.5.0.3", "02:00:00:00:01:03")
    }]);
    for address in ["10.5.0.2", "10.5.0.3"] {
        let entry = [("list", "nunggak"), ("address", address)];
        desk.router.insert("/ip/firewall/address-list", &entry);
    }
    desk.router.insert(
        "/ip/hotspot/user/profile",
        &[("name", "hs-tutup"), ("rate-limit", "1M/1M")],
    );
    desk.router.load_hotspot_users([HotspotUser {
        profile: "hs-tutup".into(),
        comment: Some("Tono".into()),
        ..HotspotUser::new("tono", "x")
    }]);
    let lines = look(desk).await;
    let done = take_in(desk, accepted(desk, &lines)).await.unwrap();
    assert_eq!((done.created, done.closed), (3, 3));
    let lease = done.lines.iter().find(|line| line.key.starts_with("lease:"));
    [
        of(&done, "arp:10.5.0.2@bridge1"),
        lease.and_then(|line| line.customer_id).unwrap(),
        of(&done, "hotspot:tono"),
    ]
}

async fn compare(desk: &Desk) -> RouterPlan {
    let router_id = desk.router_id;
    desk.office
        .perform(&Actor::console(), ReadRouterPlan { router_id })
        .await
        .unwrap()
}

async fn lists_and_hotspot_profiles_of_the_office_are_read_as_closing_too(on: Engine) {
    let desk = watching(&on).await;
    let ids = shut_otherwise(&desk).await;
    compare(&desk).await;
    for id in ids {
        assert_eq!(observed(&desk, id).await, Observed::Closed, "{id}");
    }
}

/// Who stands on the office's list, and the hotspot user's profile.
fn kept_out(desk: &Desk) -> (Vec<String>, String) {
    let entries = desk.router.items("/ip/firewall/address-list").into_iter();
    let mut addresses: Vec<String> = entries
        .filter(|entry| entry.get("list").is_some_and(|list| list == "nunggak"))
        .filter_map(|entry| entry.get("address").cloned())
        .collect();
    addresses.sort();
    let users = desk.router.items("/ip/hotspot/user");
    let tono = users
        .iter()
        .find(|user| user.get("name").is_some_and(|name| name == "tono"));
    (addresses, tono.unwrap()["profile"].clone())
}

async fn managed(desk: &Desk) {
    let manage = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Manage,
        dry_run: false,
    };
    desk.office.perform(&Actor::console(), manage).await.unwrap();
}

/// What keeps the lines closed ends, so that the router is to open them.
async fn free(desk: &Desk, ids: &[i64]) {
    for customer_id in ids {
        let end = EndOverride {
            customer_id: *customer_id,
        };
        desk.office.perform(&Actor::console(), end).await.unwrap();
    }
    run_due(&desk.office, true).await.unwrap();
}

async fn an_opening_takes_a_line_off_the_offices_list_and_its_undo_puts_it_back(on: Engine) {
    let desk = watching(&on).await;
    let ids = shut_otherwise(&desk).await;
    let before = (
        vec!["10.5.0.2".to_owned(), "10.5.0.3".to_owned()],
        "hs-tutup".to_owned(),
    );
    assert_eq!(kept_out(&desk), before);
    free(&desk, &ids).await;
    managed(&desk).await;
    assert_eq!(kept_out(&desk), before, "nothing is sent by the switch");
    let repair = ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    };
    let repaired = desk.office.perform(&Actor::console(), repair).await.unwrap();
    let plan = repaired.plan.unwrap().plan.id;
    run_due(&desk.office, true).await.unwrap();
    let (listed, profile) = kept_out(&desk);
    assert!(
        listed.is_empty() && profile.starts_with("pkg-"),
        "{listed:?} {profile}"
    );
    for id in ids {
        assert_eq!(observed(&desk, id).await, Observed::Open, "{id}");
    }
    for line in compare(&desk).await.lines {
        assert_ne!(line.difference, Difference::ShouldOpen, "{line:?}");
    }

    let undo = UndoPlan {
        id: plan,
        hold_days: None,
    };
    desk.office.perform(&Actor::console(), undo).await.unwrap();
    run_due(&desk.office, true).await.unwrap();
    assert_eq!(kept_out(&desk), before);
    for id in ids {
        assert_eq!(observed(&desk, id).await, Observed::Closed, "{id}");
    }
}

async fn what_a_profile_of_the_router_keeps_on_a_list_is_told_and_not_fought(on: Engine) {
    let desk = watching(&on).await;
    let ids = shut_otherwise(&desk).await;
    let entry = [("address", "10.5.0.2")];
    desk.router
        .change("/ip/firewall/address-list", entry[0], &[("dynamic", "true")]);
    managed(&desk).await;
    let writes_before = writes(&desk.router);
    let open = OpenByHand {
        customer_id: ids[0],
        reason: "sudah bayar".into(),
        until: None,
    };
    desk.office.perform(&Actor::console(), open).await.unwrap();
    run_due(&desk.office, true).await.unwrap();
    assert_eq!(writes(&desk.router), writes_before);
    let mut tx = desk.office.store().read().await.unwrap();
    let job = store::jobs::newest(&mut tx, &format!("access:{}", ids[0]))
        .await
        .unwrap();
    assert_eq!(job.unwrap().error_code.as_deref(), Some("list_entry_dynamic"));
    drop(tx);

    // What a person put there for a day can be taken off.
    let open = OpenByHand {
        customer_id: ids[1],
        reason: "sudah bayar".into(),
        until: None,
    };
    desk.office.perform(&Actor::console(), open).await.unwrap();
    run_due(&desk.office, true).await.unwrap();
    assert_eq!(kept_out(&desk).0, ["10.5.0.2"]);
    assert_eq!(observed(&desk, ids[1]).await, Observed::Open);
}
