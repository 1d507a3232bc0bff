//! Addresses that workspaces had before.

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};

use crate::{
    error::Result,
    ids::WorkspaceId,
    policy::{Action, ChangeWorkspace, Permit, Unscoped},
    schema::{former_slugs, workspaces},
};

/// How many former addresses go on leading to a workspace; so many it keeps from the others.
pub const MOST_FORMER: usize = 10;

/// The former addresses of the workspace, the latest first.
pub fn former<A: Action>(conn: &mut PgConnection, permit: &Permit<A>) -> Result<Vec<String>> {
    Ok(former_slugs::table
        .filter(former_slugs::workspace_id.eq(permit.workspace()))
        .order((former_slugs::left_at.desc(), former_slugs::slug))
        .select(former_slugs::slug)
        .load(conn)?)
}

/// Whether the address leads to a workspace other than `own`. Asked after taking it, the answer holds: whoever left it
/// in the same moment has kept it by then.
pub fn is_held(
    conn: &mut PgConnection,
    _: Unscoped,
    slug: &str,
    own: Option<WorkspaceId>,
) -> Result<bool> {
    let has = workspaces::table
        .filter(workspaces::slug.eq(slug))
        .filter(workspaces::id.nullable().is_distinct_from(own));
    let had = former_slugs::table
        .filter(former_slugs::slug.eq(slug))
        .filter(former_slugs::workspace_id.nullable().is_distinct_from(own));
    Ok(diesel::select(exists(has).or(exists(had))).get_result(conn)?)
}

/// Keeps the address `from`, which the workspace left for `to`.
pub fn leave(
    conn: &mut PgConnection,
    permit: &Permit<ChangeWorkspace>,
    (from, to): (&str, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let own = former_slugs::workspace_id.eq(permit.workspace());
    diesel::delete(
        former_slugs::table
            .filter(own)
            .filter(former_slugs::slug.eq(to)),
    )
    .execute(conn)?;
    diesel::insert_into(former_slugs::table)
        .values((
            own,
            former_slugs::slug.eq(from),
            former_slugs::left_at.eq(now),
        ))
        // Whoever had it last: an older version did not keep it from others.
        .on_conflict(former_slugs::slug)
        .do_update()
        .set((own, former_slugs::left_at.eq(now)))
        .execute(conn)?;
    let newest: Vec<String> = former(conn, permit)?
        .into_iter()
        .take(MOST_FORMER)
        .collect();
    diesel::delete(
        former_slugs::table
            .filter(own)
            .filter(former_slugs::slug.ne_all(newest)),
    )
    .execute(conn)?;
    Ok(())
}
