//! A customer who ends leaves the router: session first, then the secret, if it is ours.

use billing::{ConnectionType, CustomerStatus};
use jiff::civil::date;
use office::customers::TerminateLine;
use simulators::router::{Fault, HotspotUser, Lease, Secret, StaticLine};

use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::entry::{ADDRESS, KINDS, MAC, QUEUE, load_network, load_rule};

/// A line that is online under a secret with this comment.
async fn online(desk: &Desk, name: &str, comment: Option<&str>) -> i64 {
    let id = desk.pppoe(&[name]).await[0];
    if let Some(comment) = comment {
        let secret = Secret::new(name, "x").with_profile("pkg-hemat-10");
        desk.router.load_secrets([secret.with_comment(comment)]);
    }
    id
}

async fn end(desk: &Desk, id: i64) {
    let request = TerminateLine {
        id,
        on: Some(date(2025, 12, 31)),
        reason: "pindah rumah".into(),
    };
    let ended = desk.ask(request).await.unwrap();
    assert_eq!(ended.status, CustomerStatus::Terminated);
}

async fn an_ended_line_loses_its_session_and_then_its_secret(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = online(&desk, "budi", Some("ID: NO-budi - budi")).await;
    end(&desk, id).await;
    desk.run_due().await;
    assert!(desk.router.secret("budi").is_none());
    assert!(desk.router.active("budi").is_none());
    let log = desk.router.command_log();
    let last = |word: &str| log.recent.iter().rposition(|line| line.starts_with(word));
    assert!(
        last("/ppp/active/remove") < last("/ppp/secret/remove"),
        "session first: {:?}",
        log.recent
    );
    assert_eq!(desk.acts("line_removed").await.len(), 1);
}

async fn a_secret_that_we_did_not_mark_is_switched_off_and_kept(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = online(&desk, "budi", Some("rumah pak RT")).await;
    end(&desk, id).await;
    desk.run_due().await;
    let secret = desk.router.secret("budi").unwrap();
    assert!(secret.disabled);
    assert_eq!(secret.comment.as_deref(), Some("rumah pak RT"));
    assert!(desk.router.active("budi").is_none());
    let act = &desk.acts("line_removed").await[0];
    assert!(act.message.contains("bukan buatan Sambung"), "{}", act.message);
}

async fn an_end_that_is_taken_back_finds_the_secret_as_it_was_left_and_is_no_difference(on: Engine) {
    for left in ["pkg-hemat-10", "isolated"] {
        let desk = Desk::open(&on).await;
        let id = online(&desk, "budi", Some("rumah pak RT")).await;
        end(&desk, id).await;
        desk.run_due().await;
        desk.router
            .change("/ppp/secret", ("name", "budi"), &[("profile", left)]);
        let back = TerminateLine {
            id,
            on: None,
            reason: "tidak jadi".into(),
        };
        assert_eq!(desk.ask(back).await.unwrap().status, CustomerStatus::Active);
        desk.run_due().await;
        let job = &desk.jobs_of("add_line").await[0];
        assert_eq!(job.status, "done", "{left}: {job:?}");
        let secret = desk.router.secret("budi").unwrap();
        assert_eq!(
            (
                secret.disabled,
                secret.profile.as_str(),
                secret.comment.as_deref()
            ),
            (false, "pkg-hemat-10", Some("rumah pak RT")),
            "{left}"
        );
    }
}

