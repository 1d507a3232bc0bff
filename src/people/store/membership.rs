//! Who belongs to which workspace: what the guard asks before anybody is known, and how somebody becomes a member.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{group_members::added_by_groups, lower};
use crate::{
    actor::Role,
    error::Result,
    ids::{MemberId, UserId, WorkspaceId},
    people::model::MemberView,
    permissions::Permissions,
    policy::Unscoped,
    schema::{former_slugs, member_visits, members, workspaces},
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

/// The slug that the workspace has now which once had `slug`, if the user is its member.
pub fn moved_to(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    slug: &str,
) -> Result<Option<String>> {
    Ok(members::table
        .inner_join(workspaces::table.inner_join(former_slugs::table))
        .filter(members::user_id.eq(user))
        .filter(members::removed_at.is_null())
        .filter(workspaces::deleted_at.is_null())
        .filter(former_slugs::slug.eq(slug))
        .select(workspaces::slug)
        .first(conn)
        .optional()?)
}

/// Every workspace that somebody belongs to, by name, also those in the trash and those in which they are suspended.
pub fn memberships(conn: &mut PgConnection, _: Unscoped, user: UserId) -> Result<Vec<MemberView>> {
    type Found = (
        (MemberId, Role, Option<DateTime<Utc>>),
        (
            WorkspaceId,
            String,
            String,
            String,
            Option<DateTime<Utc>>,
            Permissions,
        ),
        Option<DateTime<Utc>>,
    );
    let visits = member_visits::table.on(member_visits::workspace_id
        .eq(members::workspace_id)
        .and(member_visits::member_id.eq(members::id)));
    let found: Vec<Found> = members::table
        .inner_join(workspaces::table)
        .left_join(visits)
        .filter(members::user_id.eq(user))
        .filter(members::removed_at.is_null())
        .order((lower(workspaces::name), workspaces::id))
        .select((
            (members::id, members::role, members::suspended_at),
            (
                workspaces::id,
                workspaces::name,
                workspaces::slug,
                workspaces::time_zone,
                workspaces::deleted_at,
                workspaces::default_member_permissions,
            ),
            member_visits::last_seen_at.nullable(),
        ))
        .load(conn)?;
    let view = |(member, workspace, last_seen_at): Found| {
        let (id, role, suspended_at) = member;
        let (workspace, workspace_name, slug, zone, deleted_at, default_permissions) = workspace;
        MemberView {
            id,
            role,
            workspace,
            workspace_name,
            slug,
            zone: Zone::named(&zone).unwrap_or_default(),
            is_suspended: suspended_at.is_some(),
            last_seen_at,
            deleted_at,
            default_permissions,
        }
    };
    Ok(found.into_iter().map(view).collect())
}

/// What a member may ask the API for: what every member may and what their groups add. Owners and admins have everything
/// anyway: nothing is asked for them.
pub fn permissions_of(
    conn: &mut PgConnection,
    reason: Unscoped,
    member: &MemberView,
) -> Result<Permissions> {
    let (of, defaults) = ((member.workspace, member.id), &member.default_permissions);
    allowed(conn, reason, of, member.role, defaults)
}

fn allowed(
    conn: &mut PgConnection,
    reason: Unscoped,
    (workspace, member): (WorkspaceId, MemberId),
    role: Role,
    defaults: &Permissions,
) -> Result<Permissions> {
    Ok(match role {
        Role::Member => defaults.with(&added_by_groups(conn, reason, workspace, member)?),
        Role::Owner | Role::Admin => Permissions::default(),
    })
}

/// What a member is now, and may. None: they were removed or suspended, or their workspace was deleted.
pub fn standing_of(
    conn: &mut PgConnection,
    reason: Unscoped,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Option<(Role, Permissions)>> {
    let found: Option<(Role, Permissions)> = members::table
        .inner_join(workspaces::table)
        .filter(members::workspace_id.eq(workspace))
        .filter(members::id.eq(member))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .filter(workspaces::deleted_at.is_null())
        .select((members::role, workspaces::default_member_permissions))
        .first(conn)
        .optional()?;
    let Some((role, defaults)) = found else {
        return Ok(None);
    };
    let permissions = allowed(conn, reason, (workspace, member), role, &defaults)?;
    Ok(Some((role, permissions)))
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
