//! The counter by command line: packages, payments, and why a line is open or closed.

use std::process::ExitCode;

use office::access::ReadWhy;
use office::catalogue::AddPackage;
use office::payments::TakePayment;
use office::{Actor, Error, Office, jobs};
use serde::Serialize;

use crate::command_line::{Customer, Package, Payment};
use crate::voice;

/// Adds a package.
pub(super) async fn package(office: &Office, what: Package) -> Result<ExitCode, Error> {
    let Package::Add {
        code,
        name,
        download,
        upload,
        price,
    } = what;
    let request = AddPackage {
        code,
        name,
        speed_download: download,
        speed_upload: upload,
        price,
        is_active: None,
    };
    print(&office.perform(&Actor::console(), request).await?)
}

/// Says why a line is open or closed.
pub(super) async fn customer(office: &Office, what: Customer) -> Result<ExitCode, Error> {
    let Customer::Why { customer_no } = what;
    let customer_id = customer_id(office, &customer_no).await?;
    let language = voice::language();
    let request = ReadWhy {
        customer_id,
        language,
    };
    print(&office.perform(&Actor::console(), request).await?)
}

/// Takes a payment and carries out what it causes, so that the line is open when the command ends.
pub(super) async fn payment(office: &Office, what: Payment) -> Result<ExitCode, Error> {
    let Payment::Take {
        customer_no,
        amount,
        method,
        invoice,
    } = what;
    let customer_id = customer_id(office, &customer_no).await?;
    let invoice_id = match invoice {
        Some(number) => Some(invoice_id(office, &number).await?),
        None => None,
    };
    let request = TakePayment {
        customer_id,
        invoice_id,
        amount,
        method,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        idempotency_key: None,
    };
    let taken = office.perform(&Actor::console(), request).await?;
    jobs::run_due(office, true).await?;
    print(&taken)
}

async fn customer_id(office: &Office, customer_no: &str) -> Result<i64, Error> {
    let mut tx = office.store().read().await?;
    let customer = store::customers::find_by_no(&mut tx, customer_no.trim()).await?;
    customer
        .map(|customer| customer.id)
        .ok_or_else(|| Error::missing("Pelanggan", "customer"))
}

/// The id of the invoice with this number.
pub(super) async fn invoice_id(office: &Office, number: &str) -> Result<i64, Error> {
    let mut tx = office.store().read().await?;
    let invoice = store::invoices::find_by_number(&mut tx, number.trim()).await?;
    invoice
        .map(|invoice| invoice.id)
        .ok_or_else(|| Error::missing("Tagihan", "invoice"))
}

fn print(answer: &impl Serialize) -> Result<ExitCode, Error> {
    voice::result(&serde_json::to_string(answer).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}
