//! Taking a preparation away: everything of ours and nothing else, also when it was never finished.

use billing::RouterMode;
use office::network::isolation_page::StepAction;
use simulators::router::Profile;

use crate::router::{everything, office, ours, prepare, remove, steps};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_leaves_the_router_as_it_was() {
    let desk = office(RouterMode::Manage).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    let before = everything(&desk);
    assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
    assert_ne!(everything(&desk), before);
    let removed = remove(&desk).await;
    assert!(removed.done, "{removed:?}");
    assert_eq!(everything(&desk), before);
    assert!(
        removed.steps[0].name.starts_with("jump:"),
        "what leads into the rules goes first"
    );
    assert_eq!(desk.acts("isolation_page_removed").await[0].outcome, "done");

    let sent = desk.writes();
    assert!(remove(&desk).await.done);
    assert_eq!(desk.writes(), sent, "a second removal sends nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_broke_off_in_the_middle_is_taken_away_whole() {
    let desk = office(RouterMode::Manage).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    let before = everything(&desk);
    desk.router
        .refuse("/ip/firewall/nat/add", "failure: no more rules may be added", 1);
    assert!(!prepare(&desk, Some("10.77.1.0/24")).await.done);
    assert!(!ours(&desk, "/ip/firewall/filter", "sambung-isolir").is_empty());
    let removed = remove(&desk).await;
    assert!(removed.done, "{removed:?}");
    assert_eq!(everything(&desk), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_that_breaks_off_goes_on_the_next_time() {
    let desk = office(RouterMode::Manage).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    let before = everything(&desk);
    assert!(prepare(&desk, Some("10.77.1.0/24")).await.done);
    desk.router.refuse(
        "/ip/firewall/nat/remove",
        "failure: action timed out - try again",
        1,
    );
    let broken = remove(&desk).await;
    assert!(!broken.done && broken.failure.is_some());
    assert!(
        ours(&desk, "/ip/firewall/filter", "forward").is_empty(),
        "the rules have no effect any more"
    );
    assert!(remove(&desk).await.done);
    assert_eq!(
        everything(&desk),
        before,
        "the profile too, although a restart lies between"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_office_wrote_into_the_profile_since_stays() {
    let desk = office(RouterMode::Manage).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    assert!(prepare(&desk, None).await.done);
    let since = Profile {
        address_list: Some("daftar-kantor".into()),
        ..Profile::new("isolated", "64k/64k")
    };
    desk.router.load_profiles([since]);
    assert!(remove(&desk).await.done);
    let profiles = desk.router.items("/ppp/profile");
    let isolated = profiles
        .iter()
        .find(|profile| profile["name"] == "isolated")
        .unwrap();
    assert_eq!(isolated["address-list"], "daftar-kantor");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_can_be_looked_at_first() {
    let desk = office(RouterMode::Manage).await;
    assert!(prepare(&desk, None).await.done);
    let sent = desk.writes();
    let request = office::isolation_page::PreviewPreparation {
        router_id: desk.router_id,
        pool: None,
        removing: true,
    };
    let shown = desk.ask(request).await.unwrap();
    assert!(!shown.done);
    assert!(steps(&shown, StepAction::Remove).contains(&"rest"));
    assert_eq!(desk.writes(), sent);
}
