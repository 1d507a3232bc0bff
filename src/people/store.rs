//! The only queries over `users`, `members`, `member_visits`, `groups`, `group_members` and `account_events`. Of
//! `workspaces` they read name and slug, have what every member may do, and hold the row of whose members change.

mod candidates;
mod change;
mod defaults;
mod group_members;
mod groups;
mod list;
mod membership;

pub(super) use candidates::candidates;
pub(super) use change::{hold, is_last_owner, named, set_removed, set_role, set_suspended};
pub(super) use defaults::{default_permissions, lock_default_permissions, set_default_permissions};
pub(super) use group_members::{
    delete_member, group_names, groups_of, hold_members, in_group_since, insert_members,
    leave_groups, with_other_groups,
};
pub(super) use groups::{
    count_groups, delete_group, find_group, groups, insert_group, lock_group, rename_group,
    set_group_permissions, sizes,
};
pub(super) use list::{Counts, active_owners, count, find, list};
pub use membership::{closed_home_of, find_member, home_of, note_visit};
pub(super) use membership::{insert_member, promote};

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Text};

use super::{
    model::{Theme, User, UserRow},
    password::PasswordHash,
};
use crate::{
    actor::{Person, Role, Source},
    error::{Error, OnConstraint, Result, field},
    ids::{AccountEventId, MemberId, UserId, WorkspaceId},
    policy::{Action, Permit, Unscoped},
    schema::{account_events, members, users},
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn lower(text: Text) -> Text;
}

/// Whatever the case of the address.
pub fn find_user(conn: &mut PgConnection, _: Unscoped, email: &str) -> Result<Option<User>> {
    Ok(users::table
        .filter(lower(users::email).eq(lower(email)))
        .select(User::as_select())
        .first(conn)
        .optional()?)
}

/// The one place that reads a password hash. It does not change until the caller's transaction ends.
pub fn hash_of(conn: &mut PgConnection, _: Unscoped, user: UserId) -> Result<PasswordHash> {
    Ok(users::table
        .find(user)
        .select(users::password_hash)
        .for_share()
        .first(conn)
        .map(PasswordHash)?)
}

pub(super) fn insert_user(conn: &mut PgConnection, _: Unscoped, row: UserRow<'_>) -> Result<User> {
    diesel::insert_into(users::table)
        .values(row)
        .returning(User::as_returning())
        .get_result(conn)
        .on_constraint("users_email_unique", || {
            field("email", "Somebody has an account with this address already")
        })
}

/// The names behind member ids of this workspace, of former members too.
pub fn names<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, String>> {
    let found: Vec<(MemberId, String)> = members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq_any(ids))
        .select((members::id, users::name))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// The names of a workspace's owners: whom to ask.
pub fn owners(conn: &mut PgConnection, _: Unscoped, workspace: WorkspaceId) -> Result<Vec<String>> {
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(workspace))
        .filter(members::role.eq(Role::Owner))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .order(members::created_at)
        .select(users::name)
        .limit(3)
        .load(conn)?)
}

/// Only if it is still `old`: of two changes at once one wins, and the other is told to sign in again.
pub(super) fn set_password(
    conn: &mut PgConnection,
    person: &Person,
    old: &PasswordHash,
    new: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    let changed = diesel::update(users::table.find(person.id))
        .filter(users::password_hash.eq(&old.0))
        .set((
            users::password_hash.eq(&new.0),
            users::password_changed_at.eq(now),
        ))
        .execute(conn)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Unauthenticated)
    }
}

pub(super) fn replace_password(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    new: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(users::table.find(user))
        .set((
            users::password_hash.eq(&new.0),
            users::password_changed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_theme(conn: &mut PgConnection, person: &Person, theme: Theme) -> Result<()> {
    diesel::update(users::table.find(person.id))
        .set(users::theme.eq(theme))
        .execute(conn)?;
    Ok(())
}

/// What happened to an account, for its owner alone. `action` is `account.past_participle`.
pub fn record_event(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    source: &Source,
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(account_events::table)
        .values((
            account_events::id.eq(AccountEventId::fresh()),
            account_events::user_id.eq(user),
            account_events::at.eq(now),
            account_events::action.eq(action),
            account_events::ip.eq(source.ip.map(|ip| ip.to_string())),
            account_events::user_agent.eq(source.user_agent.as_deref()),
            account_events::request_id.eq(source.request.map(|id| id.to_string())),
        ))
        .execute(conn)?;
    Ok(())
}