async fn an_end_that_is_taken_back_finds_somebodys_own_entry_of_every_kind_as_it_was_left(on: Engine) {
    for (kind, menus) in KINDS {
        let desk = Desk::open(&on).await;
        load_network(&desk);
        load_rule(&desk);
        // As an import finds them: made by somebody, with his own note, and as fast as he made them.
        let note = ("comment", "rumah pak RT");
        match kind {
            ConnectionType::Static => {
                desk.router.load_static_lines([StaticLine {
                    address: ADDRESS.into(),
                    mac_address: MAC.into(),
                    interface: "bridge1".into(),
                    comment: Some(note.1.into()),
                }]);
                let queue = [
                    ("name", "pak-rt"),
                    ("target", ADDRESS),
                    ("max-limit", "3M/3M"),
                    note,
                ];
                desk.router.insert(QUEUE, &queue);
            }
            ConnectionType::Dhcp => desk.router.load_leases([Lease {
                comment: Some(note.1.into()),
                ..Lease::new(ADDRESS, MAC)
            }]),
            _ => desk.router.load_hotspot_users([HotspotUser {
                comment: Some(note.1.into()),
                ..HotspotUser::new("siti", "rahasia")
            }]),
        }
        let id = match kind {
            ConnectionType::Static => desk.fixed("siti", ADDRESS).await,
            ConnectionType::Dhcp => desk.leased("siti", MAC).await,
            _ => desk.hotspot("siti").await,
        };
        end(&desk, id).await;
        desk.run_due().await;
        assert_eq!(desk.acts("line_removed").await.len(), 1, "{kind}");
        let back = TerminateLine {
            id,
            on: None,
            reason: "tidak jadi".into(),
        };
        assert_eq!(desk.ask(back).await.unwrap().status, CustomerStatus::Active);
        desk.run_due().await;
        let job = &desk.jobs_of("add_line").await[0];
        assert_eq!(job.status, "done", "{kind}: {job:?}");
        for menu in menus {
            let items = desk.router.items(menu);
            let there: Vec<_> = items
                .iter()
                .filter(|item| item.get("comment").map(String::as_str) == Some(note.1))
                .collect();
            assert_eq!(there.len(), 1, "{kind}: {items:?}");
            let disabled = there[0]
                .get("disabled")
                .is_some_and(|disabled| disabled == "true");
            assert!(!disabled, "{kind}: {items:?}");
        }
        let limits = desk.router.items(QUEUE);
        assert!(
            limits
                .iter()
                .all(|queue| queue.get("max-limit").map(String::as_str) == Some("3M/3M")),
            "how fast it is was never ours to say: {limits:?}"
        );
    }
}

async fn a_secret_that_is_another_customers_by_now_is_left_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = online(&desk, "budi", None).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    end(&desk, id).await;
    desk.run_due().await;
    let theirs = Secret::new("budi", "x").with_profile("isolated");
    desk.router
        .load_secrets([theirs.with_comment("ID: PLG-00099 - Pak Lain")]);
    desk.router_is_back().await;
    let secret = desk.router.secret("budi").unwrap();
    assert!(!secret.disabled);
}

async fn an_ending_that_was_cut_off_anywhere_is_completed(on: Engine) {
    for commands in 0..14 {
        let desk = Desk::open(&on).await;
        let id = online(&desk, "budi", Some("ID: NO-budi - budi")).await;
        end(&desk, id).await;
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        desk.router_is_back().await;
        desk.forward(70);
        desk.run_due().await;
        assert!(
            desk.router.secret("budi").is_none(),
            "cut off after {commands} commands"
        );
        assert!(
            desk.router.active("budi").is_none(),
            "cut off after {commands} commands"
        );
    }
}

async fn the_end_of_a_line_that_the_router_has_not_got_any_more_needs_no_try(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = online(&desk, "budi", None).await;
    let request = TerminateLine {
        id,
        on: Some(date(2026, 1, 31)),
        reason: "pindah rumah".into(),
    };
    desk.ask(request).await.unwrap();
    desk.run_due().await;
    desk.router.remove_secret("budi");
    desk.clock.set(crate::desk::at("2026-02-01T06:00:00+07:00"));
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.failed, summary.waiting), (0, 0), "{summary:?}");
    assert_eq!(desk.status(id).await, CustomerStatus::Terminated);
    let mut tx = desk.office.store().read().await.unwrap();
    let states = store::jobs::count_by_state(&mut tx).await.unwrap();
    assert!(
        states.iter().all(|(state, _)| state == "done"),
        "nothing is tried again: {states:?}"
    );
}

on_both! {
    an_end_that_is_taken_back_finds_somebodys_own_entry_of_every_kind_as_it_was_left,
    an_end_that_is_taken_back_finds_the_secret_as_it_was_left_and_is_no_difference,
    the_end_of_a_line_that_the_router_has_not_got_any_more_needs_no_try,
    an_ended_line_loses_its_session_and_then_its_secret,
    a_secret_that_we_did_not_mark_is_switched_off_and_kept,
    a_secret_that_is_another_customers_by_now_is_left_alone,
    an_ending_that_was_cut_off_anywhere_is_completed,
}
