//! What can be done to a workspace. Each runs inside the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    model::{Change, NewWorkspace, RESTORABLE, Settings, TheKeys, Workspace},
    store,
};
use crate::{
    actor::{Actor, Confirmed, Person, Role, Who},
    audit,
    error::{Error, Result, field},
    people,
    permissions::Permissions,
    policy::{ChangeWorkspace, DeleteWorkspace, Permit, Unscoped, permit},
};

const OWN: Unscoped = Unscoped::because("in a workspace that is being made nobody has a right yet");

/// Whoever makes it is recorded by the caller, once they are a member: [`record_created`].
pub fn create(
    conn: &mut PgConnection,
    reason: Unscoped,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Workspace> {
    store::insert(conn, reason, new, now)
}

/// For somebody who has an account; they become its owner. A slug that is taken gets a number.
///
/// # Errors
/// `Invalid` under `workspace`: too many have that name.
pub fn create_another(
    conn: &mut PgConnection,
    person: &Person,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<Workspace> {
    let made = store::insert_free(conn, OWN, new, now)?.ok_or_else(|| {
        field(
            "workspace",
            "Many workspaces are called so. Use another name",
        )
    })?;
    let id = people::join(conn, OWN, made.id, person.id, Role::Owner, now)?;
    let actor = Actor::new(
        Who::Member {
            id,
            name: person.name.clone(),
            role: Role::Owner,
            permissions: Permissions::default(),
        },
        made.id,
        person.source.clone(),
    );
    record_created(conn, &actor, &made, now)?;
    people::record_owner(conn, &actor, id, &person.name, None, now)?;
    Ok(made)
}

/// Puts the workspace into the trash: from now on it has no page, and its keys refuse every call.
///
/// # Errors
/// `Invalid` under `confirm`: `typed` is not its name. `Unconfirmed`: the password is to be entered first. `NotFound`: it
/// is there already. `Conflict`: they are no owner any more.
pub fn trash(
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &str,
    confirmed: Option<Confirmed>,
    now: DateTime<Utc>,
) -> Result<Workspace> {
    let permit = permit::<DeleteWorkspace>(actor)?;
    people::hold(conn, &permit)?;
    let name = store::find(conn, &permit)?.name;
    if typed.trim() != name {
        return Err(field(
            "confirm",
            format!("The text does not match. Type {name}"),
        ));
    }
    confirmed.ok_or(Error::Unconfirmed)?;
    let after = store::trash(conn, &permit, now)?.ok_or(Error::NotFound)?;
    record(
        conn,
        actor,
        ("workspace.deleted", &after),
        (None, Some(now)),
        now,
    )?;
    Ok(after)
}

/// Takes the workspace out of the trash, with everything as it was.
///
/// # Errors
/// `NotFound`: it is not there, or no longer.
pub fn restore(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Workspace> {
    let permit = permit::<DeleteWorkspace>(actor)?;
    let back = store::restore(conn, &permit, now - RESTORABLE)?;
    let (after, deleted_at) = back.ok_or(Error::NotFound)?;
    record(
        conn,
        actor,
        ("workspace.restored", &after),
        (deleted_at, None),
        now,
    )?;
    Ok(after)
}

/// Since when it is in the trash, before and after.
fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    (action, of): (&'static str, &Workspace),
    (before, after): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        action,
        subject: subject(of),
        before: Some(json!({ "deleted_at": before })),
        after: Some(json!({ "deleted_at": after })),
    };
    audit::record(conn, actor, entry, now)
}

pub fn record_created(
    conn: &mut PgConnection,
    actor: &Actor,
    made: &Workspace,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        action: "workspace.created",
        subject: subject(made),
        before: None,
        after: Some(json!({ "name": made.name, "slug": made.slug })),
    };
    audit::record(conn, actor, entry, now)
}

/// Whoever changes the settings, as they stand now, and both held until the caller's transaction ends.
///
/// # Errors
/// They may not do so any more.
pub(super) fn hold_caller(
    conn: &mut PgConnection,
    (actor, keys): (&Actor, TheKeys),
    now: DateTime<Utc>,
) -> Result<Actor> {
    store::hold_alone(conn, &permit::<ChangeWorkspace>(actor)?)?;
    (keys.hold)(conn, actor, now)
}

/// What [`change`] would do now, and will within the same transaction: the workspace is held.
///
/// # Errors
/// `Invalid`: the address leads to another workspace, or the default lifetime is beyond the maximum.
pub(super) fn preview(
    conn: &mut PgConnection,
    actor: &Actor,
    wanted: (&Settings, &Settings),
) -> Result<(Workspace, Change)> {
    plan(conn, &permit(actor)?, wanted)
}

/// Changes what `to` has otherwise than `from`, which the form was filled with. The same again changes nothing and
/// leaves no entry. Gives the workspace before and after.
///
/// # Errors
/// As [`preview`].
pub(super) fn change(
    conn: &mut PgConnection,
    actor: &Actor,
    wanted: (&Settings, &Settings),
    now: DateTime<Utc>,
) -> Result<(Workspace, Workspace)> {
    let permit = permit(actor)?;
    let (before, change) = plan(conn, &permit, wanted)?;
    if change.is_empty() {
        return Ok((before.clone(), before));
    }
    let after = store::change(conn, &permit, &change)?;
    if let Some(slug) = &change.slug {
        check_free(conn, &permit, slug)?;
        store::leave(conn, &permit, (&before.slug, slug), now)?;
    }
    let entry = audit::Entry {
        action: if change.name.is_some() {
            "workspace.renamed"
        } else {
            "workspace.changed"
        },
        subject: subject(&after),
        before: Some(before.facts()),
        after: Some(after.facts()),
    };
    audit::record(conn, actor, entry, now)?;
    Ok((before, after))
}

/// [`change`] to `to`, and of what every member may do, for which `people` has the rule.
///
/// # Errors
/// As [`hold_caller`] and [`change`], and `Refused`: every member would get what `actor` does not have.
pub(super) fn configure(
    conn: &mut PgConnection,
    by: (&Actor, TheKeys),
    (to, defaults): (&Settings, Option<&Permissions>),
    now: DateTime<Utc>,
) -> Result<Workspace> {
    let actor = &hold_caller(conn, by, now)?;
    let (_, mut is) = change(conn, actor, (&Settings::default(), to), now)?;
    if let Some(wanted) = defaults {
        is.default_member_permissions = people::set_default_permissions(conn, actor, wanted, now)?;
    }
    Ok(is)
}

fn plan(
    conn: &mut PgConnection,
    permit: &Permit<ChangeWorkspace>,
    (from, to): (&Settings, &Settings),
) -> Result<(Workspace, Change)> {
    let before = store::lock(conn, permit)?;
    let change = to.change(from, &before)?;
    if let Some(slug) = &change.slug {
        check_free(conn, permit, slug)?;
    }
    Ok((before, change))
}

/// A former address stays with its workspace: its links, and commands that name it, must not lead to somebody else.
fn check_free(conn: &mut PgConnection, permit: &Permit<ChangeWorkspace>, slug: &str) -> Result<()> {
    const WHY: Unscoped = Unscoped::because("an address is one among all workspaces");
    match store::is_held(conn, WHY, slug, Some(permit.workspace()))? {
        true => Err(store::taken()),
        false => Ok(()),
    }
}

fn subject(of: &Workspace) -> audit::Subject {
    audit::Subject {
        kind: "workspace",
        id: of.id.to_string(),
        label: of.name.clone(),
    }
}
