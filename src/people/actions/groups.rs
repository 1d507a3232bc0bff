//! What can be done to groups. Each runs inside the caller's transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use crate::{
    actor::{Actor, Role},
    audit,
    error::{Error, Result, field},
    ids::{GroupId, MemberId},
    people::{
        model::{Group, Member, Named, NewGroup, State},
        store,
    },
    permissions::Permissions,
    policy::{self, Action, ManageGroups, Permit, permit},
    reached_folders::{Holder, ReachedFolders},
};

/// People that one form may add.
pub const MOST: usize = 500;

/// Names that an entry of the log has at most.
const NAMED: usize = 100;

/// # Errors
/// `Invalid` under `name`: another group is called so.
pub fn create_group(
    conn: &mut PgConnection,
    actor: &Actor,
    new: &NewGroup,
    now: DateTime<Utc>,
) -> Result<Group> {
    let permit = permit::<ManageGroups>(actor)?;
    let group = store::insert_group(conn, &permit, new, now)?;
    let entry = entry("group.created", &group, None, Some(group.facts()));
    audit::record(conn, actor, entry, now)?;
    Ok(group)
}

/// The same again changes nothing and leaves no entry.
///
/// # Errors
/// As [`create_group`].
pub fn rename_group(
    conn: &mut PgConnection,
    actor: &Actor,
    id: GroupId,
    new: &NewGroup,
    now: DateTime<Utc>,
) -> Result<Group> {
    let permit = permit::<ManageGroups>(actor)?;
    let before = store::lock_group(conn, &permit, id)?;
    if (&before.name, &before.description) == (&new.name, &new.description) {
        return Ok(before);
    }
    let after = store::rename_group(conn, &permit, id, new)?;
    let (old, new) = (before.facts(), after.facts());
    let entry = entry("group.changed", &after, Some(old), Some(new));
    audit::record(conn, actor, entry, now)?;
    Ok(after)
}

/// What the group has beyond what `actor` has stays. The same again changes nothing and leaves no entry.
///
/// # Errors
/// `Invalid` under `permissions`: they are beyond what `actor` has.
pub fn set_group_permissions(
    conn: &mut PgConnection,
    actor: &Actor,
    id: GroupId,
    wanted: &Permissions,
    now: DateTime<Utc>,
) -> Result<Group> {
    let permit = permit::<ManageGroups>(actor)?;
    let before = store::lock_group(conn, &permit, id)?;
    let wanted = given(actor, &before.permissions, wanted)?;
    if before.permissions == wanted {
        return Ok(before);
    }
    store::set_group_permissions(conn, &permit, id, &wanted)?;
    let entry = entry(
        "group.permissions_changed",
        &before,
        Some(json!({ "permissions": before.permissions })),
        Some(json!({ "permissions": wanted })),
    );
    audit::record(conn, actor, entry, now)?;
    Ok(Group {
        permissions: wanted,
        ..before
    })
}

/// `wanted`, and of what was there what `actor` could not have chosen.
pub(super) fn given(
    actor: &Actor,
    before: &Permissions,
    wanted: &Permissions,
) -> Result<Permissions> {
    policy::check_may_give(actor, &wanted.beyond(before))?;
    let held = policy::held(actor);
    Ok(wanted.with(&before.beyond(&held)))
}

/// What became of people who were to be added.
pub struct Added {
    pub group: Group,
    pub people: Vec<Named>,
    /// They were in it before.
    pub were_in: usize,
    /// Whoever is suspended is not added.
    pub suspended: usize,
}

/// # Errors
/// `NotFound`: somebody is not of this workspace; then nobody is added. `Invalid` under `subject`: too many.
pub fn add_to_group(
    conn: &mut PgConnection,
    actor: &Actor,
    id: GroupId,
    ids: &BTreeSet<MemberId>,
    now: DateTime<Utc>,
) -> Result<Added> {
    if ids.len() > MOST {
        return Err(field("subject", "Add at most 500 people at once"));
    }
    let is_active = |member: &Member| member.state() == State::Active;
    add(conn, actor, (id, ids), is_active, now)
}

