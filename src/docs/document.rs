//! The document, put together from the route table.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::{
    calls::{self, Call},
    example, guide, headers,
};
use crate::{
    config::PublicUrl,
    permissions::Permission,
    web::{
        Access, Route,
        api::{
            self, Draft, Schemas,
            openapi::{Example, Header, Instance, Media, Named, Operation, Reference, Response},
        },
        problem::{self, Meets, Problem, ProblemDocument},
    },
};

/// What a browser at another site needs in order to read an answer.
const CORS: [(&str, &str); 2] = [
    ("Access-Control-Allow-Origin", "AllowOrigin"),
    ("Access-Control-Expose-Headers", "ExposeHeaders"),
];

#[derive(Serialize)]
pub struct Document {
    openapi: &'static str,
    info: Value,
    servers: [Value; 1],
    tags: Vec<Tag>,
    #[serde(rename = "paths", serialize_with = "by_path")]
    pub(super) operations: Vec<Entry>,
    pub(super) components: Components,
}

#[derive(Serialize, PartialEq)]
pub(super) struct Tag {
    pub name: &'static str,
}

/// An operation where it is found.
pub(super) struct Entry {
    pub path: &'static str,
    pub method: String,
    pub says: api::Operation,
    pub operation: Operation,
    /// Examples, the usual one first.
    pub calls: Vec<Call<'static>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Components {
    security_schemes: Value,
    headers: BTreeMap<&'static str, Header>,
    examples: BTreeMap<&'static str, Example>,
    /// To what is no operation at all.
    responses: BTreeMap<&'static str, Response>,
    pub schemas: Named,
}

impl Document {
    /// Without a server's address it is what every server of this version answers.
    pub fn of(table: &[Route], server: Option<&PublicUrl>) -> Self {
        let mut schemas = Schemas::default();
        let mut operations: Vec<Entry> = table
            .iter()
            .filter_map(|route| entry(route, &mut schemas))
            .collect();
        let responses = [
            ("NotFound", "An unknown address.", problem::NOT_FOUND),
            (
                "MethodNotAllowed",
                "Another method of a known address.",
                problem::METHOD,
            ),
        ];
        let responses = responses.map(|(name, told, problem)| {
            let mut response = refusal(problem.status, &[problem], &[], &mut schemas);
            response.description = told.to_owned();
            (name, response)
        });
        let named = schemas.named();
        for entry in &mut operations {
            example::fill_in(&mut entry.operation, &named);
            example::take_over(&mut entry.operation, entry.path, &entry.calls);
        }
        let mut tags: Vec<Tag> = Vec::new();
        for entry in &operations {
            let tag = Tag {
                name: entry.says.tag,
            };
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Self {
            openapi: "3.1.0",
            info: serde_json::json!({
                "title": "Keyroom API",
                "version": env!("CARGO_PKG_VERSION"),
                "description": guide::in_commonmark(&operations),
            }),
            servers: [serde_json::json!({
                "url": server.map_or_else(|| "/".to_owned(), PublicUrl::origin),
            })],
            tags,
            operations,
            components: Components {
                security_schemes: serde_json::json!({
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "An API key, such as `skey_…`. In a browser a publishable one, such as `pk_…`.",
                    },
                }),
                headers: headers::all(),
                examples: problem::ALL
                    .iter()
                    .filter(|problem| problem.code != "permission_missing")
                    .map(|problem| {
                        let example = example::of_problem(problem, problem.status, &[]);
                        (problem.code, example)
                    })
                    .collect(),
                responses: responses.into(),
                schemas: named,
            },
        }
    }
}

