//! What is known of a line after somebody looked at its router: what stands there now, and not what was seen before.

use billing::Observed;
use office::access::ReadRouterPlan;
use office::routers::ChangeRouter;
use simulators::router::{Profile, Secret};

use crate::desk::{Desk, overdue};
use crate::engine::{Engine, on_both};

async fn look(desk: &Desk) -> office::access::RouterPlan {
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    desk.ask(plan).await.unwrap()
}

fn by_hand(desk: &Desk, name: &str, profile: &str) {
    desk.router
        .load_secrets([Secret::new(name, "x").with_profile(profile)]);
}

fn renamed(desk: &Desk, profile: &str) -> ChangeRouter {
    ChangeRouter {
        id: desk.router_id,
        isolated_profile: Some(profile.to_owned()),
        ..ChangeRouter::default()
    }
}

async fn what_is_read_now_replaces_what_was_seen_before(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(true).await;
    assert_eq!(desk.observed(ids[0]).await, Observed::Closed);
    by_hand(&desk, "plg0001", "pkg-hemat-10");
    assert_eq!(look(&desk).await.totals.should_close, 1);
    assert_eq!(desk.observed(ids[0]).await, Observed::Open);
    by_hand(&desk, "plg0001", "isolated");
    assert_eq!(look(&desk).await.totals.none, 1);
    assert_eq!(
        desk.observed(ids[0]).await,
        Observed::Closed,
        "nothing of ours is under way, so the router's word stands"
    );
}

async fn a_line_whose_secret_is_gone_is_unknown(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(true).await;
    desk.router.remove_secret("plg0001");
    assert_eq!(look(&desk).await.totals.missing, 1);
    assert_eq!(desk.observed(ids[0]).await, Observed::Unknown);
    assert_eq!(desk.observed(ids[1]).await, Observed::Closed);
}

async fn another_name_for_the_profile_of_closed_lines_declares_none_of_them_open(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(true).await;
    let refused = desk.ask(renamed(&desk, "isolir")).await.unwrap_err();
    assert_eq!(refused.code, "isolated_profile_in_use");
    assert!(refused.detail.id.starts_with("2 jalur"), "{}", refused.detail.id);
    assert_eq!(desk.router_row().await.details.isolated_profile, "isolated");
    assert_eq!(desk.observed(ids[0]).await, Observed::Closed);

    // Renamed on the router, where the secrets follow their profile.
    desk.router.load_profiles([Profile::new("isolir", "64k/64k")]);
    by_hand(&desk, "plg0001", "isolir");
    by_hand(&desk, "plg0002", "isolir");
    let changed = desk.ask(renamed(&desk, "isolir")).await.unwrap();
    assert_eq!(changed.isolated_profile, "isolir");
    assert_eq!(
        (desk.observed(ids[0]).await, desk.observed(ids[1]).await),
        (Observed::Closed, Observed::Closed),
        "the router was read again at once"
    );
    assert_eq!(look(&desk).await.totals.none, 2);
}

on_both! {
    what_is_read_now_replaces_what_was_seen_before,
    a_line_whose_secret_is_gone_is_unknown,
    another_name_for_the_profile_of_closed_lines_declares_none_of_them_open,
}
