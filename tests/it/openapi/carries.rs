//! The shapes that operations of the API have, each told by the types of a handler.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload, http::Method, web::Data,
};
use chrono::{DateTime, Utc};
use keyroom::{
    docs::Document,
    ids::{KeyId, WorkspaceId},
    permissions::Permission,
    web::{
        Access, Fault, Path, Query, Routes,
        api::{Answer, Answers, Draft, NoContent, Operation, Takes},
        problem,
    },
};
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::wrong_as_openapi;
use crate::support::contract::{Contract, Exchange};

/// A thing.
#[derive(Serialize, JsonSchema)]
struct Thing {
    id: KeyId,
    /// When.
    at: DateTime<Utc>,
    /// Only where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"blue")]
    colour: Option<String>,
}

/// One page of things.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
struct List<T> {
    data: Vec<T>,
    /// What to send as `cursor` for the next page; null: this is the last.
    #[schemars(example = &"MTc5")]
    next_cursor: Option<String>,
}

/// What to change; what is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its type is told")]
struct Change {
    /// A line.
    #[serde(default)]
    #[schemars(with = "String", example = &"ci")]
    name: Option<String>,
    /// Null: none.
    #[serde(default)]
    #[schemars(example = 90, range(min = 1, max = 3650))]
    days: Option<Option<u32>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its type is told")]
struct Filters {
    /// Only these.
    #[serde(default)]
    action: Vec<String>,
    /// How many.
    #[serde(default = "fifty")]
    #[schemars(range(min = 1, max = 100))]
    limit: u8,
    /// Where it goes on.
    cursor: Option<String>,
    /// Everything, in another format.
    format: Option<Format>,
}

fn fifty() -> u8 {
    50
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Format {
    Csv,
    Ndjson,
}

/// A body, as an extractor of JSON tells of it.
struct Body<T>(std::marker::PhantomData<T>);

impl<T: 'static> FromRequest for Body<T> {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self, Fault>>;
    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        unreachable!("nobody calls")
    }
}

impl<T: JsonSchema> Takes for Body<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.body::<T>("application/json");
    }
}

/// A page, or everything as a stream.
struct Things(HttpResponse);

impl Responder for Things {
    type Body = actix_web::body::BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Answers for Things {
    fn tell(draft: &mut Draft<'_>) {
        draft.answer::<List<Thing>>(200);
        let text = || json_schema!({ "type": "string" });
        draft.content(200, "text/csv", text(), "A line each, after one of names.");
        draft.content(
            200,
            "application/x-ndjson",
            text(),
            "A `Thing` on each line.",
        );
    }
}

/// 201.
struct Created<T>(std::marker::PhantomData<T>);

impl<T> Responder for Created<T> {
    type Body = actix_web::body::BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        unreachable!("nobody calls")
    }
}

impl<T: JsonSchema> Answers for Created<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.answer::<T>(201);
    }
}

async fn list(_: Data<()>, _: Query<Filters>) -> Result<Things, Fault> {
    unreachable!("nobody calls")
}
async fn make(_: Body<Change>) -> Result<Created<Thing>, Fault> {
    unreachable!("nobody calls")
}
async fn show(_: Path<KeyId>) -> Result<Answer<Thing>, Fault> {
    unreachable!("nobody calls")
}
async fn change(_: Path<KeyId>, _: Body<Change>) -> Result<Answer<Thing>, Fault> {
    unreachable!("nobody calls")
}
async fn remove(_: Path<(WorkspaceId, KeyId)>) -> Result<NoContent, Fault> {
    unreachable!("nobody calls")
}

const READ: Access = Access::Key(&[Permission::ObjectsList]);
const WRITE: Access = Access::Key(&[Permission::DirCreate, Permission::DirRename]);

fn contract() -> Contract {
    let says = |id| Operation {
        id,
        tag: "Things",
        summary: "Do it",
        description: "It is done.",
        refusals: &[],
    };
    let conflicting = Operation {
        refusals: &[problem::CONFLICT],
        ..says("changeThing")
    };
    let mut r = Routes::default();
    r.api(Method::GET, "/v1/things", READ, list, says("listThings"));
    r.api(Method::POST, "/v1/things", WRITE, make, says("makeThing"));
    r.api(Method::GET, "/v1/things/{id}", READ, show, says("getThing"));
    r.api(Method::PATCH, "/v1/things/{id}", WRITE, change, conflicting);
    let nested = "/v1/places/{place}/things/{id}";
    r.api(Method::DELETE, nested, WRITE, remove, says("removeThing"));
    Contract::new(&Document::of(r.table(), None))
}

