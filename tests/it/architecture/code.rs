//! Rules for the Rust sources.

use std::collections::BTreeSet;

use super::{Source, none, sources};

/// What every feature stands on. It names no feature.
const KERNEL: &[&str] = &[
    "actor",
    "clock",
    "config",
    "db",
    "error",
    "given_shares",
    "ids",
    "key_files",
    "made_keys",
    "objects",
    "owned_folders",
    "permissions",
    "policy",
    "postgres",
    "reached_folders",
    "schema",
    "seal",
    "sent_invitations",
    "web",
];

/// Each may use those before it.
const FEATURES: &[&str] = &[
    "audit",
    "mail",
    "people",
    "notices",
    "workspaces",
    "invitations",
    "keys",
    "library",
    "sharing",
    "access",
    "lifecycle",
    "setup",
];

/// From a request to an actor, and everything put together; each may use those before it, and all of the above.
const EDGE: &[&str] = &["auth", "docs", "app", "serve", "commands", "main"];

/// Of the kernel, what speaks with the database.
const SPEAKS_DIESEL: &[&str] = &["actor", "db", "error", "ids", "permissions", "schema"];

const LONGEST: usize = 300;

/// `src/keys/store/read.rs` belongs to `keys`.
fn home(source: &Source) -> &str {
    let path = source.path.strip_prefix("src/").unwrap_or(&source.path);
    let first = path.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// All but the table of contents.
pub fn code() -> Vec<Source> {
    let mut all = sources("src", "rs");
    all.retain(|source| source.path != "src/lib.rs");
    all
}

/// Without comments; a text that contains `//` is cut with them, which hides nothing that is looked for.
pub fn bare(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first name of each path in `use` braces: `a::b, c::{d, e}, f` is a, c and f.
fn heads(braced: &str) -> Vec<String> {
    let (mut depth, mut head, mut found, mut done) = (0, String::new(), Vec::new(), false);
    for c in braced.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(std::mem::take(&mut head));
                done = false;
            }
            c if depth == 0 && !done && is_word(c) => head.push(c),
            c if c.is_whitespace() => {}
            _ => done = true,
        }
    }
    found.push(head);
    found.retain(|head| !head.is_empty());
    found
}

/// The modules that a file names by their way from the root.
fn named(source: &Source) -> BTreeSet<String> {
    let text = bare(&source.text);
    let root = match home(source) {
        "main" | "commands" => "keyroom::",
        _ => "crate::",
    };
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(root) {
        let is_whole = !text[..at].ends_with(is_word);
        let rest = &text[at + root.len()..];
        match rest.strip_prefix('{') {
            _ if !is_whole => {}
            Some(braced) => found.extend(heads(braced)),
            None => {
                found.insert(rest.chars().take_while(|c| is_word(*c)).collect());
            }
        }
    }
    found
}

/// What a module may name.
fn may_name(home: &str) -> Vec<&'static str> {
    let before = |list: &'static [&'static str]| {
        let at = list.iter().position(|name| *name == home);
        at.map(|at| list[..=at].to_vec())
    };
    if KERNEL.contains(&home) {
        return KERNEL.to_vec();
    }
    if let Some(features) = before(FEATURES) {
        return [KERNEL, features.as_slice()].concat();
    }
    match before(EDGE) {
        Some(edge) => [KERNEL, FEATURES, edge.as_slice()].concat(),
        None => panic!("say here whether {home} is of the kernel, a feature or of the edge"),
    }
}

#[test]
fn the_readme_names_the_layers() {
    let readme = std::fs::read_to_string("README.md").expect("a text");
    assert!(readme.contains(&FEATURES.join(" ◄ ")));
    let (_, kernel) = readme.split_once("\nkernel ").expect("the kernel");
    let (kernel, _) = kernel.split_once('▲').expect("an end");
    let named: Vec<&str> = kernel
        .split_whitespace()
        .map(|name| name.trim_end_matches(':'))
        .collect();
    let missing: Vec<_> = KERNEL.iter().filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn everything_looks_in_one_direction() {
    let mut offences = Vec::new();
    for source in code() {
        let allowed = may_name(home(&source));
        let all = [KERNEL, FEATURES, EDGE].concat();
        for name in named(&source) {
            // A name that is no module is an item of the crate's root, of which there are none.
            if all.contains(&name.as_str()) && !allowed.contains(&name.as_str()) {
                offences.push(format!("{} names {name}", source.path));
            }
        }
    }
    none(
        "the kernel names no feature, a feature none after itself, and nobody the edge",
        &offences,
    );
}

#[test]
fn the_table_of_contents_has_that_order() {
    let text = std::fs::read_to_string("src/lib.rs").expect("the table of contents");
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    // The last two are of the program, not of the library.
    let edge = &EDGE[..EDGE.len() - 2];
    assert_eq!(listed, [KERNEL, FEATURES, edge].concat());
}

#[test]
fn the_search_for_names_finds_them() {
    let found = named(&Source {
        path: "src/keys/pages.rs".to_owned(),
        text: "use crate::{actor::Actor, web::{Form, ui::Shell},\n error};\nfn f() -> crate::db::Db { mycrate::x }"
            .to_owned(),
    });
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["actor", "db", "error", "web"]);
}

