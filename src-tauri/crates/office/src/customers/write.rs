//! Adding a customer and changing one.

use billing::{Access, BillingMode, ConnectionType, CustomerStatus, PaymentBehavior};
use store::Tx;
use store::customers::{Customer, Details, Standing};

use crate::access;
use crate::actor::Ability;
use crate::customers::DiscountValue;
use crate::customers::begin;
use crate::customers::fields::CustomerFields;
use crate::customers::line_taken;
use crate::customers::on_router;
use crate::customers::package_change;
use crate::customers::pppoe_password::sealed_password;
use crate::customers::terms;
use crate::customers::view::{CustomerView, views};
use crate::edits;
use crate::error::{Error, FormCheck, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// The counter that gives out customer numbers.
const NUMBERS: &str = "customer";

/// Adds a customer: active when its billing has begun, pending until then. The router of an active one is told by a job.
#[derive(Debug)]
pub struct AddCustomer(pub CustomerFields);

impl Request for AddCustomer {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        let fields = self.0;
        let mut form = FormCheck::new();
        fields.require(&mut form);
        let numbered = fields
            .customer_no
            .as_ref()
            .is_some_and(|number| !number.trim().is_empty());
        let mut fields = fields;
        if !numbered {
            fields.customer_no = None;
        }
        let blank = Details {
            customer_no: String::new(),
            name: String::new(),
            phone: None,
            address: None,
            area_id: None,
            odp: None,
            collector_id: None,
            package_id: 0,
            router_id: None,
            connection_type: ConnectionType::Pppoe,
            pppoe_username: None,
            pppoe_password: None,
            static_ip: None,
            mac_address: None,
            ont_serial: None,
            billing: BillingMode::Normal,
            billing_day: 1,
            billing_start: call.today,
            taxed: true,
            discount_type: None,
            discount_value: 0,
            discount_reason: None,
            discount_from: None,
            discount_until: None,
            payment_behavior: PaymentBehavior::Regular,
            rapel_months: 0,
            payer_id: None,
            due_rule: None,
            exempt: false,
        };
        let password = fields.pppoe_password.take().flatten();
        let mut details = fields.apply(blank.clone(), &mut form);
        form.finish()?;
        terms::check(call.actor, &changed_fields(&blank, &details)["after"], true)?;
        let mut tx = call.begin().await?;
        check_references(&mut tx, &details, None).await?;
        line_taken::check(&mut tx, &details, None).await?;
        if !numbered {
            details.customer_no = next_number(&mut tx).await?;
        }
        let status = if details.billing_start > call.today {
            CustomerStatus::Pending
        } else {
            CustomerStatus::Active
        };
        let id = store::customers::insert(&mut tx, &details, &Standing::of(status), call.now).await?;
        if let Some(sealed) = sealed_password(password.as_ref(), id, call.office.key())? {
            store::customers::set_sealed_password(&mut tx, id, &sealed).await?;
        }
        let entry = Entry::done(
            "customer_added",
            (
                format!("Pelanggan {} ditambahkan", details.customer_no),
                format!("Customer {} added", details.customer_no),
            ),
        )
        .about("customer", id, details.name);
        logs::record(&mut tx, call, entry).await?;
        let customer = store::customers::find(&mut tx, id).await?;
        on_router::added(&mut tx, call, &customer.ok_or_else(Error::stale)?).await?;
        let view = one(&mut tx, call, id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(view)
    }
}

/// Changes a customer; what is absent stays. The router is told by jobs, and a line that the change frees is opened. A
/// dearer package begins at once, a cheaper one with the next period; the answer says which.
#[derive(Debug)]
pub struct ChangeCustomer {
    /// Which.
    pub id: i64,
    /// The fields to change.
    pub fields: CustomerFields,
}

impl Request for ChangeCustomer {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        let mut tx = call.begin().await?;
        let before = store::customers::lock(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let read = self.fields.version;
        edits::check(&mut tx, edits::CUSTOMER, self.id, read, before.version).await?;
        let mut form = FormCheck::new();
        let mut fields = self.fields;
        let password = fields.pppoe_password.take();
        let package_id = fields.package_id;
        let mut details = fields.apply(before.details.clone(), &mut form);
        form.finish()?;
        if let Some(password) = password {
            details.pppoe_password = sealed_password(password.as_ref(), before.id, call.office.key())?;
        }
        check_references(&mut tx, &details, Some(&before)).await?;
        line_taken::check(&mut tx, &details, Some(&before)).await?;
        let package_change = package_change::decide(&mut tx, call, &before, &mut details, package_id).await?;
        let changed = changed_fields(&before.details, &details);
        terms::check(call.actor, &changed["after"], false)?;
        let desired = on_router::desired(&mut tx, call, before.id).await?;
        let after = Customer {
            details,
            ..before.clone()
        };
        store::customers::update(&mut tx, &after, call.now).await?;
        let entry = Entry::done(
            "customer_changed",
            (
                format!("Pelanggan {} diubah", after.details.customer_no),
                format!("Customer {} changed", after.details.customer_no),
            ),
        )
        .about("customer", after.id, after.details.name.clone())
        .detail(logs::masked(changed));
        logs::record(&mut tx, call, entry).await?;
        on_router::changed(&mut tx, call, &before.details, &after).await?;
        begin::begin_if_moved(&mut tx, call, before.details.billing_start, after.id).await?;
        if desired == Some(Access::Closed)
            && on_router::desired(&mut tx, call, after.id).await? == Some(Access::Open)
        {
            access::enqueue_settle(&mut tx, call, after.id).await?;
        }
        let mut view = one(&mut tx, call, after.id).await?;
        view.package_change = package_change.or(view.package_change);
        tx.commit().await?;
        call.office.ring();
        Ok(view)
    }
}

/// The customer as readers see it.
pub(super) async fn one(tx: &mut Tx, call: &Call<'_>, id: i64) -> Result<CustomerView> {
    let missing = || Error::missing("Pelanggan", "customer");
    let customer = store::customers::find(tx, id).await?.ok_or_else(missing)?;
    views(tx, call, vec![customer]).await?.pop().ok_or_else(missing)
}

/// The next customer number that nobody has: unique, not gapless, since an office may give out numbers of its own.
pub(crate) async fn next_number(tx: &mut Tx) -> Result<String> {
    loop {
        let number = format!("PLG-{:05}", store::counters::next(tx, NUMBERS).await?);
        if store::customers::find_by_no(tx, &number).await?.is_none() {
            return Ok(number);
        }
    }
}

/// Refuses references to what does not exist, each beside its field; a package that is not sold and a payer who has left,
/// where they are chosen now; and payers that pay through somebody else.
async fn check_references(tx: &mut Tx, details: &Details, before: Option<&Customer>) -> Result<()> {
    let own_id = before.map(|before| before.id);
    let had_package = before.is_some_and(|before| before.details.package_id == details.package_id);
    let had_payer = before.is_some_and(|before| before.details.payer_id == details.payer_id);
    let mut form = FormCheck::new();
    let mut absent = |field: &str| {
        form.refuse(
            field,
            "not_found",
            "Pilihan ini tidak ada lagi.",
            "This choice does not exist any more.",
        );
    };
    let package = store::packages::find(tx, details.package_id).await?;
    if package.is_none() {
        absent("package_id");
    }
    if let Some(id) = details.router_id
        && store::routers::find(tx, id).await?.is_none()
    {
        absent("router_id");
    }
    if let Some(id) = details.area_id
        && store::areas::find(tx, id).await?.is_none()
    {
        absent("area_id");
    }
    if let Some(id) = details.collector_id
        && store::users::find(tx, id).await?.is_none()
    {
        absent("collector_id");
    }
    if let Some(id) = details.payer_id {
        let payer = store::customers::find(tx, id).await?;
        let has_dependants = match own_id {
            Some(own) => !store::customers::having_payer(tx, own).await?.is_empty(),
            None => false,
        };
        match payer {
            None => absent("payer_id"),
            Some(payer) if payer.details.payer_id.is_some() || own_id == Some(id) || has_dependants => form
                .refuse(
                    "payer_id",
                    "payer_chain",
                    "Pembayar harus pelanggan yang membayar sendiri.",
                    "A payer must be a customer who pays for themselves.",
                ),
            Some(payer) if leaves(&payer) && !had_payer => form.refuse(
                "payer_id",
                "payer_left",
                "Pelanggan ini sudah atau akan berhenti. Pilih pembayar lain.",
                "This customer has left, or is about to. Choose another payer.",
            ),
            Some(_) => {}
        }
    }
    if package.is_some_and(|package| !package.details.is_active) && !had_package {
        form.refuse(
            "package_id",
            "package_not_sold",
            "Paket ini tidak dijual lagi. Pilih paket lain, atau jual lagi paket ini di daftar paket.",
            "This package is not sold any more. Choose another, or sell it again in the list of packages.",
        );
    }
    form.finish()
}

/// Whether a customer has left, or the day on which they do is known.
fn leaves(customer: &Customer) -> bool {
    customer.standing.status == CustomerStatus::Terminated || customer.standing.terminated_on.is_some()
}

/// Before and after of the fields that changed; a password only as the fact that it did.
fn changed_fields(before: &Details, after: &Details) -> serde_json::Value {
    let facts = |details: &Details| {
        serde_json::json!({
            "customer_no": details.customer_no, "name": details.name, "phone": details.phone,
            "address": details.address, "area_id": details.area_id, "odp": details.odp,
            "collector_id": details.collector_id, "package_id": details.package_id, "router_id": details.router_id,
            "connection_type": details.connection_type, "pppoe_username": details.pppoe_username,
            "static_ip": details.static_ip, "mac_address": details.mac_address, "ont_serial": details.ont_serial,
            "billing": details.billing, "billing_day": details.billing_day, "billing_start": details.billing_start,
            "taxed": details.taxed, "discount_type": details.discount_type,
            "discount_value": DiscountValue::of(details.discount_type, details.discount_value),
            "discount_reason": details.discount_reason, "discount_from": details.discount_from,
            "discount_until": details.discount_until, "payment_behavior": details.payment_behavior,
            "rapel_months": details.rapel_months, "payer_id": details.payer_id, "due_rule": details.due_rule,
            "exempt": details.exempt,
        })
    };
    let (mut old, mut new) = (facts(before), facts(after));
    if let (Some(old), Some(new)) = (old.as_object_mut(), new.as_object_mut()) {
        let same: Vec<String> = old
            .iter()
            .filter(|(key, value)| new.get(*key) == Some(value))
            .map(|(key, _)| key.clone())
            .collect();
        for key in same {
            old.remove(&key);
            new.remove(&key);
        }
        if before.pppoe_password != after.pppoe_password {
            new.insert("pppoe_password".into(), "changed".into());
        }
    }
    serde_json::json!({ "before": old, "after": new })
}
