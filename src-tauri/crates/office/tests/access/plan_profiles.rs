//! Profiles that a repair or a sync changes: shown first, kept with the plan, read back, stopped and brought back with it.

use billing::RouterMode;
use office::access::{
    CancelPlan, ChosenProfile, PlanDetail, PlanProfileView, ReconcileRouter, SyncRouterProfiles,
    SyncedProfiles, UndoPlan,
};
use office::catalogue::ChangePackage;
use office::network::{ProfileAction, ProfileSaid};
use office::schedule::RunTask;
use simulators::router::{Fault, Profile, Secret};
use store::jobs::State;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};

const OURS: &str = "pkg-hemat-10";
const PPP: &str = "/ppp/profile";
const HOTSPOT: &str = "/ip/hotspot/user/profile";
const A_DAY: i64 = 24 * 3_600;

/// An office with one PPPoE line, whose profile somebody limited by hand.
async fn limited_by_hand(on: &Engine, rate: &str) -> Desk {
    let desk = Desk::open(on).await;
    desk.pppoe(&["budi"]).await;
    desk.router.load_profiles([Profile::new(OURS, rate)]);
    desk
}

fn all(desk: &Desk) -> ReconcileRouter {
    ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    }
}

async fn repair(desk: &Desk) -> i64 {
    let done = desk.ask(all(desk)).await.unwrap();
    done.plan.unwrap().plan.id
}

async fn sync(desk: &Desk, dry_run: bool) -> SyncedProfiles {
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
        dry_run,
    };
    desk.ask(sync).await.unwrap()
}

async fn undo(desk: &Desk, id: i64) -> PlanDetail {
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
    desk.plan(id).await
}

/// The limit of a profile; `None` where it has none or is not there.
fn rate_of(desk: &Desk, menu: &str, name: &str) -> Option<String> {
    let profiles = desk.router.items(menu);
    let ours = profiles
        .iter()
        .find(|profile| profile.get("name").is_some_and(|it| it == name))?;
    ours.get("rate-limit").cloned()
}

fn rate(desk: &Desk) -> Option<String> {
    rate_of(desk, PPP, OURS)
}

fn has(desk: &Desk, name: &str) -> bool {
    let profiles = desk.router.items(PPP);
    profiles
        .iter()
        .any(|profile| profile.get("name").is_some_and(|it| it == name))
}

/// Another limit behind the office's back.
fn by_hand(desk: &Desk, rate: &str) {
    assert_eq!(
        desk.router.change(PPP, ("name", OURS), &[("rate-limit", rate)]),
        1
    );
}

fn only(plan: &PlanDetail) -> &PlanProfileView {
    let [profile] = plan.profiles.as_slice() else {
        panic!("one profile: {plan:?}")
    };
    profile
}

/// Before and after; `none` for a profile that limits nothing.
fn rates(profile: &PlanProfileView) -> (Option<&str>, Option<&str>) {
    fn rate(said: &ProfileSaid) -> &str {
        said.rate.as_deref().unwrap_or("none")
    }
    (
        profile.before.as_ref().map(rate),
        profile.after.as_ref().map(rate),
    )
}

async fn a_repaired_rate_is_kept_with_its_plan_and_exactly_brought_back_after_a_restart(on: Engine) {
    let burst = "1M/2M 2M/4M 1M/2M 10/10";
    let desk = limited_by_hand(&on, burst).await;
    let id = repair(&desk).await;
    let planned = desk.plan(id).await;
    assert_eq!(
        planned.plan.status, "applying",
        "a plan of profiles alone waits for them"
    );
    assert_eq!(
        (only(&planned).status.as_str(), only(&planned).lines),
        ("planned", 1)
    );
    assert_eq!(only(&planned).rate_wanted, "5120k/10M");
    assert_eq!(rates(only(&planned)), (Some(burst), None));
    desk.run_due().await;
    assert_eq!(rate(&desk).as_deref(), Some("5120k/10M"));
    let applied = desk.plan(id).await;
    assert_eq!(
        (applied.plan.status.as_str(), only(&applied).status.as_str()),
        ("applied", "done")
    );
    assert_eq!(applied.plan.profiles_by_status["done"], 1);
    assert_eq!(rates(only(&applied)), (Some(burst), Some("5120k/10M")));
    assert!(only(&applied).finished_at.is_some());
    assert_eq!(desk.acts("profile_changed").await.len(), 1);

    let desk = desk.reopen().await;
    let undone = undo(&desk, id).await;
    assert_eq!(rate(&desk).as_deref(), Some(burst));
    assert_eq!(
        (undone.plan.status.as_str(), only(&undone).status.as_str()),
        ("undone", "undone")
    );
    assert_eq!(desk.acts("profile_changed").await.len(), 2);
}

