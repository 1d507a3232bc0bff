//! The only queries over `group_members`: who is in which group, and what that allows.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    actor::Role,
    error::{Error, Result},
    ids::{GroupId, MemberId, WorkspaceId},
    people::model::{Group, Member, Named},
    permissions::Permissions,
    policy::{Action, ListMembers, ManageGroups, ManageMembers, Permit, Unscoped},
    schema::{group_members, groups, members, users},
};

#[diesel::dsl::auto_type]
pub(super) fn with_groups() -> _ {
    group_members::table.inner_join(
        groups::table.on(groups::workspace_id
            .eq(group_members::workspace_id)
            .and(groups::id.eq(group_members::group_id))),
    )
}

#[diesel::dsl::auto_type]
pub(super) fn with_people() -> _ {
    group_members::table
        .inner_join(
            members::table.on(members::workspace_id
                .eq(group_members::workspace_id)
                .and(members::id.eq(group_members::member_id))),
        )
        .inner_join(users::table.on(users::id.eq(members::user_id)))
}

/// What the groups of a member add to what every member has.
pub fn added_by_groups(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Permissions> {
    let sets: Vec<Permissions> = with_groups()
        .filter(group_members::workspace_id.eq(workspace))
        .filter(group_members::member_id.eq(member))
        .select(groups::permissions)
        .load(conn)?;
    Ok(sets
        .iter()
        .fold(Permissions::default(), |all, set| all.with(set)))
}

/// The groups of a member, by name, and since when they are in them.
pub fn groups_of<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    member: MemberId,
) -> Result<Vec<(Group, DateTime<Utc>)>> {
    Ok(with_groups()
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::member_id.eq(member))
        .order((groups::folded, groups::id))
        .select((Group::as_select(), group_members::added_at))
        .load(conn)?)
}

/// The names of the groups of these members, by name.
pub fn group_names(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Vec<String>>> {
    let found: Vec<(MemberId, String)> = with_groups()
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::member_id.eq_any(ids))
        .order((groups::folded, groups::id))
        .select((group_members::member_id, groups::name))
        .load(conn)?;
    let mut names: HashMap<MemberId, Vec<String>> = HashMap::new();
    for (member, name) in found {
        names.entry(member).or_default().push(name);
    }
    Ok(names)
}

/// Since when these members are in a group; those that are missing are not.
pub fn in_group_since(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    group: GroupId,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, DateTime<Utc>>> {
    let found: Vec<(MemberId, DateTime<Utc>)> = group_members::table
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::group_id.eq(group))
        .filter(group_members::member_id.eq_any(ids))
        .select((group_members::member_id, group_members::added_at))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Members of this workspace by their ids. Nobody removes them until the caller's transaction ends.
///
/// # Errors
/// `NotFound`: one of them is not of this workspace, or was removed.
pub fn hold_members(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    ids: &BTreeSet<MemberId>,
) -> Result<Vec<Named>> {
    let found: Vec<(Member, String)> = members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq_any(ids))
        .filter(members::removed_at.is_null())
        .order(members::id)
        .select((Member::as_select(), users::name))
        .for_share()
        .load(conn)?;
    match found.len() == ids.len() {
        true => Ok(found
            .into_iter()
            .map(|(member, name)| Named { member, name })
            .collect()),
        false => Err(Error::NotFound),
    }
}

/// Says which of them were not in it before.
pub fn insert_members(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    group: GroupId,
    ids: &[MemberId],
    now: DateTime<Utc>,
) -> Result<BTreeSet<MemberId>> {
    let rows: Vec<_> = ids
        .iter()
        .map(|id| {
            (
                group_members::workspace_id.eq(permit.workspace()),
                group_members::group_id.eq(group),
                group_members::member_id.eq(*id),
                group_members::added_at.eq(now),
            )
        })
        .collect();
    let added: Vec<MemberId> = diesel::insert_into(group_members::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(group_members::member_id)
        .get_results(conn)?;
    Ok(added.into_iter().collect())
}

/// False: they were not in it.
pub fn delete_member(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    group: GroupId,
    member: MemberId,
) -> Result<bool> {
    let place = group_members::table.find((permit.workspace(), group, member));
    Ok(diesel::delete(place).execute(conn)? == 1)
}

/// Takes a member out of every group.
pub fn leave_groups(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    member: MemberId,
) -> Result<()> {
    diesel::delete(
        group_members::table
            .filter(group_members::workspace_id.eq(permit.workspace()))
            .filter(group_members::member_id.eq(member)),
    )
    .execute(conn)?;
    Ok(())
}

/// Everybody in a group, by name, with what their other groups add.
pub fn with_other_groups<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    group: GroupId,
) -> Result<Vec<(Named, Permissions)>> {
    let in_it: Vec<(Member, String)> = with_people()
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::group_id.eq(group))
        .order((users::folded, users::id))
        .select((Member::as_select(), users::name))
        .load(conn)?;
    let plain: Vec<MemberId> = in_it
        .iter()
        .filter(|(member, _)| member.role == Role::Member)
        .map(|(member, _)| member.id)
        .collect();
    let sets: Vec<(MemberId, Permissions)> = with_groups()
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::group_id.ne(group))
        .filter(group_members::member_id.eq_any(plain))
        .select((group_members::member_id, groups::permissions))
        .load(conn)?;
    let mut others: HashMap<MemberId, Permissions> = HashMap::new();
    for (member, set) in sets {
        let all = others.entry(member).or_default();
        *all = all.with(&set);
    }
    Ok(in_it
        .into_iter()
        .map(|(member, name)| {
            let others = others.remove(&member.id).unwrap_or_default();
            (Named { member, name }, others)
        })
        .collect())
}
