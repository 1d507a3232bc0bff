//! *Make another like this*: a new key that begins with the settings of another.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::{expiry, limits, new::typed::NewKeyForm};
use crate::{
    actor::Actor,
    error::{Error, Result},
    ids::KeyId,
    keys::{
        actions,
        model::{Key, next_labels},
        store,
        views::Like,
    },
    permissions::Permissions,
    policy::{self, ListKeys, ManageKeys, permit},
    web::{time::Zone, ui::last_moment},
    workspaces::{self, KeyLifetimes},
};

/// What a new key like this one is filled with, and what is said of it.
///
/// # Errors
/// `NotFound`: there is no such key here.
pub fn fill(
    conn: &mut PgConnection,
    actor: &Actor,
    like: &str,
    at: (Zone, DateTime<Utc>),
) -> Result<(NewKeyForm, Like)> {
    let id: KeyId = like.parse().map_err(|_| Error::NotFound)?;
    begin(conn, actor, id, |label| next_labels(label).collect(), at)
}

/// The same for a key in the place of a compromised one, whose label is free again.
///
/// # Errors
/// As [`fill`]; `Conflict`: the key was not revoked as compromised, or its incident is closed.
pub fn fill_replacement(
    conn: &mut PgConnection,
    actor: &Actor,
    of: &str,
    at: (Zone, DateTime<Utc>),
) -> Result<(NewKeyForm, Like)> {
    let id: KeyId = of.parse().map_err(|_| Error::NotFound)?;
    actions::incident::check_open(conn, actor, id)?;
    let own = |label: &str| {
        [label.to_owned()]
            .into_iter()
            .chain(next_labels(label))
            .collect::<Vec<String>>()
    };
    let (form, like) = begin(conn, actor, id, own, at)?;
    let replaces = id.to_string();
    Ok((NewKeyForm { replaces, ..form }, like))
}

/// `labels`: what it may be called, after what the other is called; the first that is free.
fn begin(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    labels: impl Fn(&str) -> Vec<String>,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<(NewKeyForm, Like)> {
    let (list, manage) = (permit::<ListKeys>(actor)?, permit::<ManageKeys>(actor)?);
    let key = store::find(conn, &list, id, (zone, now))?.key;
    let labels = labels(&key.label);
    let folded: BTreeSet<String> = labels.iter().map(|label| label.to_lowercase()).collect();
    let taken = store::labels_in_use(conn, &manage, &folded)?;
    let free = |label: &String| !taken.contains(&(manage.owner(), label.to_lowercase()));
    let label = labels.into_iter().find(free).unwrap_or_default();
    let lifetimes = workspaces::find(conn, &manage)?.key_lifetimes();
    let held = policy::held(actor);
    Ok(filled(&key, label, &held, (lifetimes, zone, now)))
}

fn filled(
    key: &Key,
    label: String,
    held: &Permissions,
    at: (KeyLifetimes, Zone, DateTime<Utc>),
) -> (NewKeyForm, Like) {
    let within = key.permissions.within(held);
    let (expiry, expires_on) = lifetime(key, at);
    let form = NewKeyForm {
        label,
        kind: key.kind,
        allowed_origins: key.allowed_origins.lines(),
        permission: within.iter().map(|p| p.to_string()).collect(),
        expiry,
        expires_on,
        recoverable: key.is_recoverable().then(|| "yes".to_owned()),
        allowed_ips: key.limits.allowed_ips.to_string(),
        rate_limit_per_minute: limits::rate(&key.limits),
        ..NewKeyForm::fresh()
    };
    let beyond = key.permissions.beyond(held);
    let said = Like {
        label: key.label.clone(),
        left_out: beyond.names(),
    };
    (form, said)
}

/// As long as the other was to live: a choice of the dialog, or the day that comes to the same; within the maximum.
fn lifetime(
    key: &Key,
    (lifetimes, zone, now): (KeyLifetimes, Zone, DateTime<Utc>),
) -> (String, String) {
    let Some(end) = key.expires_at else {
        return (expiry::never(), String::new());
    };
    let whole = end - key.created_at;
    let days = u16::try_from(whole.num_days()).unwrap_or(u16::MAX);
    let exact = (whole == TimeDelta::days(days.into())).then_some(days);
    match exact.and_then(|days| expiry::of_days(days, lifetimes)) {
        Some(choice) => (choice, String::new()),
        None => {
            let day = zone.date_of(last_moment(now + whole));
            let last = lifetimes.last_day(zone, now).unwrap_or(day);
            (expiry::on_a_date(), day.min(last).to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::Permission;

    fn key(permissions: &[Permission], expires_at: Option<DateTime<Utc>>) -> Key {
        Key {
            permissions: permissions.iter().copied().collect(),
            expires_at,
            ..Key::for_test(made())
        }
    }

    fn made() -> DateTime<Utc> {
        "2026-11-20T09:00:00Z".parse().expect("a time")
    }

    #[test]
    fn what_whoever_makes_it_does_not_have_is_left_out_and_named() {
        let all = [
            Permission::ObjectsList,
            Permission::FileDelete,
            Permission::AccessManage,
        ];
        let held = [Permission::ObjectsList, Permission::FileUpload];
        let told = |held: &[Permission]| {
            let held = held.iter().copied().collect();
            let at = (KeyLifetimes::for_test(Some(90), None), Zone::UTC, made());
            let (form, like) = filled(&key(&all, None), "ci 2".to_owned(), &held, at);
            (form.permission, like.left_out)
        };
        let (ticked, left_out) = told(&held);
        assert_eq!(ticked, ["OBJECTS_LIST"]);
        assert_eq!(left_out, "Delete files, Manage access and API keys");
        let (ticked, left_out) = told(Permission::ALL);
        assert_eq!((ticked.len(), left_out.as_str()), (3, ""));
    }

    #[test]
    fn the_new_key_is_to_live_as_long() {
        let now = made() + TimeDelta::days(100);
        let within = |end, max| {
            let lifetimes = KeyLifetimes::for_test(Some(30), max);
            lifetime(&key(&[], end), (lifetimes, Zone::UTC, now))
        };
        let chosen = |end| within(end, None);
        let own = |expiry: &str, on: &str| (expiry.to_owned(), on.to_owned());
        assert_eq!(chosen(None), own("never", ""));
        assert_eq!(chosen(Some(made() + TimeDelta::days(30))), own("30", ""));
        assert_eq!(
            chosen(Some(made() + TimeDelta::days(31))),
            own("date", "2027-03-31")
        );
        // To the end of 1 December it was to live eleven days and fifteen hours.
        let end = "2026-12-02T00:00:00Z".parse().expect("a time");
        assert_eq!(chosen(Some(end)), own("date", "2027-03-11"));
        let long = Some(made() + TimeDelta::days(31));
        assert_eq!(within(long, Some(30)), own("date", "2027-03-29"));
    }
}
