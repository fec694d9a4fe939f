//! The PPPoE password of a customer: what it is sealed for, how one is made where nobody gave any, and how a technician
//! reads it. It stands in the clear nowhere but in the one answer that was asked for, and every such question is logged.

use rand::seq::IndexedRandom as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::secrets::OfficeKey;

/// Letters and digits that nobody mistakes for each other on paper or on the phone.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 3;
const GROUP: usize = 4;

/// What the sealed PPPoE password of this customer is for; copied to another row it does not open.
pub(crate) fn pppoe_password_of(customer_id: i64) -> String {
    format!("customer/{customer_id}/pppoe_password")
}

/// A password sealed for this customer; `None` for one that was emptied.
pub(crate) fn sealed_password(
    password: Option<&SecretString>,
    customer_id: i64,
    key: &OfficeKey,
) -> Result<Option<String>> {
    let password = password.filter(|password| !password.expose_secret().is_empty());
    Ok(password
        .map(|password| key.seal(&pppoe_password_of(customer_id), password))
        .transpose()?)
}

/// The customer's password in the clear; `None` where the office has none.
///
/// # Errors
/// `sealed_with_another_key` and the like for one that does not open at this desk.
pub(crate) fn opened_password(call: &Call<'_>, customer: &Customer) -> Result<Option<SecretString>> {
    let Some(sealed) = customer.details.pppoe_password.as_deref() else {
        return Ok(None);
    };
    let opened = call.office.key().open(&pppoe_password_of(customer.id), sealed);
    opened.map(Some).map_err(|error| {
        Error::conflict(
            error.code(),
            "Kata sandi PPPoE tersegel tidak dapat dibuka di komputer ini. Isi ulang kata sandinya.",
            error.to_string(),
        )
    })
}

/// Makes a password, such as `k7mp-x2wd-r9ht`: 59 random bits, easily read out and typed.
pub(crate) fn make_password() -> SecretString {
    let mut random = rand::rng();
    let mut password = String::with_capacity(GROUPS * (GROUP + 1));
    for letter in 0..GROUPS * GROUP {
        if letter > 0 && letter % GROUP == 0 {
            password.push('-');
        }
        password.extend(LETTERS.choose(&mut random).map(|byte| char::from(*byte)));
    }
    SecretString::from(password)
}

/// Reads what a device has to be given so that it can dial.
#[derive(Debug)]
pub struct ReadPppoePassword {
    /// Whose.
    pub customer_id: i64,
}

/// What a device has to be given so that it can dial.
#[derive(Serialize, ToSchema)]
pub struct PppoePassword {
    /// The name.
    pub username: Option<String>,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: Exposed,
    /// Whether the program made it, since nobody had given one.
    pub made: bool,
}

/// A secret on its way to the one who asked for it.
struct Exposed(SecretString);

impl Serialize for Exposed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl PppoePassword {
    /// The password.
    #[must_use]
    pub fn password(&self) -> &SecretString {
        &self.password.0
    }
}

impl Request for ReadPppoePassword {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = PppoePassword;

    async fn run(self, call: &Call<'_>) -> Result<PppoePassword> {
        let mut tx = call.begin().await?;
        let customer = store::customers::find(&mut tx, self.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let password = opened_password(call, &customer)?.ok_or_else(|| {
            Error::conflict(
                "no_pppoe_password",
                "Kata sandi PPPoE pelanggan ini tidak tercatat di Sambung. Isi di data pelanggan, atau lihat di router.",
                "This customer's PPPoE password is not recorded in Sambung. Enter it in the record, or look at the router.",
            )
        })?;
        let entry = Entry::done(
            "pppoe_password_read",
            ("Kata sandi PPPoE dilihat", "The PPPoE password was looked at"),
        )
        .about("customer", customer.id, customer.details.name);
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(PppoePassword {
            username: customer.details.pppoe_username,
            password: Exposed(password),
            made: customer.pppoe_password_made,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_made_password_is_three_groups_of_four_that_read_well_and_no_two_are_the_same() {
        let made: HashSet<String> = (0..100)
            .map(|_| make_password().expose_secret().to_owned())
            .collect();
        assert_eq!(made.len(), 100);
        for password in made {
            let groups: Vec<&str> = password.split('-').collect();
            assert_eq!(groups.len(), GROUPS, "{password}");
            for group in groups {
                assert!(
                    group.len() == GROUP && group.bytes().all(|byte| LETTERS.contains(&byte)),
                    "{password}"
                );
            }
        }
    }
}
