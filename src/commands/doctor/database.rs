use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use keyroom::{
    clock::Clock,
    config::Config,
    db::{self, Migrations, Moment},
    key_files::{MasterKey, Pepper},
    postgres::{self, Account, Look, Programs, Tool},
    setup::{self, KnownKeyFiles},
};

use super::Report;
use crate::commands::{WHY, told};

/// A server that is switched off says nothing for minutes.
const PATIENCE: Duration = Duration::from_secs(10);
const OLDEST: u32 = 15;

/// What a database says of itself.
struct Facts {
    server: u32,
    /// Its clock before ours.
    ahead: TimeDelta,
    migrations: Migrations,
    /// None: it has no tables of Keyroom's.
    known: Option<KnownKeyFiles>,
    /// Does it know the small letters of all languages? None: it was not asked.
    folds: Option<bool>,
}

pub fn check(report: &mut Report, config: &Config) {
    sane_clock(report);
    // It must outlive the connection.
    let mut found = None;
    let url = match &config.database_url {
        Some(url) => Some(url.clone()),
        None => embedded(report, config, &mut found),
    };
    let Some(url) = url else {
        // Where there is no database yet, there is nothing in it to check.
        if found.is_some() {
            unchecked(report);
        }
        return;
    };
    match ask(url) {
        Ok(facts) => tell(report, config, &facts),
        Err(error) => {
            let hint = match config.database_url {
                Some(_) => "start it, or correct DATABASE_URL",
                None => "see the file log in the folder postgres of the data folder",
            };
            report.fail("database", format!("cannot be reached ({error:#}): {hint}"));
            unchecked(report);
        }
    }
}

fn unchecked(report: &mut Report) {
    for name in ["database clock", "migrations", "key files"] {
        report.warn(name, "not checked, as the database does not answer");
    }
}

/// What to connect to our own cluster with, if it runs.
fn embedded(report: &mut Report, config: &Config, found: &mut Option<Look>) -> Option<String> {
    let looked = postgres::look(&config.data);
    let programs = match &looked {
        Ok(Some(look)) => Ok(look.programs().clone()),
        Ok(None) => Programs::find(None),
        Err(error) => Err(anyhow::anyhow!("{error:#}")),
    };
    let name = "PostgreSQL";
    match programs.and_then(|programs| Account::choose(None).map(|_| programs)) {
        Ok(programs) => report.ok(
            name,
            format!("{} in {}", programs.major(), programs.folder().display()),
        ),
        Err(error) => report.fail(name, format!("{error:#}")),
    }
    *found = looked.ok().flatten();
    let is_claimed = postgres::is_claimed(&config.data);
    match found.as_ref().map(Look::url) {
        Some(Some(url)) => return Some(url),
        Some(None) if is_claimed => report.fail(
            "database",
            "does not run, although the server does, which starts it again within seconds: if this stays so, see its log",
        ),
        Some(None) => report.warn(
            "database",
            "does not run now, as nobody uses it; run the doctor again beside the server",
        ),
        None => report.ok("database", "is made at the first start"),
    }
    None
}

fn ask(url: String) -> anyhow::Result<Facts> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(facts(&url)).is_ok());
    match receive.recv_timeout(PATIENCE) {
        Ok(facts) => facts,
        Err(RecvTimeoutError::Timeout) => bail!("no answer within {} s", PATIENCE.as_secs()),
        Err(RecvTimeoutError::Disconnected) => bail!("the look at it broke off"),
    }
}

fn facts(url: &str) -> anyhow::Result<Facts> {
    let mut moment = Moment::of(url)?;
    let server = moment.read(db::server_version).map_err(told)?;
    let clock = Clock::default();
    let before = clock.now();
    let there = moment.read(db::clock).map_err(told)?;
    let here = before + (clock.now() - before) / 2;
    let migrations = moment.read(db::migrations).map_err(told)?;
    let known = match migrations.applied.is_empty() {
        true => None,
        false => Some(
            moment
                .read(|conn| setup::known_key_files(conn, WHY))
                .map_err(told)
                .context("its tables cannot be read")?,
        ),
    };
    let folds = match migrations.applied.is_empty() || !migrations.pending.is_empty() {
        true => None,
        false => Some(moment.read(db::folds).map_err(told)?),
    };
    Ok(Facts {
        server,
        ahead: there - here,
        migrations,
        known,
        folds,
    })
}

fn tell(report: &mut Report, config: &Config, facts: &Facts) {
    let server = facts.server;
    if server < OLDEST {
        report.fail(
            "database",
            format!("is a PostgreSQL {server}; Keyroom needs {OLDEST} or newer"),
        );
    } else {
        report.ok("database", format!("answers; PostgreSQL {server}"));
    }
    if let Err(error) = Tool::find("pg_dump", server) {
        report.warn("pg_dump", format!("{error:#}; keyroom backup needs it"));
    }
    let (name, seconds) = (
        "database clock",
        facts.ahead.num_milliseconds() as f64 / 1000.0,
    );
    let text = format!("{seconds:+.1} s from the one here");
    match seconds.abs() {
        ..2.0 => report.ok(name, text),
        2.0..60.0 => report.warn(name, format!("{text}: let both machines take the time from the network (NTP)")),
        _ => report.fail(
            name,
            format!("{text}, so keys and sessions end at wrong times: let both machines take the time from the network (NTP)"),
        ),
    }
    migrations(report, &facts.migrations);
    key_files(report, config, facts.known.as_ref());
    match facts.folds {
        None => {}
        Some(true) => report.ok("search", "finds letters of every language, large or small"),
        Some(false) => report.warn(
            "search",
            "the locale of the database (LC_CTYPE) knows only the letters A to Z, so that ŁÓDŹ is not found by łódź: \
             keyroom backup, make another database with the locale C.UTF-8, and keyroom restore into it",
        ),
    }
}

fn migrations(report: &mut Report, found: &Migrations) {
    let name = "migrations";
    let newest = found.unknown.last();
    match (found.applied.len(), found.pending.len(), newest) {
        (_, _, Some(newest)) => report.fail(
            name,
            format!(
                "the database has {newest}, of a newer Keyroom: run that version, not this one"
            ),
        ),
        (0, ..) => report.ok(name, "none yet; they run at the first start"),
        (_, 0, None) => report.ok(name, "all applied"),
        (_, n, None) => report.warn(
            name,
            format!("{n} pending; back up, then start this version or run keyroom migrate"),
        ),
    }
}

fn key_files(report: &mut Report, config: &Config, known: Option<&KnownKeyFiles>) {
    let name = "key files";
    let Some(known) = known.filter(|known| !known.is_empty()) else {
        return report.ok(name, "the database takes any two, as it was never used");
    };
    let files = Pepper::open(&config.pepper_file)
        .and_then(|pepper| Ok((pepper, MasterKey::open(&config.master_key_file)?)));
    let fit = files.and_then(|(pepper, master)| {
        known
            .fit(&pepper, &master)
            .map_err(anyhow::Error::msg)
            .context("not those that the database was used with; bring the right ones back")
    });
    report.of(name, fit.map(|()| "those of this database"));
}

/// A clock that was never set gives away keys that have ended, and ends those that have not.
fn sane_clock(report: &mut Report) {
    let now = Clock::default().now();
    let made = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_700);
    if now < made {
        report.fail(
            "clock",
            format!(
                "says {}: set it, or let it be set from the network (NTP)",
                now.format("%Y-%m-%d")
            ),
        );
    } else {
        report.ok("clock", now.format("%Y-%m-%d %H:%M:%S UTC"));
    }
}
