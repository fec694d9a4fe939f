//! Whose a line is on a router: the record's name or address decides, unless the mark there names another customer whom the
//! office serves.

use billing::{CustomerStatus, Observed, StaticIsolation};
use office::access::{Difference, ReadRouterPlan};
use office::customers::ReadCustomer;
use store::jobs::State;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};

/// Writes a comment on a secret, as an older program or somebody in Winbox did.
fn mark(desk: &Desk, secret: &str, comment: &str) {
    let changed = desk
        .router
        .change("/ppp/secret", ("name", secret), &[("comment", comment)]);
    assert_eq!(changed, 1);
}

async fn of_customer(desk: &Desk, id: i64) -> (String, String) {
    let customer = desk.ask(ReadCustomer { id }).await.unwrap();
    (customer.customer_no, customer.name)
}

async fn a_secret_that_is_marked_as_another_customers_is_neither_closed_nor_opened(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let (number, name) = of_customer(&desk, ids[1]).await;
    mark(&desk, "plg0001", &format!("ID: {number} - {name}"));
    desk.router.clear_command_log();
    let summary = desk.check_overdue(false).await;
    assert_eq!((summary.isolated, summary.failed), (1, 1), "{summary:?}");
    assert_eq!(summary.errors[0].code, "line_of_another");
    let said = &summary.errors[0].message;
    assert!(said.contains(&number) && said.contains("plg0001"), "{said}");
    assert_eq!(desk.profile("plg0001"), "pkg-hemat-10", "nothing was sent to it");
    assert_eq!(desk.job(ids[0]).await.state, State::Dead, "no try can help");
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.status(ids[1]).await, CustomerStatus::Isolated);

    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let compared = desk.ask(plan).await.unwrap();
    let line = compared
        .lines
        .iter()
        .find(|line| line.customer_id == ids[0])
        .unwrap();
    assert_eq!(
        (line.difference, line.observed),
        (Difference::Uncontrolled, Observed::Unknown)
    );
    assert!(line.reason.contains(&number), "{}", line.reason);
    assert_eq!(compared.totals.uncontrolled, 1);
}

async fn a_bare_number_or_a_wrong_name_is_still_another_customers(on: Engine) {
    for name in ["", " - Palsu"] {
        let (desk, ids) = overdue(&on, 2).await;
        let (number, _) = of_customer(&desk, ids[1]).await;
        mark(&desk, "plg0001", &format!("ID: {number}{name}"));
        let summary = desk.check_overdue(false).await;
        assert_eq!((summary.isolated, summary.failed), (1, 1), "{name}: {summary:?}");
        assert_eq!(desk.profile("plg0001"), "pkg-hemat-10");
    }
}

async fn marks_of_other_numbers_than_the_offices_keep_nobody_from_being_opened(on: Engine) {
    let (desk, ids) = overdue(&on, 2).await;
    let (number, _) = of_customer(&desk, ids[1]).await;
    let (_, name) = of_customer(&desk, ids[0]).await;
    // An older program had numbered them otherwise: the number is another's here, the name is not.
    mark(&desk, "plg0001", &format!("ID: {number} - {name}"));
    mark(&desk, "plg0002", "ID: PLG-09999 - Seseorang");
    assert_eq!(desk.check_overdue(false).await.isolated, 2);
    for &id in &ids {
        desk.pay(id, PRICE).await;
    }
    desk.run_due().await;
    for &id in &ids {
        assert_eq!(desk.status(id).await, CustomerStatus::Active);
        assert_eq!(desk.observed(id).await, Observed::Open);
    }
}

async fn an_address_a_lease_and_a_user_that_are_marked_as_anothers_are_left_alone(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.isolates_by(StaticIsolation::ArpDisable).await;
    let other = desk.pppoe(&["budi"]).await[0];
    let (number, name) = of_customer(&desk, other).await;
    let comment = format!("ID: {number} - {name}");
    let mac = "02:00:00:00:00:21";
    let ids = [
        desk.fixed("warnet", "192.168.10.7").await,
        desk.leased("kantor", mac).await,
        desk.hotspot("kafe").await,
    ];
    desk.router.insert(
        "/interface/bridge",
        &[("name", "bridge-uji"), ("arp", "reply-only")],
    );
    let arp = [
        ("address", "192.168.10.7"),
        ("mac-address", "02:00:00:00:00:07"),
        ("interface", "bridge-uji"),
        ("comment", comment.as_str()),
    ];
    desk.router.insert("/ip/arp", &arp);
    let lease = [
        ("address", "10.5.0.21"),
        ("mac-address", mac),
        ("comment", comment.as_str()),
    ];
    desk.router.insert("/ip/dhcp-server/lease", &lease);
    let user = [("name", "kafe"), ("comment", comment.as_str())];
    desk.router.insert("/ip/hotspot/user", &user);
    crate::entry::load_rule(&desk);
    desk.bill_and_wait().await;
    let summary = desk.check_overdue(false).await;
    let codes: Vec<&str> = summary.errors.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(codes, ["line_of_another"; 3], "{summary:?}");
    for id in ids {
        assert_eq!(desk.status(id).await, CustomerStatus::Active);
    }
    assert!(desk.router.arp_passes("192.168.10.7"));
}

on_both! {
    a_bare_number_or_a_wrong_name_is_still_another_customers,
    a_secret_that_is_marked_as_another_customers_is_neither_closed_nor_opened,
    marks_of_other_numbers_than_the_offices_keep_nobody_from_being_opened,
    an_address_a_lease_and_a_user_that_are_marked_as_anothers_are_left_alone,
}
