//! Undoing a plan: exactly what stood there before, across a restart, and nothing of what changed since.

use billing::CustomerStatus;
use office::Actor;
use office::access::UndoPlan;
use simulators::router::Fault;
use store::plans::LineState;

use crate::desk::{PRICE, overdue};
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

on_both! {
    what_a_try_had_changed_that_was_cut_off_is_brought_back_as_it_was_before,
    an_undo_survives_a_restart_restores_exactly_and_names_what_changed_since,
    an_undo_leaves_and_names_the_lines_that_were_settled_since,
    an_undo_that_was_cut_off_anywhere_knows_its_own_work_again,
    an_undo_keeps_a_line_that_a_later_plan_closed_again,
    an_undo_ends_without_a_line_that_is_gone_from_the_router_and_names_it,
    an_undo_ends_when_a_line_has_had_all_its_tries,
}
