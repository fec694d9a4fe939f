//! A customer as readers see it: the record, the names behind its references, what it owes and how its line is.

use std::collections::HashMap;

use billing::{
    Access, BillingMode, ConnectionType, CustomerStatus, DiscountType, DueRule, Observed, PaymentBehavior,
    RouterMode, Rupiah,
};
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::customers::Customer;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access;
use crate::customers::DiscountValue;
use crate::customers::on_router::{self, Untold};
use crate::customers::package_change::{self, PackageChange};
use crate::error::Result;
use crate::office::Call;

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(
    missing_docs,
    reason = "the fields are those of CustomerFields, which documents them"
)]
pub struct CustomerView {
    pub id: i64,
    pub customer_no: String,
    pub name: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub area_id: Option<i64>,
    pub area: Option<AreaName>,
    pub odp: Option<String>,
    pub collector_id: Option<i64>,
    pub package_id: i64,
    pub package: Option<PackageName>,
    /// A package that the line gets later, or, in the answer to its change, the one that it got now; else `null`.
    pub package_change: Option<PackageChange>,
    pub router_id: Option<i64>,
    pub router: Option<RouterName>,
    pub connection_type: ConnectionType,
    pub pppoe_username: Option<String>,
    pub has_pppoe_password: bool,
    /// Whether the program made it, since nobody had given the line one.
    pub pppoe_password_made: bool,
    pub static_ip: Option<String>,
    pub mac_address: Option<String>,
    pub ont_serial: Option<String>,
    pub billing: BillingMode,
    pub billing_day: i64,
    #[schema(value_type = String, format = Date)]
    pub billing_start: Date,
    pub taxed: bool,
    pub discount_type: Option<DiscountType>,
    pub discount_value: DiscountValue,
    pub discount_reason: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub discount_from: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub discount_until: Option<Date>,
    pub payment_behavior: PaymentBehavior,
    pub rapel_months: i64,
    pub payer_id: Option<i64>,
    pub due_rule: Option<DueRule>,
    pub exempt: bool,
    pub status: CustomerStatus,
    pub isolation_reason: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub paused_from: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub paused_until: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub terminated_on: Option<Date>,
    /// Rupiah owed; negative is credit.
    pub balance: Rupiah,
    /// The part of it that is overdue.
    pub overdue_amount: Rupiah,
    /// What waits for the next invoice, rupiah before tax: differences of packages, days that are served after all.
    pub waiting_charges: Rupiah,
    /// How the line is.
    pub access: AccessView,
    /// What its router has not been told; `null` where it knows everything, as far as Sambung tells it.
    pub untold: Option<Untold>,
    /// A person's word about the line that is in force: a promise to pay, the hold of an undone plan.
    #[serde(rename = "override")]
    pub overridden: Option<access::OverrideView>,
    /// When it was entered, epoch milliseconds.
    pub created_at: i64,
    /// When it was last edited, epoch milliseconds.
    pub updated_at: i64,
    /// Rises with each change.
    pub version: i64,
}

/// How a line is: what the ledger wants and what the router said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccessView {
    /// What the ledger and the office's word want now.
    pub desired: Access,
    /// What the router was last seen to say.
    pub observed: Observed,
    /// When, epoch milliseconds.
    pub observed_at: Option<i64>,
}

/// The package behind a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "see PackageView")]
pub struct PackageName {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub price: Rupiah,
}

/// The router behind a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "see RouterView")]
pub struct RouterName {
    pub id: i64,
    pub name: String,
    pub mode: RouterMode,
}

/// The area behind a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "see AreaView")]
pub struct AreaName {
    pub id: i64,
    pub name: String,
}

