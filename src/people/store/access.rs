//! Members and groups with what they have, in the order of their ids.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{
    group_members::with_groups,
    groups::sizes,
    holders::{Holder, holders},
};
use crate::{
    error::Result,
    ids::{GroupId, MemberId},
    people::model::{Group, Member},
    policy::{Permit, ReadAccess},
    schema::{group_members, groups, members, users},
};

/// A member and what they have at this moment.
pub struct MemberAccess {
    pub id: MemberId,
    pub email: String,
    pub is_suspended: bool,
    pub holder: Holder,
    /// By name.
    pub groups: Vec<(GroupId, String)>,
}

/// A group and what it adds to what its members have.
pub struct GroupAccess {
    pub group: Group,
    pub size: i64,
}

/// At most `most` of those who were not removed, after one of them.
pub fn members_after(
    conn: &mut PgConnection,
    permit: &Permit<ReadAccess>,
    after: Option<MemberId>,
    most: i64,
) -> Result<Vec<MemberAccess>> {
    let mut query = members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .order(members::id)
        .limit(most)
        .select((Member::as_select(), users::email))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(members::id.gt(after));
    }
    let found: Vec<(Member, String)> = query.load(conn)?;
    let ids: Vec<MemberId> = found.iter().map(|(member, _)| member.id).collect();
    let mut holders = holders(conn, permit, &ids)?;
    let mut groups = groups_of_all(conn, permit, &ids)?;
    let shown = found.into_iter().filter_map(|(member, email)| {
        Some(MemberAccess {
            id: member.id,
            email,
            is_suspended: member.suspended_at.is_some(),
            holder: holders.remove(&member.id)?,
            groups: groups.remove(&member.id).unwrap_or_default(),
        })
    });
    Ok(shown.collect())
}

fn groups_of_all(
    conn: &mut PgConnection,
    permit: &Permit<ReadAccess>,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Vec<(GroupId, String)>>> {
    let found: Vec<(MemberId, GroupId, String)> = with_groups()
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::member_id.eq_any(ids))
        .order((groups::folded, groups::id))
        .select((group_members::member_id, groups::id, groups::name))
        .load(conn)?;
    let mut all: HashMap<MemberId, Vec<(GroupId, String)>> = HashMap::new();
    for (member, group, name) in found {
        all.entry(member).or_default().push((group, name));
    }
    Ok(all)
}

/// At most `most`, after one of them.
pub fn groups_after(
    conn: &mut PgConnection,
    permit: &Permit<ReadAccess>,
    after: Option<GroupId>,
    most: i64,
) -> Result<Vec<GroupAccess>> {
    let mut query = groups::table
        .filter(groups::workspace_id.eq(permit.workspace()))
        .order(groups::id)
        .limit(most)
        .select(Group::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(groups::id.gt(after));
    }
    let found: Vec<Group> = query.load(conn)?;
    let ids: Vec<GroupId> = found.iter().map(|group| group.id).collect();
    let sizes = sizes(conn, permit, &ids)?;
    let shown = found.into_iter().map(|group| GroupAccess {
        size: sizes.get(&group.id).copied().unwrap_or(0),
        group,
    });
    Ok(shown.collect())
}
