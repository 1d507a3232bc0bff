//! What two settings of a key differ in, in words.

use chrono::{DateTime, Utc};

use crate::{
    keys::{
        model::{Expiry, Origins, Settings},
        pages::limits,
    },
    permissions::Permissions,
    web::{time::Zone, ui::last_moment},
    workspaces::RateLimit,
};

pub const ADDED: [&str; 2] = ["added", "took away"];
pub const ADDS: [&str; 2] = ["adds", "takes away"];

/// What is there only after a change, and what only before it.
pub type Moved = [Vec<String>; 2];

pub fn permissions(from: &Permissions, to: &Permissions) -> Moved {
    [to.beyond(from), from.beyond(to)]
        .map(|set| set.iter().map(|p| p.describe().name.to_owned()).collect())
}

pub fn origins(from: &Origins, to: &Origins) -> Moved {
    [to.beyond(from), from.beyond(to)].map(|all| all.into_iter().map(str::to_owned).collect())
}

pub fn addresses(settings: &Settings) -> String {
    match settings.limits.allowed_ips.is_any() {
        true => "any".to_owned(),
        false => limits::ranges(&settings.limits, 5),
    }
}

pub fn rate(settings: &Settings) -> String {
    let own = settings.limits.rate_limit_per_minute;
    own.map_or_else(|| "that of the workspace".to_owned(), RateLimit::in_words)
}

/// "added “Upload files” and took away “Delete files”".
pub fn moved(names: Moved, verbs: [&str; 2]) -> String {
    let parts = names
        .iter()
        .zip(verbs)
        .filter(|(names, _)| !names.is_empty());
    parts
        .map(|(names, verb)| format!("{verb} {}", named(names)))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// "“Upload files”, “Move files” and 3 more".
pub fn named(names: &[String]) -> String {
    const NAMED: usize = 5;
    let first = names.iter().take(NAMED).map(|name| format!("“{name}”"));
    let first = first.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// As days, or as exact times where the day is the same.
pub fn ends(ends: [Expiry; 2], zone: Zone) -> [String; 2] {
    let said = |day: fn(Zone, DateTime<Utc>) -> String| {
        ends.map(|end| end.map_or_else(|| "never".to_owned(), |end| day(zone, end)))
    };
    let days = said(|zone, end| zone.day(last_moment(end)));
    match days[0] == days[1] {
        true => said(Zone::to_the_second),
        false => days,
    }
}
