//! Whose lines are being changed: by a job that waits, runs or is parked. Whoever only looks at a router asks for it, since
//! what is seen in the middle of a change is not its end.

use std::collections::HashSet;

use store::Tx;

use crate::error::Result;
use crate::jobs::registry::JobKind;
use crate::jobs::{line_access, undo};

/// The customers of a router whose access is being changed.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn changing(tx: &mut Tx, router_id: i64) -> Result<HashSet<i64>> {
    let kinds = [JobKind::Access, JobKind::OpenAccess, JobKind::CloseAccess].map(JobKind::as_str);
    let jobs = store::jobs::under_way(tx, router_id, &kinds).await?;
    let mut customers: HashSet<i64> = jobs.iter().map(line_access::customer_of).collect();
    let undoing = store::jobs::under_way(tx, router_id, &[JobKind::Undo.as_str()]).await?;
    let lines: Vec<i64> = undoing.iter().map(undo::line_of).collect();
    for line in store::plans::find_lines(tx, &lines).await? {
        customers.insert(line.customer_id);
    }
    Ok(customers)
}
