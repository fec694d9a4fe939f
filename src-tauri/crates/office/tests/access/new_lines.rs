//! A new customer reaches the router: the secret is made or adopted, what is somebody else's is left alone, and a router
//! that is only observed is told nothing.

use billing::{ConnectionType, CustomerStatus, Observed, OverrideVerdict, RouterMode, StaticIsolation};
use office::access::SetOverride;
use office::customers::{AddCustomer, CustomerFields, CustomerView, ReadCustomer, UntoldBecause};
use office::jobs::RetryJob;
use office::schedule::RunTask;
use secrecy::SecretString;
use simulators::router::{Fault, Profile, RouterSpec, Secret};

use crate::desk::Desk;
use crate::engine::{Engine, on_both};

/// A PPPoE customer called `name` with the password `rahasia`.
fn fields(desk: &Desk, name: &str) -> CustomerFields {
    CustomerFields {
        customer_no: Some(format!("PLG-{name}")),
        name: Some(name.to_owned()),
        package_id: Some(desk.package_id),
        router_id: Some(Some(desk.router_id)),
        connection_type: Some(ConnectionType::Pppoe),
        pppoe_username: Some(Some(name.to_owned())),
        pppoe_password: Some(Some(SecretString::from("rahasia"))),
        ..CustomerFields::default()
    }
}

async fn add(desk: &Desk, fields: CustomerFields) -> CustomerView {
    desk.ask(AddCustomer(fields)).await.unwrap()
}

async fn read(desk: &Desk, id: i64) -> CustomerView {
    desk.ask(ReadCustomer { id }).await.unwrap()
}

async fn a_new_line_gets_a_secret_with_service_profile_password_and_our_mark(on: Engine) {
    let desk = Desk::open(&on).await;
    let customer = add(&desk, fields(&desk, "budi")).await;
    assert_eq!(customer.untold.unwrap().because, UntoldBecause::Waiting);
    assert_eq!(
        desk.writes(),
        0,
        "the customer is entered before the router is asked"
    );
    desk.run_due().await;
    let secret = desk.router.secret("budi").unwrap();
    assert_eq!(
        (secret.service.as_str(), secret.profile.as_str()),
        ("pppoe", "pkg-hemat-10")
    );
    assert_eq!(
        (secret.password.as_str(), secret.comment.as_deref()),
        ("rahasia", Some("ID: PLG-budi - budi"))
    );
    let customer = read(&desk, customer.id).await;
    assert!(customer.untold.is_none());
    assert_eq!(
        customer.access.observed,
        Observed::Open,
        "as the router said when it was read back"
    );
    assert_eq!(desk.acts("line_written").await.len(), 1);
}

