//! From the document to what its pages show.

use actix_web::http::StatusCode;
use serde_json::Value;

use super::{
    document::{Document, Entry},
    example::{self, resolved},
    fields::{fields, parameter},
    guide,
    views::{Answer, Body, Fields, Group, Operation, Prose, Reference, Refusal, Sample, Section},
};
use crate::{
    config::PublicUrl,
    web::{api::openapi::Named, problem},
};

pub fn of(document: &Document, public_url: &PublicUrl) -> Reference {
    let named = &document.components.schemas;
    let mut groups: Vec<Group> = Vec::new();
    for entry in &document.operations {
        let shown = operation(entry, named, public_url);
        match groups
            .iter_mut()
            .find(|group| group.title == entry.says.tag)
        {
            Some(group) => group.operations.push(shown),
            None => groups.push(Group {
                id: slug::slugify(entry.says.tag),
                title: entry.says.tag,
                operations: vec![shown],
            }),
        }
    }
    let sections = guide::sections(&document.operations);
    Reference {
        base: public_url.at("/v1"),
        version: env!("CARGO_PKG_VERSION"),
        guide: sections
            .map(|section| Section {
                id: section.id,
                title: section.title,
                text: Prose::new(section.text),
                sample: sample_of(section.id, named, public_url),
                is_about_errors: section.id == "errors",
            })
            .collect(),
        groups,
    }
}

fn sample_of(section: &str, named: &Named, public_url: &PublicUrl) -> Option<Sample> {
    let (title, text) = match section {
        "authentication" => (
            "Who am I?",
            curl("GET", &public_url.at("/v1/whoami"), true, None),
        ),
        "errors" => {
            let problem = example::of_problem(problem::PERMISSION, &["FILE_UPLOAD"]);
            let shape = named.get("Problem").unwrap_or(&Value::Null);
            (
                "403 Forbidden",
                example::pretty(&problem.value, shape, named),
            )
        }
        _ => return None,
    };
    Some(Sample {
        id: format!("{section}-sample"),
        title: title.to_owned(),
        text,
        copies: section == "authentication",
    })
}

fn operation(entry: &Entry, named: &Named, public_url: &PublicUrl) -> Operation {
    let told = &entry.operation;
    let mut samples = vec![Sample {
        id: format!("{}-curl", entry.says.id),
        title: "Call".to_owned(),
        text: call(entry, public_url),
        copies: true,
    }];
    let mut answers = Vec::new();
    let mut refusals = Vec::new();
    for (status, response) in &told.responses {
        let media: Vec<&str> = response.content.keys().copied().collect();
        if let Some(problem) = response.content.get("application/problem+json") {
            let codes = &problem.schema.as_value()["properties"]["code"]["enum"];
            let codes = codes.as_array().into_iter().flatten();
            refusals.push(Refusal {
                status: *status,
                codes: codes
                    .filter_map(|c| c.as_str().map(str::to_owned))
                    .collect(),
            });
            continue;
        }
        let name = StatusCode::from_u16(*status)
            .ok()
            .and_then(|s| s.canonical_reason());
        let name = name.unwrap_or_default();
        let json = response.content.get("application/json");
        if let Some((content, example)) = json.and_then(|c| Some((c, c.example.as_ref()?))) {
            samples.push(Sample {
                id: format!("{}-{status}", entry.says.id),
                title: format!("{status} {name}"),
                text: example::pretty(example, content.schema.as_value(), named),
                copies: false,
            });
        }
        answers.push(Answer {
            status: *status,
            name,
            text: Prose::new(&response.description),
            fields: json.map_or_else(Fields::default, |c| fields(c.schema.as_value(), named)),
            media,
        });
    }
    Operation {
        id: entry.says.id,
        verb: entry.method.to_uppercase(),
        path: entry.path,
        summary: entry.says.summary,
        text: Prose::new(entry.says.description),
        whom: match (told.security.is_empty(), told.permissions.is_empty()) {
            (true, _) => "No key",
            (false, true) => "Any key",
            (false, false) => "",
        },
        needs: told.permissions.clone(),
        parameters: Fields {
            fields: told
                .parameters
                .iter()
                .map(|p| parameter(p, named))
                .collect(),
        },
        body: told.request_body.as_ref().map(|body| {
            let schema = body.content.values().next().map(|c| c.schema.as_value());
            let schema = schema.unwrap_or(&Value::Null);
            Body {
                text: Prose::new(&body.description),
                fields: fields(schema, named),
                closed: resolved(schema, named)["additionalProperties"] == false,
            }
        }),
        answers,
        samples,
        refusals,
    }
}

/// The whole command, of an example of everything that it needs.
fn call(entry: &Entry, public_url: &PublicUrl) -> String {
    let mut path = entry.path.to_owned();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for parameter in &entry.operation.parameters {
        let example = match &parameter.example {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        if parameter.r#in == "path" {
            path = path.replace(&format!("{{{}}}", parameter.name), &example);
        } else if parameter.required {
            query.append_pair(&parameter.name, &example);
        }
    }
    let query = query.finish();
    if !query.is_empty() {
        path = format!("{path}?{query}");
    }
    let body = entry.operation.request_body.as_ref();
    let body = body.and_then(|body| body.content.values().next()?.example.clone());
    let is_keyed = !entry.operation.security.is_empty();
    let verb = entry.method.to_uppercase();
    curl(&verb, &public_url.at(&path), is_keyed, body)
}

fn curl(verb: &str, address: &str, is_keyed: bool, body: Option<Value>) -> String {
    let method = match verb {
        "GET" => String::new(),
        other => format!("-X {other} "),
    };
    let address = match address.contains('?') {
        true => format!("'{address}'"),
        false => address.to_owned(),
    };
    let mut command = format!("curl {method}{address}");
    if is_keyed {
        command.push_str(" \\\n  -H \"Authorization: Bearer $KEY\"");
    }
    if let Some(body) = body {
        // A single quote ends what a shell takes as it is.
        let body = body.to_string().replace('\'', r"'\''");
        command.push_str(" \\\n  -H \"Content-Type: application/json\"");
        command.push_str(&format!(" \\\n  -d '{body}'"));
    }
    command
}
