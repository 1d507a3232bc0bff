//! Secrets have no way out but the one that is named for it.

use super::{
    Source,
    code::{bare, code, is_word},
    none,
};

/// Secrets in the clear, or what opens everything.
const SECRETS: &[&str] = &[
    "DeviceKey",
    "KeyFile",
    "KeySeal",
    "Kept",
    "Letter",
    "LinkToken",
    "MailSeal",
    "MasterKey",
    "NewValue",
    "Password",
    "PasswordHash",
    "Pepper",
    "Posted",
    "Seal",
    "SealedSecret",
    "Secret",
    "SessionId",
    "SetUpCode",
    "Smtp",
    "StoredSecret",
    "TypedPassword",
    "Written",
];

#[test]
fn secrets_do_not_print() {
    let all = code();
    let mut offences = Vec::new();
    for secret in SECRETS {
        let defined: Vec<&Source> = all
            .iter()
            .filter(|s| !lines_that_define(&s.text, secret).is_empty())
            .collect();
        assert_eq!(defined.len(), 1, "{secret} is defined once");
        for at in lines_that_define(&defined[0].text, secret) {
            let lines: Vec<&str> = defined[0].text.lines().collect();
            // Attributes and comments stand without an empty line before what they are about.
            let about: String = lines[..at]
                .iter()
                .rev()
                .take_while(|line| !line.trim().is_empty() && !line.starts_with('}'))
                .filter(|line| !line.trim_start().starts_with("//"))
                .copied()
                .collect();
            for word in about.split(|c| !is_word(c)) {
                if matches!(word, "Debug" | "Display" | "Serialize") {
                    offences.push(format!("{} derives {word}", secret));
                }
            }
        }
        for source in &all {
            for line in bare(&source.text).lines() {
                let Some((of, whom)) = line.trim().split_once(" for ") else {
                    continue;
                };
                let whom: String = whom.chars().take_while(|c| is_word(*c)).collect();
                let prints = ["Debug", "Display", "Serialize"]
                    .iter()
                    .any(|t| of.split(|c| !is_word(c)).any(|word| word == *t));
                if of.starts_with("impl") && prints && whom == *secret {
                    offences.push(format!("{}: {}", source.path, line.trim()));
                }
            }
        }
    }
    none("a secret has no Debug, Display or Serialize", &offences);
}

/// Where `pub struct Name` begins, by number of the line.
fn lines_that_define(text: &str, name: &str) -> Vec<usize> {
    let is_it = |line: &str| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let rest = line.strip_prefix("struct ").unwrap_or_default();
        rest.strip_prefix(name)
            .is_some_and(|after| !after.starts_with(is_word))
    };
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| is_it(line))
        .map(|(n, _)| n)
        .collect()
}
