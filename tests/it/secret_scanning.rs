//! The rules that find keys in code, and the command that tells keys from what looks like one.

use std::fs;

use regex::Regex;

use crate::program::{Done, Folder};

const KEY: &str = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
const SECRET_KEYS: [&str; 2] = [
    "skey_000000000000ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef3KlsIp",
    KEY,
];
const PUBLISHABLE_KEY: &str = "pk_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMN42DD56";

fn read(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/secret-scanning");
    fs::read_to_string(format!("{folder}/{name}")).expect("a file of the documentation")
}

/// What gitleaks would report of a text.
fn gitleaks(text: &str) -> Vec<String> {
    let rules = read("gitleaks.toml");
    let value = |name: &str, mark: &str| {
        let (_, rest) = rules.split_once(&format!("{name} = {mark}"))?;
        Some(rest.split_once(mark)?.0.to_owned())
    };
    let pattern = value("regex", "'''").expect("a pattern");
    assert_eq!(
        value("description", "\"").map(|d| d.is_empty()),
        Some(false)
    );
    let keyword = rules.split_once("keywords = [\"").expect("a keyword").1;
    let keyword = keyword.split('"').next().expect("its end");
    // A text without the keyword is never looked at.
    if !text.to_lowercase().contains(keyword) {
        return Vec::new();
    }
    let pattern = Regex::new(&pattern).expect("a pattern");
    let found = pattern.captures_iter(text);
    found.map(|groups| groups[1].to_owned()).collect()
}

/// What GitHub would report of a text: the format, between what may stand before and after it.
fn github(text: &str) -> Vec<String> {
    let page = read("README.md");
    let field = |name: &str| {
        let row = page.lines().find(|l| l.starts_with(&format!("| {name} |")));
        let value = row?.split('`').nth(1)?;
        Some(value.replace("\\|", "|"))
    };
    let [before, secret, after] = ["Before secret", "Secret format", "After secret"]
        .map(|name| field(name).expect("a row of the table"));
    let example = field("Test string").expect("a row of the table");
    let pattern = Regex::new(&format!("(?:{before})({secret})(?:{after})")).expect("a pattern");
    assert!(pattern.is_match(&example), "{example}");
    let found = pattern.captures_iter(text);
    found.map(|groups| groups[1].to_owned()).collect()
}

#[test]
fn both_find_a_key_wherever_it_stands() {
    for key in SECRET_KEYS {
        for text in [
            key.to_owned(),
            format!("KEYROOM_API_KEY={key}\n"),
            format!("client = Keyroom(api_key=\"{key}\")"),
            format!("Authorization: Bearer {key}"),
            format!("{{\"key\":'{key}'}}"),
            format!("https://example.com/?key={key}&more=1"),
            format!("({key})"),
        ] {
            assert_eq!(gitleaks(&text), [key], "{text}");
            assert_eq!(github(&text), [key], "{text}");
        }
    }
}

#[test]
fn neither_finds_what_is_no_secret_key() {
    for text in [
        PUBLISHABLE_KEY.to_owned(),
        "skey_7Kq2mXw0B1aZ…".to_owned(),
        "skey_7Kq2mXw0B1aZ".to_owned(),
        "skey_…".to_owned(),
        KEY[..54].to_owned(),
        format!("{KEY}0"),
        format!("{KEY}_0"),
        format!("my{KEY}"),
        format!("my_{KEY}"),
        KEY.to_uppercase(),
        KEY.replace('_', "-"),
        KEY.replace("ABC", "A-C"),
    ] {
        assert_eq!(gitleaks(&text), [""; 0], "{text}");
        assert_eq!(github(&text), [""; 0], "{text}");
    }
}

/// In a folder without configuration, database or anything else.
fn check(arguments: &[&str], input: &str) -> Done {
    let folder = Folder::new();
    let mut command = folder.command(&["check-key"]);
    command.args(arguments);
    let done = Done::of(command, input);
    assert!(!folder.data().exists(), "it makes nothing");
    done
}

#[test]
fn the_checksum_tells_a_key_from_what_looks_like_one() {
    let id = "7Kq2mXw0B1aZ";
    for (key, told) in [(KEY, "secret"), (PUBLISHABLE_KEY, "publishable")] {
        for done in [
            check(&[key], ""),
            check(&[], key),
            check(&[], &format!("{key}\nmore\n")),
            check(&[], &format!("{key}\r\n")),
        ] {
            assert!(done.success, "{}", done.stderr);
            assert_eq!(done.stdout, format!("{told} key, id {id}\n"));
        }
    }
    for (text, why) in [
        ("", "begin with skey_ or pk_"),
        ("hello", "begin with skey_ or pk_"),
        (&KEY[..54], "55 characters"),
        (&format!("{KEY} "), "55 characters"),
        (&KEY.replace("ABC", "A-C"), "letters"),
        (&KEY.replace("ABC", "ABD"), "checksum"),
    ] {
        for done in [check(&[text], ""), check(&[], text)] {
            assert!(!done.success && done.stdout.is_empty(), "{text}");
            assert!(done.stderr.contains(why), "{text}: {}", done.stderr);
            assert!(
                text.len() < 20 || !done.stderr.contains(&text[17..]),
                "never the text"
            );
        }
    }
}

#[test]
fn a_wrong_file_is_not_read_to_its_end() {
    let done = check(&[], &"x".repeat(1_000_000));
    assert!(
        !done.success && done.stderr.contains("begin with"),
        "{}",
        done.stderr
    );
}
