//! The part of a row that describes the line on the network: which router, which kind, which name and address there.

use std::net::Ipv4Addr;

use billing::ConnectionType;
use secrecy::SecretString;

use super::cells::RowReading;
use super::headings::Field;
use super::known::Found;
use super::problem::Fault;
use super::register::Register;
use super::uniqueness::Claim;
use super::values::{numbering, words};

/// The most characters of a PPPoE name; RouterOS takes more, people do not.
const LONGEST_USERNAME: usize = 120;
/// The most characters of a serial number.
const LONGEST_SERIAL: usize = 64;

/// A line on the network.
pub(super) struct Line {
    pub(super) router_id: Option<i64>,
    pub(super) connection_type: ConnectionType,
    pub(super) pppoe_username: Option<String>,
    pub(super) pppoe_password: Option<SecretString>,
    pub(super) static_ip: Option<Ipv4Addr>,
    pub(super) mac_address: Option<String>,
    pub(super) ont_serial: Option<String>,
}

/// Reads the line. One of a customer who has left (`is_gone`) needs no router, name or address, and holds none that
/// others may want. Nothing only if something was blamed.
pub(super) fn line(row: &mut RowReading<'_, '_>, register: &mut Register<'_>, is_gone: bool) -> Option<Line> {
    let router = router(row, register, is_gone);
    let router_id = router.flatten();
    // Whether something was written matters for the kind, also when it is wrong.
    let has_username = row.text(Field::PppoeUsername).is_some();
    let has_ip = row.text(Field::StaticIp).is_some();
    let pppoe_username = row
        .exact(Field::PppoeUsername, LONGEST_USERNAME)
        .map(str::to_owned);
    let static_ip = static_ip(row);
    let mac_address = mac_address(row);
    let ont_serial = row.exact(Field::OntSerial, LONGEST_SERIAL).map(serial);
    let connection_type = connection_type(row, has_username, has_ip, is_gone);
    if !is_gone {
        match connection_type {
            Some(ConnectionType::Pppoe) if !has_username => {
                row.blame(Field::PppoeUsername, &Fault::PppoeUsernameMissing);
            }
            Some(ConnectionType::Static) if !has_ip => row.blame(Field::StaticIp, &Fault::StaticIpMissing),
            _ => {}
        }
        if let Some(name) = &pppoe_username {
            claim_name(row, register, router_id, name);
        }
        if let Some(address) = static_ip {
            claim_address(row, register, router_id, address);
        }
        if let Some(mac) = &mac_address
            && connection_type == Some(ConnectionType::Dhcp)
        {
            claim_device(row, register, router_id, mac);
        }
        if let Some(serial) = &ont_serial {
            claim_serial(row, register, serial);
        }
    }
    Some(Line {
        router_id: router?,
        connection_type: connection_type?,
        pppoe_username,
        pppoe_password: row.secret().map(SecretString::from),
        static_ip,
        mac_address,
        ont_serial,
    })
}

/// The router that the row names, or the only one of the office. The inner nothing is an office without routers, or a
/// former customer.
fn router(row: &mut RowReading<'_, '_>, register: &Register<'_>, is_gone: bool) -> Option<Option<i64>> {
    if let Some(text) = row.text(Field::Router) {
        return match register.routers.find(text) {
            Found::One(id) => Some(Some(id)),
            Found::Several | Found::None => {
                row.blame(
                    Field::Router,
                    &Fault::RouterUnknown {
                        text,
                        known: &register.router_list,
                    },
                );
                None
            }
        };
    }
    match register.unnamed_router {
        Found::One(id) => Some(Some(id)),
        Found::None => Some(None),
        Found::Several if is_gone => Some(None),
        Found::Several => {
            row.blame(
                Field::Router,
                &Fault::RouterUnclear {
                    known: &register.router_list,
                },
            );
            None
        }
    }
}

/// The kind that the row names; else PPPoE if it has a user name, static if it has an address.
fn connection_type(
    row: &mut RowReading<'_, '_>,
    has_username: bool,
    has_ip: bool,
    is_gone: bool,
) -> Option<ConnectionType> {
    if let Some(text) = row.text(Field::ConnectionType) {
        let named = words::connection_type(text);
        if named.is_none() {
            row.blame(Field::ConnectionType, &Fault::ConnectionTypeUnknown { text });
        }
        return named;
    }
    match (has_username, has_ip) {
        (true, _) => Some(ConnectionType::Pppoe),
        (false, true) => Some(ConnectionType::Static),
        (false, false) if is_gone => Some(ConnectionType::Pppoe),
        (false, false) => {
            row.blame(Field::ConnectionType, &Fault::ConnectionTypeUnclear);
            None
        }
    }
}

fn static_ip(row: &mut RowReading<'_, '_>) -> Option<Ipv4Addr> {
    let text = row.text(Field::StaticIp)?;
    let address = numbering::host(text);
    if address.is_none() {
        row.blame(Field::StaticIp, &Fault::StaticIpInvalid { text });
    }
    address
}

fn mac_address(row: &mut RowReading<'_, '_>) -> Option<String> {
    let text = row.exact(Field::MacAddress, LONGEST_SERIAL)?;
    let address = numbering::hardware_address(text);
    if address.is_none() {
        row.blame(Field::MacAddress, &Fault::MacInvalid { text });
    }
    address
}

fn serial(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}

fn claim_name(row: &mut RowReading<'_, '_>, register: &mut Register<'_>, router_id: Option<i64>, name: &str) {
    match register
        .pppoe_names
        .claim((router_id, name.to_owned()), row.line_no())
    {
        Claim::Granted => {}
        Claim::Line(line) => row.blame(Field::PppoeUsername, &Fault::PppoeUsernameTwice { name, line }),
        Claim::Existing => row.blame(Field::PppoeUsername, &Fault::PppoeUsernameTaken { name }),
    }
}

/// A serial number that stands twice is only mentioned: lists are often behind when a device has moved.
fn claim_serial(row: &mut RowReading<'_, '_>, register: &mut Register<'_>, text: &str) {
    match register.ont_serials.claim(text.to_owned(), row.line_no()) {
        Claim::Granted => {}
        Claim::Line(line) => row.blame(Field::OntSerial, &Fault::OntSerialTwice { text, line }),
        Claim::Existing => row.blame(Field::OntSerial, &Fault::OntSerialTaken { text }),
    }
}

fn claim_address(
    row: &mut RowReading<'_, '_>,
    register: &mut Register<'_>,
    router_id: Option<i64>,
    address: Ipv4Addr,
) {
    let text = &address.to_string();
    match register.static_ips.claim((router_id, address), row.line_no()) {
        Claim::Granted => {}
        Claim::Line(line) => row.blame(Field::StaticIp, &Fault::StaticIpTwice { text, line }),
        Claim::Existing => row.blame(Field::StaticIp, &Fault::StaticIpTaken { text }),
    }
}

/// A device has one lease on a router, so two DHCP lines cannot share it.
fn claim_device(
    row: &mut RowReading<'_, '_>,
    register: &mut Register<'_>,
    router_id: Option<i64>,
    mac: &str,
) {
    match register
        .mac_addresses
        .claim((router_id, mac.to_owned()), row.line_no())
    {
        Claim::Granted => {}
        Claim::Line(line) => row.blame(Field::MacAddress, &Fault::MacTwice { text: mac, line }),
        Claim::Existing => row.blame(Field::MacAddress, &Fault::MacTaken { text: mac }),
    }
}
