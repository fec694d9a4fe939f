//! A list is complete or an error.

use std::collections::HashSet;

use routeros_api::{Command, Query};
use simulators::router::{Network, Router, RouterSpec, Secret};

use crate::{open, router};

fn names(reply: &routeros_api::Reply) -> Vec<&str> {
    reply.rows.iter().filter_map(|row| row.get("name")).collect()
}

#[tokio::test]
async fn a9_an_empty_list_before_and_after_7_18() {
    for version in [(6, 49), (7, 16), (7, 18), (7, 20)] {
        let router = Router::start(RouterSpec {
            version,
            ..RouterSpec::default()
        })
        .await
        .unwrap();
        let reply = open(&router)
            .await
            .call(Command::new("/ppp/secret/print"))
            .await
            .unwrap();
        assert_eq!(reply.rows, [], "version {version:?}");
    }
}

#[tokio::test]
async fn a10_every_row_arrives_from_one_to_fifty_thousand() {
    let router = router().await;
    let connection = open(&router).await;
    let mut loaded = 0;
    for size in [1, 2, 23, 24, 25, 1_000, 50_000] {
        let fresh =
            (loaded..size).map(|number| Secret::new(format!("plg{number:05}"), "x").with_comment("ÿ=\0"));
        router.load_secrets(fresh);
        loaded = size;
        let print = Command::new("/ppp/secret/print").proplist([".id", "name", "profile"]);
        let reply = connection.call(print).await.unwrap();
        let expected: Vec<String> = (0..size).map(|number| format!("plg{number:05}")).collect();
        assert_eq!(names(&reply), expected, "{size} rows");
        let ids: HashSet<_> = reply.rows.iter().filter_map(|row| row.id()).collect();
        assert_eq!(ids.len(), size, "every row has an id of its own");
    }
}

#[tokio::test]
async fn a10_two_long_lists_at_once_do_not_mix() {
    let router = router().await;
    router.load(&Network::invented(3_000));
    let connection = open(&router).await;
    let lists = ["/ppp/secret/print", "/ppp/active/print"]
        .map(|word| Command::new(word).proplist(["name", "password"]));
    let answers = connection.call_all(lists.into()).await;
    let [secrets, sessions] = answers.try_into().unwrap();
    let (secrets, sessions) = (secrets.unwrap(), sessions.unwrap());
    assert_eq!((secrets.rows.len(), sessions.rows.len()), (3_000, 3_000));
    assert!(secrets.rows.iter().all(|row| row.get("password").is_some()));
    assert!(
        sessions.rows.iter().all(|row| row.get("password").is_none()),
        "sessions have no password"
    );
}

#[tokio::test]
async fn a11_one_read_names_what_it_needs_and_queries_restrict_it() {
    let router = router().await;
    router.load(&Network::invented(9));
    let connection = open(&router).await;
    let print = || Command::new("/ppp/secret/print").proplist(["name"]);
    let reply = connection
        .call(print().query(Query::equals("profile", "pkg-rumah")))
        .await
        .unwrap();
    assert_eq!(names(&reply), ["plg00002", "plg00005", "plg00008"]);
    assert!(
        reply.rows.iter().all(|row| row.iter().count() == 1),
        "only what was asked for"
    );
    let two = Query::any(["plg00001", "plg00009"].map(|name| Query::equals("name", name)));
    assert_eq!(
        names(&connection.call(print().query(two.clone())).await.unwrap()),
        ["plg00001", "plg00009"]
    );
    assert_eq!(
        connection
            .call(print().query(two.negated()))
            .await
            .unwrap()
            .rows
            .len(),
        7
    );
    let none = Query::equals("profile", "pkg-rumah").and(Query::equals("name", "plg00001"));
    assert_eq!(connection.call(print().query(none)).await.unwrap().rows, []);
    assert_eq!(
        connection
            .call(print().query(Query::lacks("comment")))
            .await
            .unwrap()
            .rows,
        []
    );
    let count = connection
        .call(Command::new("/ppp/secret/print").attribute("count-only", ""))
        .await
        .unwrap();
    assert_eq!(count.ret.as_deref(), Some("9"));
}