fn statuses(operation: &Value) -> Vec<&str> {
    let responses = operation["responses"].as_object().expect("responses");
    responses.keys().map(String::as_str).collect()
}

fn codes<'a>(operation: &'a Value, status: &str) -> Vec<&'a str> {
    let content = &operation["responses"][status]["content"]["application/problem+json"];
    let codes = content["schema"]["properties"]["code"]["enum"].as_array();
    let codes = codes.into_iter().flatten();
    codes.filter_map(Value::as_str).collect()
}

#[test]
fn a_list_has_its_filters_its_pages_and_its_streams() {
    let document = contract().document;
    assert_eq!(wrong_as_openapi(&document), [""; 0]);
    let list = &document["paths"]["/v1/things"]["get"];
    let parameters = list["parameters"].as_array().expect("parameters");
    let told: Vec<(&str, &str, bool, Value)> = parameters
        .iter()
        .map(|p| {
            let text = |field: &str| p[field].as_str().expect("a text");
            (
                text("name"),
                text("in"),
                p["required"] == true,
                p["schema"].clone(),
            )
        })
        .collect();
    assert_eq!(told.len(), 4);
    assert_eq!(
        told[0],
        (
            "action",
            "query",
            false,
            json!({"type": "array", "items": {"type": "string"}, "default": []})
        )
    );
    assert_eq!(
        told[1],
        ("cursor", "query", false, json!({"type": "string"}))
    );
    assert_eq!(
        told[2],
        (
            "format",
            "query",
            false,
            json!({"type": "string", "enum": ["csv", "ndjson"]})
        )
    );
    assert_eq!(told[3].3["maximum"], 100);
    assert_eq!(told[3].3["default"], 50);
    assert_eq!(parameters[1]["description"], "Where it goes on.");

    let good = &list["responses"]["200"];
    let media: Vec<&String> = good["content"]
        .as_object()
        .expect("content")
        .keys()
        .collect();
    assert_eq!(
        media,
        ["application/json", "application/x-ndjson", "text/csv"]
    );
    assert_eq!(
        good["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/ThingList"
    );
    let page = &document["components"]["schemas"]["ThingList"];
    assert_eq!(page["required"], json!(["data", "next_cursor"]));
    assert_eq!(
        page["properties"]["next_cursor"]["type"],
        json!(["string", "null"])
    );
    let guide = document["info"]["description"].as_str().expect("a guide");
    assert!(
        guide.contains("## Lists"),
        "where there are lists, they are told of"
    );
}

#[test]
fn refusals_follow_from_what_an_operation_is() {
    let document = contract().document;
    let of = |path: &str, method: &str| &document["paths"][path][method];
    let show = of("/v1/things/{id}", "get");
    assert_eq!(
        statuses(show),
        [
            "200", "400", "401", "403", "404", "408", "429", "500", "503"
        ]
    );
    assert_eq!(
        codes(show, "403"),
        [
            "ip_not_allowed",
            "browser_origin_blocked",
            "origin_not_allowed",
            "permission_missing"
        ]
    );
    let change = of("/v1/things/{id}", "patch");
    // What publishable keys may not have is not for them.
    assert!(codes(change, "403").contains(&"secret_key_required"));
    let said = |operation: &Value| {
        operation["description"]
            .to_string()
            .contains("Publishable keys may")
    };
    assert!(said(show) && !said(change));
    for status in ["404", "408", "409", "413", "422"] {
        assert!(statuses(change).contains(&status), "{status}");
    }
    assert!(!statuses(of("/v1/things", "post")).contains(&"404"));
    assert!(statuses(of("/v1/things", "post")).contains(&"201"));
    assert!(statuses(of("/v1/things", "get")).contains(&"422"));
    assert!(statuses(of("/v1/places/{place}/things/{id}", "delete")).contains(&"204"));

    assert_eq!(change["x-permissions"], json!(["DIR_CREATE", "DIR_RENAME"]));
    assert_eq!(
        change["security"],
        json!([{ "key": ["DIR_CREATE", "DIR_RENAME"] }])
    );
    assert_eq!(
        change["description"],
        "It is done.\n\nNeeds `DIR_CREATE`, `DIR_RENAME`."
    );
    let missing =
        "/responses/403/content/application~1problem+json/examples/permission_missing/value";
    let missing = change.pointer(missing).expect("an example");
    assert_eq!(missing["missing"], json!(["DIR_CREATE", "DIR_RENAME"]));
}

#[test]
fn the_parts_of_a_path_have_their_types() {
    let document = contract().document;
    let told = |path: &str, method: &str| -> Vec<(Value, Value)> {
        let parameters = document["paths"][path][method]["parameters"].as_array();
        let parameters = parameters.expect("parameters").iter();
        parameters
            .map(|p| {
                assert_eq!((&p["in"], &p["required"]), (&json!("path"), &json!(true)));
                (p["name"].clone(), p["schema"].clone())
            })
            .collect()
    };
    let key = json!({"type": "string", "pattern": "^[0-9A-Za-z]{12}$"});
    assert_eq!(told("/v1/things/{id}", "get"), [(json!("id"), key.clone())]);
    let uuid = json!({"type": "string", "format": "uuid"});
    assert_eq!(
        told("/v1/places/{place}/things/{id}", "delete"),
        [(json!("place"), uuid), (json!("id"), key)]
    );
}

#[test]
fn a_body_is_closed_and_knows_absent_from_null() {
    let contract = contract();
    let schema = "/paths/~1v1~1things~1{id}/patch/requestBody/content/application~1json/schema";
    for (body, fits) in [
        (json!({}), true),
        (json!({"name": "ci"}), true),
        (json!({"days": 90}), true),
        (json!({"days": null}), true),
        (json!({"name": null}), false),
        (json!({"days": 0}), false),
        (json!({"days": "90"}), false),
        (json!({"label": "ci"}), false),
        (json!([]), false),
    ] {
        assert_eq!(contract.wrong(schema, &body).is_empty(), fits, "{body}");
    }
    let example = "/paths/~1v1~1things~1{id}/patch/requestBody/content/application~1json/example";
    let example = contract.document.pointer(example);
    assert_eq!(example, Some(&json!({"name": "ci", "days": 90})));
    let told = &contract.document["components"]["schemas"]["Change"];
    assert_eq!(told["additionalProperties"], false);
    assert_eq!(
        told["properties"]["name"],
        json!({"type": "string", "description": "A line.", "examples": ["ci"]})
    );
}

#[test]
fn the_watch_over_calls_knows_bodies_and_streams() {
    let contract = contract();
    let broken = |asked: &str, sent: &str, status: u16, media: &str, body: &str| {
        contract.broken(&Exchange {
            asked,
            sent: sent.as_bytes(),
            status,
            header: &|name| match name {
                "content-type" => Some(media.to_owned()),
                "X-Request-Id" => Some("019a9fd4-5c3e-7b21-9c4e-2f6d1b7a8e03".to_owned()),
                _ => None,
            },
            body: body.as_bytes(),
        })
    };
    let thing = r#"{"id": "7Kq2mXw0B1aZ", "at": "2026-11-20T09:30:00Z"}"#;
    let page = format!(r#"{{"data": [{thing}], "next_cursor": null}}"#);
    let (json, id) = ("application/json", "/v1/things/7Kq2mXw0B1aZ");
    let patch = format!("PATCH {id}");
    for (asked, sent, status, media, body) in [
        ("GET /v1/things?limit=1", "", 200, json, page.as_str()),
        (
            "GET /v1/things?format=csv",
            "",
            200,
            "text/csv; charset=utf-8",
            "id,at\r\n",
        ),
        (
            "GET /v1/things?format=ndjson",
            "",
            200,
            "application/x-ndjson",
            thing,
        ),
        ("HEAD /v1/things", "", 200, json, ""),
        ("POST /v1/things", r#"{"days": null}"#, 201, json, thing),
        (&patch, "{}", 200, json, thing),
    ] {
        assert_eq!(broken(asked, sent, status, media, body), [""; 0], "{asked}");
    }
    for (asked, sent, status, media, body) in [
        ("GET /v1/things", "", 200, json, r#"{"data": []}"#),
        (
            "GET /v1/things",
            "",
            200,
            json,
            r#"{"data": [{"id": "7Kq2mXw0B1aZ"}], "next_cursor": null}"#,
        ),
        ("GET /v1/things", "", 200, "text/plain", ""),
        ("POST /v1/things", "{}", 200, json, thing),
        // Taken, though the document says that it is not.
        (&patch, r#"{"name": null}"#, 200, json, thing),
        (&patch, r#"{"other": 1}"#, 200, json, thing),
        ("GET /v1/things/a/b", "", 200, json, thing),
    ] {
        assert_ne!(
            broken(asked, sent, status, media, body),
            [""; 0],
            "{asked} {sent} {body}"
        );
    }
}
