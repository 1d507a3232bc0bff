//! Every example of the documentation is a call that was made, with the answer that came.
//!
//! If you are here because an operation is new: write `docs/examples/NAME.http`, NAME being its id, with a call and the
//! status that it answers (`src/docs/calls.rs` has the form, `scene.rs` what there is to call about), and let the rest be
//! filled in: `RECORD=1 cargo test --test it docs_examples`. The same after an answer changed on purpose. Read what was
//! written before you commit it.

mod scene;
mod stand_ins;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use keyroom::{
    app,
    docs::calls::{Call, parse},
    web::api::Operation,
};
use serde_json::Value;

use crate::support::{TestApp, http::Reply};
use scene::Scene;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples")
}

fn file(operation: &str) -> PathBuf {
    folder().join(format!("{operation}.http"))
}

/// Method, path and name of every operation, and whether it asks for a key.
fn operations() -> Vec<(String, &'static str, Operation, bool)> {
    let routes = app::routes();
    let all = routes.table().iter().filter_map(|route| {
        let says = route.operation?.says;
        let is_keyed = route.access.needed().is_some();
        Some((route.method.to_string(), route.path, says, is_keyed))
    });
    all.collect()
}

#[test]
fn every_operation_has_an_example_of_its_success_and_no_example_is_of_another() {
    let mut names = BTreeSet::new();
    for (method, path, says, _) in operations() {
        let name = says.id;
        names.insert(format!("{name}.http"));
        let text = fs::read_to_string(file(name)).unwrap_or_else(|_| {
            panic!("{method} {path} has no example: write docs/examples/{name}.http")
        });
        let calls = parse(&text).unwrap_or_else(|e| panic!("{name}.http: {e}"));
        assert!(calls[0].status < 300, "{name}.http begins with what works");
        for call in calls {
            let is_of_it = call.method == method && call.parameters(path).is_some();
            assert!(is_of_it, "{name}.http: {} is no {method} {path}", call.path);
        }
    }
    for entry in fs::read_dir(folder()).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy().into_owned();
        assert!(names.contains(&name), "{name} is of no operation");
    }
}

