//! Plans that are let through while the jobs of their lines are at the router: no line may wait for a job that has ended.

use std::time::Duration;

use billing::{CustomerStatus, OverrideVerdict};
use office::access::{ApplyPlan, EndOverride, PlanDetail, SetOverride, UndoPlan};
use office::jobs::Counts;
use store::plans::LineState;
use tokio::task::JoinHandle;

use crate::desk::{Desk, overdue, until};
use crate::engine::{Engine, on_both};

impl Desk {
    async fn word(&self, customer_id: i64, verdict: OverrideVerdict) {
        let word = SetOverride {
            customer_id,
            verdict,
            reason: "uji".into(),
            until: None,
        };
        self.ask(word).await.unwrap();
    }

    /// Runs the jobs, and comes back as soon as the router has been told something and has not answered.
    pub(crate) async fn at_the_router(&self) -> JoinHandle<office::Result<Counts>> {
        self.router.clear_command_log();
        self.router.set_round_trip(Duration::from_millis(150));
        let office = self.office.clone();
        let running = tokio::spawn(async move { office::jobs::run_due(&office, true).await });
        until("the change is on the wire", async || {
            self.router.command_log().count("/ppp/secret/set") > 0
        })
        .await;
        running
    }

    /// Lets a plan through while the jobs are at the router, and gives it once they and what follows have ended.
    async fn plan_meanwhile(&self, running: JoinHandle<office::Result<Counts>>) -> PlanDetail {
        let plan = self.ask(ApplyPlan::default()).await.unwrap().plan;
        assert_eq!(plan.status, "applying");
        running.await.unwrap().unwrap();
        self.router.set_round_trip(Duration::ZERO);
        self.run_due().await;
        self.plan(plan.id).await
    }
}

fn states(plan: &PlanDetail) -> Vec<&str> {
    plan.lines.iter().map(|line| line.status.as_str()).collect()
}

async fn an_opening_that_was_under_way_does_the_line_of_a_plan_that_wants_it_too(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    desk.word(ids[0], OverrideVerdict::Open).await;
    let running = desk.at_the_router().await;
    let plan = desk.plan_meanwhile(running).await;
    assert_eq!(
        (plan.plan.status.as_str(), states(&plan)),
        ("applied", vec!["done"])
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

async fn a_closing_that_was_under_way_is_undone_with_the_plan_that_took_it_over(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let first = desk.ask(ApplyPlan::default()).await.unwrap().plan;
    let running = desk.at_the_router().await;
    let plan = desk.plan_meanwhile(running).await;
    assert_ne!(first.id, plan.plan.id);
    assert_eq!(
        (plan.plan.status.as_str(), states(&plan)),
        ("applied", vec!["done"])
    );
    assert_eq!(desk.plan(first.id).await.plan.status, "applied");
    assert_eq!(desk.profile("plg0001"), "isolated");

    let undo = UndoPlan {
        id: plan.plan.id,
        hold_days: Some(0),
    };
    desk.ask(undo).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        desk.profile("plg0001"),
        "pkg-hemat-10",
        "what stood there before the closing"
    );
    assert_eq!(desk.plan_line(ids[0]).await.state, LineState::Undone);
}

async fn a_line_that_its_job_passed_over_is_done_for_the_plan_that_came_meanwhile(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.word(ids[1], OverrideVerdict::Open).await;
    desk.run_due().await;
    // One line has to be closed by a person's word; the other owes a bill, for which no plan is there yet.
    desk.word(ids[0], OverrideVerdict::Closed).await;
    let customer_id = ids[1];
    desk.ask(EndOverride { customer_id }).await.unwrap();
    let running = desk.at_the_router().await;
    let plan = desk.plan_meanwhile(running).await;
    assert_eq!(
        (plan.plan.status.as_str(), states(&plan)),
        ("applied", vec!["done", "done"])
    );
    for (id, name) in [(ids[0], "plg0001"), (ids[1], "plg0002")] {
        assert_eq!(desk.profile(name), "isolated");
        assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    }
}

async fn a_word_that_comes_while_a_job_passes_the_line_over_is_heeded(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.word(ids[1], OverrideVerdict::Open).await;
    desk.run_due().await;
    desk.word(ids[0], OverrideVerdict::Closed).await;
    let customer_id = ids[1];
    desk.ask(EndOverride { customer_id }).await.unwrap();
    let running = desk.at_the_router().await;
    desk.word(ids[1], OverrideVerdict::Closed).await;
    running.await.unwrap().unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("plg0002"), "isolated");
    assert_eq!(desk.status(ids[1]).await, CustomerStatus::Isolated);
}

on_both! {
    an_opening_that_was_under_way_does_the_line_of_a_plan_that_wants_it_too,
    a_closing_that_was_under_way_is_undone_with_the_plan_that_took_it_over,
    a_line_that_its_job_passed_over_is_done_for_the_plan_that_came_meanwhile,
    a_word_that_comes_while_a_job_passes_the_line_over_is_heeded,
}
