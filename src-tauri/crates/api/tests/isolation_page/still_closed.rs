//! Taking a preparation away while lines are closed: the page goes, and nobody is opened by it.

use billing::{ConnectionType, RouterMode, StaticIsolation};
use office::access::{DriftTotals, ReadRouterPlan};
use office::isolation_page::{Preparation, PreviewPreparation};
use office::network::isolation_page::StepAction;
use simulators::router::{Lease, Profile};
use store::customers::Details;

use crate::desk::{Desk, PRICE};
use crate::router::{comments, everything, office_by, ours, prepare, remove, steps};

const FILTER: &str = "/ip/firewall/filter";
const FILTER6: &str = "/ipv6/firewall/filter";
const DROP: &str = "drop:sambung-isolated";
const MAC: &str = "02:00:00:00:00:08";

async fn office() -> Desk {
    office_by(RouterMode::Manage, StaticIsolation::AddressList).await
}

async fn compared(desk: &Desk) -> DriftTotals {
    let router_id = desk.router_id;
    desk.ask(ReadRouterPlan { router_id }).await.unwrap().totals
}

async fn close(desk: &Desk) {
    desk.bill_and_wait().await;
    desk.close_overdue().await;
    desk.run_due().await;
    assert_eq!(compared(desk).await.should_close, 0);
}

async fn open(desk: &Desk, ids: &[i64]) {
    for id in ids {
        desk.pay(*id, PRICE).await;
    }
    desk.run_due().await;
}

async fn preview_of_removal(desk: &Desk) -> Preparation {
    let request = PreviewPreparation {
        router_id: desk.router_id,
        pool: None,
        removing: true,
    };
    desk.ask(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_closed_by_the_list_stay_closed_and_the_last_that_opens_lets_the_rule_go() {
    let desk = office().await;
    let fixed = desk.fixed("PLG-00001", "10.91.0.9", desk.router_id).await;
    desk.router.insert(
        "/ip/arp",
        &[
            ("address", "10.91.0.9"),
            ("mac-address", "02:00:00:00:00:09"),
            ("interface", "bridge1"),
        ],
    );
    let leased = Details {
        mac_address: Some(MAC.into()),
        ..desk.customer("PLG-00002", "Warung Bu Ani", ConnectionType::Dhcp)
    };
    let leased = desk.add(&leased).await;
    desk.router.load_leases([Lease::new("10.92.0.8", MAC)]);
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    let before = everything(&desk);
    assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
    close(&desk).await;

    let sent = desk.writes();
    let shown = preview_of_removal(&desk).await;
    assert_eq!(desk.writes(), sent);
    assert_eq!(steps(&shown, StepAction::Add), [DROP]);
    assert_eq!(shown.steps[0].name, DROP, "before anything is taken off");
    assert!(shown.steps[0].purpose.contains("2 jalur"), "{:?}", shown.steps[0]);
    let note = &shown.notes[0];
    assert_eq!(note.code, "closed_lines_stay");
    assert!(note.message.contains("2 jalur"), "{}", note.message);

    let removed = remove(&desk).await;
    assert!(removed.done, "{removed:?}");
    assert_eq!(ours(&desk, FILTER, "forward"), [DROP]);
    assert!(ours(&desk, FILTER, "sambung-isolir").is_empty());
    assert!(ours(&desk, "/ip/firewall/nat", "dstnat").is_empty());
    assert!(ours(&desk, FILTER6, "forward").is_empty());
    let forward = comments(&desk, FILTER, "forward");
    let place = |end: &str| forward.iter().position(|it| it.ends_with(end)).unwrap();
    assert!(place(DROP) < place("defconf: fasttrack"), "{forward:?}");
    let totals = compared(&desk).await;
    assert_eq!((totals.should_close, totals.none), (0, 2), "{totals:?}");

    let sent = desk.writes();
    open(&desk, &[fixed]).await;
    let still = preview_of_removal(&desk).await;
    assert_eq!(steps(&still, StepAction::Keep), [DROP]);
    assert!(
        still.done && still.notes[0].message.contains("1 jalur"),
        "{still:?}"
    );
    assert!(desk.writes() > sent);
    open(&desk, &[leased]).await;
    let last = remove(&desk).await;
    assert!(last.done && last.notes.is_empty(), "{last:?}");
    assert_eq!(everything(&desk), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_stayed_gives_way_to_the_page_when_it_is_prepared_again() {
    let desk = office().await;
    desk.router.insert(
        "/ip/firewall/address-list",
        &[("list", "sambung-isolated"), ("address", "10.91.0.9")],
    );
    assert!(prepare(&desk, None).await.done);
    let prepared = everything(&desk);
    assert!(remove(&desk).await.done);
    assert_eq!(ours(&desk, FILTER, "forward"), [DROP]);
    assert!(prepare(&desk, None).await.done);
    assert_eq!(ours(&desk, FILTER, "forward"), ["jump:sambung-isolated"]);
    assert_eq!(everything(&desk).len(), prepared.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_rule_of_the_office_drops_or_no_rule_of_ours_closed_gets_none() {
    let desk = office().await;
    desk.router.insert(
        "/ip/firewall/address-list",
        &[("list", "sambung-isolated"), ("address", "10.91.0.9")],
    );
    let shown = preview_of_removal(&desk).await;
    assert!(shown.steps.is_empty() && shown.notes.is_empty(), "{shown:?}");

    let rule = [
        ("chain", "forward"),
        ("action", "drop"),
        ("src-address-list", "sambung-isolated"),
        ("comment", "isolir"),
    ];
    desk.router.insert(FILTER, &rule);
    assert!(prepare(&desk, None).await.done);
    let id = crate::router::id_of(&desk, FILTER, "isolir");
    let first = crate::router::id_of(&desk, FILTER, "defconf: fasttrack");
    let up = routeros_api::Command::new("/ip/firewall/filter/move")
        .attribute("numbers", id)
        .attribute("destination", first);
    crate::router::by_hand(&desk, up).await;
    assert!(remove(&desk).await.done);
    assert!(ours(&desk, FILTER, "forward").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_pppoe_lines_stay_closed_by_the_rate_of_their_profile_or_by_its_list() {
    for (rate, stays) in [("64k/64k", false), ("0/0", true)] {
        let desk = office().await;
        desk.router.load_profiles([Profile::new("isolated", rate)]);
        let id = desk.dialled("PLG-00001", "Siti Rahayu", "10.60.0.7").await;
        let before = everything(&desk);
        assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
        close(&desk).await;
        let removed = remove(&desk).await;
        assert!(removed.done, "{rate}: {removed:?}");
        assert_eq!(compared(&desk).await.should_close, 0, "{rate}");
        for menu in [FILTER, FILTER6] {
            assert_eq!(
                ours(&desk, menu, "forward"),
                [DROP].repeat(stays.into()),
                "{rate} {menu}"
            );
        }
        let profiles = desk.router.items("/ppp/profile");
        let isolated = profiles.iter().find(|it| it["name"] == "isolated").unwrap();
        let list = isolated.get("address-list").map_or("", String::as_str);
        assert_eq!(list == "sambung-isolated", stays, "{rate}");
        assert!(!isolated.contains_key("remote-address"), "{rate}");
        open(&desk, &[id]).await;
        assert!(remove(&desk).await.done);
        let mut after = everything(&desk);
        let mut before = before;
        for rows in [&mut after, &mut before] {
            // The list that the session put itself on is the router's business.
            rows.remove("/ip/firewall/address-list");
        }
        assert_eq!(after, before, "{rate}");
    }
}