async fn a_limit_that_was_not_there_is_taken_away_again(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    desk.router.remove(PPP, ("name", OURS));
    desk.router.insert(PPP, &[("name", OURS)]);
    let id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(rate(&desk).as_deref(), Some("5120k/10M"));
    let undone = undo(&desk, id).await;
    assert_eq!(rates(only(&undone)).0, Some("none"));
    assert_eq!(undone.plan.status, "undone");
    assert!(has(&desk, OURS) && rate(&desk).is_none(), "unset, and not 0/0");
}

async fn a_hotspots_profile_goes_the_same_way(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.hotspot("budi").await;
    desk.router
        .insert(HOTSPOT, &[("name", OURS), ("rate-limit", "1M/1M")]);
    let id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(rate_of(&desk, HOTSPOT, OURS).as_deref(), Some("5120k/10M"));
    assert_eq!(
        only(&desk.plan(id).await).connection_type,
        billing::ConnectionType::Hotspot
    );
    undo(&desk, id).await;
    assert_eq!(rate_of(&desk, HOTSPOT, OURS).as_deref(), Some("1M/1M"));
}

async fn a_rate_that_changed_since_is_left_alone_and_named(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let id = repair(&desk).await;
    desk.run_due().await;
    by_hand(&desk, "7M/7M");
    let undone = undo(&desk, id).await;
    assert_eq!(undone.plan.status, "undone");
    assert_eq!(only(&undone).status, "kept");
    let why = only(&undone).error.clone().unwrap();
    assert!(why.contains("kini 7M/7M"), "{why}");
    assert_eq!(rate(&desk).as_deref(), Some("7M/7M"));
    let report = format!("{:?}", desk.acts("plan_undo_finished").await);
    assert!(report.contains(OURS), "the log names it: {report}");
}

async fn a_profile_that_a_later_plan_did_again_is_left_alone(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let first = repair(&desk).await;
    desk.run_due().await;
    by_hand(&desk, "7M/7M");
    let second = repair(&desk).await;
    desk.run_due().await;
    let undone = undo(&desk, first).await;
    assert_eq!(only(&undone).status, "kept");
    assert_eq!(rate(&desk).as_deref(), Some("5120k/10M"));
    undo(&desk, second).await;
    assert_eq!(rate(&desk).as_deref(), Some("7M/7M"));
}

async fn what_changed_between_the_table_and_its_turn_is_left_as_it_is(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let id = repair(&desk).await;
    by_hand(&desk, "7M/7M");
    desk.run_due().await;
    let plan = desk.plan(id).await;
    assert_eq!(
        (plan.plan.status.as_str(), only(&plan).status.as_str()),
        ("applied", "skipped")
    );
    assert_eq!((rate(&desk).as_deref(), desk.writes()), (Some("7M/7M"), 0));
    assert_eq!(desk.acts("repair_skipped").await.len(), 1);
}

