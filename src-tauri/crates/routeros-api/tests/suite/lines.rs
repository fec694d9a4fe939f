//! Lines that are no PPPoE secrets, rules that stand in an order, and what a menu tells those who follow it.

use routeros_api::{Command, Connection, Error, Limits, Query};
use simulators::router::{HotspotUser, Lease, Network, RunningRouter, Secret};

use crate::behaviour::{id_of, refusal, until};
use crate::{limits, open, open_with, router};

const MAC: &str = "02:00:00:00:00:07";

async fn print(connection: &Connection, menu: &str) -> Vec<routeros_api::Row> {
    connection
        .call(Command::new(format!("{menu}/print")))
        .await
        .unwrap()
        .rows
}

#[tokio::test]
async fn a_blocked_lease_closes_its_line_and_a_disabled_one_does_not() {
    let router = router().await;
    router.load_leases([Lease::new("10.5.0.7", MAC)]);
    let connection = open(&router).await;
    let leases = print(&connection, "/ip/dhcp-server/lease").await;
    let lease = leases.first().unwrap();
    assert_eq!(
        (lease.get("status"), lease.get("active-address")),
        (Some("bound"), Some("10.5.0.7"))
    );
    let set = |name: &str, on: bool| {
        Command::new("/ip/dhcp-server/lease/set")
            .attribute(".id", lease.id().unwrap())
            .flag(name, on)
    };
    connection.call(set("block-access", true)).await.unwrap();
    assert!(!router.lease_passes(MAC));
    assert!(
        print(&connection, "/ip/dhcp-server/lease").await[0]
            .flag("blocked")
            .unwrap()
    );
    connection.call(set("block-access", false)).await.unwrap();
    connection.call(set("disabled", true)).await.unwrap();
    assert!(
        router.lease_passes(MAC),
        "the device got another address from the pool"
    );

    let learned = connection
        .call(Command::new("/ip/dhcp-server/lease/print").query(Query::equals("dynamic", "true")))
        .await
        .unwrap();
    let make_static =
        Command::new("/ip/dhcp-server/lease/make-static").attribute(".id", learned.rows[0].id().unwrap());
    connection.call(make_static).await.unwrap();
    let leases = print(&connection, "/ip/dhcp-server/lease").await;
    assert_eq!(leases.len(), 2);
    assert!(leases.iter().all(|lease| lease.flag("dynamic") == Ok(false)));
}

#[tokio::test]
async fn a_hotspot_login_keeps_its_profile_until_it_is_logged_out() {
    let router = router().await;
    router.insert(
        "/ip/hotspot/user/profile",
        &[
            ("name", "isolated"),
            ("rate-limit", "64k/64k"),
            ("address-list", "isolated"),
        ],
    );
    router.load_hotspot_users([HotspotUser::new("budi", "x")]);
    assert!(router.log_in_at_hotspot("budi"));
    let connection = open(&router).await;
    let set = Command::new("/ip/hotspot/user/set").attribute(".id", "budi");
    connection
        .call(set.clone().attribute("profile", "isolated"))
        .await
        .unwrap();
    assert_eq!(router.hotspot_profile("budi").as_deref(), Some("default"));
    let log_out = async || {
        let active = print(&connection, "/ip/hotspot/active").await;
        assert_eq!(active[0].get("user"), Some("budi"));
        let remove = Command::new("/ip/hotspot/active/remove").attribute(".id", active[0].id().unwrap());
        connection.call(remove).await.unwrap();
    };
    log_out().await;
    until(|| router.hotspot_profile("budi").as_deref() == Some("isolated")).await;
    let listed = print(&connection, "/ip/firewall/address-list").await;
    assert_eq!(
        listed[0].get("list"),
        Some("isolated"),
        "the profile's list has its address"
    );

    connection.call(set.clone().flag("disabled", true)).await.unwrap();
    log_out().await;
    assert!(
        !router.log_in_at_hotspot("budi"),
        "a disabled user is turned away"
    );
    connection.call(set.flag("disabled", false)).await.unwrap();
    until(|| router.hotspot_profile("budi").is_some()).await;
}

