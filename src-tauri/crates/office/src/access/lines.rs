//! Customers as lines of a router: which secret, address, lease or hotspot user, and which profile while open. A small book
//! for one router, read once for many customers.

use std::collections::HashMap;

use billing::ConnectionType;
use store::Tx;
use store::customers::{Customer, Details};
use store::packages::Package;

use crate::error::Result;
use crate::network::{Line, Served, WantedProfile, Way};

/// What is needed to know a router's lines.
pub(crate) struct LineBook {
    packages: HashMap<i64, Package>,
    mapped: HashMap<i64, String>,
    served: Served,
}

impl LineBook {
    /// Reads the packages, the profiles that the router has for them under names of its own, and whom the office serves there.
    pub(crate) async fn of(tx: &mut Tx, router_id: i64) -> Result<LineBook> {
        let packages = store::packages::all(tx)
            .await?
            .into_iter()
            .map(|package| (package.id, package))
            .collect();
        let mapped = store::packages::profiles(tx, router_id)
            .await?
            .into_iter()
            .map(|profile| (profile.package_id, profile.profile))
            .collect();
        let served = Served::new(store::customers::served_at(tx, router_id).await?);
        Ok(LineBook {
            packages,
            mapped,
            served,
        })
    }

    /// The code of the package whose lines have this profile while they are open.
    pub(crate) fn package_of(&self, profile: &str) -> Option<&str> {
        let has_it = |package: &&Package| {
            WantedProfile::of_package(package, self.mapped.get(&package.id).map(String::as_str)).name
                == profile
        };
        self.packages
            .values()
            .find(has_it)
            .map(|package| package.details.code.as_str())
    }

    /// The customer as a line.
    pub(crate) fn line(&self, customer: &Customer) -> Line {
        let details = &customer.details;
        let package = self.packages.get(&details.package_id);
        let profile = package.map(|package| {
            WantedProfile::of_package(package, self.mapped.get(&package.id).map(String::as_str))
        });
        let (mac, address) = (&details.mac_address, &details.static_ip);
        let way = match (details.connection_type, profile) {
            (ConnectionType::Pppoe, Some(profile)) => details
                .pppoe_username
                .clone()
                .map_or(Way::Unnamed, |username| Way::Pppoe { username, profile }),
            (ConnectionType::Static, Some(profile)) => {
                address.clone().map_or(Way::Unnamed, |address| Way::Static {
                    address,
                    mac: mac.clone(),
                    rate: profile.rate,
                })
            }
            (ConnectionType::Dhcp, Some(profile)) if mac.is_some() || address.is_some() => Way::Dhcp {
                mac: mac.clone(),
                address: address.clone(),
                rate: profile.rate,
            },
            (ConnectionType::Hotspot, Some(profile)) => details
                .pppoe_username
                .clone()
                .map_or(Way::Unnamed, |user| Way::Hotspot { user, profile }),
            (ConnectionType::Dhcp, _) | (_, None) => Way::Unnamed,
        };
        Line {
            customer_id: customer.id,
            label: label(customer),
            way,
            served: self.served.clone(),
        }
    }
}

/// How things on a router are marked as this customer's.
pub(crate) fn label(customer: &Customer) -> String {
    label_of(&customer.details)
}

/// The same, of a record as it was.
pub(crate) fn label_of(details: &Details) -> String {
    format!("ID: {} - {}", details.customer_no, details.name)
}
