//! What the office has already, gathered from the database for [`interpret`](crate::importing::interpret).

use billing::{ConnectionType, CustomerStatus};
use store::Tx;
use store::customers::{Customer, Filter, Sort};

use crate::error::{Error, Result};
use crate::importing::{Known, KnownCollector, KnownPackage, KnownRouter};

/// Customers that are read at once.
const STRIDE: i64 = 1_000;

/// Reads what a file's rows may refer to or clash with. `router` names the one of rows that name none.
///
/// # Errors
/// `router_unknown`.
pub(super) async fn known(tx: &mut Tx, router: Option<&str>) -> Result<Known> {
    let packages = store::packages::all(tx).await?.into_iter();
    let routers = store::routers::all(tx).await?.into_iter();
    let areas = store::areas::all(tx).await?.into_iter();
    let users = store::users::all(tx)
        .await?
        .into_iter()
        .filter(|user| user.is_active);
    let mut known = Known {
        packages: packages
            .map(|it| KnownPackage {
                id: it.id,
                code: it.details.code,
                name: it.details.name,
                price: it.details.price,
                is_active: it.details.is_active,
            })
            .collect(),
        routers: routers
            .map(|it| KnownRouter {
                id: it.id,
                name: it.details.name,
            })
            .collect(),
        areas: areas.map(|area| area.name).collect(),
        collectors: users
            .map(|user| KnownCollector {
                id: user.id,
                name: user.name,
            })
            .collect(),
        ..Known::default()
    };
    if let Some(name) = router.map(str::trim).filter(|name| !name.is_empty()) {
        known.usual_router = Some(usual_router(&known, name)?);
    }
    lines_in_service(tx, &mut known).await?;
    numbers_of_former_customers(tx, &mut known).await?;
    Ok(known)
}

/// The router that somebody chose for the rows that name none.
fn usual_router(known: &Known, name: &str) -> Result<i64> {
    if let Some(router) = known
        .routers
        .iter()
        .find(|router| router.name.to_lowercase() == name.to_lowercase())
    {
        return Ok(router.id);
    }
    let names: Vec<&str> = known.routers.iter().map(|router| router.name.as_str()).collect();
    let names = if names.is_empty() {
        "–".to_owned()
    } else {
        names.join(", ")
    };
    Err(Error::invalid(
        "router_unknown",
        format!("Router {name} tidak ada. Yang ada: {names}."),
        format!("There is no router {name}. There are: {names}."),
    ))
}

async fn lines_in_service(tx: &mut Tx, known: &mut Known) -> Result<()> {
    let mut last = 0;
    loop {
        let stride = store::customers::after(tx, last, STRIDE).await?;
        let Some(end) = stride.last() else { return Ok(()) };
        last = end.id;
        for Customer { details, .. } in stride {
            let router = details.router_id;
            known
                .pppoe_names
                .extend(details.pppoe_username.map(|name| (router, name)));
            let address = details.static_ip.and_then(|address| address.parse().ok());
            known.static_ips.extend(address.map(|address| (router, address)));
            let device = details
                .mac_address
                .filter(|_| details.connection_type == ConnectionType::Dhcp);
            known.mac_addresses.extend(device.map(|mac| (router, mac)));
            let serial = details.ont_serial.map(|serial| serial.to_uppercase());
            known.ont_serials.extend(serial);
            known.customer_numbers.insert(details.customer_no);
        }
    }
}

/// A former customer's line is free for others; the number is not.
async fn numbers_of_former_customers(tx: &mut Tx, known: &mut Known) -> Result<()> {
    let mut cursor = None;
    loop {
        let filter = Filter {
            status: Some(CustomerStatus::Terminated),
            with_withdrawn: true,
            sort: Sort::CreatedAt,
            cursor: cursor.as_ref(),
            limit: store::page::LARGEST,
            ..Filter::default()
        };
        let page = store::customers::list(tx, &filter).await?;
        known.customer_numbers.extend(
            page.items
                .into_iter()
                .map(|customer| customer.details.customer_no),
        );
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}
