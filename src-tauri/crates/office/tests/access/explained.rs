//! What customers and cashiers are told of a line: never that it is open or closed before its router said so, and what a
//! change waits for.

use billing::{Access, CustomerStatus, Observed, OverrideVerdict, RouterMode, StaticIsolation};
use office::access::{ReadWhy, SendWhy, SetOverride, Why};
use office::schedule::RunTask;
use simulators::router::{Fault, RouterSpec};

use crate::desk::{BILLED, Desk, OVERDUE, PRICE, at, overdue};
use crate::engine::{Engine, on_both};

async fn why(desk: &Desk, customer_id: i64) -> Why {
    desk.ask(ReadWhy { customer_id }).await.expect("the explanation")
}

/// What was put on its way to the customer.
async fn sent(desk: &Desk, customer_id: i64) -> String {
    let sent = desk.ask(SendWhy { customer_id }).await.expect("the message");
    let mut tx = desk.office.store().read().await.expect("begins");
    let row = store::notifications::find(&mut tx, sent.notification_id)
        .await
        .expect("reads");
    row.expect("the message").text
}

async fn who_paid_is_not_told_that_the_line_is_open_while_its_router_still_closes_it(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let id = ids[0];
    desk.check_overdue(false).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.pay(id, PRICE).await;
    desk.run_due().await;

    let told = why(&desk, id).await;
    assert_eq!((told.desired, told.observed), (Access::Open, Observed::Closed));
    let text = sent(&desk, id).await;
    assert_eq!(text, told.message_text);
    assert!(!text.contains("internet Anda terbuka"), "{text}");
    assert!(
        text.contains("begitu perangkat kami dapat dihubungi lagi"),
        "{text}"
    );

    let change = told.change.expect("what waits");
    let job = desk.job(id).await;
    assert_eq!(
        (change.job_id, change.state.as_str(), change.code.as_deref()),
        (job.id, "parked", Some("router_unreachable"))
    );
    let router = told.router.expect("the router");
    assert_eq!(
        (router.unreachable_since, router.error.is_some()),
        (Some(at(OVERDUE).as_millisecond()), true)
    );
    assert_eq!(change.since, at(OVERDUE).as_millisecond());
    assert!(
        told.sentence
            .contains("tidak dapat dipakai sejak 2 Maret 2026 pukul 06.00")
            && told.sentence.contains(&job.id.to_string()),
        "{}",
        told.sentence
    );

    desk.router_is_back().await;
    let told = why(&desk, id).await;
    assert_eq!(told.observed, Observed::Open);
    assert!(told.change.is_none());
    assert!(
        told.message_text.contains("internet Anda terbuka."),
        "{}",
        told.message_text
    );
}

async fn who_is_to_be_closed_is_not_told_that_it_happened_before_the_router_said_so(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    desk.check_overdue(false).await;
    let told = why(&desk, ids[0]).await;
    assert_eq!((told.desired, told.observed), (Access::Closed, Observed::Unknown));
    assert!(
        !told.message_text.contains("kami tutup sementara"),
        "{}",
        told.message_text
    );
    assert!(
        told.message_text.contains("INV-202601-00001"),
        "{}",
        told.message_text
    );

    desk.router_is_back().await;
    let told = why(&desk, ids[0]).await;
    assert_eq!(told.observed, Observed::Closed);
    assert!(
        told.message_text.contains("kami tutup sementara"),
        "{}",
        told.message_text
    );
}

