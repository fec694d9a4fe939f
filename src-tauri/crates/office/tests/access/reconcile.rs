//! A router that differs from the ledger is repaired on request: as a plan that is shown, limited, read back and done once.

use billing::{CustomerStatus, OverrideVerdict, RouterMode, StaticIsolation};
use office::ReadDashboard;
use office::access::{
    Difference, PreviewTomorrow, ReadRouterPlan, ReadRouterPlans, ReconcileRouter, Reconciled, SetOverride,
    StrikeLines, SwitchRouterMode, UndoPlan,
};
use office::customers::{AddCustomer, CustomerFields};
use secrecy::SecretString;
use simulators::router::{Fault, Profile, RouterSpec, Secret};

use crate::desk::{Desk, overdue};
use crate::engine::{Engine, on_both};

fn all(desk: &Desk) -> ReconcileRouter {
    ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    }
}

async fn reconcile(desk: &Desk) -> Reconciled {
    desk.ask(all(desk)).await.unwrap()
}

fn plan_of(reconciled: &Reconciled) -> i64 {
    reconciled.plan.as_ref().unwrap().plan.id
}

/// Puts these secrets under another profile by hand, as somebody in Winbox would; the devices dial with it.
fn by_hand(desk: &Desk, names: &[&str], profile: &str) {
    desk.router.load_profiles([Profile::new(profile, "50M/50M")]);
    desk.router.load_secrets(
        names
            .iter()
            .map(|name| Secret::new(*name, "x").with_profile(profile)),
    );
}

/// A customer whose secret the router lacks: entered while the router was only observed.
async fn lacking(on: &Engine, name: &str, password: Option<&str>) -> (Desk, i64) {
    let desk = Desk::with(
        on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let fields = CustomerFields {
        customer_no: Some(format!("PLG-{name}")),
        name: Some(name.to_owned()),
        package_id: Some(desk.package_id),
        router_id: Some(Some(desk.router_id)),
        connection_type: Some(billing::ConnectionType::Pppoe),
        pppoe_username: Some(Some(name.to_owned())),
        pppoe_password: password.map(|password| Some(SecretString::from(password))),
        ..CustomerFields::default()
    };
    let id = desk.ask(AddCustomer(fields)).await.unwrap().id;
    let manage = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Manage,
        dry_run: false,
    };
    desk.ask(manage).await.unwrap();
    (desk, id)
}

