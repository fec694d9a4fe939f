//! What stands for a line that is no PPPoE one and is missing on its router: shown, made once by a repair with our mark, and
//! taken off again by its undo, while what somebody else made is left to them.

use billing::{ConnectionType, Observed, OverrideVerdict, StaticIsolation};
use office::access::{
    CancelPlan, Difference, ReadRouterPlan, ReconcileRouter, Reconciled, SetOverride, UndoPlan,
};
use office::customers::{AddCustomer, CustomerFields};
use simulators::router::Fault;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::entry::{
    ADDRESS, ARP, KINDS, LABEL, LEASE, MAC, QUEUE, USER, field, fields, is_empty, lacking, listed, load_rule,
    only,
};

fn all(desk: &Desk) -> ReconcileRouter {
    ReconcileRouter {
        router_id: desk.router_id,
        ..ReconcileRouter::default()
    }
}

async fn shown(desk: &Desk) -> Reconciled {
    let request = ReconcileRouter {
        dry_run: true,
        ..all(desk)
    };
    desk.ask(request).await.unwrap()
}

/// Asks for the repair and gives its plan.
async fn repair(desk: &Desk) -> i64 {
    desk.ask(all(desk)).await.unwrap().plan.unwrap().plan.id
}

async fn undo(desk: &Desk, id: i64) {
    desk.ask(UndoPlan { id, hold_days: None }).await.unwrap();
    desk.run_due().await;
}

async fn what_is_missing_is_shown_made_once_with_our_mark_and_taken_off_again(on: Engine) {
    for (kind, menus) in KINDS {
        let (desk, id) = lacking(&on, |desk| fields(desk, kind)).await;
        let plan = ReadRouterPlan {
            router_id: desk.router_id,
        };
        let drift = desk.ask(plan).await.unwrap();
        assert_eq!(drift.lines[0].difference, Difference::Missing, "{kind}");
        let table = shown(&desk).await;
        let line = &table.lines[0];
        assert_eq!((line.customer_id, line.blocked.as_deref()), (id, None), "{kind}");
        for menu in menus {
            assert!(
                line.will_send.contains(&format!("{menu}/add")),
                "{}",
                line.will_send
            );
        }
        assert!(!line.will_send.contains("rahasia"), "the password is not shown");
        assert_eq!(line.after.as_ref().unwrap()["made"], serde_json::json!(menus));
        assert_eq!(desk.writes(), 0, "shown, not sent");

        let plan_id = repair(&desk).await;
        desk.run_due().await;
        let plan = desk.plan(plan_id).await;
        assert_eq!(
            (
                plan.plan.status.as_str(),
                plan.lines[0].status.as_str(),
                plan.lines[0].repair.as_str()
            ),
            ("applied", "done", "entries"),
            "{kind}: {:?}",
            plan.lines[0]
        );
        for menu in menus {
            assert_eq!(field(&only(&desk, menu), "comment"), LABEL, "{menu}");
        }
        assert_eq!(desk.observed(id).await, Observed::Open);
        assert_eq!(desk.acts("line_written").await.len(), 1);
        let writes = desk.writes();
        assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "nothing_to_change");
        assert_eq!(desk.writes(), writes);

        let desk = desk.reopen().await;
        undo(&desk, plan_id).await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "undone", "{kind}: {line:?}");
        for menu in menus {
            assert!(is_empty(&desk, menu), "{menu}");
        }
        assert_eq!(desk.observed(id).await, Observed::Unknown);
    }
}

async fn a_line_that_should_be_closed_is_made_closed(on: Engine) {
    for (kind, _) in KINDS {
        let (desk, id) = lacking(&on, |desk| fields(desk, kind)).await;
        load_rule(&desk);
        let word = SetOverride {
            customer_id: id,
            verdict: OverrideVerdict::Closed,
            reason: "uji".into(),
            until: None,
        };
        desk.ask(word).await.unwrap();
        let plan_id = repair(&desk).await;
        desk.run_due().await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "done", "{kind}: {line:?}");
        assert_eq!(desk.observed(id).await, Observed::Closed, "{kind}");
        match kind {
            ConnectionType::Static => assert!(!desk.router.arp_passes(ADDRESS)),
            ConnectionType::Dhcp => assert_eq!(listed(&desk, ADDRESS), [format!("Sambung: {LABEL}")]),
            _ => assert_eq!(field(&only(&desk, USER), "disabled"), "true"),
        }
    }
}

