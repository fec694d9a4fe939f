//! The simulated router through our client: what a router does with what it is told.

use std::time::Duration;

use routeros_api::{Command, Connection, Error, Query, RateLimit};
use simulators::router::{
    Group, Network, Profile, Router, RouterSpec, RunningRouter, Secret, StaticLine, User,
};

use crate::{limits, open, router, target};

pub(crate) async fn refusal(connection: &Connection, command: Command) -> String {
    match connection.call(command).await {
        Err(Error::Trap { message, .. } | Error::NotEnoughPermissions { message, .. }) => message,
        other => panic!("a refusal was expected: {other:?}"),
    }
}

pub(crate) async fn id_of(connection: &Connection, menu: &str, name: &str) -> String {
    let print = Command::new(format!("{menu}/print"))
        .proplist([".id"])
        .query(Query::equals("name", name));
    connection
        .call(print)
        .await
        .unwrap()
        .first()
        .and_then(|row| row.id())
        .unwrap()
        .to_owned()
}

/// Until the router's own clockwork has come so far.
pub(crate) async fn until(what: impl Fn() -> bool) {
    tokio::time::timeout(Duration::from_secs(60), async {
        while !what() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn secrets_are_made_changed_and_removed() {
    let router = router().await;
    let connection = open(&router).await;
    let add = || {
        Command::new("/ppp/secret/add")
            .attribute("name", "budi")
            .attribute("password", "a=b")
            .attribute("service", "pppoe")
    };
    let id = connection.call(add()).await.unwrap().ret.unwrap();
    assert!(id.starts_with('*'), "{id}");
    assert_eq!(
        refusal(&connection, add()).await,
        "failure: secret with the same name already exists"
    );

    let set = |id: &str| Command::new("/ppp/secret/set").attribute(".id", id);
    connection
        .call(
            set(&id)
                .attribute("comment", "Jl. Melati №3")
                .flag("disabled", true),
        )
        .await
        .unwrap();
    let rows = connection
        .call(Command::new("/ppp/secret/print").query(Query::equals("name", "budi")))
        .await
        .unwrap()
        .rows;
    let row = rows.first().unwrap();
    assert_eq!(
        (row.get("comment"), row.flag("disabled")),
        (Some("Jl. Melati №3"), Ok(true))
    );
    assert_eq!(row.get("password"), Some("a=b"));
    connection
        .call(set("budi").flag("disabled", false))
        .await
        .unwrap();
    assert!(
        !router.secret("budi").unwrap().disabled,
        "an item can be named instead of numbered"
    );

    assert_eq!(
        refusal(&connection, set(&id).attribute("profile", "gold")).await,
        "input does not match any value of profile"
    );
    assert_eq!(
        refusal(&connection, set(&id).attribute("remote-address", "here")).await,
        "invalid value for argument remote-address"
    );
    assert_eq!(
        refusal(&connection, set(&id).attribute("colour", "red")).await,
        "unknown parameter colour"
    );
    assert_eq!(
        refusal(&connection, set("*FFFF").attribute("comment", "")).await,
        "no such item"
    );
    assert_eq!(
        refusal(&connection, Command::new("/ppp/secret/burn")).await,
        "no such command"
    );
    connection
        .call(Command::new("/ppp/secret/remove").attribute("numbers", &id))
        .await
        .unwrap();
    assert!(router.secret("budi").is_none());
}

#[tokio::test]
async fn a_session_keeps_its_profile_until_it_is_dropped_and_then_dials_again() {
    let router = router().await;
    let secret = Secret::new("budi", "x").with_profile("pkg-home");
    let profiles = vec![
        Profile::new("pkg-home", "5120k/10000k"),
        Profile::new("isolated", "64k/64k"),
    ];
    router.load(&Network {
        profiles,
        secrets: vec![secret],
        online: true,
        ..Network::default()
    });
    let connection = open(&router).await;

    let set = Command::new("/ppp/secret/set")
        .attribute(".id", "budi")
        .attribute("profile", "isolated");
    connection.call(set).await.unwrap();
    assert_eq!(
        router.active("budi").unwrap().profile,
        "pkg-home",
        "changing a secret leaves the session alone"
    );
    let session = id_of(&connection, "/ppp/active", "budi").await;
    let remove = || Command::new("/ppp/active/remove").attribute(".id", &session);
    connection.call(remove()).await.unwrap();
    assert!(
        connection
            .call(remove())
            .await
            .is_err_and(|error| error.is_no_such_item()),
        "it has gone already"
    );
    until(|| {
        router
            .active("budi")
            .is_some_and(|session| session.profile == "isolated")
    })
    .await;
    assert_eq!(router.drops("budi"), 1);
    let redialled = id_of(&connection, "/ppp/active", "budi").await;
    assert_ne!(redialled, session, "a new session has a new number");
}

#[tokio::test]
async fn a_disabled_secret_does_not_dial_until_it_is_enabled() {
    let router = router().await;
    router.load(&Network {
        secrets: vec![Secret::new("budi", "x")],
        online: true,
        ..Network::default()
    });
    let connection = open(&router).await;
    connection
        .call(Command::new("/ppp/secret/disable").attribute(".id", "budi"))
        .await
        .unwrap();
    assert!(router.active("budi").is_some(), "disabling a secret drops nobody");
    connection
        .call(Command::new("/ppp/active/remove").attribute(".id", router.active("budi").unwrap().id))
        .await
        .unwrap();
    assert!(!router.dial("budi"), "the router turns a disabled name away");
    connection
        .call(Command::new("/ppp/secret/enable").attribute(".id", "budi"))
        .await
        .unwrap();
    until(|| router.active("budi").is_some()).await;
}

#[tokio::test]
async fn rates_come_back_in_another_spelling_and_are_equal_by_value() {
    let router = router().await;
    let connection = open(&router).await;
    let add = Command::new("/ppp/profile/add")
        .attribute("name", "pkg")
        .attribute("rate-limit", "5120k/10000k");
    connection.call(add).await.unwrap();
    let print = Command::new("/ppp/profile/print").query(Query::equals("name", "pkg"));
    let rows = connection.call(print).await.unwrap().rows;
    let read = rows.first().and_then(|row| row.get("rate-limit")).unwrap();
    assert_eq!(read, "5120k/10M");
    assert_eq!(
        read.parse::<RateLimit>().unwrap(),
        RateLimit::from_kbit(5_120, 10_000)
    );
    let wrong = Command::new("/ppp/profile/set")
        .attribute(".id", "pkg")
        .attribute("rate-limit", "fast");
    assert_eq!(
        refusal(&connection, wrong).await,
        "invalid value for argument rate-limit"
    );
}

async fn with_static_line() -> (RunningRouter, Connection) {
    let router = router().await;
    router.load_static_lines([StaticLine {
        address: "10.1.0.7".to_owned(),
        mac_address: "02:00:00:00:00:07".to_owned(),
        interface: "bridge1".to_owned(),
        comment: None,
    }]);
    let connection = open(&router).await;
    (router, connection)
}

#[tokio::test]
async fn a12_a_disabled_arp_entry_is_learned_again_unless_the_interface_only_replies() {
    let (router, connection) = with_static_line().await;
    let id = router.arp("10.1.0.7").first().unwrap().id.clone();
    let switch = |verb: &str| Command::new(format!("/ip/arp/{verb}")).attribute(".id", &id);
    connection.call(switch("disable")).await.unwrap();
    let entries = router.arp("10.1.0.7");
    assert_eq!(
        entries
            .iter()
            .map(|entry| (entry.disabled, entry.dynamic))
            .collect::<Vec<_>>(),
        [(true, false), (false, true)]
    );
    assert!(router.arp_passes("10.1.0.7"), "the line is not closed at all");
    let learned = Command::new("/ip/arp/set")
        .attribute(".id", &entries.last().unwrap().id)
        .flag("disabled", true);
    assert!(
        refusal(&connection, learned).await.contains("dynamic"),
        "what was learned cannot be disabled"
    );

    connection.call(switch("enable")).await.unwrap();
    let reply_only = Command::new("/interface/bridge/set")
        .attribute(".id", "bridge1")
        .attribute("arp", "reply-only");
    connection.call(reply_only).await.unwrap();
    connection.call(switch("disable")).await.unwrap();
    assert!(!router.arp_passes("10.1.0.7"), "now it is");
    assert_eq!(
        refusal(&connection, Command::new("/ip/arp/set").attribute(".id", "*99")).await,
        "no such item"
    );
}

#[tokio::test]
async fn policies_decide_what_a_user_may_do_and_see() {
    let mut users = RouterSpec::default().users;
    users.push(User {
        name: "viewer".to_owned(),
        password: "x".to_owned(),
        group: Group::Read,
    });
    let plain = Group::Of {
        name: "plain".to_owned(),
        policies: "api,read,write".to_owned(),
    };
    users.push(User {
        name: "plain".to_owned(),
        password: "x".to_owned(),
        group: plain,
    });
    let router = Router::start(RouterSpec {
        users,
        ..RouterSpec::default()
    })
    .await
    .unwrap();
    router.load_secrets([Secret::new("budi", "rahasia")]);

    let viewer = Connection::open(
        &target(&router),
        &routeros_api::Login::new("viewer", "x"),
        &limits(),
    )
    .await
    .unwrap();
    let remove = Command::new("/ppp/secret/remove").attribute(".id", "budi");
    let error = viewer.call(remove).await.unwrap_err();
    assert!(
        matches!(&error, Error::NotEnoughPermissions { message, .. } if message == "not enough permissions (9)"),
        "{error}"
    );
    assert!(error.needs_a_person() && router.secret("budi").is_some());

    let plain = Connection::open(
        &target(&router),
        &routeros_api::Login::new("plain", "x"),
        &limits(),
    )
    .await
    .unwrap();
    let rows = plain.call(Command::new("/ppp/secret/print")).await.unwrap().rows;
    assert_eq!(
        rows.first().unwrap().get("password"),
        None,
        "without `sensitive` there is no password to see"
    );
    let group = plain
        .call(Command::new("/user/group/print").query(Query::equals("name", "plain")))
        .await
        .unwrap();
    assert!(
        group
            .first()
            .unwrap()
            .get("policy")
            .unwrap()
            .contains("!sensitive")
    );
}

#[tokio::test]
async fn a_profile_that_is_renamed_is_renamed_in_its_secrets() {
    let router = router().await;
    router.load(&Network::invented(3));
    let connection = open(&router).await;
    let set = Command::new("/ppp/profile/set")
        .attribute(".id", "pkg-hemat")
        .attribute("name", "pkg-lite");
    connection.call(set).await.unwrap();
    assert_eq!(router.secret("plg00001").unwrap().profile, "pkg-lite");
}

#[tokio::test]
async fn rules_stand_where_they_are_placed() {
    let router = router().await;
    let connection = open(&router).await;
    let rule = |comment: &str| {
        Command::new("/ip/firewall/filter/add")
            .attribute("chain", "forward")
            .attribute("action", "drop")
            .attribute("comment", comment)
    };
    let last = connection.call(rule("last")).await.unwrap().ret.unwrap();
    connection
        .call(rule("first").attribute("place-before", &last))
        .await
        .unwrap();
    let order: Vec<_> = router
        .items("/ip/firewall/filter")
        .into_iter()
        .filter_map(|rule| rule.get("comment").cloned())
        .collect();
    assert_eq!(order, ["first", "last"]);
    let list = || {
        Command::new("/ip/firewall/address-list/add")
            .attribute("list", "isolated")
            .attribute("address", "10.1.0.7")
    };
    connection.call(list()).await.unwrap();
    assert_eq!(
        refusal(&connection, list()).await,
        "failure: already have such entry"
    );
}

#[tokio::test]
async fn health_clock_and_identity_can_be_read() {
    let router = router().await;
    let connection = open(&router).await;
    let read = |word: &str| Command::new(format!("/system/{word}/print"));
    let answers = connection
        .call_all(["identity", "resource", "clock", "routerboard"].map(read).into())
        .await;
    let rows: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap().rows.remove(0))
        .collect();
    assert_eq!(rows[0].get("name"), Some("MikroTik"));
    assert_eq!(rows[1].get("version"), Some("7.16 (stable)"));
    assert!(rows[1].parse::<u64>("free-memory").unwrap().is_some());
    assert_eq!(rows[2].get("date"), Some("2026-01-01"));
    assert!(rows[3].get("model").is_some());
    connection
        .call(Command::new("/system/identity/set").attribute("name", "Menara 1"))
        .await
        .unwrap();
    let renamed = connection.call(read("identity")).await.unwrap();
    assert_eq!(renamed.first().and_then(|row| row.get("name")), Some("Menara 1"));
}

#[tokio::test]
async fn a_planned_refusal_hits_once_and_quit_ends_the_session() {
    let router = router().await;
    let connection = open(&router).await;
    router.refuse("/system/identity/print", "failure: out of memory", 1);
    assert_eq!(
        refusal(&connection, Command::new("/system/identity/print")).await,
        "failure: out of memory"
    );
    assert!(
        connection
            .call(Command::new("/system/identity/print"))
            .await
            .is_ok()
    );
    let error = connection.call(Command::new("/quit")).await.unwrap_err();
    assert_eq!(
        error,
        Error::Fatal {
            message: "session terminated on request".to_owned()
        }
    );
}
