//! What the operator decides, read from the environment and `.env`, checked before anything starts.
//!
//! No `Debug`: `DATABASE_URL`, `KEYROOM_OBJECTS_URL` and `KEYROOM_SMTP_URL` may hold a password.

mod objects;
mod public_url;
mod smtp;

use std::{
    env,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use anyhow::{Context, bail};
use ipnet::IpNet;

pub use objects::{Bucket, ObjectsAt};
pub use public_url::PublicUrl;
pub use smtp::{Encryption, Smtp, ascii_domain};

/// Every setting there is. Whatever else begins with `KEYROOM_` is a slip of the pen.
pub const VARIABLES: &[&str] = &[
    "KEYROOM_LISTEN",
    "KEYROOM_PUBLIC_URL",
    "KEYROOM_ALLOW_HTTP",
    "KEYROOM_DATA",
    "DATABASE_URL",
    "KEYROOM_PEPPER_FILE",
    "KEYROOM_MASTER_KEY_FILE",
    "KEYROOM_OBJECTS_URL",
    "KEYROOM_AUDIT_DAYS",
    "KEYROOM_TRUSTED_PROXIES",
    "KEYROOM_SMTP_URL",
    "KEYROOM_MAIL_FROM",
    "KEYROOM_LOG",
];

/// A setting by its name; None where it is not given.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

pub struct Config {
    pub listen: SocketAddr,
    pub public_url: PublicUrl,
    pub data: PathBuf,
    /// None: the embedded default, a private PostgreSQL in `data`.
    pub database_url: Option<String>,
    pub pepper_file: PathBuf,
    pub master_key_file: PathBuf,
    /// Where the contents of files are kept.
    pub objects: ObjectsAt,
    /// How long entries of the audit log are kept, at least.
    pub audit_days: u32,
    pub trusted_proxies: Vec<IpNet>,
    /// None: no mail is sent.
    pub smtp: Option<Smtp>,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// The first setting that cannot be used, with what to write instead.
    pub fn from_env() -> anyhow::Result<Self> {
        Self::from_lookup(&given)
    }

    /// The settings that cannot be used, all of them, each with what to write instead.
    pub fn problems(var: Lookup<'_>) -> Vec<(&'static str, String)> {
        let mut found: Vec<(&'static str, String)> = Vec::new();
        loop {
            // As if those that are known to be wrong were not given, so that the next one shows.
            let rest = |name: &str| var(name).filter(|_| found.iter().all(|(n, _)| *n != name));
            let Err(error) = Self::from_lookup(&rest) else {
                return found;
            };
            let error = format!("{error:#}");
            // Each sentence begins with the setting that it is about.
            let names = VARIABLES.iter();
            let Some((_, name)) = names.filter_map(|n| Some((error.find(n)?, *n))).min() else {
                return found;
            };
            // What is missing once what was wrong is left out.
            if found.iter().any(|(n, _)| *n == name) {
                return found;
            }
            let is_given = rest(name).is_some();
            found.push((name, error));
            // What is wrong without it would be wrong again.
            if !is_given {
                return found;
            }
        }
    }

    /// What the rest of a program makes of `var`.
    ///
    /// # Errors
    /// As [`Config::from_env`].
    pub fn from_lookup(var: Lookup<'_>) -> anyhow::Result<Self> {
        let listen = var("KEYROOM_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".into());
        let listen: SocketAddr = listen.parse().with_context(|| {
            format!(
                "KEYROOM_LISTEN is {listen}; write an address and a port, such as 127.0.0.1:8080"
            )
        })?;
        let public_url = match var("KEYROOM_PUBLIC_URL") {
            Some(url) => PublicUrl::parse(&url)?,
            None => PublicUrl::of(listen)?,
        };
        let allows_http = flag(var, "KEYROOM_ALLOW_HTTP")?;
        if !public_url.is_trustworthy() && !allows_http {
            bail!(
                "KEYROOM_PUBLIC_URL is {}: over plain HTTP, passwords and keys can be read on the way. \
                 Use an https:// address (see the README, behind a reverse proxy), or set \
                 KEYROOM_ALLOW_HTTP=true to go on all the same",
                public_url.origin()
            );
        }
        let data = PathBuf::from(var("KEYROOM_DATA").unwrap_or_else(|| "./data".into()));
        let file = |name, default| var(name).map_or_else(|| data.join(default), PathBuf::from);
        Ok(Self {
            listen,
            public_url,
            database_url: var("DATABASE_URL"),
            pepper_file: file("KEYROOM_PEPPER_FILE", "pepper"),
            master_key_file: file("KEYROOM_MASTER_KEY_FILE", "master-key"),
            objects: ObjectsAt::read(var, &data)?,
            audit_days: days(var, "KEYROOM_AUDIT_DAYS", 400)?,
            trusted_proxies: var("KEYROOM_TRUSTED_PROXIES")
                .unwrap_or_default()
                .split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(network)
                .collect::<anyhow::Result<_>>()?,
            smtp: var("KEYROOM_SMTP_URL")
                .map(|url| Smtp::parse(&url, var("KEYROOM_MAIL_FROM").as_deref()))
                .transpose()?,
            data,
        })
    }
}

/// From the environment. What is empty is not given.
pub fn given(name: &str) -> Option<String> {
    env::var(name).ok().filter(|v| !v.trim().is_empty())
}

fn flag(var: Lookup<'_>, name: &str) -> anyhow::Result<bool> {
    match var(name).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => bail!("{name} is {other}; write true or false"),
    }
}

fn days(var: Lookup<'_>, name: &str, default: u32) -> anyhow::Result<u32> {
    const MOST: u32 = 36_500;
    let Some(text) = var(name) else {
        return Ok(default);
    };
    match text.trim().parse() {
        Ok(days) if (1..=MOST).contains(&days) => Ok(days),
        _ => bail!("{name} is {text}; write a whole number of days from 1 to {MOST}"),
    }
}

fn network(text: &str) -> anyhow::Result<IpNet> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .with_context(|| {
            format!("KEYROOM_TRUSTED_PROXIES has {text}; write addresses or networks such as 10.0.0.0/8, separated by commas")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(vars: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::from_lookup(&|name| {
            vars.iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn the_defaults_serve_this_machine_alone() {
        let config = config(&[]).expect("defaults are valid");
        assert_eq!(config.public_url.origin(), "http://127.0.0.1:8080");
        assert!(config.public_url.is_trustworthy());
        assert_eq!(config.pepper_file, PathBuf::from("./data/pepper"));
        assert_eq!(config.audit_days, 400);
    }

    #[test]
    fn the_log_is_kept_as_long_as_is_said() {
        let kept = |days| config(&[("KEYROOM_AUDIT_DAYS", days)]).map(|c| c.audit_days);
        assert_eq!(kept("1").ok(), Some(1));
        assert_eq!(kept(" 36500 ").ok(), Some(36_500));
    }

    #[test]
    fn plain_http_under_another_name_needs_a_decision() {
        let lan = ("KEYROOM_PUBLIC_URL", "http://keys.lan:8080");
        assert!(config(&[lan]).is_err());
        assert!(config(&[lan, ("KEYROOM_ALLOW_HTTP", "true")]).is_ok());
        assert!(config(&[("KEYROOM_PUBLIC_URL", "https://keys.example")]).is_ok());
        assert!(config(&[("KEYROOM_PUBLIC_URL", "http://localhost:8080")]).is_ok());
    }

    #[test]
    fn all_that_cannot_be_used_is_told_at_once() {
        let vars = [
            ("KEYROOM_LISTEN", "8080"),
            ("KEYROOM_ALLOW_HTTP", "yes"),
            ("KEYROOM_PUBLIC_URL", "https://keys.example"),
            ("KEYROOM_TRUSTED_PROXIES", "proxy"),
            ("KEYROOM_SMTP_URL", "smtp://localhost"),
            ("KEYROOM_MAIL_FROM", "nobody"),
        ];
        let found = Config::problems(&|name| {
            let var = vars.iter().find(|(n, _)| *n == name);
            var.map(|(_, value)| (*value).to_owned())
        });
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            [
                "KEYROOM_LISTEN",
                "KEYROOM_ALLOW_HTTP",
                "KEYROOM_TRUSTED_PROXIES",
                "KEYROOM_MAIL_FROM"
            ]
        );
        assert!(Config::problems(&|_| None).is_empty());
        let lan = |name: &str| (name == "KEYROOM_LISTEN").then(|| "192.0.2.1:80".to_owned());
        let found = Config::problems(&lan);
        assert_eq!(
            found.first().map(|(name, _)| *name),
            Some("KEYROOM_PUBLIC_URL")
        );
    }

    #[test]
    fn every_setting_that_is_read_is_listed() {
        let text = include_str!("config.rs");
        let read = text.split("\"KEYROOM_").skip(1);
        for name in read.filter_map(|rest| rest.split('"').next()) {
            let name = format!("KEYROOM_{name}");
            let is_name = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            assert!(
                !is_name || name.ends_with('_') || VARIABLES.contains(&name.as_str()),
                "{name} is not in VARIABLES"
            );
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (name, value) in [
            ("KEYROOM_LISTEN", "8080"),
            ("KEYROOM_LISTEN", "0.0.0.0:8080"),
            ("KEYROOM_PUBLIC_URL", "keys.example"),
            ("KEYROOM_PUBLIC_URL", "https://keys.example/path"),
            ("KEYROOM_PUBLIC_URL", "ftp://keys.example"),
            ("KEYROOM_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
            ("KEYROOM_AUDIT_DAYS", "0"),
            ("KEYROOM_AUDIT_DAYS", "-1"),
            ("KEYROOM_AUDIT_DAYS", "1.5"),
            ("KEYROOM_AUDIT_DAYS", "a year"),
            ("KEYROOM_AUDIT_DAYS", "36501"),
        ] {
            let error = config(&[(name, value)]).err().expect(value).to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
