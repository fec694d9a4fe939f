//! Undoing a plan: exactly what stood there before, across a restart, and nothing of what changed since.

use std::time::Duration;

use billing::{CustomerStatus, RouterMode};
use office::Actor;
use office::access::{CancelPlan, PlanDetail, SwitchRouterMode, SyncRouterProfiles, UndoPlan};
use simulators::router::Fault;
use store::plans::LineState;

use crate::desk::{Desk, PRICE, overdue, until};
use crate::engine::{Engine, on_both};

fn undo(id: i64) -> UndoPlan {
    UndoPlan { id, hold_days: None }
}

async fn an_undo_survives_a_restart_restores_exactly_and_names_what_changed_since(on: Engine) {
    let (desk, ids) = overdue(&on, 3).await;
    // This one had a profile of its own before; undo brings back that, not the package's.
    desk.router
        .load_profiles([simulators::router::Profile::new("vip", "50M/50M")]);
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0002", "x").with_profile("vip")]);
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    // Somebody changed this line on the router meanwhile.
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0003", "x").with_profile("vip")]);

    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let undone = desk
        .office
        .perform(&Actor::console(), undo(plan_id))
        .await
        .unwrap();
    assert_eq!(undone.plan.status, "undoing");
    desk.run_due().await;
    let desk = desk.reopen().await;
    assert_eq!(
        desk.plan(plan_id).await.plan.status,
        "undoing",
        "it waits for the router"
    );

    desk.router.set_fault(Fault::Normal).await.unwrap();
    let test = office::network::TestRouter {
        router_id: desk.router_id,
    };
    desk.office.perform(&Actor::console(), test).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    assert_eq!(desk.profile("plg0002"), "vip");
    assert_eq!(desk.profile("plg0003"), "vip", "what changed since is left alone");
    desk.online_with("plg0001", "pkg-hemat-10").await;
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[2]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(kept.error.is_some(), "and named");
    assert_eq!(
        desk.observed(ids[2]).await,
        billing::Observed::Open,
        "what was read is what is known"
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    let again = desk
        .office
        .perform(&Actor::console(), undo(plan_id))
        .await
        .unwrap_err();
    assert_eq!(again.code, "plan_not_applied");
}

async fn what_a_try_had_changed_that_was_cut_off_is_brought_back_as_it_was_before(on: Engine) {
    for commands in 0..16 {
        let (desk, ids) = overdue(&on, 3).await;
        desk.router
            .load_profiles([simulators::router::Profile::new("vip", "50M/50M")]);
        desk.router
            .load_secrets([simulators::router::Secret::new("plg0002", "x").with_profile("vip")]);
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.check_overdue(false).await;
        desk.router_is_back().await;
        desk.forward(70);
        desk.run_due().await;
        for &id in &ids {
            assert_eq!(
                desk.status(id).await,
                CustomerStatus::Isolated,
                "cut off after {commands}"
            );
        }
        let plan_id = desk.plan_line(ids[0]).await.plan_id;
        desk.ask(undo(plan_id)).await.unwrap();
        desk.run_due().await;
        for (name, profile) in [
            ("plg0001", "pkg-hemat-10"),
            ("plg0002", "vip"),
            ("plg0003", "pkg-hemat-10"),
        ] {
            assert_eq!(desk.profile(name), profile, "{name}, cut off after {commands}");
        }
    }
}

async fn an_undo_leaves_and_names_the_lines_that_were_settled_since(on: Engine) {
    let (desk, ids) = overdue(&on, 5).await;
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    let word = office::access::SetOverride {
        customer_id: ids[1],
        verdict: billing::OverrideVerdict::Closed,
        reason: "alat rusak".into(),
        until: None,
    };
    desk.office.perform(&Actor::console(), word).await.unwrap();
    desk.run_due().await;
    // Somebody opened this one on the router, where it now says again what it said before the plan.
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0003", "x").with_profile("pkg-hemat-10")]);

    desk.router.clear_command_log();
    desk.office
        .perform(&Actor::console(), undo(plan_id))
        .await
        .unwrap();
    desk.run_due().await;
    assert_eq!(
        desk.router.command_log().count("/ppp/secret/set"),
        2,
        "nothing is sent for a line that changed since"
    );
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(
        (
            plan.plan.lines_by_status["undone"],
            plan.plan.lines_by_status["kept"]
        ),
        (2, 3)
    );
    for (id, word) in [(ids[0], "dibayar"), (ids[1], "manual"), (ids[2], "berubah")] {
        let line = plan.lines.iter().find(|line| line.customer_id == id).unwrap();
        let why = line.error.as_deref().unwrap();
        assert!(why.contains(word), "{}: {why}", line.name);
    }
    assert_eq!(desk.profile("plg0002"), "isolated", "a person's word stands");
    assert_eq!(desk.profile("plg0004"), "pkg-hemat-10");
    let report = &desk.acts("plan_undo_finished").await[0];
    assert!(report.message.contains("3 dibiarkan"), "{}", report.message);
    let detail = report.detail.as_ref().unwrap();
    assert_eq!(detail["kept"][0]["name"], "plg0001");
}

async fn an_undo_that_was_cut_off_anywhere_knows_its_own_work_again(on: Engine) {
    for commands in 0..10 {
        let (desk, ids) = overdue(&on, 1).await;
        desk.check_overdue(false).await;
        let plan_id = desk.plan_line(ids[0]).await.plan_id;
        desk.office
            .perform(&Actor::console(), undo(plan_id))
            .await
            .unwrap();
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        let desk = desk.reopen().await;
        desk.router.set_fault(Fault::Normal).await.unwrap();
        let test = office::network::TestRouter {
            router_id: desk.router_id,
        };
        desk.office.perform(&Actor::console(), test).await.unwrap();
        desk.run_due().await;
        let line = desk.plan_line(ids[0]).await;
        assert_eq!(
            (line.state, line.error.as_deref()),
            (LineState::Undone, None),
            "cut off after {commands} commands"
        );
        assert_eq!(desk.plan(plan_id).await.plan.status, "undone");
        desk.online_with("plg0001", "pkg-hemat-10").await;
    }
}

async fn an_undo_keeps_a_line_that_a_later_plan_closed_again(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(false).await;
    let first = desk.plan_line(ids[0]).await.plan_id;
    // Opened on the router behind the office's back, seen, and closed again by the next check.
    desk.router
        .load_secrets([simulators::router::Secret::new("plg0001", "x").with_profile("pkg-hemat-10")]);
    let mut tx = desk.office.store().begin().await.unwrap();
    let seen = store::access::Sight {
        customer_id: ids[0],
        observed: billing::Observed::Open,
        evidence: None,
    };
    store::access::observe(&mut tx, &[seen], crate::desk::at(crate::desk::OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.check_overdue(false).await;
    let second = desk.plan_line(ids[0]).await.plan_id;
    assert_ne!(first, second);
    assert_eq!(desk.profile("plg0001"), "isolated");

    desk.office.perform(&Actor::console(), undo(first)).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(first).await;
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[0]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(
        kept.error.as_deref().unwrap().contains(&second.to_string()),
        "{:?}",
        kept.error
    );
    assert_eq!(desk.profile("plg0001"), "isolated");
    assert_eq!(desk.profile("plg0002"), "pkg-hemat-10");
}

async fn an_undo_ends_without_a_line_that_is_gone_from_the_router_and_names_it(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.router.remove_secret("plg0002");
    desk.office
        .perform(&Actor::console(), undo(plan_id))
        .await
        .unwrap();
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[1]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(
        kept.error.as_deref().unwrap().contains("plg0002"),
        "{:?}",
        kept.error
    );
}

async fn an_undo_ends_when_a_line_has_had_all_its_tries(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.router.refuse("/ppp/secret/set", "failure: not now", 10);
    desk.office
        .perform(&Actor::console(), undo(plan_id))
        .await
        .unwrap();
    for pause in [0, 70, 340, 670] {
        assert_eq!(desk.plan(plan_id).await.plan.status, "undoing");
        desk.forward(pause);
        desk.run_due().await;
    }
    let plan = desk.plan(plan_id).await;
    assert_eq!(
        (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
        ("undone", "kept")
    );
    assert!(
        plan.lines[0].error.as_deref().unwrap().contains("not now"),
        "{:?}",
        plan.lines[0].error
    );
    assert_eq!(desk.profile("plg0001"), "isolated");
}

async fn switch(desk: &Desk, mode: RouterMode) {
    let switch = SwitchRouterMode {
        router_id: desk.router_id,
        mode,
        dry_run: false,
    };
    desk.ask(switch).await.unwrap();
}

/// How many lines of a plan stand so and say why.
fn said(plan: &PlanDetail, status: &str, why: &str) -> usize {
    let says = |error: &Option<String>| error.as_deref().is_some_and(|error| error.contains(why));
    let lines = plan.lines.iter();
    lines
        .filter(|line| line.status == status && says(&line.error))
        .count()
}

async fn an_undo_waits_while_its_router_is_only_observed_and_goes_on_when_it_is_managed_again(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    switch(&desk, RouterMode::Observe).await;
    desk.ask(undo(plan_id)).await.unwrap();
    desk.router.clear_command_log();
    desk.run_due().await;
    // That it answers is not what it waits for.
    desk.router_is_back().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undoing");
    assert_eq!(plan.jobs_by_status["parked"], 2);
    assert_eq!(said(&plan, "done", "mode amati"), 2, "{:?}", plan.lines);
    let mut tx = desk.office.store().read().await.unwrap();
    let line = desk.plan_line(ids[0]).await.id;
    let job = store::jobs::newest(&mut tx, &format!("undo:{line}"))
        .await
        .unwrap();
    assert_eq!(job.unwrap().tries, 0, "no try is spent");
    assert!(
        store::jobs::parked_routers(&mut tx).await.unwrap().is_empty(),
        "nobody asks the router again and again"
    );
    drop(tx);
    assert_eq!(desk.writes(), 0);

    switch(&desk, RouterMode::Manage).await;
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(plan.plan.lines_by_status["undone"], 2);
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

async fn an_undo_that_is_stopped_names_what_stays_and_can_be_asked_for_again(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(false).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.ask(undo(plan_id)).await.unwrap();
    desk.run_due().await;
    let plan = desk.ask(CancelPlan { id: plan_id }).await.unwrap();
    assert_eq!(
        (plan.plan.status.as_str(), plan.plan.cancelled_by.as_deref()),
        ("applied", Some("console"))
    );
    let why = "Tidak dikembalikan: dihentikan oleh baris perintah";
    assert_eq!(said(&plan, "done", why), 2, "{:?}", plan.lines);
    desk.router.clear_command_log();
    desk.router_is_back().await;
    assert_eq!(desk.writes(), 0, "nothing is sent when the router is back");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    assert_eq!(desk.acts("plan_undo_stopped").await.len(), 1);

    desk.ask(undo(plan_id)).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert!(
        plan.lines
            .iter()
            .all(|line| line.status == "undone" && line.error.is_none())
    );
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
}

async fn of_an_undo_that_is_stopped_what_waits_within_a_piece_is_not_sent(on: Engine) {
    let (desk, ids) = overdue(&on, 100).await;
    desk.check_overdue(true).await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.router.set_round_trip(Duration::from_millis(500));
    desk.router.clear_command_log();
    desk.ask(undo(plan_id)).await.unwrap();
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    until("the first lines are on the wire", async || {
        desk.router.command_log().count("/ppp/secret/set") > 0
    })
    .await;
    desk.ask(CancelPlan { id: plan_id }).await.unwrap();
    running.await.unwrap().unwrap();
    let plan = desk.plan(plan_id).await;
    let count = |status: &str| plan.lines.iter().filter(|line| line.status == status).count();
    let open = (1..=100)
        .filter(|number| desk.profile(&format!("plg{number:04}")) == "pkg-hemat-10")
        .count();
    assert_eq!(count("undone"), open, "{:?}", plan.plan.lines_by_status);
    assert_eq!(
        said(&plan, "done", "dihentikan"),
        100 - open,
        "the others say why"
    );
    assert!(open < 60, "{open} were opened");
    assert_eq!(plan.plan.status, "applied");
    for line in plan.lines.iter().filter(|line| line.status == "done") {
        assert_eq!(desk.status(line.customer_id).await, CustomerStatus::Isolated);
    }

    desk.router.set_round_trip(Duration::ZERO);
    desk.ask(undo(plan_id)).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(plan.plan.lines_by_status["undone"], 100);
}

async fn the_undo_of_a_profile_waits_and_is_stopped_as_that_of_a_line(on: Engine) {
    let (desk, _) = overdue(&on, 1).await;
    desk.router
        .load_profiles([simulators::router::Profile::new("pkg-hemat-10", "1M/1M")]);
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
        dry_run: false,
    };
    let plan_id = desk.ask(sync).await.unwrap().plan.expect("a plan").plan.id;
    switch(&desk, RouterMode::Observe).await;
    desk.ask(undo(plan_id)).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(plan.plan.status, "undoing");
    let why = |plan: &PlanDetail| plan.profiles[0].error.clone().unwrap_or_default();
    assert!(why(&plan).contains("mode amati"), "{}", why(&plan));
    let plan = desk.ask(CancelPlan { id: plan_id }).await.unwrap();
    assert_eq!(plan.plan.status, "applied");
    assert!(why(&plan).contains("dihentikan"), "{}", why(&plan));
    desk.ask(undo(plan_id)).await.unwrap();
    switch(&desk, RouterMode::Manage).await;
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(
        (plan.plan.status.as_str(), plan.profiles[0].status.as_str()),
        ("undone", "undone")
    );
}

on_both! {
    an_undo_waits_while_its_router_is_only_observed_and_goes_on_when_it_is_managed_again,
    an_undo_that_is_stopped_names_what_stays_and_can_be_asked_for_again,
    of_an_undo_that_is_stopped_what_waits_within_a_piece_is_not_sent,
    the_undo_of_a_profile_waits_and_is_stopped_as_that_of_a_line,
    what_a_try_had_changed_that_was_cut_off_is_brought_back_as_it_was_before,
    an_undo_survives_a_restart_restores_exactly_and_names_what_changed_since,
    an_undo_leaves_and_names_the_lines_that_were_settled_since,
    an_undo_that_was_cut_off_anywhere_knows_its_own_work_again,
    an_undo_keeps_a_line_that_a_later_plan_closed_again,
    an_undo_ends_without_a_line_that_is_gone_from_the_router_and_names_it,
    an_undo_ends_when_a_line_has_had_all_its_tries,
}
