//! The words of the domain: closed sets of values that are stored, sent and typed as text. One macro gives each of them
//! the same face, so that the database, the REST API and the import all read and write the very same spelling. It does
//! no guessing: a word that is not in the list is refused, and the refusal names the list.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};

/// A text that is none of the allowed words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not a {subject}; use one of: {}", allowed.join(", "))]
pub struct UnknownWord {
    /// What was being read, in words: `customer status`.
    pub subject: &'static str,
    /// The text that was given, shortened when it is long.
    pub given: String,
    /// Every word that would have been accepted.
    pub allowed: &'static [&'static str],
}

impl UnknownWord {
    /// The stable code of this error.
    pub const CODE: &'static str = "unknown_word";

    #[doc(hidden)]
    pub fn new(subject: &'static str, given: &str, allowed: &'static [&'static str]) -> UnknownWord {
        UnknownWord {
            subject,
            given: given.chars().take(40).collect(),
            allowed,
        }
    }
}

/// Reads any type from the text that its `FromStr` understands.
#[doc(hidden)]
#[derive(Debug)]
pub struct FromText<T> {
    /// Every text that there is, where they can be counted; a number in their place is refused with them.
    words: &'static [&'static str],
    of: PhantomData<T>,
}

impl<T> FromText<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    #[doc(hidden)]
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        FromText::deserialize_word(deserializer, &[])
    }

    #[doc(hidden)]
    pub fn deserialize_word<'de, D: Deserializer<'de>>(
        deserializer: D,
        words: &'static [&'static str],
    ) -> Result<T, D::Error> {
        deserializer.deserialize_str(FromText {
            words,
            of: PhantomData,
        })
    }
}

impl<T> Visitor<'_> for FromText<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words {
            [] => f.write_str("a text"),
            words => write!(f, "a text; use one of: {}", words.join(", ")),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Declares an enum whose values are words.
///
/// It gets `ALL`, `WORDS`, `as_str`, `Display`, `FromStr` (exact spelling; [`UnknownWord`] otherwise), serde by the same
/// text, and with the feature `openapi` (of the crate that declares it) a schema that lists the words.
#[macro_export]
macro_rules! text_enum {
    (
        $(#[doc = $doc:literal])*
        $(#[default($default:ident)])?
        pub enum $name:ident as $subject:literal {
            $($(#[doc = $variant_doc:literal])* $variant:ident => $word:literal),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant),+
        }

        impl $name {
            /// Every value, in the order in which people expect them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word that stands for the value everywhere outside the program.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word),+
                }
            }
        }

        $(impl Default for $name {
            fn default() -> $name {
                $name::$default
            }
        })?

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<$name, $crate::UnknownWord> {
                match text {
                    $($word => Ok($name::$variant),)+
                    _ => Err($crate::UnknownWord::new($subject, text, $name::WORDS)),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                $crate::text_enum::FromText::<$name>::deserialize_word(deserializer, $name::WORDS)
            }
        }

        #[cfg(feature = "openapi")]
        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                ::utoipa::openapi::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::String)
                    .enum_values(Some($name::WORDS.iter().copied()))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl ::utoipa::ToSchema for $name {}
    };
}

pub(crate) use text_enum;

#[cfg(test)]
mod tests {
    use crate::{
        Access, BillingMode, ChargeKind, ConnectionType, CustomerStatus, DiscountType, EntryKind, FirstMonth,
        InvoiceStatus, Method, Observed, OverrideVerdict, PaymentBehavior, RouterMode, StaticIsolation,
        Timing, access::ShieldKind,
    };

    /// Checks that each word survives text and JSON, and that near misses are refused.
    macro_rules! check {
        ($($name:ident),+) => {$({
            assert_eq!($name::ALL.len(), $name::WORDS.len());
            for &value in $name::ALL {
                assert_eq!(value.as_str().parse::<$name>().as_ref(), Ok(&value), "{value} is read back");
                let json = serde_json::to_string(&value).unwrap();
                assert_eq!(json, format!("\"{value}\""));
                assert_eq!(serde_json::from_str::<$name>(&json).unwrap(), value);
                let shouted = value.as_str().to_uppercase();
                assert!(shouted.parse::<$name>().is_err(), "{shouted} is another spelling, not the word");
            }
            assert!(serde_json::from_str::<$name>("1").is_err(), "a number is no word");
            assert!(serde_json::from_str::<$name>("null").is_err(), "an absent word is not guessed");
        })+};
    }

    #[test]
    fn every_word_is_read_back_as_written() {
        check!(
            Access,
            BillingMode,
            ChargeKind,
            ConnectionType,
            CustomerStatus,
            DiscountType,
            EntryKind,
            FirstMonth,
            InvoiceStatus,
            Method,
            Observed,
            OverrideVerdict,
            PaymentBehavior,
            RouterMode,
            ShieldKind,
            StaticIsolation,
            Timing
        );
    }

    #[test]
    fn a_refused_word_names_those_that_are_allowed() {
        let error = "aktif".parse::<CustomerStatus>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"aktif\" is not a customer status; use one of: pending, active, isolated, suspended, terminated"
        );
        let endless = "x".repeat(10_000).parse::<CustomerStatus>().unwrap_err();
        assert!(
            endless.to_string().len() < 200,
            "a refusal does not repeat ten thousand characters"
        );
    }

    #[test]
    fn what_is_no_text_at_all_is_refused_with_the_words_as_well() {
        for given in ["1", "null", "true", "[]", "{}"] {
            let error = serde_json::from_str::<Timing>(given).unwrap_err().to_string();
            assert!(
                error.contains("; use one of: advance, arrears"),
                "{given}: {error}"
            );
        }
    }

    #[cfg(feature = "openapi")]
    #[test]
    fn the_schema_lists_exactly_the_words() {
        use utoipa::PartialSchema;
        let schema = serde_json::to_value(ConnectionType::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(
            schema["enum"],
            serde_json::json!(["pppoe", "static", "dhcp", "hotspot"])
        );
    }
}
