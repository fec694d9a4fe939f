//! The simulator as a program: what it can be told, and that it says so.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

#[path = "../examples/router/arguments.rs"]
mod arguments;

use std::time::Duration;

use arguments::{Arguments, Mode};
use clap::{CommandFactory as _, Parser as _};
use simulators::router::Fault;

#[test]
fn help_is_no_failure_and_names_every_mode() {
    let asked = Arguments::try_parse_from(["router", "--help"]).unwrap_err();
    assert_eq!((asked.exit_code(), asked.use_stderr()), (0, false));
    let help = Arguments::command().render_long_help().to_string();
    for word in [
        "PORT",
        "CUSTOMERS",
        "VERSION",
        "tls",
        "lag=",
        "RTT",
        "fault=",
        "chaos=",
        "slow",
        "late",
        "deaf",
        "mute",
        "refuse-login",
        "busy",
        "hang-up",
        "close-mid-reply",
        "garbage",
        "refuse ",
        "6.43",
        "challenge",
        "password",
        "secrets",
    ] {
        assert!(help.contains(word), "{word} is missing in {help}");
    }
}

#[test]
fn every_fault_that_the_help_names_can_be_asked_for() {
    let help = Arguments::command().render_long_help().to_string();
    let kinds = help
        .lines()
        .skip_while(|line| !line.starts_with("Kinds of fault"))
        .skip(1)
        .take_while(|line| !line.is_empty());
    let mut asked = 0;
    for kind in kinds.filter_map(|line| line.split_whitespace().next()) {
        let word = format!("fault={kind}@7");
        let told = Arguments::try_parse_from(["router", "0", "20", "7.18", &word]).expect(kind);
        let [Mode::FaultAfter(7, fault)] = told.modes.as_slice() else {
            unreachable!("{kind}: {:?}", told.modes)
        };
        assert_ne!(*fault, Fault::Normal, "{kind}");
        asked += 1;
    }
    assert_eq!(asked, 10);
}

#[test]
fn words_are_taken_in_any_order_and_nonsense_is_refused() {
    let told =
        Arguments::try_parse_from(["router", "8728", "5", "6.42", "lag=20", "tls", "fault=deaf"]).unwrap();
    assert_eq!((told.port, told.customers, told.version), (8728, 5, (6, 42)));
    let [Mode::Lag(lag), Mode::Tls, Mode::Fault(fault)] = told.modes.as_slice() else {
        unreachable!("{:?}", told.modes)
    };
    assert_eq!((*lag, *fault), (Duration::from_millis(20), Fault::Deaf));
    let unlucky = Arguments::try_parse_from(["router", "0", "20", "7.18", "chaos=7"]).unwrap();
    assert!(matches!(unlucky.modes.as_slice(), [Mode::Chaos(chaos)] if chaos.seed == 7));
    let none = Arguments::try_parse_from(["router"]).unwrap();
    assert_eq!((none.port, none.customers, none.version), (0, 20, (7, 18)));
    for wrong in ["lag=x", "fault=nonsense", "chaos=", "quickly"] {
        assert!(
            Arguments::try_parse_from(["router", "0", "20", "7.18", wrong]).is_err(),
            "{wrong}"
        );
    }
    assert!(Arguments::try_parse_from(["router", "0", "20", "seven"]).is_err());
}
