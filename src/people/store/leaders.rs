//! Who can answer for what others leave.

use diesel::prelude::*;

use super::lower;
use crate::{
    actor::Role,
    error::Result,
    ids::MemberId,
    policy::{Action, Permit},
    schema::{members, users},
};

/// Active members with one of these roles, by name: at most `most`.
pub fn with_role<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    roles: &[Role],
    most: i64,
) -> Result<Vec<(MemberId, String)>> {
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::role.eq_any(roles))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .order((users::folded, members::id))
        .limit(most)
        .select((members::id, users::name))
        .load(conn)?)
}

/// The active member with an email address, and their name.
pub fn member_with_email<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    email: &str,
) -> Result<Option<(MemberId, String)>> {
    Ok(members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .filter(lower(users::email).eq(lower(email)))
        .select((members::id, users::name))
        .first(conn)
        .optional()?)
}
