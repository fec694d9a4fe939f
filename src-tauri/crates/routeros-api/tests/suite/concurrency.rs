//! Many callers on one connection, and callers that go away.

use std::time::Duration;

use routeros_api::{Command, Limits, Query};
use simulators::router::{Fault, Network, Secret};

use crate::{limits, open, open_with, router, script};

fn find(name: &str) -> Command {
    Command::new("/ppp/secret/print")
        .proplist(["name"])
        .query(Query::equals("name", name))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_at_once_each_get_their_own_answer_within_the_bound() {
    let router = router().await;
    router.load(&Network::invented(1_000));
    router.set_round_trip(Duration::from_millis(2));
    let connection = open(&router).await;
    let calls: Vec<_> = (1..=1_000)
        .map(|number| {
            let connection = connection.clone();
            tokio::spawn(async move {
                let name = format!("plg{number:05}");
                let reply = connection.call(find(&name)).await.unwrap();
                assert_eq!(reply.rows.len(), 1);
                assert_eq!(reply.first().and_then(|row| row.get("name")), Some(name.as_str()));
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    let log = router.command_log();
    assert_eq!(log.count("/ppp/secret/print"), 1_000);
    assert!(
        log.most_under_way <= 32,
        "{} commands were under way at once",
        log.most_under_way
    );
    assert!(log.most_under_way > 1, "they were pipelined");
    assert_eq!((log.connections, log.logins), (1, 1));
}

#[tokio::test]
async fn a_bound_of_one_asks_one_after_the_other() {
    let router = router().await;
    let connection = open_with(
        &router,
        Limits {
            in_flight: 1,
            ..limits()
        },
    )
    .await
    .unwrap();
    let answers = connection
        .call_all((0..50).map(|_| find("nobody")).collect())
        .await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(router.command_log().most_under_way, 1);
}

#[tokio::test]
async fn one_who_comes_while_many_are_asked_has_the_next_free_place() {
    let (full, is_full) = tokio::sync::oneshot::channel();
    let (waits, one_waits) = tokio::sync::oneshot::channel();
    let limits = Limits {
        in_flight: 4,
        ..limits()
    };
    let connection = script::logged_in(limits, |mut peer| async move {
        let mut tags = Vec::new();
        for _ in 0..4 {
            tags.push(peer.tag().await);
        }
        full.send(()).unwrap();
        one_waits.await.unwrap();
        peer.say(&["!done", &tags[0]]).await;
        let next = peer.heard().await.unwrap();
        assert!(next.contains(&"?name=payer".to_owned()), "{next:?}");
        // Whatever else is asked is answered at once.
        for tag in &tags[1..] {
            peer.say(&["!done", tag]).await;
        }
        let tag = |words: &[String]| words.iter().find(|word| word.starts_with(".tag=")).cloned();
        peer.say(&["!done", &tag(&next).unwrap()]).await;
        while let Some(words) = peer.heard().await {
            peer.say(&["!done", &tag(&words).unwrap()]).await;
        }
    })
    .await;
    let many = connection.call_all((0..50).map(|_| find("many")).collect());
    let one = async {
        is_full.await.unwrap();
        let call = connection.call(find("payer"));
        tokio::pin!(call);
        // It stands in the queue before a place is free.
        assert!(futures::poll!(&mut call).is_pending());
        waits.send(()).unwrap();
        call.await
    };
    let (many, one) = tokio::join!(many, one);
    assert!(many.iter().all(Result::is_ok) && one.is_ok());
}

#[tokio::test]
async fn of_two_who_come_with_many_the_first_is_served_first() {
    let router = router().await;
    router.set_round_trip(Duration::from_millis(5));
    let few_places = Limits {
        in_flight: 4,
        ..limits()
    };
    let connection = open_with(&router, few_places).await.unwrap();
    let many = |menu: &str| {
        let menu = format!("{menu}/print");
        connection.call_all((0..60).map(|_| Command::new(&menu)).collect())
    };
    let first = async {
        let answers = many("/system/identity").await;
        assert!(answers.iter().all(Result::is_ok));
        router.command_log().count("/system/resource/print")
    };
    let (of_second, answers) = tokio::join!(first, many("/system/resource"));
    assert!(
        of_second <= 8,
        "{of_second} of the second's commands were sent by the time that the first had its answers"
    );
    assert!(answers.iter().all(Result::is_ok));
}

#[tokio::test]
async fn who_goes_away_in_the_middle_of_many_keeps_nobody_waiting() {
    let router = router().await;
    router.set_round_trip(Duration::from_millis(5));
    let few_places = Limits {
        in_flight: 4,
        ..limits()
    };
    let connection = open_with(&router, few_places).await.unwrap();
    let many = || connection.call_all((0..60).map(|_| find("budi")).collect());
    let gone = tokio::time::timeout(Duration::from_millis(20), many()).await;
    assert!(gone.is_err(), "sixty answers take longer");
    assert_eq!(many().await.iter().filter(|answer| answer.is_ok()).count(), 60);
}

#[tokio::test]
async fn within_a_piece_a_call_waits_for_the_one_before_it() {
    let router = router().await;
    router.load_secrets((0..40).map(|number| Secret::new(format!("plg{number}"), "x")));
    router.set_round_trip(Duration::from_millis(2));
    let connection = open(&router).await;
    let rename = async |number: usize| {
        let (old, new) = (format!("plg{number}"), format!("baru{number}"));
        let by_name = Command::new("/ppp/secret/print").query(Query::equals("name", &old));
        let secret = connection.call(by_name).await?;
        let id = secret.first().and_then(|row| row.get(".id")).unwrap_or_default();
        let set = Command::new("/ppp/secret/set").attribute(".id", id);
        connection.call(set.attribute("name", &new)).await?;
        Ok::<_, routeros_api::Error>(connection.call(find(&new)).await?.rows.len())
    };
    let found = connection.side_by_side((0..40).map(rename)).await;
    assert_eq!(found.len(), 40);
    assert!(found.into_iter().all(|found| found.unwrap() == 1));
}

#[tokio::test]
async fn a_router_that_answers_one_after_the_other_is_waited_for_and_one_that_falls_silent_is_not() {
    let router = router().await;
    let limit = Duration::from_secs(1);
    let limits = Limits {
        command: limit,
        ..limits()
    };
    let connection = open_with(&router, limits).await.unwrap();
    router
        .set_fault(Fault::Slow(Duration::from_millis(150)))
        .await
        .unwrap();
    let begun = std::time::Instant::now();
    let answers = connection
        .call_all((0..12).map(|_| find("nobody")).collect())
        .await;
    assert!(
        begun.elapsed() > limit,
        "together they take longer than the limit of one"
    );
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");

    router.set_fault(Fault::Deaf).await.unwrap();
    let begun = std::time::Instant::now();
    let answers = connection
        .call_all((0..12).map(|_| find("nobody")).collect())
        .await;
    assert!(answers.iter().all(Result::is_err));
    assert!(
        begun.elapsed() < 8 * limit,
        "silence is waited for once, and not once for each"
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_no_answer_for_the_next() {
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let (dropped, was_dropped) = tokio::sync::oneshot::channel();
    let connection = script::logged_in(limits(), |mut peer| async move {
        let first = peer.tag().await;
        peer.say(&["!re", "=name=for nobody", &first]).await;
        asked.send(()).unwrap();
        was_dropped.await.unwrap();
        let second = peer.tag().await;
        peer.say(&["!re", "=name=for nobody either", &first]).await;
        peer.say(&["!done", &first]).await;
        peer.say(&["!re", "=name=for the second", &second]).await;
        peer.say(&["!done", &second]).await;
        peer.heard().await;
    })
    .await;
    {
        let call = connection.call(find("first"));
        tokio::pin!(call);
        tokio::select! {
            answer = &mut call => panic!("there is no whole answer yet: {answer:?}"),
            asked = was_asked => asked.unwrap(),
        }
    }
    dropped.send(()).unwrap();
    let reply = connection.call(find("second")).await.unwrap();
    let names: Vec<_> = reply.rows.iter().filter_map(|row| row.get("name")).collect();
    assert_eq!(names, ["for the second"]);
    assert!(connection.is_usable());
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_dropped_at_any_moment_do_not_shift_the_others() {
    let router = router().await;
    router.load(&Network::invented(200));
    let connection = open_with(
        &router,
        Limits {
            in_flight: 4,
            ..limits()
        },
    )
    .await
    .unwrap();
    let calls: Vec<_> = (0..400u64)
        .map(|number| {
            let connection = connection.clone();
            tokio::spawn(async move {
                let name = format!("plg{:05}", number % 200 + 1);
                let call = connection.call(find(&name));
                if number % 3 == 0 {
                    // Some are dropped while they wait for their turn, some after they were sent.
                    let _ = tokio::time::timeout(Duration::from_micros(number * 20), call).await;
                } else {
                    let reply = call.await.unwrap();
                    assert_eq!(reply.first().and_then(|row| row.get("name")), Some(name.as_str()));
                }
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert!(connection.is_usable());
}

#[tokio::test]
async fn a_dropped_call_still_counts_against_the_limit_of_its_command() {
    let router = router().await;
    let limits = Limits {
        in_flight: 1,
        command: Duration::from_millis(100),
        ..limits()
    };
    let connection = open_with(&router, limits).await.unwrap();
    router.set_fault(simulators::router::Fault::Deaf).await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(10), connection.call(find("first"))).await;
    assert!(dropped.is_err());
    // Its place is never freed by an answer; without the limit this call would wait for ever.
    let error = connection.call(find("second")).await.unwrap_err();
    assert!(error.is_unreachable(), "{error}");
}

#[tokio::test]
async fn closing_fails_what_is_under_way_and_the_last_handle_hangs_up() {
    let router = router().await;
    let connection = open(&router).await;
    router.set_fault(simulators::router::Fault::Deaf).await.unwrap();
    let closing = async {
        tokio::task::yield_now().await;
        connection.close();
    };
    let (answer, ()) = tokio::join!(connection.call(find("budi")), closing);
    assert!(
        matches!(answer, Err(routeros_api::Error::Closed { .. })),
        "{answer:?}"
    );
    assert!(!connection.is_usable());

    let (gone, is_gone) = tokio::sync::oneshot::channel();
    let connection = script::logged_in(limits(), |mut peer| async move {
        assert_eq!(peer.heard().await, None);
        gone.send(()).unwrap();
    })
    .await;
    drop(connection);
    is_gone.await.unwrap();
}
