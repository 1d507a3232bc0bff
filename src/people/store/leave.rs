//! The one change that a member makes to their own membership; `own` is the member that the permit is for.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    error::Result,
    ids::MemberId,
    policy::{LeaveWorkspace, Permit},
    schema::{group_members, members},
};

pub fn leave(
    conn: &mut PgConnection,
    permit: &Permit<LeaveWorkspace>,
    own: MemberId,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(members::table.find((permit.workspace(), own)))
        .set(members::removed_at.eq(now))
        .execute(conn)?;
    Ok(())
}

pub fn leave_own_groups(
    conn: &mut PgConnection,
    permit: &Permit<LeaveWorkspace>,
    own: MemberId,
) -> Result<()> {
    diesel::delete(
        group_members::table
            .filter(group_members::workspace_id.eq(permit.workspace()))
            .filter(group_members::member_id.eq(own)),
    )
    .execute(conn)?;
    Ok(())
}
