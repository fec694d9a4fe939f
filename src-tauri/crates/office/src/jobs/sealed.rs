//! The PPPoE password of a customer in the clear, for as long as a router is told of it, and the sealing of one that a
//! router was told or was found to have while the office had none.

use secrecy::SecretString;
use store::Tx;
use store::customers::Customer;

use crate::customers::{opened_password, sealed_password};
use crate::error::Result;
use crate::logs::{self, Entry};
use crate::network::{Failure, Learnt};
use crate::office::Call;

/// Opens the customer's PPPoE password; `None` where the office has none.
///
/// # Errors
/// [`Failure::Here`] for one that was sealed with a key which this desk does not have.
pub(super) fn open(call: &Call<'_>, customer: &Customer) -> Result<Option<SecretString>, Failure> {
    Ok(opened_password(call, customer)?)
}

/// Records a password that the office did not have, unless somebody recorded one meanwhile.
pub(super) async fn learn(tx: &mut Tx, call: &Call<'_>, customer: &Customer, learnt: &Learnt) -> Result<()> {
    let Some(sealed) = sealed_password(Some(&learnt.password), customer.id, call.office.key())? else {
        return Ok(());
    };
    if !store::customers::learn_sealed_password(tx, customer.id, &sealed, learnt.made).await? {
        return Ok(());
    }
    let entry = if learnt.made {
        Entry::done(
            "pppoe_password_made",
            (
                "Kata sandi PPPoE dibuat karena belum diisi; teknisi dapat melihatnya di data pelanggan",
                "A PPPoE password was made, since none was entered; a technician can see it in the customer's record",
            ),
        )
    } else {
        Entry::done(
            "pppoe_password_learnt",
            (
                "Kata sandi PPPoE yang ada di router dicatat",
                "The PPPoE password that the router has was recorded",
            ),
        )
    };
    logs::record(
        tx,
        call,
        entry.about("customer", customer.id, &customer.details.name),
    )
    .await
}