/// What the document says of a row, if it is one of the API.
fn entry(route: &Route, schemas: &mut Schemas) -> Option<Entry> {
    let described = route.operation?;
    let says = described.says;
    let mut draft = Draft::new(route.path, schemas);
    (described.takes)(&mut draft);
    (described.answers)(&mut draft);
    let (mut operation, mut meets) = (draft.operation, draft.meets);
    meets.push(Meets::Always);
    if !route.method.is_safe() && operation.request_body.is_none() {
        meets.push(Meets::NoBody);
    }
    let asks = route.access.needed();
    let needed: Vec<&str> = asks
        .unwrap_or_default()
        .iter()
        .map(|p: &Permission| p.describe().code)
        .collect();
    let is_keyed = asks.is_some();
    let is_for_browsers = route.access.is_for_browsers();
    if is_keyed && !is_for_browsers {
        meets.push(Meets::SecretKey);
    }
    if is_keyed {
        meets.push(Meets::Key);
        operation.security = vec![[("key", needed.clone())].into()];
    }
    let per_field = route.access.per_field();
    if !needed.is_empty() || !per_field.is_empty() {
        meets.push(Meets::Permission);
    }
    operation.operation_id = says.id;
    operation.tags = [says.tag];
    operation.summary = says.summary;
    operation.description = says.description.to_owned();
    if !needed.is_empty() {
        operation.description += &format!("\n\nNeeds `{}`.", needed.join("`, `"));
    }
    if !per_field.is_empty() {
        let each = per_field
            .iter()
            .map(|(field, p)| format!("`{}` for `{field}`", p.describe().code));
        let each: Vec<String> = each.collect();
        operation.description += &format!("\n\nNeeds {}.", each.join(", "));
    }
    if is_for_browsers {
        operation.description += "\n\nPublishable keys may do this too, from their sites.";
    }
    operation.permissions = needed;
    for (status, problems) in refused(&says, &meets, route.access) {
        let mut response = refusal(status, &problems, &operation.permissions, schemas);
        if route.access == Access::Proxied {
            occurs(&mut response, "X-Keyroom-Error", "KeyroomError");
        }
        operation.responses.insert(status, response);
    }
    for response in operation.responses.values_mut() {
        occurs(response, "X-Request-Id", "RequestId");
        if is_keyed {
            occurs(response, "X-Key-Expires-At", "KeyExpiresAt");
            occurs(response, "RateLimit-Policy", "RateLimitPolicy");
            occurs(response, "RateLimit", "RateLimit");
            // To a publishable key every answer, also that of what it may not do.
            for (name, told) in CORS {
                occurs(response, name, told);
            }
        }
    }
    Some(Entry {
        path: route.path,
        method: route.method.as_str().to_lowercase(),
        calls: calls::of(says.id),
        says,
        operation,
    })
}

/// What stands against an operation, by status, in the order in which a call meets it.
fn refused(
    says: &api::Operation,
    meets: &[Meets],
    access: Access,
) -> BTreeMap<u16, Vec<&'static Problem>> {
    let mut refused: BTreeMap<u16, Vec<&Problem>> = BTreeMap::new();
    for problem in problem::ALL {
        let said = says.refusals.iter().any(|also| also.code == problem.code);
        if said || problem.of.iter().any(|of| meets.contains(of)) {
            let status = access.status_of(problem);
            refused.entry(status).or_default().push(problem);
        }
    }
    refused
}

fn occurs(response: &mut Response, header: &'static str, as_told: &str) {
    response
        .headers
        .insert(header, Reference::to("headers", as_told));
}

/// The answer of one status, with each of these codes as an example.
fn refusal(
    status: u16,
    problems: &[&'static Problem],
    needed: &[&str],
    schemas: &mut Schemas,
) -> Response {
    let told = problems
        .iter()
        .map(|problem| format!("- `{}`: {}", problem.code, problem.detail));
    let mut response = Response {
        description: told.collect::<Vec<_>>().join("\n"),
        ..Response::default()
    };
    let mut media = Media::of(schemas.written::<ProblemDocument>());
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    let codes = serde_json::json!({ "code": { "enum": codes } });
    media.schema.insert("properties".to_owned(), codes);
    for problem in problems {
        let instance = match problem.code {
            code if code != "permission_missing" && status == problem.status => {
                Instance::Elsewhere(Reference::to("examples", code))
            }
            _ => Instance::Here(example::of_problem(problem, status, needed)),
        };
        media.examples.insert(problem.code, instance);
        match (status, problem.status) {
            (400 | 403, 429 | 503) => occurs(&mut response, "Retry-After", "RetryAfterIfAny"),
            (400 | 403, _) => occurs(&mut response, "WWW-Authenticate", "ChallengeIfAny"),
            (401, _) => occurs(&mut response, "WWW-Authenticate", "Challenge"),
            (405, _) => occurs(&mut response, "Allow", "Allow"),
            (416, _) => occurs(&mut response, "Content-Range", "Content-Range"),
            (429 | 503, _) => occurs(&mut response, "Retry-After", "RetryAfter"),
            _ => {}
        }
    }
    response.content.insert("application/problem+json", media);
    occurs(&mut response, "X-Request-Id", "RequestId");
    response
}

/// In the order of the table, the methods of one path together.
fn by_path<S: Serializer>(operations: &[Entry], serializer: S) -> Result<S::Ok, S::Error> {
    let mut paths: Vec<(&str, BTreeMap<&str, &Operation>)> = Vec::new();
    for entry in operations {
        let found = paths.iter_mut().find(|(path, _)| *path == entry.path);
        match found {
            Some((_, methods)) => {
                methods.insert(&entry.method, &entry.operation);
            }
            None => paths.push((
                entry.path,
                [(entry.method.as_str(), &entry.operation)].into(),
            )),
        }
    }
    let mut map = serializer.serialize_map(Some(paths.len()))?;
    for (path, methods) in paths {
        map.serialize_entry(path, &methods)?;
    }
    map.end()
}
