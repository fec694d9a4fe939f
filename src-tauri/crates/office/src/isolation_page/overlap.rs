//! Whether the addresses of closed lines are somebody's already: another pool of the router, the router itself, a
//! customer with a fixed address, or whoever has one at the router now. Two lines with one address reach nobody, and the page would greet the wrong customer.

use std::net::Ipv4Addr;

use billing::CustomerStatus;
use store::Tx;

use super::pool::Range;
use crate::error::{Error, Result, Sentence};
use crate::network::isolation_page::{AddressInUse, TakenAddresses, Use};

/// Whose addresses a pool would give out.
#[derive(Clone, Debug)]
pub(super) struct Overlap {
    pub code: &'static str,
    pub sentence: Sentence,
}

impl Overlap {
    fn with(code: &'static str, range: Range, whose: (String, String)) -> Overlap {
        let (id, en) = whose;
        Overlap {
            code,
            sentence: Sentence::new(
                format!("Rentang {range} bertumpuk dengan {id}. Pilih rentang lain."),
                format!("The range {range} overlaps {en}. Choose another."),
            ),
        }
    }

    /// For a pool that nobody has yet.
    pub(super) fn refusal(&self) -> Error {
        Error::conflict(self.code, self.sentence.id.as_str(), self.sentence.en.as_str())
    }
}

/// The first whose addresses the range holds: a pool, the router, a customer, whoever is there now.
pub(super) async fn of(tx: &mut Tx, range: Range, taken: &TakenAddresses) -> Result<Option<Overlap>> {
    let pool = taken
        .pools
        .iter()
        .find(|(_, ranges)| Range::of_router(ranges).into_iter().any(|it| it.overlaps(range)));
    if let Some((name, ranges)) = pool {
        let whose = (
            format!("pool {name} ({ranges}) di router ini"),
            format!("the pool {name} ({ranges}) of this router"),
        );
        return Ok(Some(Overlap::with("pool_overlaps_pool", range, whose)));
    }
    let own = taken.own.iter().filter_map(|address| host(address));
    if let Some(address) = own.into_iter().find(|address| range.contains(*address)) {
        let whose = (
            format!("alamat router sendiri ({address})"),
            format!("the router's own address ({address})"),
        );
        return Ok(Some(Overlap::with("pool_overlaps_router", range, whose)));
    }
    let secret = taken
        .secrets
        .iter()
        .find(|(_, address)| host(address).is_some_and(|address| range.contains(address)));
    if let Some((name, address)) = secret {
        let whose = (
            format!("alamat tetap secret {name} ({address}) di router ini"),
            format!("the fixed address of the secret {name} ({address}) of this router"),
        );
        return Ok(Some(Overlap::with("pool_overlaps_line", range, whose)));
    }
    let lines = store::customers::all_with_address(tx).await?;
    let line = lines.into_iter().find(|line| {
        let address = line.details.static_ip.as_deref().and_then(host);
        line.standing.status != CustomerStatus::Terminated
            && address.is_some_and(|address| range.contains(address))
    });
    let Some(line) = line else {
        return Ok(in_use(range, &taken.in_use));
    };
    let details = line.details;
    let (no, name) = (details.customer_no, details.name);
    let address = details.static_ip.unwrap_or_default();
    let whose = (
        format!("alamat pelanggan {no} {name} ({address})"),
        format!("the address of the customer {no} {name} ({address})"),
    );
    Ok(Some(Overlap::with("pool_overlaps_line", range, whose)))
}

/// How many addresses of the range somebody at the router has now, with one of them.
fn in_use(range: Range, taken: &[AddressInUse]) -> Option<Overlap> {
    let mut inside = taken.iter().filter(|it| range.contains(it.address));
    let AddressInUse { address, by, name } = inside.next()?;
    let count = inside.count() + 1;
    let (id, en) = match by {
        Use::Session => ("sesi PPP", "the PPP session"),
        Use::Lease => ("lease DHCP", "the DHCP lease"),
        Use::Arp => ("entri ARP", "the ARP entry"),
    };
    let whose = (
        format!(
            "alamat yang sedang dipakai di router ini (jumlahnya {count}), misalnya {id} {name} ({address})"
        ),
        format!("addresses in use on this router ({count} of them), for example {en} {name} ({address})"),
    );
    Some(Overlap::with("pool_overlaps_use", range, whose))
}

/// The networks of the router in which the range lies, or a part of it.
pub(super) fn networks(range: Range, taken: &TakenAddresses) -> Vec<String> {
    taken
        .own
        .iter()
        .filter(|address| Range::of_router(address).into_iter().any(|it| it.overlaps(range)))
        .cloned()
        .collect()
}

/// The address before the length of its network.
fn host(address: &str) -> Option<Ipv4Addr> {
    address.split('/').next()?.trim().parse().ok()
}
