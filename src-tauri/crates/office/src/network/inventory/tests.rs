use jiff::civil::date;
use secrecy::ExposeSecret as _;

use super::rows::{moment, password};
use super::*;

fn row(fields: &[(&str, &str)]) -> Row {
    fields.iter().copied().collect()
}

#[test]
fn both_spellings_of_the_last_logout_are_one_moment_and_1970_is_never() {
    let expected = Some(date(2026, 1, 31).at(8, 0, 5, 0));
    assert_eq!(moment("2026-01-31 08:00:05"), expected);
    assert_eq!(moment("jan/31/2026 08:00:05"), expected);
    for never in ["1970-01-01 00:00:00", "jan/01/1970 00:00:00", "", "never"] {
        assert_eq!(moment(never), None, "{never:?}");
    }
}

#[test]
fn a_password_that_the_router_hides_is_none() {
    assert!(password(&row(&[("password", "*****")])).is_none());
    assert!(
        password(&row(&[("password", "")])).is_none(),
        "an empty one seals nothing"
    );
    assert!(password(&row(&[])).is_none());
    let shown = password(&row(&[("password", "rahasia")])).unwrap();
    assert_eq!(shown.expose_secret(), "rahasia");
    let secret = read_secret(&row(&[("name", "budi"), ("password", "rahasia")])).unwrap();
    assert!(!format!("{secret:?}").contains("rahasia"));
}

#[test]
fn entries_that_a_router_learned_are_counted_and_never_taken_for_lines() {
    let mut read = Inventory::default();
    for fields in [
        &[("address", "10.0.0.2"), ("interface", "bridge1")][..],
        &[("address", "10.0.0.3"), ("dynamic", "true"), ("DHCP", "true")],
        &[("address", "10.0.0.4"), ("dhcp", "true")],
        &[("address", "10.0.0.5"), ("dynamic", "true")],
    ] {
        read.note_arp(&row(fields)).unwrap();
    }
    assert_eq!(read.arp.len(), 1);
    assert_eq!((read.arp_learned, read.arp_by_dhcp), (3, 2));
}

#[test]
fn only_a_queue_of_one_address_with_a_limit_tells_a_speed() {
    let mut read = Inventory::default();
    for (target, limit) in [
        ("10.0.0.2/32", "5M/10M"),
        ("10.0.0.0/24", "50M/50M"),
        ("10.0.0.3/32,10.0.0.4/32", "5M/10M"),
        ("10.0.0.5", "0/0"),
        ("<pppoe-budi>", "5M/10M"),
    ] {
        read.note_queue(&row(&[("target", target), ("max-limit", limit)]))
            .unwrap();
    }
    assert_eq!(read.queues.len(), 1);
    assert_eq!(read.queues["10.0.0.2"].limit, RateLimit::from_kbit(5_000, 10_000));
}

#[test]
fn single_addresses_on_lists_are_kept_and_networks_and_what_is_off_are_not() {
    let mut read = Inventory::default();
    for (list, address, disabled) in [
        ("isolir", "10.0.0.2", "false"),
        ("lain", "10.0.0.2/32", "false"),
        ("isolir", "10.0.0.3", "true"),
        ("isolir", "10.0.0.0/24", "false"),
        ("isolir", "10.0.0.4-10.0.0.9", "false"),
        ("isolir", "contoh.example", "false"),
    ] {
        read.note_listed(&row(&[
            ("list", list),
            ("address", address),
            ("disabled", disabled),
        ]))
        .unwrap();
    }
    assert_eq!(read.listed.len(), 1);
    assert_eq!(read.listed[&Ipv4Addr::new(10, 0, 0, 2)], ["isolir", "lain"]);
}

#[test]
fn a_list_is_kept_out_by_a_rule_that_drops_all_of_it_or_leads_its_pages_elsewhere() {
    for (fields, list) in [
        (
            &[("action", "drop"), ("src-address-list", "telat")][..],
            Some("telat"),
        ),
        (
            &[
                ("action", "dst-nat"),
                ("src-address-list", "telat"),
                ("dst-port", "80"),
            ],
            Some("telat"),
        ),
        (
            &[
                ("action", "drop"),
                ("src-address-list", "plg"),
                ("dst-port", "25"),
            ],
            None,
        ),
        (
            &[
                ("action", "redirect"),
                ("src-address-list", "plg"),
                ("dst-port", "53"),
            ],
            None,
        ),
        (&[("action", "drop"), ("src-address-list", "!plg")], None),
        (&[("action", "accept"), ("src-address-list", "plg")], None),
        (
            &[
                ("action", "drop"),
                ("src-address-list", "plg"),
                ("disabled", "true"),
            ],
            None,
        ),
    ] {
        assert_eq!(
            super::kept_out(&row(fields)).unwrap().as_deref(),
            list,
            "{fields:?}"
        );
    }
}

#[test]
fn the_lists_of_a_lease_are_read_apart() {
    let lists = |text: &str| {
        read_lease(&row(&[("address-lists", text)]))
            .unwrap()
            .address_lists
    };
    assert_eq!(lists("isolir, kantor"), ["isolir", "kantor"]);
    assert!(lists("").is_empty());
}