/// The customers as readers see them, in the order given. A handful of queries, however many they are.
pub(crate) async fn views(
    tx: &mut Tx,
    call: &Call<'_>,
    customers: Vec<Customer>,
) -> Result<Vec<CustomerView>> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.id).collect();
    let packages: HashMap<i64, store::packages::Details> = store::packages::all(tx)
        .await?
        .into_iter()
        .map(|package| (package.id, package.details))
        .collect();
    let mut package_changes = package_change::waiting(tx, &ids, &packages).await?;
    let routers: HashMap<i64, Router> = store::routers::all(tx)
        .await?
        .into_iter()
        .map(|router| (router.id, router))
        .collect();
    let mut untold = on_router::untold(tx, call, &customers, &routers).await?;
    let areas: HashMap<i64, String> = store::areas::all(tx)
        .await?
        .into_iter()
        .map(|area| (area.id, area.name))
        .collect();
    let lines: HashMap<i64, store::access::LineAccess> = store::access::of_customers(tx, &ids)
        .await?
        .into_iter()
        .map(|line| (line.customer_id, line))
        .collect();
    let overdue: HashMap<i64, Rupiah> = store::invoices::overdue_amounts(tx, &ids, call.today)
        .await?
        .into_iter()
        .map(|overdue| (overdue.customer_id, overdue.amount))
        .collect();
    let waiting: HashMap<i64, Rupiah> = store::charges::waiting_sums(tx, &ids)
        .await?
        .into_iter()
        .collect();
    // The verdict of this moment, by the same rules that the overdue check follows; a stored wish would be older.
    let mut judged: HashMap<i64, access::Judged> = access::judge_some(tx, &access::Day::of(call), &ids)
        .await?
        .into_iter()
        .map(|judged| (judged.customer.id, judged))
        .collect();
    let view = |customer: Customer| {
        let (details, standing) = (customer.details, customer.standing);
        let line = lines.get(&customer.id);
        let judged = judged.remove(&customer.id);
        let access = AccessView {
            desired: judged.as_ref().map_or(Access::Open, access::Judged::desired),
            observed: line.map_or(Observed::Unknown, |line| line.observed),
            observed_at: line
                .and_then(|line| line.observed_at)
                .map(|at| at.as_millisecond()),
        };
        CustomerView {
            id: customer.id,
            area: details.area_id.and_then(|id| {
                Some(AreaName {
                    id,
                    name: areas.get(&id)?.clone(),
                })
            }),
            package: packages.get(&details.package_id).map(|package| PackageName {
                id: details.package_id,
                code: package.code.clone(),
                name: package.name.clone(),
                price: package.price,
            }),
            package_change: package_changes.remove(&customer.id),
            router: details.router_id.and_then(|id| {
                let router = &routers.get(&id)?.details;
                Some(RouterName {
                    id,
                    name: router.name.clone(),
                    mode: router.mode,
                })
            }),
            customer_no: details.customer_no,
            name: details.name,
            phone: details.phone,
            address: details.address,
            area_id: details.area_id,
            odp: details.odp,
            collector_id: details.collector_id,
            package_id: details.package_id,
            router_id: details.router_id,
            connection_type: details.connection_type,
            pppoe_username: details.pppoe_username,
            has_pppoe_password: details.pppoe_password.is_some(),
            pppoe_password_made: customer.pppoe_password_made,
            static_ip: details.static_ip,
            mac_address: details.mac_address,
            ont_serial: details.ont_serial,
            billing: details.billing,
            billing_day: details.billing_day,
            billing_start: details.billing_start,
            taxed: details.taxed,
            discount_type: details.discount_type,
            discount_value: DiscountValue::of(details.discount_type, details.discount_value),
            discount_reason: details.discount_reason,
            discount_from: details.discount_from,
            discount_until: details.discount_until,
            payment_behavior: details.payment_behavior,
            rapel_months: details.rapel_months,
            payer_id: details.payer_id,
            due_rule: details.due_rule,
            exempt: details.exempt,
            status: standing.status,
            isolation_reason: standing.isolation_reason.map(|reason| call.told_held(&reason)),
            paused_from: standing.paused_from,
            paused_until: standing.paused_until,
            terminated_on: standing.terminated_on,
            balance: customer.balance,
            overdue_amount: overdue.get(&customer.id).copied().unwrap_or(Rupiah::ZERO),
            waiting_charges: waiting.get(&customer.id).copied().unwrap_or(Rupiah::ZERO),
            access,
            untold: untold.remove(&customer.id),
            overridden: judged
                .and_then(|judged| judged.overridden)
                .map(|word| access::OverrideView::of(call, word)),
            created_at: customer.created_at.as_millisecond(),
            updated_at: customer.updated_at.as_millisecond(),
            version: customer.version,
        }
    };
    Ok(customers.into_iter().map(view).collect())
}