async fn what_somebody_made_or_took_over_meanwhile_is_left_alone(on: Engine) {
    for (kind, menus) in KINDS {
        let (desk, _) = lacking(&on, |desk| fields(desk, kind)).await;
        let plan_id = repair(&desk).await;
        let by_hand: &[(&str, &str)] = match kind {
            ConnectionType::Hotspot => &[("name", "siti"), ("password", "lain")],
            ConnectionType::Dhcp => &[("address", ADDRESS), ("mac-address", MAC), ("server", "dhcp1")],
            _ => &[
                ("address", ADDRESS),
                ("mac-address", MAC),
                ("interface", "bridge1"),
            ],
        };
        desk.router.insert(menus[0], by_hand);
        desk.run_due().await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "skipped", "{kind}: {line:?}");
        assert_eq!(field(&only(&desk, menus[0]), "comment"), "", "{kind}");
        // The profile stood in the table beside the line.
        let made = if kind == ConnectionType::Hotspot { 1 } else { 0 };
        assert_eq!(desk.writes(), made, "{kind}");

        let (desk, _) = lacking(&on, |desk| fields(desk, kind)).await;
        let plan_id = repair(&desk).await;
        desk.run_due().await;
        let note = [("comment", "punya pak RT")];
        assert_eq!(desk.router.change(menus[0], ("comment", LABEL), &note), 1);
        undo(&desk, plan_id).await;
        let line = &desk.plan(plan_id).await.lines[0];
        assert_eq!(line.status, "kept", "{kind}: {line:?}");
        let there = only(&desk, menus[0]);
        assert_eq!(
            (field(&there, "comment"), field(&there, "disabled")),
            ("punya pak RT", "false"),
            "{kind}"
        );
    }
}

async fn a_queue_of_somebody_elses_is_in_the_way_before_anything_is_made(on: Engine) {
    let stranger = [
        ("name", "warnet"),
        ("target", "10.5.0.7/32"),
        ("max-limit", "1M/1M"),
        ("comment", "rumah pak RT"),
    ];
    let (desk, _) = lacking(&on, |desk| fields(desk, ConnectionType::Static)).await;
    desk.router.insert(QUEUE, &stranger);
    let why = shown(&desk).await.lines[0].blocked.clone();
    assert!(why.unwrap().contains("max-limit"));
    assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "nothing_to_change");

    let (desk, _) = lacking(&on, |desk| fields(desk, ConnectionType::Static)).await;
    let plan_id = repair(&desk).await;
    desk.router.insert(QUEUE, &stranger);
    desk.run_due().await;
    let line = &desk.plan(plan_id).await.lines[0];
    assert_eq!(line.status, "failed", "{line:?}");
    assert!(is_empty(&desk, ARP), "no half of a line");
    assert_eq!(desk.writes(), 0);
}

async fn a_queue_of_somebody_elses_that_is_the_same_stays_theirs(on: Engine) {
    let (desk, _) = lacking(&on, |desk| fields(desk, ConnectionType::Static)).await;
    let queue = [
        ("name", "warnet"),
        ("target", "10.5.0.7/32"),
        ("max-limit", "5120k/10M"),
    ];
    desk.router.insert(QUEUE, &queue);
    let plan_id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(field(&only(&desk, ARP), "comment"), LABEL);
    assert_eq!(field(&only(&desk, QUEUE), "comment"), "");
    undo(&desk, plan_id).await;
    assert!(is_empty(&desk, ARP));
    assert_eq!(field(&only(&desk, QUEUE), "name"), "warnet");
}

async fn without_what_it_needs_a_line_is_not_made_and_the_table_says_what(on: Engine) {
    for (kind, word) in [
        (ConnectionType::Static, "MAC"),
        (ConnectionType::Dhcp, "MAC"),
        (ConnectionType::Hotspot, "Kata sandi hotspot"),
    ] {
        let (desk, _) = lacking(&on, |desk| CustomerFields {
            mac_address: None,
            pppoe_password: None,
            ..fields(desk, kind)
        })
        .await;
        let table = shown(&desk).await;
        let why = table.lines[0].blocked.as_deref().unwrap();
        assert!(why.contains(word), "{kind}: {why}");
        assert_eq!(desk.ask(all(&desk)).await.unwrap_err().code, "nothing_to_change");
        assert_eq!(desk.writes(), 0, "{kind}");
    }
}

