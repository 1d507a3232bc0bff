//! From the document to what its pages show.

use actix_web::http::StatusCode;
use serde_json::Value;

use super::{
    calls::{self, Call},
    document::{Document, Entry},
    example::{UUID, resolved},
    fields::{fields, parameter},
    guide, guides,
    views::{Answer, Body, Fields, Group, Operation, Prose, Reference, Refusal, Sample, Section},
};
use crate::{
    config::PublicUrl,
    error::{self, Error},
    permissions::Permission,
    web::{api::openapi::Named, problem::ProblemDocument},
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
        pages: guides::menu(),
        base: public_url.at("/v1"),
        version: env!("CARGO_PKG_VERSION"),
        guide: sections
            .map(|section| Section {
                id: section.id,
                title: section.title,
                text: Prose::new(section.text),
                sample: sample_of(section.id, public_url),
                is_about_errors: section.id == "errors",
            })
            .collect(),
        groups,
    }
}

fn sample_of(section: &str, public_url: &PublicUrl) -> Option<Sample> {
    let (title, text) = match section {
        "authentication" => {
            let usual = calls::of("whoami").into_iter().next()?;
            ("Who am I?", usual.curl(&public_url.origin(), true))
        }
        "errors" => {
            let missing = [Permission::FileUpload].into_iter().collect();
            let error = Error::Refused(error::Refusal::PermissionMissing(missing));
            let problem = ProblemDocument::new(&error, 403, UUID.to_owned());
            (
                "403 Forbidden",
                serde_json::to_string_pretty(&problem).ok()?,
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
    let origin = public_url.origin();
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
        let json = response.content.get("application/json");
        answers.push(Answer {
            status: *status,
            name: reason(*status),
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
        samples: samples(entry, &origin, 0),
        more: (1..entry.calls.len())
            .map(|n| (entry.calls[n].title, samples(entry, &origin, n)))
            .collect(),
        refusals,
    }
}

/// The nth call with its answer.
fn samples(entry: &Entry, origin: &str, n: usize) -> Vec<Sample> {
    let Some(call) = entry.calls.get(n) else {
        return Vec::new();
    };
    let is_keyed = !entry.operation.security.is_empty();
    let nth = match n {
        0 => String::new(),
        n => format!("-{}", n + 1),
    };
    let more = if call.is_shortened { ", shortened" } else { "" };
    vec![
        Sample {
            id: format!("{}-curl{nth}", entry.says.id),
            title: call.title.to_owned(),
            text: call.curl(origin, is_keyed),
            copies: true,
        },
        Sample {
            id: format!("{}-answer{nth}", entry.says.id),
            title: format!("{} {}{more}", call.status, reason(call.status)),
            text: answer(call),
            copies: false,
        },
    ]
}

fn answer(call: &Call<'_>) -> String {
    let headers = call.answer_headers.iter();
    let headers: Vec<String> = headers.map(|(n, v)| format!("{n}: {v}")).collect();
    match (headers.join("\n"), call.answer) {
        (headers, "") if headers.is_empty() => "No body.".to_owned(),
        (headers, "") => headers,
        (headers, body) if headers.is_empty() => body.to_owned(),
        (headers, body) => format!("{headers}\n\n{body}"),
    }
}

fn reason(status: u16) -> &'static str {
    let status = StatusCode::from_u16(status).ok();
    status
        .and_then(|s| s.canonical_reason())
        .unwrap_or_default()
}
