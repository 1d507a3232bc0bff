//! Who may what in a workspace, as one thing that is held: what people, groups and keys are, and what its settings say.

use diesel::PgConnection;

use crate::{
    db::turn,
    error::Result,
    ids::WorkspaceId,
    policy::{Action, Permit, Unscoped},
};

/// For whoever gives something by it: it stays as it is until the caller's transaction ends, and whoever changes it meanwhile
/// waits, but comes before everybody who asks later. Before any row is held.
pub fn share_rights<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<()> {
    turn::share(conn, &name(permit.workspace()))
}

/// For whoever changes it, or makes something by the settings. Before any row is held.
pub fn take_rights<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<()> {
    turn::take(conn, &name(permit.workspace()))
}

/// The same for whoever is no member yet.
pub(super) fn take_rights_in(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
) -> Result<()> {
    turn::take(conn, &name(workspace))
}

fn name(workspace: WorkspaceId) -> String {
    format!("rights in {workspace}")
}
