//! How fast lines are that are no PPPoE ones: queues, leases and hotspot users of ours against the packages, shown with what
//! is wanted and what was found, mended by a repair, and as they were after its undo.

use billing::ConnectionType;
use office::access::{
    Difference, DriftLine, ReadRouterPlan, ReconcileRouter, Reconciled, RouterPlan, UndoPlan,
};
use office::catalogue::ChangePackage;
use office::customers::CustomerFields;
use simulators::router::Fault;

use crate::changed_lines::faster;
use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::entry::{ARP, LABEL, LEASE, QUEUE, USER, change, field, is_empty, made, only};

/// Each kind of line: where its pace stands, in which field, what it should be and what somebody gives it.
const PACES: [(ConnectionType, &str, &str, &str, &str); 3] = [
    (ConnectionType::Static, QUEUE, "max-limit", "5120k/10M", "1M/1M"),
    (ConnectionType::Dhcp, LEASE, "rate-limit", "5120k/10M", "1M/1M"),
    (ConnectionType::Hotspot, USER, "profile", "pkg-hemat-10", "vip"),
];
/// Those whose entry is the line's by its name, whatever its comment says.
const NOTED: [(ConnectionType, &str, &str, &str, &str); 2] = [PACES[1], PACES[2]];
const NOTE: &str = "punya pak RT";
const PROFILES: &str = "/ip/hotspot/user/profile";

fn all(desk: &Desk) -> ReconcileRouter {
    ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    }
}

async fn drift(desk: &Desk) -> RouterPlan {
    let request = ReadRouterPlan {
        router_id: desk.router_id,
    };
    desk.ask(request).await.unwrap()
}

async fn shown(desk: &Desk) -> Reconciled {
    let request = ReconcileRouter {
        dry_run: true,
        ..all(desk)
    };
    desk.ask(request).await.unwrap()
}

async fn repair(desk: &Desk) -> i64 {
    desk.ask(all(desk)).await.unwrap().plan.unwrap().plan.id
}

async fn undo(desk: &Desk, id: i64) {
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
}

/// A line of this kind that somebody made slower at the router.
async fn slowed(on: &Engine, kind: ConnectionType) -> Desk {
    let (desk, _) = made(on, kind).await;
    let (_, menu, name, _, slow) = *PACES.iter().find(|pace| pace.0 == kind).unwrap();
    desk.router
        .insert(PROFILES, &[("name", "vip"), ("rate-limit", "50M/50M")]);
    assert_eq!(desk.router.change(menu, ("comment", LABEL), &[(name, slow)]), 1);
    desk
}

/// What the comparison says is found and wanted.
fn found(line: &DriftLine) -> (Option<&str>, Option<&str>) {
    match line.difference {
        Difference::WrongProfile => (line.profile_seen.as_deref(), line.profile_wanted.as_deref()),
        _ => (line.rate_seen.as_deref(), line.rate_wanted.as_deref()),
    }
}

async fn another_pace_is_shown_mended_read_back_and_brought_back_by_an_undo(on: Engine) {
    for (kind, menu, name, wanted, slow) in PACES {
        let desk = slowed(&on, kind).await;
        let drift = drift(&desk).await;
        let line = &drift.lines[0];
        let expected = match kind {
            ConnectionType::Hotspot => Difference::WrongProfile,
            _ => Difference::WrongLimit,
        };
        assert_eq!(line.difference, expected, "{kind}");
        assert_eq!(found(line), (Some(slow), Some(wanted)), "{kind}");
        assert_eq!(
            drift.totals.wrong_limit + drift.totals.wrong_profile,
            1,
            "{:?}",
            drift.totals
        );
        let table = shown(&desk).await;
        assert!(
            table.lines[0].will_send.contains(wanted) && table.lines[0].blocked.is_none(),
            "{:?}",
            table.lines[0]
        );

        let plan_id = repair(&desk).await;
        let changed = desk.acts("line_profile_changed").await.len();
        desk.run_due().await;
        let plan = desk.plan(plan_id).await;
        assert_eq!(
            (
                plan.plan.status.as_str(),
                plan.lines[0].status.as_str(),
                plan.lines[0].repair.as_str()
            ),
            ("applied", "done", "limit"),
            "{kind}: {:?}",
            plan.lines[0]
        );
        assert_eq!(field(&only(&desk, menu), name), wanted, "{kind}");
        assert_eq!(desk.acts("line_profile_changed").await.len(), changed + 1);
        assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "nothing_to_change");

        let desk = desk.reopen().await;
        undo(&desk, plan_id).await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "undone", "{kind}: {line:?}");
        assert_eq!(field(&only(&desk, menu), name), slow, "{kind}");
    }
}

