//! Rows as types of the caller, by serde.
//!
//! Routers send text only. Switches, numbers and options are read from it; a property that is left out is `None` for
//! an `Option`, and anything else needs `#[serde(default)]`.

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor, value::Error};
use serde::forward_to_deserialize_any;

use crate::reply::{Row, RowError, parse_flag};

impl Row {
    /// The row as a type with named fields.
    ///
    /// ```
    /// use routeros_api::Row;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Secret {
    ///     #[serde(rename = ".id")]
    ///     id: String,
    ///     name: String,
    ///     #[serde(default)]
    ///     disabled: bool,
    ///     comment: Option<String>,
    /// }
    ///
    /// let row: Row = [(".id", "*1A"), ("name", "budi"), ("disabled", "yes")].into_iter().collect();
    /// let secret: Secret = row.deserialize()?;
    /// assert!(secret.disabled && secret.comment.is_none());
    /// # Ok::<(), routeros_api::RowError>(())
    /// ```
    ///
    /// # Errors
    /// [`RowError::Shape`] names the field that is missing or unreadable.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, RowError> {
        let fields = self.iter().map(|(name, value)| (name, Value(value)));
        T::deserialize(MapDeserializer::new(fields))
            .map_err(|error: Error| RowError::Shape(error.to_string()))
    }
}

struct Value<'de>(&'de str);

impl<'de> IntoDeserializer<'de, Error> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number = self.0.parse::<$type>();
            visitor.$visit(number.map_err(|_| Error::custom(format!("`{}` is not a {}", self.0, stringify!($type))))?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let flag =
            parse_flag(self.0).ok_or_else(|| Error::custom(format!("`{}` is neither yes nor no", self.0)))?;
        visitor.visit_bool(flag)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text: StrDeserializer<'_, Error> = self.0.into_deserializer();
        text.deserialize_enum(name, variants, visitor)
    }

    numbers! {
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64, deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64,
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Service {
        Pppoe,
        Any,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Resource {
        cpu_load: u8,
        free_memory: Option<u64>,
        service: Service,
        #[serde(default)]
        disabled: bool,
    }

    #[test]
    fn text_becomes_numbers_switches_and_choices() {
        let row: Row = [("cpu-load", "17"), ("service", "pppoe"), ("extra", "ignored")]
            .into_iter()
            .collect();
        let expected = Resource {
            cpu_load: 17,
            free_memory: None,
            service: Service::Pppoe,
            disabled: false,
        };
        assert_eq!(row.deserialize(), Ok(expected));
    }

    #[test]
    fn what_does_not_fit_is_an_error_that_names_the_value() {
        let row: Row = [("cpu-load", "much"), ("service", "any")].into_iter().collect();
        let error = row.deserialize::<Resource>().unwrap_err();
        assert!(error.to_string().contains("much"), "{error}");
    }
}
