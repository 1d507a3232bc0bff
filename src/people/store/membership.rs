//! Who belongs to which workspace: what the guard asks before anybody is known, and how somebody becomes a member.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{group_members::added_by_groups, lower};
use crate::{
    actor::{Person, Role},
    error::Result,
    ids::{MemberId, UserId, WorkspaceId},
    people::model::MemberView,
    permissions::Permissions,
    policy::Unscoped,
    schema::{member_visits, members, workspaces},
    web::time::Zone,
};

pub fn insert_member(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<MemberId> {
    Ok(diesel::insert_into(members::table)
        .values((
            members::workspace_id.eq(workspace),
            members::id.eq(MemberId::fresh()),
            members::user_id.eq(user),
            members::role.eq(role),
            members::created_at.eq(now),
        ))
        .returning(members::id)
        .get_result(conn)?)
}

/// Whoever was suspended comes back. Says what somebody was before: none, if nothing or suspended.
pub fn promote(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<(MemberId, Option<Role>)>> {
    let member: Option<(MemberId, Role, Option<DateTime<Utc>>)> = members::table
        .filter(members::workspace_id.eq(workspace))
        .filter(members::user_id.eq(user))
        .filter(members::removed_at.is_null())
        .select((members::id, members::role, members::suspended_at))
        .for_update()
        .first(conn)
        .optional()?;
    let Some((id, role, suspended_at)) = member else {
        return Ok(None);
    };
    diesel::update(members::table.find((workspace, id)))
        .set((
            members::role.eq(Role::Owner),
            members::suspended_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)?;
    Ok(Some((id, suspended_at.is_none().then_some(role))))
}

/// The user's membership of the workspace at `slug`: none also where there is no such workspace.
pub fn find_member(
    conn: &mut PgConnection,
    reason: Unscoped,
    user: UserId,
    slug: &str,
) -> Result<Option<MemberView>> {
    type Row = (
        (MemberId, Role, Option<DateTime<Utc>>),
        (WorkspaceId, String, String, Permissions),
        Option<DateTime<Utc>>,
    );
    let visits = member_visits::table.on(member_visits::workspace_id
        .eq(members::workspace_id)
        .and(member_visits::member_id.eq(members::id)));
    let found: Option<Row> = members::table
        .inner_join(workspaces::table)
        .left_join(visits)
        .filter(members::user_id.eq(user))
        .filter(members::removed_at.is_null())
        .filter(workspaces::slug.eq(slug))
        .select((
            (members::id, members::role, members::suspended_at),
            (
                workspaces::id,
                workspaces::name,
                workspaces::time_zone,
                workspaces::default_member_permissions,
            ),
            member_visits::last_seen_at.nullable(),
        ))
        .first(conn)
        .optional()?;
    let Some((member, workspace, last_seen_at)) = found else {
        return Ok(None);
    };
    let (id, role, suspended_at) = member;
    let (workspace, workspace_name, zone, defaults) = workspace;
    // Owners and admins have everything anyway: nothing more is asked for them.
    let permissions = match role {
        Role::Member => defaults.with(&added_by_groups(conn, reason, workspace, id)?),
        Role::Owner | Role::Admin => Permissions::default(),
    };
    Ok(Some(MemberView {
        id,
        role,
        workspace,
        workspace_name,
        zone: Zone::named(&zone).unwrap_or_default(),
        is_suspended: suspended_at.is_some(),
        permissions,
        last_seen_at,
    }))
}

/// How exactly it is kept when a member was last seen: a write for each click would be waste.
const SEEN: TimeDelta = TimeDelta::minutes(1);

/// Notes that a member is here now, at most once a minute. It never moves back.
pub fn note_visit(
    conn: &mut PgConnection,
    _: Unscoped,
    member: &MemberView,
    now: DateTime<Utc>,
) -> Result<()> {
    use diesel::query_dsl::methods::FilterDsl as _;
    if member.last_seen_at.is_some_and(|seen| now - seen < SEEN) {
        return Ok(());
    }
    diesel::insert_into(member_visits::table)
        .values((
            member_visits::workspace_id.eq(member.workspace),
            member_visits::member_id.eq(member.id),
            member_visits::last_seen_at.eq(now),
        ))
        .on_conflict((member_visits::workspace_id, member_visits::member_id))
        .do_update()
        .set(member_visits::last_seen_at.eq(now))
        .filter(member_visits::last_seen_at.lt(now))
        .execute(conn)?;
    Ok(())
}

/// Name, slug and time zone of the first, by name, of the workspaces that somebody may enter.
pub fn home_of(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
) -> Result<Option<(String, String, Zone)>> {
    let found: Option<(String, String, String)> = members::table
        .inner_join(workspaces::table)
        .filter(members::user_id.eq(user))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .order((lower(workspaces::name), workspaces::id))
        .select((workspaces::name, workspaces::slug, workspaces::time_zone))
        .first(conn)
        .optional()?;
    Ok(found.map(|(name, slug, zone)| (name, slug, Zone::named(&zone).unwrap_or_default())))
}

/// The slug of the first, by name, of the workspaces in which somebody is suspended.
pub fn closed_home_of(conn: &mut PgConnection, person: &Person) -> Result<Option<String>> {
    Ok(members::table
        .inner_join(workspaces::table)
        .filter(members::user_id.eq(person.id))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_not_null())
        .order((lower(workspaces::name), workspaces::id))
        .select(workspaces::slug)
        .first(conn)
        .optional()?)
}
