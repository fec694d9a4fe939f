//! Messages to customers, each once.

use store::notifications;

use crate::engine::{Database, on_both};
use crate::invented::{later, now, one_customer};

on_both!(
    t5_the_same_message_twice,
    t5_many_messages_of_which_some_were_told,
);

async fn t5_the_same_message_twice(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let message = |key: &str| notifications::NewNotification {
        key: key.into(),
        customer_id: budi,
        event_id: None,
        kind: "reminder",
        invoice_id: None,
        judged_on: None,
        channel: "whatsapp",
        recipient: Some("6281234567890"),
        text: "Tagihan Anda jatuh tempo besok.".into(),
        state: notifications::State::Queued,
    };
    let id = notifications::insert(&mut tx, &message("reminder:1:2026-01-20"), now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        notifications::insert(&mut tx, &message("reminder:1:2026-01-20"), now())
            .await
            .unwrap(),
        None
    );
    notifications::sent(&mut tx, id, notifications::State::Sent, Some("wamid"), later(1))
        .await
        .unwrap();
    assert_eq!(
        notifications::insert(&mut tx, &message("reminder:1:2026-01-20"), now())
            .await
            .unwrap(),
        None,
        "for ever"
    );
    let other = notifications::insert(&mut tx, &message("reminder:1:2026-01-21"), now())
        .await
        .unwrap()
        .unwrap();
    notifications::not_sent(&mut tx, other, notifications::State::Failed, "no such number")
        .await
        .unwrap();
    let filter = notifications::Filter {
        state: Some(notifications::State::Sent),
        customer_id: Some(budi),
        limit: 10,
        ..notifications::Filter::default()
    };
    let page = notifications::list(&mut tx, &filter).await.unwrap();
    assert_eq!(
        (page.total, page.items[0].id, page.items[0].sent_at),
        (1, id, Some(later(1)))
    );
    assert_eq!(
        notifications::find(&mut tx, other)
            .await
            .unwrap()
            .unwrap()
            .error
            .as_deref(),
        Some("no such number")
    );
}

async fn t5_many_messages_of_which_some_were_told(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let message = |key: &str, text: &str| notifications::NewNotification {
        key: key.into(),
        customer_id: budi,
        event_id: None,
        kind: "isolated",
        invoice_id: None,
        judged_on: None,
        channel: "whatsapp",
        recipient: Some("6281234567890"),
        text: text.into(),
        state: notifications::State::Queued,
    };
    let first = [message("told", "1"), message("back", "1"), message("sent", "1")];
    let first = notifications::insert_all(&mut tx, &first, now()).await.unwrap();
    let id = |key: &str| first.iter().find(|(_, it)| it == key).unwrap().0;
    notifications::withdraw(&mut tx, id("back"), notifications::Withdrawal::Reopened)
        .await
        .unwrap();
    notifications::sent(&mut tx, id("sent"), notifications::State::Sent, None, now())
        .await
        .unwrap();
    let again = [
        message("told", "2"),
        message("back", "2"),
        message("sent", "2"),
        message("new", "2"),
    ];
    let mut new = notifications::insert_all(&mut tx, &again, later(1))
        .await
        .unwrap();
    new.sort();
    let added = notifications::find_by_key(&mut tx, "new")
        .await
        .unwrap()
        .unwrap()
        .id;
    assert_eq!(
        new,
        [(id("back"), "back".to_owned()), (added, "new".to_owned())],
        "what was taken back told nobody anything"
    );
    let unsent = notifications::unsent(&mut tx, &[budi, 999]).await.unwrap();
    let unsent: Vec<(&str, &str)> = unsent
        .iter()
        .map(|message| (message.key.as_str(), message.text.as_str()))
        .collect();
    assert_eq!(unsent, [("told", "1"), ("back", "2"), ("new", "2")]);
    assert!(notifications::unsent(&mut tx, &[]).await.unwrap().is_empty());
}
