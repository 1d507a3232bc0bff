//! OpenAPI 3.1, of which only what we say: the parts of a document, as the specification names them.

use std::collections::BTreeMap;

use schemars::Schema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Schemas by name.
pub type Named = Map<String, Value>;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub operation_id: &'static str,
    pub tags: [&'static str; 1],
    pub summary: &'static str,
    pub description: String,
    /// What a key must have, every one of them.
    #[serde(rename = "x-permissions")]
    pub permissions: Vec<&'static str>,
    /// Of each scheme by its name, what is needed. Empty: it asks for nobody.
    pub security: Vec<BTreeMap<&'static str, Vec<&'static str>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Body>,
    pub responses: BTreeMap<u16, Response>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    pub name: String,
    /// `path` or `query`.
    pub r#in: &'static str,
    pub required: bool,
    pub description: String,
    pub schema: Schema,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Body {
    pub required: bool,
    pub description: String,
    pub content: BTreeMap<&'static str, Media>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Response {
    pub description: String,
    pub headers: BTreeMap<&'static str, Reference>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub content: BTreeMap<&'static str, Media>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Media {
    pub schema: Schema,
    /// Of what has one meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// Of what has several, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<&'static str, Instance>,
}

impl Media {
    pub fn of(schema: Schema) -> Self {
        Self {
            schema,
            example: None,
            examples: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Instance {
    Here(Example),
    Elsewhere(Reference),
}

#[derive(Debug, Clone, Serialize)]
pub struct Example {
    pub summary: &'static str,
    pub value: Value,
}

/// To a part of the document that is told elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    #[serde(rename = "$ref")]
    pub to: String,
}

impl Reference {
    /// `kind` is `headers`, `examples`, and so on.
    pub fn to(kind: &str, name: &str) -> Self {
        Self {
            to: format!("#/components/{kind}/{name}"),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Header {
    pub description: &'static str,
    /// Wherever the document says that it occurs, it always does.
    pub required: bool,
    pub schema: Schema,
}
