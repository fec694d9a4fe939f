//! Finding customers: lists and single ones.

use billing::{CustomerStatus, Observed};
use serde::Deserialize;
use store::customers::{Filter, Sort};

use crate::actor::Ability;
use crate::customers::view::{CustomerView, views};
use crate::customers::write::one;
use crate::error::{Error, Result};
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// Lists customers.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCustomers {
    /// Beginnings of words in name, number, phone, address or PPPoE name, all of which must be there; or the number of an
    /// invoice or a payment.
    pub search: Option<String>,
    /// Only with this status.
    pub status: Option<CustomerStatus>,
    /// Only on this router.
    pub router_id: Option<i64>,
    /// Only with this package.
    pub package_id: Option<i64>,
    /// Only in this area.
    pub area_id: Option<i64>,
    /// Only of this collector.
    pub collector_id: Option<i64>,
    /// Only whose line was last seen so: `open`, `closed`, `unknown`.
    pub access: Option<Observed>,
    /// Only with an overdue invoice.
    pub overdue: bool,
    /// Those too whom an undone import has withdrawn: they owe nothing and are in no other list.
    pub withdrawn: bool,
    /// `name`, `customer_no`, `balance` or `created_at`; with `-` before it from the end. Or `closest`: who is named by the search
    /// first, for a choice of one; it goes with `search` and `limit` alone and has one page.
    pub sort: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; 50 when absent, at most 500.
    pub limit: Option<i64>,
}

impl Request for ListCustomers {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Page<CustomerView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<CustomerView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        if self.sort.as_deref() == Some("closest") {
            return self.closest(call, asked.limit).await;
        }
        let (sort, descending) = sort(self.sort.as_deref())?;
        let filter = Filter {
            search: self.search.as_deref(),
            status: self.status,
            router_id: self.router_id,
            package_id: self.package_id,
            area_id: self.area_id,
            collector_id: self.collector_id,
            observed: self.access,
            overdue_on: self.overdue.then_some(call.today),
            with_withdrawn: self.withdrawn,
            sort,
            descending,
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
        };
        let mut tx = call.read().await?;
        let page = store::customers::list(&mut tx, &filter).await?;
        let (total, next_cursor) = (page.total, page.next.map(|cursor| cursor.to_string()));
        Ok(Page {
            items: views(&mut tx, call, page.items).await?,
            next_cursor,
            total,
        })
    }
}

impl ListCustomers {
    async fn closest(self, call: &Call<'_>, limit: i64) -> Result<Page<CustomerView>> {
        let narrows = self.status.is_some()
            || self.router_id.is_some()
            || self.package_id.is_some()
            || self.area_id.is_some()
            || self.collector_id.is_some()
            || self.access.is_some()
            || self.overdue
            || self.withdrawn
            || self.cursor.is_some();
        let Some(search) = self.search.filter(|_| !narrows) else {
            return Err(Error::invalid(
                "bad_sort",
                "Urutan closest hanya untuk search dan limit, tanpa saringan lain.",
                "The order closest goes with search and limit alone.",
            ));
        };
        let mut tx = call.read().await?;
        let found = store::customers::closest(&mut tx, &search, limit).await?;
        let items = views(&mut tx, call, found).await?;
        Ok(Page {
            total: i64::try_from(items.len()).map_err(Error::fault)?,
            next_cursor: None,
            items,
        })
    }
}

fn sort(word: Option<&str>) -> Result<(Sort, bool)> {
    let word = word.unwrap_or_default();
    let (word, descending) = word.strip_prefix('-').map_or((word, false), |word| (word, true));
    let sort = match word {
        "" | "name" => Sort::Name,
        "customer_no" => Sort::CustomerNo,
        "balance" => Sort::Balance,
        "created_at" => Sort::CreatedAt,
        _ => {
            return Err(Error::invalid(
                "bad_sort",
                "Urutan yang dikenal: name, customer_no, balance, created_at (dengan - di depan untuk terbalik), closest.",
                "The known orders: name, customer_no, balance, created_at (with - before it for the reverse), closest.",
            ));
        }
    };
    Ok((sort, descending))
}

/// Reads one customer.
#[derive(Debug)]
pub struct ReadCustomer {
    /// Which.
    pub id: i64,
}

impl Request for ReadCustomer {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        let mut tx = call.read().await?;
        one(&mut tx, call, self.id).await
    }
}
