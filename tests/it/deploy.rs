//! What is written about configuration and commands is so: `--help`, README, `.env.example` and `deploy/`.

use std::{collections::BTreeSet, fs, process::Command};

use keyroom::config::VARIABLES;

/// Of these, deployment names some and documentation all.
const DOCUMENTED: [&str; 2] = ["README.md", ".env.example"];

/// Every word that looks like a setting of Keyroom.
fn settings(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter(|word| word.starts_with("KEYROOM_") || *word == "DATABASE_URL")
        // The key that a program is given, in the examples.
        .filter(|word| *word != "KEYROOM_API_KEY")
        .map(str::to_owned)
        .collect()
}

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_keyroom"))
        .args(arguments)
        .output()
        .expect("the program");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_setting_is_documented_and_nothing_else_is() {
    let all: BTreeSet<String> = VARIABLES.iter().map(ToString::to_string).collect();
    for path in DOCUMENTED {
        let text = fs::read_to_string(path).expect(path);
        assert_eq!(settings(&text), all, "{path}");
    }
    assert_eq!(settings(&help(&["--help"])), all, "--help");
}

#[test]
fn what_deploys_names_only_settings_that_there_are() {
    let mut seen = 0;
    for entry in fs::read_dir("deploy").expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        for name in settings(&text) {
            seen += 1;
            assert!(
                VARIABLES.contains(&name.as_str()),
                "{}: {name}",
                path.display()
            );
        }
    }
    assert!(seen > 5, "{seen} are enough to mean something");
}

#[test]
fn every_command_is_in_the_readme_and_says_what_it_does() {
    let all = help(&["--help"]);
    let listed = all.split("Commands:").nth(1).expect("the commands");
    let commands = listed.lines().skip(1).take_while(|line| !line.is_empty());
    let readme = fs::read_to_string("README.md").expect("a text");
    let mut seen = 0;
    for line in commands {
        let (name, about) = line.trim().split_once(' ').expect("a name and a sentence");
        if name == "help" {
            continue;
        }
        seen += 1;
        assert!(!about.trim().is_empty());
        assert!(
            readme.contains(&format!("`keyroom {name}")),
            "{name} is not in the README"
        );
        for option in help(&[name, "--help"])
            .split_whitespace()
            .filter(|word| word.starts_with("--") && *word != "--help")
        {
            let line = readme
                .lines()
                .find(|l| l.starts_with('|') && l.contains(&format!("`keyroom {name}")));
            assert!(
                line.is_some_and(|l| l.contains(option)),
                "{name} {option} is not in the README"
            );
        }
    }
    assert!(seen >= 8, "{seen} commands");
}