#[tokio::test]
async fn rules_are_placed_and_moved_above_fasttrack_and_learned_ones_cannot_be_changed() {
    let router = router().await;
    router.load_factory_firewall();
    let connection = open(&router).await;
    let filter = |query| Command::new("/ip/firewall/filter/print").query(query);
    let fasttrack = connection
        .call(filter(Query::equals("action", "fasttrack-connection")))
        .await
        .unwrap();
    let rule = |action: &str, comment: &str| {
        Command::new("/ip/firewall/filter/add")
            .attribute("chain", "forward")
            .attribute("action", action)
            .attribute("src-address-list", "isolated")
            .attribute("comment", comment)
    };
    let place = fasttrack.rows[0].id().unwrap();
    connection
        .call(rule("accept", "page").attribute("place-before", place))
        .await
        .unwrap();
    let drop = connection.call(rule("drop", "rest")).await.unwrap().ret.unwrap();
    let order = || {
        let comments = router.items("/ip/firewall/filter");
        comments
            .into_iter()
            .filter_map(|mut rule| rule.remove("comment"))
            .collect::<Vec<_>>()
    };
    assert_eq!(order().last().map(String::as_str), Some("rest"));
    let moved = Command::new("/ip/firewall/filter/move")
        .attribute("numbers", &drop)
        .attribute("destination", place);
    connection.call(moved).await.unwrap();
    let order = order();
    let at = |comment: &str| order.iter().position(|found| found == comment).unwrap();
    assert!(
        at("page") < at("rest") && at("rest") < at("defconf: fasttrack"),
        "{order:?}"
    );

    let dummy = connection
        .call(filter(Query::equals("dynamic", "true")))
        .await
        .unwrap();
    let set = Command::new("/ip/firewall/filter/set")
        .attribute(".id", dummy.rows[0].id().unwrap())
        .attribute("comment", "mine");
    assert!(refusal(&connection, set).await.contains("dynamic"));
}

