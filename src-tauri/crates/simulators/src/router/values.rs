//! What a field accepts, and how the router writes it back.

use std::net::{IpAddr, Ipv4Addr};

use super::menu::{Field, Kind};
use super::rates;
use super::state::State;
use super::wire::Refusal;

impl State {
    /// The value as the router keeps it; `None` takes the field away.
    pub(crate) fn accept(&self, field: &Field, value: &str) -> Result<Option<String>, Refusal> {
        let name = field.name;
        let kept = |value: String| Ok(Some(value));
        let invalid = || Refusal::invalid(name);
        if value.is_empty() && field.default.is_none_or(str::is_empty) {
            return Ok(field.default.map(str::to_owned));
        }
        match field.kind {
            Kind::Text | Kind::Password | Kind::Hidden => kept(value.to_owned()),
            Kind::Flag => match value {
                "yes" | "true" => kept("true".to_owned()),
                "no" | "false" => kept("false".to_owned()),
                _ => Err(Refusal::no_match(name)),
            },
            Kind::Choice(choices) if choices.contains(&value) => kept(value.to_owned()),
            Kind::Choice(_) => Err(Refusal::no_match(name)),
            Kind::Name(menu) => match self.table(menu).and_then(|table| table.by_name(value)) {
                Some(_) => kept(value.to_owned()),
                None => Err(Refusal::no_match(name)),
            },
            Kind::Interface if self.has_interface(value) => kept(value.to_owned()),
            Kind::Interface => Err(Refusal::no_match(name)),
            Kind::Rates => rates::pair(value).map(Some).ok_or_else(invalid),
            Kind::Limit => rates::limit(value).map(Some).ok_or_else(invalid),
            Kind::Address => value
                .parse::<IpAddr>()
                .map(|address| Some(address.to_string()))
                .map_err(|_| invalid()),
            Kind::AddressOrPool => {
                let pool = || {
                    self.table("/ip/pool")
                        .and_then(|pools| pools.by_name(value))
                        .is_some()
                };
                if value.parse::<IpAddr>().is_ok() || pool() {
                    kept(value.to_owned())
                } else {
                    Err(invalid())
                }
            }
            Kind::Network => {
                let plausible =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/' | '-' | '_');
                if value.chars().all(plausible) {
                    kept(value.to_owned())
                } else {
                    Err(invalid())
                }
            }
            Kind::Targets => {
                // A single address comes back with its length.
                let written = |target: &str| match target.parse::<Ipv4Addr>() {
                    Ok(address) => format!("{address}/32"),
                    Err(_) => target.to_owned(),
                };
                let targets: Vec<String> = value.split(',').map(|target| written(target.trim())).collect();
                kept(targets.join(","))
            }
            Kind::Mac => {
                let octets = value.split([':', '-']).collect::<Vec<_>>();
                let octet = |octet: &&str| octet.len() == 2 && u8::from_str_radix(octet, 16).is_ok();
                if octets.len() == 6 && octets.iter().all(octet) {
                    kept(octets.join(":").to_uppercase())
                } else {
                    Err(invalid())
                }
            }
            // What only the router sets is no parameter of a command.
            Kind::ReadOnly => Err(Refusal::unknown_parameter(name)),
        }
    }

    pub(crate) fn has_interface(&self, name: &str) -> bool {
        let ports = ["/interface/bridge", "/interface/ethernet", "/interface/vlan"];
        ports
            .iter()
            .any(|menu| self.table(menu).and_then(|table| table.by_name(name)).is_some())
            || self.session_of_interface(name).is_some()
    }

    /// The PPP session behind an interface such as `<pppoe-budi>`.
    pub(crate) fn session_of_interface(&self, name: &str) -> Option<&super::sessions::LiveSession> {
        let (_, user) = name.strip_prefix('<')?.strip_suffix('>')?.split_once('-')?;
        self.sessions.get(user)
    }
}
