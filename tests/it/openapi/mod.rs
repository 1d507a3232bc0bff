//! The document of the API: it is OpenAPI 3.1, it says all of what the route table has, and it is found.

mod carries;
mod complete;
mod contract;
mod served;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

/// The schemas of the OpenAPI Initiative.
const OPENAPI: &str = include_str!("../vendor/openapi-3.1.json");
const DIALECT: &str = include_str!("../vendor/openapi-3.1-dialect.json");
const VOCABULARY: &str = include_str!("../vendor/openapi-3.1-vocabulary.json");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Against the schema of documents, in which each schema is held against that of schemas.
fn wrong_as_openapi(document: &Value) -> Vec<String> {
    let mut registry = Registry::new();
    for text in [OPENAPI, DIALECT, VOCABULARY] {
        let schema = parsed(text);
        let id = schema["$id"].as_str().expect("a name").to_owned();
        registry = registry.add(&id, schema).expect("a schema");
    }
    let registry = registry.prepare().expect("schemas");
    // What the schema leaves open, which kind of schemas a document has, is the one that 3.1 has unless it says other.
    let both = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://keyroom.example/openapi-with-schemas",
        "$ref": parsed(OPENAPI)["$id"],
        "$defs": {
            "schema": {
                "$dynamicAnchor": "meta",
                "$ref": parsed(DIALECT)["$id"],
            },
        },
    });
    let validator: Validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&both)
        .expect("a validator");
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn document() -> Value {
    serde_json::to_value(keyroom::app::openapi()).expect("JSON")
}

#[test]
fn the_document_is_openapi() {
    let wrong = wrong_as_openapi(&document());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_no_openapi_is_found_at_any_depth() {
    for (place, value) in [
        ("/openapi", json!("3.0.0")),
        ("/info/title", json!(null)),
        ("/paths/~1v1~1whoami/get/responses", json!([])),
        (
            "/paths/~1v1~1whoami/get/responses/200/description",
            json!(7),
        ),
        (
            "/paths/~1v1~1whoami/get/security",
            json!([{ "key": "all" }]),
        ),
        ("/components/schemas/ApiKey/type", json!("thing")),
        (
            "/components/schemas/ApiKey/properties/label/type",
            json!(["string", "nil"]),
        ),
        ("/components/schemas/ApiKey/required", json!("id")),
    ] {
        let mut document = document();
        *document.pointer_mut(place).expect(place) = value;
        assert!(!wrong_as_openapi(&document).is_empty(), "{place}");
    }
}
