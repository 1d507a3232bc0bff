//! The only queries over `groups`. A list is a fixed number of queries, however many groups it has.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::count_star,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Text, Uuid},
};

use super::{
    group_members::with_people,
    list::{containing, folded},
    rights::take_rights,
};
use crate::{
    error::{Error, OnConstraint, Result, field},
    ids::GroupId,
    people::model::{By, Group, NewGroup, PAGE, Stretch},
    permissions::Permissions,
    policy::{Action, ListMembers, ManageGroups, Permit},
    schema::{group_members, groups, users},
    web::paging::Slice,
};

/// One page by name, of the groups that have each word in their name, their description or somebody's name in them.
pub fn groups(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    words: &[String],
    stretch: &Stretch<GroupId>,
) -> Result<Slice<Group>> {
    let mut query = found(permit, words).limit(PAGE as i64 + 1);
    query = match stretch {
        Stretch::After(place) => match &place.by {
            By::Name(name) => query
                .filter(groups::folded.ge(name.clone()))
                .filter(groups::folded.gt(name.clone()).or(groups::id.gt(place.id))),
            By::Seen(_) => query,
        },
        Stretch::Before(place) => match &place.by {
            By::Name(name) => query
                .filter(groups::folded.le(name.clone()))
                .filter(groups::folded.lt(name.clone()).or(groups::id.lt(place.id))),
            By::Seen(_) => query,
        },
        Stretch::First(_) => query,
    };
    query = match stretch {
        Stretch::Before(_) => query.order((groups::folded.desc(), groups::id.desc())),
        _ => query.order((groups::folded.asc(), groups::id.asc())),
    };
    Ok(stretch.slice(query.select(Group::as_select()).load(conn)?))
}

pub fn count_groups(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    words: &[String],
) -> Result<i64> {
    Ok(found(permit, words).count().get_result(conn)?)
}

fn found<'a>(
    permit: &Permit<ListMembers>,
    words: &[String],
) -> groups::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = groups::table
        .filter(groups::workspace_id.eq(permit.workspace()))
        .into_boxed();
    for word in words {
        let named = with_people()
            .filter(group_members::workspace_id.eq(permit.workspace()))
            .filter(users::folded.like(folded(containing(word))))
            // Each once: the names of very many may fit, who share few groups.
            .select(group_members::group_id)
            .distinct();
        query = query.filter(
            groups::folded
                .like(folded(containing(word)))
                .or(folded(groups::description).like(folded(containing(word))))
                .or(groups::id.eq_any(named)),
        );
    }
    query
}

/// How many members each of these groups has; those that are missing have none.
pub fn sizes<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[GroupId],
) -> Result<HashMap<GroupId, i64>> {
    let found: Vec<(GroupId, i64)> = group_members::table
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::group_id.eq_any(ids))
        .group_by(group_members::group_id)
        .select((group_members::group_id, count_star()))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// Somebody in a group, as whoever sees what is shared with it sees them.
#[derive(Debug, Clone, QueryableByName)]
pub struct InGroup {
    #[diesel(sql_type = Uuid)]
    group_id: GroupId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub is_suspended: bool,
}

/// The first of each of these groups by name, at most `most` of each.
pub fn first_in_groups<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[GroupId],
    most: i64,
) -> Result<HashMap<GroupId, Vec<InGroup>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<InGroup> = sql_query(
        "SELECT wanted.id AS group_id, name, is_suspended FROM unnest($2) AS wanted (id)
         CROSS JOIN LATERAL (
             SELECT users.name, users.folded, members.id AS member, members.suspended_at IS NOT NULL AS is_suspended
             FROM group_members
             JOIN members ON members.workspace_id = $1 AND members.id = group_members.member_id
             JOIN users ON users.id = members.user_id
             WHERE group_members.workspace_id = $1 AND group_members.group_id = wanted.id
             ORDER BY users.folded, members.id LIMIT $3) AS first
         ORDER BY wanted.id, folded, member",
    )
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Array<Uuid>, _>(ids)
    .bind::<BigInt, _>(most)
    .load(conn)?;
    let mut of: HashMap<GroupId, Vec<InGroup>> = HashMap::new();
    for one in found {
        of.entry(one.group_id).or_default().push(one);
    }
    Ok(of)
}

pub fn find_group(
    conn: &mut PgConnection,
    permit: &Permit<ListMembers>,
    id: GroupId,
) -> Result<Group> {
    Ok(groups::table
        .find((permit.workspace(), id))
        .select(Group::as_select())
        .first(conn)?)
}

/// As it is now, held until the caller's transaction ends.
pub fn lock_group(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    id: GroupId,
) -> Result<Group> {
    take_rights(conn, permit)?;
    Ok(groups::table
        .find((permit.workspace(), id))
        .select(Group::as_select())
        .for_update()
        .first(conn)?)
}

pub fn insert_group(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    new: &NewGroup,
    now: DateTime<Utc>,
) -> Result<Group> {
    diesel::insert_into(groups::table)
        .values((
            groups::workspace_id.eq(permit.workspace()),
            groups::id.eq(GroupId::fresh()),
            groups::name.eq(&new.name),
            groups::description.eq(&new.description),
            groups::permissions.eq(Permissions::default()),
            groups::created_at.eq(now),
        ))
        .returning(Group::as_returning())
        .get_result(conn)
        .on_constraint("groups_name_unique", || taken(&new.name))
}

pub fn rename_group(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    id: GroupId,
    new: &NewGroup,
) -> Result<Group> {
    diesel::update(groups::table.find((permit.workspace(), id)))
        .set((
            groups::name.eq(&new.name),
            groups::description.eq(&new.description),
        ))
        .returning(Group::as_returning())
        .get_result(conn)
        .on_constraint("groups_name_unique", || taken(&new.name))
}

fn taken(name: &str) -> Error {
    field(
        "name",
        format!("A group called {name} exists. Use another name"),
    )
}

pub fn set_group_permissions(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    id: GroupId,
    permissions: &Permissions,
) -> Result<()> {
    diesel::update(groups::table.find((permit.workspace(), id)))
        .set(groups::permissions.eq(permissions))
        .execute(conn)?;
    Ok(())
}

/// With everybody's place in it.
pub fn delete_group(
    conn: &mut PgConnection,
    permit: &Permit<ManageGroups>,
    id: GroupId,
) -> Result<()> {
    diesel::delete(groups::table.find((permit.workspace(), id))).execute(conn)?;
    Ok(())
}
