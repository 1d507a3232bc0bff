//! Nothing is left unsaid.

use std::collections::BTreeSet;

use keyroom::web::{is_api, problem};
use serde_json::Value;

use super::document;
use crate::support::contract::{Contract, escaped};

/// What says enough by its name.
const PLAIN: &[&str] = &["id", "name", "type", "object", "created_at"];

/// Path, method and what the document says, of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods
                .iter()
                .map(|(method, told)| (path.clone(), method.clone(), told.clone()))
        })
        .collect()
}

/// If you are here because a route under `/v1` is new: declare it with `Routes::api`.
#[test]
fn every_row_of_the_api_is_an_operation_and_no_other_is() {
    let document = document();
    for route in keyroom::app::routes().table() {
        let method = route.method.as_str().to_lowercase();
        let told = &document["paths"][route.path][method];
        assert_eq!(
            is_api(route.path),
            told.is_object(),
            "{} {}",
            route.method,
            route.path
        );
        assert_eq!(
            route.operation.is_some(),
            told.is_object(),
            "{}",
            route.path
        );
    }
    assert!(operations(&document).len() >= 3);
}

#[test]
fn every_operation_has_a_name_of_its_own_for_generated_code() {
    let mut names = BTreeSet::new();
    for (path, method, told) in operations(&document()) {
        let name = told["operationId"].as_str().expect("a name").to_owned();
        let is_camel = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(is_camel, "{method} {path}: {name}");
        assert!(
            names.insert(name.clone()),
            "two operations are called {name}"
        );
    }
}

#[test]
fn every_operation_and_every_field_is_explained() {
    let document = document();
    let mut unsaid = Vec::new();
    let says = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    for (path, method, told) in operations(&document) {
        for part in ["summary", "description"] {
            if !says(&told[part]) {
                unsaid.push(format!("{method} {path}: {part}"));
            }
        }
        for parameter in told["parameters"].as_array().into_iter().flatten() {
            if !says(&parameter["description"]) {
                unsaid.push(format!("{method} {path}: ?{}", parameter["name"]));
            }
        }
        for (status, response) in told["responses"].as_object().expect("responses") {
            if !says(&response["description"]) {
                unsaid.push(format!("{method} {path}: {status}"));
            }
        }
    }
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for (name, schema) in schemas {
        if !says(&schema["description"]) {
            unsaid.push(name.clone());
        }
        for (field, told) in schema["properties"].as_object().into_iter().flatten() {
            let is_named = told.get("$ref").is_some() || PLAIN.contains(&field.as_str());
            if !is_named && !says(&told["description"]) {
                unsaid.push(format!("{name}.{field}"));
            }
        }
    }
    assert!(
        unsaid.is_empty(),
        "write a doc comment on the type, or words in the row: {unsaid:#?}"
    );
}

#[test]
fn every_example_is_one() {
    let contract = Contract::new(&keyroom::app::openapi());
    let document = &contract.document;
    let mut seen = 0;
    for (path, method, told) in operations(document) {
        let operation = format!("/paths/{}/{method}", escaped(&path));
        let bodies = ["requestBody".to_owned()].into_iter();
        let answers = told["responses"].as_object().expect("responses").keys();
        for part in bodies.chain(answers.map(|status| format!("responses/{status}"))) {
            let content = document.pointer(&format!("{operation}/{part}/content"));
            for (media, told) in content.and_then(Value::as_object).into_iter().flatten() {
                let schema = format!("{operation}/{part}/content/{}/schema", escaped(media));
                let here = told.get("example").cloned();
                let several = told["examples"].as_object().into_iter().flatten();
                let several = several.map(|(name, example)| match example["$ref"].as_str() {
                    Some(to) => document.pointer(&to[1..]).expect(name)["value"].clone(),
                    None => example["value"].clone(),
                });
                let examples: Vec<Value> = here.into_iter().chain(several).collect();
                assert!(
                    !examples.is_empty() || !media.contains("json") || media.ends_with("ndjson"),
                    "{method} {path} {part} has no example: a field of its type that is no enum, time or id needs \
                     #[schemars(example = …)]"
                );
                for example in examples {
                    seen += 1;
                    let wrong = contract.wrong(&schema, &example);
                    assert!(
                        wrong.is_empty(),
                        "{method} {path} {part}: {wrong:?}\n{example:#}"
                    );
                }
            }
        }
        for (n, parameter) in told["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            if let Some(example) = parameter.get("example") {
                let wrong = contract.wrong(&format!("{operation}/parameters/{n}/schema"), example);
                assert!(
                    wrong.is_empty(),
                    "{method} {path} ?{}: {wrong:?}",
                    parameter["name"]
                );
            }
        }
    }
    assert!(seen > 20, "{seen} examples");
}

/// Of what a key is refused for, nothing is left out of an operation that asks for one.
#[test]
fn what_refuses_a_key_is_in_every_operation_that_asks_for_one() {
    let document = document();
    let told = &document["paths"]["/v1/whoami"]["get"]["responses"];
    let codes: BTreeSet<&str> = told
        .as_object()
        .expect("responses")
        .values()
        .filter_map(|response| {
            response["content"]["application/problem+json"]["examples"].as_object()
        })
        .flat_map(|examples| examples.keys().map(String::as_str))
        .collect();
    // The rest has a reason of its own: a body, a query, an id, a permission, a state, a kind of key.
    let others = [
        "conflict",
        "forbidden",
        "invalid_fields",
        "method_not_allowed",
        "not_found",
        "payload_too_large",
        "permission_missing",
        "precondition_failed",
        "range_not_satisfiable",
        "role_too_low",
        "secret_key_required",
        "unsupported_media_type",
    ];
    let all = problem::ALL.iter().map(|problem| problem.code);
    let expected: BTreeSet<&str> = all.filter(|code| !others.contains(code)).collect();
    assert_eq!(codes, expected);
    let refused = &document["paths"]["/v1/whoami"]["delete"]["responses"]["403"];
    let examples = &refused["content"]["application/problem+json"]["examples"];
    assert!(examples.get("secret_key_required").is_some(), "{refused}");
    assert_eq!(
        document["paths"]["/v1/whoami"]["get"]["security"],
        serde_json::json!([{ "key": [] }])
    );
}
