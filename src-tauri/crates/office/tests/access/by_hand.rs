//! Opening by hand: it ends a closing by hand, and holds against the ledger for some days and never for ever.

use billing::{CustomerStatus, OverrideVerdict};
use jiff::civil::{Date, date};
use office::access::{HandOutcome, IsolateByHand, OpenByHand, SetOverride};
use office::customers::ReadCustomer;

use crate::desk::{Desk, overdue};
use crate::engine::{Engine, on_both};

fn open(customer_id: i64, until: Option<Date>) -> OpenByHand {
    OpenByHand {
        customer_id,
        reason: "janji bayar".into(),
        until,
    }
}

async fn word(desk: &Desk, id: i64) -> Option<(OverrideVerdict, Option<Date>)> {
    let customer = desk.ask(ReadCustomer { id }).await.unwrap();
    customer.overridden.map(|word| (word.verdict, word.until))
}

async fn opening_ends_a_closing_by_hand_and_leaves_no_word_behind(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.pppoe(&["budi"]).await[0];
    let close = IsolateByHand {
        customer_id: id,
        reason: "dipinjam tetangga".into(),
    };
    desk.ask(close).await.unwrap();
    let answer = desk.ask(open(id, None)).await.unwrap();
    assert_eq!((answer.outcome, answer.until), (HandOutcome::Done, None));
    assert_eq!(word(&desk, id).await, None, "the ledger decides again");
    assert_eq!(desk.acts("opened_by_hand").await.len(), 1);

    desk.bill_and_wait().await;
    assert_eq!(
        desk.check_overdue(false).await.isolated,
        1,
        "a debtor closes as ever"
    );
}

async fn a_debtors_line_is_held_open_for_three_days_and_closes_again_then(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    let answer = desk.ask(open(ids[0], None)).await.unwrap();
    let until = date(2026, 3, 5);
    assert_eq!(answer.until, Some(until), "three days after the 2nd");
    assert!(
        answer.message.id.contains("5 Maret 2026"),
        "{}",
        answer.message.id
    );
    assert!(
        answer.message.en.contains("5 March 2026"),
        "{}",
        answer.message.en
    );
    assert_eq!(
        word(&desk, ids[0]).await,
        Some((OverrideVerdict::Open, Some(until)))
    );
    for (days, status) in [(3, CustomerStatus::Active), (1, CustomerStatus::Isolated)] {
        desk.forward(days * 24 * 3_600);
        desk.check_overdue(false).await;
        assert_eq!(desk.status(ids[0]).await, status, "after {days} more days");
    }
}

async fn a_last_day_that_was_named_holds_and_one_that_has_passed_is_refused(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let refused = desk.ask(open(ids[0], Some(date(2026, 3, 1)))).await.unwrap_err();
    assert_eq!(refused.fields[0].field, "until");
    let named = Some(date(2026, 3, 20));
    assert_eq!(desk.ask(open(ids[0], named)).await.unwrap().until, named);
    let again = desk.ask(open(ids[0], None)).await.unwrap();
    assert_eq!(
        again.until, named,
        "a longer word is not cut short by a second opening"
    );
}

async fn a_promise_that_keeps_the_line_open_outlives_the_opening(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    let promise = SetOverride {
        customer_id: ids[0],
        verdict: OverrideVerdict::Open,
        reason: "gajian tanggal 10".into(),
        until: Some(date(2026, 3, 10)),
    };
    desk.ask(promise).await.unwrap();
    desk.ask(open(ids[0], None)).await.unwrap();
    let kept = Some((OverrideVerdict::Open, Some(date(2026, 3, 10))));
    assert_eq!(word(&desk, ids[0]).await, kept);
}

async fn a_closing_that_waits_for_its_router_is_called_a_closing(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router
        .set_fault(simulators::router::Fault::Refuse)
        .await
        .unwrap();
    let close = IsolateByHand {
        customer_id: ids[0],
        reason: "pindah rumah".into(),
    };
    desk.ask(close).await.unwrap();
    assert_eq!(desk.job(ids[0]).await.kind, "close_access");
    desk.router_is_back().await;
    assert_eq!(desk.profile("plg0001"), "isolated");
}

async fn a_router_that_refuses_every_question_keeps_the_work_waiting_and_spends_no_tries(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.router
        .set_fault(simulators::router::Fault::Busy)
        .await
        .unwrap();
    desk.check_overdue(false).await;
    for _ in 0..5 {
        desk.forward(700);
        desk.run_due().await;
    }
    let job = desk.job(ids[0]).await;
    assert_eq!((job.state, job.tries), (store::jobs::State::Parked, 0));
    desk.router_is_back().await;
    assert_eq!(desk.profile("plg0001"), "isolated", "without a person");
}

on_both! {
    opening_ends_a_closing_by_hand_and_leaves_no_word_behind,
    a_debtors_line_is_held_open_for_three_days_and_closes_again_then,
    a_last_day_that_was_named_holds_and_one_that_has_passed_is_refused,
    a_promise_that_keeps_the_line_open_outlives_the_opening,
    a_closing_that_waits_for_its_router_is_called_a_closing,
    a_router_that_refuses_every_question_keeps_the_work_waiting_and_spends_no_tries,
}
