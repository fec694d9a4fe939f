//! An address or a device on a router that another customer has already: refused with the name of whoever has it, since that
//! is the record to look at. A device may have several fixed addresses, but only one lease.

use billing::{ConnectionType, CustomerStatus};
use store::Tx;
use store::customers::{Customer, Details};

use crate::error::{Error, FieldProblem, Result, Sentence};

/// Refuses the line of `details` where another customer on its router has its address or, both by DHCP, its device. What a
/// record had before is not asked again, and neither is one that has ended.
///
/// # Errors
/// `static_ip_taken` or `mac_address_taken`, beside the field, or whatever the database causes.
pub(super) async fn check(tx: &mut Tx, details: &Details, before: Option<&Customer>) -> Result<()> {
    let Some(router_id) = details.router_id else {
        return Ok(());
    };
    if before.is_some_and(|before| before.standing.status == CustomerStatus::Terminated) {
        return Ok(());
    }
    let had = before
        .map(|before| &before.details)
        .filter(|had| had.router_id == details.router_id && had.connection_type == details.connection_type);
    let address = details.static_ip.as_deref();
    let address = address.filter(|address| had.is_none_or(|had| had.static_ip.as_deref() != Some(*address)));
    let mac = details.mac_address.as_deref();
    let mac = mac
        .filter(|_| details.connection_type == ConnectionType::Dhcp)
        .filter(|mac| had.is_none_or(|had| had.mac_address.as_deref() != Some(*mac)));
    if address.is_none() && mac.is_none() {
        return Ok(());
    }
    let own_id = before.map(|before| before.id);
    let others = store::customers::with_line(tx, router_id, address, mac).await?;
    let mut others = others.into_iter().filter(|other| Some(other.id) != own_id);
    let Some(other) = others.next() else {
        return Ok(());
    };
    let has_address = address.is_some() && other.details.static_ip.as_deref() == address;
    Err(if has_address {
        taken(
            "static_ip",
            "static_ip_taken",
            ("Alamat IP ini", "this address"),
            &other,
        )
    } else {
        taken(
            "mac_address",
            "mac_address_taken",
            ("Alamat MAC ini", "this MAC address"),
            &other,
        )
    })
}

fn taken(field: &str, code: &'static str, what: (&str, &str), other: &Customer) -> Error {
    let (id, en) = what;
    let (number, name) = (&other.details.customer_no, &other.details.name);
    let message = Sentence::new(
        format!(
            "{id} sudah dipakai pelanggan {number} ({name}) di router yang sama. Periksa mana yang benar."
        ),
        format!(
            "Customer {number} ({name}) on the same router has {en} already. Check which of the two is right."
        ),
    );
    let mut error = Error::conflict(code, message.id.clone(), message.en.clone());
    error.fields = vec![FieldProblem {
        field: field.to_owned(),
        code,
        message,
    }];
    error
}
