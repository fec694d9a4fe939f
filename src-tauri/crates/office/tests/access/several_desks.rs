//! Several desks on one office: one of them runs the schedule, each works for the routers that it can log in to, and what
//! one changes reaches the others.

use std::time::Duration;

use office::access::ApplyPlan;
use office::catalogue::{AddArea, ChangePackage};
use office::desks::{ForgetDesk, ListDesks};
use office::jobs::run_due;
use office::network::TestRouter;
use office::routers::{ListRouters, PasswordState};
use office::schedule::{Task, tick};
use office::secrets::{MemorySecrets, Name, Secrets};
use office::settings::{ChangeSettings, ReadSettings};
use office::{Actor, Office};
use store::desks::Presence;
use store::jobs::State;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, at, overdue, until};
use crate::engine::{Engine, on_both};

on_both! {
    two_copies_of_the_program_count_as_one,
    a_slot_whose_desk_died_half_way_is_lost,
    a_desk_takes_up_work_for_a_router_that_it_cannot_log_in_to,
    work_that_nobody_there_can_do_waits_and_says_so,
    a_desk_without_the_password_calls_the_router_away,
    what_one_desk_changes_is_not_seen_at_another,
    settings_that_two_desks_change_at_once,
    a_desk_that_is_gone_stays_on_the_list_for_ever,
}

const SIX: &str = "2026-01-01T06:00:30+07:00";
const MINUTE: Duration = Duration::from_secs(60);

/// Another copy of the program on the same office with the same name of its machine, and these secrets.
async fn another(desk: &Desk, secrets: &Secrets) -> Office {
    Office::open(desk.parts(secrets).await).await.unwrap()
}

/// A further desk: it has the office's key and nothing else.
async fn further(desk: &Desk) -> (Office, Secrets) {
    let secrets = Secrets::Memory(MemorySecrets::default());
    let key = desk.secrets.get(&Name::office_key()).await.unwrap().unwrap();
    secrets.set(&Name::office_key(), key).await.unwrap();
    (another(desk, &secrets).await, secrets)
}

/// What a desk says that is on.
async fn is_there(office: &Office, name: &str, routers: &[i64]) {
    let mut tx = office.store().begin().await.unwrap();
    let presence = Presence {
        id: office.desk_id(),
        name,
        version: "1",
        routers,
        gateways: &[],
    };
    store::desks::report(&mut tx, &presence).await.unwrap();
    tx.commit().await.unwrap();
}

