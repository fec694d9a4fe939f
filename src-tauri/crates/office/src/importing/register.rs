//! What the office has, prepared for looking up, and what the rows so far have claimed or added.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::Ipv4Addr;

use super::known::{Found, Known, Names, tidied};
use super::phrases;
use super::uniqueness::Claims;

/// The office as the rows of a file meet it, one after the other.
pub(super) struct Register<'a> {
    /// The packages that are sold, by code and by name.
    pub(super) packages: Names,
    /// Those that are not sold any more: lines may have them still, but what is sold goes by the name first.
    pub(super) former_packages: Names,
    /// The packages as a sentence lists them.
    pub(super) package_list: String,
    /// The routers, by name.
    pub(super) routers: Names,
    /// The routers as a sentence lists them.
    pub(super) router_list: String,
    /// The router of a row that names none.
    pub(super) unnamed_router: Found,
    /// The users who may collect, by name.
    pub(super) collectors: Names,
    /// Customer numbers, in lower case.
    pub(super) customer_numbers: Claims<'a, String>,
    /// PPPoE names on their routers.
    pub(super) pppoe_names: Claims<'a, (Option<i64>, String)>,
    /// Fixed addresses on their routers.
    pub(super) static_ips: Claims<'a, (Option<i64>, Ipv4Addr)>,
    /// MAC addresses of DHCP lines on their routers.
    pub(super) mac_addresses: Claims<'a, (Option<i64>, String)>,
    /// ONT serial numbers, in upper case.
    pub(super) ont_serials: Claims<'a, String>,
    areas: HashMap<String, String>,
    new_areas: Vec<String>,
}

impl<'a> Register<'a> {
    pub(super) fn of(known: &'a Known) -> Self {
        let packages = |sold: bool| {
            let those = known
                .packages
                .iter()
                .filter(move |package| package.is_active == sold);
            let codes = those.clone().map(|package| (package.code.as_str(), package.id));
            Names::of(codes.chain(those.map(|package| (package.name.as_str(), package.id))))
        };
        let package_list: Vec<&str> = known
            .packages
            .iter()
            .filter(|package| package.is_active)
            .map(|package| package.code.as_str())
            .collect();
        let router_list: Vec<&str> = known.routers.iter().map(|router| router.name.as_str()).collect();
        Self {
            packages: packages(true),
            former_packages: packages(false),
            package_list: phrases::few(&package_list, "–"),
            routers: Names::of(
                known
                    .routers
                    .iter()
                    .map(|router| (router.name.as_str(), router.id)),
            ),
            router_list: phrases::few(&router_list, "–"),
            unnamed_router: match (known.usual_router, known.routers.as_slice()) {
                (Some(id), _) => Found::One(id),
                (None, []) => Found::None,
                (None, [only]) => Found::One(only.id),
                (None, _) => Found::Several,
            },
            collectors: Names::of(
                known
                    .collectors
                    .iter()
                    .map(|collector| (collector.name.as_str(), collector.id)),
            ),
            customer_numbers: Claims::beside(Cow::Owned(
                known
                    .customer_numbers
                    .iter()
                    .map(|number| number.to_lowercase())
                    .collect(),
            )),
            pppoe_names: Claims::beside(Cow::Borrowed(&known.pppoe_names)),
            static_ips: Claims::beside(Cow::Borrowed(&known.static_ips)),
            mac_addresses: Claims::beside(Cow::Borrowed(&known.mac_addresses)),
            ont_serials: Claims::beside(Cow::Borrowed(&known.ont_serials)),
            areas: known
                .areas
                .iter()
                .map(|area| (tidied(area), area.clone()))
                .collect(),
            new_areas: Vec::new(),
        }
    }

    /// The area in the spelling of the office, else of the first row that has it.
    pub(super) fn area(&mut self, name: String) -> String {
        let (areas, new_areas) = (&mut self.areas, &mut self.new_areas);
        areas
            .entry(tidied(&name))
            .or_insert_with(|| {
                new_areas.push(name.clone());
                name
            })
            .clone()
    }

    /// The areas that rows have added.
    pub(super) fn into_new_areas(self) -> Vec<String> {
        self.new_areas
    }
}
