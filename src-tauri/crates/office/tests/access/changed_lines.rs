//! An edit of a customer reaches the router: another package, name or password, another router. What is asked for follows
//! from the record at the moment the job runs.

use billing::{CustomerStatus, Observed, OverrideVerdict, Rupiah};
use office::access::{HandOutcome, IsolateByHand, OpenByHand, SetOverride};
use office::customers::{ChangeCustomer, CustomerFields, CustomerView, ReadCustomer, UntoldBecause};
use secrecy::SecretString;
use simulators::router::{Fault, Secret};
use store::jobs::State;

use crate::desk::{Desk, at, overdue};
use crate::engine::{Engine, on_both};

async fn change(desk: &Desk, id: i64, fields: CustomerFields) -> CustomerView {
    desk.ask(ChangeCustomer { id, fields }).await.unwrap()
}

/// A second package, twice as fast.
pub(crate) async fn faster(desk: &Desk) -> i64 {
    let package = store::packages::Details {
        code: "CEPAT-20".into(),
        name: "Cepat 20".into(),
        speed_download: 20_000,
        speed_upload: 10_000,
        price: Rupiah(250_000),
        is_active: true,
    };
    let mut tx = desk.office.store().begin().await.unwrap();
    let id = store::packages::insert(&mut tx, &package, at(crate::desk::BILLED))
        .await
        .unwrap()
        .id;
    tx.commit().await.unwrap();
    id
}

fn package(id: i64) -> CustomerFields {
    CustomerFields {
        package_id: Some(id),
        ..CustomerFields::default()
    }
}

fn username(name: &str) -> CustomerFields {
    CustomerFields {
        pppoe_username: Some(Some(name.to_owned())),
        ..CustomerFields::default()
    }
}

async fn another_package_changes_the_profile_and_drops_the_old_session_once(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    let faster = faster(&desk).await;
    let customer = change(&desk, id, package(faster)).await;
    assert_eq!(customer.untold.unwrap().because, UntoldBecause::Waiting);
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "pkg-cepat-20");
    desk.online_with("budi", "pkg-cepat-20").await;
    assert_eq!(desk.router.drops("budi"), 1);
    let acts = desk.acts("line_profile_changed").await;
    assert_eq!(acts.len(), 1);
    let detail = acts[0].detail.as_ref().unwrap();
    assert_eq!(
        (&detail["before"]["profile"], &detail["after"]["profile"]),
        (&"pkg-hemat-10".into(), &"pkg-cepat-20".into())
    );

    // The same edit again asks for nothing.
    change(&desk, id, package(faster)).await;
    desk.run_due().await;
    assert_eq!(desk.jobs_of("change_profile").await.len(), 1);
    assert_eq!(desk.router.drops("budi"), 1);
}

async fn a_closed_line_stays_closed_and_gets_its_new_profile_when_it_is_opened(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    let faster = faster(&desk).await;
    change(&desk, ids[0], package(faster)).await;
    desk.run_due().await;
    assert_eq!(desk.profile("plg0001"), "isolated");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    assert_eq!(desk.router.drops("plg0001"), 1, "by the closing alone");
    desk.pay(ids[0], crate::desk::PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.profile("plg0001"), "pkg-cepat-20");
}

async fn two_changes_while_the_router_was_away_become_one(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    let faster = faster(&desk).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    change(&desk, id, package(faster)).await;
    desk.run_due().await;
    let untold = desk.ask(ReadCustomer { id }).await.unwrap().untold.unwrap();
    assert_eq!(
        (untold.because, untold.code.as_deref()),
        (UntoldBecause::Waiting, Some("router_unreachable"))
    );
    change(&desk, id, package(desk.package_id)).await;
    assert_eq!(desk.jobs_of("change_profile").await.len(), 1);
    desk.router_is_back().await;
    assert_eq!(desk.profile("budi"), "pkg-hemat-10", "as the record says by then");
    assert_eq!(desk.writes(), 0);
}

async fn a_change_that_was_cut_off_anywhere_is_completed_and_drops_the_session(on: Engine) {
    for commands in 0..9 {
        let desk = Desk::open(&on).await;
        let id = desk.pppoe(&["budi"]).await[0];
        let faster = faster(&desk).await;
        change(&desk, id, package(faster)).await;
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        desk.router_is_back().await;
        assert_eq!(
            desk.profile("budi"),
            "pkg-cepat-20",
            "cut off after {commands} commands"
        );
        desk.online_with("budi", "pkg-cepat-20").await;
        let job = &desk.jobs_of("change_profile").await[0];
        assert_eq!(
            job.status,
            State::Done.as_str(),
            "cut off after {commands} commands"
        );
    }
}

