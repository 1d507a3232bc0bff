//! The only queries over `users`, `members`, `member_visits`, `groups`, `group_members` and `account_events`. Of
//! `workspaces` they read names and addresses, have what every member may do, and hold the row of whose members change.

mod access;
mod candidates;
mod change;
mod defaults;
mod email;
mod events;
mod group_members;
mod groups;
mod holders;
mod invited;
mod leaders;
mod leave;
mod list;
mod listed;
mod membership;
mod present;
mod rights;
mod told;

pub use access::{GroupAccess, MemberAccess, groups_after, members_after};
pub use candidates::{candidates, find_groups, find_members};
pub use change::hold;
pub(super) use change::{hold_member, is_last_owner, named, set_removed, set_role, set_suspended};
pub(super) use defaults::{default_permissions, lock_default_permissions, set_default_permissions};
pub use email::{has_other_account, set_email};
pub(super) use events::forget_some_events;
pub use events::{events, has_signed_in, record_change, record_event};
pub(super) use group_members::{
    delete_member, group_names, groups_of, hold_members, in_group_since, insert_members,
    leave_groups, with_other_groups,
};
pub use groups::{InGroup, first_in_groups, sizes};
pub(super) use groups::{
    count_groups, delete_group, find_group, groups, insert_group, lock_group, rename_group,
    set_group_permissions,
};
pub use holders::{Holder, holders};
pub use invited::{
    contact_of, hold_workspace, is_suspended_in, is_suspended_with, join_groups, named_groups,
};
pub use leaders::member_with_email;
pub(super) use leaders::with_role;
pub(super) use leave::{leave, leave_own_groups};
pub(super) use list::{Counts, active_owners, count, find, list};
pub use listed::list_for_audit;
pub(super) use membership::{insert_member, promote};
pub use membership::{memberships, moved_to, note_visit, permissions_of, standing_of};
pub use present::{active_members, hold_acting, hold_active, hold_active_at_once, hold_groups};
pub use rights::{share_rights, take_rights};
pub use told::{active_among, known, leaders, recipients, to_tell_of_shares};

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Text};

use super::{
    model::{User, UserRow},
    password::PasswordHash,
};
use crate::{
    actor::{Person, Role},
    error::{Error, OnConstraint, Result, field},
    ids::{MemberId, UserId, WorkspaceId},
    policy::{Action, Permit, Unscoped},
    schema::{members, users},
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

/// With what their password is compared. One question, so that it takes as long where nobody has the address.
pub fn find_account(
    conn: &mut PgConnection,
    _: Unscoped,
    email: &str,
) -> Result<Option<(User, PasswordHash)>> {
    let found: Option<(User, String)> = users::table
        .filter(lower(users::email).eq(lower(email)))
        .select((User::as_select(), users::password_hash))
        .first(conn)
        .optional()?;
    Ok(found.map(|(user, hash)| (user, PasswordHash(hash))))
}

/// It does not change until the caller's transaction ends.
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

/// How many belong to the workspace.
pub fn count_members<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<i64> {
    Ok(members::table
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .count()
        .get_result(conn)?)
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

/// As they are now, held until the caller's transaction ends.
pub(super) fn lock_user(conn: &mut PgConnection, person: &Person) -> Result<User> {
    Ok(users::table
        .find(person.id)
        .select(User::as_select())
        .for_update()
        .first(conn)?)
}

pub(super) fn set_profile(conn: &mut PgConnection, person: &Person, to: &User) -> Result<()> {
    diesel::update(users::table.find(person.id))
        .set((
            users::name.eq(&to.name),
            users::time_zone.eq(&to.time_zone),
            users::theme.eq(to.theme),
            users::told_of_shares.eq(to.told_of_shares),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn is_told_of_shares(conn: &mut PgConnection, person: &Person) -> Result<bool> {
    Ok(users::table
        .find(person.id)
        .select(users::told_of_shares)
        .first(conn)?)
}

pub fn password_changed_at(conn: &mut PgConnection, person: &Person) -> Result<DateTime<Utc>> {
    Ok(users::table
        .find(person.id)
        .select(users::password_changed_at)
        .first(conn)?)
}
