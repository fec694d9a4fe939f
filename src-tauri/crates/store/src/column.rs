//! How domain values stand in columns: money and instants as integers, civil dates and words as text, structured values
//! as JSON text. Each type here is what a column holds; `#[sqlx(try_from = "…")]` on a row's field turns it into the
//! domain's type, so that a row never shows a bare number that is money or a bare text that is a word.

use billing::Rupiah;
use jiff::Timestamp;
use jiff::civil::Date;

/// Whole rupiah.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct Amount(i64);

/// Whole rupiah, or nothing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct MaybeAmount(Option<i64>);

/// Epoch milliseconds.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct Millis(i64);

/// Epoch milliseconds, or nothing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct MaybeMillis(Option<i64>);

/// A civil date as ISO 8601 text.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct Civil(String);

/// A civil date as ISO 8601 text, or nothing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct MaybeCivil(Option<String>);

/// JSON text.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct Json(String);

/// JSON text, or nothing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct MaybeJson(Option<String>);

/// One word of a closed set.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct Word(pub(crate) String);

/// One word of a closed set, or nothing.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct MaybeWord(pub(crate) Option<String>);

impl From<Amount> for Rupiah {
    fn from(stored: Amount) -> Rupiah {
        Rupiah(stored.0)
    }
}

impl From<MaybeAmount> for Option<Rupiah> {
    fn from(stored: MaybeAmount) -> Option<Rupiah> {
        stored.0.map(Rupiah)
    }
}

impl TryFrom<Millis> for Timestamp {
    type Error = jiff::Error;

    fn try_from(stored: Millis) -> Result<Timestamp, jiff::Error> {
        Timestamp::from_millisecond(stored.0)
    }
}

impl TryFrom<MaybeMillis> for Option<Timestamp> {
    type Error = jiff::Error;

    fn try_from(stored: MaybeMillis) -> Result<Option<Timestamp>, jiff::Error> {
        stored.0.map(Timestamp::from_millisecond).transpose()
    }
}

impl TryFrom<Civil> for Date {
    type Error = jiff::Error;

    fn try_from(stored: Civil) -> Result<Date, jiff::Error> {
        stored.0.parse()
    }
}

impl TryFrom<MaybeCivil> for Option<Date> {
    type Error = jiff::Error;

    fn try_from(stored: MaybeCivil) -> Result<Option<Date>, jiff::Error> {
        stored.0.map(|text| text.parse()).transpose()
    }
}

impl TryFrom<Json> for serde_json::Value {
    type Error = serde_json::Error;

    fn try_from(stored: Json) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_str(&stored.0)
    }
}

impl TryFrom<MaybeJson> for Option<serde_json::Value> {
    type Error = serde_json::Error;

    fn try_from(stored: MaybeJson) -> Result<Option<serde_json::Value>, serde_json::Error> {
        stored.0.as_deref().map(serde_json::from_str).transpose()
    }
}

/// Makes the words of an enum readable from a column, present or absent.
macro_rules! words {
    ($($name:ty),+ $(,)?) => { $(
        impl TryFrom<$crate::column::Word> for $name {
            type Error = <$name as ::std::str::FromStr>::Err;

            fn try_from(stored: $crate::column::Word) -> ::std::result::Result<$name, Self::Error> {
                stored.0.parse()
            }
        }

        impl TryFrom<$crate::column::MaybeWord> for Option<$name> {
            type Error = <$name as ::std::str::FromStr>::Err;

            fn try_from(stored: $crate::column::MaybeWord) -> ::std::result::Result<Option<$name>, Self::Error> {
                stored.0.map(|word| word.parse()).transpose()
            }
        }
    )+ };
}
pub(crate) use words;

/// A domain value as what its column holds.
pub(crate) trait Column {
    /// What the driver binds.
    type Held;
    /// The value as the column holds it.
    fn held(&self) -> Self::Held;
}

impl Column for Rupiah {
    type Held = i64;
    fn held(&self) -> i64 {
        self.0
    }
}

impl Column for Timestamp {
    type Held = i64;
    fn held(&self) -> i64 {
        self.as_millisecond()
    }
}

impl Column for Date {
    type Held = String;
    fn held(&self) -> String {
        self.to_string()
    }
}

impl Column for serde_json::Value {
    type Held = String;
    fn held(&self) -> String {
        self.to_string()
    }
}

impl<T: Column> Column for Option<T> {
    type Held = Option<T::Held>;
    fn held(&self) -> Option<T::Held> {
        self.as_ref().map(Column::held)
    }
}

impl TryFrom<MaybeJson> for Option<billing::DueRule> {
    type Error = serde_json::Error;

    fn try_from(stored: MaybeJson) -> Result<Option<billing::DueRule>, serde_json::Error> {
        stored.0.as_deref().map(serde_json::from_str).transpose()
    }
}

words!(
    billing::Access,
    billing::Account,
    billing::BillingMode,
    billing::ChargeKind,
    billing::ConnectionType,
    billing::CustomerStatus,
    billing::DiscountType,
    billing::EntryKind,
    billing::Method,
    billing::Observed,
    billing::OverrideVerdict,
    billing::PaymentBehavior,
    billing::Period,
    billing::RouterMode,
    billing::StaticIsolation,
);

/// Defines an enum of words that only the store knows: written in a column, in the API and in a log as the same text.
macro_rules! word_enum {
    ($(#[$outer:meta])* pub enum $name:ident { $($(#[$inner:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$inner])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every word.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word itself.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> ::std::result::Result<$name, $crate::UnknownWord> {
                $name::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    $crate::UnknownWord { kind: stringify!($name), given: text.to_owned() }
                })
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::column::words!($name);
    };
}
pub(crate) use word_enum;

/// A word that is none of the words a column may hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no {kind}")]
pub struct UnknownWord {
    /// The words' name.
    pub kind: &'static str,
    /// What was given.
    pub given: String,
}
