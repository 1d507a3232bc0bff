//! Flat texts by name, which programs keep with folders and files.

use std::collections::BTreeMap;

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Jsonb,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{error::FieldError, web::text};

/// At most 50 texts of 1 KiB, each under a name of 1 to 80 characters.
#[derive(
    Debug,
    Clone,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    AsExpression,
    FromSqlRow,
)]
#[serde(transparent)]
#[schemars(inline)]
#[diesel(sql_type = Jsonb)]
pub struct Metadata(BTreeMap<String, String>);

/// What is to become of each text: another, or null: it is taken away. Names that are missing stay as they are.
pub type MetadataChange = BTreeMap<String, Option<String>>;

const MOST: usize = 50;
const LONGEST: usize = 1024;

impl Metadata {
    /// # Errors
    /// Every mistake, each under `field.name`.
    pub fn parse(
        field: &'static str,
        texts: BTreeMap<String, String>,
    ) -> Result<Self, Vec<FieldError>> {
        let change = texts.into_iter().map(|(name, text)| (name, Some(text)));
        Self::default().changed(field, &change.collect())
    }

    /// # Errors
    /// Every mistake, each under `field.name`; too many, under `field`.
    pub fn changed(
        &self,
        field: &'static str,
        change: &MetadataChange,
    ) -> Result<Self, Vec<FieldError>> {
        let mut texts = self.0.clone();
        let mut mistakes = Vec::new();
        for (name, value) in change {
            let Some(value) = value else {
                texts.remove(name);
                continue;
            };
            match check(name, value) {
                Ok(()) => {
                    texts.insert(name.clone(), value.clone());
                }
                Err(why) => mistakes.push(FieldError::new(format!("{field}.{name}"), why)),
            }
        }
        if texts.len() > MOST {
            mistakes.push(FieldError::new(
                field,
                format!("Keep at most {MOST} fields"),
            ));
        }
        match mistakes.is_empty() {
            true => Ok(Self(texts)),
            false => Err(mistakes),
        }
    }

    /// Does the change add a text under a name that there is not, and does it touch one that there is?
    pub fn touched_by(&self, change: &MetadataChange) -> (bool, bool) {
        let is_there = |name: &&String| self.0.contains_key(*name);
        let adds = change
            .iter()
            .any(|(name, text)| text.is_some() && !is_there(&name));
        (adds, change.keys().any(|name| is_there(&name)))
    }

    /// Takes all of them away.
    pub fn cleared(&self) -> MetadataChange {
        self.0.keys().map(|name| (name.clone(), None)).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

fn check(name: &str, value: &str) -> Result<(), String> {
    let line = text::line(name, "a name for the field", 80)?;
    if line != name {
        return Err("Enter a name for the field without spaces around it".to_owned());
    }
    if value.len() > LONGEST {
        return Err(format!("Enter at most {LONGEST} bytes"));
    }
    match text::has_key(value) {
        true => Err("Enter a text without an API key in it".to_owned()),
        false => Ok(()),
    }
}

impl FromSql<Jsonb, Pg> for Metadata {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let value = <serde_json::Value as FromSql<Jsonb, Pg>>::from_sql(value)?;
        Ok(serde_json::from_value(value)?)
    }
}

impl ToSql<Jsonb, Pg> for Metadata {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = serde_json::to_value(self)?;
        <serde_json::Value as ToSql<Jsonb, Pg>>::to_sql(&value, &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter()
            .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
            .collect()
    }

    #[test]
    fn it_is_flat_small_and_keeps_what_is_not_named() {
        let kept = Metadata::parse("metadata", texts(&[("a", "1"), ("b", "2")])).expect("small");
        let change = BTreeMap::from([
            ("b".to_owned(), None),
            ("c".to_owned(), Some("3".to_owned())),
        ]);
        assert_eq!(kept.touched_by(&change), (true, true));
        let changed = kept.changed("metadata", &change).expect("small");
        assert_eq!(changed, Metadata(texts(&[("a", "1"), ("c", "3")])));
        assert_eq!(kept.touched_by(&kept.cleared()), (false, true));
        let many: BTreeMap<String, String> =
            (0..51).map(|n| (n.to_string(), String::new())).collect();
        let long = "ä".repeat(513);
        for wrong in [
            many,
            texts(&[("", "1")]),
            texts(&[(" a", "1")]),
            texts(&[("a", &long)]),
        ] {
            assert!(Metadata::parse("metadata", wrong).is_err());
        }
        assert!(Metadata::parse("metadata", texts(&[("a", &"ä".repeat(512))])).is_ok());
    }
}
