//! The day on which service begins: a customer who was entered before it is active from then on, is billed, and the router
//! is told. Somebody whom an import brought in as waiting, without a day in the future, waits for a person.

use billing::CustomerStatus;
use jiff::civil::Date;
use store::Tx;
use store::customers::{Customer, Filter, Standing};

use crate::customers::on_router;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::Call;

/// Rows that are read at once.
const STRIDE: i64 = 500;

/// Makes everybody active whose first day has come.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn begin_due(call: &Call<'_>) -> Result<()> {
    let mut tx = call.read().await?;
    let due: Vec<i64> = pending(&mut tx)
        .await?
        .iter()
        .filter(|customer| is_due(call, customer))
        .map(|customer| customer.id)
        .collect();
    drop(tx);
    for id in due {
        let mut tx = call.begin().await?;
        // Somebody may have ended or moved the line meanwhile.
        let customer = store::customers::lock(&mut tx, id).await?;
        if let Some(customer) = customer.filter(|customer| is_due(call, customer)) {
            begin(&mut tx, call, customer).await?;
        }
        tx.commit().await?;
    }
    call.office.ring();
    Ok(())
}

async fn pending(tx: &mut Tx) -> Result<Vec<Customer>> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let filter = Filter {
            status: Some(CustomerStatus::Pending),
            cursor: cursor.as_ref(),
            limit: STRIDE,
            ..Filter::default()
        };
        let page = store::customers::list(tx, &filter).await?;
        found.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}

/// Whether the customer was entered before the first day, and that day has come.
pub(crate) fn is_due(call: &Call<'_>, customer: &Customer) -> bool {
    let entered = call.zone.to_datetime(customer.created_at).date();
    let first = customer.details.billing_start;
    customer.standing.status == CustomerStatus::Pending && entered < first && first <= call.today
}

/// Makes a waiting customer active whose first day somebody moved to today or before.
///
/// # Errors
/// `billed_before_start` when days are billed that would come before the first one.
pub(super) async fn begin_if_moved(tx: &mut Tx, call: &Call<'_>, was: Date, id: i64) -> Result<()> {
    let customer = store::customers::lock(tx, id).await?;
    if let Some(customer) = &customer
        && was < customer.details.billing_start
    {
        refuse_if_billed(tx, id, was, customer.details.billing_start).await?;
    }
    let moved = customer.filter(|customer| {
        let first = customer.details.billing_start;
        customer.standing.status == CustomerStatus::Pending && first != was && first <= call.today
    });
    match moved {
        Some(customer) => begin(tx, call, customer).await,
        None => Ok(()),
    }
}

async fn begin(tx: &mut Tx, call: &Call<'_>, mut customer: Customer) -> Result<()> {
    customer.standing = Standing {
        status: CustomerStatus::Active,
        ..customer.standing
    };
    store::customers::set_standing(tx, customer.id, &customer.standing, call.now).await?;
    let entry = Entry::done(
        "line_begun",
        (
            "Langganan mulai berlaku hari ini",
            "The subscription begins today",
        ),
    )
    .about("customer", customer.id, &customer.details.name);
    logs::record(tx, call, entry).await?;
    on_router::added(tx, call, &customer).await
}

/// A first day that moves past days which an invoice asks for would leave them billed without a word.
async fn refuse_if_billed(tx: &mut Tx, line: i64, was: Date, first: Date) -> Result<()> {
    for charge in store::charges::of_days(tx, line, was).await? {
        let is_before = charge.service_from.is_some_and(|from| from < first);
        let Some(invoice_id) = charge
            .invoice_id
            .filter(|_| is_before && charge.kind.covers_service())
        else {
            continue;
        };
        let invoice = store::invoices::find(tx, invoice_id).await?;
        let number = invoice.map_or_else(String::new, |invoice| invoice.number);
        return Err(Error::conflict(
            "billed_before_start",
            format!(
                "Tagihan {number} sudah menagih hari sebelum tanggal mulai yang baru. Batalkan dulu tagihan itu tanpa menerbitkannya \
                 ulang, ubah tanggalnya, lalu buat tagihan lagi."
            ),
            format!(
                "Invoice {number} bills days before the new first day. Declare it void without reissuing it, change the day, then \
                 make the invoices again."
            ),
        ));
    }
    Ok(())
}
