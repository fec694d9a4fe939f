//! An office of a thousand lines: how long the preview and the taking in last is printed, and how often the router was
//! asked is counted.

use std::time::Instant;

use simulators::router::{Profile, Secret};

use crate::engine::{Engine, on_both};
use crate::office_with_router::{accepted, customers, look, take_in, watching, writes};

on_both!(a11_a_thousand_lines_are_one_read_for_each_menu);

const LINES: usize = 1_000;

async fn a11_a_thousand_lines_are_one_read_for_each_menu(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("10M", "5M/10M"),
        Profile::new("20M", "10M/20M"),
        Profile::new("50M", "25M/50M"),
    ]);
    let profiles = ["10M", "20M", "50M"];
    desk.router.load_secrets((0..LINES).map(|number| {
        Secret::new(format!("warga{number:04}-rt{:02}", number % 12), "sandi")
            .with_profile(profiles[number % 3])
            .with_comment(format!(
                "Warga Nomor {number} / 0812{number:08} / Blok {}",
                number % 40
            ))
    }));
    for number in 0..LINES {
        desk.router
            .dial(&format!("warga{number:04}-rt{:02}", number % 12));
    }
    desk.router.clear_command_log();
    let start = Instant::now();
    let lines = look(&desk).await;
    let previewed = start.elapsed();
    assert_eq!(
        (lines.totals.lines, lines.totals.created, lines.totals.online),
        (LINES, LINES, LINES)
    );
    assert!(lines.lines.iter().all(|line| line.guess.phone.is_some()));
    let request = accepted(&desk, &lines);
    let start = Instant::now();
    let done = take_in(&desk, request).await.unwrap();
    let taken = start.elapsed();
    assert_eq!((done.created, done.packages, done.mappings), (LINES, 3, 3));
    assert_eq!(customers(&desk).await, 1_000);
    let log = desk.router.command_log();
    for menu in ["/ppp/secret/print", "/ppp/active/print", "/ip/arp/print"] {
        assert_eq!(
            log.count(menu),
            2,
            "{menu}: once for the preview and once for taking in"
        );
    }
    assert_eq!(writes(&desk.router), 0);
    let engine = match on {
        Engine::Sqlite => "SQLite",
        Engine::Postgres(_) => "PostgreSQL",
    };
    eprintln!(
        "{LINES} lines on {engine}: preview {} ms, taken in {} ms",
        previewed.as_millis(),
        taken.as_millis()
    );
}
