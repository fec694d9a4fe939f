//! Rows one by one, and commands that run until they are cancelled.

use futures::StreamExt;
use routeros_api::{Command, Error, Limits};
use simulators::router::{Network, Secret};

use crate::{limits, open, open_with, router};

#[tokio::test]
async fn a_long_list_comes_row_by_row_and_ends() {
    let router = router().await;
    router.load_secrets((0..5_000).map(|number| Secret::new(format!("plg{number:05}"), "x")));
    let connection = open(&router).await;
    let rows = connection
        .stream(Command::new("/ppp/secret/print"))
        .await
        .unwrap();
    let names: Vec<_> = rows
        .map(|row| row.unwrap().get("name").unwrap().to_owned())
        .collect()
        .await;
    let expected: Vec<_> = (0..5_000).map(|number| format!("plg{number:05}")).collect();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_refusal_is_the_last_item_of_a_stream() {
    let router = router().await;
    let connection = open(&router).await;
    let mut rows = connection.stream(Command::new("/no/such/print")).await.unwrap();
    let error = rows.next_row().await.unwrap().unwrap_err();
    assert!(error.is_no_such_command(), "{error}");
    assert!(rows.next_row().await.is_none());
}

#[tokio::test]
async fn traffic_runs_until_the_stream_is_dropped_and_then_is_cancelled() {
    let router = router().await;
    router.load(&Network::invented(1));
    let connection = open_with(
        &router,
        Limits {
            in_flight: 1,
            ..limits()
        },
    )
    .await
    .unwrap();
    let monitor = || Command::new("/interface/monitor-traffic").attribute("interface", "<pppoe-plg00001>");
    let mut rows = connection.stream(monitor().without_time_limit()).await.unwrap();
    let row = rows.next_row().await.unwrap().unwrap();
    assert!(
        row.parse::<u64>("tx-bits-per-second")
            .unwrap()
            .is_some_and(|bits| bits <= 10_000_000)
    );
    drop(rows);
    // With one command at a time this call starts only after the router has ended the other.
    let once = connection.call(monitor().attribute("once", "")).await.unwrap();
    assert_eq!(once.rows.len(), 1);
    assert_eq!(router.command_log().count("/cancel"), 1);
}

#[tokio::test]
async fn a_stream_that_nobody_reads_fails_alone() {
    let router = router().await;
    router.load_secrets((0..5_000).map(|number| Secret::new(format!("plg{number:05}"), "x")));
    let connection = open_with(
        &router,
        Limits {
            reply_bytes: 20_000,
            ..limits()
        },
    )
    .await
    .unwrap();
    let rows = connection
        .stream(Command::new("/ppp/secret/print"))
        .await
        .unwrap();
    // Its rows pile up while others are answered.
    for _ in 0..50 {
        connection
            .call(Command::new("/system/identity/print"))
            .await
            .unwrap();
    }
    let last = rows.collect::<Vec<_>>().await.pop();
    assert!(matches!(last, Some(Err(Error::ReplyTooLarge { .. }))), "{last:?}");
    assert!(connection.is_usable());
}
