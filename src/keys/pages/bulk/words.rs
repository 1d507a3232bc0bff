//! A change to many keys in words.

use chrono::{DateTime, Utc};

use crate::{
    keys::{
        actions::Outcome,
        model::{Bulk, BulkAction},
        store::Use,
    },
    permissions::Permissions,
    web::{
        Flash,
        time::{self, Zone},
        ui::last_moment,
    },
};

pub fn keys(n: usize) -> String {
    time::counted(i64::try_from(n).unwrap_or(i64::MAX), "key")
}

pub fn keys_of(n: i64) -> String {
    time::counted(n, "key")
}

/// "4 minutes ago"
pub fn last_used(of: &Use, zone: Zone, now: DateTime<Utc>) -> String {
    of.last_use.as_ref().map_or_else(
        || "Never".to_owned(),
        |last| zone.relative(last.at, now).text,
    )
}

/// "revoke 3 keys": what is typed to confirm, and what the title asks.
pub fn phrase(action: BulkAction, n: usize) -> String {
    format!("{} {}", action.verb(), keys(n))
}

/// “Upload files”, “Delete files”
pub fn quoted(permissions: &Permissions) -> String {
    let names = permissions.iter();
    let names = names.map(|p| format!("“{}”", p.describe().name));
    names.collect::<Vec<_>>().join(", ")
}

/// What it means for those who call with the keys.
pub fn effect(bulk: &Bulk, zone: Zone) -> String {
    match bulk {
        Bulk::Activate => "Requests with these keys are answered again.".to_owned(),
        Bulk::Deactivate => "Requests with these keys get 401 until somebody activates them.".to_owned(),
        Bulk::Revoke(_) => "Every request that uses these keys fails from now on. You can restore them for 7 days; they come back deactivated.".to_owned(),
        Bulk::Restore => "They come back deactivated, and end no later than this workspace allows now.".to_owned(),
        Bulk::ChangeExpiry(Some(end)) => {
            format!("They stop working on {}.", zone.long_day(last_moment(*end)))
        }
        Bulk::ChangeExpiry(None) => "They work until somebody deactivates or revokes them.".to_owned(),
        Bulk::AddPermissions(added) => format!("They may besides: {}.", quoted(added)),
        Bulk::RemovePermissions(removed) => {
            format!("They may no longer: {}. Requests that need it get 403.", quoted(removed))
        }
        Bulk::PutBack(_) => "They are as they were before.".to_owned(),
    }
}

/// "3 keys are deactivated. 2 skipped: deactivated already."
pub fn result(bulk: &Bulk, outcome: &Outcome) -> Flash {
    let n = outcome.changes.len();
    let is = if n == 1 { "is" } else { "are" };
    let state = match bulk {
        Bulk::Activate => "active",
        Bulk::Deactivate => "deactivated",
        Bulk::Revoke(_) => "revoked",
        Bulk::Restore => "restored and deactivated",
        Bulk::ChangeExpiry(_) | Bulk::AddPermissions(_) | Bulk::RemovePermissions(_) => "changed",
        Bulk::PutBack(_) => "as before",
    };
    let skipped = skipped_in_words(outcome);
    match n {
        0 => Flash::not_done("Nothing was changed.", skipped),
        n => Flash::done(format!("{} {is} {state}.", keys(n)), skipped),
    }
}

pub fn skipped_in_words(outcome: &Outcome) -> String {
    outcome
        .reasons()
        .into_iter()
        .map(|(skip, n)| format!("{n} skipped: {}.", skip.why()))
        .collect::<Vec<_>>()
        .join(" ")
}