async fn a_wrong_profile_is_shown_repaired_read_back_and_then_there_is_nothing_to_change(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    by_hand(&desk, &["budi"], "vip");
    desk.router.hang_up("budi");
    assert!(desk.router.dial("budi"), "with the profile that somebody gave it");
    let shown = desk
        .ask(ReconcileRouter {
            dry_run: true,
            ..all(&desk)
        })
        .await
        .unwrap();
    let [line] = shown.lines.as_slice() else {
        panic!("one line differs: {shown:?}")
    };
    assert_eq!(
        (line.customer_id, line.difference),
        (ids[0], Difference::WrongProfile)
    );
    assert_eq!(line.before.as_ref().unwrap()["profile"], "vip");
    assert_eq!(line.after.as_ref().unwrap()["profile"], "pkg-hemat-10");
    assert!(
        line.will_send.contains("profile=pkg-hemat-10"),
        "{}",
        line.will_send
    );
    assert!(line.blocked.is_none() && shown.plan.is_none());
    assert_eq!(desk.writes(), 0, "shown, not sent");

    let done = reconcile(&desk).await;
    assert_eq!(done.plan.as_ref().unwrap().plan.kind, "reconcile");
    desk.run_due().await;
    let plan = desk.plan(plan_of(&done)).await;
    assert_eq!(
        (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
        ("applied", "done")
    );
    assert_eq!(plan.lines[0].repair, "profile");
    assert_eq!(plan.lines[0].before.as_ref().unwrap()["profile"], "vip");
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    desk.online_with("budi", "pkg-hemat-10").await;
    assert_eq!((desk.router.drops("budi"), desk.router.drops("siti")), (1, 0));
    assert_eq!(desk.acts("line_profile_changed").await.len(), 1);
    assert!(
        !desk.events().await.contains(&"CustomerAccessOpened".to_owned()),
        "nobody is told of a line that was open all the time"
    );

    let again = desk.ask(all(&desk)).await.unwrap_err();
    assert_eq!(again.code, "nothing_to_change");
}

async fn an_undo_brings_the_old_profile_back_after_a_restart_and_leaves_alone_what_changed_since(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    by_hand(&desk, &["budi", "siti"], "vip");
    let id = plan_of(&reconcile(&desk).await);
    desk.run_due().await;
    assert_eq!(desk.profile("siti"), "pkg-hemat-10");
    by_hand(&desk, &["siti"], "gratis");
    let desk = desk.reopen().await;
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
    let plan = desk.plan(id).await;
    assert_eq!(plan.plan.status, "undone");
    assert_eq!(
        (desk.profile("budi"), desk.profile("siti")),
        ("vip".to_owned(), "gratis".to_owned())
    );
    desk.online_with("budi", "vip").await;
    let kept = plan.lines.iter().find(|line| line.customer_id == ids[1]).unwrap();
    assert_eq!(kept.status, "kept");
    assert!(kept.error.as_deref().unwrap().contains("berubah"), "{kept:?}");
}

async fn a_missing_secret_is_made_once_and_an_undo_takes_it_off_again(on: Engine) {
    let (desk, id) = lacking(&on, "budi", Some("rahasia")).await;
    let done = reconcile(&desk).await;
    assert_eq!(
        (done.lines[0].difference, done.lines[0].before.as_ref()),
        (Difference::Missing, None)
    );
    assert!(
        !done.lines[0].will_send.contains("rahasia"),
        "the password is not shown"
    );
    desk.run_due().await;
    let secret = desk.router.secret("budi").unwrap();
    assert_eq!(
        (secret.password.as_str(), secret.profile.as_str()),
        ("rahasia", "pkg-hemat-10")
    );
    assert_eq!(secret.comment.as_deref(), Some("ID: PLG-budi - budi"));
    let plan_id = plan_of(&done);
    let plan = desk.plan(plan_id).await;
    assert_eq!(
        (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
        ("applied", "done")
    );
    assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "nothing_to_change");

    let desk = desk.reopen().await;
    desk.ask(UndoPlan {
        id: plan_id,
        hold_days: None,
    })
    .await
    .unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(plan_id).await.lines[0].status, "undone");
    assert!(desk.router.secret("budi").is_none());
    assert_eq!(desk.observed(id).await, billing::Observed::Unknown);
}

async fn a_secret_that_somebody_made_or_took_over_meanwhile_is_left_alone(on: Engine) {
    let (desk, _) = lacking(&on, "budi", Some("rahasia")).await;
    let first = plan_of(&reconcile(&desk).await);
    desk.router.load_secrets([Secret::new("budi", "lain")]);
    desk.run_due().await;
    let line = &desk.plan(first).await.lines[0];
    assert_eq!(line.status, "skipped", "{line:?}");
    let secret = desk.router.secret("budi").unwrap();
    assert_eq!((secret.password.as_str(), secret.comment), ("lain", None));

    let (desk, _) = lacking(&on, "siti", Some("rahasia")).await;
    let second = plan_of(&reconcile(&desk).await);
    desk.run_due().await;
    by_hand(&desk, &["siti"], "vip");
    desk.ask(UndoPlan {
        id: second,
        hold_days: None,
    })
    .await
    .unwrap();
    desk.run_due().await;
    let line = &desk.plan(second).await.lines[0];
    assert_eq!(line.status, "kept", "{line:?}");
    assert_eq!(desk.profile("siti"), "vip");
}

async fn a_secret_without_a_known_password_is_not_made(on: Engine) {
    let (desk, _) = lacking(&on, "budi", None).await;
    let shown = desk
        .ask(ReconcileRouter {
            dry_run: true,
            ..all(&desk)
        })
        .await
        .unwrap();
    assert!(shown.lines[0].blocked.as_deref().unwrap().contains("Kata sandi"));
    let refused = desk.ask(all(&desk)).await.unwrap_err();
    assert_eq!(refused.code, "nothing_to_change");
    assert!(refused.detail.id.contains("Kata sandi"), "{}", refused.detail.id);
    assert_eq!(desk.writes(), 0);
}