async fn a_plan_that_is_stopped_or_undone_before_its_turn_sends_nothing(on: Engine) {
    for stops in [true, false] {
        let desk = limited_by_hand(&on, "1M/2M").await;
        let id = repair(&desk).await;
        desk.router.set_fault(Fault::Refuse).await.unwrap();
        desk.run_due().await;
        let waiting = desk.plan(id).await;
        assert!(only(&waiting).error.is_some(), "why it waits: {waiting:?}");
        let ended = if stops {
            desk.ask(CancelPlan { id }).await.unwrap()
        } else {
            desk.ask(UndoPlan { id, hold_days: None }).await.unwrap()
        };
        let state = if stops { "applied" } else { "undone" };
        assert_eq!(
            (ended.plan.status.as_str(), only(&ended).status.as_str()),
            (state, "struck")
        );
        desk.router_is_back().await;
        assert_eq!((rate(&desk).as_deref(), desk.writes()), (Some("1M/2M"), 0));
    }
}

async fn a_repair_that_was_cut_off_anywhere_is_completed_and_taken_back(on: Engine) {
    for commands in 0..7 {
        let desk = limited_by_hand(&on, "1M/2M").await;
        let id = repair(&desk).await;
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        desk.router_is_back().await;
        desk.forward(70);
        desk.run_due().await;
        let plan = desk.plan(id).await;
        assert_eq!(
            (plan.plan.status.as_str(), only(&plan).status.as_str()),
            ("applied", "done"),
            "cut off after {commands} commands"
        );
        desk.router.fault_after(commands, Fault::CloseMidReply);
        undo(&desk, id).await;
        desk.router_is_back().await;
        desk.forward(70);
        desk.run_due().await;
        let undone = desk.plan(id).await;
        assert_eq!(
            (undone.plan.status.as_str(), only(&undone).status.as_str()),
            ("undone", "undone"),
            "cut off after {commands} commands"
        );
        assert_eq!(rate(&desk).as_deref(), Some("1M/2M"));
        let jobs = desk.jobs_of("undo_rate").await;
        assert_eq!(jobs[0].status, State::Done.as_str());
    }
}

async fn single_profiles_are_chosen_beside_single_lines(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let chosen = |profile: &str| ReconcileRouter {
        customer_ids: Some(Vec::new()),
        profiles: Some(vec![ChosenProfile {
            profile: profile.to_owned(),
            connection_type: billing::ConnectionType::Pppoe,
        }]),
        ..all(&desk)
    };
    let refused = desk.ask(chosen("isolated")).await.unwrap_err();
    assert_eq!(refused.code, "nothing_to_change");
    let done = desk.ask(chosen(OURS)).await.unwrap();
    assert_eq!((done.lines.len(), done.wrong_rates.len()), (0, 1));
    desk.run_due().await;
    assert_eq!(rate(&desk).as_deref(), Some("5120k/10M"));
}

async fn a_sync_shows_its_table_first_and_is_a_plan_then(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let shown = sync(&desk, true).await;
    assert!(shown.dry_run && shown.plan.is_none());
    let [package, closed] = shown.synced.as_slice() else {
        panic!("two profiles are ours: {shown:?}")
    };
    assert_eq!(
        (package.action, package.rate_before.as_deref(), package.lines),
        (ProfileAction::Updated, Some("1M/2M"), 1)
    );
    assert_eq!(package.rate_wanted, "5120k/10M");
    assert_eq!((closed.action, closed.lines), (ProfileAction::Created, 0));
    assert_eq!(desk.writes(), 0, "shown, not sent");

    let done = sync(&desk, false).await;
    let plan = done.plan.unwrap();
    assert_eq!(
        (plan.plan.kind.as_str(), plan.plan.status.as_str()),
        ("reconcile", "applied"),
        "the answer waited for the router"
    );
    assert!(plan.profiles.iter().all(|profile| profile.status == "done"));
    assert!(has(&desk, "isolated"));
    assert!(sync(&desk, false).await.plan.is_none(), "nothing is left to do");

    let undone = undo(&desk, plan.plan.id).await;
    assert_eq!(undone.plan.status, "undone");
    assert_eq!(rate(&desk).as_deref(), Some("1M/2M"));
    assert!(!has(&desk, "isolated"), "what was made is gone again");
}

