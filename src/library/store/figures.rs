//! What there is in a library as a whole.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count, count_star},
    prelude::*,
};

use super::{
    all::{Wanted, count_all},
    who::AccessIs,
};
use crate::{
    error::Result,
    ids::MemberId,
    policy::{ManageLibrary, Permit},
    schema::folders,
};

/// Of folders that are not in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub at_top: i64,
    /// Within those, at any depth.
    pub inside: i64,
    /// Of all of those, reached by a key.
    pub with_key: i64,
}

pub fn figures(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    now: DateTime<Utc>,
) -> Result<Figures> {
    let all = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::trashed_at.is_null());
    let (all, inside): (i64, i64) = all
        .select((count_star(), count(folders::parent_id)))
        .first(conn)?;
    let with_key = Wanted {
        access: Some(AccessIs::Key),
        ..Wanted::default()
    };
    Ok(Figures {
        at_top: all - inside,
        inside,
        with_key: count_all(conn, permit, &with_key, now)?,
    })
}

/// Whoever owns a folder: at most so many.
pub fn owners(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    most: i64,
) -> Result<Vec<MemberId>> {
    let found: Vec<Option<MemberId>> = folders::table
        .filter(folders::workspace_id.eq(permit.workspace()))
        .filter(folders::owner_member_id.is_not_null())
        .select(folders::owner_member_id)
        .distinct()
        .limit(most)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}
