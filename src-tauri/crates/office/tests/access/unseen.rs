//! Lines that a list calls closed and that no router was ever seen to say anything about: the overdue check looks before it
//! plans, and sends nothing for it.

use billing::{CustomerStatus, Observed, RouterMode, StaticIsolation};
use office::access::CheckOverdue;
use office::importing::{ApplyImport, ImportMode};
use office::schedule::TaskSummary;
use simulators::router::{Fault, Profile, RouterSpec, Secret};

use crate::desk::{Desk, at};
use crate::engine::{Engine, on_both};

/// The morning after the list came in.
const NEXT_MORNING: &str = "2026-01-02T06:00:00+07:00";

/// An office that has taken in a list of closed lines; `served` are those of them that the router serves all the same.
async fn taken_in(on: &Engine, mode: RouterMode, closed: &[&str], served: &[&str]) -> Desk {
    let desk = Desk::with(on, RouterSpec::default(), mode, StaticIsolation::ArpDisable).await;
    desk.router
        .load_profiles([Profile::new("pkg-hemat-10", "5120k/10000k")]);
    desk.router.load_secrets(closed.iter().map(|name| {
        let profile = if served.contains(name) {
            "pkg-hemat-10"
        } else {
            "isolated"
        };
        Secret::new(*name, "x").with_profile(profile)
    }));
    let mut list = String::from("Nama;No HP;Paket;Username PPPoE;Router;Status\n");
    for name in closed {
        list.push_str(&format!("{name};081234567890;HEMAT-10;{name};Gedung A;Isolir\n"));
    }
    desk.ask(ApplyImport {
        file_name: "pelanggan.csv".into(),
        bytes: list.into_bytes(),
        router: None,
        first_period: None,
        digest: None,
        mode: ImportMode::AllOrNothing,
    })
    .await
    .expect("the list is taken in");
    desk.run_due().await;
    let asked = desk.router.command_log();
    assert_eq!(
        (asked.connections, asked.logins),
        (0, 0),
        "an import asks no router anything"
    );
    desk.clock.set(at(NEXT_MORNING));
    desk
}

impl Desk {
    async fn id_of(&self, name: &str) -> i64 {
        let mut tx = self.office.store().read().await.unwrap();
        let all = store::customers::after(&mut tx, 0, 1_000).await.unwrap();
        all.iter()
            .find(|customer| customer.details.name == name)
            .unwrap()
            .id
    }

    async fn only_say(&self) -> TaskSummary {
        self.ask(CheckOverdue {
            dry_run: true,
            confirm: false,
        })
        .await
        .unwrap()
    }
}

fn codes(summary: &TaskSummary) -> Vec<&str> {
    summary.notes.iter().map(|note| note.code.as_str()).collect()
}

async fn a_line_that_a_list_calls_closed_and_the_router_serves_is_closed(on: Engine) {
    let desk = taken_in(&on, RouterMode::Manage, &["budi", "siti"], &["budi"]).await;
    let said = desk.only_say().await;
    assert_eq!((said.isolated, said.skipped, said.failed), (1, 0, 0), "{said:?}");
    assert_eq!(desk.writes(), 0, "to look is not to touch");
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");

    let done = desk.check_overdue(false).await;
    assert_eq!(
        (done.isolated, done.skipped, done.failed, done.notes.len()),
        (1, 0, 0, 0),
        "{done:?}"
    );
    assert_eq!(desk.profile("budi"), "isolated");
    for name in ["budi", "siti"] {
        let id = desk.id_of(name).await;
        assert_eq!(desk.status(id).await, CustomerStatus::Isolated);
        assert_eq!(desk.observed(id).await, Observed::Closed);
    }
    desk.router.clear_command_log();
    let again = desk.check_overdue(false).await;
    assert_eq!((again.isolated, again.skipped), (0, 0), "{again:?}");
    assert_eq!(
        desk.router.command_log().count("/ppp/secret/print"),
        0,
        "what was seen needs no second look"
    );
}

async fn a_router_without_such_lines_is_not_read(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    let said = desk.only_say().await;
    assert!(said.notes.is_empty(), "{said:?}");
    assert_eq!(desk.router.command_log().connections, 0);
}

async fn a_router_that_is_only_observed_is_read_and_told_nothing(on: Engine) {
    let desk = taken_in(&on, RouterMode::Observe, &["budi"], &["budi"]).await;
    let done = desk.check_overdue(false).await;
    assert_eq!((done.isolated, done.skipped), (0, 1), "{done:?}");
    assert_eq!(codes(&done), ["observed_only"]);
    assert_eq!(desk.writes(), 0);
    assert_eq!(desk.observed(desk.id_of("budi").await).await, Observed::Open);
}

async fn a_router_that_is_known_to_be_away_is_not_asked_and_its_lines_are_said_to_be_unknown(on: Engine) {
    let desk = taken_in(&on, RouterMode::Manage, &["budi", "siti"], &["budi"]).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    store::routers::unreachable(&mut tx, desk.router_id, "Router mati.", at(NEXT_MORNING))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let done = desk.check_overdue(false).await;
    assert_eq!((done.isolated, done.failed), (0, 0), "{done:?}");
    assert_eq!(codes(&done), ["lines_unknown"]);
    let message = &done.notes[0].message;
    assert!(
        message.contains("Gedung A: 2 jalur") && message.contains("Router mati."),
        "{message}"
    );
    assert_eq!(desk.router.command_log().connections, 0, "it was not asked");
}

async fn a_router_that_cannot_be_read_leaves_its_lines_unknown_and_the_others_to_the_plan(on: Engine) {
    let desk = taken_in(&on, RouterMode::Manage, &["budi"], &["budi"]).await;
    let second = desk.second_router("Gedung B", Fault::Refuse, "tuti").await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let tuti = store::customers::find(&mut tx, second.customer_id)
        .await
        .unwrap()
        .unwrap();
    let standing = store::customers::Standing {
        status: CustomerStatus::Isolated,
        ..tuti.standing
    };
    store::customers::set_standing(&mut tx, tuti.id, &standing, at(NEXT_MORNING))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let said = desk.only_say().await;
    assert_eq!((said.isolated, said.failed), (1, 0), "{said:?}");
    assert_eq!(codes(&said), ["lines_unknown"]);
    assert!(said.notes[0].message.contains("Gedung B: 1 jalur"), "{said:?}");
    let done = desk.check_overdue(false).await;
    assert_eq!((done.isolated, done.failed), (1, 0), "{done:?}");
    assert_eq!(codes(&done), ["lines_unknown"]);
    assert_eq!(
        desk.observed(tuti.id).await,
        Observed::Unknown,
        "unknown is not empty"
    );
}

on_both! {
    a_line_that_a_list_calls_closed_and_the_router_serves_is_closed,
    a_router_without_such_lines_is_not_read,
    a_router_that_is_only_observed_is_read_and_told_nothing,
    a_router_that_is_known_to_be_away_is_not_asked_and_its_lines_are_said_to_be_unknown,
    a_router_that_cannot_be_read_leaves_its_lines_unknown_and_the_others_to_the_plan,
}
