//! A row as the preview shows it: names instead of keys, and never a password.

use std::collections::HashMap;

use billing::{ConnectionType, CustomerStatus, DiscountType, Rupiah};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::customers::DiscountValue;
use crate::error::Result;
use crate::importing::apply::{customer, debts};
use crate::importing::{ImportRow, Known};

/// A customer as the import would make it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SampleRow {
    /// Line of the file, from 1.
    pub line_no: u32,
    /// The office's own number; `null` when one will be given.
    pub customer_no: Option<String>,
    /// As it will stand on the invoice.
    pub name: String,
    /// `62…` digits.
    pub phone: Option<String>,
    /// Where the line is.
    pub address: Option<String>,
    /// The code of the package.
    pub package: String,
    /// The name of the router.
    pub router: Option<String>,
    /// How the line reaches it.
    pub connection_type: ConnectionType,
    /// The name of its PPPoE secret.
    pub pppoe_username: Option<String>,
    /// Whether the file has a password for it.
    pub has_pppoe_password: bool,
    /// Its IPv4 address.
    pub static_ip: Option<String>,
    /// Its MAC address.
    pub mac_address: Option<String>,
    /// The serial number of the device at the customer's.
    pub ont_serial: Option<String>,
    /// The splitter that the line hangs on.
    pub odp: Option<String>,
    /// The name of the area.
    pub area: Option<String>,
    /// The name of who collects there.
    pub collector: Option<String>,
    /// 1 to 28.
    pub billing_day: i64,
    /// The first day that is billed.
    #[schema(value_type = String, format = Date)]
    pub billing_start: Date,
    /// What `discount_value` counts.
    pub discount_type: Option<DiscountType>,
    /// Rupiah or percent.
    pub discount_value: DiscountValue,
    /// Whether PPN falls on the line.
    pub taxed: bool,
    /// How many months are paid together; 0 for an ordinary payer.
    pub rapel_months: u32,
    /// What is owed from before, rupiah.
    pub debt: Rupiah,
    /// Where the customer will stand.
    pub status: CustomerStatus,
}

/// The names of what rows refer to by key.
pub(super) struct Names {
    packages: HashMap<i64, String>,
    routers: HashMap<i64, String>,
    collectors: HashMap<i64, String>,
}

impl Names {
    pub(super) fn of(known: &Known) -> Names {
        Names {
            packages: known.packages.iter().map(|it| (it.id, it.code.clone())).collect(),
            routers: known.routers.iter().map(|it| (it.id, it.name.clone())).collect(),
            collectors: known
                .collectors
                .iter()
                .map(|it| (it.id, it.name.clone()))
                .collect(),
        }
    }

    /// The row as it will be taken in on `today`.
    pub(super) fn sample(&self, row: &ImportRow, today: Date) -> Result<SampleRow> {
        let named = |names: &HashMap<i64, String>, id: Option<i64>| id.and_then(|id| names.get(&id).cloned());
        Ok(SampleRow {
            line_no: row.line_no,
            customer_no: row.customer_no.clone(),
            name: row.name.clone(),
            phone: row.phone.clone(),
            address: row.address.clone(),
            package: self.packages.get(&row.package_id).cloned().unwrap_or_default(),
            router: named(&self.routers, row.router_id),
            connection_type: row.connection_type,
            pppoe_username: row.pppoe_username.clone(),
            has_pppoe_password: row.pppoe_password.is_some(),
            static_ip: row.static_ip.map(|address| address.to_string()),
            mac_address: row.mac_address.clone(),
            ont_serial: row.ont_serial.clone(),
            odp: row.odp.clone(),
            area: row.area.clone(),
            collector: named(&self.collectors, row.collector_id),
            billing_day: i64::from(customer::billing_day(row).get()),
            billing_start: customer::billing_start(row, today),
            discount_type: row.discount.as_ref().map(|discount| discount.kind),
            discount_value: row
                .discount
                .as_ref()
                .map(|discount| DiscountValue::of(Some(discount.kind), discount.value))
                .unwrap_or_default(),
            taxed: row.taxed.unwrap_or(true),
            rapel_months: row.rapel_months.unwrap_or(0),
            debt: row.debt.as_ref().map_or(Ok(Rupiah::ZERO), debts::of)?,
            status: customer::standing(row, today).status,
        })
    }
}
