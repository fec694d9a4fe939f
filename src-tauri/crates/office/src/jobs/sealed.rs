//! The PPPoE password of a customer in the clear, for as long as a router is told of it.

use secrecy::SecretString;
use store::customers::Customer;

use crate::customers::pppoe_password_of;
use crate::error::Error;
use crate::network::Failure;
use crate::office::Call;

/// Opens the customer's PPPoE password; `None` where the office has none.
///
/// # Errors
/// [`Failure::Here`] for one that was sealed with a key which this desk does not have.
pub(super) fn open(call: &Call<'_>, customer: &Customer) -> Result<Option<SecretString>, Failure> {
    let Some(sealed) = customer.details.pppoe_password.as_deref() else {
        return Ok(None);
    };
    let opened = call.office.key().open(&pppoe_password_of(customer.id), sealed);
    Ok(Some(opened.map_err(|error| {
        Error::conflict(
            error.code(),
            "Kata sandi PPPoE tersegel tidak dapat dibuka di komputer ini. Isi ulang kata sandinya.",
            error.to_string(),
        )
    })?))
}
