//! Giving a line to a customer who is there already, and taking it back: the record says where the line is, and what it
//! said before is kept with the import.

use billing::{Access, ConnectionType};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use store::customers::{Customer, Details};
use store::import_links::ImportLink;

use crate::error::{Error, Result, Sentence};
use crate::importing::KeptCustomer;
use crate::logs::{self, Entry as LogEntry};
use crate::office::Call;
use crate::onboarding::entry::{Entry, Source};

/// What a record says about a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LineRecord {
    router_id: Option<i64>,
    connection_type: ConnectionType,
    pppoe_username: Option<String>,
    static_ip: Option<String>,
    mac_address: Option<String>,
    package_id: i64,
}

/// What an import wrote.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    line: LineRecord,
    /// The record's version after it.
    version: i64,
    /// Whether it gave a password to a record that had none.
    password: bool,
    /// The override that keeps the line closed.
    override_id: Option<i64>,
}

impl LineRecord {
    pub(super) fn of(details: &Details) -> LineRecord {
        LineRecord {
            router_id: details.router_id,
            connection_type: details.connection_type,
            pppoe_username: details.pppoe_username.clone(),
            static_ip: details.static_ip.clone(),
            mac_address: details.mac_address.clone(),
            package_id: details.package_id,
        }
    }

    fn put(self, details: &mut Details) {
        details.router_id = self.router_id;
        details.connection_type = self.connection_type;
        details.pppoe_username = self.pppoe_username;
        details.static_ip = self.static_ip;
        details.mac_address = self.mac_address;
        details.package_id = self.package_id;
    }
}

/// Puts a router's line into a record. A session's addresses come and go, so a PPPoE line has none.
pub(super) fn put_line(entry: &Entry, router_id: i64, details: &mut Details) {
    details.router_id = Some(router_id);
    details.connection_type = entry.kind;
    match entry.source {
        Source::Secret => details.pppoe_username.clone_from(&entry.user_name),
        Source::HotspotUser => {
            details.pppoe_username.clone_from(&entry.user_name);
            details.mac_address = entry.mac_address.clone().or(details.mac_address.take());
        }
        Source::Arp | Source::Lease => {
            details.static_ip = entry.address.clone().or(details.static_ip.take());
            details.mac_address = entry.mac_address.clone().or(details.mac_address.take());
        }
    }
}

/// A customer who gets a line.
pub(super) struct Link {
    pub customer: Customer,
    pub details: Details,
    pub override_id: Option<i64>,
}

/// Writes the line into the customer's record, and gives what an undo needs.
pub(super) async fn link(tx: &mut Tx, call: &Call<'_>, link: Link, entry: &Entry) -> Result<ImportLink> {
    let Link {
        customer,
        details,
        override_id,
    } = link;
    let before = LineRecord::of(&customer.details);
    let written = Written {
        line: LineRecord::of(&details),
        version: customer.version + 1,
        password: customer.details.pppoe_password.is_none() && details.pppoe_password.is_some(),
        override_id,
    };
    let customer_id = customer.id;
    let log = LogEntry::done(
        "line_matched",
        (
            format!(
                "Jalur {} dicatat pada pelanggan {}",
                entry.called(),
                details.customer_no
            ),
            format!(
                "Line {} recorded with customer {}",
                entry.called(),
                details.customer_no
            ),
        ),
    )
    .about("customer", customer_id, &details.name)
    .detail(json!({ "before": before, "after": written.line }));
    store::customers::update(tx, &Customer { details, ..customer }, call.now).await?;
    logs::record(tx, call, log).await?;
    Ok(ImportLink {
        customer_id,
        before: serde_json::to_value(before).map_err(Error::fault)?,
        after: serde_json::to_value(written).map_err(Error::fault)?,
    })
}

/// Takes the lines of an import back from the customers who were there before: gives how many, and who keeps theirs
/// because the record was changed since or the line was closed from here.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn unlink(
    tx: &mut Tx,
    call: &Call<'_>,
    batch_id: i64,
    kept: &mut Vec<KeptCustomer>,
) -> Result<usize> {
    let mut restored = 0;
    for link in store::import_links::of_batch(tx, batch_id).await? {
        let Some(customer) = store::customers::lock(tx, link.customer_id).await? else {
            continue;
        };
        let before: LineRecord = serde_json::from_value(link.before).map_err(Error::fault)?;
        let after: Written = serde_json::from_value(link.after).map_err(Error::fault)?;
        if LineRecord::of(&customer.details) != after.line {
            kept.push(kept_because(
                &customer,
                "changed",
                "Jalurnya sudah diubah sejak diimpor.",
                "The line was changed since the import.",
            ));
            continue;
        }
        let asked = store::access::find(tx, customer.id).await?;
        if asked.is_some_and(|access| access.desired == Access::Closed) {
            kept.push(kept_because(
                &customer,
                "in_a_plan",
                "Jalurnya sudah ditutup oleh Sambung; buka dulu.",
                "Sambung has closed the line; open it first.",
            ));
            continue;
        }
        take_back(tx, call, customer, before, &after).await?;
        restored += 1;
    }
    Ok(restored)
}

async fn take_back(
    tx: &mut Tx,
    call: &Call<'_>,
    customer: Customer,
    before: LineRecord,
    after: &Written,
) -> Result<()> {
    let in_force = store::overrides::in_force(tx, customer.id, call.today).await?;
    if in_force.is_some_and(|word| Some(word.id) == after.override_id) {
        store::overrides::end(tx, customer.id, call.actor.label(), call.now).await?;
    }
    let mut restored = customer;
    // A password that somebody typed since is not the import's.
    if after.password && restored.version == after.version {
        restored.details.pppoe_password = None;
    }
    let log = LogEntry::done(
        "line_match_undone",
        (
            format!("Jalur pelanggan {} dikembalikan", restored.details.customer_no),
            format!(
                "Customer {} has the line of before again",
                restored.details.customer_no
            ),
        ),
    )
    .about("customer", restored.id, &restored.details.name)
    .detail(json!({ "before": after.line, "after": before }));
    before.put(&mut restored.details);
    store::customers::update(tx, &restored, call.now).await?;
    logs::record(tx, call, log).await
}

fn kept_because(customer: &Customer, code: &str, id: &str, en: &str) -> KeptCustomer {
    KeptCustomer {
        customer_no: customer.details.customer_no.clone(),
        code: code.to_owned(),
        reason: Sentence::new(id, en),
    }
}
