//! The fields of a change. A field that is absent stays as it is, one that is `null` is emptied, one with a value gets
//! it; `Option<Option<T>>` with [`given`] tells the three apart. A field that cannot be empty is no `Option<Option<T>>`, and
//! a change that empties it is refused instead of passed over: [`Change`] names those fields.

use serde::{Deserialize, Deserializer};

use crate::catalogue::{ChangePackage, RenameArea};
use crate::customers::CustomerFields;
use crate::error::{FormCheck, Result};
use crate::people::ChangeStaff;
use crate::routers::ChangeRouter;
use crate::schedule::ChangeTask;

/// A change of a record, some of whose fields may be absent but never empty.
pub trait Change {
    /// These fields. Not `version`: `null` is how a reader says that none was read.
    const FILLED: &'static [&'static str];

    /// Refuses a change that empties such a field, all of them at once.
    ///
    /// # Errors
    /// `invalid`, beside each field that `is_null`.
    fn check_filled(is_null: impl Fn(&str) -> bool) -> Result<()> {
        let mut form = FormCheck::new();
        for field in Self::FILLED.iter().filter(|field| is_null(field)) {
            form.refuse(
                *field,
                "required",
                "Tidak boleh kosong (null). Hilangkan bila tidak diubah.",
                "This cannot be empty (null). Leave it out where it does not change.",
            );
        }
        form.finish()
    }
}

impl Change for CustomerFields {
    const FILLED: &'static [&'static str] = &[
        "customer_no",
        "name",
        "package_id",
        "connection_type",
        "billing",
        "billing_day",
        "billing_start",
        "taxed",
        "discount_value",
        "payment_behavior",
        "rapel_months",
        "exempt",
    ];
}

impl Change for ChangePackage {
    const FILLED: &'static [&'static str] = &[
        "code",
        "name",
        "speed_download",
        "speed_upload",
        "price",
        "is_active",
    ];
}

impl Change for RenameArea {
    const FILLED: &'static [&'static str] = &["name"];
}

impl Change for ChangeRouter {
    const FILLED: &'static [&'static str] = &[
        "name",
        "host",
        "port",
        "tls",
        "username",
        "password",
        "isolated_profile",
        "static_isolation",
        "is_active",
        "timeout_ms",
        "attempts",
        "max_in_flight",
        "default_profile",
        "profile_local_address",
        "profile_remote_address",
        "accept_new_certificate",
    ];
}

impl Change for ChangeStaff {
    const FILLED: &'static [&'static str] = &["role", "is_active", "password"];
}

impl Change for ChangeTask {
    const FILLED: &'static [&'static str] = &["cron", "paused"];
}

/// Reads a field that was given, be it `null`; with `#[serde(default)]` an absent one becomes `None`.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
