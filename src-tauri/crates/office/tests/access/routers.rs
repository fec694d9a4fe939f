//! Routers as such: the test, profiles, the pinned certificate, the comparison with the ledger, taking one over.

use crate::desk::{Desk, at};
use crate::engine::{Engine, on_both};
use billing::{CustomerStatus, OverrideVerdict, RouterMode, Rupiah, StaticIsolation};
use office::Actor;
use office::access::{
    Difference, OpenByHand, ReadRouterPlan, ReadWhy, SwitchRouterMode, SwitchedMode, SyncRouterProfiles,
};
use office::network::{ProfileAction, TestRouter};
use office::routers::{AddRouter, ChangeRouter};
use secrecy::SecretString;
use simulators::router::{Fault, Group, Profile, RouterSpec, Secret, User, Wire};

fn test(desk: &Desk) -> TestRouter {
    TestRouter {
        router_id: desk.router_id,
    }
}

async fn a_test_names_the_router_its_clock_and_each_policy_too_few_or_too_many(on: Engine) {
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
    let desk = Desk::with(&on, spec, RouterMode::Manage, StaticIsolation::ArpDisable).await;
    desk.router.set_clock(
        at(crate::desk::BILLED).to_zoned(jiff::tz::TimeZone::UTC) + jiff::SignedDuration::from_mins(10),
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

async fn a_test_of_a_router_that_refuses_the_password_is_an_answer_with_advice(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.set_fault(Fault::RefuseLogin).await.unwrap();
    let tested = desk.office.perform(&Actor::console(), test(&desk)).await.unwrap();
    assert!(!tested.ok);
    assert_eq!(tested.error.unwrap().code, "router_bad_login");
}

async fn a_clock_that_is_months_off_is_a_warning_in_words(on: Engine) {
    let desk = Desk::open(&on).await;
    let now = at(crate::desk::BILLED).to_zoned(jiff::tz::TimeZone::UTC);
    let warned = async |clock: jiff::Zoned| {
        desk.router.set_clock(clock);
        let tested = desk.ask(test(&desk)).await.unwrap();
        assert!(tested.ok, "{tested:?}");
        let warning = tested
            .warnings
            .into_iter()
            .find(|it| it.code == "router_clock_off");
        warning.map(|warning| warning.message)
    };
    assert!(warned(now.clone()).await.is_none());
    let behind = warned(&now - jiff::SignedDuration::from_hours(24 * 92))
        .await
        .unwrap();
    assert!(behind.id.contains("3 bulan lebih lambat"), "{behind:?}");
    assert!(behind.en.contains("3 months behind"), "{behind:?}");
}

async fn a_wrong_choice_of_tls_has_one_diagnosis_in_each_direction(on: Engine) {
    for (wire, tls, code, advice) in [
        (Wire::Plain, true, "router_port_without_tls", "8728"),
        (Wire::Tls, false, "router_port_with_tls", "Nyalakan TLS"),
    ] {
        let spec = RouterSpec {
            wire,
            ..RouterSpec::default()
        };
        let desk = Desk::with(&on, spec, RouterMode::Manage, StaticIsolation::ArpDisable).await;
        let change = ChangeRouter {
            id: desk.router_id,
            tls: Some(tls),
            ..ChangeRouter::default()
        };
        desk.ask(change).await.unwrap();
        for _ in 0..2 {
            let error = desk.ask(test(&desk)).await.unwrap().error.unwrap();
            assert_eq!(error.code, code);
            assert!(error.message.id.contains(advice), "{:?}", error.message);
            assert!(error.message.en.starts_with("Port "), "{:?}", error.message);
        }
        assert_eq!(
            desk.router_row()
                .await
                .last_error
                .as_deref()
                .and_then(office::Sentence::code_of_held)
                .as_deref(),
            Some(code)
        );
    }
}

async fn a_line_without_a_name_is_a_difference_and_its_customer_says_so(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.dhcp("tanpa-mac").await;
    desk.pppoe(&["budi"]).await;
    let read = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let plan = desk.ask(read).await.unwrap();
    let line = plan.lines.iter().find(|line| line.customer_id == id).unwrap();
    assert_eq!(line.difference, Difference::Uncontrolled);
    assert!(
        line.reason.contains("tidak dapat dikendalikan"),
        "{}",
        line.reason
    );
    assert_eq!((plan.totals.uncontrolled, plan.totals.none), (1, 1));
    let customer = desk.ask(office::customers::ReadCustomer { id }).await.unwrap();
    let untold = customer.untold.unwrap();
    assert_eq!(untold.because, office::customers::UntoldBecause::Unnamed);
    assert_eq!(untold.code.as_deref(), Some("line_without_name"));
}

async fn the_first_certificate_is_pinned_and_another_one_is_refused(on: Engine) {
    let spec = RouterSpec {
        wire: Wire::Tls,
        ..RouterSpec::default()
    };
    let desk = Desk::with(&on, spec, RouterMode::Manage, StaticIsolation::ArpDisable).await;
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

async fn a_kept_connection_that_the_router_dropped_is_replaced_without_anybody_noticing(on: Engine) {
    let desk = Desk::open(&on).await;
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

async fn a_sync_makes_what_is_missing_changes_what_differs_and_leaves_the_rest(on: Engine) {
    let desk = Desk::open(&on).await;
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
        dry_run: false,
    };
    let actions = |synced: office::access::SyncedProfiles| {
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

/// Sets what new profiles get on the desk's router.
async fn name_addresses(desk: &Desk, like: &str, local: &str, remote: &str) {
    let change = ChangeRouter {
        id: desk.router_id,
        default_profile: Some(like.to_owned()),
        profile_local_address: Some(local.to_owned()),
        profile_remote_address: Some(remote.to_owned()),
        ..ChangeRouter::default()
    };
    desk.office.perform(&Actor::console(), change).await.unwrap();
}

/// A pool that the router has.
fn pool(desk: &Desk, name: &str) {
    desk.router
        .insert("/ip/pool", &[("name", name), ("ranges", "10.20.0.2-10.20.0.200")])
        .unwrap();
}

/// `local-address` and `remote-address` of a profile.
fn addresses(desk: &Desk, profile: &str) -> (Option<String>, Option<String>) {
    let profile = desk
        .router
        .items("/ppp/profile")
        .into_iter()
        .find(|it| it["name"] == profile)
        .unwrap();
    let address = |name| profile.get(name).filter(|text| !text.is_empty()).cloned();
    (address("local-address"), address("remote-address"))
}

async fn a_profile_that_is_made_gets_what_the_office_named_and_else_what_the_default_profile_has(on: Engine) {
    let desk = Desk::open(&on).await;
    pool(&desk, "pool-lama");
    pool(&desk, "pool-baru");
    desk.router.load_profiles([Profile {
        remote_address: Some("pool-lama".into()),
        ..Profile::new("bawaan", "0/0")
    }]);
    name_addresses(&desk, "bawaan", "10.10.0.1", "").await;
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
        dry_run: false,
    };
    desk.office.perform(&Actor::console(), sync).await.unwrap();
    let there = addresses(&desk, "pkg-hemat-10");
    assert_eq!(there, (Some("10.10.0.1".into()), Some("pool-lama".into())));

    name_addresses(&desk, "bawaan", "10.10.0.9", "pool-baru").await;
    desk.office.perform(&Actor::console(), sync).await.unwrap();
    assert_eq!(
        addresses(&desk, "pkg-hemat-10"),
        there,
        "one that exists keeps its addresses"
    );
}

async fn without_addresses_and_without_its_default_profile_no_profile_is_made(on: Engine) {
    let desk = Desk::open(&on).await;
    pool(&desk, "pool-baru");
    name_addresses(&desk, "tidak-ada", "", "").await;
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
        dry_run: false,
    };
    let refused = desk.office.perform(&Actor::console(), sync).await.unwrap_err();
    assert_eq!(refused.code, "default_profile_missing");
    assert_eq!(desk.writes(), 0);
    name_addresses(&desk, "tidak-ada", "10.10.0.1", "pool-baru").await;
    desk.office.perform(&Actor::console(), sync).await.unwrap();
    assert_eq!(
        addresses(&desk, "isolated"),
        (Some("10.10.0.1".into()), Some("pool-baru".into()))
    );
}

async fn a_profile_made_for_a_line_that_opens_takes_no_addresses_of_closed_lines(on: Engine) {
    let desk = Desk::open(&on).await;
    let budi = desk.pppoe(&["budi"]).await[0];
    pool(&desk, "pool-isolir");
    pool(&desk, "pool-pelanggan");
    let with_pool = |name: &str, pool: &str| Profile {
        remote_address: Some(pool.into()),
        ..Profile::new(name, "64k/64k")
    };
    desk.router.load_profiles([
        with_pool("isolated", "pool-isolir"),
        with_pool("bawaan", "pool-pelanggan"),
    ]);
    name_addresses(&desk, "bawaan", "", "").await;
    desk.router
        .load_secrets([Secret::new("budi", "x").with_profile("isolated")]);
    // A package whose profile the router has not got yet.
    let mut tx = desk.office.store().begin().await.unwrap();
    let package = store::packages::Details {
        code: "KILAT".into(),
        name: "Kilat".into(),
        speed_download: 20_000,
        speed_upload: 20_000,
        price: Rupiah(200_000),
        is_active: true,
    };
    let package = store::packages::insert(&mut tx, &package, at(crate::desk::BILLED))
        .await
        .unwrap();
    let mut customer = store::customers::find(&mut tx, budi).await.unwrap().unwrap();
    customer.details.package_id = package.id;
    store::customers::update(&mut tx, &customer, at(crate::desk::BILLED))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let open = OpenByHand {
        customer_id: budi,
        reason: "sudah dijanjikan".into(),
        until: None,
    };
    desk.ask(open).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.router.secret("budi").unwrap().profile, "pkg-kilat");
    assert_eq!(addresses(&desk, "pkg-kilat").1, Some("pool-pelanggan".into()));
}

async fn a_router_that_is_only_observed_gets_no_profiles(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let sync = SyncRouterProfiles {
        router_id: desk.router_id,
        dry_run: false,
    };
    let refused = desk.office.perform(&Actor::console(), sync).await.unwrap_err();
    assert_eq!(refused.code, "router_observed");
    assert_eq!(desk.writes(), 0);
}

async fn a8_drift_is_named_line_by_line_and_strangers_are_shown(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["closed", "other", "gone", "right"]).await;
    desk.router.load_profiles([
        Profile::new("isolated", "64k/64k"),
        Profile::new("vip", "50M/50M"),
    ]);
    desk.router.load_secrets([
        Secret::new("closed", "x").with_profile("isolated"),
        Secret::new("other", "x").with_profile("vip"),
        Secret::new("tetangga", "x").with_comment("bukan pelanggan"),
        // A tunnel of the office's own is no line, though it is switched on.
        Secret {
            service: "l2tp".into(),
            ..Secret::new("cabang", "x").with_profile("pkg-hemat-10")
        },
    ]);
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut gone = store::customers::find_by_no(&mut tx, "NO-gone")
        .await
        .unwrap()
        .unwrap();
    gone.details.pppoe_username = Some("tidak-ada".into());
    store::customers::update(&mut tx, &gone, at(crate::desk::BILLED))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let read = ReadRouterPlan {
        router_id: desk.router_id,
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

async fn taking_a_router_over_turns_lines_closed_by_hand_into_overrides(on: Engine) {
    let desk = Desk::with(
        &on,
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
        dry_run: false,
    };
    let preview = SwitchRouterMode {
        dry_run: true,
        ..switch
    };
    let kept = |switched: &SwitchedMode| {
        let names = switched.kept_closed.iter().map(|line| line.name.clone());
        (switched.found_closed, names.collect::<Vec<_>>())
    };
    let foreseen = desk.ask(preview).await.unwrap();
    assert_eq!(
        foreseen.router.mode,
        RouterMode::Observe,
        "nothing is switched yet"
    );
    assert_eq!(kept(&foreseen), (1, vec!["budi".to_owned()]));
    let view = desk.office.perform(&Actor::console(), switch).await.unwrap();
    assert_eq!(kept(&view), (1, vec!["budi".to_owned()]));
    assert_eq!(view.router.mode, RouterMode::Manage);
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

async fn why_names_the_rule_the_invoices_what_the_router_said_and_when(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    let ask = ReadWhy { customer_id: ids[0] };
    let why = desk.ask_in_english(ask).await.unwrap();
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
    assert_eq!(router.at, Some(at(crate::desk::OVERDUE).as_millisecond()));
    assert_eq!(why.history.len(), 1);
    assert!(why.message_text.contains("INV-202601-00001") && why.message_text.contains("Halo budi"));
    assert!(
        !why.message_text.contains("isolated"),
        "no technical words for the customer: {}",
        why.message_text
    );
}

async fn the_profile_of_a_package_cannot_be_the_one_of_closed_lines(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.pppoe(&["budi"]).await;
    let change = ChangeRouter {
        id: desk.router_id,
        isolated_profile: Some("pkg-hemat-10".into()),
        ..ChangeRouter::default()
    };
    let refused = desk.ask(change).await.unwrap_err();
    let field = refused.fields.first().unwrap();
    assert_eq!(
        (field.field.as_str(), field.code),
        ("isolated_profile", "isolated_profile_of_package")
    );
    assert!(field.message.id.contains("HEMAT-10"), "{:?}", field.message);
}

async fn the_address_of_a_router_in_use_is_refused_with_its_name(on: Engine) {
    let desk = Desk::open(&on).await;
    let mut tx = desk.office.store().read().await.unwrap();
    let first = store::routers::find(&mut tx, desk.router_id)
        .await
        .unwrap()
        .unwrap()
        .details;
    drop(tx);
    let add = |host: &str| AddRouter {
        name: "Gedung B".into(),
        host: host.to_owned(),
        port: Some(first.port),
        tls: Some(false),
        username: "lain".into(),
        password: SecretString::from(""),
        mode: None,
        isolated_profile: None,
        static_isolation: None,
        is_active: None,
        timeout_ms: None,
        attempts: None,
        max_in_flight: None,
        default_profile: None,
        profile_local_address: None,
        profile_remote_address: None,
    };
    let refused = desk.ask(add(&first.host)).await.unwrap_err();
    assert_eq!(refused.code, "router_taken");
    assert!(refused.detail.id.contains(&first.name), "{:?}", refused.detail);

    let second = desk.ask(add("192.0.2.9")).await.unwrap().id;
    let change = |host: Option<&str>, is_active: Option<bool>| ChangeRouter {
        id: second,
        host: host.map(str::to_owned),
        is_active,
        ..ChangeRouter::default()
    };
    let refused = desk.ask(change(Some(&first.host), None)).await.unwrap_err();
    assert_eq!(refused.code, "router_taken");
    // One that is not used sends nothing; it is refused once somebody wants to use it.
    desk.ask(change(Some(&first.host), Some(false))).await.unwrap();
    let refused = desk.ask(change(None, Some(true))).await.unwrap_err();
    assert_eq!(refused.code, "router_taken");
}

async fn a_router_that_was_added_is_asked_by_itself_and_one_that_is_away_waits(on: Engine) {
    let desk = Desk::open(&on).await;
    for fault in [Fault::Normal, Fault::Refuse] {
        let router = simulators::router::Router::start(RouterSpec::default())
            .await
            .unwrap();
        router.set_fault(fault).await.unwrap();
        let add = AddRouter {
            name: format!("Gedung {fault:?}"),
            host: "127.0.0.1".into(),
            port: Some(i64::from(router.addr().port())),
            tls: Some(false),
            username: "admin".into(),
            password: SecretString::from(""),
            mode: None,
            isolated_profile: None,
            static_isolation: None,
            is_active: None,
            timeout_ms: Some(1_000),
            attempts: Some(1),
            max_in_flight: None,
            default_profile: None,
            profile_local_address: None,
            profile_remote_address: None,
        };
        let id = desk.ask(add).await.unwrap().id;
        desk.run_due().await;
        let read = || desk.ask(office::routers::ReadRouter { id });
        let told = read().await.unwrap();
        let jobs = desk.jobs_of("greet_router").await;
        let job = jobs.iter().find(|job| job.router_id == Some(id)).expect("a job");
        match fault {
            Fault::Normal => {
                assert!(told.last_seen_at.is_some() && told.identity.is_some(), "{told:?}");
                assert_eq!(job.status, "done");
            }
            _ => {
                assert!(
                    told.unreachable_since.is_some() && told.last_error.is_some(),
                    "{told:?}"
                );
                assert_eq!(job.status, "parked");
            }
        }
        let log = router.command_log();
        let sent: Vec<_> = log
            .counts
            .keys()
            .filter(|word| !word.ends_with("/print"))
            .collect();
        assert!(sent.iter().all(|word| word.as_str() == "/login"), "{sent:?}");
    }
}

on_both! {
    a_router_that_was_added_is_asked_by_itself_and_one_that_is_away_waits,
    the_address_of_a_router_in_use_is_refused_with_its_name,
    a_clock_that_is_months_off_is_a_warning_in_words,
    a_wrong_choice_of_tls_has_one_diagnosis_in_each_direction,
    a_line_without_a_name_is_a_difference_and_its_customer_says_so,
    a_test_names_the_router_its_clock_and_each_policy_too_few_or_too_many,
    a_test_of_a_router_that_refuses_the_password_is_an_answer_with_advice,
    the_first_certificate_is_pinned_and_another_one_is_refused,
    a_kept_connection_that_the_router_dropped_is_replaced_without_anybody_noticing,
    a_sync_makes_what_is_missing_changes_what_differs_and_leaves_the_rest,
    a_profile_that_is_made_gets_what_the_office_named_and_else_what_the_default_profile_has,
    without_addresses_and_without_its_default_profile_no_profile_is_made,
    a_profile_made_for_a_line_that_opens_takes_no_addresses_of_closed_lines,
    a_router_that_is_only_observed_gets_no_profiles,
    a8_drift_is_named_line_by_line_and_strangers_are_shown,
    taking_a_router_over_turns_lines_closed_by_hand_into_overrides,
    why_names_the_rule_the_invoices_what_the_router_said_and_when,
    the_profile_of_a_package_cannot_be_the_one_of_closed_lines,
}
