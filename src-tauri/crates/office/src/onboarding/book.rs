//! The office's customers as a router's lines are looked up among them: by line, number, telephone and name. Former
//! customers are not in it; their lines are free for others.

use std::collections::HashMap;
use std::hash::Hash;

use billing::ConnectionType;
use store::Tx;
use store::customers::Customer;

use crate::error::Result;
use crate::onboarding::entry::{Entry, Source};
use crate::onboarding::names::Comparable;

/// Customers that are read at once.
const STRIDE: i64 = 1_000;

/// The customers of the office, and the ways to find one.
#[derive(Debug, Default)]
pub(super) struct CustomerBook {
    /// Every customer whose contract has not ended.
    pub customers: Vec<Customer>,
    by_id: HashMap<i64, usize>,
    by_number: HashMap<String, usize>,
    by_user: HashMap<String, Vec<usize>>,
    by_address: HashMap<String, Vec<usize>>,
    by_mac: HashMap<String, Vec<usize>>,
    by_phone: HashMap<String, Vec<usize>>,
    by_name: HashMap<Comparable, Vec<usize>>,
}

impl CustomerBook {
    /// Reads all of them.
    pub(super) async fn read(tx: &mut Tx) -> Result<CustomerBook> {
        let mut customers = Vec::new();
        let mut last = 0;
        loop {
            let stride = store::customers::after(tx, last, STRIDE).await?;
            let Some(end) = stride.last() else { break };
            last = end.id;
            customers.extend(stride);
        }
        Ok(CustomerBook::of(customers))
    }

    pub(super) fn of(customers: Vec<Customer>) -> CustomerBook {
        let mut book = CustomerBook::default();
        for (place, customer) in customers.iter().enumerate() {
            let details = &customer.details;
            book.by_id.insert(customer.id, place);
            book.by_number.insert(details.customer_no.to_lowercase(), place);
            put(&mut book.by_user, details.pppoe_username.clone(), place);
            put(&mut book.by_address, details.static_ip.clone(), place);
            put(&mut book.by_mac, details.mac_address.clone(), place);
            put(&mut book.by_phone, details.phone.clone(), place);
            put(&mut book.by_name, Comparable::of(&details.name), place);
        }
        book.customers = customers;
        book
    }

    /// The customer with this id.
    pub(super) fn by_id(&self, id: i64) -> Option<&Customer> {
        self.by_id.get(&id).and_then(|place| self.customers.get(*place))
    }

    /// The customer with this number, whatever its case.
    pub(super) fn by_number(&self, number: &str) -> Option<&Customer> {
        self.by_number
            .get(&number.to_lowercase())
            .and_then(|place| self.customers.get(*place))
    }

    /// The customer who has exactly this line on the router.
    pub(super) fn holder(&self, entry: &Entry, router_id: i64) -> Option<&Customer> {
        let here = |customer: &&Customer| customer.details.router_id == Some(router_id);
        let of_kind = |customer: &&Customer| customer.details.connection_type == entry.kind;
        match entry.source {
            Source::Secret => self.with_user(entry.user_name.as_deref()?).find(|customer| {
                here(customer) && customer.details.connection_type != ConnectionType::Hotspot
            }),
            Source::HotspotUser => self
                .with_user(entry.user_name.as_deref()?)
                .find(|customer| here(customer) && of_kind(customer)),
            Source::Arp => self.with_address(entry.address.as_deref()?).find(here),
            Source::Lease => {
                let by_mac = entry
                    .mac_address
                    .iter()
                    .flat_map(|mac| self.found(self.by_mac.get(mac)));
                let by_address = entry
                    .address
                    .iter()
                    .flat_map(|address| self.with_address(address));
                by_mac
                    .chain(by_address)
                    .find(|customer| here(customer) && of_kind(customer))
            }
        }
    }

    /// The customers whose line has this name, on whatever router.
    pub(super) fn with_user(&self, name: &str) -> impl Iterator<Item = &Customer> {
        self.found(self.by_user.get(name))
    }

    /// The customers with this fixed address.
    pub(super) fn with_address(&self, address: &str) -> impl Iterator<Item = &Customer> {
        self.found(self.by_address.get(address))
    }

    /// The customers with this telephone number, `62…`.
    pub(super) fn with_phone(&self, phone: &str) -> impl Iterator<Item = &Customer> {
        self.found(self.by_phone.get(phone))
    }

    /// The customers of this name.
    pub(super) fn with_name(&self, name: &Comparable) -> impl Iterator<Item = &Customer> {
        self.found(self.by_name.get(name))
    }

    fn found<'a>(&'a self, places: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a Customer> {
        places
            .into_iter()
            .flatten()
            .filter_map(|place| self.customers.get(*place))
    }
}

/// What the customer's record says about a line; nothing for a customer without one.
pub(super) fn line_of(customer: &Customer) -> Option<&str> {
    let details = &customer.details;
    let name = match details.connection_type {
        ConnectionType::Pppoe | ConnectionType::Hotspot => details.pppoe_username.as_deref(),
        ConnectionType::Static => details.static_ip.as_deref(),
        ConnectionType::Dhcp => details.mac_address.as_deref().or(details.static_ip.as_deref()),
    };
    name.filter(|name| !name.is_empty())
}

fn put<K: Eq + Hash>(map: &mut HashMap<K, Vec<usize>>, key: Option<K>, place: usize) {
    if let Some(key) = key {
        map.entry(key).or_default().push(place);
    }
}
