//! The terms of a bill: what makes it smaller, later, somebody else's, or none at all. Whoever adds and changes lines does
//! not decide about them; that takes the ability to bill. What is sent as it stands already changes nothing and is let pass.

use serde_json::Value;

use crate::actor::{Ability, Actor};
use crate::error::{Error, FieldProblem, Kind, Result, Sentence};

/// The fields that are terms whenever they are set.
const ALWAYS: [&str; 12] = [
    "billing",
    "taxed",
    "discount_type",
    "discount_value",
    "discount_reason",
    "discount_from",
    "discount_until",
    "payment_behavior",
    "rapel_months",
    "payer_id",
    "due_rule",
    "exempt",
];

/// What a technician says of a new line, and what nobody moves afterwards without the office.
const AFTERWARDS: [&str; 2] = ["billing_start", "billing_day"];

/// Refuses terms that `actor` may not agree on. `changed` holds the fields that differ from what stands in the record, or,
/// for a new one, from what everybody gets.
pub(super) fn check(actor: &Actor, changed: &Value, is_new: bool) -> Result<()> {
    if actor.may(Ability::InvoicesWrite) {
        return Ok(());
    }
    let afterwards = AFTERWARDS.iter().filter(|_| !is_new);
    let terms: Vec<&str> = ALWAYS
        .iter()
        .chain(afterwards)
        .copied()
        .filter(|field| changed.get(field).is_some())
        .collect();
    if terms.is_empty() {
        return Ok(());
    }
    let ability = Ability::InvoicesWrite;
    let names = terms.join(", ");
    let beside = Sentence::new(
        format!("Perlu izin {ability}."),
        format!("This takes the permission {ability}."),
    );
    Err(Error {
        fields: terms
            .iter()
            .map(|field| FieldProblem {
                field: (*field).to_owned(),
                code: "terms_forbidden",
                message: beside.clone(),
            })
            .collect(),
        ..Error::new(
            Kind::Forbidden,
            "terms_forbidden",
            format!(
                "Ketentuan tagihan ({names}) hanya dapat diubah dengan izin {ability}. Minta pemilik atau admin \
                 mengubahnya; isian lain dapat disimpan tanpa itu."
            ),
            format!(
                "The terms of the bill ({names}) take the permission {ability}. Ask the owner or an admin to change them; \
                 the other fields can be saved without."
            ),
        )
    })
}
