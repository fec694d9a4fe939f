//! What happens in the middle of a mass closing: somebody pays, the router may not be changed any more. What was not sent is
//! not sent then, and nobody is closed for a bill that is paid.

use std::time::Duration;

use billing::{CustomerStatus, RouterMode};
use office::access::{ApplyPlan, SwitchRouterMode, UndoPlan};
use office::routers::ChangeRouter;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};

/// So many that they go in a dozen rounds of [`AT_ONCE`].
const LINES: usize = 48;
const AT_ONCE: i64 = 4;

/// Overdue lines at a router that takes few commands at once.
async fn many_overdue(on: &Engine) -> (Desk, Vec<i64>) {
    let (desk, ids) = overdue(on, LINES).await;
    let few = ChangeRouter {
        id: desk.router_id,
        max_in_flight: Some(AT_ONCE),
        ..ChangeRouter::default()
    };
    desk.ask(few).await.unwrap();
    (desk, ids)
}

/// So many are above the limit.
fn confirmed() -> ApplyPlan {
    ApplyPlan {
        confirm: true,
        ..ApplyPlan::default()
    }
}

fn user(place: usize) -> String {
    format!("plg{:04}", place + 1)
}

fn isolated(desk: &Desk) -> usize {
    let secrets = desk.router.secrets();
    secrets
        .iter()
        .filter(|secret| secret.profile == "isolated")
        .count()
}

impl Desk {
    async fn switch(&self, mode: RouterMode) {
        let switch = SwitchRouterMode {
            router_id: self.router_id,
            mode,
            dry_run: false,
        };
        self.ask(switch).await.unwrap();
    }
}

async fn who_pays_before_his_turn_is_not_closed_and_the_others_are(on: Engine) {
    let (desk, ids) = many_overdue(&on).await;
    let plan = desk.ask(confirmed()).await.unwrap().plan.id;
    let running = desk.at_the_router().await;
    let last = LINES - 1;
    desk.pay(ids[last], PRICE).await;
    running.await.unwrap().unwrap();
    desk.router.set_round_trip(Duration::ZERO);
    desk.run_due().await;

    assert_eq!(desk.router.drops(&user(last)), 0, "his session was never touched");
    assert_eq!(desk.profile(&user(last)), "pkg-hemat-10");
    assert_eq!(desk.status(ids[last]).await, CustomerStatus::Active);
    assert_eq!(isolated(&desk), LINES - 1);
    for place in 0..last {
        assert_eq!(desk.router.drops(&user(place)), 1, "{place}");
    }
    let plan = desk.plan(plan).await;
    assert_eq!(plan.plan.status, "applied");
    let states = plan.lines.iter().map(|line| line.status.as_str());
    assert_eq!(states.filter(|state| *state == "skipped").count(), 1);
}

async fn who_pays_after_his_turn_waits_for_no_other_line(on: Engine) {
    let (desk, ids) = many_overdue(&on).await;
    desk.ask(confirmed()).await.unwrap();
    let running = desk.at_the_router().await;
    crate::desk::until("the first line is closed", async || {
        desk.profile(&user(0)) == "isolated"
    })
    .await;
    desk.pay(ids[0], PRICE).await;
    crate::desk::until("it is open again", async || {
        desk.profile(&user(0)) == "pkg-hemat-10"
    })
    .await;
    assert!(
        isolated(&desk) < LINES - 1,
        "most of the others are still to come"
    );
    running.await.unwrap().unwrap();
    desk.router.set_round_trip(Duration::ZERO);
    desk.run_due().await;
    assert_eq!(isolated(&desk), LINES - 1);
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
}

async fn a_router_that_is_only_observed_now_gets_nothing_more(on: Engine) {
    let (desk, _) = many_overdue(&on).await;
    let plan = desk.ask(confirmed()).await.unwrap().plan.id;
    let running = desk.at_the_router().await;
    desk.switch(RouterMode::Observe).await;
    running.await.unwrap().unwrap();
    desk.router.set_round_trip(Duration::ZERO);
    let closed = isolated(&desk);
    assert!(closed > 0 && closed < LINES, "{closed}");
    desk.run_due().await;
    assert_eq!(isolated(&desk), closed, "nothing more is sent");
    let detail = desk.plan(plan).await;
    assert_eq!(detail.plan.status, "applied");
    let done = detail.lines.iter().filter(|line| line.status == "done").count();
    assert_eq!(done, closed);
    let left = detail.lines.iter().find(|line| line.status == "skipped").unwrap();
    let why = left.error.as_deref().unwrap();
    assert!(why.contains("mode amati"), "{why}");

    desk.switch(RouterMode::Manage).await;
    desk.router.set_round_trip(Duration::from_millis(150));
    let undo = UndoPlan {
        id: plan,
        hold_days: None,
    };
    desk.ask(undo).await.unwrap();
    let running = desk.at_the_router().await;
    desk.switch(RouterMode::Observe).await;
    running.await.unwrap().unwrap();
    desk.router.set_round_trip(Duration::ZERO);
    let still_closed = isolated(&desk);
    desk.run_due().await;
    assert_eq!(isolated(&desk), still_closed, "nor on the way back");
    desk.switch(RouterMode::Manage).await;
    desk.run_due().await;
    assert_eq!(isolated(&desk), 0);
    assert_eq!(desk.plan(plan).await.plan.status, "undone");
}

on_both!(
    who_pays_before_his_turn_is_not_closed_and_the_others_are,
    who_pays_after_his_turn_waits_for_no_other_line,
    a_router_that_is_only_observed_now_gets_nothing_more,
);