async fn what_somebody_changed_since_it_was_planned_or_mended_is_left_alone_and_named(on: Engine) {
    for (kind, menu, name, wanted, _) in PACES {
        let other = if kind == ConnectionType::Hotspot {
            "default"
        } else {
            "3M/3M"
        };
        let by_hand =
            |desk: &Desk, value: &str| desk.router.change(menu, ("comment", LABEL), &[(name, value)]);
        let desk = slowed(&on, kind).await;
        let plan_id = repair(&desk).await;
        by_hand(&desk, other);
        let writes = desk.writes();
        desk.run_due().await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "skipped", "{kind}: {line:?}");
        assert!(line.error.as_deref().unwrap().contains(other), "{line:?}");
        assert_eq!((field(&only(&desk, menu), name), desk.writes()), (other, writes));
        assert_eq!(desk.acts("repair_skipped").await.len(), 1);

        let desk = slowed(&on, kind).await;
        let plan_id = repair(&desk).await;
        by_hand(&desk, wanted);
        desk.run_due().await;
        assert_eq!(
            desk.plan(plan_id).await.lines[0].status,
            "skipped",
            "done already"
        );

        let desk = slowed(&on, kind).await;
        let plan_id = repair(&desk).await;
        desk.run_due().await;
        by_hand(&desk, other);
        undo(&desk, plan_id).await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "kept", "{kind}: {line:?}");
        assert_eq!(field(&only(&desk, menu), name), other, "{kind}");
    }
}

async fn a_queue_under_somebody_elses_note_is_shown_and_not_touched(on: Engine) {
    let desk = slowed(&on, ConnectionType::Static).await;
    desk.router
        .change(QUEUE, ("comment", LABEL), &[("comment", NOTE)]);
    assert_eq!(
        found(&drift(&desk).await.lines[0]),
        (Some("1M/1M"), Some("5120k/10M"))
    );
    let blocked = shown(&desk).await.lines[0].blocked.clone();
    assert!(
        blocked.as_deref().unwrap().contains("bukan buatan Sambung"),
        "{blocked:?}"
    );
    assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "nothing_to_change");
    assert_eq!(field(&only(&desk, QUEUE), "max-limit"), "1M/1M");
}

async fn a_lease_or_a_user_is_mended_under_somebody_elses_note_and_keeps_it(on: Engine) {
    for (kind, menu, name, wanted, slow) in NOTED {
        let desk = slowed(&on, kind).await;
        desk.router.change(menu, ("comment", LABEL), &[("comment", NOTE)]);
        assert_eq!(
            found(&drift(&desk).await.lines[0]),
            (Some(slow), Some(wanted)),
            "{kind}"
        );
        assert!(shown(&desk).await.lines[0].blocked.is_none(), "{kind}");
        let plan_id = repair(&desk).await;
        desk.run_due().await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "done", "{kind}: {line:?}");
        let there = only(&desk, menu);
        assert_eq!(
            (field(&there, name), field(&there, "comment")),
            (wanted, NOTE),
            "{kind}"
        );
        undo(&desk, plan_id).await;
        let there = only(&desk, menu);
        assert_eq!(
            (field(&there, name), field(&there, "comment")),
            (slow, NOTE),
            "{kind}"
        );
    }
}

