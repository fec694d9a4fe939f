//! What people type names records by: a customer's or an invoice's number, a router's name. What is not there is said with
//! the word that was typed and where the right one is found.

use office::payments::ListPayments;
use office::routers::{ListRouters, RouterView};
use office::{Error, Kind, Office};

use crate::voice;

/// The id of the customer with this number.
pub(super) async fn customer(office: &Office, number: &str) -> Result<i64, Error> {
    let mut tx = office.store().read().await?;
    let customer = store::customers::find_by_no(&mut tx, number.trim()).await?;
    customer.map(|customer| customer.id).ok_or_else(|| {
        missing(
            format!(
                "Tidak ada pelanggan bernomor {number}. Nomornya tertera di tagihan dan di daftar pelanggan."
            ),
            format!(
                "There is no customer {number}. The number is on the invoices and in the list of customers."
            ),
        )
    })
}

/// The id of the invoice with this number.
pub(super) async fn invoice(office: &Office, number: &str) -> Result<i64, Error> {
    let mut tx = office.store().read().await?;
    let invoice = store::invoices::find_by_number(&mut tx, number.trim()).await?;
    invoice.map(|invoice| invoice.id).ok_or_else(|| {
        missing(
            format!("Tidak ada tagihan bernomor {number}. Periksa nomornya di daftar tagihan."),
            format!("There is no invoice {number}. Look its number up in the list of invoices."),
        )
    })
}

/// The id of the payment with this number.
pub(super) async fn payment(office: &Office, number: &str) -> Result<i64, Error> {
    let number = number.trim();
    let request = ListPayments {
        search: Some(number.to_owned()),
        ..ListPayments::default()
    };
    let found = office.perform(&voice::console(), request).await?.items;
    let payment = found.into_iter().find(|payment| payment.number == number);
    payment.map(|payment| payment.id).ok_or_else(|| {
        missing(
            format!("Tidak ada pembayaran bernomor {number}. Periksa nomornya di daftar pembayaran."),
            format!("There is no payment {number}. Look its number up in the list of payments."),
        )
    })
}

/// The router of this name.
pub(super) async fn router(office: &Office, name: &str) -> Result<RouterView, Error> {
    let routers = office.perform(&voice::console(), ListRouters).await?;
    let names: Vec<String> = routers.iter().map(|router| router.name.clone()).collect();
    routers
        .into_iter()
        .find(|router| router.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            let names = names.join(", ");
            missing(
                format!("Tidak ada router bernama {name}. Yang ada: {names}."),
                format!("There is no router {name}. There are: {names}."),
            )
        })
}

fn missing(id: String, en: String) -> Error {
    Error::new(Kind::Missing, "not_found", id, en)
}