async fn a_made_profile_that_lines_have_by_now_is_not_removed(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    let id = sync(&desk, false).await.plan.unwrap().plan.id;
    desk.router
        .load_secrets([Secret::new("tono", "x").with_profile("isolated")]);
    let undone = undo(&desk, id).await;
    assert_eq!(only(&undone).status, "kept");
    let why = only(&undone).error.clone().unwrap();
    assert!(why.contains("dipakai 1 jalur"), "{why}");
    assert!(has(&desk, "isolated"));
}

async fn a_sync_that_the_router_refuses_says_so_and_is_tried_again(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    sync(&desk, false).await;
    by_hand(&desk, "1M/2M");
    desk.router.refuse("/ppp/profile/set", "failure: busy", 1);
    let refused = desk
        .ask(SyncRouterProfiles {
            router_id: desk.router_id,
            dry_run: false,
        })
        .await
        .unwrap_err();
    assert_eq!(refused.code, "profiles_not_synced");
    assert!(refused.detail.id.contains(OURS), "{}", refused.detail.id);
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(rate(&desk).as_deref(), Some("5120k/10M"));
}

async fn what_was_taken_back_is_left_by_the_nightly_sync_for_as_long_as_that_holds(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let nightly = || RunTask {
        task: "mikrotik:sync-profiles".into(),
        dry_run: false,
        confirm: false,
        as_of: None,
        month: None,
        year: None,
    };
    let id = repair(&desk).await;
    desk.run_due().await;
    let undone = undo(&desk, id).await;
    desk.ask(nightly()).await.unwrap();
    assert_eq!(rate(&desk).as_deref(), Some("1M/2M"));

    // A repair shows it, says until when, and leaves it to somebody who names it.
    let table = ReconcileRouter {
        dry_run: true,
        ..all(&desk)
    };
    let shown = desk.ask(table).await.unwrap().wrong_rates;
    assert!(shown[0].held_until.is_some(), "{shown:?}");
    assert_eq!(shown[0].held_until, undone.plan.held_until);
    assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "profile_held");
    let faster = ChangePackage {
        id: desk.package_id,
        speed_download: Some(20_000),
        ..ChangePackage::default()
    };
    desk.ask(faster).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        rate(&desk).as_deref(),
        Some("5120k/20M"),
        "what the office decides anew is no longer what was taken back"
    );

    let desk = limited_by_hand(&on, "1M/2M").await;
    let id = repair(&desk).await;
    desk.run_due().await;
    undo(&desk, id).await;
    desk.forward(4 * A_DAY);
    desk.ask(nightly()).await.unwrap();
    assert_eq!(rate(&desk).as_deref(), Some("5120k/10M"));
}

async fn a_router_that_is_only_observed_shows_its_table_and_gets_nothing(on: Engine) {
    let desk = limited_by_hand(&on, "1M/2M").await;
    let observe = office::access::SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Observe,
        dry_run: false,
    };
    desk.ask(observe).await.unwrap();
    assert_eq!(sync(&desk, true).await.synced.len(), 2);
    let refused = desk
        .ask(SyncRouterProfiles {
            router_id: desk.router_id,
            dry_run: false,
        })
        .await
        .unwrap_err();
    assert_eq!((refused.code, desk.writes()), ("router_observed", 0));
}

/// Two lines that somebody put under another profile, with their package's profile limited by hand.
async fn moved_and_limited(on: &Engine) -> Desk {
    let desk = Desk::open(on).await;
    desk.pppoe(&["budi", "siti"]).await;
    desk.router
        .load_profiles([Profile::new("vip", "50M/50M"), Profile::new(OURS, "1M/2M")]);
    for name in ["budi", "siti"] {
        desk.router
            .load_secrets([Secret::new(name, "x").with_profile("vip")]);
        desk.router.hang_up(name);
        assert!(desk.router.dial(name));
    }
    desk.router.clear_command_log();
    desk
}

/// Where a command came first among those since the log was cleared.
fn at(desk: &Desk, word: &str) -> usize {
    let recent = desk.router.command_log().recent;
    let first = recent.iter().position(|line| line.starts_with(word));
    first.unwrap_or_else(|| panic!("{word} in {recent:?}"))
}

