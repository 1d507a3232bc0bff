//! The fields of a schema, a line each.

use serde_json::Value;

use super::{
    example::{in_order, kind, resolved},
    views::{Field, Fields, Prose},
};
use crate::web::api::openapi::{Named, Parameter};

pub fn parameter(parameter: &Parameter, named: &Named) -> Field {
    let schema = parameter.schema.as_value();
    let note = match (parameter.r#in, parameter.required) {
        ("path", _) => "in the path",
        ("header", _) => "a header",
        (_, true) => "in the query, required",
        (_, false) => "in the query",
    };
    let mut text = Prose::new(&parameter.description);
    bounds(&mut text, schema, named);
    Field {
        within: String::new(),
        name: parameter.name.clone(),
        kind: words(schema, named),
        note,
        text,
    }
}

/// Of an object, and of the objects in it.
pub fn fields(schema: &Value, named: &Named) -> Fields {
    Fields {
        fields: within("", schema, named),
    }
}

fn within(place: &str, schema: &Value, named: &Named) -> Vec<Field> {
    let schema = resolved(schema, named);
    let mut found = Vec::new();
    for name in in_order(schema) {
        let field = &schema["properties"][name];
        let required = schema["required"].as_array();
        let is_required = required.is_some_and(|all| all.iter().any(|one| one == name));
        let behind = resolved(field, named);
        let said = field["description"]
            .as_str()
            .or(behind["description"].as_str());
        let mut text = Prose::new(said.unwrap_or_default());
        bounds(&mut text, field, named);
        found.push(Field {
            within: place.to_owned(),
            name: name.to_owned(),
            kind: words(field, named),
            note: if is_required { "" } else { "optional" },
            text,
        });
        let (inner, mark) = match kind(behind) {
            "array" => (&behind["items"], "[]"),
            _ => (behind, ""),
        };
        found.extend(within(&format!("{place}{name}{mark}."), inner, named));
    }
    found
}

/// "string or null", "array of objects".
fn words(schema: &Value, named: &Named) -> String {
    let has_null = |one: &Value| one == "null" || one["type"] == "null";
    let several = ["type", "anyOf"].map(|name| schema[name].as_array());
    let is_nullable = several
        .into_iter()
        .flatten()
        .any(|all| all.iter().any(has_null));
    let behind = resolved(schema, named);
    let word = match (kind(behind), behind["format"].as_str()) {
        ("array", _) => format!("array of {}s", words(&behind["items"], named)),
        ("string", Some("date-time")) => "time".to_owned(),
        ("string", Some("uuid")) => "uuid".to_owned(),
        ("", _) => "any".to_owned(),
        (kind, _) => kind.to_owned(),
    };
    if is_nullable {
        format!("{word} or null")
    } else {
        word
    }
}

/// What a value may be.
fn bounds(text: &mut Prose, schema: &Value, named: &Named) {
    let mut behind = resolved(schema, named);
    if kind(behind) == "array" {
        behind = resolved(&behind["items"], named);
    }
    let one = behind.get("const").map(|one| vec![one.clone()]);
    let several = one.or_else(|| behind["enum"].as_array().cloned());
    let values = several
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned));
    let values: Vec<String> = values.map(|value| format!("`{value}`")).collect();
    match values.as_slice() {
        [] => {}
        [one] => text.push(&format!("Always {one}.")),
        [all @ .., last] if all.len() < 8 => {
            text.push(&format!("One of {} or {last}.", all.join(", ")));
        }
        [first, ..] => text.push(&format!("One of {} codes, such as {first}.", values.len())),
    }
    match (behind["minimum"].as_i64(), behind["maximum"].as_i64()) {
        (Some(least), Some(most)) => text.push(&format!("{least} to {most}.")),
        (Some(least), None) if least > 0 => text.push(&format!("At least {least}.")),
        _ => {}
    }
    let default = schema.get("default").filter(|default| !default.is_null());
    if let Some(default) = default {
        text.push(&format!("`{default}` unless said."));
    }
}
