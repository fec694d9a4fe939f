//! What flows through one line at this moment, as the router measures it: for the small graph beside a customer. One look
//! is one question; who wants a graph asks again.

use routeros_api as api;
use routeros_api::{Command, Query, Row};
use serde::Serialize;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::{dhcp, hotspot};
use crate::office::{Call, Request};

/// The traffic of a line at one moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineTraffic {
    /// Whose line.
    pub customer_id: i64,
    /// When it was measured, epoch milliseconds.
    pub read_at: i64,
    /// Whether the line is online; both rates are 0 when it is not.
    pub online: bool,
    /// To the customer, bit/s.
    pub download: i64,
    /// From the customer, bit/s.
    pub upload: i64,
}

/// Measures the traffic of a customer's line.
#[derive(Clone, Copy, Debug)]
pub struct ReadLineTraffic {
    /// Whose line.
    pub customer_id: i64,
}

impl Request for ReadLineTraffic {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = LineTraffic;

    async fn run(self, call: &Call<'_>) -> Result<LineTraffic> {
        let mut tx = call.read().await?;
        let customer = store::customers::find(&mut tx, self.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        drop(tx);
        let router_id = customer.details.router_id.ok_or(Failure::NoRouter)?;
        let meter = Meter::of(&customer)?;
        let session = call.office.network().glance(call.office, router_id).await?;
        let measured = match meter.read(&session).await {
            Ok(measured) => measured,
            Err(failure) => return Err(session.gone(call.office, failure).await),
        };
        let (upload, download) = measured.unwrap_or_default();
        Ok(LineTraffic {
            customer_id: self.customer_id,
            read_at: call.now.as_millisecond(),
            online: measured.is_some(),
            download,
            upload,
        })
    }
}

/// Where a line's traffic can be read.
enum Meter {
    /// The interface that the router makes for a PPPoE session.
    Interface(String),
    /// The simple queue of an address.
    Queue(String),
    /// The queue of the address that the lease stands for: the router's own for the lease, or one of the office's.
    Lease {
        mac: Option<String>,
        address: Option<String>,
    },
    /// The queue that the router makes for a hotspot login.
    Login(String),
}

impl Meter {
    fn of(customer: &Customer) -> Result<Meter> {
        use billing::ConnectionType as C;
        let details = &customer.details;
        match (
            details.connection_type,
            &details.pppoe_username,
            &details.static_ip,
        ) {
            (C::Pppoe, Some(name), _) => Ok(Meter::Interface(format!("<pppoe-{name}>"))),
            (C::Static, _, Some(address)) => Ok(Meter::Queue(address.clone())),
            (C::Dhcp, _, address) if address.is_some() || details.mac_address.is_some() => Ok(Meter::Lease {
                mac: details.mac_address.clone(),
                address: address.clone(),
            }),
            (C::Hotspot, Some(name), _) => Ok(Meter::Login(name.clone())),
            (C::Pppoe | C::Static | C::Dhcp | C::Hotspot, ..) => Err(Failure::NoName.into()),
        }
    }

    /// Upload and download in bit/s; `None` where the line is not online.
    async fn read(&self, session: &Session) -> Result<Option<(i64, i64)>, Failure> {
        match self {
            Meter::Interface(interface) => {
                let command = Command::new("/interface/monitor-traffic")
                    .attribute("interface", interface)
                    .attribute("once", "");
                let reply = match session.call(command).await {
                    Ok(reply) => reply,
                    // The interface lives as long as the session.
                    Err(Failure::Router(error)) if is_unknown_interface(&error) => return Ok(None),
                    Err(failure) => return Err(failure),
                };
                let Some(row) = reply.first() else {
                    return Ok(None);
                };
                let rate = |name: &str| row.parse::<i64>(name).map(Option::unwrap_or_default);
                // The router receives what the customer sends.
                Ok(Some((rate("rx-bits-per-second")?, rate("tx-bits-per-second")?)))
            }
            Meter::Queue(address) => of_address(session, address).await.map(Some),
            Meter::Lease { mac, address } => {
                let key = dhcp::Key {
                    mac: mac.as_deref(),
                    address: address.as_deref(),
                };
                let lease = dhcp::lease_of(session, key).await?;
                match lease.address.filter(|_| lease.bound) {
                    Some(address) => of_address(session, &address).await.map(Some),
                    None => Ok(None),
                }
            }
            Meter::Login(name) => {
                if !hotspot::is_logged_in(session, name).await? {
                    return Ok(None);
                }
                let queue = format!("<hotspot-{name}>");
                let command = Command::new("/queue/simple/print")
                    .proplist(["name", "rate"])
                    .query(Query::equals("name", &queue));
                let reply = session.call(command).await?;
                rate(reply.first().ok_or_else(|| no_queue(name))?).map(Some)
            }
        }
    }
}

/// What the simple queue of an address measures, upload and download in bit/s.
async fn of_address(session: &Session, address: &str) -> Result<(i64, i64), Failure> {
    let command = Command::new("/queue/simple/print").proplist(["target", "rate"]);
    let reply = session.call(command).await?;
    let row = reply.rows.iter().find(|row| {
        row.get("target")
            .is_some_and(|targets| targets.split(',').any(|target| is_of(target, address)))
    });
    rate(row.ok_or_else(|| no_queue(address))?)
}

fn rate(queue: &Row) -> Result<(i64, i64), Failure> {
    let rate = queue.get("rate").unwrap_or("0/0");
    let (upload, download) = rate.split_once('/').unwrap_or((rate, "0"));
    let bits = |text: &str| {
        let bits = text.trim_end_matches("bps").parse::<i64>();
        bits.map_err(|_| Failure::Unreadable(format!("the rate {rate}")))
    };
    Ok((bits(upload)?, bits(download)?))
}

/// The router's words for an interface that it does not have.
fn is_unknown_interface(error: &api::Error) -> bool {
    matches!(error, api::Error::Trap { message, .. } if message.contains("does not match any value of interface"))
}

/// Whether a queue's target is this address; routers write a single address with its length.
fn is_of(target: &str, address: &str) -> bool {
    let target = target.trim();
    target.strip_suffix("/32").unwrap_or(target) == address
}

fn no_queue(line: &str) -> Failure {
    Failure::Here {
        code: "no_queue",
        sentence: Sentence::new(
            format!("Router tidak punya simple queue untuk {line}, jadi lalu lintasnya tidak terukur."),
            format!("The router has no simple queue for {line}, so its traffic is not measured."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_of_an_address_with_or_without_its_length() {
        assert!(is_of("10.5.0.9/32", "10.5.0.9"));
        assert!(is_of(" 10.5.0.9", "10.5.0.9"));
        assert!(!is_of("10.5.0.99/32", "10.5.0.9"));
        assert!(!is_of("10.5.0.0/24", "10.5.0.0"), "a network is not one line");
    }
}
