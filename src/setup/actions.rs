//! Making the first owner, from the page or from the command line.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::store;
use crate::{
    actor::{Actor, Role, Source, Who},
    error::{Error, Result},
    people::{self, NewUser, PasswordHash},
    permissions::Permissions,
    policy::Unscoped,
    workspaces::{self, NewWorkspace, Workspace},
};

const WHY: Unscoped =
    Unscoped::because("set-up makes the first owner, before whom nobody can permit anything");

/// Of any number at once exactly one succeeds; to the others the page is gone.
pub(super) fn set_up(
    conn: &mut PgConnection,
    source: Source,
    workspace: &NewWorkspace,
    user: &NewUser,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    if !store::begin(conn, WHY)? {
        return Err(Error::NotFound);
    }
    let made = workspaces::create(conn, WHY, workspace, now)?;
    let user = people::create_user(conn, WHY, user, hash, now)?;
    let (id, before) = people::make_owner(conn, WHY, made.id, &user, now)?;
    let actor = Actor::new(
        Who::Member {
            id,
            name: user.name.clone(),
            role: Role::Owner,
            permissions: Permissions::default(),
        },
        made.id,
        source,
    );
    workspaces::record_created(conn, &actor, &made, now)?;
    people::record_owner(conn, &actor, id, &user.name, before, now)?;
    store::finish(conn, WHY, now)
}

/// What `create-admin` found and did.
pub enum AdminOutcome {
    Made(Workspace),
    /// The address has an account already: it is an owner now, its password is as it was.
    Promoted(Workspace),
    /// Nothing was changed.
    WasOwner(Workspace),
}

/// The same without a browser, at any time: whoever can run it on the server owns the installation anyway.
pub fn create_admin(
    conn: &mut PgConnection,
    workspace: &NewWorkspace,
    new: &NewUser,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<AdminOutcome> {
    store::begin(conn, WHY)?;
    let found = workspaces::find_by_slug(conn, WHY, workspace.slug())?;
    let existed = found.is_some();
    let made = match found {
        Some(workspace) => workspace,
        None => workspaces::create(conn, WHY, workspace, now)?,
    };
    let actor = Actor::new(Who::CommandLine, made.id, Source::default());
    if !existed {
        workspaces::record_created(conn, &actor, &made, now)?;
    }
    let known = people::find_user(conn, WHY, new.email.as_str())?;
    let is_new = known.is_none();
    let user = match known {
        Some(user) => user,
        None => people::create_user(conn, WHY, new, hash, now)?,
    };
    let (id, before) = people::make_owner(conn, WHY, made.id, &user, now)?;
    store::finish(conn, WHY, now)?;
    if before == Some(Role::Owner) {
        return Ok(AdminOutcome::WasOwner(made));
    }
    people::record_owner(conn, &actor, id, &user.name, before, now)?;
    Ok(if is_new {
        AdminOutcome::Made(made)
    } else {
        AdminOutcome::Promoted(made)
    })
}
