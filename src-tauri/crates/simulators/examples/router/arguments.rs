//! What the program is told, and what it says about itself to whoever asks for help.

use std::time::Duration;

use clap::Parser;
use simulators::router::{Chaos, Fault};

/// What stands below the arguments in the help.
const MODES: &str = "\
Words, in any order:
  tls            the API over TLS, with a certificate made at the start; plain without it
  lag=MS         the round trip in milliseconds (RTT), on top of everything else
  fault=KIND     misbehaves from the first command on
  fault=KIND@N   the same after N commands that work
  chaos=SEED     small misfortunes all day, chosen by the seed: hang-ups, cut answers, refusals, silence, delays,
                 connections that are turned away

Kinds of fault:
  slow             each command takes a second, one after the other
  late             each answer comes a second later; others overtake it
  deaf             takes commands, carries nothing out and never answers
  mute             carries commands out and never answers
  refuse-login     refuses every login
  busy             refuses every command, as a router that is too busy
  hang-up          drops the connection on a command and carries nothing out
  close-mid-reply  carries a command out, truncates its answer and drops the connection
  garbage          answers with bytes that are no sentence
  refuse           the API service is off: connections are cut, new ones refused

Logins:
  VERSION 6.43 and later: the name and the password in one sentence; before it: challenge and response (MD5).
  user `api`, password `rahasia`: may read and write; user `viewer`, the same password: may only look.

Examples:
  router 8728 1000                     a thousand customers, plain
  router 8729 1000 7.18 tls            the same over TLS
  router 8728 1000 6.42 lag=300        the login of old versions, over a slow link
  router 8728 1000 7.18 fault=deaf@50  goes deaf after fifty commands";

/// A MikroTik router of an invented office, for tests, training and clients in other languages.
///
/// Prints `ready PORT` once it listens on 127.0.0.1, and runs until its standard input ends. Besides its customers it has
/// a firewall as from the factory, the DHCP lease 10.5.0.7 of a device that is on, and the hotspot user `tamu`, who is
/// logged in.
#[derive(Debug, Parser)]
#[command(name = "router", after_help = MODES)]
pub(crate) struct Arguments {
    /// The TCP port; 0 takes a free one
    #[arg(default_value_t = 0)]
    pub port: u16,
    /// How many PPPoE secrets it has; 50,000 are loaded in a moment
    #[arg(default_value_t = 20)]
    pub customers: usize,
    /// The RouterOS version that it claims and behaves as, MAJOR.MINOR
    #[arg(default_value = "7.18", value_parser = version)]
    pub version: (u16, u16),
    /// How it behaves; see below
    #[arg(value_name = "WORD", value_parser = mode)]
    pub modes: Vec<Mode>,
}

/// What one further word says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    Tls,
    Lag(Duration),
    Fault(Fault),
    FaultAfter(u64, Fault),
    Chaos(Chaos),
}

fn version(text: &str) -> Result<(u16, u16), String> {
    let read = |part: &str| part.parse::<u16>().ok();
    text.split_once('.')
        .and_then(|(major, minor)| Some((read(major)?, read(minor)?)))
        .ok_or_else(|| "a version is two numbers, such as 7.18".to_owned())
}

fn mode(word: &str) -> Result<Mode, String> {
    let number = |text: &str| -> Result<u64, String> {
        text.parse()
            .map_err(|_| format!("`{text}` in `{word}` is no number"))
    };
    match word.split_once('=') {
        None if word == "tls" => Ok(Mode::Tls),
        Some(("lag", milliseconds)) => Ok(Mode::Lag(Duration::from_millis(number(milliseconds)?))),
        Some(("fault", kind)) => match kind.split_once('@') {
            Some((kind, commands)) => Ok(Mode::FaultAfter(number(commands)?, fault(kind)?)),
            None => Ok(Mode::Fault(fault(kind)?)),
        },
        Some(("chaos", seed)) => Ok(Mode::Chaos(Chaos {
            hang_up: 2,
            truncate: 2,
            refuse: 5,
            deaf: 1,
            late: 50,
            lag: Duration::from_millis(200),
            turn_away: 20,
            ..Chaos::seeded(number(seed)?)
        })),
        _ => Err(format!("`{word}` is none of tls, lag=, fault= and chaos=")),
    }
}

fn fault(kind: &str) -> Result<Fault, String> {
    let second = Duration::from_secs(1);
    Ok(match kind {
        "slow" => Fault::Slow(second),
        "late" => Fault::Late(second),
        "deaf" => Fault::Deaf,
        "mute" => Fault::Mute,
        "refuse-login" => Fault::RefuseLogin,
        "busy" => Fault::Busy,
        "hang-up" => Fault::HangUp,
        "close-mid-reply" => Fault::CloseMidReply,
        "garbage" => Fault::Garbage,
        "refuse" => Fault::Refuse,
        other => return Err(format!("`{other}` is no fault")),
    })
}