async fn another_package_reaches_a_lease_or_a_user_under_somebody_elses_note_but_not_another_customers(
    on: Engine,
) {
    for (kind, menu, name, wanted, _) in NOTED {
        for (comment, status) in [(NOTE, "done"), ("ID: PLG-99 - Pak Lain", "dead")] {
            let (desk, id) = made(&on, kind).await;
            desk.router
                .change(menu, ("comment", LABEL), &[("comment", comment)]);
            let package_id = faster(&desk).await;
            let fields = CustomerFields {
                package_id: Some(package_id),
                ..CustomerFields::default()
            };
            change(&desk, id, fields).await;
            let job = &desk.jobs_of("change_profile").await[0];
            assert_eq!(job.status, status, "{kind} {comment}: {job:?}");
            let expected = match (status, kind) {
                ("dead", _) => wanted,
                (_, ConnectionType::Hotspot) => "pkg-cepat-20",
                _ => "10M/20M",
            };
            let there = only(&desk, menu);
            assert_eq!(
                (field(&there, name), field(&there, "comment")),
                (expected, comment),
                "{kind}"
            );
        }
    }
}

async fn a_lease_without_a_rate_under_somebody_elses_note_is_meant_so(on: Engine) {
    let (desk, _) = made(&on, ConnectionType::Dhcp).await;
    desk.router.change(
        LEASE,
        ("comment", LABEL),
        &[("comment", NOTE), ("rate-limit", "")],
    );
    assert_eq!(drift(&desk).await.totals.wrong_limit, 0);
}

async fn a_queue_or_a_rate_that_somebody_took_off_is_found_missing_and_made_again(on: Engine) {
    let (desk, _) = made(&on, ConnectionType::Static).await;
    assert_eq!(desk.router.remove(QUEUE, ("comment", LABEL)), 1);
    let line = &drift(&desk).await.lines[0];
    assert_eq!(line.difference, Difference::WrongLimit);
    assert_eq!(found(line), (None, Some("5120k/10M")));
    let plan_id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(field(&only(&desk, QUEUE), "max-limit"), "5120k/10M");
    undo(&desk, plan_id).await;
    assert!(is_empty(&desk, QUEUE));

    let (desk, _) = made(&on, ConnectionType::Dhcp).await;
    desk.router
        .change(LEASE, ("comment", LABEL), &[("rate-limit", "")]);
    assert_eq!(found(&drift(&desk).await.lines[0]), (None, Some("5120k/10M")));
    let plan_id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(field(&only(&desk, LEASE), "rate-limit"), "5120k/10M");
    undo(&desk, plan_id).await;
    assert_eq!(field(&only(&desk, LEASE), "rate-limit"), "");
}

async fn a_fixed_address_without_any_queue_is_unlimited_under_every_note_and_gets_one(on: Engine) {
    let (desk, _) = made(&on, ConnectionType::Static).await;
    assert_eq!(desk.router.remove(QUEUE, ("comment", LABEL)), 1);
    desk.router.change(ARP, ("comment", LABEL), &[("comment", NOTE)]);
    let line = &drift(&desk).await.lines[0];
    assert_eq!(line.difference, Difference::WrongLimit);
    assert_eq!(found(line), (None, Some("5120k/10M")));
    let table = shown(&desk).await;
    assert!(
        table.lines[0].will_send.starts_with("/queue/simple/add"),
        "{table:?}"
    );
    assert!(table.lines[0].blocked.is_none(), "{table:?}");
    let plan_id = repair(&desk).await;
    desk.run_due().await;
    let line = &desk.plan(plan_id).await.lines[0];
    assert_eq!(line.status, "done", "{line:?}");
    assert_eq!(field(&only(&desk, QUEUE), "max-limit"), "5120k/10M");
    assert_eq!(field(&only(&desk, ARP), "comment"), NOTE);
    assert_eq!(drift(&desk).await.totals.none, 1);
    undo(&desk, plan_id).await;
    assert!(is_empty(&desk, QUEUE));
    assert_eq!(desk.plan(plan_id).await.lines[0].status, "undone");
}

