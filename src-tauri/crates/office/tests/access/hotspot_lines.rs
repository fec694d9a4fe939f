//! Hotspot lines: the user switched off, his cookies and logins taken away, read back over TCP. No device comes back by
//! itself to a closed line, and a voucher is nobody's line.

use billing::{CustomerStatus, Observed};
use office::access::{
    Difference, HandOutcome, IsolateByHand, OpenByHand, ReadLeaks, ReadRouterPlan, UndoPlan,
};
use office::network::ReadLineTraffic;
use simulators::router::{Fault, HotspotUser};
use store::plans::LineState;

use crate::desk::{Desk, PRICE};
use crate::engine::{Engine, on_both};

const USERS: &str = "/ip/hotspot/user";
const COOKIES: &str = "/ip/hotspot/cookie";

/// An office whose one line, a hotspot user, is overdue.
async fn desk(on: &Engine) -> (Desk, i64) {
    let desk = Desk::open(on).await;
    let id = desk.hotspot("budi").await;
    desk.bill_and_wait().await;
    (desk, id)
}

fn load(desk: &Desk) {
    desk.router
        .load_hotspot_users([HotspotUser::new("budi", "x"), HotspotUser::new("tetangga", "x")]);
    assert!(desk.router.log_in_at_hotspot("budi") && desk.router.log_in_at_hotspot("tetangga"));
}

fn is_disabled(desk: &Desk, name: &str) -> bool {
    let users = desk.router.items(USERS);
    let user = users
        .iter()
        .find(|user| user.get("name").map(String::as_str) == Some(name));
    user.unwrap().get("disabled").map(String::as_str) == Some("true")
}

fn is_logged_in(desk: &Desk, name: &str) -> bool {
    desk.router.hotspot_profile(name).is_some()
}

fn has_cookie(desk: &Desk, name: &str) -> bool {
    let cookies = desk.router.items(COOKIES);
    cookies
        .iter()
        .any(|cookie| cookie.get("user").map(String::as_str) == Some(name))
}

async fn a_closed_user_is_switched_off_and_logged_out_with_his_cookie_and_nobody_else(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    assert!(has_cookie(&desk, "budi"), "his device would come back by itself");
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 0), "{summary:?}");
    assert!(is_disabled(&desk, "budi"));
    assert!(!is_logged_in(&desk, "budi") && !has_cookie(&desk, "budi"));
    assert!(!desk.router.log_in_at_hotspot("budi"), "he is turned away");
    assert!(
        !is_disabled(&desk, "tetangga") && is_logged_in(&desk, "tetangga") && has_cookie(&desk, "tetangga")
    );
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
    assert_eq!(desk.observed(id).await, Observed::Closed);

    desk.pay(id, PRICE).await;
    desk.run_due().await;
    assert!(!is_disabled(&desk, "budi"));
    assert_eq!(
        (desk.status(id).await, desk.observed(id).await),
        (CustomerStatus::Active, Observed::Open)
    );
    assert!(desk.router.log_in_at_hotspot("budi"), "he logs in again");
}

async fn the_user_is_switched_off_before_his_login_ends_so_that_no_device_comes_back(on: Engine) {
    let (desk, _) = desk(&on).await;
    load(&desk);
    desk.router.clear_command_log();
    desk.check_overdue(false).await;
    let recent = desk.router.command_log().recent;
    let at = |word: &str| recent.iter().position(|line| line.starts_with(word)).unwrap();
    assert!(at("/ip/hotspot/user/set") < at("/ip/hotspot/cookie/remove"));
    assert!(at("/ip/hotspot/cookie/remove") < at("/ip/hotspot/active/remove"));
}

async fn a_user_who_is_missing_or_there_twice_is_an_error_with_its_own_code(on: Engine) {
    let (desk, id) = desk(&on).await;
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (0, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "hotspot_user_missing");
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let drift = desk.ask(plan).await.unwrap();
    assert_eq!(drift.lines[0].difference, Difference::Missing);

    for server in ["hotspot1", "hotspot2"] {
        desk.router.insert(USERS, &[("name", "budi"), ("server", server)]);
    }
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(
        desk.job(id).await.error_code.as_deref(),
        Some("hotspot_user_twice")
    );
    assert_eq!(desk.writes(), 0);
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
}

async fn a_voucher_is_left_alone_and_said(on: Engine) {
    let (desk, id) = desk(&on).await;
    desk.router
        .insert(USERS, &[("name", "budi"), ("limit-uptime", "3h")]);
    assert!(desk.router.log_in_at_hotspot("budi"));
    let summary = desk.check_overdue(false).await;
    assert_eq!(summary.errors[0].code, "hotspot_voucher", "{summary:?}");
    assert_eq!(desk.writes(), 0);
    assert!(is_logged_in(&desk, "budi"));
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
}