async fn a_closing_that_failed_is_part_of_the_story(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    desk.bill_and_wait().await;
    // A customer whose secret nobody ever made.
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut customer = store::customers::find(&mut tx, id).await.unwrap().unwrap();
    customer.details.pppoe_username = Some("budi-baru".into());
    store::customers::update(&mut tx, &customer, at(OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.check_overdue(false).await;
    let told = why(&desk, id).await;
    let change = told.change.expect("what failed");
    assert_eq!(
        (change.state.as_str(), change.code.as_deref()),
        ("queued", Some("secret_missing"))
    );
    assert_eq!((told.history.len(), told.history[0].at), (1, change.since));
    assert!(told.history[0].sentence.contains("gagal"), "{:?}", told.history);
    assert!(told.sentence.contains("gagal"), "{}", told.sentence);
}

async fn a_line_closed_by_a_persons_word_names_what_is_owed(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let word = SetOverride {
        customer_id: ids[0],
        verdict: OverrideVerdict::Closed,
        reason: "diisolir sebelum pindah".into(),
        until: None,
    };
    desk.ask(word).await.expect("the word");
    desk.run_due().await;
    let told = why(&desk, ids[0]).await;
    assert_eq!(told.reasons[0].code, "override");
    let invoice = &told.reasons[0].invoices[0];
    assert_eq!(
        (invoice.number.as_str(), invoice.remaining),
        ("INV-202601-00001", PRICE)
    );
    assert!(invoice.days_overdue > 0);
    assert!(
        told.message_text.contains("INV-202601-00001"),
        "{}",
        told.message_text
    );
}

async fn a_closing_for_another_day_that_waited_judges_by_the_day_on_which_it_runs(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    desk.clock.set(at(BILLED));
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let task = RunTask {
        task: "billing:check-overdue".into(),
        confirm: true,
        as_of: Some(at(OVERDUE)),
        ..RunTask::default()
    };
    let summary = desk.ask(task).await.expect("the task");
    assert_eq!((summary.isolated, summary.skipped), (0, 1), "{summary:?}");
    desk.router_is_back().await;
    assert_eq!(
        desk.profile("budi"),
        "pkg-hemat-10",
        "nothing is overdue on this day"
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
}

async fn a_router_that_is_only_observed_is_named_in_a_note(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    desk.pppoe(&["budi", "siti"]).await;
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(true).await;
    assert_eq!((summary.isolated, summary.skipped), (0, 2), "{summary:?}");
    let [note] = summary.notes.as_slice() else {
        panic!("one note for one router: {summary:?}")
    };
    assert_eq!(note.code, "observed_only");
    assert!(note.message.contains("Gedung A"), "{}", note.message);
}

async fn what_a_router_was_never_told_of_a_line_is_said_with_what_to_do(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    assert!(why(&desk, id).await.failures.is_empty());
    let faster = crate::changed_lines::faster(&desk).await;
    desk.router.refuse("/ppp/secret/set", "failure: not now", 20);
    let fields = office::customers::CustomerFields {
        package_id: Some(faster),
        ..office::customers::CustomerFields::default()
    };
    desk.ask(office::customers::ChangeCustomer { id, fields })
        .await
        .unwrap();
    for pause in [0, 70, 340, 670] {
        assert!(why(&desk, id).await.failures.is_empty(), "it is tried again");
        desk.forward(pause);
        desk.run_due().await;
    }
    let told = why(&desk, id).await;
    let [failed] = told.failures.as_slice() else {
        panic!("one failure: {told:?}")
    };
    assert_eq!(failed.kind, "change_profile");
    assert_eq!(failed.at, office::Clock::now(&*desk.clock).as_millisecond());
    for part in [
        "Memberi jalur kecepatan paketnya",
        "not now",
        "lalu ulangi pekerjaan",
        &failed.job_id.to_string(),
    ] {
        assert!(failed.sentence.contains(part), "{part}: {}", failed.sentence);
    }
    assert_eq!(
        told.history[0].sentence, failed.sentence,
        "a part of the line's story"
    );
}

on_both! {
    what_a_router_was_never_told_of_a_line_is_said_with_what_to_do,
    who_paid_is_not_told_that_the_line_is_open_while_its_router_still_closes_it,
    who_is_to_be_closed_is_not_told_that_it_happened_before_the_router_said_so,
    a_closing_that_failed_is_part_of_the_story,
    a_line_closed_by_a_persons_word_names_what_is_owed,
    a_closing_for_another_day_that_waited_judges_by_the_day_on_which_it_runs,
    a_router_that_is_only_observed_is_named_in_a_note,
}
