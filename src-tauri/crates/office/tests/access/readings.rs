//! What routers are asked when somebody looks: how they feel, what flows through a line, what leaks.

use billing::ConnectionType;
use office::access::{BilledLine, ReadLeaks};
use office::customers::{AddCustomer, CustomerFields};
use office::network::{ReadLineTraffic, ReadRouterHealth};
use secrecy::SecretString;
use simulators::router::{Fault, Secret};

use crate::desk::{Desk, OVERDUE, PRICE, at};
use crate::engine::Engine;

const ALL: ReadLeaks = ReadLeaks { router_id: None };

#[tokio::test]
async fn a_router_tells_how_it_feels_and_counts_its_own_sessions() {
    let desk = Desk::open(&Engine::Sqlite).await;
    desk.pppoe(&["budi", "siti", "agus"]).await;
    let router_id = desk.router_id;
    let health = desk.ask(ReadRouterHealth { router_id }).await.expect("an answer");
    assert_eq!(health.sessions, 3, "{health:?}");
    assert!(
        health.cpu_load.is_some_and(|load| (0..=100).contains(&load)),
        "{health:?}"
    );
    assert!(health.free_memory < health.total_memory, "{health:?}");
}

#[tokio::test]
async fn a_deaf_router_is_an_error_and_no_row_of_zeros() {
    let desk = Desk::open(&Engine::Sqlite).await;
    desk.router.set_fault(Fault::Refuse).await.expect("it is set");
    let router_id = desk.router_id;
    let refused = desk
        .ask(ReadRouterHealth { router_id })
        .await
        .expect_err("no answer");
    assert_eq!(refused.code, "router_unreachable");
}

#[tokio::test]
async fn the_traffic_of_a_line_that_is_offline_is_nothing_and_said_to_be_offline() {
    let desk = Desk::open(&Engine::Sqlite).await;
    let ids = desk.pppoe(&["budi"]).await;
    let customer_id = ids[0];
    let online = desk
        .ask(ReadLineTraffic { customer_id })
        .await
        .expect("an answer");
    assert!(online.online);
    assert!(
        online.download <= 10_000_000 && online.upload <= 5_120_000,
        "within the package: {online:?}"
    );

    desk.router
        .set_redial_after(std::time::Duration::from_secs(3_600));
    desk.router.hang_up("budi");
    let offline = desk
        .ask(ReadLineTraffic { customer_id })
        .await
        .expect("an answer");
    assert_eq!((offline.online, offline.download, offline.upload), (false, 0, 0));
}

#[tokio::test]
async fn a_name_that_can_go_online_unbilled_is_told_with_its_worth() {
    let desk = Desk::open(&Engine::Sqlite).await;
    desk.pppoe(&["budi"]).await;
    let off = Secret {
        disabled: true,
        ..Secret::new("dimatikan", "x")
    };
    desk.router.load_secrets([
        Secret::new("liar", "x")
            .with_profile("pkg-hemat-10")
            .with_comment("tetangga"),
        Secret::new("entah", "x").with_profile("default"),
        Secret::new("tertutup", "x").with_profile("isolated"),
        off,
    ]);
    assert!(desk.router.dial("liar"));
    let leaks = desk.ask(ALL).await.expect("an answer");
    let [leaks] = leaks.as_slice() else {
        panic!("one router: {leaks:?}")
    };
    let names: Vec<&str> = leaks.unbilled.iter().map(|secret| secret.name.as_str()).collect();
    assert_eq!(
        names,
        ["liar", "entah"],
        "neither the customer nor what is closed or switched off"
    );
    assert_eq!(leaks.worth, PRICE, "the profile of a package is worth its price");
    assert_eq!(leaks.of_unknown_worth, 1, "the profile `default` is no package's");
    assert!(leaks.unbilled[0].online);
}

#[tokio::test]
async fn a_line_that_is_billed_and_never_went_online_is_told() {
    let desk = Desk::open(&Engine::Sqlite).await;
    let budi = desk.pppoe(&["budi"]).await;
    desk.router
        .set_redial_after(std::time::Duration::from_secs(3_600));
    desk.router.hang_up("budi");
    let never_dialled = AddCustomer(CustomerFields {
        name: Some("Siti".to_owned()),
        package_id: Some(desk.package_id),
        router_id: Some(Some(desk.router_id)),
        connection_type: Some(ConnectionType::Pppoe),
        pppoe_username: Some(Some("siti".to_owned())),
        pppoe_password: Some(Some(SecretString::from("rahasia"))),
        ..CustomerFields::default()
    });
    let siti = desk.ask(never_dialled).await.expect("a customer").id;
    desk.run_due().await;
    desk.clock.set(at(OVERDUE));
    let leaks = desk.ask(ALL).await.expect("an answer");
    let ids = |lines: &[BilledLine]| -> Vec<i64> { lines.iter().map(|line| line.customer_id).collect() };
    assert_eq!(
        (ids(&leaks[0].never_online), ids(&leaks[0].missing)),
        (vec![siti], vec![]),
        "budi was online once, siti has a secret and never dialled"
    );

    // Whether a line was online whose secret is gone the router cannot say.
    desk.router.remove_secret("budi");
    let leaks = desk.ask(ALL).await.expect("an answer");
    assert_eq!(
        (ids(&leaks[0].never_online), ids(&leaks[0].missing)),
        (vec![siti], budi)
    );
}

#[tokio::test]
async fn a_router_that_cannot_be_read_has_its_reason_and_no_empty_list() {
    let desk = Desk::open(&Engine::Sqlite).await;
    desk.router.set_fault(Fault::Refuse).await.expect("it is set");
    let leaks = desk.ask(ALL).await.expect("an answer");
    assert_eq!(leaks[0].read_at, None);
    assert!(leaks[0].error.is_some(), "unknown is not empty");
}