async fn a_login_that_does_not_end_keeps_the_line_from_being_called_closed(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    desk.router
        .refuse("/ip/hotspot/active/remove", "failure: busy", 1);
    let summary = desk.check_overdue(false).await;
    assert_eq!(summary.errors[0].code, "router_refused", "{summary:?}");
    assert!(is_disabled(&desk, "budi") && is_logged_in(&desk, "budi"));
    assert_eq!(desk.status(id).await, CustomerStatus::Active, "he still surfs");
    desk.forward(70);
    desk.run_due().await;
    assert!(
        !is_logged_in(&desk, "budi"),
        "though the user was switched off already"
    );
    assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
}

async fn a_user_who_is_switched_off_and_logged_out_already_is_closed_without_a_command(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.hotspot("budi").await;
    desk.router
        .insert(USERS, &[("name", "budi"), ("disabled", "true")]);
    let close = IsolateByHand {
        customer_id: id,
        reason: "uji".into(),
    };
    let closed = desk.ask(close).await.unwrap();
    assert_eq!(
        (closed.outcome, closed.observed),
        (HandOutcome::Done, Observed::Closed)
    );
    assert_eq!(desk.writes(), 0);
}

async fn an_undo_switches_the_user_on_again(on: Engine) {
    let (desk, id) = desk(&on).await;
    load(&desk);
    desk.check_overdue(false).await;
    let line = desk.plan_line(id).await;
    assert_eq!(line.state, LineState::Done);
    assert_eq!(
        line.before,
        Some(serde_json::json!({ "way": "hotspot", "disabled": false }))
    );
    let undo = UndoPlan {
        id: line.plan_id,
        hold_days: None,
    };
    desk.ask(undo).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(line.plan_id).await.plan.status, "undone");
    assert!(!is_disabled(&desk, "budi"));
    assert_eq!(desk.status(id).await, CustomerStatus::Active);
}

async fn a_closing_that_was_cut_off_anywhere_leaves_nobody_logged_in(on: Engine) {
    for commands in 0..10 {
        let (desk, id) = desk(&on).await;
        load(&desk);
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.check_overdue(false).await;
        desk.router_is_back().await;
        desk.forward(70);
        desk.run_due().await;
        assert!(
            is_disabled(&desk, "budi") && !is_logged_in(&desk, "budi") && !has_cookie(&desk, "budi"),
            "cut off after {commands} commands"
        );
        assert_eq!(
            (desk.status(id).await, desk.observed(id).await),
            (CustomerStatus::Isolated, Observed::Closed),
            "after {commands}"
        );
    }
}

async fn a_user_who_is_opened_under_the_profile_of_closed_lines_is_warned_about(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.hotspot("budi").await;
    desk.router.insert(
        USERS,
        &[("name", "budi"), ("profile", "isolated"), ("disabled", "true")],
    );
    let open = OpenByHand {
        customer_id: id,
        reason: "uji".into(),
        until: None,
    };
    let opened = desk.ask(open).await.unwrap();
    assert_eq!(opened.outcome, HandOutcome::Done);
    let warnings = desk.acts("access_warning").await;
    let detail = warnings[0].detail.as_ref().unwrap();
    assert_eq!(detail["code"], "hotspot_profile_isolated");
}

async fn a_hotspot_line_is_known_to_drift_traffic_and_leaks(on: Engine) {
    let (desk, id) = desk(&on).await;
    desk.router.insert(
        "/ip/hotspot/user/profile",
        &[("name", "10m"), ("rate-limit", "5120k/10M")],
    );
    desk.router.load_hotspot_users([HotspotUser {
        profile: "10m".into(),
        ..HotspotUser::new("budi", "x")
    }]);
    let traffic = async || desk.ask(ReadLineTraffic { customer_id: id }).await.unwrap();
    assert!(!traffic().await.online);
    assert!(desk.router.log_in_at_hotspot("budi"));
    assert!(traffic().await.online);
    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let drift = desk.ask(plan).await.unwrap();
    assert_eq!(
        (drift.lines[0].observed, drift.lines[0].difference),
        (Observed::Open, Difference::ShouldClose)
    );
    let leaks = ReadLeaks { router_id: None };
    let leaks = desk.ask(leaks).await.unwrap();
    assert!(
        leaks[0].never_online.is_empty(),
        "a hotspot user has no secret that could have been online"
    );
}

on_both! {
    a_closed_user_is_switched_off_and_logged_out_with_his_cookie_and_nobody_else,
    the_user_is_switched_off_before_his_login_ends_so_that_no_device_comes_back,
    a_user_who_is_missing_or_there_twice_is_an_error_with_its_own_code,
    a_voucher_is_left_alone_and_said,
    a_login_that_does_not_end_keeps_the_line_from_being_called_closed,
    a_user_who_is_switched_off_and_logged_out_already_is_closed_without_a_command,
    an_undo_switches_the_user_on_again,
    a_closing_that_was_cut_off_anywhere_leaves_nobody_logged_in,
    a_user_who_is_opened_under_the_profile_of_closed_lines_is_warned_about,
    a_hotspot_line_is_known_to_drift_traffic_and_leaks,
}