async fn a_lease_that_the_router_gave_by_itself_is_missing_and_made_static(on: Engine) {
    let (desk, id) = lacking(&on, |desk| fields(desk, ConnectionType::Dhcp)).await;
    let learned = [
        ("address", ADDRESS),
        ("mac-address", MAC),
        ("server", "dhcp1"),
        ("dynamic", "true"),
        ("status", "bound"),
    ];
    desk.router.insert(LEASE, &learned);
    let table = shown(&desk).await;
    assert_eq!(table.lines[0].difference, Difference::Missing);
    assert!(table.lines[0].will_send.contains("make-static"));
    let plan_id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(desk.plan(plan_id).await.lines[0].status, "done");
    let lease = only(&desk, LEASE);
    assert_eq!(
        (field(&lease, "rate-limit"), field(&lease, "comment")),
        ("5120k/10M", LABEL)
    );
    assert_eq!(desk.observed(id).await, Observed::Open);
}

async fn one_that_was_cut_off_anywhere_is_made_once_and_taken_off_whole(on: Engine) {
    for (kind, menus) in KINDS {
        for commands in 0..12 {
            let (desk, _) = lacking(&on, |desk| fields(desk, kind)).await;
            let plan_id = repair(&desk).await;
            desk.router.fault_after(commands, Fault::CloseMidReply);
            desk.run_due().await;
            let desk = desk.reopen().await;
            desk.router_is_back().await;
            let line = &desk.plan(plan_id).await.lines[0];
            assert_eq!(line.status, "done", "{kind} cut off after {commands}: {line:?}");
            for menu in menus {
                assert_eq!(field(&only(&desk, menu), "comment"), LABEL, "{commands}");
            }
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
            for menu in menus {
                assert!(is_empty(&desk, menu), "{menu} after {commands}");
            }
        }
    }
}

async fn a_line_that_was_struck_or_whose_plan_was_stopped_is_not_made(on: Engine) {
    let (desk, siti) = lacking(&on, |desk| fields(desk, ConnectionType::Static)).await;
    let tono = CustomerFields {
        customer_no: Some("PLG-8".into()),
        static_ip: Some(Some("10.5.0.8".into())),
        mac_address: Some(Some("02:00:00:00:00:08".into())),
        ..fields(&desk, ConnectionType::Static)
    };
    // Told while the router refuses, and that job is put away by a person: the router lacks both lines.
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.ask(AddCustomer(tono)).await.unwrap();
    desk.run_due().await;
    let job = desk.jobs_of("add_line").await[0].id;
    desk.ask(office::jobs::CancelJob { id: job }).await.unwrap();
    desk.router_is_back().await;
    assert_eq!(shown(&desk).await.lines.len(), 2);

    let only_siti = ReconcileRouter {
        customer_ids: Some(vec![siti]),
        ..all(&desk)
    };
    desk.ask(only_siti).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        field(&only(&desk, ARP), "address"),
        ADDRESS,
        "the struck one is not made"
    );

    let plan_id = repair(&desk).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.run_due().await;
    desk.ask(CancelPlan { id: plan_id }).await.unwrap();
    desk.router_is_back().await;
    assert_eq!(desk.plan(plan_id).await.lines[0].status, "struck");
    assert_eq!(field(&only(&desk, ARP), "address"), ADDRESS);
}

async fn an_address_that_belongs_on_the_list_is_put_there_by_a_repair_and_taken_off_again(on: Engine) {
    let (desk, id) = crate::entry::made(&on, ConnectionType::Static).await;
    desk.isolates_by(StaticIsolation::AddressList).await;
    load_rule(&desk);
    desk.bill_and_wait().await;
    let table = shown(&desk).await;
    assert_eq!(table.lines[0].difference, Difference::ShouldClose);
    let plan_id = repair(&desk).await;
    desk.run_due().await;
    assert_eq!(listed(&desk, ADDRESS), [format!("Sambung: {LABEL}")]);
    assert_eq!(desk.observed(id).await, Observed::Closed);
    undo(&desk, plan_id).await;
    assert_eq!(listed(&desk, ADDRESS), Vec::<String>::new());
}

on_both! {
    what_is_missing_is_shown_made_once_with_our_mark_and_taken_off_again,
    a_line_that_should_be_closed_is_made_closed,
    what_somebody_made_or_took_over_meanwhile_is_left_alone,
    a_queue_of_somebody_elses_is_in_the_way_before_anything_is_made,
    a_queue_of_somebody_elses_that_is_the_same_stays_theirs,
    without_what_it_needs_a_line_is_not_made_and_the_table_says_what,
    a_lease_that_the_router_gave_by_itself_is_missing_and_made_static,
    one_that_was_cut_off_anywhere_is_made_once_and_taken_off_whole,
    a_line_that_was_struck_or_whose_plan_was_stopped_is_not_made,
    an_address_that_belongs_on_the_list_is_put_there_by_a_repair_and_taken_off_again,
}
