//! Routers that fail while they are read: there is no preview then, and never a part of one.

use office::Kind;
use simulators::router::{Fault, Secret};

use crate::engine::{Engine, on_both};
use crate::office_with_router::{accepted, customers, look, look_at, take_in, watching};

on_both!(
    a6_a10_a_router_that_hangs_up_in_the_middle_of_a_list_gives_no_list,
    a1_a_menu_that_the_router_refuses_to_show_is_an_error_and_not_an_empty_menu,
    a_menu_that_the_router_does_not_have_is_told_and_the_rest_is_shown,
    a_router_that_is_gone_when_the_lines_are_taken_in_changes_nothing,
);

async fn a6_a10_a_router_that_hangs_up_in_the_middle_of_a_list_gives_no_list(on: Engine) {
    let desk = watching(&on).await;
    desk.router
        .load_secrets((1..=500).map(|number| Secret::new(format!("user{number}"), "x")));
    // A preview asks for ten menus; a connection that has been idle is asked who it is before.
    for menu in 0..10 {
        look(&desk).await;
        desk.router.fault_after(menu, Fault::CloseMidReply);
        let Err(failed) = look_at(&desk, desk.router_id).await else {
            panic!("a list although the answer for menu {menu} broke off");
        };
        assert_eq!(failed.kind, Kind::Elsewhere, "menu {menu}: {failed}");
        desk.router.set_fault(Fault::Normal).await.unwrap();
    }
    assert_eq!(look(&desk).await.totals.lines, 500);
}

async fn a1_a_menu_that_the_router_refuses_to_show_is_an_error_and_not_an_empty_menu(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_secrets([Secret::new("budi", "x")]);
    for menu in [
        "/ppp/secret",
        "/ip/arp",
        "/ip/hotspot/user",
        "/queue/simple",
        "/ip/firewall/address-list",
    ] {
        desk.router
            .refuse(format!("{menu}/print"), "not enough permissions (9)", 1);
        let refused = look_at(&desk, desk.router_id).await.unwrap_err();
        assert_eq!(refused.code, "router_permission_missing", "{menu}");
    }
    assert_eq!(look(&desk).await.totals.lines, 1);
}

async fn a_menu_that_the_router_does_not_have_is_told_and_the_rest_is_shown(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_secrets([Secret::new("budi", "x")]);
    desk.router
        .refuse("/ip/hotspot/user/print", "no such command prefix", 1);
    let lines = look(&desk).await;
    assert_eq!(lines.absent_menus, ["/ip/hotspot/user"]);
    assert_eq!(lines.totals.lines, 1);
}

async fn a_router_that_is_gone_when_the_lines_are_taken_in_changes_nothing(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_secrets([Secret::new("budi", "x")]);
    let lines = look(&desk).await;
    desk.router.set_fault(Fault::Refuse).await.unwrap();
    let failed = take_in(&desk, accepted(&desk, &lines)).await.unwrap_err();
    assert_eq!(failed.kind, Kind::Elsewhere, "{failed}");
    assert_eq!(customers(&desk).await, 0);
    let packages = desk
        .office
        .perform(&office::Actor::console(), office::catalogue::ListPackages)
        .await
        .unwrap();
    assert_eq!(packages.len(), 1);
}
