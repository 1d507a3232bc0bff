//! Examples, put together from those of the types.

use serde_json::{Map, Value, json};

use crate::web::{
    api::openapi::{Example, Named, Operation},
    problem::Problem,
};

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
        if *media == "application/json" {
            content.example = of(content.schema.as_value(), named);
        }
    }
}

/// What an operation that needs these permissions answers with this code.
pub fn of_problem(problem: &'static Problem, needed: &[&str]) -> Example {
    let mut document = json!({
        "type": format!("/docs/errors#{}", problem.code),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": UUID,
    });
    match problem.code {
        "permission_missing" => {
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

const UUID: &str = "019a9fd4-5c3e-7b21-9c4e-2f6d1b7a8e03";

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

/// JSON to read, its fields in that order.
pub fn pretty(value: &Value, schema: &Value, named: &Named) -> String {
    let mut out = String::new();
    write(&mut out, value, schema, named, 0);
    out
}

fn write(out: &mut String, value: &Value, schema: &Value, named: &Named, depth: usize) {
    let schema = resolved(schema, named);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let known = in_order(schema);
            let place = |name: &str| known.iter().position(|one| *one == name);
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
            out.push('{');
            for (n, (name, field)) in fields.into_iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                line(out, depth + 1);
                out.push_str(&format!("{}: ", Value::from(name.as_str())));
                write(out, field, &schema["properties"][name], named, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        Value::Array(items) if items.iter().any(|item| item.is_object()) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                line(out, depth + 1);
                write(out, item, &schema["items"], named, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            out.push_str(&format!("[{}]", items.join(", ")));
        }
        other => out.push_str(&other.to_string()),
    }
}
