//! A row as the customer that it becomes.

use billing::{BillingDay, BillingMode, CustomerStatus, PaymentBehavior, Period};
use jiff::civil::Date;
use store::customers::{Details, Standing};

use crate::importing::ImportRow;
use crate::importing::apply::closed_before;

/// The day of the month on which the line is billed: the 1st when the file does not say.
pub(super) fn billing_day(row: &ImportRow) -> BillingDay {
    row.billing_day.unwrap_or_default()
}

/// The first day for which the line is billed. Whoever stands in an office's list without a date is served already, so
/// the period that is under way is billed in full and nothing before it.
pub(super) fn billing_start(row: &ImportRow, today: Date) -> Date {
    row.billing_start.unwrap_or_else(|| under_way(row, today))
}

fn under_way(row: &ImportRow, today: Date) -> Date {
    let day = billing_day(row);
    Period::serving(today, day).on(day)
}

/// Where the customer stands: as the file says, but a line whose service begins in the future is pending. How long a
/// suspended line has been set aside no file tells; nothing of the period that is under way is billed.
pub(super) fn standing(row: &ImportRow, today: Date) -> Standing {
    match row.status {
        None | Some(CustomerStatus::Active) if billing_start(row, today) > today => {
            Standing::of(CustomerStatus::Pending)
        }
        None => Standing::of(CustomerStatus::Active),
        Some(status @ CustomerStatus::Isolated) => Standing {
            isolation_reason: Some(closed_before::told(row).held()),
            ..Standing::of(status)
        },
        Some(status @ CustomerStatus::Suspended) => Standing {
            paused_from: Some(under_way(row, today)),
            ..Standing::of(status)
        },
        Some(status) => Standing::of(status),
    }
}

/// What a person would have typed for this customer, but for the password, which is sealed when there is an id to seal it
/// for.
pub(super) fn details(row: &ImportRow, customer_no: String, area_id: Option<i64>, today: Date) -> Details {
    let discount = row.discount.as_ref();
    Details {
        customer_no,
        name: row.name.clone(),
        phone: row.phone.clone(),
        address: row.address.clone(),
        area_id,
        odp: row.odp.clone(),
        collector_id: row.collector_id,
        package_id: row.package_id,
        router_id: row.router_id,
        connection_type: row.connection_type,
        pppoe_username: row.pppoe_username.clone(),
        pppoe_password: None,
        static_ip: row.static_ip.map(|address| address.to_string()),
        mac_address: row.mac_address.clone(),
        ont_serial: row.ont_serial.clone(),
        billing: BillingMode::Normal,
        billing_day: i64::from(billing_day(row).get()),
        billing_start: billing_start(row, today),
        taxed: row.taxed.unwrap_or(true),
        discount_type: discount.map(|discount| discount.kind),
        discount_value: discount.map_or(0, |discount| discount.value),
        discount_reason: discount.and_then(|discount| discount.reason.clone()),
        discount_from: None,
        discount_until: None,
        payment_behavior: row
            .rapel_months
            .map_or(PaymentBehavior::Regular, |_| PaymentBehavior::Rapel),
        rapel_months: row.rapel_months.map_or(0, i64::from),
        payer_id: None,
        due_rule: None,
        exempt: false,
    }
}
