//! Answers as bytes: what belongs to what, and what ends a connection.

use routeros_api::{Category, Command, Error, Limits};

use crate::limits;
use crate::script::logged_in;

fn set() -> Command {
    Command::new("/ppp/secret/set")
        .attribute(".id", "*1")
        .attribute("profile", "isolated")
}

#[tokio::test]
async fn a1_every_trap_is_an_error_with_the_routers_words_and_not_before_its_done() {
    let (after_trap, trap_was_sent) = tokio::sync::oneshot::channel();
    let connection = logged_in(limits(), |mut peer| async move {
        let tag = peer.tag().await;
        peer.say(&[
            "!trap",
            "=category=1",
            "=message=input does not match any value of profile",
            &tag,
        ])
        .await;
        after_trap.send(()).unwrap();
        peer.say(&["!done", &tag]).await;
        let tag = peer.tag().await;
        peer.say(&["!re", "=name=still in step", &tag]).await;
        peer.say(&["!done", &tag]).await;
        peer.heard().await;
    })
    .await;
    let error = connection.call(set()).await.unwrap_err();
    trap_was_sent.await.unwrap();
    let expected = Error::Trap {
        command: "/ppp/secret/set".to_owned(),
        category: Some(Category::ArgumentValue),
        message: "input does not match any value of profile".to_owned(),
    };
    assert_eq!(error, expected);
    assert!(!error.is_unreachable() && !error.outcome_unknown());
    assert!(
        connection.is_usable(),
        "a refusal is no reason to give the connection up"
    );
    let next = connection.call(Command::new("/ppp/secret/print")).await.unwrap();
    assert_eq!(
        next.first().and_then(|row| row.get("name")),
        Some("still in step")
    );
}

#[tokio::test]
async fn a1_a_trap_after_rows_makes_the_whole_answer_an_error() {
    let connection = logged_in(limits(), |mut peer| async move {
        let tag = peer.tag().await;
        peer.say(&["!re", &tag, "=name=budi"]).await;
        peer.say(&["!trap", &tag, "=message=interrupted", "=category=2"])
            .await;
        peer.say(&["!trap", &tag, "=message=a consequence"]).await;
        peer.say(&["!done", &tag, "=ret=*1"]).await;
        peer.heard().await;
    })
    .await;
    let error = connection
        .call(Command::new("/ppp/secret/print"))
        .await
        .unwrap_err();
    assert!(error.is_interrupted(), "the first refusal is the cause: {error}");
}

#[tokio::test]
async fn a2_answers_that_come_in_another_order_reach_their_questions() {
    let connection = logged_in(limits(), |mut peer| async move {
        let (first, second, third) = (peer.tag().await, peer.tag().await, peer.tag().await);
        peer.say(&["!re", "=name=third", &third]).await;
        peer.say(&["!trap", &second, "=message=no such item"]).await;
        peer.say(&["!re", &first, "=name=first"]).await;
        peer.say(&["!done", &third]).await;
        peer.say(&["!done", "=ret=*7", &first]).await;
        peer.say(&["!done", &second]).await;
        peer.heard().await;
    })
    .await;
    let answers = connection
        .call_all(["/a", "/b", "/c"].map(Command::new).into())
        .await;
    let [first, second, third] = answers.try_into().unwrap();
    let first = first.unwrap();
    assert_eq!(first.first().and_then(|row| row.get("name")), Some("first"));
    assert_eq!(first.ret.as_deref(), Some("*7"));
    assert!(second.unwrap_err().is_no_such_item());
    assert_eq!(
        third.unwrap().first().and_then(|row| row.get("name")),
        Some("third")
    );
}

#[tokio::test]
async fn a2_after_a_protocol_error_the_connection_is_thrown_away() {
    let connection = logged_in(limits(), |mut peer| async move {
        peer.tag().await;
        peer.say(&["!done"]).await;
        peer.heard().await;
    })
    .await;
    let error = connection.call(set()).await.unwrap_err();
    assert!(
        matches!(error, Error::Protocol { .. }),
        "an answer without a tag belongs to no question: {error}"
    );
    assert!(error.outcome_unknown(), "the command may have been carried out");
    assert!(!connection.is_usable());
    let error = connection.call(set()).await.unwrap_err();
    assert!(
        matches!(error, Error::Unusable { .. }) && !error.outcome_unknown(),
        "nothing was sent: {error}"
    );
}

