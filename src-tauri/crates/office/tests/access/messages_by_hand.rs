//! Messages that a person sends and says so: they leave the list of what is to be sent, the log knows who said it, and
//! nobody tells the customer the same once more (failures.md T5).

use office::access::SendWhy;
use office::notify::{ListNotifications, MarkHanded, MarkSent, NotificationView};
use store::jobs::State as JobState;

use crate::desk::{Desk, overdue};
use crate::engine::{Engine, on_both};

/// The messages to this customer about the closed line.
async fn about_the_closed_line(desk: &Desk, customer_id: i64) -> Vec<NotificationView> {
    let list = ListNotifications {
        customer_id: Some(customer_id),
        kind: Some("isolated".into()),
        ..ListNotifications::default()
    };
    desk.ask(list).await.unwrap().items
}

/// The one message about the closed line of the one overdue customer, carried as the settings say.
async fn closed(on: &Engine, channel: &str) -> (Desk, NotificationView) {
    let (desk, ids) = overdue(on, 1).await;
    desk.settings(serde_json::json!({ "messages.whatsapp": channel }))
        .await;
    desk.check_overdue(false).await;
    desk.run_due().await;
    let mut messages = about_the_closed_line(&desk, ids[0]).await;
    let message = messages.pop().expect("the message");
    assert!(messages.is_empty(), "one a day");
    (desk, message)
}

async fn a_message_that_somebody_sent_is_sent_and_the_log_says_it_once(on: Engine) {
    let (desk, message) = closed(&on, "by_hand").await;
    assert_eq!((message.state.as_str(), message.sent_at), ("queued", None));
    desk.forward(60);
    let sent = desk.ask(MarkSent { id: message.id }).await.unwrap();
    let now = office::Clock::now(&*desk.clock).as_millisecond();
    assert_eq!((sent.state.as_str(), sent.sent_at), ("sent", Some(now)));
    // A second click, later.
    desk.forward(60);
    let again = desk.ask(MarkSent { id: message.id }).await.unwrap();
    assert_eq!((again.state.as_str(), again.sent_at), ("sent", Some(now)));
    let log = desk.acts("message_sent_by_hand").await;
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(log[0].subject_id, Some(message.customer_id));
    let missing = desk.ask(MarkSent { id: 4_711 }).await.unwrap_err();
    assert_eq!(missing.code, "not_found");
}

async fn a_message_that_somebody_sent_is_not_carried_by_the_gateway_as_well(on: Engine) {
    // The gateway has no token, so the message fails and its job waits for another try.
    let (desk, message) = closed(&on, "fonnte").await;
    let job = async || {
        let mut tx = desk.office.store().read().await.unwrap();
        let newest = store::jobs::newest(&mut tx, &format!("notify:{}", message.id)).await;
        newest.unwrap().expect("the job")
    };
    assert_eq!(job().await.state, JobState::Queued);
    let sent = desk.ask(MarkSent { id: message.id }).await.unwrap();
    assert_eq!((sent.state.as_str(), sent.channel.as_str()), ("sent", "by_hand"));
    desk.forward(3_600);
    desk.run_due().await;
    assert_eq!(
        job().await.state,
        JobState::Done,
        "there is nothing left to carry"
    );
    let after = about_the_closed_line(&desk, message.customer_id).await;
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!(
        (after[0].state.as_str(), after[0].sent_at),
        ("sent", sent.sent_at)
    );

    // A try of the gateway that was under way meanwhile comes to its end, and fails.
    let mut tx = desk.office.store().begin().await.unwrap();
    let failed = store::notifications::State::Failed;
    store::notifications::not_sent(&mut tx, message.id, failed, "timed out")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        about_the_closed_line(&desk, message.customer_id).await[0].state,
        "sent"
    );
}

async fn an_answer_that_a_gateway_carries_comes_without_a_link_to_send_it_by_hand(on: Engine) {
    for (channel, has_link) in [("fonnte", false), ("by_hand", true)] {
        let (desk, message) = closed(&on, channel).await;
        let customer_id = message.customer_id;
        let sent = desk.ask(SendWhy { customer_id }).await.unwrap();
        assert_eq!(
            (sent.channel.as_str(), sent.wa_link.is_some()),
            (channel, has_link)
        );
    }
}

async fn a_message_opened_in_whatsapp_is_handed_over_and_not_called_sent(on: Engine) {
    // Whoever carried it before: what a person opened, no gateway carries as well.
    for channel in ["by_hand", "fonnte"] {
        let (desk, message) = closed(&on, channel).await;
        let handed = desk.ask(MarkHanded { id: message.id }).await.unwrap();
        assert_eq!(
            (handed.state.as_str(), handed.channel.as_str()),
            ("handed", "by_hand")
        );
        assert!(handed.wa_link.is_some(), "it can be opened once more");
        desk.ask(MarkHanded { id: message.id }).await.unwrap();
        assert_eq!(desk.acts("message_handed").await.len(), 1);
        desk.forward(3_600);
        desk.run_due().await;
        let after = about_the_closed_line(&desk, message.customer_id).await;
        assert_eq!(after[0].state, "handed");
        let sent = desk.ask(MarkSent { id: message.id }).await.unwrap();
        assert_eq!(sent.state, "sent");
        let late = desk.ask(MarkHanded { id: message.id }).await.unwrap();
        assert_eq!((late.state.as_str(), late.sent_at), ("sent", sent.sent_at));
    }
}

async fn an_answer_that_nobody_sent_yet_is_handed_over_again_and_refused_once_it_was_sent(on: Engine) {
    let (desk, message) = closed(&on, "by_hand").await;
    let customer_id = message.customer_id;
    let first = desk.ask(SendWhy { customer_id }).await.unwrap();
    desk.ask(MarkHanded {
        id: first.notification_id,
    })
    .await
    .unwrap();
    let again = desk.ask(SendWhy { customer_id }).await.unwrap();
    assert_eq!(
        (again.notification_id, &again.wa_link),
        (first.notification_id, &first.wa_link)
    );
    desk.ask(MarkSent {
        id: first.notification_id,
    })
    .await
    .unwrap();
    let refused = desk.ask(SendWhy { customer_id }).await.unwrap_err();
    assert_eq!(refused.code, "already_told");
}

async fn a_message_that_is_not_for_sending_is_not_called_sent(on: Engine) {
    let (desk, message) = closed(&on, "by_hand").await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let skipped = store::notifications::State::Skipped;
    store::notifications::not_sent(&mut tx, message.id, skipped, "")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let refused = desk.ask(MarkSent { id: message.id }).await.unwrap_err();
    assert_eq!(refused.code, "message_not_for_sending");
}

on_both! {
    a_message_that_somebody_sent_is_sent_and_the_log_says_it_once,
    a_message_that_somebody_sent_is_not_carried_by_the_gateway_as_well,
    an_answer_that_a_gateway_carries_comes_without_a_link_to_send_it_by_hand,
    a_message_opened_in_whatsapp_is_handed_over_and_not_called_sent,
    an_answer_that_nobody_sent_yet_is_handed_over_again_and_refused_once_it_was_sent,
    a_message_that_is_not_for_sending_is_not_called_sent,
}
