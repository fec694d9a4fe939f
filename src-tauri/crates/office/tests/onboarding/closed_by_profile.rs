//! Lines that an office closed by hand with a profile of its own: the import knows it by its name, its limit or the
//! firewall, and from then on it is read as closing, until a person says otherwise.

use billing::{CustomerStatus, Observed, RouterMode};
use office::Actor;
use office::access::{Difference, OpenByHand, ReadRouterPlan, SwitchRouterMode};
use office::jobs::run_due;
use office::onboarding::{ClosedBy, ImportRouterLines, ImportedLines, PreviewRouterLines, RouterLines};
use simulators::router::{HotspotUser, Profile, Secret};

use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::office_with_router::{accepted, customer, line, look, take_in, watching, writes};

on_both!(
    a_profile_closes_by_its_name_its_limit_or_a_rule_of_the_firewall,
    what_the_import_took_for_closed_is_read_as_closed_and_opened_with_the_packages_profile,
    a_person_can_say_that_lines_are_open_with_such_a_profile,
    lists_and_hotspot_profiles_of_the_office_are_read_as_closing_too,
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

async fn lists_and_hotspot_profiles_of_the_office_are_read_as_closing_too(on: Engine) {
    let desk = watching(&on).await;
    desk.router.insert(
        "/ip/arp",
        &[
            ("address", "10.5.0.2"),
            ("mac-address", "02:00:00:00:01:02"),
            ("interface", "bridge1"),
            ("comment", "Rina"),
        ],
    );
    desk.router.insert(
        "/ip/firewall/address-list",
        &[("list", "nunggak"), ("address", "10.5.0.2")],
    );
    desk.router.insert(
        "/ip/hotspot/user/profile",
        &[("name", "hs-tutup"), ("rate-limit", "1M/1M")],
    );
    desk.router.load_hotspot_users([HotspotUser {
        profile: "hs-tutup".into(),
        comment: Some("Tono".into()),
        ..HotspotUser::new("tono", "x")
    }]);
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!((done.created, done.closed), (2, 2));
    let ids = [of(&done, "arp:10.5.0.2@bridge1"), of(&done, "hotspot:tono")];
    let router_id = desk.router_id;
    desk.office
        .perform(&Actor::console(), ReadRouterPlan { router_id })
        .await
        .unwrap();
    for id in ids {
        assert_eq!(observed(&desk, id).await, Observed::Closed, "{id}");
    }
}
