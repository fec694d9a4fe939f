//! What a customer is told about a closed line is the real reason, by the words of `why`; and a message that nobody has sent
//! yet is taken back or written anew when what it says is not so any more.

use billing::Rupiah;
use office::access::{IsolateByHand, OpenByHand, ReadWhy, UndoPlan};
use office::invoicing::{ListInvoices, VoidInvoice};
use office::notify::{ListNotifications, MarkHanded, MarkSent, NotificationView};
use office::schedule::RunTask;

use crate::desk::{Desk, OVERDUE, PRICE, at, overdue};
use crate::engine::{Engine, on_both};

/// The messages of this kind to the customer.
async fn messages(desk: &Desk, customer_id: i64, kind: &str) -> Vec<NotificationView> {
    let list = ListNotifications {
        customer_id: Some(customer_id),
        kind: Some(kind.into()),
        ..ListNotifications::default()
    };
    desk.ask(list).await.unwrap().items
}

/// The one message of this kind to the customer.
async fn message(desk: &Desk, customer_id: i64, kind: &str) -> NotificationView {
    let mut messages = messages(desk, customer_id, kind).await;
    let message = messages.pop().expect("a message");
    assert!(messages.is_empty(), "one of a kind");
    message
}

/// Where a message stands, and why.
fn stands(message: &NotificationView) -> (&str, Option<&str>) {
    (message.state.as_str(), message.withdrawn.as_deref())
}

async fn a_line_closed_by_hand_says_so_and_no_amount_where_nothing_is_owed(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    // Money before any bill: the balance is negative.
    desk.pay(ids[0], Rupiah(50_000)).await;
    let by_hand = IsolateByHand {
        customer_id: ids[0],
        reason: "perangkat dicuri".into(),
    };
    desk.ask(by_hand).await.unwrap();
    desk.run_due().await;
    let told = message(&desk, ids[0], "isolated").await;
    assert!(told.text.contains("tutup sementara oleh kantor"), "{}", told.text);
    assert!(!told.text.contains("Rp"), "{}", told.text);
    let why = ReadWhy { customer_id: ids[0] };
    assert_eq!(told.text, desk.ask(why).await.unwrap().message_text);
}

async fn a_closing_for_another_day_names_what_is_overdue_on_that_day(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.bill_and_wait().await;
    // February is overdue as well when the task runs, and not on the day that it runs for.
    desk.clock.set(at("2026-02-01T00:01:00+07:00"));
    let february = office::invoicing::GenerateInvoices {
        month: Some(2),
        year: Some(2026),
        dry_run: false,
    };
    desk.ask(february).await.unwrap();
    desk.clock.set(at("2026-03-25T06:00:00+07:00"));
    let task = RunTask {
        task: "billing:check-overdue".into(),
        confirm: true,
        as_of: Some(at("2026-02-01T06:00:00+07:00")),
        ..RunTask::default()
    };
    let summary = desk.ask(task).await.unwrap();
    assert_eq!(summary.isolated, 1, "{summary:?}");
    desk.run_due().await;
    let told = message(&desk, ids[0], "isolated").await;
    assert!(
        told.text
            .contains(&format!("Jumlah yang perlu dibayar: {PRICE}.")),
        "{}",
        told.text
    );
}

async fn a_payment_takes_back_what_asks_for_it_and_a_part_writes_it_anew(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.run_due().await;
    desk.check_overdue(false).await;
    desk.run_due().await;
    desk.pay(ids[0], Rupiah(50_000)).await;
    for kind in ["invoice", "isolated"] {
        let told = message(&desk, ids[0], kind).await;
        assert_eq!(stands(&told), ("queued", None), "{kind}");
        assert!(told.text.contains("Rp 100.000"), "{}", told.text);
    }
    desk.pay(ids[0], Rupiah(100_000)).await;
    for kind in ["invoice", "isolated"] {
        let told = message(&desk, ids[0], kind).await;
        assert_eq!(stands(&told), ("withdrawn", Some("paid")), "{kind}");
        assert_eq!(told.wa_link, None);
    }
    let refused = message(&desk, ids[0], "invoice").await;
    let refused = desk.ask(MarkSent { id: refused.id }).await.unwrap_err();
    assert_eq!(refused.code, "message_withdrawn");
}

async fn a_void_invoice_takes_its_message_back(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.run_due().await;
    let invoices = desk.ask(ListInvoices::default()).await.unwrap().items;
    let void = VoidInvoice {
        id: invoices[0].id,
        reason: "salah paket".into(),
        reissue: false,
        idempotency_key: None,
    };
    desk.ask(void).await.unwrap();
    let told = message(&desk, ids[0], "invoice").await;
    assert_eq!(stands(&told), ("withdrawn", Some("void")));
}

