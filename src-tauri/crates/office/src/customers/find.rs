//! Find anything: what Ctrl+K asks.

use billing::{CustomerStatus, Rupiah};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::Result;
use crate::office::{Call, Request};

/// How many of each kind are found.
const MOST: i64 = 8;

/// What was found.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Found {
    /// Customers.
    pub customers: Vec<FoundCustomer>,
    /// Invoices, by number.
    pub invoices: Vec<FoundDocument>,
    /// Payments, by number.
    pub payments: Vec<FoundDocument>,
    /// Routers, by name and host.
    pub routers: Vec<FoundRouter>,
}

/// A router that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundRouter {
    /// The row's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its name or address on the network.
    pub host: String,
    /// Whether it is in use.
    pub is_active: bool,
}

/// A customer that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundCustomer {
    pub id: i64,
    pub customer_no: String,
    pub name: String,
    pub address: Option<String>,
    pub status: CustomerStatus,
    pub balance: Rupiah,
}

/// An invoice or a payment that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundDocument {
    /// The row's id.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// Whose it is.
    pub customer_id: i64,
    /// Their name.
    pub customer_name: String,
    /// The total or the amount paid.
    pub amount: Rupiah,
}

/// Finds customers by words, invoices and payments by number, routers by a part of their name or host.
#[derive(Debug)]
pub struct Find {
    /// What was typed.
    pub words: String,
}

impl Request for Find {
    const ABILITY: Ability = Ability::Own;
    type Answer = Found;

    async fn run(self, call: &Call<'_>) -> Result<Found> {
        let words = self.words.trim();
        let mut found = Found::default();
        if words.is_empty() {
            return Ok(found);
        }
        let mut tx = call.read().await?;
        if call.actor.may(Ability::CustomersRead) {
            // Enter takes the first: who was named is before whoever has the words as well.
            found.customers = store::customers::closest(&mut tx, words, MOST)
                .await?
                .into_iter()
                .map(|customer| FoundCustomer {
                    id: customer.id,
                    customer_no: customer.details.customer_no,
                    name: customer.details.name,
                    address: customer.details.address,
                    status: customer.standing.status,
                    balance: customer.balance,
                })
                .collect();
        }
        let number = words.to_ascii_uppercase();
        if call.actor.may(Ability::InvoicesRead) && looks_like(&number, "INV") {
            let filter = store::invoices::Filter {
                search: Some(&number),
                status: None,
                today: call.today,
                period: None,
                customer_id: None,
                cursor: None,
                limit: MOST,
            };
            for invoice in store::invoices::list(&mut tx, &filter).await?.items {
                let name = store::customers::find(&mut tx, invoice.customer_id).await?;
                found.invoices.push(FoundDocument {
                    id: invoice.id,
                    number: invoice.number,
                    customer_id: invoice.customer_id,
                    customer_name: name.map(|customer| customer.details.name).unwrap_or_default(),
                    amount: invoice.total,
                });
            }
        }
        if call.actor.may(Ability::PaymentsRead) && looks_like(&number, "PAY") {
            let filter = store::payments::Filter {
                search: Some(&number),
                limit: MOST,
                ..store::payments::Filter::default()
            };
            for payment in store::payments::list(&mut tx, &filter).await?.items {
                let name = store::customers::find(&mut tx, payment.customer_id).await?;
                found.payments.push(FoundDocument {
                    id: payment.id,
                    number: payment.number,
                    customer_id: payment.customer_id,
                    customer_name: name.map(|customer| customer.details.name).unwrap_or_default(),
                    amount: payment.amount,
                });
            }
        }
        if call.actor.may(Ability::NetworkRead) {
            found.routers = routers(&mut tx, words).await?;
        }
        Ok(found)
    }
}

/// The routers whose name or host holds the words; those that begin with them are first.
async fn routers(tx: &mut Tx, words: &str) -> Result<Vec<FoundRouter>> {
    let words = words.to_lowercase();
    let mut ranked: Vec<(bool, FoundRouter)> = store::routers::all(tx)
        .await?
        .into_iter()
        .filter_map(|router| {
            let details = router.details;
            let (name, host) = (details.name.to_lowercase(), details.host.to_lowercase());
            let is_it = name.contains(&words) || host.contains(&words);
            is_it.then_some((
                !(name.starts_with(&words) || host.starts_with(&words)),
                FoundRouter {
                    id: router.id,
                    name: details.name,
                    host: details.host,
                    is_active: details.is_active,
                },
            ))
        })
        .collect();
    ranked.sort_by_key(|(inside, _)| *inside);
    let most = usize::try_from(MOST).unwrap_or_default();
    Ok(ranked.into_iter().take(most).map(|(_, router)| router).collect())
}

/// Whether the text can be the beginning of a number with this prefix.
fn looks_like(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix) || prefix.starts_with(text)
}
