use keyroom::config::{Config, VARIABLES, given};

use super::Report;

/// These say how people reach the server, and depend on one another.
const ADDRESSES: [&str; 3] = ["KEYROOM_LISTEN", "KEYROOM_PUBLIC_URL", "KEYROOM_ALLOW_HTTP"];

/// They may have a password in them.
const SECRET: [&str; 3] = ["DATABASE_URL", "KEYROOM_OBJECTS_URL", "KEYROOM_SMTP_URL"];

/// Returns what can be used: where a setting is wrong, its default.
pub fn check(report: &mut Report) -> Config {
    env_file(report);
    let problems = Config::problems(&given);
    for name in VARIABLES {
        let problem = problems.iter().find(|(n, _)| n == name);
        match (problem, given(name)) {
            (Some((_, problem)), _) => report.fail(name, problem),
            (None, None) => report.ok(name, "not set; the default holds"),
            (None, Some(_)) if SECRET.contains(name) => report.ok(name, "set (not shown)"),
            (None, Some(value)) => of_its_own(report, name, &value),
        }
    }
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("KEYROOM_") && !VARIABLES.contains(&name.as_ref()) {
            report.warn(
                &name,
                "is not a setting of Keyroom; see keyroom --help for their names",
            );
        }
    }
    let right = |name: &str| given(name).filter(|_| problems.iter().all(|(n, _)| *n != name));
    let elsewhere = |name: &str| right(name).filter(|_| !ADDRESSES.contains(&name));
    Config::from_lookup(&right)
        .or_else(|_| Config::from_lookup(&elsewhere))
        .or_else(|_| Config::from_lookup(&|_| None))
        .expect("the defaults can be used")
}

fn env_file(report: &mut Report) {
    let lines = match dotenvy::dotenv_iter() {
        Ok(lines) => lines,
        Err(error) if error.not_found() => return report.ok(".env", "there is none here"),
        Err(error) => return report.fail(".env", format!("cannot be read: {error}")),
    };
    // The error quotes the line, which may be a password.
    match lines.filter(Result::is_err).count() {
        0 => report.ok(".env", "read; what the environment has counts more"),
        _ => report.fail(
            ".env",
            "a line is not NAME=value, and nothing after it is read; put a value with spaces in quotes",
        ),
    }
}

/// What can be used but is not as it should be.
fn of_its_own(report: &mut Report, name: &str, value: &str) {
    match (name, value) {
        ("KEYROOM_ALLOW_HTTP", "true") => report.warn(
            name,
            "true: where the public URL is plain HTTP, passwords and keys can be read on the way. Put a proxy with TLS in front",
        ),
        ("KEYROOM_LOG", level) if level.parse::<log::LevelFilter>().is_err() => report.warn(
            name,
            format!("{level} is not a level; write error, warn, info, debug or trace"),
        ),
        ("KEYROOM_MAIL_FROM", _) if given("KEYROOM_SMTP_URL").is_none() => report.warn(
            name,
            "means nothing without KEYROOM_SMTP_URL, the server that takes mails",
        ),
        _ => report.ok(name, value),
    }
}