async fn a_line_that_opens_again_takes_back_the_word_that_it_is_closed(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(true).await;
    desk.run_due().await;
    let by_hand = OpenByHand {
        customer_id: ids[0],
        until: None,
        reason: "janji bayar".into(),
    };
    desk.ask(by_hand).await.unwrap();
    let told = message(&desk, ids[0], "isolated").await;
    assert_eq!(stands(&told), ("withdrawn", Some("reopened")));
    desk.run_due().await;
    // Closed once more on the same day, the customer is told once more.
    let by_hand = IsolateByHand {
        customer_id: ids[0],
        reason: "janji ditarik".into(),
    };
    desk.ask(by_hand).await.unwrap();
    desk.run_due().await;
    let told = message(&desk, ids[0], "isolated").await;
    assert_eq!(stands(&told), ("queued", None));
    assert_eq!(
        messages(&desk, ids[0], "opened").await.len(),
        0,
        "nobody had told them that it was closed"
    );
}

async fn a_line_that_closes_again_takes_back_the_word_that_it_is_open(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(true).await;
    desk.run_due().await;
    let told = message(&desk, ids[0], "isolated").await;
    desk.ask(MarkSent { id: told.id }).await.unwrap();
    let by_hand = OpenByHand {
        customer_id: ids[0],
        until: None,
        reason: "janji bayar".into(),
    };
    desk.ask(by_hand).await.unwrap();
    desk.run_due().await;
    let opened = message(&desk, ids[0], "opened").await;
    assert_eq!(stands(&opened), ("queued", None));
    let by_hand = IsolateByHand {
        customer_id: ids[0],
        reason: "janji ditarik".into(),
    };
    desk.ask(by_hand).await.unwrap();
    desk.run_due().await;
    let opened = message(&desk, ids[0], "opened").await;
    assert_eq!(stands(&opened), ("withdrawn", Some("closed")));
}

async fn who_was_not_told_of_a_closing_is_not_told_of_its_undo_and_who_was_is(on: Engine) {
    let (desk, ids) = overdue(&on, 3).await;
    desk.check_overdue(true).await;
    desk.run_due().await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    let sent = message(&desk, ids[1], "isolated").await;
    desk.ask(MarkSent { id: sent.id }).await.unwrap();
    let handed = message(&desk, ids[2], "isolated").await;
    desk.ask(MarkHanded { id: handed.id }).await.unwrap();
    desk.ask(UndoPlan {
        id: plan_id,
        hold_days: None,
    })
    .await
    .unwrap();
    desk.run_due().await;
    assert_eq!(
        stands(&message(&desk, ids[0], "isolated").await),
        ("withdrawn", Some("plan_undone"))
    );
    assert_eq!(messages(&desk, ids[0], "opened").await.len(), 0);
    for id in [ids[1], ids[2]] {
        assert_eq!(stands(&message(&desk, id, "opened").await), ("queued", None));
    }
}

async fn who_paid_is_told_of_the_opening_whether_or_not_the_closing_was(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.check_overdue(false).await;
    desk.run_due().await;
    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(
        stands(&message(&desk, ids[0], "isolated").await),
        ("withdrawn", Some("paid"))
    );
    assert_eq!(stands(&message(&desk, ids[0], "opened").await), ("queued", None));
}

async fn a_plan_taken_back_takes_its_messages_back(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    desk.check_overdue(true).await;
    desk.run_due().await;
    let plan_id = desk.plan_line(ids[0]).await.plan_id;
    desk.ask(UndoPlan {
        id: plan_id,
        hold_days: None,
    })
    .await
    .unwrap();
    desk.run_due().await;
    for id in ids {
        let told = message(&desk, id, "isolated").await;
        assert_eq!(stands(&told), ("withdrawn", Some("plan_undone")));
    }
}

async fn a_gateway_is_not_given_what_no_longer_holds(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    // The gateway has no token yet, so the message waits for another try.
    desk.settings(serde_json::json!({ "messages.whatsapp": "fonnte" }))
        .await;
    desk.check_overdue(false).await;
    desk.run_due().await;
    let told = message(&desk, ids[0], "isolated").await;
    assert_eq!(told.state, "queued");
    // Nobody said so to the messages: the ledger alone changed.
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut customer = store::customers::find(&mut tx, ids[0]).await.unwrap().unwrap();
    customer.details.exempt = true;
    store::customers::update(&mut tx, &customer, at(OVERDUE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    desk.forward(3_600);
    desk.run_due().await;
    let told = message(&desk, ids[0], "isolated").await;
    assert_eq!(told.state, "withdrawn");
}

on_both! {
    a_line_closed_by_hand_says_so_and_no_amount_where_nothing_is_owed,
    a_closing_for_another_day_names_what_is_overdue_on_that_day,
    a_payment_takes_back_what_asks_for_it_and_a_part_writes_it_anew,
    a_void_invoice_takes_its_message_back,
    a_line_that_opens_again_takes_back_the_word_that_it_is_closed,
    a_line_that_closes_again_takes_back_the_word_that_it_is_open,
    who_was_not_told_of_a_closing_is_not_told_of_its_undo_and_who_was_is,
    who_paid_is_told_of_the_opening_whether_or_not_the_closing_was,
    a_plan_taken_back_takes_its_messages_back,
    a_gateway_is_not_given_what_no_longer_holds,
}
