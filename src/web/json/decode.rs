//! From a document to the type that is asked for. Whatever does not fit says where it stands and what belongs there, and
//! never repeats the value: it may be a secret in the wrong field.

use std::{collections::BTreeSet, fmt, vec::IntoIter};

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        Visitor,
    },
    forward_to_deserialize_any,
};

use super::document::Document;

/// What does not fit.
#[derive(Debug)]
pub struct Mistake {
    /// The way to it, such as `grants[1].role`; empty for the document as a whole.
    pub place: String,
    /// A sentence to whoever wrote the call.
    pub message: String,
}

impl Mistake {
    fn here(message: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            message: message.into(),
        }
    }

    fn of_field(name: &str, message: &'static str) -> Self {
        Self::here(message).below(name)
    }

    /// The same, seen from one level above: `name` is that of a field, or `[1]`.
    fn below(self, name: &str) -> Self {
        let dot = match self.place.as_str() {
            "" => "",
            place if place.starts_with('[') => "",
            _ => ".",
        };
        Self {
            place: format!("{name}{dot}{}", self.place),
            ..self
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::here(message.to_string())
    }
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::here(format!("Send {}", in_words(&expected.to_string())))
    }
    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::here(format!("Send {}", in_words(&expected.to_string())))
    }
    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::here(format!("Send {}", in_words(&expected.to_string())))
    }
    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        one_of(known)
    }
    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self::of_field(name, "There is no such field")
    }
    fn missing_field(name: &'static str) -> Self {
        Self::of_field(name, "This field is missing")
    }
    fn duplicate_field(name: &'static str) -> Self {
        Self::of_field(name, "This field is given twice")
    }
}

/// What Rust calls a type, as JSON calls it.
fn in_words(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number from 0 on",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        other => other,
    }
}

fn one_of(known: &[&str]) -> Mistake {
    Mistake::here(match known {
        [] => "There is nothing to send here".to_owned(),
        [only] => format!("Send {only}"),
        [first @ .., last] => format!("Send {} or {last}", first.join(", ")),
    })
}

/// Tabs and line breaks are text; whoever wants one line says so.
fn clean(text: String) -> Result<String, Mistake> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    match text.contains(is_control) {
        true => Err(Mistake::here("Send a text without control characters")),
        false => Ok(text),
    }
}

impl<'de> Deserializer<'de> for Document {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Whole(value) => visitor.visit_i64(value),
            Self::Large(value) => visitor.visit_u64(value),
            Self::Fraction(value) => visitor.visit_f64(value),
            Self::Text(text) => visitor.visit_string(clean(text)?),
            Self::List(items) => {
                let whole = items.len();
                let mut items = Items {
                    rest: items.into_iter(),
                    at: 0,
                };
                let value = visitor.visit_seq(&mut items)?;
                match items.at == whole {
                    true => Ok(value),
                    false => Err(Mistake::here("Send fewer items")),
                }
            }
            Self::Object(fields) => visitor.visit_map(Fields::of(fields)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    /// Whatever the type itself would do with a field that it does not know, or with a list of values.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let Self::Object(fields) = self else {
            return Err(Mistake::here("Send an object"));
        };
        let unknown = fields.iter().find(|(name, _)| !known.contains(&&**name));
        match unknown {
            Some((name, _)) => Err(de::Error::unknown_field(name, known)),
            None => visitor.visit_map(Fields::of(fields)?),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match self {
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            _ => Err(one_of(known)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items {
    rest: IntoIter<Document>,
    /// How many were taken.
    at: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Mistake;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mistake> {
        let Some(item) = self.rest.next() else {
            return Ok(None);
        };
        let place = format!("[{}]", self.at);
        self.at += 1;
        let value = seed.deserialize(item);
        value.map(Some).map_err(|mistake| mistake.below(&place))
    }
}

struct Fields {
    rest: IntoIter<(String, Document)>,
    /// The value of the field whose name was taken last.
    value: Option<(String, Document)>,
}

impl Fields {
    fn of(fields: Vec<(String, Document)>) -> Result<Self, Mistake> {
        let mut seen = BTreeSet::new();
        match fields.iter().find(|(name, _)| !seen.insert(name)) {
            Some((name, _)) => Err(Mistake::of_field(name, "This field is given twice")),
            None => Ok(Self {
                rest: fields.into_iter(),
                value: None,
            }),
        }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Mistake;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mistake> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        let key = clean(name.clone())?;
        self.value = Some((name, value));
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mistake> {
        match self.value.take() {
            Some((name, value)) => seed
                .deserialize(value)
                .map_err(|mistake| mistake.below(&name)),
            None => Err(Mistake::here("Send an object")),
        }
    }
}