async fn a_fixed_address_that_something_else_may_limit_is_left_to_it(on: Engine) {
    let (desk, _) = made(&on, ConnectionType::Static).await;
    desk.router.remove(QUEUE, ("comment", LABEL));
    desk.router.change(ARP, ("comment", LABEL), &[("comment", NOTE)]);
    for target in ["10.5.0.0/24", "10.5.0.6/32,10.5.0.7/32", "bridge1"] {
        let queue = [("name", "bersama"), ("target", target), ("max-limit", "50M/50M")];
        desk.router.insert(QUEUE, &queue);
        let line = drift(&desk).await.lines.remove(0);
        assert_eq!(
            (line.difference, found(&line)),
            (Difference::None, (None, None)),
            "{target}"
        );
        desk.router
            .change(QUEUE, ("name", "bersama"), &[("disabled", "true")]);
        assert_eq!(drift(&desk).await.totals.wrong_limit, 1, "{target} is off");
        desk.router.remove(QUEUE, ("name", "bersama"));
    }
}

async fn another_speed_of_the_package_reaches_each_queue_and_lease_and_the_hotspots_profile(on: Engine) {
    for (kind, menu, name, ..) in PACES {
        let (desk, _) = made(&on, kind).await;
        let faster = ChangePackage {
            id: desk.package_id,
            speed_download: Some(20_000),
            ..ChangePackage::default()
        };
        desk.ask(faster).await.unwrap();
        let drift = drift(&desk).await;
        if kind == ConnectionType::Hotspot {
            let [rate] = drift.wrong_rates.as_slice() else {
                panic!("one profile: {drift:?}")
            };
            assert_eq!(
                (rate.connection_type, rate.profile.as_str(), rate.lines),
                (ConnectionType::Hotspot, "pkg-hemat-10", 1)
            );
            desk.run_due().await;
            assert!(crate::paces::drift(&desk).await.wrong_rates.is_empty());
            let profiles = desk.router.items(PROFILES);
            let ours = profiles.iter().find(|it| field(it, "name") == "pkg-hemat-10");
            assert_eq!(field(ours.unwrap(), "rate-limit"), "5120k/20M");
        } else {
            assert_eq!(
                found(&drift.lines[0]),
                (Some("5120k/10M"), Some("5120k/20M")),
                "{kind}"
            );
            let jobs = desk.jobs_of("change_profile").await.len();
            assert_eq!(jobs, 1, "{kind}: a job of its own");
            desk.run_due().await;
            assert_eq!(field(&only(&desk, menu), name), "5120k/20M", "{kind}");
            assert_eq!(crate::paces::drift(&desk).await.totals.wrong_limit, 0, "{kind}");
        }
    }
}

async fn speed(desk: &Desk, download: i64) {
    let change = ChangePackage {
        id: desk.package_id,
        speed_download: Some(download),
        ..ChangePackage::default()
    };
    desk.ask(change).await.unwrap();
}

async fn another_speed_reaches_many_lines_and_no_other_package_and_drops_nobody(on: Engine) {
    let desk = Desk::open(&on).await;
    let other = faster(&desk).await;
    let limits = |desk: &Desk| {
        let queues = desk.router.items(QUEUE);
        let mut limits: Vec<String> = queues
            .iter()
            .filter(|it| field(it, "comment").contains("warnet"))
            .map(|it| field(it, "max-limit").to_owned())
            .collect();
        limits.sort();
        limits
    };
    let mut ids = Vec::new();
    for number in 1..=4 {
        let address = format!("192.168.10.{number}");
        let id = desk.fixed(&format!("warnet{number}"), &address).await;
        let comment = format!("ID: NO-warnet{number} - warnet{number}");
        let target = format!("{address}/32");
        let fields = [
            ("name", comment.as_str()),
            ("target", target.as_str()),
            ("max-limit", "5120k/10M"),
            ("comment", comment.as_str()),
        ];
        desk.router.insert(QUEUE, &fields);
        ids.push(id);
    }
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut last = store::customers::find(&mut tx, ids[3]).await.unwrap().unwrap();
    last.details.package_id = other;
    let now = office::Clock::now(&*desk.clock);
    store::customers::update(&mut tx, &last, now).await.unwrap();
    tx.commit().await.unwrap();
    desk.pppoe(&["budi"]).await;

    desk.router.clear_command_log();
    speed(&desk, 20_000).await;
    assert_eq!(
        desk.jobs_of("change_profile").await.len(),
        3,
        "no PPPoE line among them"
    );
    desk.run_due().await;
    assert_eq!(
        limits(&desk),
        ["5120k/10M", "5120k/20M", "5120k/20M", "5120k/20M"]
    );
    assert_eq!(desk.router.drops("budi"), 0);
    assert_eq!(desk.router.command_log().count("/queue/simple/set"), 3);
    // The price alone tells no router anything.
    let dearer = ChangePackage {
        id: desk.package_id,
        price: Some(billing::Rupiah(175_000)),
        ..ChangePackage::default()
    };
    desk.ask(dearer).await.unwrap();
    assert_eq!(desk.jobs_of("change_profile").await.len(), 3);
}