async fn another_name_renames_the_secret_and_drops_the_session_of_the_old_one(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    change(&desk, id, username("budi.baru")).await;
    desk.run_due().await;
    assert!(desk.router.secret("budi").is_none());
    assert_eq!(desk.profile("budi.baru"), "pkg-hemat-10");
    assert_eq!(desk.router.drops("budi"), 1);
    assert_eq!(desk.acts("line_renamed").await.len(), 1);
    assert_eq!(desk.observed(id).await, Observed::Open);
}

async fn another_name_of_the_customer_renews_our_comment_and_nobody_elses(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    desk.router.load_secrets([
        Secret::new("budi", "x").with_comment("ID: NO-budi - budi"),
        Secret::new("siti", "x").with_comment("ID: NO-siti - siti, tiang 7"),
    ]);
    for (id, name) in [(ids[0], "Budi Santoso"), (ids[1], "Siti Aminah")] {
        let fields = CustomerFields {
            name: Some(name.to_owned()),
            ..CustomerFields::default()
        };
        change(&desk, id, fields).await;
    }
    desk.run_due().await;
    let comment = |name: &str| desk.router.secret(name).unwrap().comment;
    assert_eq!(comment("budi").as_deref(), Some("ID: NO-budi - Budi Santoso"));
    assert_eq!(
        comment("siti").as_deref(),
        Some("ID: NO-siti - siti, tiang 7"),
        "somebody's note"
    );
    assert_eq!((desk.router.drops("budi"), desk.writes()), (0, 1));
    assert_eq!(desk.acts("line_relabelled").await.len(), 1);
}

async fn a_mistaken_name_that_is_taken_back_leaves_no_failure_and_no_locked_line(on: Engine) {
    for is_marked in [true, false] {
        let desk = Desk::open(&on).await;
        let id = desk.pppoe(&["budi"]).await[0];
        let comment = if is_marked {
            "ID: NO-budi - budi"
        } else {
            "rumah pojok"
        };
        desk.router
            .change("/ppp/secret", ("name", "budi"), &[("comment", comment)]);
        let strange = Secret::new("asing", "x").with_profile("pkg-hemat-10");
        desk.router.load_secrets([strange]);
        change(&desk, id, username("asing")).await;
        desk.run_due().await;
        let customer = change(&desk, id, username("budi")).await;
        assert!(
            customer.untold.is_none(),
            "marked {is_marked}: {:?}",
            customer.untold
        );
        desk.run_due().await;
        let mut tx = desk.office.store().read().await.unwrap();
        let states = store::jobs::count_by_state(&mut tx).await.unwrap();
        drop(tx);
        assert!(!states.iter().any(|(state, _)| state == "dead"), "{states:?}");
        let close = IsolateByHand {
            customer_id: id,
            reason: "uji".into(),
        };
        assert_eq!(desk.ask(close).await.unwrap().outcome, HandOutcome::Done);
        assert_eq!(desk.profile("budi"), "isolated");
        assert_eq!(desk.profile("asing"), "pkg-hemat-10");
    }
}

async fn two_renames_while_the_router_was_away_end_at_the_last_name(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    change(&desk, id, username("budi2")).await;
    desk.run_due().await;
    change(&desk, id, username("budi3")).await;
    desk.router_is_back().await;
    assert_eq!(desk.profile("budi3"), "pkg-hemat-10");
    assert!(desk.router.secret("budi").is_none() && desk.router.secret("budi2").is_none());
    let jobs = desk.jobs_of("rename_line").await;
    assert!(jobs.iter().all(|job| job.status == "done"), "{jobs:?}");
}

async fn a_name_that_the_router_gave_to_somebody_else_is_refused_and_nothing_is_changed(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    desk.router
        .load_secrets([Secret::new("tono", "x").with_comment("ID: PLG-00099 - Pak Tono")]);
    change(&desk, id, username("tono")).await;
    desk.run_due().await;
    let job = &desk.jobs_of("rename_line").await[0];
    assert_eq!(
        (job.status.as_str(), job.error_code.as_deref()),
        ("dead", Some("secret_taken"))
    );
    assert_eq!(desk.writes(), 0);
    assert!(desk.router.secret("budi").is_some());
}

async fn a_line_whose_new_name_was_refused_is_neither_closed_nor_opened_by_it(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["indah"]).await;
    desk.router
        .load_secrets([Secret::new("asing", "x").with_comment("punya orang")]);
    change(&desk, ids[0], username("asing")).await;
    desk.run_due().await;
    let close = IsolateByHand {
        customer_id: ids[0],
        reason: "pindah rumah".into(),
    };
    let answer = desk.ask(close).await.unwrap();
    assert_eq!(answer.outcome, HandOutcome::Failed, "{:?}", answer.message);
    assert!(answer.message.id.contains("nama baru"), "{:?}", answer.message);
    assert_ne!(desk.profile("asing"), "isolated", "somebody else's secret");

    change(&desk, ids[0], username("indah")).await;
    desk.run_due().await;
    let open = OpenByHand {
        customer_id: ids[0],
        reason: "kembali".into(),
        until: None,
    };
    assert_eq!(desk.ask(open).await.unwrap().outcome, HandOutcome::Done);
    assert_ne!(desk.profile("asing"), "pkg-hemat-10");
}