#[test]
fn only_stores_and_models_speak_diesel() {
    let mut offences = Vec::new();
    for source in code() {
        let speaks = SPEAKS_DIESEL.contains(&home(&source))
            || source
                .path
                .split(['/', '.'])
                .any(|part| part == "store" || part == "model");
        if speaks {
            continue;
        }
        // The connection is handed on; nothing is asked through it.
        let text = bare(&source.text).replace("diesel::PgConnection", "");
        let lines = text.lines().enumerate();
        offences.extend(
            lines
                .filter(|(_, line)| line.contains("diesel") || line.contains("schema::"))
                .map(|(n, line)| format!("{}:{}: {}", source.path, n + 1, line.trim())),
        );
    }
    none("a query outside of a store", &offences);
}

#[test]
fn nobody_is_confirmed_but_by_the_guard() {
    let makes = |source: &Source| bare(&source.text).contains("Confirmed::since");
    let makers: Vec<String> = code()
        .into_iter()
        .filter(makes)
        .map(|source| source.path)
        .collect();
    assert_eq!(makers, ["src/auth/guard/seen.rs"]);
}

#[test]
fn no_file_is_long() {
    let offences: Vec<String> = sources("src", "rs")
        .iter()
        .filter(|source| source.path != "src/schema.rs")
        .map(|source| (&source.path, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{path} has {lines} lines"))
        .collect();
    none("split by verb into a folder of the same name", &offences);
}

/// Name and parameters of each function that others than its file may call.
fn offered(text: &str) -> Vec<(String, Vec<String>)> {
    let text = bare(text);
    let mut found = Vec::new();
    for start in ["pub fn ", "pub(super) fn ", "pub(crate) fn "] {
        for (at, _) in text.match_indices(start) {
            let rest = &text[at + start.len()..];
            let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
            let open = rest.find('(').expect("parameters") + 1;
            found.push((name, parameters(&rest[open..])));
        }
    }
    found
}

/// Up to the closing parenthesis, divided at the commas that are not within another one.
fn parameters(text: &str) -> Vec<String> {
    let (mut depth, mut all, mut one) = (0, Vec::new(), String::new());
    for c in text.chars() {
        match c {
            ')' if depth == 0 => break,
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth -= 1,
            ',' if depth == 0 => {
                all.push(std::mem::take(&mut one));
                continue;
            }
            _ => {}
        }
        one.push(c);
    }
    all.push(one);
    all.iter()
        .map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect()
}

#[test]
fn every_query_asks_who_may() {
    let mut offences = Vec::new();
    let mut seen = 0;
    for source in code() {
        if !source.path.split(['/', '.']).any(|part| part == "store") {
            continue;
        }
        for (name, parameters) in offered(&source.text) {
            let Some(first) = parameters.first() else {
                continue;
            };
            if !first.contains("PgConnection") {
                continue;
            }
            seen += 1;
            let second = parameters.get(1).map_or("nothing", String::as_str);
            let kind = second.split_once(": ").map_or("", |(_, kind)| kind);
            let is_proof = kind.starts_with("&Permit<")
                || kind.starts_with("&FolderPermit<")
                || matches!(kind, "&Person" | "Unscoped")
                || (kind == "&Actor" && home(&source) == "audit" && name.starts_with("record"));
            if !is_proof {
                offences.push(format!("{}: {name} takes {second} second", source.path));
            }
        }
    }
    assert!(seen > 20, "only {seen} queries were found");
    none(
        "after the connection, a query takes &Permit<…>, &Person or Unscoped",
        &offences,
    );
}

/// Where keys are looked for before anybody is known, or for the server itself, and the one condition for everybody else.
const REACH_KEYS: &[&str] = &[
    "calls.rs",
    "check.rs",
    // What was made with a compromised key ends with it, whosever it is.
    "descent.rs",
    "ending.rs",
    "forget.rs",
    "reach.rs",
    "retired.rs",
    "unused.rs",
];

#[test]
fn whoever_asks_for_keys_is_asked_which_they_reach() {
    let mut offences = Vec::new();
    let mut begun = 0;
    for source in code() {
        let Some(file) = source.path.strip_prefix("src/keys/store/") else {
            continue;
        };
        if REACH_KEYS.contains(&file) {
            continue;
        }
        let text: String = bare(&source.text).split_whitespace().collect();
        for (at, _) in text.match_indices("keys::table") {
            // Neither a name such as `key_keys::table` nor a type is a query, and what is made is reached by its maker.
            let before = &text[..at];
            if before.ends_with(is_word)
                || before.ends_with(['<', ':'])
                || before.ends_with("insert_into(")
            {
                continue;
            }
            let rest = &text[at..];
            let query = &rest[..rest.find(';').unwrap_or(rest.len())];
            begun += 1;
            if !query.contains("filter(reached(permit))") {
                offences.push(format!("{}: {query}", source.path));
            }
        }
    }
    assert!(begun > 10, "only {begun} queries were found");
    none(
        "every query over keys begins with reached(permit)",
        &offences,
    );
}