async fn another_speed_that_comes_while_the_last_one_is_told_is_told_next(on: Engine) {
    let (desk, _) = made(&on, ConnectionType::Dhcp).await;
    desk.router.set_round_trip(std::time::Duration::from_millis(200));
    desk.router.clear_command_log();
    speed(&desk, 20_000).await;
    let running = {
        let office = desk.office.clone();
        tokio::spawn(async move { office::jobs::run_due(&office, true).await })
    };
    crate::desk::until("the first is on the wire", async || {
        desk.router.command_log().count("/ip/dhcp-server/lease/set") > 0
    })
    .await;
    speed(&desk, 30_000).await;
    running.await.unwrap().unwrap();
    desk.run_due().await;
    assert_eq!(field(&only(&desk, LEASE), "rate-limit"), "5120k/30M");
}

async fn one_that_was_cut_off_anywhere_is_mended_once_and_brought_back(on: Engine) {
    for (kind, menu, name, wanted, slow) in PACES {
        for commands in 0..8 {
            let desk = slowed(&on, kind).await;
            let plan_id = repair(&desk).await;
            desk.router.fault_after(commands, Fault::CloseMidReply);
            desk.run_due().await;
            let desk = desk.reopen().await;
            desk.router_is_back().await;
            let line = &desk.plan(plan_id).await.lines[0];
            assert_eq!(line.status, "done", "{kind} cut off after {commands}: {line:?}");
            assert_eq!(field(&only(&desk, menu), name), wanted);
            desk.ask(UndoPlan {
                id: plan_id,
                hold_days: None,
            })
            .await
            .unwrap();
            desk.router.fault_after(commands, Fault::CloseMidReply);
            desk.run_due().await;
            desk.router_is_back().await;
            let line = &desk.plan(plan_id).await.lines[0];
            assert_eq!(line.status, "undone", "{kind} cut off after {commands}: {line:?}");
            assert_eq!(field(&only(&desk, menu), name), slow, "{kind} after {commands}");
        }
    }
}

async fn a_repair_writes_the_pace_alone_where_the_entry_has_no_comment(on: Engine) {
    for (kind, menu, name, wanted, slow) in NOTED {
        let desk = slowed(&on, kind).await;
        desk.router.change(menu, ("comment", LABEL), &[("comment", "")]);
        let before = only(&desk, menu);
        let plan_id = repair(&desk).await;
        desk.run_due().await;
        let mended = only(&desk, menu);
        assert_eq!(field(&mended, name), wanted, "{kind}");
        assert_eq!(mended.get("comment"), before.get("comment"), "{kind}: {mended:?}");
        undo(&desk, plan_id).await;
        let back = only(&desk, menu);
        assert_eq!(field(&back, name), slow, "{kind}");
        assert_eq!(back.get("comment"), before.get("comment"), "{kind}: {back:?}");
    }
}