async fn another_password_is_written_and_the_session_goes_on(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    let fields = CustomerFields {
        pppoe_password: Some(Some(SecretString::from("kunci-baru"))),
        ..CustomerFields::default()
    };
    change(&desk, id, fields).await;
    desk.run_due().await;
    let secret = desk.router.secret("budi").unwrap();
    assert_eq!(
        (secret.password.as_str(), secret.profile.as_str()),
        ("kunci-baru", "pkg-hemat-10")
    );
    assert_eq!(desk.router.drops("budi"), 0);
    let job = &desk.jobs_of("change_password").await[0];
    assert!(
        !job.payload.to_string().contains("kunci-baru"),
        "a job carries no secret"
    );
    let acts = desk.acts("line_password_changed").await;
    assert!(!format!("{acts:?}").contains("kunci-baru") && acts.len() == 1);
}

async fn a_line_that_moves_leaves_the_old_router_and_is_made_on_the_new_one(on: Engine) {
    let desk = Desk::open(&on).await;
    let other = desk.second_router("Gedung B", Fault::Normal, "tono").await;
    let mut tx = desk.office.store().read().await.unwrap();
    let tono = store::customers::find(&mut tx, other.customer_id).await.unwrap();
    let new_router = tono.unwrap().details.router_id;
    drop(tx);
    let id = desk.pppoe(&["budi"]).await[0];
    let marked = Secret::new("budi", "x").with_profile("pkg-hemat-10");
    desk.router
        .load_secrets([marked.with_comment("ID: NO-budi - budi")]);
    let fields = CustomerFields {
        router_id: Some(new_router),
        ..CustomerFields::default()
    };
    change(&desk, id, fields).await;
    desk.run_due().await;
    assert!(
        desk.router.secret("budi").is_none(),
        "it was ours, so it is removed"
    );
    assert!(desk.router.active("budi").is_none(), "with its session");
    assert_eq!(other.router.secret("budi").unwrap().profile, "pkg-hemat-10");
}

async fn an_edit_that_has_nothing_to_do_with_the_router_asks_for_nothing(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    let fields = CustomerFields {
        address: Some(Some("Gang Mawar 3".into())),
        ..CustomerFields::default()
    };
    let customer = change(&desk, id, fields).await;
    assert!(customer.untold.is_none());
    desk.run_due().await;
    assert_eq!(desk.router.command_log().connections, 0);
}

async fn an_exemption_opens_the_line_that_was_closed_for_a_bill(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    let fields = CustomerFields {
        exempt: Some(true),
        ..CustomerFields::default()
    };
    change(&desk, ids[0], fields).await;
    desk.run_due().await;
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
}

async fn a_package_change_does_not_open_a_line_that_a_person_closed(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    let close = SetOverride {
        customer_id: id,
        verdict: OverrideVerdict::Closed,
        reason: "uji".into(),
        until: None,
    };
    desk.ask(close).await.unwrap();
    let faster = faster(&desk).await;
    change(&desk, id, package(faster)).await;
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "isolated");
}

on_both! {
    a_mistaken_name_that_is_taken_back_leaves_no_failure_and_no_locked_line,
    another_package_changes_the_profile_and_drops_the_old_session_once,
    a_closed_line_stays_closed_and_gets_its_new_profile_when_it_is_opened,
    two_changes_while_the_router_was_away_become_one,
    a_change_that_was_cut_off_anywhere_is_completed_and_drops_the_session,
    another_name_renames_the_secret_and_drops_the_session_of_the_old_one,
    another_name_of_the_customer_renews_our_comment_and_nobody_elses,
    two_renames_while_the_router_was_away_end_at_the_last_name,
    a_name_that_the_router_gave_to_somebody_else_is_refused_and_nothing_is_changed,
    a_line_whose_new_name_was_refused_is_neither_closed_nor_opened_by_it,
    another_password_is_written_and_the_session_goes_on,
    a_line_that_moves_leaves_the_old_router_and_is_made_on_the_new_one,
    an_edit_that_has_nothing_to_do_with_the_router_asks_for_nothing,
    an_exemption_opens_the_line_that_was_closed_for_a_bill,
    a_package_change_does_not_open_a_line_that_a_person_closed,
}
