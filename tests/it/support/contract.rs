//! What the API's own document promises, held against every call that a test makes.
//!
//! If you are here because a call fails it: either the answer is wrong, or the types of its handler, or its row in the
//! route table, say something else than what the handler does.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::{Draft, Validator};
use keyroom::{app, docs::Document, web::is_api};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// A call and its answer, as they went over the wire.
pub struct Exchange<'a> {
    /// "GET /v1/whoami?x=y".
    pub asked: &'a str,
    pub sent: &'a [u8],
    pub status: u16,
    pub header: &'a dyn Fn(&str) -> Option<String>,
    pub body: &'a [u8],
}

/// Fails where an answer of the API is not as its document has it.
#[track_caller]
pub fn check(exchange: &Exchange<'_>) {
    static OURS: LazyLock<Contract> = LazyLock::new(|| Contract::new(&app::openapi()));
    let broken = OURS.broken(exchange);
    assert!(
        broken.is_empty(),
        "{} {}, against the document of the API: {}\n{}",
        exchange.asked,
        exchange.status,
        broken.join("; "),
        String::from_utf8_lossy(exchange.body)
    );
}

pub struct Contract {
    pub document: Value,
    /// Every header that any answer is said to have.
    headers: BTreeSet<String>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Contract {
    pub fn new(document: &Document) -> Self {
        let document = serde_json::to_value(document).expect("JSON");
        let mut headers = BTreeSet::new();
        note_headers(&document, &mut headers);
        Self {
            document,
            headers,
            validators: Mutex::default(),
        }
    }

    /// What of an exchange the document does not have. Nothing is said of what is not under `/v1`.
    pub fn broken(&self, exchange: &Exchange<'_>) -> Vec<String> {
        let (method, address) = exchange.asked.split_once(' ').expect("method and address");
        let path = address.split('?').next().unwrap_or_default();
        let path = percent_decode_str(path).decode_utf8_lossy();
        if !is_api(&path) || is_the_parsers(exchange) {
            return Vec::new();
        }
        // A preflight is asked by browsers, not by programs: it is no operation.
        if method == "OPTIONS" && exchange.status == 204 {
            return Vec::new();
        }
        let known = match method {
            "HEAD" => "get".to_owned(),
            other => other.to_lowercase(),
        };
        let paths = self.document["paths"].as_object().expect("paths");
        let (at, statuses) = match paths.iter().find(|(template, _)| fits(template, &path)) {
            None => ("/components/responses/NotFound".to_owned(), vec!["404"]),
            Some((template, operations)) => match operations.get(&known) {
                None => (
                    "/components/responses/MethodNotAllowed".to_owned(),
                    vec!["405"],
                ),
                Some(operation) => (
                    format!(
                        "/paths/{}/{known}/responses/{}",
                        escaped(template),
                        exchange.status
                    ),
                    keys(&operation["responses"]),
                ),
            },
        };
        let status = exchange.status.to_string();
        if !statuses.contains(&status.as_str()) {
            return vec![format!("the status is one of {}", statuses.join(", "))];
        }
        let response = self.document.pointer(&at).expect("a response");
        let mut broken = self.wrong_headers(response, exchange);
        broken.extend(self.wrong_body(response, &at, exchange, method == "HEAD"));
        if exchange.status < 300 && !exchange.sent.is_empty() {
            let operation = at.split("/responses/").next().unwrap_or_default();
            broken.extend(self.wrong_request(operation, exchange));
        }
        broken
    }

    fn wrong_headers(&self, response: &Value, exchange: &Exchange<'_>) -> Vec<String> {
        let mut broken = Vec::new();
        for name in &self.headers {
            let to = response["headers"][name]["$ref"].as_str();
            let value = (exchange.header)(name);
            let (Some(to), Some(value)) = (to, &value) else {
                let told = to.and_then(|to| self.document.pointer(to.trim_start_matches('#')));
                match (told, value) {
                    (Some(told), None) if told["required"] == true => {
                        broken.push(format!("the header {name} is missing"));
                    }
                    (None, Some(_)) => broken.push(format!("nobody said that there is {name}")),
                    _ => {}
                }
                continue;
            };
            let schema = format!("{}/schema", to.trim_start_matches('#'));
            let read = match self.document.pointer(&schema).map(|s| &s["type"]) {
                Some(kind) if kind == "integer" => {
                    value.parse::<i64>().map_or(json!(value), Value::from)
                }
                _ => json!(value),
            };
            let wrong = self.wrong(&schema, &read);
            broken.extend(wrong.into_iter().map(|wrong| format!("{name}: {wrong}")));
        }
        broken
    }

    fn wrong_body(
        &self,
        response: &Value,
        at: &str,
        exchange: &Exchange<'_>,
        is_head: bool,
    ) -> Vec<String> {
        let Some(content) = response["content"].as_object() else {
            return match exchange.body.is_empty() {
                true => Vec::new(),
                false => vec!["there is a body".to_owned()],
            };
        };
        let media = (exchange.header)("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        // The contents of a file are of whatever media type they are.
        if content.contains_key("*/*") {
            return Vec::new();
        }
        if !content.contains_key(media) {
            return vec![format!(
                "{media:?} is none of {}",
                keys(&response["content"]).join(", ")
            )];
        }
        if is_head || !media.ends_with("json") || media.contains("ndjson") {
            return Vec::new();
        }
        match serde_json::from_slice(exchange.body) {
            Ok(body) => self.wrong(&format!("{at}/content/{}/schema", escaped(media)), &body),
            Err(error) => vec![format!("the body is no JSON: {error}")],
        }
    }

    /// What was taken must be what the document says is taken.
    fn wrong_request(&self, operation: &str, exchange: &Exchange<'_>) -> Vec<String> {
        let schema = format!("{operation}/requestBody/content/application~1json/schema");
        let sent = serde_json::from_slice(exchange.sent);
        match (self.document.pointer(&schema), sent) {
            (Some(_), Ok(sent)) => {
                let wrong = self.wrong(&schema, &sent);
                wrong
                    .into_iter()
                    .map(|wrong| format!("taken, but {wrong}"))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is wrong with a value that the schema at this place of the document describes.
    pub fn wrong(&self, place: &str, value: &Value) -> Vec<String> {
        self.validator(place)
            .iter_errors(value)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect()
    }

    fn validator(&self, place: &str) -> Arc<Validator> {
        let mut known = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let made = known.entry(place.to_owned()).or_insert_with(|| {
            let schema = self.document.pointer(place).expect("a schema").clone();
            let mut schema = schema.as_object().expect("an object").clone();
            let components = self.document["components"].clone();
            schema.insert("components".to_owned(), components);
            let mut schema = Value::Object(schema);
            close(&mut schema);
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&schema);
            Arc::new(validator.unwrap_or_else(|e| panic!("{place}: {e}")))
        });
        made.clone()
    }
}

/// What its parser refuses never reaches the application.
fn is_the_parsers(exchange: &Exchange<'_>) -> bool {
    let is_its_own = matches!(exchange.status, 400 | 408 | 414 | 431);
    is_its_own && exchange.body.is_empty() && (exchange.header)("x-request-id").is_none()
}

/// Of every answer in the document.
fn note_headers(part: &Value, found: &mut BTreeSet<String>) {
    for (name, inner) in part.as_object().into_iter().flatten() {
        if name == "responses" {
            for response in inner.as_object().into_iter().flatten() {
                found.extend(keys(&response.1["headers"]).into_iter().map(str::to_owned));
            }
        }
        note_headers(inner, found);
    }
}

/// An answer may gain fields, so the document leaves it open; this version has those and no others.
fn close(schema: &mut Value) {
    let Value::Object(fields) = schema else {
        return;
    };
    let is_whole = fields.contains_key("properties") && !fields.contains_key("$ref");
    if is_whole && fields.get("type").is_some_and(|kind| kind == "object") {
        fields
            .entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
    for inner in fields.values_mut() {
        match inner {
            Value::Array(all) => all.iter_mut().for_each(close),
            one => close(one),
        }
    }
}

/// Does a path fit one with variable parts?
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(path)
            .all(|(one, other)| one.starts_with('{') && !other.is_empty() || *one == other)
}

/// Within a JSON pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str)
        .collect()
}