async fn a_repair_leaves_the_name_and_an_older_comment_of_ours(on: Engine) {
    const OLDER: &str = "ID: PLG-7 - Bu Sitti";
    for (kind, menu, name, wanted, _) in PACES {
        let desk = slowed(&on, kind).await;
        desk.router
            .change(menu, ("comment", LABEL), &[("comment", OLDER)]);
        let before = only(&desk, menu);
        repair(&desk).await;
        desk.run_due().await;
        let mended = only(&desk, menu);
        assert_eq!(field(&mended, name), wanted, "{kind}");
        assert_eq!(field(&mended, "comment"), OLDER, "{kind}");
        assert_eq!(mended.get("name"), before.get("name"), "{kind}");
    }
}

async fn a_profile_that_a_user_needs_is_shown_made_first_and_taken_off_by_the_undo(on: Engine) {
    const OURS: &str = "pkg-hemat-10";
    let desk = slowed(&on, ConnectionType::Hotspot).await;
    desk.router.remove(PROFILES, ("name", OURS));
    let has = |desk: &Desk| desk.router.items(PROFILES).iter().any(|it| it["name"] == OURS);
    assert!(!has(&desk));
    assert!(
        drift(&desk).await.wrong_rates.is_empty(),
        "missing is no wrong rate"
    );
    let table = shown(&desk).await;
    let [row] = table.wrong_rates.as_slice() else {
        panic!("the profile is in the table: {table:?}")
    };
    assert_eq!((row.profile.as_str(), row.is_missing), (OURS, true));

    let plan_id = repair(&desk).await;
    desk.run_due().await;
    let plan = desk.plan(plan_id).await;
    assert_eq!(
        (plan.lines[0].status.as_str(), plan.profiles[0].status.as_str()),
        ("done", "done"),
        "{plan:?}"
    );
    assert!(has(&desk));
    undo(&desk, plan_id).await;
    let undone = desk.plan(plan_id).await;
    assert_eq!(undone.profiles[0].status, "undone", "{undone:?}");
    assert!(!has(&desk), "nobody has it");
    assert_eq!(field(&only(&desk, USER), "profile"), "vip");
}

async fn a_user_gets_no_profile_that_nobody_was_shown(on: Engine) {
    let desk = slowed(&on, ConnectionType::Hotspot).await;
    desk.router.remove(PROFILES, ("name", "pkg-hemat-10"));
    let without = ReconcileRouter {
        profiles: Some(Vec::new()),
        ..all(&desk)
    };
    let plan_id = desk.ask(without).await.unwrap().plan.unwrap().plan.id;
    desk.run_due().await;
    let line = &desk.plan(plan_id).await.lines[0];
    assert_eq!(line.status, "failed", "{line:?}");
    let profiles = desk.router.items(PROFILES);
    assert!(!profiles.iter().any(|it| it["name"] == "pkg-hemat-10"));
    assert_eq!(field(&only(&desk, USER), "profile"), "vip");
}

on_both! {
    another_pace_is_shown_mended_read_back_and_brought_back_by_an_undo,
    what_somebody_changed_since_it_was_planned_or_mended_is_left_alone_and_named,
    a_queue_under_somebody_elses_note_is_shown_and_not_touched,
    a_lease_or_a_user_is_mended_under_somebody_elses_note_and_keeps_it,
    another_package_reaches_a_lease_or_a_user_under_somebody_elses_note_but_not_another_customers,
    a_lease_without_a_rate_under_somebody_elses_note_is_meant_so,
    a_queue_or_a_rate_that_somebody_took_off_is_found_missing_and_made_again,
    a_fixed_address_without_any_queue_is_unlimited_under_every_note_and_gets_one,
    a_fixed_address_that_something_else_may_limit_is_left_to_it,
    another_speed_of_the_package_reaches_each_queue_and_lease_and_the_hotspots_profile,
    another_speed_reaches_many_lines_and_no_other_package_and_drops_nobody,
    another_speed_that_comes_while_the_last_one_is_told_is_told_next,
    one_that_was_cut_off_anywhere_is_mended_once_and_brought_back,
    a_repair_writes_the_pace_alone_where_the_entry_has_no_comment,
    a_repair_leaves_the_name_and_an_older_comment_of_ours,
    a_profile_that_a_user_needs_is_shown_made_first_and_taken_off_by_the_undo,
    a_user_gets_no_profile_that_nobody_was_shown,
}
