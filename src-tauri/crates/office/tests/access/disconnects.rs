//! A line's session that is ended once: what the router says afterwards, what is logged, and where nothing is sent.

use billing::{RouterMode, StaticIsolation};
use office::network::{DisconnectLine, Disconnected};
use simulators::router::{HotspotUser, RouterSpec};

use crate::desk::Desk;
use crate::engine::{Engine, on_both};

async fn disconnect(desk: &Desk, customer_id: i64) -> office::Result<Disconnected> {
    desk.ask(DisconnectLine { customer_id }).await
}

async fn a_session_is_dropped_once_and_its_device_dials_again(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    let done = disconnect(&desk, ids[0]).await.unwrap();
    assert_eq!(done.dropped, 1);
    assert_eq!((desk.router.drops("budi"), desk.router.drops("siti")), (1, 0));
    desk.online_with("budi", "pkg-hemat-10").await;
    let log = &desk.acts("line_disconnected").await;
    assert_eq!((log.len(), log[0].subject_id), (1, Some(ids[0])));
    assert_eq!(desk.writes(), 1, "the secret is left alone");
}

async fn a_line_that_is_offline_is_said_to_be_so(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi"]).await;
    desk.router.hang_up("budi");
    let done = disconnect(&desk, ids[0]).await.unwrap();
    assert_eq!((done.dropped, desk.writes()), (0, 0));
    assert!(done.message.id.contains("tidak tersambung"), "{:?}", done.message);
}

async fn a_hotspot_login_is_ended_and_a_fixed_address_has_none(on: Engine) {
    let desk = Desk::open(&on).await;
    let tamu = desk.hotspot("tamu").await;
    desk.router.load_hotspot_users([HotspotUser::new("tamu", "x")]);
    assert!(desk.router.log_in_at_hotspot("tamu"));
    assert_eq!(disconnect(&desk, tamu).await.unwrap().dropped, 1);
    let fixed = desk.fixed("kantor", "10.9.0.9").await;
    let refused = disconnect(&desk, fixed).await.unwrap_err();
    assert_eq!(refused.code, "line_without_session");
}

async fn nothing_is_sent_to_a_router_that_is_only_observed(on: Engine) {
    let desk = Desk::with(
        &on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let ids = desk.pppoe(&["budi"]).await;
    let refused = disconnect(&desk, ids[0]).await.unwrap_err();
    assert_eq!(refused.code, "router_observed");
    assert_eq!(desk.router.drops("budi"), 0);
}

on_both! {
    a_session_is_dropped_once_and_its_device_dials_again,
    a_line_that_is_offline_is_said_to_be_so,
    a_hotspot_login_is_ended_and_a_fixed_address_has_none,
    nothing_is_sent_to_a_router_that_is_only_observed,
}