async fn lines_of_a_repair_dial_again_after_their_profile_was_limited_there_and_back(on: Engine) {
    let desk = moved_and_limited(&on).await;
    let id = repair(&desk).await;
    let desk = desk.reopen().await;
    desk.run_due().await;
    assert!(at(&desk, "/ppp/profile/set") < at(&desk, "/ppp/secret/set"));
    assert!(at(&desk, "/ppp/profile/set") < at(&desk, "/ppp/active/remove"));
    desk.online_with("budi", OURS).await;
    assert_eq!(desk.plan(id).await.plan.status, "applied");

    desk.router.clear_command_log();
    let undone = undo(&desk, id).await;
    assert!(at(&desk, "/ppp/profile/set") < at(&desk, "/ppp/secret/set"));
    assert_eq!(
        (rate(&desk).as_deref(), desk.profile("budi")),
        (Some("1M/2M"), "vip".to_owned())
    );
    assert_eq!(undone.plan.status, "undone");
}

async fn lines_of_a_repair_do_not_wait_for_a_profile_that_the_router_refuses(on: Engine) {
    let desk = moved_and_limited(&on).await;
    let id = repair(&desk).await;
    desk.router.refuse("/ppp/profile/set", "failure: busy", 1);
    desk.run_due().await;
    let plan = desk.plan(id).await;
    assert_eq!(only(&plan).status, "failed");
    assert_eq!(plan.plan.lines_by_status["done"], 2, "{plan:?}");
    assert!(at(&desk, "/ppp/profile/set") < at(&desk, "/ppp/secret/set"));
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(only(&desk.plan(id).await).status, "done");
}

async fn lines_of_a_repair_wait_while_another_desk_is_at_their_profile(on: Engine) {
    let desk = moved_and_limited(&on).await;
    let id = repair(&desk).await;
    let claim = store::jobs::Claim {
        owner: "another desk",
        now: desk.office.now(),
        lease: std::time::Duration::from_secs(60),
        kinds: &["plan_profile"],
        routers: Some(&[desk.router_id]),
        limit: 1,
    };
    let mut tx = desk.office.store().begin().await.unwrap();
    let job = store::jobs::claim(&mut tx, &claim).await.unwrap().remove(0);
    tx.commit().await.unwrap();
    desk.run_due().await;
    assert_eq!(
        (desk.writes(), desk.plan(id).await.plan.lines_by_status["planned"]),
        (0, 2)
    );

    let mut tx = desk.office.store().begin().await.unwrap();
    let at = desk.office.now();
    store::jobs::fail(&mut tx, job.id, claim.owner, "x", "x", Some(at), at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.plan(id).await.plan.lines_by_status["done"], 2);
}

on_both! {
    a_repaired_rate_is_kept_with_its_plan_and_exactly_brought_back_after_a_restart,
    a_limit_that_was_not_there_is_taken_away_again,
    a_hotspots_profile_goes_the_same_way,
    a_rate_that_changed_since_is_left_alone_and_named,
    a_profile_that_a_later_plan_did_again_is_left_alone,
    what_changed_between_the_table_and_its_turn_is_left_as_it_is,
    a_plan_that_is_stopped_or_undone_before_its_turn_sends_nothing,
    a_repair_that_was_cut_off_anywhere_is_completed_and_taken_back,
    single_profiles_are_chosen_beside_single_lines,
    a_sync_shows_its_table_first_and_is_a_plan_then,
    a_made_profile_that_lines_have_by_now_is_not_removed,
    a_sync_that_the_router_refuses_says_so_and_is_tried_again,
    what_was_taken_back_is_left_by_the_nightly_sync_for_as_long_as_that_holds,
    a_router_that_is_only_observed_shows_its_table_and_gets_nothing,
    lines_of_a_repair_dial_again_after_their_profile_was_limited_there_and_back,
    lines_of_a_repair_do_not_wait_for_a_profile_that_the_router_refuses,
    lines_of_a_repair_wait_while_another_desk_is_at_their_profile,
}
