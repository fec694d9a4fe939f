//! Lines that an office closed by hand through its firewall: their addresses stand on a list that is called like the profile
//! of closed lines.

use billing::{CustomerStatus, OverrideVerdict};
use office::onboarding::ClosedBy;
use simulators::router::Secret;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::office_with_router::{accepted, customer, line, look, take_in, watching, writes};

on_both!(
    an_address_on_a_list_of_closed_lines_is_closed_like_a_profile_of_such,
    other_lists_networks_and_entries_that_are_off_close_nobody,
    a_line_that_was_closed_by_a_list_is_taken_in_as_closed,
);

fn lease(desk: &Desk, host: u8, comment: &str, lists: &str) {
    desk.router.insert(
        "/ip/dhcp-server/lease",
        &[
            ("address", &format!("10.9.0.{host}")),
            ("mac-address", &format!("02:00:00:00:00:{host:02X}")),
            ("server", "dhcp1"),
            ("comment", comment),
            ("address-lists", lists),
        ],
    );
}

fn fixed(desk: &Desk, host: u8, comment: &str) {
    desk.router.insert(
        "/ip/arp",
        &[
            ("address", &format!("10.5.0.{host}")),
            ("mac-address", &format!("02:00:00:00:01:{host:02X}")),
            ("interface", "bridge1"),
            ("comment", comment),
        ],
    );
}

fn list(desk: &Desk, list: &str, address: &str, disabled: &str) {
    desk.router.insert(
        "/ip/firewall/address-list",
        &[("list", list), ("address", address), ("disabled", disabled)],
    );
}

async fn an_address_on_a_list_of_closed_lines_is_closed_like_a_profile_of_such(on: Engine) {
    let desk = watching(&on).await;
    fixed(&desk, 2, "Rina");
    fixed(&desk, 3, "Dewi");
    fixed(&desk, 4, "Agus");
    lease(&desk, 2, "Joko", "");
    lease(&desk, 3, "Wati", "kantor,isolir");
    lease(&desk, 4, "Tono", "kantor");
    let mut budi = Secret::new("budi", "x").with_comment("Budi");
    budi.remote_address = Some("10.7.0.2".into());
    desk.router.load_secrets([budi]);
    list(&desk, "isolir", "10.5.0.2", "false");
    list(&desk, "BLOKIR", "10.5.0.3", "false");
    list(&desk, "isolated", "10.9.0.2", "false");
    list(&desk, "isolir", "10.7.0.2", "false");
    let lines = look(&desk).await;
    let closed = |key: &str| line(&lines, key).closed.as_ref().map(|closed| closed.by);
    for key in [
        "arp:10.5.0.2@bridge1",
        "arp:10.5.0.3@bridge1",
        "lease:02:00:00:00:00:02@dhcp1",
        "lease:02:00:00:00:00:03@dhcp1",
        "pppoe:budi",
    ] {
        assert_eq!(closed(key), Some(ClosedBy::AddressList), "{key}");
    }
    for key in ["arp:10.5.0.4@bridge1", "lease:02:00:00:00:00:04@dhcp1"] {
        assert_eq!(closed(key), None, "{key}");
    }
    assert_eq!(lines.totals.closed, 5);
    let sentence = &line(&lines, "arp:10.5.0.3@bridge1")
        .closed
        .as_ref()
        .unwrap()
        .sentence;
    assert!(
        sentence.contains("daftar alamat BLOKIR") && sentence.contains("dikeluarkan dari daftar itu"),
        "an opening takes it off the list of the office: {sentence}"
    );
}

async fn other_lists_networks_and_entries_that_are_off_close_nobody(on: Engine) {
    let desk = watching(&on).await;
    fixed(&desk, 2, "Rina");
    fixed(&desk, 3, "Dewi");
    list(&desk, "isolir", "10.5.0.2", "true");
    list(&desk, "prioritas", "10.5.0.2", "false");
    list(&desk, "block", "10.0.0.0/8", "false");
    let lines = look(&desk).await;
    assert_eq!((lines.totals.lines, lines.totals.closed), (2, 0));
}

async fn a_line_that_was_closed_by_a_list_is_taken_in_as_closed(on: Engine) {
    let desk = watching(&on).await;
    fixed(&desk, 2, "Rina");
    fixed(&desk, 3, "Dewi");
    list(&desk, "isolir", "10.5.0.2", "false");
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!((done.created, done.closed), (2, 1));
    let of = |key: &str| {
        done.lines
            .iter()
            .find(|line| line.key == key)
            .unwrap()
            .customer_id
    };
    let rina = of("arp:10.5.0.2@bridge1").unwrap();
    let dewi = of("arp:10.5.0.3@bridge1").unwrap();
    let status = async |id| customer(&desk, id).await.unwrap().standing.status;
    assert_eq!(status(rina).await, CustomerStatus::Isolated);
    assert_eq!(status(dewi).await, CustomerStatus::Active);
    let mut tx = desk.office.store().read().await.unwrap();
    let today = jiff::civil::date(2026, 1, 1);
    let word = store::overrides::in_force(&mut tx, rina, today)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(word.verdict, OverrideVerdict::Closed);
    assert!(word.reason.contains("daftar isolir"), "{}", word.reason);
    assert_eq!(writes(&desk.router), 0);
}
