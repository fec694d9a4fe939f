//! Packages that begin with a later period: what waits, and giving it to the line when its day has come.

use std::collections::HashMap;

use billing::CustomerStatus;
use store::Tx;
use store::customers::Customer;
use store::package_changes::PackageChange as WaitingChange;

use super::{PackageChange, package, record};
use crate::customers::on_router;
use crate::customers::view::PackageName;
use crate::error::Result;
use crate::logs::Entry;
use crate::office::Call;

/// The packages that these customers get later.
pub(crate) async fn waiting(
    tx: &mut Tx,
    customers: &[i64],
    packages: &HashMap<i64, store::packages::Details>,
) -> Result<HashMap<i64, PackageChange>> {
    let changes = store::package_changes::of_customers(tx, customers).await?;
    let view = |change: WaitingChange| {
        let package = packages.get(&change.package_id)?;
        let shown = PackageChange {
            package: PackageName {
                id: change.package_id,
                code: package.code.clone(),
                name: package.name.clone(),
                price: package.price,
            },
            from: change.from_day,
            difference: None,
        };
        Some((change.customer_id, shown))
    };
    Ok(changes.into_iter().filter_map(view).collect())
}

/// Gives every line the package whose day has come, in the record and on its router.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn apply_due(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let due = store::package_changes::due(&mut tx, call.today).await?;
    drop(tx);
    for change in due {
        let mut tx = call.begin().await?;
        let customer = store::customers::lock(&mut tx, change.customer_id).await?;
        // Somebody may have thought better of it meanwhile.
        let still = store::package_changes::of_customers(&mut tx, &[change.customer_id]).await?;
        if let (Some(customer), true) = (customer, still.contains(&change)) {
            store::package_changes::remove(&mut tx, change.customer_id).await?;
            apply(&mut tx, call, customer, &change).await?;
        }
        tx.commit().await?;
    }
    call.office.ring();
    Ok(())
}

async fn apply(tx: &mut Tx, call: &Call<'_>, customer: Customer, change: &WaitingChange) -> Result<()> {
    let (package_id, from) = (change.package_id, change.from_day);
    // The end may be taken back yet; until then no router is to know.
    let is_served = customer.standing.status != CustomerStatus::Terminated;
    let before = customer.details.clone();
    let mut after = customer;
    after.details.package_id = package_id;
    store::customers::update(tx, &after, call.now).await?;
    store::package_history::keep(tx, after.id, before.package_id, from, call.now).await?;
    let name = package(tx, package_id).await?.name;
    let entry = Entry::done(
        "package_changed",
        (
            format!("Paket {name} mulai berlaku"),
            format!("Package {name} begins"),
        ),
    )
    .detail(serde_json::json!({ "before": before.package_id, "after": package_id }));
    record(tx, call, &after, entry).await?;
    if is_served {
        on_router::changed(tx, call, &before, &after).await?;
    }
    Ok(())
}
