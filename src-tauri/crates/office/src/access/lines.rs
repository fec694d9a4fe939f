//! Customers as lines of a router: which secret, address, lease or hotspot user, and which profile while open. A small book
//! for one router, read once for many customers.

use std::collections::HashMap;

use billing::ConnectionType;
use store::Tx;
use store::customers::Customer;
use store::packages::Package;

use crate::error::Result;
use crate::network::{Line, WantedProfile, Way};

/// What is needed to know a router's lines.
pub(crate) struct LineBook {
    packages: HashMap<i64, Package>,
    mapped: HashMap<i64, String>,
}

impl LineBook {
    /// Reads the packages, and the profiles that the router has for them under names of its own.
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
        Ok(LineBook { packages, mapped })
    }

    /// The customer as a line.
    pub(crate) fn line(&self, customer: &Customer) -> Line {
        let details = &customer.details;
        let package = self.packages.get(&details.package_id);
        let way = match details.connection_type {
            ConnectionType::Pppoe => match (&details.pppoe_username, package) {
                (Some(username), Some(package)) => Way::Pppoe {
                    username: username.clone(),
                    profile: WantedProfile::of_package(
                        package,
                        self.mapped.get(&package.id).map(String::as_str),
                    ),
                },
                _ => Way::Unnamed,
            },
            ConnectionType::Static => match &details.static_ip {
                Some(address) => Way::Static {
                    address: address.clone(),
                },
                None => Way::Unnamed,
            },
            ConnectionType::Dhcp if details.mac_address.is_none() && details.static_ip.is_none() => {
                Way::Unnamed
            }
            ConnectionType::Dhcp => Way::Dhcp {
                mac: details.mac_address.clone(),
                address: details.static_ip.clone(),
            },
            ConnectionType::Hotspot => match &details.pppoe_username {
                Some(user) => Way::Hotspot { user: user.clone() },
                None => Way::Unnamed,
            },
        };
        Line {
            customer_id: customer.id,
            label: label(customer),
            way,
        }
    }
}

/// How things on a router are marked as this customer's.
pub(crate) fn label(customer: &Customer) -> String {
    format!("ID: {} - {}", customer.details.customer_no, customer.details.name)
}
