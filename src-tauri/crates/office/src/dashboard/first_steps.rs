//! What a new office does first, so that its first screen shows the way in instead of zeros. It asks nothing of an office
//! that bills already, whichever of the steps it has left out.

use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

use crate::error::Result;
use crate::office::Call;

/// Which of the first steps are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstSteps {
    /// Whether invoices can say where the office is: its address or its phone is entered.
    pub company: bool,
    /// A router of the office, whose lines can be imported; `null` while there is none.
    pub router_id: Option<i64>,
    /// Whether there is a package.
    pub packages: bool,
    /// Whether there is a customer, former ones among them.
    pub customers: bool,
}

/// The first steps, while one of them is open and nobody was billed.
pub(super) async fn open(tx: &mut Tx, call: &Call<'_>) -> Result<Option<FirstSteps>> {
    let customers = store::customers::count_by_status(tx).await?;
    let routers = store::routers::all(tx).await?;
    let steps = FirstSteps {
        company: !call.settings.office_address.is_empty() || !call.settings.office_phone.is_empty(),
        router_id: routers.first().map(|router| router.id),
        packages: !store::packages::all(tx).await?.is_empty(),
        customers: customers.iter().any(|(_, count)| *count > 0),
    };
    let done = steps.company && steps.router_id.is_some() && steps.packages && steps.customers;
    if done || has_billed(tx, call).await? {
        return Ok(None);
    }
    Ok(Some(steps))
}

async fn has_billed(tx: &mut Tx, call: &Call<'_>) -> Result<bool> {
    let any = store::invoices::Filter {
        search: None,
        status: None,
        today: call.today,
        period: None,
        customer_id: None,
        cursor: None,
        limit: 1,
    };
    Ok(store::invoices::list(tx, &any).await?.total > 0)
}
