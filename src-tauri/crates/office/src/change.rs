//! The fields of a change. A field that is absent stays as it is, one that is `null` is emptied, one with a value gets
//! it; `Option<Option<T>>` with [`given`] tells the three apart.

use serde::{Deserialize, Deserializer};

/// Reads a field that was given, be it `null`; with `#[serde(default)]` an absent one becomes `None`.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
