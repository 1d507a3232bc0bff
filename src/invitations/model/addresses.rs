//! Addresses as people paste them: between commas, semicolons, spaces and line breaks, also as `Ada Park <ada@x.example>`.

use std::collections::BTreeSet;

use crate::{people::Email, web::text};

/// What was typed: who can be read, each once, and a sentence for everything else.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub emails: Vec<Email>,
    pub mistakes: Vec<String>,
}

impl Typed {
    pub fn parse(text: &str) -> Self {
        let mut typed = Self::default();
        let mut seen = BTreeSet::new();
        for word in words(text) {
            match Email::parse(&word) {
                Err(_) => {
                    let why = format!("“{}” is not an email address", shown(&word));
                    typed.mistakes.push(why);
                }
                Ok(email) if seen.insert(email.as_str().to_lowercase()) => typed.emails.push(email),
                Ok(email) => {
                    let why = format!("{} stands there more than once", email.as_str());
                    if !typed.mistakes.contains(&why) {
                        typed.mistakes.push(why);
                    }
                }
            }
        }
        typed
    }
}

/// Short enough to stand in a sentence, and without what looks like a key.
fn shown(word: &str) -> String {
    let word = text::without_keys(word);
    match word.chars().count() {
        ..=60 => word,
        _ => word.chars().take(59).chain(['…']).collect(),
    }
}

/// Each address, or what stands in its place.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in parts(text) {
        let mut rest = part.as_str();
        while let Some((before, inner, after)) = bracketed(rest) {
            // The name in front is nobody's address, unless it is another one.
            let names = before.split_whitespace().map(bare);
            let others = names.filter(|n| n.contains('@') && !n.eq_ignore_ascii_case(inner));
            found.extend(others.map(str::to_owned));
            found.push(inner.to_owned());
            rest = after;
        }
        found.extend(rest.split_whitespace().map(|word| bare(word).to_owned()));
    }
    found.retain(|word| !word.is_empty());
    found
}

/// Divided at commas, semicolons and line breaks, but not within quotes: "Park, Ada" is one name.
fn parts(text: &str) -> Vec<String> {
    // One quote alone quotes nothing.
    let quotes = text.matches('"').count().is_multiple_of(2);
    let (mut is_quoted, mut all, mut part) = (false, Vec::new(), String::new());
    for c in text.chars() {
        match c {
            '"' if quotes => is_quoted = !is_quoted,
            ',' | ';' if !is_quoted => all.push(std::mem::take(&mut part)),
            '\n' | '\r' => {
                is_quoted = false;
                all.push(std::mem::take(&mut part));
            }
            ',' | ';' => part.push(' '),
            c => part.push(c),
        }
    }
    all.push(part);
    all
}

/// Before, within and after the first `<…>`.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (inner, after) = rest.split_once('>')?;
    Some((before, bare(inner.trim()), after))
}

fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c| matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']'));
    word.strip_prefix("mailto:").unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<String> {
        let typed = Typed::parse(text);
        assert_eq!(typed.mistakes, [""; 0], "{text}");
        let emails = typed.emails.iter();
        emails.map(|email| email.as_str().to_owned()).collect()
    }

    #[test]
    fn a_list_is_read_however_it_was_pasted() {
        for text in [
            "a@x.example,b@x.example",
            "a@x.example ; b@x.example;",
            "a@x.example b@x.example",
            "\r\na@x.example\r\n\r\n\tb@x.example\r\n",
            "Ada Park <a@x.example>, Bo <b@x.example>",
            "Ada Park <a@x.example> Bo <b@x.example>",
            "\"Park, Ada\" <a@x.example>; <b@x.example>",
            "a@x.example Bo Li <b@x.example>",
            "a@x.example <a@x.example>, 'b@x.example'",
            "mailto:a@x.example, (b@x.example)",
            "Ada \"the <a@x.example>\nb@x.example",
        ] {
            assert_eq!(emails(text), ["a@x.example", "b@x.example"], "{text}");
        }
        assert_eq!(emails(" \n, ;"), [""; 0]);
        assert_eq!(emails("Ada@X.example"), ["Ada@X.example"]);
    }

    #[test]
    fn whatever_is_none_is_named() {
        let typed = Typed::parse("ada@x.example, Bo, bo@, ADA@x.example; ada@x.example <c>");
        assert_eq!(typed.emails.len(), 1);
        assert_eq!(
            typed.mistakes,
            [
                "“Bo” is not an email address",
                "“bo@” is not an email address",
                "ADA@x.example stands there more than once",
                "ada@x.example stands there more than once",
                "“c” is not an email address",
            ]
        );
        let long = Typed::parse(&"x".repeat(500)).mistakes.remove(0);
        assert!(long.chars().count() < 100, "{long}");
        let key = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
        assert!(!Typed::parse(key).mistakes[0].contains("0123456789"));
    }
}