#[tokio::test]
async fn a6_an_end_in_the_middle_of_a_list_is_an_error_and_never_a_shorter_list() {
    let connection = logged_in(limits(), |mut peer| async move {
        let tag = peer.tag().await;
        peer.say(&["!re", "=name=budi", &tag]).await;
        peer.say(&["!re", "=name=siti", &tag]).await;
    })
    .await;
    let error = connection
        .call(Command::new("/ppp/active/print"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error}");
    assert!(error.is_unreachable(), "unknown is not empty");
}

#[tokio::test]
async fn a9_empty_and_words_that_are_yet_unknown_are_tolerated() {
    let connection = logged_in(limits(), |mut peer| async move {
        let tag = peer.tag().await;
        peer.say(&["!empty", &tag]).await;
        peer.say(&["!done", &tag]).await;
        let tag = peer.tag().await;
        peer.say(&["!progress", "=percent=50", &tag]).await;
        peer.say(&["!re", "=name=budi", &tag]).await;
        peer.say(&["!done", &tag]).await;
        peer.heard().await;
    })
    .await;
    assert_eq!(
        connection
            .call(Command::new("/ppp/active/print"))
            .await
            .unwrap()
            .rows,
        []
    );
    assert_eq!(
        connection
            .call(Command::new("/ppp/active/print"))
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}

#[tokio::test]
async fn fatal_ends_all_calls_with_the_routers_words() {
    let connection = logged_in(limits(), |mut peer| async move {
        peer.tag().await;
        peer.tag().await;
        peer.say(&["!fatal", "session terminated on request"]).await;
    })
    .await;
    for answer in connection.call_all(vec![set(), set()]).await {
        assert_eq!(
            answer,
            Err(Error::Fatal {
                message: "session terminated on request".to_owned()
            })
        );
    }
    assert!(!connection.is_usable());
}

#[tokio::test]
async fn an_answer_without_end_stops_at_the_limit() {
    let few = Limits {
        reply_bytes: 100_000,
        ..limits()
    };
    let connection = logged_in(few, |mut peer| async move {
        let tag = peer.tag().await;
        let comment = format!("=comment={}", "x".repeat(1_000));
        for _ in 0..200 {
            peer.say(&["!re", &comment, &tag]).await;
        }
        peer.heard().await;
    })
    .await;
    let error = connection
        .call(Command::new("/ppp/secret/print"))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::ReplyTooLarge {
            command: "/ppp/secret/print".to_owned(),
            limit: 100_000
        }
    );
    assert!(!connection.is_usable());
}

#[tokio::test]
async fn old_comments_in_windows_1252_are_read() {
    let connection = logged_in(limits(), |mut peer| async move {
        let tag = peer.tag().await;
        let mut bytes = b"\x03!re\x0d=comment=Caf\xe9".to_vec();
        bytes.push(u8::try_from(tag.len()).unwrap());
        bytes.extend_from_slice(tag.as_bytes());
        bytes.push(0);
        peer.send(&bytes).await;
        peer.say(&["!done", &tag]).await;
        peer.heard().await;
    })
    .await;
    let reply = connection.call(Command::new("/ppp/secret/print")).await.unwrap();
    assert_eq!(reply.first().and_then(|row| row.get("comment")), Some("Café"));
}

#[tokio::test]
async fn what_is_too_large_is_not_sent_and_costs_nothing() {
    let connection = logged_in(limits(), |mut peer| async move {
        let tag = peer.tag().await;
        assert_eq!(tag, ".tag=1", "the command before was never sent");
        peer.say(&["!done", &tag]).await;
        peer.heard().await;
    })
    .await;
    let huge = set().attribute("comment", "x".repeat(17 * 1024 * 1024));
    let error = connection.call(huge).await.unwrap_err();
    assert!(
        matches!(error, Error::CommandTooLarge { .. }) && !error.outcome_unknown(),
        "{}",
        error.code()
    );
    assert!(connection.call(set()).await.is_ok());
}