async fn two_copies_of_the_program_count_as_one(on: Engine) {
    let desk = Desk::open(&on).await;
    let twin = another(&desk, &desk.secrets).await;
    let (other, _) = further(&desk).await;
    assert_eq!(twin.desk_id(), desk.office.desk_id(), "one folder, one desk");
    assert_ne!(twin.copy(), desk.office.copy(), "and two copies of the program");
    assert_eq!(other.desk(), desk.office.desk(), "the machines have one name");
    assert_ne!(other.desk_id(), desk.office.desk_id());
    assert_eq!(
        tick(&desk.office).await.unwrap(),
        0,
        "a new office has missed nothing"
    );
    desk.clock.set(at(SIX));
    for late in [&twin, &other] {
        assert_eq!(tick(late).await.unwrap(), 0, "the first holds the schedule");
    }
    assert_eq!(tick(&desk.office).await.unwrap(), 2, "02:00 and 06:00");
    is_there(&desk.office, "loket", &[]).await;
    is_there(&other, "gudang", &[]).await;
    let desks = desk.ask(ListDesks).await.unwrap().desks;
    let seen: Vec<_> = desks
        .iter()
        .map(|desk| {
            (
                desk.name.as_str(),
                desk.holds_schedule,
                desk.is_this,
                desk.is_present,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [("gudang", false, false, true), ("loket", true, true, true)]
    );
}

async fn a_slot_whose_desk_died_half_way_is_lost(on: Engine) {
    let desk = Desk::open(&on).await;
    let task = Task::CheckOverdue.as_str();
    let slot = at("2026-01-01T06:00:00+07:00");
    desk.clock.set(at(SIX));
    let mut tx = desk.office.store().begin().await.unwrap();
    assert!(
        store::schedule::take_slot(&mut tx, task, slot, "meja yang mati", MINUTE, at(SIX))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    // What is before it runs; the slot itself may still be under way.
    assert_eq!(tick(&desk.office).await.unwrap(), 1);
    let stands = async || {
        let mut tx = desk.office.store().read().await.unwrap();
        store::schedule::find(&mut tx, task).await.unwrap().unwrap()
    };
    assert!(stands().await.last_slot < slot);
    let mut tx = desk.office.store().begin().await.unwrap();
    assert!(
        store::schedule::keep_slot(&mut tx, task, "meja yang mati", Duration::ZERO)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    // Nobody has heard of it since: the next one runs the slot, once.
    assert_eq!(tick(&desk.office).await.unwrap(), 1);
    assert_eq!(tick(&desk.office).await.unwrap(), 0);
    let after = stands().await;
    assert_eq!(after.last_slot, slot);
    assert!(after.last_outcome.is_some() && after.last_finished.is_some());
}

async fn a_desk_takes_up_work_for_a_router_that_it_cannot_log_in_to(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let (other, _) = further(&desk).await;
    is_there(&desk.office, "loket", &[desk.router_id]).await;
    desk.ask(ApplyPlan::default()).await.unwrap();
    // What follows from events belongs to no router, and any desk may do it.
    run_due(&other, true).await.unwrap();
    let job = desk.job(ids[0]).await;
    assert_eq!((job.state, job.tries), (State::Queued, 0));
    assert_eq!(desk.router.command_log().connections, 0);
    desk.run_due().await;
    assert_eq!(desk.job(ids[0]).await.state, State::Done);
}

async fn work_that_nobody_there_can_do_waits_and_says_so(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let (other, secrets) = further(&desk).await;
    // The desk that can is off: it was never heard of lately.
    desk.ask(ApplyPlan::default()).await.unwrap();
    run_due(&other, true).await.unwrap();
    let job = desk.job(ids[0]).await;
    assert_eq!(
        (job.state, job.error_code.as_deref()),
        (State::Parked, Some("router_password_missing"))
    );
    assert!(job.error.unwrap().contains("Tidak ada komputer"));
    is_there(&other, "gudang", &[]).await;
    let unknown = desk.ask(ListDesks).await.unwrap().unknown_routers;
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    // It gets the password, and the work goes on where it waited.
    let password = desk
        .secrets
        .get(&Name::router_password(desk.router_id))
        .await
        .unwrap();
    secrets
        .set(&Name::router_password(desk.router_id), password.unwrap())
        .await
        .unwrap();
    let test = TestRouter {
        router_id: desk.router_id,
    };
    assert!(other.perform(&Actor::console(), test).await.unwrap().ok);
    run_due(&other, true).await.unwrap();
    assert_eq!(desk.job(ids[0]).await.state, State::Done);
}

async fn a_desk_without_the_password_calls_the_router_away(on: Engine) {
    let desk = Desk::open(&on).await;
    let (other, _) = further(&desk).await;
    is_there(&desk.office, "loket", &[desk.router_id]).await;
    let test = TestRouter {
        router_id: desk.router_id,
    };
    let tested = other.perform(&Actor::console(), test).await.unwrap();
    let problem = tested.error.unwrap();
    assert_eq!(problem.code, "router_password_missing");
    assert!(problem.message.id.contains("loket"), "{}", problem.message.id);
    let row = desk.router_row().await;
    assert_eq!(
        (row.unreachable_since, row.last_error),
        (None, None),
        "the router is not away"
    );
    let seen = other.perform(&Actor::console(), ListRouters).await.unwrap();
    assert_eq!(seen[0].password_state, PasswordState::Missing);
    assert_eq!(seen[0].known_at, ["loket"]);
}

fn change(key: &str, value: serde_json::Value) -> ChangeSettings {
    ChangeSettings(serde_json::Map::from_iter([(key.to_owned(), value)]))
}

async fn what_one_desk_changes_is_not_seen_at_another(on: Engine) {
    let desk = Desk::open(&on).await;
    let (other, _) = further(&desk).await;
    let shutdown = CancellationToken::new();
    let mut changes = other.changes();
    let listening = office::desks::spawn(other.clone(), shutdown.clone());
    until("the other desk listens", async || other.is_listening()).await;
    desk.ask(change("billing.grace_days", 3.into())).await.unwrap();
    until("the other desk goes by the new setting", async || {
        other.settings().borrow().billing_grace_days == 3
    })
    .await;
    let area = AddArea { name: "RT 03".into() };
    desk.ask(area).await.unwrap();
    let hearing = async {
        loop {
            match changes.recv().await.unwrap() {
                store::Change::Of(words) if words.contains("area") => break,
                _ => {}
            }
        }
    };
    tokio::time::timeout(MINUTE, hearing).await.unwrap();
    until("the other desk is on the list", async || {
        let desks = desk.ask(ListDesks).await.unwrap().desks;
        desks
            .iter()
            .any(|there| there.id == other.desk_id() && there.is_present)
    })
    .await;
    shutdown.cancel();
    listening.await.unwrap();
    assert!(!other.is_listening());
}

async fn settings_that_two_desks_change_at_once(on: Engine) {
    let desk = Desk::open(&on).await;
    let (other, _) = further(&desk).await;
    let read = desk.ask(ReadSettings).await.unwrap()["version"].clone();
    let of_read = |key: &str, value: serde_json::Value| {
        let mut change = change(key, value);
        change.0.insert("version".into(), read.clone());
        change
    };
    desk.ask(of_read("office.name", "Warga Net".into()))
        .await
        .unwrap();
    // Another setting, read before that: nothing is lost.
    let console = Actor::console();
    let both = other
        .perform(&console, of_read("office.phone", "0812".into()))
        .await
        .unwrap();
    assert_eq!(
        (&both["office.name"], &both["office.phone"]),
        (&"Warga Net".into(), &"0812".into())
    );
    // The same one: it is told, with who it was.
    let refused = other
        .perform(&console, of_read("office.name", "Lain".into()))
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, "stale");
    let changed = refused.changed.unwrap();
    assert_eq!(
        (changed.by.as_str(), changed.desk.as_str()),
        ("console", "meja-uji")
    );
    // A version that the settings never had is nobody's reading of them.
    for never in [99, -1] {
        let mut change = change("office.name", "Lain".into());
        change.0.insert("version".into(), never.into());
        let refused = desk.ask(change).await.unwrap_err();
        assert_eq!((refused.kind, refused.code), (office::Kind::Conflict, "stale"));
        assert!(refused.detail.id.contains(&never.to_string()), "{refused:?}");
    }
    assert_eq!(desk.ask(ReadSettings).await.unwrap()["office.name"], "Warga Net");
    // To the same value is no conflict, and without a version a script means what it says.
    other
        .perform(&console, of_read("office.name", "Warga Net".into()))
        .await
        .unwrap();
    other
        .perform(&console, change("office.name", "Lain".into()))
        .await
        .unwrap();

    // A record, the same way.
    let package = ChangePackage {
        id: desk.package_id,
        name: Some("Hemat".into()),
        version: Some(1),
        ..ChangePackage::default()
    };
    desk.ask(package).await.unwrap();
    let late = ChangePackage {
        id: desk.package_id,
        name: Some("Murah".into()),
        version: Some(1),
        ..ChangePackage::default()
    };
    let refused = other.perform(&console, late).await.unwrap_err();
    assert_eq!((refused.code, refused.changed.is_some()), ("stale", true));
}

async fn a_desk_that_is_gone_stays_on_the_list_for_ever(on: Engine) {
    let desk = Desk::open(&on).await;
    let (other, _) = further(&desk).await;
    is_there(&other, "gudang", &[]).await;
    let forget = || ForgetDesk {
        id: other.desk_id().to_owned(),
    };
    let refused = desk.ask(forget()).await.unwrap_err();
    assert_eq!(refused.code, "desk_present");
    let mut tx = desk.office.store().begin().await.unwrap();
    assert!(store::desks::forget(&mut tx, other.desk_id()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(desk.ask(forget()).await.unwrap_err().code, "not_found");
}
