//! The log of the real program at its most talkative: what happened, and no secret.

use std::time::Duration;

use crate::program::{Folder, Person, Server, wait_until};

const ADA: Person<'_> = Person {
    workspace: "Brightwater",
    name: "Ada Park",
    email: "ada@brightwater.example",
    password: "violet tractor sings at noon",
};

#[test]
fn every_request_has_its_line_and_no_line_has_a_secret() {
    let folder = Folder::new();
    let server = Server::start_with(&folder, &[("KEYROOM_LOG", "trace")]);
    let code = server.said();
    let code = code.split("Set-up code: ").nth(1).expect("a code");
    let code = code.lines().next().unwrap_or_default().to_owned();
    assert_eq!(server.set_up(&ADA).status, 303);
    let at_start = server.said().len();
    let cookie = server.sign_in(&ADA);
    let make = [
        "create-key",
        "--workspace",
        "brightwater",
        "--label",
        "ci",
        "--permission",
        "OBJECTS_LIST",
    ];
    let made = folder.run(&make, "");
    let key = made.stdout.trim_end();
    assert_eq!(server.whoami(key), Some(200));
    // As a link in a mail opens with.
    let token = "bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ0";
    let open = format!("/reset-password?token={token}");
    server.get(&open, &[]).expect("an answer");
    let carried = format!("keyroom_reset={token}");
    let cookie_of_it = [("Cookie", carried.as_str())];
    server
        .get("/reset-password", &cookie_of_it)
        .expect("an answer");
    let fields = [
        ("token", token),
        ("new", "marble otters juggle seven plums"),
    ];
    server
        .post("/reset-password", "", &fields)
        .expect("an answer");
    // Everywhere where it does not belong.
    let escaped: String = key.bytes().map(|b| format!("%{b:02X}")).collect();
    for path in [
        format!("/v1/{key}"),
        format!("/v1/{escaped}"),
        format!("/v1/whoami?key={key}"),
        format!("/w/brightwater/settings/api-keys?q={key}"),
        format!("/sign-in?next=/{key}&code={code}"),
        format!("/{key}/{key}"),
        format!("/{}", key.trim_start_matches("skey_")),
        format!("/{}", key.replace("skey_", "SKEY_")),
        format!("/v1/whoami/{}", key.replace("skey_", "%2573key_")),
    ] {
        server.get(&path, &[]).expect("an answer");
    }
    for header in [
        "User-Agent",
        "Referer",
        "X-Forwarded-For",
        "Cookie",
        "X-Request-Id",
    ] {
        server
            .get("/v1/whoami", &[(header, &format!("k={key}"))])
            .expect("an answer");
    }
    let wrong = [
        ("email", ADA.email),
        ("password", "mistyped violet tractor"),
    ];
    server.post("/sign-in", "", &wrong).expect("an answer");
    server.get("/probe-last", &[]).expect("an answer");
    let written = wait_until(Duration::from_secs(5), || {
        server.said().contains("GET /probe-last 404")
    });
    assert!(written, "{}", server.said());

    let said = server.said();
    let lines: Vec<&str> = said
        .lines()
        .filter(|l| l.contains("GET /v1/whoami 200"))
        .collect();
    let [line] = lines.as_slice() else {
        panic!("a line for a request: {lines:?}");
    };
    for part in ["INFO", "ms ip=127.0.0.1", " request="] {
        assert!(line.contains(part), "{line}");
    }
    assert!(said.contains("POST /sign-in 303"), "{said}");
    assert!(
        said.contains(&format!("GET /v1/{}…", &key[..17])),
        "a key is cut"
    );
    let session = cookie.split_once('=').expect("a value").1;
    for (name, secret) in [
        ("the key", &key[17..49]),
        ("the password", ADA.password),
        ("a mistyped password", "mistyped violet tractor"),
        ("a password that was chosen", "marble otters"),
        ("what a link opens with", token),
        ("the session", &session[session.len() - 43..]),
    ] {
        assert!(!said.contains(secret), "{name} is in the log");
    }
    // The set-up code is printed on purpose, before it is used.
    assert!(!said[at_start..].contains(&code));
    // Nobody makes lines of their own.
    server.get("/probe%0AFAKE%20line", &[]).expect("an answer");
    assert!(!server.said().contains("\nFAKE"));
}
