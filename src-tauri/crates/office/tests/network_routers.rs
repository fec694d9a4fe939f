//! Routers as such: the test, profiles, the pinned certificate, the comparison with the ledger, taking one over.

mod access_office;

use access_office::{Desk, at};
use billing::{CustomerStatus, OverrideVerdict, RouterMode, StaticIsolation};
use office::access::{Difference, ReadRouterPlan, ReadWhy, SwitchRouterMode};
use office::network::{ProfileAction, SyncRouterProfiles, TestRouter};
use office::{Actor, Language};
use simulators::router::{Fault, Group, Profile, RouterSpec, Secret, User, Wire};

fn test(desk: &Desk) -> TestRouter {
    TestRouter {
        router_id: desk.router_id,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_names_the_router_its_clock_and_each_policy_too_few_or_too_many() {
    let group = Group::Of {
        name: "billing".into(),
        policies: "api,read,sensitive,ftp".into(),
    };
    let spec = RouterSpec {
        identity: "Gedung-A".into(),
        users: vec![User {
            name: "admin".into(),
            password: String::new(),
            group,
        }],
        ..RouterSpec::default()
    };
    let desk = Desk::with(spec, RouterMode::Manage, StaticIsolation::ArpDisable).await;
    desk.router.set_clock(
        at(access_office::BILLED).to_zoned(jiff::tz::TimeZone::UTC) + jiff::SignedDuration::from_mins(10),
    );
    let tested = desk.office.perform(&Actor::console(), test(&desk)).await.unwrap();
    assert!(!tested.ok);
    assert_eq!(tested.identity.as_deref(), Some("Gedung-A"));
    assert_eq!(
        (tested.permissions.missing, tested.permissions.excess),
        (vec!["write".into()], vec!["ftp".into()])
    );
    assert_eq!(tested.error.unwrap().code, "router_permission_missing");
    let skew = tested.clock_skew_seconds.unwrap();
    assert!((590..=660).contains(&skew), "ten minutes ahead, found {skew} s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_of_a_router_that_refuses_the_password_is_an_answer_with_advice() {
    let desk = Desk::open().await;
    desk.router.set_fault(Fault::RefuseLogin).await.unwrap();
    let tested = desk.office.perform(&Actor::console(), test(&desk)).await.unwrap();
    assert!(!tested.ok);
    assert_eq!(tested.error.unwrap().code, "router_bad_login");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_certificate_is_pinned_and_another_one_is_refused() {
    let spec = RouterSpec {
        wire: Wire::Tls,
        ..RouterSpec::default()
    };
    let desk = Desk::with(spec, RouterMode::Manage, StaticIsolation::ArpDisable).await;
    assert!(
        desk.office
            .perform(&Actor::console(), test(&desk))
            .await
            .unwrap()
            .ok
    );
    assert_eq!(
        desk.router_row().await.details.certificate_sha256,
        desk.router.fingerprint()
    );
    desk.router.renew_certificate().unwrap();
    desk.router.drop_connections();
    let tested = desk.office.perform(&Actor::console(), test(&desk)).await.unwrap();
    assert_eq!(tested.error.unwrap().code, "router_certificate_changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_connection_that_the_router_dropped_is_replaced_without_anybody_noticing() {
    let desk = Desk::open().await;
    assert!(
        desk.office
            .perform(&Actor::console(), test(&desk))
            .await
            .unwrap()
            .ok
    );
    desk.router.drop_connections();
    assert!(
        desk.office
            .perform(&Actor::console(), test(&desk))
            .await
            .unwrap()
            .ok
    );
    assert_eq!(desk.router.command_log().logins, 2);
    assert!(
        desk.office
            .perform(&Actor::console(), test(&desk))
            .await
            .unwrap()
            .ok
    );
    assert_eq!(desk.router.command_log().logins, 2, "and kept again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_makes_what_is_missing_changes_what_differs_and_leaves_the_rest() {
    let desk = Desk::open().await;
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
    };
    let actions = |synced: office::network::SyncedProfiles| {
        synced
            .synced
            .into_iter()
            .map(|it| (it.profile, it.action))
            .collect::<Vec<_>>()
    };
    let both = |action| {
        vec![
            ("pkg-hemat-10".to_owned(), action),
            ("isolated".to_owned(), action),
        ]
    };
    let first = desk.office.perform(&Actor::console(), sync).await.unwrap();
    assert_eq!(actions(first), both(ProfileAction::Created));
    let second = desk.office.perform(&Actor::console(), sync).await.unwrap();
    assert_eq!(
        actions(second),
        both(ProfileAction::Unchanged),
        "other spellings of a rate are the same rate"
    );
    desk.router.load_profiles([
        Profile::new("pkg-hemat-10", "1M/1M"),
        Profile::new("isolated", "0/0"),
    ]);
    let third = desk.office.perform(&Actor::console(), sync).await.unwrap();
    assert_eq!(
        actions(third),
        both(ProfileAction::Updated),
        "0/0 is unlimited and never stays"
    );
    let isolated = desk
        .router
        .items("/ppp/profile")
        .into_iter()
        .find(|it| it["name"] == "isolated")
        .unwrap();
    assert_eq!(isolated["rate-limit"], "64k/64k");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_router_that_is_only_observed_gets_no_profiles() {
    let desk = Desk::with(
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
    };
    let refused = desk.office.perform(&Actor::console(), sync).await.unwrap_err();
    assert_eq!(refused.code, "router_observed");
    assert_eq!(desk.writes(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a8_drift_is_named_line_by_line_and_strangers_are_shown() {
    let desk = Desk::open().await;
    desk.pppoe(&["closed", "other", "gone", "right"]).await;
    desk.router.load_profiles([
        Profile::new("isolated", "64k/64k"),
        Profile::new("vip", "50M/50M"),
    ]);
    desk.router.load_secrets([
        Secret::new("closed", "x").with_profile("isolated"),
        Secret::new("other", "x").with_profile("vip"),
        Secret::new("tetangga", "x").with_comment("bukan pelanggan"),
    ]);
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut gone = store::customers::find_by_no(&mut tx, "NO-gone")
        .await
        .unwrap()
        .unwrap();
    gone.details.pppoe_username = Some("tidak-ada".into());
    store::customers::update(&mut tx, &gone, at(access_office::BILLED))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let read = ReadRouterPlan {
        router_id: desk.router_id,
        language: Language::Indonesian,
    };
    let plan = desk.office.perform(&Actor::console(), read).await.unwrap();
    let of = |name: &str| {
        plan.lines
            .iter()
            .find(|line| line.name == name)
            .unwrap()
            .difference
    };
    assert_eq!(of("closed"), Difference::ShouldOpen);
    assert_eq!(of("other"), Difference::WrongProfile);
    assert_eq!(of("gone"), Difference::Missing);
    assert_eq!(of("right"), Difference::None);
    let strangers: Vec<&str> = plan
        .strangers
        .iter()
        .map(|stranger| stranger.name.as_str())
        .collect();
    assert_eq!(strangers, ["gone", "tetangga"]);
    assert_eq!(desk.writes(), 0);

    desk.router.set_fault(Fault::Garbage).await.unwrap();
    desk.router.drop_connections();
    let failed = desk.office.perform(&Actor::console(), read).await.unwrap_err();
    assert_eq!(
        failed.kind,
        office::Kind::Elsewhere,
        "A6: a failed read is an error, never an empty router"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_a_router_over_turns_lines_closed_by_hand_into_overrides() {
    let desk = Desk::with(
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    desk.router
        .load_secrets([Secret::new("budi", "x").with_profile("isolated")]);
    let switch = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Manage,
    };
    let view = desk.office.perform(&Actor::console(), switch).await.unwrap();
    assert_eq!(view.mode, RouterMode::Manage);
    let mut tx = desk.office.store().read().await.unwrap();
    let today = jiff::civil::date(2026, 1, 1);
    let word = store::overrides::in_force(&mut tx, ids[0], today)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(word.verdict, OverrideVerdict::Closed);
    assert!(
        store::overrides::in_force(&mut tx, ids[1], today)
            .await
            .unwrap()
            .is_none()
    );
    drop(tx);
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        summary.opened, 0,
        "the first plan does not open what somebody closed: {summary:?}"
    );
    assert_eq!(desk.profile("budi"), "isolated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_names_the_rule_the_invoices_what_the_router_said_and_when() {
    let desk = Desk::open().await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let ask = ReadWhy {
        customer_id: ids[0],
        language: Language::English,
    };
    let why = desk.office.perform(&Actor::console(), ask).await.unwrap();
    assert_eq!(why.status, CustomerStatus::Isolated);
    assert_eq!(why.reasons[0].code, "overdue");
    assert_eq!(why.reasons[0].invoices[0].number, "INV-202601-00001");
    assert!(
        why.sentence.starts_with("The line is closed."),
        "{}",
        why.sentence
    );
    let router = why.router.unwrap();
    assert_eq!(router.said.as_deref(), Some("/ppp/secret profile=isolated"));
    assert_eq!(router.at, Some(at(access_office::OVERDUE).as_millisecond()));
    assert_eq!(why.history.len(), 1);
    assert!(why.message_text.contains("INV-202601-00001") && why.message_text.contains("Halo budi"));
    assert!(
        !why.message_text.contains("isolated"),
        "no technical words for the customer: {}",
        why.message_text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_line_gets_its_secret_and_a_foreign_comment_stays() {
    let desk = Desk::open().await;
    let fields = |name: &str, password: &str| office::customers::CustomerFields {
        customer_no: Some(format!("PLG-{name}")),
        name: Some(name.to_owned()),
        package_id: Some(desk.package_id),
        router_id: Some(Some(desk.router_id)),
        connection_type: Some(billing::ConnectionType::Pppoe),
        pppoe_username: Some(Some(name.to_owned())),
        pppoe_password: Some(Some(secrecy::SecretString::from(password))),
        ..office::customers::CustomerFields::default()
    };
    desk.router
        .load_secrets([Secret::new("siti", "lama").with_comment("rumah pak RT")]);
    for name in ["budi", "siti"] {
        let add = office::customers::AddCustomer(fields(name, "rahasia"));
        let customer = desk.office.perform(&Actor::console(), add).await.unwrap();
        let console = Actor::console();
        let call = desk.office.call(&console).await;
        let mut tx = desk.office.store().begin().await.unwrap();
        office::jobs::enqueue_add_line(&mut tx, &call, customer.id, desk.router_id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    desk.run_due().await;
    let budi = desk.router.secret("budi").unwrap();
    assert_eq!(
        (budi.service.as_str(), budi.profile.as_str()),
        ("pppoe", "pkg-hemat-10")
    );
    assert_eq!(
        (budi.password.as_str(), budi.comment.as_deref()),
        ("rahasia", Some("ID: PLG-budi - budi"))
    );
    let siti = desk.router.secret("siti").unwrap();
    assert_eq!(
        (siti.password.as_str(), siti.comment.as_deref()),
        ("rahasia", Some("rumah pak RT"))
    );
    assert_eq!(
        siti.profile, "default",
        "whether a line that exists is open is not this job's business"
    );
    assert_eq!(desk.acts("line_written").await.len(), 2);
}
