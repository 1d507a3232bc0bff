//! Whatever the document of the API allows, and much that it does not, is sent to every operation by Schemathesis, a tester
//! of others (<https://schemathesis.readthedocs.io>). It makes calls up and holds the answers against the document.
//!
//! A fixed number of calls, always the same; or as many seconds as `KEYROOM_FUZZ_SECONDS` says, with other calls each time:
//! `KEYROOM_FUZZ_SECONDS=600 cargo test --test it fuzz -- --nocapture`. `hooks.py` has what the operations are about.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::json;

use crate::support::{
    TestApp,
    make::{self, MadeKey},
    python,
};

/// How it is asked where nobody says for how long.
const SHORTLY: [&str; 2] = ["--seed=1", "--max-examples=4"];

/// Refusals of one key have a cap, as many as these get in a minute never reach it together. Some end on the way.
const CALLERS: usize = 40;

#[test]
fn every_operation_answers_as_its_document_has_it_whatever_is_sent() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    make::workspace(&app, "Elsewhere");
    let caller = |workspace: &str, n: usize| -> MadeKey {
        let key = make::key(&app, workspace, &format!("caller {n}"));
        make::unhurried(&app, &key);
        key
    };
    let callers = (0..CALLERS).map(|n| caller("brightwater", n).secret);
    let scene = json!({
        "url": format!("http://{}", app.address),
        "keys": callers.collect::<Vec<_>>(),
        "elsewhere": caller("elsewhere", 0).secret,
    });
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fuzz");
    let asked = env::var("KEYROOM_FUZZ_SECONDS");
    let mut tester = Command::new(python::program("schemathesis"));
    tester
        .arg("run")
        .arg(format!("http://{}/v1/openapi.json", app.address))
        // Where its configuration is.
        .current_dir(here)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("KEYROOM_SCENE", scene.to_string())
        .stdin(Stdio::null());
    match asked {
        Ok(seconds) => tester.arg(format!("--max-time={seconds}")),
        Err(_) => tester.args(SHORTLY),
    };
    let output = tester.output().expect("Schemathesis");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{complained}");
}