/// Whoever was taken out of a group comes back into it, suspended or not.
///
/// # Errors
/// `NotFound`: they are not of this workspace.
pub fn put_back(
    conn: &mut PgConnection,
    actor: &Actor,
    id: GroupId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Added> {
    add(conn, actor, (id, &BTreeSet::from([member])), |_| true, now)
}

fn add(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, ids): (GroupId, &BTreeSet<MemberId>),
    fits: impl Fn(&Member) -> bool,
    now: DateTime<Utc>,
) -> Result<Added> {
    let permit = permit::<ManageGroups>(actor)?;
    let group = store::lock_group(conn, &permit, id)?;
    let (fit, suspended): (Vec<Named>, Vec<Named>) = store::hold_members(conn, &permit, ids)?
        .into_iter()
        .partition(|named| fits(&named.member));
    let fitting: Vec<MemberId> = fit.iter().map(|named| named.member.id).collect();
    let added = store::insert_members(conn, &permit, id, &fitting, now)?;
    let were_in = fit.len() - added.len();
    let people: Vec<Named> = fit
        .into_iter()
        .filter(|named| added.contains(&named.member.id))
        .collect();
    if !people.is_empty() {
        let after = json!({ "members": names(&people) });
        let entry = entry("group.members_added", &group, None, Some(after));
        audit::record(conn, actor, entry, now)?;
    }
    Ok(Added {
        group,
        people,
        were_in,
        suspended: suspended.len(),
    })
}

/// Whoever is not in it is left alone, without a word in the log.
///
/// # Errors
/// `NotFound`: there is no such group, or no such member.
pub fn remove_from_group(
    conn: &mut PgConnection,
    actor: &Actor,
    id: GroupId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<(Group, Named)> {
    let permit = permit::<ManageGroups>(actor)?;
    let group = store::lock_group(conn, &permit, id)?;
    let held = store::hold_members(conn, &permit, &BTreeSet::from([member]))?;
    let named = held.into_iter().next().ok_or(Error::NotFound)?;
    if store::delete_member(conn, &permit, id, member)? {
        let before = json!({ "members": [named.name] });
        let entry = entry("group.members_removed", &group, Some(before), None);
        audit::record(conn, actor, entry, now)?;
    }
    Ok((group, named))
}

/// What the end of a group takes from whom.
pub struct Loss {
    pub group: Group,
    /// Everybody in it, by name, with what they will have no more.
    pub people: Vec<(Named, Permissions)>,
}

/// What [`delete_group`] would do now.
pub fn preview_deletion<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    group: Group,
) -> Result<Loss> {
    let defaults = store::default_permissions(conn, permit)?;
    let alone = group.permissions.beyond(&defaults);
    let people = store::with_other_groups(conn, permit, group.id)?
        .into_iter()
        .map(|(named, others)| {
            let lost = match named.member.role {
                Role::Member => alone.beyond(&others),
                Role::Owner | Role::Admin => Permissions::default(),
            };
            (named, lost)
        })
        .collect();
    Ok(Loss { group, people })
}

/// Folders that the log names.
const FOLDERS: i64 = 100;

/// With it goes what was shared with it.
pub fn delete_group(
    conn: &mut PgConnection,
    actor: &Actor,
    id: GroupId,
    folders: &dyn ReachedFolders,
    now: DateTime<Utc>,
) -> Result<Group> {
    let permit = permit::<ManageGroups>(actor)?;
    let group = store::lock_group(conn, &permit, id)?;
    let loss = preview_deletion(conn, &permit, group)?;
    let shared = Holder::Group(id);
    let reach = folders.reach(conn, actor, &[shared], FOLDERS, now)?;
    store::delete_group(conn, &permit, id)?;
    let people: Vec<Named> = loss.people.into_iter().map(|(named, _)| named).collect();
    let mut before = loss.group.facts();
    before["permissions"] = json!(loss.group.permissions);
    before["members"] = names(&people);
    if let Some(reach) = reach.get(&shared) {
        let named = reach.folders.iter().map(|folder| folder.name.clone());
        let more = (reach.others() > 0).then(|| format!("and {} more", reach.others()));
        before["folders"] = named.chain(more).collect();
    }
    let entry = entry("group.deleted", &loss.group, Some(before), None);
    audit::record(conn, actor, entry, now)?;
    Ok(loss.group)
}

fn names(people: &[Named]) -> Value {
    let more = people.len().saturating_sub(NAMED);
    let first = people.iter().take(NAMED).map(|named| named.name.clone());
    let rest = (more > 0).then(|| format!("and {more} more"));
    first.chain(rest).collect()
}

fn entry(
    action: &'static str,
    group: &Group,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "group",
            id: group.id.to_string(),
            label: group.name.clone(),
        },
        before,
        after,
    }
}