#[tokio::test]
async fn a_queue_is_asked_for_by_the_target_that_the_router_wrote_back() {
    let router = router().await;
    let connection = open(&router).await;
    let add = Command::new("/queue/simple/add")
        .attribute("name", "PLG-7 - Bu Siti")
        .attribute("target", "10.5.0.7")
        .attribute("max-limit", "5120k/10000k");
    connection.call(add).await.unwrap();
    let of_target = |target: &str| Command::new("/queue/simple/print").query(Query::equals("target", target));
    let queues = connection.call(of_target("10.5.0.7/32")).await.unwrap().rows;
    assert_eq!(queues[0].get("max-limit"), Some("5120k/10M"));
    assert!(
        connection
            .call(of_target("10.5.0.7"))
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    let again = Command::new("/queue/simple/add")
        .attribute("name", "PLG-7 - Bu Siti")
        .attribute("target", "10.5.0.8");
    assert!(connection.call(again).await.unwrap_err().is_duplicate());
}

#[tokio::test]
async fn a_connection_through_the_router_is_removed_once() {
    let router = router().await;
    let id = router
        .insert(
            "/ip/firewall/connection",
            &[
                ("protocol", "tcp"),
                ("src-address", "10.64.0.2:40000"),
                ("dst-address", "192.0.2.1:443"),
            ],
        )
        .unwrap();
    let connection = open(&router).await;
    let remove = || Command::new("/ip/firewall/connection/remove").attribute(".id", &id);
    connection.call(remove()).await.unwrap();
    assert!(connection.call(remove()).await.unwrap_err().is_no_such_item());
}

#[tokio::test]
async fn a7_a_session_that_is_dropped_for_nothing_is_noted_as_needless() {
    let router = router().await;
    router.load(&Network::invented(2));
    let connection = open(&router).await;
    let drop_session = async |name: &str| {
        let id = id_of(&connection, "/ppp/active", name).await;
        let remove = Command::new("/ppp/active/remove").attribute(".id", id);
        connection.call(remove).await.unwrap();
        until(|| router.active(name).is_some()).await;
    };
    let set = Command::new("/ppp/secret/set")
        .attribute(".id", "plg00001")
        .attribute("profile", "isolated");
    connection.call(set).await.unwrap();
    drop_session("plg00001").await;
    drop_session("plg00001").await;
    drop_session("plg00002").await;
    let dropped = router.dropped();
    let seen: Vec<_> = dropped
        .iter()
        .map(|dropped| (dropped.name.as_str(), dropped.needless))
        .collect();
    assert_eq!(
        seen,
        [("plg00001", false), ("plg00001", true), ("plg00002", true)]
    );
    assert_eq!(dropped[0].next_profile.as_deref(), Some("isolated"));
}

async fn follow(router: &RunningRouter) -> (Connection, routeros_api::RowStream) {
    let connection = open(router).await;
    let rows = connection
        .listen("/ppp/secret", [".id", "name", "profile"])
        .await
        .unwrap();
    // It is asked after the other on the same connection, so the router listens when it has answered.
    connection
        .call(Command::new("/system/identity/print"))
        .await
        .unwrap();
    (connection, rows)
}

#[tokio::test]
async fn a_menu_that_is_followed_tells_what_is_made_changed_and_removed() {
    let router = router().await;
    router.load_secrets([Secret::new("siti", "x")]);
    let (connection, mut rows) = follow(&router).await;
    let add = Command::new("/ppp/secret/add").attribute("name", "budi");
    let id = connection.call(add).await.unwrap().ret.unwrap();
    let row = rows.next_row().await.unwrap().unwrap();
    assert_eq!(
        (row.id(), row.get("name"), row.get("password")),
        (Some(id.as_str()), Some("budi"), None)
    );

    let set = Command::new("/ppp/secret/set")
        .attribute(".id", &id)
        .attribute("profile", "default-encryption");
    connection.call(set).await.unwrap();
    let row = rows.next_row().await.unwrap().unwrap();
    assert_eq!(row.get("profile"), Some("default-encryption"));
    connection
        .call(Command::new("/ppp/secret/remove").attribute(".id", &id))
        .await
        .unwrap();
    let row = rows.next_row().await.unwrap().unwrap();
    assert_eq!((row.id(), row.flag(".dead")), (Some(id.as_str()), Ok(true)));

    rows.cancel().await.unwrap();
    assert_eq!(router.command_log().count("/cancel"), 1);
    assert!(connection.is_usable());
}

#[tokio::test]
async fn what_is_cancelled_ends_and_frees_its_place() {
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
    for _ in 0..3 {
        let rows = connection.listen("/ppp/active", [".id"]).await.unwrap();
        rows.cancel().await.unwrap();
        connection
            .call(Command::new("/system/identity/print"))
            .await
            .unwrap();
    }
    let ended = connection
        .stream(Command::new("/ppp/profile/print"))
        .await
        .unwrap();
    ended.cancel().await.unwrap();
    let refused = connection.stream(Command::new("/no/such/print")).await.unwrap();
    assert!(
        refused
            .cancel()
            .await
            .is_err_and(|error| error.is_no_such_command())
    );
}

#[tokio::test]
async fn a_cancelled_command_that_the_router_never_ends_gives_the_connection_up() {
    let (listening, is_listening) = tokio::sync::oneshot::channel();
    let impatient = Limits {
        command: std::time::Duration::from_millis(100),
        ..limits()
    };
    let connection = crate::script::logged_in(impatient, |mut peer| async move {
        let tag = peer.tag().await;
        peer.say(&["!re", "=name=budi", &tag]).await;
        listening.send(()).unwrap();
        let cancel = peer.tag().await;
        peer.say(&["!done", &cancel]).await;
        while peer.heard().await.is_some() {}
    })
    .await;
    let rows = connection.listen("/ppp/active", ["name"]).await.unwrap();
    is_listening.await.unwrap();
    let error = rows.cancel().await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
    assert!(!connection.is_usable(), "its place would never be free again");
}

#[tokio::test]
async fn a_menu_that_cannot_be_followed_says_so() {
    let router = router().await;
    let connection = open(&router).await;
    for menu in ["/no/such", "/system/resource"] {
        let mut rows = connection.listen(menu, [".id"]).await.unwrap();
        let error: Error = rows.next_row().await.unwrap().unwrap_err();
        assert!(error.is_no_such_command(), "{menu}: {error}");
    }
}