async fn a_line_that_somebody_changed_between_the_plan_and_its_turn_is_left_alone_and_named(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti", "tono"]).await;
    by_hand(&desk, &["budi", "siti", "tono"], "vip");
    let id = plan_of(&reconcile(&desk).await);
    by_hand(&desk, &["siti"], "gratis");
    by_hand(&desk, &["tono"], "pkg-hemat-10");
    desk.run_due().await;
    let plan = desk.plan(id).await;
    assert_eq!(plan.plan.status, "applied");
    let line = |customer: i64| {
        plan.lines
            .iter()
            .find(|line| line.customer_id == customer)
            .unwrap()
    };
    assert_eq!(line(ids[0]).status, "done");
    assert_eq!(line(ids[1]).status, "skipped");
    assert!(line(ids[1]).error.as_deref().unwrap().contains("gratis"));
    assert_eq!(desk.profile("siti"), "gratis");
    assert_eq!(line(ids[2]).status, "skipped", "somebody did it already");
    assert_eq!(desk.router.command_log().count("/ppp/secret/set"), 1);
    assert_eq!(desk.acts("repair_skipped").await.len(), 1);

    // What was done by hand is not ours to take back.
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        (desk.profile("budi"), desk.profile("tono")),
        ("vip".to_owned(), "pkg-hemat-10".to_owned())
    );
}

async fn a_repair_that_was_cut_off_anywhere_is_done_once_when_the_router_is_back(on: Engine) {
    for commands in 0..10 {
        let desk = Desk::open(&on).await;
        desk.pppoe(&["budi"]).await;
        by_hand(&desk, &["budi"], "vip");
        let id = plan_of(&reconcile(&desk).await);
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        let desk = desk.reopen().await;
        desk.router_is_back().await;
        let plan = desk.plan(id).await;
        let line = &plan.lines[0];
        assert_eq!(line.status, "done", "cut off after {commands} commands: {line:?}");
        assert_eq!(
            line.before.as_ref().unwrap()["profile"],
            "vip",
            "what an undo brings back"
        );
        assert_eq!(desk.profile("budi"), "pkg-hemat-10");
        desk.online_with("budi", "pkg-hemat-10").await;
        assert_eq!(desk.acts("line_profile_changed").await.len(), 1);
    }
}

async fn a_missing_secret_waits_for_a_router_that_is_off_and_is_made_once(on: Engine) {
    for commands in [None, Some(0), Some(2), Some(3), Some(4)] {
        let (desk, _) = lacking(&on, "budi", Some("rahasia")).await;
        let id = plan_of(&reconcile(&desk).await);
        match commands {
            Some(commands) => desk.router.fault_after(commands, Fault::CloseMidReply),
            None => desk.router.set_fault(Fault::Refuse).await.unwrap(),
        }
        desk.run_due().await;
        let waiting = desk.plan(id).await;
        assert_eq!(
            (waiting.plan.status.as_str(), waiting.lines[0].status.as_str()),
            ("applying", "planned"),
            "{commands:?}"
        );
        assert!(waiting.lines[0].error.is_some(), "it says why it waits");
        desk.router_is_back().await;
        let plan = desk.plan(id).await;
        assert_eq!(
            (plan.plan.status.as_str(), plan.lines[0].status.as_str()),
            ("applied", "done"),
            "{commands:?}: {:?}",
            plan.lines[0]
        );
        assert_eq!(desk.router.secrets().len(), 1, "{commands:?}");
    }
}

async fn a_router_that_is_only_observed_refuses_and_shows_why(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    desk.pppoe(&["budi"]).await;
    by_hand(&desk, &["budi"], "vip");
    assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "router_observed");
    let shown = desk
        .ask(ReconcileRouter {
            dry_run: true,
            ..all(&desk)
        })
        .await
        .unwrap();
    assert!(shown.lines[0].blocked.as_deref().unwrap().contains("amati"));
    assert_eq!((desk.writes(), desk.profile("budi").as_str()), (0, "vip"));
}

