//! Preparing a router: shown before it is sent, in the right place, once, and without touching what is not ours.

use billing::{RouterMode, StaticIsolation};
use office::network::isolation_page::{MARK, POOL, StepAction, StepOutcome};
use routeros_api::Command;
use serde_json::json;
use simulators::router::{Fault, Profile};

use crate::desk::Desk;
use crate::router::{
    by_hand, comments, everything, id_of, office, ours, prepare, preview, steps, try_to_prepare,
};

const FILTER: &str = "/ip/firewall/filter";
const INSIDE: [&str; 7] = ["dns-udp", "dns-tcp", "page", "allowed", "https", "quic", "rest"];
const JUMP: &str = "sambung:isolir:jump:sambung-isolated";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_shows_each_rule_in_plain_words_and_sends_nothing() {
    let desk = office(RouterMode::Observe).await;
    let before = everything(&desk);
    let shown = preview(&desk, None).await;
    assert!(!shown.done);
    assert_eq!(desk.writes(), 0);
    assert_eq!(everything(&desk), before);
    assert!(
        shown
            .steps
            .iter()
            .all(|step| step.action == StepAction::Add && step.outcome.is_none())
    );
    assert!(
        shown
            .steps
            .iter()
            .all(|step| step.purpose.len() > 10 && step.rule.contains('='))
    );
    let quic = shown.steps.iter().find(|step| step.name == "quic").unwrap();
    assert!(
        quic.rule.contains("protocol=udp") && quic.purpose.contains("QUIC"),
        "{quic:?}"
    );
    let jump = shown
        .steps
        .iter()
        .position(|step| step.name.starts_with("jump:"))
        .unwrap();
    let rest = shown.steps.iter().position(|step| step.name == "rest").unwrap();
    assert!(
        rest < jump,
        "the jump, without which nothing has an effect, comes after what it leads to"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_is_only_observed_is_not_prepared() {
    let desk = office(RouterMode::Observe).await;
    let refused = try_to_prepare(&desk, desk.router_id, None).await.unwrap_err();
    assert_eq!(refused.code, "router_observed");
    assert_eq!(desk.writes(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_rules_stand_above_fasttrack_and_established_and_the_others_stay_as_they_were() {
    let desk = office(RouterMode::Manage).await;
    let before = everything(&desk);
    let prepared = prepare(&desk, None).await;
    assert!(prepared.done, "{prepared:?}");

    let forward = comments(&desk, FILTER, "forward");
    let place = |comment: &str| {
        forward
            .iter()
            .position(|it| it == comment)
            .unwrap_or_else(|| panic!("{comment} is not among {forward:?}"))
    };
    assert!(place(JUMP) < place("defconf: fasttrack"));
    assert!(place(JUMP) < place("defconf: accept established,related, untracked"));
    assert_eq!(ours(&desk, FILTER, "sambung-isolir"), INSIDE);
    assert_eq!(
        comments(&desk, "/ip/firewall/nat", "dstnat"),
        ["sambung:isolir:http:sambung-isolated"]
    );
    assert_eq!(
        ours(&desk, "/ipv6/firewall/filter", "sambung-isolir"),
        ["dns-udp", "dns-tcp", "allowed", "http", "https", "quic", "rest"]
    );
    let redirect = desk
        .router
        .items("/ip/firewall/nat")
        .into_iter()
        .find(|row| row.get("chain").map(String::as_str) == Some("dstnat"))
        .unwrap();
    assert_eq!(
        (redirect["to-addresses"].as_str(), redirect["to-ports"].as_str()),
        ("192.168.10.5", "8791")
    );

    // What is not ours: the same rows, in the same order, with the same ids.
    for (menu, rows) in before {
        let foreign: Vec<_> = desk
            .router
            .items(menu)
            .into_iter()
            .filter(|row| {
                !row.get("comment")
                    .is_some_and(|comment| comment.starts_with(MARK))
            })
            .filter(|row| row.get("name").map(String::as_str) != Some("isolated"))
            .collect();
        assert_eq!(foreign, rows, "{menu}");
    }
    assert_eq!(desk.acts("isolation_page_prepared").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_preparation_sends_nothing() {
    let desk = office(RouterMode::Manage).await;
    assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
    let sent = desk.writes();
    let again = prepare(&desk, None).await;
    assert!(again.done);
    assert_eq!(steps(&again, StepAction::Keep).len(), again.steps.len());
    assert_eq!(desk.writes(), sent);
    assert_eq!(
        again.pool.as_deref(),
        Some("10.77.1.1-10.77.1.254"),
        "the pool of before"
    );
    assert_eq!(desk.acts("isolation_page_prepared").await[0].outcome, "skipped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_that_somebody_moved_changed_or_switched_off_are_put_right() {
    let desk = office(RouterMode::Manage).await;
    assert!(prepare(&desk, None).await.done);
    let rule = |name: &str| id_of(&desk, FILTER, &format!("{MARK}{name}"));
    // FastTrack above the jump, the drop before the page, a narrowed rule, one that is off.
    let fasttrack = id_of(&desk, FILTER, "defconf: fasttrack");
    let destination = rule("jump:sambung-isolated");
    let moving = |id: String, before: String| {
        Command::new("/ip/firewall/filter/move")
            .attribute("numbers", id)
            .attribute("destination", before)
    };
    by_hand(&desk, moving(fasttrack, destination)).await;
    by_hand(&desk, moving(rule("rest"), rule("page"))).await;
    let narrowed = Command::new("/ip/firewall/filter/set")
        .attribute(".id", rule("dns-udp"))
        .attribute("in-interface", "ether2");
    by_hand(&desk, narrowed).await;
    let off = Command::new("/ip/firewall/filter/set")
        .attribute(".id", rule("https"))
        .flag("disabled", true);
    by_hand(&desk, off).await;

    let shown = preview(&desk, None).await;
    assert!(
        steps(&shown, StepAction::Move).contains(&"jump:sambung-isolated"),
        "{shown:?}"
    );
    assert_eq!(steps(&shown, StepAction::Change), ["https", "dns-udp"]);
    let mended = prepare(&desk, None).await;
    assert!(mended.done, "{mended:?}");
    assert_eq!(ours(&desk, FILTER, "sambung-isolir"), INSIDE);
    let forward = comments(&desk, FILTER, "forward");
    assert!(
        forward.iter().position(|it| it == JUMP) < forward.iter().position(|it| it == "defconf: fasttrack"),
        "{forward:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_no_longer_listed_goes_and_one_by_hand_stays() {
    let desk = office(RouterMode::Manage).await;
    assert!(prepare(&desk, None).await.done);
    let by_the_office = [
        ("list", "sambung-isolir-boleh"),
        ("address", "10.9.9.9"),
        ("comment", "kami"),
    ];
    desk.router.insert("/ip/firewall/address-list", &by_the_office);
    desk.set(json!({ "isolation_page.payment_hosts": ["api.xendit.co"], "isolation_page.acs_host": "acs.example.id" }))
        .await;
    let prepared = prepare(&desk, None).await;
    assert!(prepared.done, "{prepared:?}");
    let mut gone = steps(&prepared, StepAction::Remove);
    gone.sort_unstable();
    assert_eq!(
        gone,
        [
            "host:103.10.128.11",
            "host:app.midtrans.com",
            "host:app.midtrans.com"
        ]
    );
    let mut addresses: Vec<String> = desk
        .router
        .items("/ip/firewall/address-list")
        .into_iter()
        .map(|row| row["address"].clone())
        .collect();
    addresses.sort();
    assert_eq!(addresses, ["10.9.9.9", "acs.example.id", "api.xendit.co"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_with_a_list_of_the_offices_own_keeps_it_and_the_rules_look_at_that() {
    let desk = office(RouterMode::Manage).await;
    let own = Profile {
        address_list: Some("nunggak".into()),
        remote_address: Some("10.50.0.9".into()),
        ..Profile::new("isolated", "128k/128k")
    };
    desk.router.load_profiles([own]);
    let before = desk.router.items("/ppp/profile");
    let prepared = prepare(&desk, Some("10.77.1.0/24")).await;
    assert!(prepared.done, "{prepared:?}");
    assert_eq!(prepared.lists, ["nunggak"]);
    assert_eq!(desk.router.items("/ppp/profile"), before);
    assert!(
        desk.router
            .items("/ip/pool")
            .iter()
            .all(|pool| pool["name"] != POOL)
    );
    assert!(
        prepared.notes.iter().any(|note| note.code == "pool_unused"),
        "{prepared:?}"
    );
    assert_eq!(
        preview(&desk, None).await.profile_pool.as_deref(),
        Some("10.50.0.9"),
        "what closed lines have is told where no pool is asked for"
    );
    assert_eq!(ours(&desk, FILTER, "forward"), ["jump:nunggak"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_are_closed_by_the_list_meet_the_same_rules() {
    let desk = Desk::with(RouterMode::Manage, StaticIsolation::AddressList).await;
    desk.set(json!({ "isolation_page.address": "192.168.10.5:8791" }))
        .await;
    let own = Profile {
        address_list: Some("nunggak".into()),
        ..Profile::new("isolated", "64k/64k")
    };
    desk.router.load_profiles([own]);
    let prepared = prepare(&desk, None).await;
    assert!(prepared.done, "{prepared:?}");
    assert_eq!(
        ours(&desk, FILTER, "forward"),
        ["jump:nunggak", "jump:sambung-isolated"]
    );
    assert_eq!(
        ours(&desk, "/ip/firewall/nat", "dstnat"),
        ["http:nunggak", "http:sambung-isolated"]
    );
    assert!(prepared.notes.iter().any(|note| note.code == "no_masquerade"));
    assert!(
        prepared
            .notes
            .iter()
            .all(|note| note.code != "static_lines_see_nothing")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_without_ipv6_is_prepared_and_says_so() {
    let desk = office(RouterMode::Manage).await;
    for menu in ["filter", "address-list"] {
        desk.router.refuse(
            format!("/ipv6/firewall/{menu}/print"),
            "no such command prefix",
            99,
        );
    }
    let prepared = prepare(&desk, None).await;
    assert!(prepared.done, "{prepared:?}");
    assert!(!prepared.ipv6 && prepared.notes.iter().any(|note| note.code == "no_ipv6"));
    assert!(prepared.steps.iter().all(|step| !step.menu.starts_with("/ipv6")));
    assert_eq!(ours(&desk, FILTER, "sambung-isolir"), INSIDE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let desk = office(RouterMode::Manage).await;
    desk.router.refuse(
        "/ip/firewall/filter/print",
        "failure: action timed out - try again",
        1,
    );
    let failed = try_to_prepare(&desk, desk.router_id, None).await.unwrap_err();
    assert_eq!(failed.code, "router_refused");
    assert_eq!(desk.writes(), 0);
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let off = try_to_prepare(&desk, desk.router_id, None).await.unwrap_err();
    assert_eq!(off.code, "router_unreachable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_gives_closed_lines_addresses_and_differs_from_router_to_router() {
    let desk = office(RouterMode::Manage).await;
    let (second, other) = desk.second("Gedung B").await;
    second.load_factory_firewall();
    let prepared = prepare(&desk, Some("10.77.1.10-10.77.1.250")).await;
    assert!(prepared.done, "{prepared:?}");
    let pool = desk
        .router
        .items("/ip/pool")
        .into_iter()
        .find(|pool| pool["name"] == POOL)
        .unwrap();
    assert_eq!(pool["ranges"], "10.77.1.10-10.77.1.250");
    let isolated = |rows: Vec<std::collections::BTreeMap<String, String>>| {
        rows.into_iter()
            .find(|profile| profile["name"] == "isolated")
            .unwrap()
    };
    let profile = isolated(desk.router.items("/ppp/profile"));
    assert_eq!(
        (
            profile["remote-address"].as_str(),
            profile["address-list"].as_str()
        ),
        (POOL, "sambung-isolated")
    );

    let taken = try_to_prepare(&desk, other, Some("10.77.1.200-10.77.2.20"))
        .await
        .unwrap_err();
    assert_eq!(taken.code, "pool_taken");
    assert!(taken.detail.id.contains("Gedung A"), "{}", taken.detail.id);
    assert!(
        second.items("/ip/pool").iter().all(|pool| pool["name"] != POOL),
        "nothing was sent"
    );
    let free = try_to_prepare(&desk, other, Some("10.77.2.0/24")).await.unwrap();
    assert!(free.done, "{free:?}");

    for (pool, code) in [("10.0.0.9", "pool_range"), ("192.168.10.0/24", "pool_holds_page")] {
        let refused = try_to_prepare(&desk, desk.router_id, Some(pool))
            .await
            .unwrap_err();
        assert_eq!(refused.code, code, "{pool}");
    }
    let without = prepare(&desk, Some("")).await;
    assert!(without.done, "{without:?}");
    assert!(!isolated(desk.router.items("/ppp/profile")).contains_key("remote-address"));
    assert!(
        desk.router
            .items("/ip/pool")
            .iter()
            .all(|pool| pool["name"] != POOL)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_address_for_the_page_no_router_is_prepared() {
    let desk = Desk::open().await;
    let refused = try_to_prepare(&desk, desk.router_id, None).await.unwrap_err();
    assert_eq!(refused.code, "isolation_page_address");
    assert_eq!(desk.writes(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_in_the_middle_says_how_far_it_went_and_opens_nothing_halfway() {
    let desk = office(RouterMode::Manage).await;
    desk.router
        .refuse("/ip/firewall/nat/add", "failure: no more rules may be added", 1);
    let broken = prepare(&desk, None).await;
    assert!(!broken.done);
    let failure = broken.failure.as_ref().unwrap();
    assert_eq!(failure.code, "router_refused");
    assert!(failure.message.contains("no more rules"), "{}", failure.message);
    let outcome = |name: &str| {
        broken
            .steps
            .iter()
            .find(|step| step.name == name)
            .unwrap()
            .outcome
    };
    assert_eq!(outcome("rest"), Some(StepOutcome::Done));
    assert_eq!(outcome("http:sambung-isolated"), Some(StepOutcome::Failed));
    assert_eq!(outcome("jump:sambung-isolated"), Some(StepOutcome::NotTried));
    assert!(
        ours(&desk, FILTER, "forward").is_empty(),
        "no line meets half of the rules"
    );
    assert_eq!(desk.acts("isolation_page_prepared").await[0].outcome, "failed");

    let whole = prepare(&desk, None).await;
    assert!(whole.done, "{whole:?}");
    assert_eq!(ours(&desk, FILTER, "sambung-isolir"), INSIDE);
}
