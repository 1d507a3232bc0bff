//! Examples, put together from those of the types.

use serde_json::{Map, Value, json};

use super::calls::Call;
use crate::web::{
    api::openapi::{Example, Named, Operation},
    problem::Problem,
};

/// The media type of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Gives whatever has no example yet one that its schema allows. Where a type says none, there is none: a test asks for it.
pub fn fill_in(operation: &mut Operation, named: &Named) {
    for parameter in &mut operation.parameters {
        let made = of(parameter.schema.as_value(), named);
        parameter.example = parameter.example.take().or(made);
    }
    let body = operation.request_body.iter_mut();
    let content = body.flat_map(|body| &mut body.content);
    let answers = operation.responses.values_mut();
    let content = content.chain(answers.flat_map(|answer| &mut answer.content));
    for (media, content) in content {
        if matches!(*media, "application/json" | FORM) {
            content.example = of(content.schema.as_value(), named);
        }
    }
}

/// What was really asked and answered is a better example than what types say.
pub fn take_over(operation: &mut Operation, path: &str, calls: &[Call<'_>]) {
    let Some(usual) = calls.first() else {
        return;
    };
    for (name, value) in usual.parameters(path).unwrap_or_default() {
        let parameters = operation.parameters.iter_mut();
        for parameter in parameters.filter(|one| one.r#in == "path" && one.name == name) {
            parameter.example = Some(value.into());
        }
    }
    if let Some(body) = &mut operation.request_body {
        for (media, content) in &mut body.content {
            content.example = read(usual.body, media);
        }
    }
    for call in calls.iter().filter(|call| !call.is_shortened).rev() {
        let Some(response) = operation.responses.get_mut(&call.status) else {
            continue;
        };
        let media = call.media();
        if let Some(content) = response.content.get_mut(media) {
            content.example = read(call.answer, media);
        }
    }
}

fn read(text: &str, media: &str) -> Option<Value> {
    match media {
        "application/json" => serde_json::from_str(text).ok(),
        FORM => {
            let fields = url::form_urlencoded::parse(text.as_bytes());
            let fields = fields.map(|(name, value)| (name.into(), Value::from(value.into_owned())));
            Some(Value::Object(fields.collect()))
        }
        // A form of parts is no value.
        "application/problem+json" | "multipart/form-data" => None,
        _ => Some(text.into()),
    }
}

/// What an operation that needs these permissions answers with this code, under this status.
pub fn of_problem(problem: &'static Problem, status: u16, needed: &[&str]) -> Example {
    let mut document = json!({
        "type": format!("/docs/errors#{}", problem.code),
        "title": problem.title,
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": UUID,
    });
    match problem.code {
        "permission_missing" => {
            // Where the call itself says what it needs, anything may be.
            let needed = if needed.is_empty() {
                &["FILE_UPLOAD"]
            } else {
                needed
            };
            let codes = needed.join(", ");
            document["detail"] =
                format!("This key lacks {codes}. An admin can add it under Settings → API.").into();
            document["missing"] = json!(needed);
        }
        "invalid_fields" => {
            document["errors"] = json!([{ "field": "name", "message": "Enter a name" }]);
        }
        _ => {}
    }
    Example {
        summary: problem.title,
        value: document,
    }
}

/// Of what is told of in examples.
pub const UUID: &str = "019a9fd4-5c3e-7b21-9c4e-2f6d1b7a8e03";

fn of(schema: &Value, named: &Named) -> Option<Value> {
    let first = |field: &str| schema[field].as_array().and_then(|all| all.first());
    let said = first("examples")
        .or_else(|| schema.get("const"))
        .or_else(|| first("enum"))
        .or_else(|| schema.get("default").filter(|default| !default.is_null()));
    if let Some(said) = said {
        return Some(said.clone());
    }
    let behind = resolved(schema, named);
    if !std::ptr::eq(behind, schema) {
        return of(behind, named);
    }
    match kind(schema) {
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields = fields.map(|(name, field)| Some((name.clone(), of(field, named)?)));
            fields.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        "array" => Some(json!([of(&schema["items"], named)?])),
        "boolean" => Some(json!(true)),
        "integer" => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        "string" => match schema["format"].as_str()? {
            "date-time" => Some(json!("2026-11-20T09:30:00Z")),
            "uuid" => Some(json!(UUID)),
            _ => None,
        },
        _ => None,
    }
}

/// The schema that says what a thing is: behind its name, and beside its being null.
pub fn resolved<'a>(schema: &'a Value, named: &'a Named) -> &'a Value {
    if let Some(to) = schema["$ref"].as_str() {
        let name = to.rsplit('/').next().unwrap_or_default();
        return named
            .get(name)
            .map_or(schema, |behind| resolved(behind, named));
    }
    for several in ["anyOf", "oneOf"] {
        let all = schema[several].as_array().into_iter().flatten();
        if let Some(one) = all.into_iter().find(|one| one["type"] != "null") {
            return resolved(one, named);
        }
    }
    schema
}

/// Its type, if it is something.
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .find(|one| *one != "null")
            .unwrap_or_default(),
        one => one.as_str().unwrap_or_default(),
    }
}

/// The fields of an object as its type has them: what is always there in the order in which it is written.
pub fn in_order(schema: &Value) -> Vec<&str> {
    let required = schema["required"].as_array().into_iter().flatten();
    let mut names: Vec<&str> = required.filter_map(Value::as_str).collect();
    let fields = schema["properties"].as_object().into_iter().flatten();
    for (name, _) in fields {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}
