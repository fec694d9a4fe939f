//! The limits of our profiles against the speeds of the packages: told per profile, repaired at once or with the plan.

use billing::RouterMode;
use office::access::{Difference, ReadRouterPlan, ReconcileRouter, RouterPlan, SwitchRouterMode};
use office::catalogue::ChangePackage;
use simulators::router::Profile;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};

async fn plan(desk: &Desk) -> RouterPlan {
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    desk.ask(plan).await.unwrap()
}

async fn faster(desk: &Desk, download: i64) {
    let change = ChangePackage {
        id: desk.package_id,
        speed_download: Some(download),
        ..ChangePackage::default()
    };
    desk.ask(change).await.unwrap();
}

fn rate(desk: &Desk) -> String {
    let profiles = desk.router.items("/ppp/profile");
    let ours = profiles.iter().find(|profile| profile["name"] == "pkg-hemat-10");
    ours.unwrap()["rate-limit"].clone()
}

async fn another_speed_reaches_the_profile_of_each_managed_router_and_is_asked_for_once(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    assert_eq!(plan(&desk).await.totals.wrong_rate, 0);
    faster(&desk, 15_000).await;
    faster(&desk, 20_000).await;
    let shown = plan(&desk).await;
    let [wrong] = shown.wrong_rates.as_slice() else {
        panic!("one profile: {shown:?}")
    };
    assert_eq!((wrong.profile.as_str(), wrong.lines), ("pkg-hemat-10", 1));
    assert_eq!(wrong.package.as_deref(), Some("HEMAT-10"));
    assert_eq!((shown.totals.wrong_rate, shown.totals.wrong_profile), (1, 0));
    assert_eq!(desk.jobs_of("sync_profiles").await.len(), 1);
    desk.run_due().await;
    assert_eq!(plan(&desk).await.totals.wrong_rate, 0, "{}", rate(&desk));
}

async fn a_price_alone_sends_nothing_and_a_router_that_is_observed_is_left_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    let dearer = ChangePackage {
        id: desk.package_id,
        price: Some(billing::Rupiah(175_000)),
        ..ChangePackage::default()
    };
    desk.ask(dearer).await.unwrap();
    assert!(desk.jobs_of("sync_profiles").await.is_empty());
    let observe = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Observe,
        dry_run: false,
    };
    desk.ask(observe).await.unwrap();
    faster(&desk, 20_000).await;
    assert!(desk.jobs_of("sync_profiles").await.is_empty());
    assert_eq!((plan(&desk).await.totals.wrong_rate, desk.writes()), (1, 0));
}

async fn a_rate_that_somebody_changed_is_repaired_with_the_rest_or_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    let by_hand = Profile::new("pkg-hemat-10", "1M/2M");
    desk.router.load_profiles([by_hand.clone()]);
    let all = ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    };
    let chosen = ReconcileRouter {
        customer_ids: Some(ids),
        ..all.clone()
    };
    let refused = desk.ask(chosen).await.unwrap_err();
    assert_eq!(refused.code, "nothing_to_change", "a profile is not one line's");
    let shown = ReconcileRouter {
        dry_run: true,
        ..all.clone()
    };
    assert_eq!(desk.ask(shown).await.unwrap().wrong_rates.len(), 1);
    assert_eq!(desk.writes(), 0, "shown, not sent");
    let done = desk.ask(all.clone()).await.unwrap();
    assert!(done.plan.is_some() && done.lines.is_empty(), "{done:?}");
    desk.run_due().await;
    assert_eq!(plan(&desk).await.totals.wrong_rate, 0);

    desk.router.load_profiles([by_hand]);
    let only_profiles = ReconcileRouter {
        repairs: Some(vec![Difference::WrongProfile]),
        ..all
    };
    assert_eq!(
        desk.ask(only_profiles).await.unwrap_err().code,
        "nothing_to_change"
    );
}

async fn a_profile_of_the_routers_own_with_another_limit_is_told_and_left_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    desk.router.load_profiles([Profile::new("paket-lama", "1M/2M")]);
    desk.router
        .load_secrets([simulators::router::Secret::new("budi", "x").with_profile("paket-lama")]);
    let mut tx = desk.office.store().begin().await.unwrap();
    store::packages::set_profile(&mut tx, desk.router_id, desk.package_id, Some("paket-lama"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let shown = plan(&desk).await;
    let [told] = shown.mapped_rates.as_slice() else {
        panic!("one profile: {shown:?}")
    };
    assert_eq!(
        (told.profile.as_str(), told.package.as_str(), told.lines),
        ("paket-lama", "HEMAT-10", 1)
    );
    assert_eq!(
        (told.rate_seen.as_deref(), told.rate_wanted.as_str()),
        (Some("1M/2M"), "5120k/10M")
    );
    assert_eq!((shown.wrong_rates.len(), shown.totals.wrong_rate), (0, 0));
    let all = ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    };
    assert_eq!(desk.ask(all).await.unwrap_err().code, "nothing_to_change");
    assert_eq!(desk.writes(), 0, "it is not ours to change");

    // A burst is the router's business.
    let same = Profile::new("paket-lama", "5120k/10M 6M/12M 5M/9M 8/8");
    desk.router.load_profiles([same]);
    assert!(plan(&desk).await.mapped_rates.is_empty());
}

on_both! {
    a_profile_of_the_routers_own_with_another_limit_is_told_and_left_alone,
    another_speed_reaches_the_profile_of_each_managed_router_and_is_asked_for_once,
    a_price_alone_sends_nothing_and_a_router_that_is_observed_is_left_alone,
    a_rate_that_somebody_changed_is_repaired_with_the_rest_or_alone,
}