async fn a_stranger_is_reported_and_never_touched(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    by_hand(&desk, &["budi", "orang-asing"], "vip");
    let before = desk.router.secret("orang-asing").unwrap();
    let id = plan_of(&reconcile(&desk).await);
    desk.run_due().await;
    assert_eq!(desk.plan(id).await.lines.len(), 1);
    let after = desk.router.secret("orang-asing").unwrap();
    assert_eq!(
        (&after.profile, &after.password, &after.comment),
        (&before.profile, &before.password, &before.comment)
    );
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let strangers = desk.ask(plan).await.unwrap().strangers;
    assert_eq!(strangers[0].name, "orang-asing");
    let stray = ReconcileRouter {
        customer_ids: Some(vec![ids[0], 999_999]),
        ..all(&desk)
    };
    let refused = desk.ask(stray).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.fields[0].code),
        ("invalid", "not_on_router")
    );
}

async fn only_the_chosen_lines_and_differences_are_repaired(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti", "tono"]).await;
    by_hand(&desk, &["budi", "siti"], "vip");
    by_hand(&desk, &["tono"], "isolated");
    let chosen = ReconcileRouter {
        customer_ids: Some(vec![ids[0], ids[2]]),
        repairs: Some(vec![Difference::WrongProfile]),
        ..all(&desk)
    };
    desk.ask(chosen).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
    assert_eq!(
        (desk.profile("siti"), desk.profile("tono")),
        ("vip".to_owned(), "isolated".to_owned())
    );
    let opening = ReconcileRouter {
        repairs: Some(vec![Difference::ShouldOpen]),
        ..all(&desk)
    };
    desk.ask(opening).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.profile("tono"), "pkg-hemat-10");
    assert_eq!(desk.profile("siti"), "vip");
    let none = ReconcileRouter {
        repairs: Some(vec![Difference::None]),
        ..all(&desk)
    };
    assert_eq!(
        desk.ask(none).await.unwrap_err().fields[0].code,
        "nothing_to_repair"
    );
}

async fn closings_above_the_limit_need_a_confirmation_and_a_payment_still_wins(on: Engine) {
    let (desk, ids) = overdue(&on, 25).await;
    let shown = desk
        .ask(ReconcileRouter {
            dry_run: true,
            ..all(&desk)
        })
        .await
        .unwrap();
    assert_eq!(
        (shown.lines.len(), shown.limit.limit, shown.limit.within),
        (25, 20, false)
    );
    assert!(shown.needs_confirmation.is_some());
    let refused = desk.ask(all(&desk)).await.unwrap_err();
    assert_eq!(refused.code, "plan_above_limit");
    desk.run_due().await;
    assert_eq!(desk.writes(), 0);

    let confirmed = ReconcileRouter {
        confirm: true,
        ..all(&desk)
    };
    let id = plan_of(&desk.ask(confirmed).await.unwrap());
    desk.pay(ids[0], crate::desk::PRICE).await;
    desk.run_due().await;
    let plan = desk.plan(id).await;
    assert_eq!(
        (
            plan.plan.lines_by_status["done"],
            plan.plan.lines_by_status["skipped"]
        ),
        (24, 1)
    );
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    assert_eq!(desk.status(ids[1]).await, CustomerStatus::Isolated);
}

async fn outside_the_hours_of_closing_nobody_is_closed_for_a_bill_and_a_persons_word_still_holds(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let word = SetOverride {
        customer_id: ids[0],
        verdict: OverrideVerdict::Closed,
        reason: "alat rusak".into(),
        until: None,
    };
    desk.ask(word).await.unwrap();
    // 2 March 2026, a Monday.
    desk.settings(serde_json::json!({ "isolation.weekdays": [2, 3] }))
        .await;
    let shown = desk
        .ask(ReconcileRouter {
            dry_run: true,
            ..all(&desk)
        })
        .await
        .unwrap();
    let blocked = |id: i64| {
        let line = shown.lines.iter().find(|line| line.customer_id == id).unwrap();
        line.blocked.is_some()
    };
    assert!(!blocked(ids[0]) && blocked(ids[1]));
    desk.ask(all(&desk)).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        (desk.profile("plg0001"), desk.profile("plg0002")),
        ("isolated".to_owned(), "pkg-hemat-10".to_owned())
    );
}