async fn a_profile_that_the_office_mapped_to_the_package_is_used(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router
        .load_profiles([Profile::new("paket-lama", "5120k/10M")]);
    let mut tx = desk.office.store().begin().await.unwrap();
    store::packages::set_profile(&mut tx, desk.router_id, desk.package_id, Some("paket-lama"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    add(&desk, fields(&desk, "budi")).await;
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "paket-lama");
}

async fn the_same_secret_is_adopted_and_a_comment_that_is_not_ours_stays(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router
        .load_profiles([Profile::new("pkg-hemat-10", "5120k/10M")]);
    let same = |name: &str| Secret::new(name, "rahasia").with_profile("pkg-hemat-10");
    desk.router
        .load_secrets([same("budi"), same("siti").with_comment("rumah pak RT")]);
    for name in ["budi", "siti"] {
        add(&desk, fields(&desk, name)).await;
    }
    desk.run_due().await;
    let comment = |name: &str| desk.router.secret(name).unwrap().comment;
    assert_eq!(comment("budi").as_deref(), Some("ID: PLG-budi - budi"));
    assert_eq!(comment("siti").as_deref(), Some("rumah pak RT"));
    assert_eq!(desk.writes(), 1, "nothing but the one mark is written");
}

async fn another_secret_of_that_name_is_a_failure_with_a_sentence_and_is_not_touched(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.load_secrets([Secret::new("budi", "lama")]);
    let id = add(&desk, fields(&desk, "budi")).await.id;
    desk.run_due().await;
    let job = &desk.jobs_of("add_line").await[0];
    assert_eq!(
        (job.status.as_str(), job.error_code.as_deref(), job.tries),
        ("dead", Some("secret_differs"), 1)
    );
    let said = job.error.as_deref().unwrap();
    assert!(said.contains("profile") && said.contains("password"), "{said}");
    let secret = desk.router.secret("budi").unwrap();
    assert_eq!(
        (secret.password.as_str(), secret.profile.as_str(), secret.comment),
        ("lama", "default", None)
    );
    assert_eq!(desk.writes(), 0);
    let untold = read(&desk, id).await.untold.unwrap();
    assert_eq!(
        (untold.because, untold.code.as_deref(), untold.job_id),
        (UntoldBecause::Failed, Some("secret_differs"), Some(job.id))
    );

    // Made the same on the router, the job does it when a person tries it again.
    desk.router
        .load_profiles([Profile::new("pkg-hemat-10", "5120k/10M")]);
    desk.router
        .load_secrets([Secret::new("budi", "rahasia").with_profile("pkg-hemat-10")]);
    desk.ask(RetryJob { id: job.id }).await.unwrap();
    desk.run_due().await;
    assert!(read(&desk, id).await.untold.is_none());
}

async fn a_secret_that_is_marked_as_another_customers_is_refused(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router
        .load_secrets([Secret::new("budi", "rahasia").with_comment("ID: PLG-00099 - Pak Lain")]);
    add(&desk, fields(&desk, "budi")).await;
    desk.run_due().await;
    let job = &desk.jobs_of("add_line").await[0];
    assert_eq!(job.error_code.as_deref(), Some("secret_taken"));
    assert!(job.error.as_deref().unwrap().contains("PLG-00099"));
    assert_eq!(desk.writes(), 0);
}

async fn a_router_that_is_only_observed_is_told_nothing_and_the_customer_says_so(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let customer = add(&desk, fields(&desk, "budi")).await;
    assert_eq!(customer.untold.unwrap().because, UntoldBecause::Observed);
    assert_eq!(customer.router.unwrap().mode, RouterMode::Observe);
    desk.run_due().await;
    assert!(desk.jobs_of("add_line").await.is_empty());
    assert_eq!(desk.router.command_log().connections, 0);
}

async fn somebody_whose_service_begins_later_is_on_the_router_from_that_day_on(on: Engine) {
    let desk = Desk::open(&on).await;
    let later = CustomerFields {
        billing_start: Some(jiff::civil::date(2026, 2, 1)),
        ..fields(&desk, "budi")
    };
    let customer = add(&desk, later).await;
    assert_eq!(customer.status, CustomerStatus::Pending);
    assert!(desk.jobs_of("add_line").await.is_empty());

    let run = || RunTask {
        task: "billing:generate-invoices".into(),
        ..RunTask::default()
    };
    desk.clock.set(crate::desk::at("2026-01-31T00:01:00+07:00"));
    desk.ask(run()).await.unwrap();
    assert_eq!(desk.status(customer.id).await, CustomerStatus::Pending);
    desk.clock.set(crate::desk::at("2026-02-01T00:01:00+07:00"));
    let summary = desk.ask(run()).await.unwrap();
    desk.run_due().await;
    assert_eq!(desk.status(customer.id).await, CustomerStatus::Active);
    assert_eq!(summary.created, 1, "and is billed from that day on: {summary:?}");
    assert_eq!(desk.profile("budi"), "pkg-hemat-10");
}

async fn a_line_that_was_closed_by_hand_while_its_secret_waited_begins_closed(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let id = add(&desk, fields(&desk, "budi")).await.id;
    desk.run_due().await;
    let close = SetOverride {
        customer_id: id,
        verdict: OverrideVerdict::Closed,
        reason: "alat belum lunas".into(),
        until: None,
    };
    desk.ask(close).await.unwrap();
    desk.router_is_back().await;
    // Should the closing have come first, it found no secret and is tried again after a minute.
    desk.forward(70);
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "isolated");
    assert_eq!(desk.observed(id).await, Observed::Closed);
}

async fn a_try_that_was_cut_off_anywhere_is_completed_without_a_double(on: Engine) {
    for commands in 0..9 {
        let desk = Desk::open(&on).await;
        let id = add(&desk, fields(&desk, "budi")).await.id;
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        desk.router_is_back().await;
        let secret = desk.router.secret("budi").unwrap();
        assert_eq!(
            (secret.profile.as_str(), secret.comment.as_deref()),
            ("pkg-hemat-10", Some("ID: PLG-budi - budi")),
            "cut off after {commands} commands"
        );
        assert_eq!(
            desk.jobs_of("add_line").await[0].status,
            "done",
            "after {commands}"
        );
        assert!(read(&desk, id).await.untold.is_none());
    }
}

on_both! {
    a_new_line_gets_a_secret_with_service_profile_password_and_our_mark,
    a_profile_that_the_office_mapped_to_the_package_is_used,
    the_same_secret_is_adopted_and_a_comment_that_is_not_ours_stays,
    another_secret_of_that_name_is_a_failure_with_a_sentence_and_is_not_touched,
    a_secret_that_is_marked_as_another_customers_is_refused,
    a_router_that_is_only_observed_is_told_nothing_and_the_customer_says_so,
    somebody_whose_service_begins_later_is_on_the_router_from_that_day_on,
    a_line_that_was_closed_by_hand_while_its_secret_waited_begins_closed,
    a_try_that_was_cut_off_anywhere_is_completed_without_a_double,
}
