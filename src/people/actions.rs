//! What can be done to people. Each runs inside the caller's transaction.

mod defaults;
mod groups;
mod leave;
mod members;

pub use defaults::set_default_permissions;
pub use groups::{
    Added, Loss, add_to_group, create_group, delete_group, preview_deletion, put_back,
    remove_from_group, rename_group, set_group_permissions,
};
pub use leave::{heirs, is_last_owner, leave};
pub use members::{Shares, change_role, check_removal, reinstate, remove, suspend};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    model::{NewUser, Profile, Theme, User, UserRow},
    password::PasswordHash,
    store,
};
use crate::{
    actor::{Actor, Person, Role, Source},
    audit,
    error::Result,
    ids::{MemberId, UserId, WorkspaceId},
    policy::Unscoped,
};

const OWN: Unscoped = Unscoped::because("what happens to an account belongs to its person");

/// # Errors
/// `Invalid` under `email`: the address has an account.
pub fn create_user(
    conn: &mut PgConnection,
    reason: Unscoped,
    new: &NewUser,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<User> {
    store::insert_user(
        conn,
        reason,
        UserRow {
            id: UserId::fresh(),
            email: new.email.as_str(),
            name: &new.name,
            password_hash: &hash.0,
            password_changed_at: now,
            created_at: now,
        },
    )
}

/// Makes somebody an owner of a workspace, whatever they were in it before, and says what that was: none also for
/// somebody who was suspended.
/// Follow it with [`record_owner`]: only the caller knows who did it.
pub fn make_owner(
    conn: &mut PgConnection,
    reason: Unscoped,
    workspace: WorkspaceId,
    user: &User,
    now: DateTime<Utc>,
) -> Result<(MemberId, Option<Role>)> {
    match store::promote(conn, reason, workspace, user.id)? {
        Some(known) => Ok(known),
        None => {
            let id = store::insert_member(conn, reason, workspace, user.id, Role::Owner, now)?;
            Ok((id, None))
        }
    }
}

/// Somebody with an account becomes a member. Follow it with an entry in the log.
pub fn join(
    conn: &mut PgConnection,
    reason: Unscoped,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<MemberId> {
    store::insert_member(conn, reason, workspace, user, role, now)
}

pub fn record_owner(
    conn: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    name: &str,
    before: Option<Role>,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        action: "member.added",
        subject: audit::Subject {
            kind: "member",
            id: member.to_string(),
            label: name.to_owned(),
        },
        before: before.map(|role| json!({ "role": role.name() })),
        after: Some(json!({ "role": Role::Owner.name() })),
    };
    audit::record(conn, actor, entry, now)
}

/// `old` is the hash that was checked: it must still be the present one.
///
/// # Errors
/// `Unauthenticated`: the password was changed meanwhile.
pub fn change_password(
    conn: &mut PgConnection,
    person: &Person,
    old: &PasswordHash,
    new: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    store::set_password(conn, person, old, new, now)?;
    let source = &person.source;
    store::record_event(
        conn,
        OWN,
        person.id,
        source,
        "account.password_changed",
        now,
    )
}

/// Whatever it was before: only the operator may, and whoever has a link that was sent to the person.
pub fn reset_password(
    conn: &mut PgConnection,
    reason: Unscoped,
    user: &User,
    new: &PasswordHash,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    store::replace_password(conn, reason, user.id, new, now)?;
    store::record_event(conn, reason, user.id, source, "account.password_reset", now)
}

/// The same again changes nothing and leaves no event.
pub fn change_profile(
    conn: &mut PgConnection,
    person: &Person,
    to: &Profile,
    now: DateTime<Utc>,
) -> Result<()> {
    change(conn, person, to, "account.profile_changed", now)
}

pub fn change_theme(
    conn: &mut PgConnection,
    person: &Person,
    theme: Theme,
    now: DateTime<Utc>,
) -> Result<()> {
    let to = Profile::of_theme(theme);
    change(conn, person, &to, "account.theme_changed", now)
}

fn change(
    conn: &mut PgConnection,
    person: &Person,
    to: &Profile,
    event: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = store::lock_user(conn, person)?;
    let after = to.over(before.clone());
    if after == before {
        return Ok(());
    }
    store::set_profile(conn, person, &after)?;
    let facts = |user: &User| {
        json!({
            "name": user.name,
            "time_zone": user.time_zone,
            "theme": user.theme.name(),
            "mails_about_shares": if user.told_of_shares { "on" } else { "off" },
        })
    };
    let sides = (Some(facts(&before)), Some(facts(&after)));
    store::record_change(conn, OWN, person.id, &person.source, event, sides, now)
}