async fn every_router_is_compared_at_once_and_one_that_is_away_has_its_reason(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    by_hand(&desk, &["budi"], "vip");
    let second = desk.second_router("Gedung B", Fault::Refuse, "siti").await;
    let compared = desk.ask_in_english(ReadRouterPlans).await.unwrap();
    assert_eq!(compared.len(), 2);
    assert_eq!(compared[0].plan.as_ref().unwrap().totals.wrong_profile, 1);
    let away = &compared[1];
    assert_eq!(
        (away.router.as_str(), away.code.as_deref(), away.plan.is_none()),
        ("Gedung B", Some("router_unreachable"), true)
    );
    assert!(away.error.is_some());
    drop(second);
}

async fn a_repair_that_the_router_refuses_is_failed_until_the_next_try_does_it(on: Engine) {
    let (desk, _) = lacking(&on, "budi", Some("rahasia")).await;
    let id = plan_of(&reconcile(&desk).await);
    desk.router.refuse("/ppp/secret/add", "failure: busy", 1);
    desk.run_due().await;
    let failed = desk.plan(id).await;
    assert_eq!(failed.lines[0].status, "failed");
    assert!(failed.lines[0].error.as_deref().unwrap().contains("busy"));
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(desk.plan(id).await.lines[0].status, "done");
    assert!(desk.router.secret("budi").is_some());
}

async fn a_closing_that_was_struck_for_tomorrow_says_so_and_is_closed_only_by_name(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.ask(PreviewTomorrow::default()).await.unwrap();
    let shown = desk.ask(ReadDashboard).await.unwrap().closing_tomorrow.unwrap();
    let strike = StrikeLines {
        id: shown.plan_id,
        customer_ids: vec![ids[0]],
        struck: true,
    };
    desk.ask(strike).await.unwrap();
    let table = ReconcileRouter {
        dry_run: true,
        ..all(&desk)
    };
    let lines = desk.ask(table).await.unwrap().lines;
    let flags: Vec<(bool, bool)> = lines
        .iter()
        .map(|line| (line.struck, line.struck_tomorrow))
        .collect();
    assert_eq!(flags, [(false, true), (false, false)]);
    let plan = reconcile(&desk).await.plan.unwrap();
    assert_eq!((plan.plan.closing, plan.lines[0].customer_id), (1, ids[1]));
    desk.run_due().await;
    assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "lines_struck");
    let named = ReconcileRouter {
        customer_ids: Some(vec![ids[0]]),
        ..all(&desk)
    };
    assert_eq!(desk.ask(named).await.unwrap().plan.unwrap().plan.closing, 1);
}

on_both! {
    a_wrong_profile_is_shown_repaired_read_back_and_then_there_is_nothing_to_change,
    an_undo_brings_the_old_profile_back_after_a_restart_and_leaves_alone_what_changed_since,
    a_missing_secret_is_made_once_and_an_undo_takes_it_off_again,
    a_secret_that_somebody_made_or_took_over_meanwhile_is_left_alone,
    a_secret_without_a_known_password_is_not_made,
    a_line_that_somebody_changed_between_the_plan_and_its_turn_is_left_alone_and_named,
    a_repair_that_was_cut_off_anywhere_is_done_once_when_the_router_is_back,
    a_missing_secret_waits_for_a_router_that_is_off_and_is_made_once,
    a_router_that_is_only_observed_refuses_and_shows_why,
    a_stranger_is_reported_and_never_touched,
    only_the_chosen_lines_and_differences_are_repaired,
    closings_above_the_limit_need_a_confirmation_and_a_payment_still_wins,
    outside_the_hours_of_closing_nobody_is_closed_for_a_bill_and_a_persons_word_still_holds,
    every_router_is_compared_at_once_and_one_that_is_away_has_its_reason,
    a_repair_that_the_router_refuses_is_failed_until_the_next_try_does_it,
    a_closing_that_was_struck_for_tomorrow_says_so_and_is_closed_only_by_name,
}