#[actix_web::test]
async fn every_call_is_answered_as_it_is_shown() {
    let app = TestApp::start();
    let is_recorded = std::env::var_os("RECORD").is_some();
    let mut wrong = Vec::new();
    for (n, (_, _, says, is_keyed)) in operations().into_iter().enumerate() {
        let Ok(text) = fs::read_to_string(file(says.id)) else {
            continue;
        };
        let calls = parse(&text).unwrap_or_else(|e| panic!("{}.http: {e}", says.id));
        let mut scene = Scene::set(&app, n);
        let mut written = Vec::new();
        for call in &calls {
            let reply = scene.send(&app, call, is_keyed).await;
            let told = told(call, &reply, &mut scene);
            let about = format!("docs/examples/{}.http, {}", says.id, call.title);
            if reply.status != call.status {
                wrong.push(format!("{about}: {} {}", reply.status, told.body));
            } else if !is_as_shown(call, &told) && !is_recorded {
                wrong.push(format!(
                    "{about}: the answer is now\n{}",
                    text_of(call, &told)
                ));
            }
            written.push(text_of(call, &told));
        }
        if is_recorded && wrong.is_empty() {
            fs::write(file(says.id), written.join("\n")).expect("a file of the documentation");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// An answer in the words of the documentation.
struct Told {
    headers: Vec<(String, String)>,
    body: String,
}

fn told(call: &Call<'_>, reply: &Reply, scene: &mut Scene) -> Told {
    let media = reply.header("content-type").split(';').next();
    let body = match media {
        Some("application/json" | "application/problem+json") => pretty(&reply.text()),
        _ => reply.text().trim_end().replace("\r\n", "\n"),
    };
    let headers = call.answer_headers.iter().map(|(name, _)| {
        let value = scene.stand_ins.shown(reply.header(name));
        ((*name).to_owned(), value)
    });
    Told {
        headers: headers.collect(),
        body: scene.stand_ins.shown(&body),
    }
}

fn is_as_shown(call: &Call<'_>, told: &Told) -> bool {
    let shown = call.answer_headers.iter().copied();
    let told_headers = told.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    if !shown.eq(told_headers) {
        return false;
    }
    if !call.is_shortened {
        return call.answer == told.body;
    }
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    is_part(&read(call.answer), &read(&told.body))
}

/// Everything that is shown is there, with that value.
fn is_part(shown: &Value, told: &Value) -> bool {
    match (shown, told) {
        (Value::Object(shown), Value::Object(told)) => shown
            .iter()
            .all(|(name, value)| told.get(name).is_some_and(|told| is_part(value, told))),
        (Value::Array(shown), Value::Array(told)) => shown
            .iter()
            .all(|value| told.iter().any(|told| is_part(value, told))),
        _ => shown == told,
    }
}

/// The file's part about a call; what is shortened is shortened by hand.
fn text_of(call: &Call<'_>, told: &Told) -> String {
    let mut text = format!("### {}\n", call.title);
    if let Some(key) = call.key {
        text += &format!("# key: {key}\n");
    }
    text += &format!("{} {}\n", call.method, call.path);
    for (name, value) in &call.headers {
        text += &format!("{name}: {value}\n");
    }
    if !call.body.is_empty() {
        text += &format!("\n{}\n", call.body);
    }
    text += &format!("\nHTTP {}", call.status);
    text += if call.is_shortened {
        " shortened\n"
    } else {
        "\n"
    };
    for (name, value) in &told.headers {
        text += &format!("{name}: {value}\n");
    }
    let body = if call.is_shortened {
        call.answer
    } else {
        &told.body
    };
    if !body.is_empty() {
        text += &format!("\n{body}\n");
    }
    text
}

/// JSON over several lines, its fields in the order in which they came; a list of plain values on one.
fn pretty(json: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut is_text, mut is_escaped) = (0, false, false);
    let mut is_flat = Vec::new();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for (at, c) in json.char_indices() {
        if is_text {
            out.push(c);
            is_text = c != '"' || is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        let rest = &json[at + c.len_utf8()..];
        match c {
            '{' | '[' => {
                let end = rest.find(['{', '[', ']', '}']).map(|n| &rest[n..=n]);
                let flat = (c == '[' && end == Some("]")) || rest.starts_with('}');
                is_flat.push(flat);
                depth += 1;
                out.push(c);
                if !flat {
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                if is_flat.pop() == Some(false) {
                    line(&mut out, depth);
                }
                out.push(c);
            }
            ',' if is_flat.last() == Some(&true) => out.push_str(", "),
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            other => {
                is_text = other == '"';
                out.push(other);
            }
        }
    }
    out
}

#[test]
fn json_is_laid_out_and_nothing_else() {
    let text = r#"{"a":[1,2],"b":{"c":"x, {\"y\":1}","d":[]},"e":[{"f":null}],"g":{}}"#;
    let laid_out = pretty(text);
    assert_eq!(
        laid_out,
        "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": \"x, {\\\"y\\\":1}\",\n    \"d\": []\n  },\n  \"e\": [\n    \
         {\n      \"f\": null\n    }\n  ],\n  \"g\": {}\n}"
    );
}

#[test]
fn an_answer_that_differs_is_seen() {
    let text = "### T\nGET /v1/x\n\nHTTP 200 shortened\n\n{\"a\": {\"b\": 1}, \"c\": [2]}";
    let call = &parse(text).expect("a call")[0];
    let is = |body: &str| {
        let told = Told {
            headers: Vec::new(),
            body: body.to_owned(),
        };
        is_as_shown(call, &told)
    };
    assert!(is(r#"{"a": {"b": 1, "z": 0}, "c": [1, 2], "d": 4}"#));
    assert!(!is(r#"{"a": {"b": 2}, "c": [2]}"#));
    assert!(!is(r#"{"a": {}, "c": [2]}"#));
    assert!(!is(r#"{"a": {"b": 1}, "c": [3]}"#));
}
