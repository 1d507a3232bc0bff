//! What members have at this moment, for whoever shows what follows from it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::group_members::with_groups;
use crate::{
    actor::Role,
    error::Result,
    ids::MemberId,
    permissions::Permissions,
    policy::{self, Action, Permit},
    schema::{group_members, groups, members, users, workspaces},
};

/// A member of the workspace, also a former one.
#[derive(Debug, Clone)]
pub struct Holder {
    pub name: String,
    pub role: Role,
    /// Everything that they may ask the API for.
    pub held: Permissions,
}

/// Two questions, however many they are; none where there is nobody.
pub fn holders<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Holder>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sets: Vec<(MemberId, Permissions)> = with_groups()
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::member_id.eq_any(ids))
        .select((group_members::member_id, groups::permissions))
        .load(conn)?;
    let mut added: HashMap<MemberId, Permissions> = HashMap::new();
    for (member, set) in sets {
        let all = added.entry(member).or_default();
        *all = all.with(&set);
    }
    let found: Vec<(MemberId, Role, String, Permissions)> = members::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq_any(ids))
        .select((
            members::id,
            members::role,
            users::name,
            workspaces::default_member_permissions,
        ))
        .load(conn)?;
    let holder = |(id, role, name, defaults): (MemberId, Role, String, Permissions)| {
        let given = defaults.with(&added.remove(&id).unwrap_or_default());
        let held = policy::held_by(role, &given);
        (id, Holder { name, role, held })
    };
    Ok(found.into_iter().map(holder).collect())
}
