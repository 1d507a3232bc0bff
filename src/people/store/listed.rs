//! What the audit log asks about members.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Text};

use super::lower;
use crate::{
    audit,
    error::Result,
    ids::MemberId,
    policy::{Permit, ReadAudit},
    schema::{members, users},
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn strpos(text: Text, part: Text) -> Integer;
}

/// Members of now and of before whose name has `like` in it, and the chosen one.
pub fn list_for_audit(
    conn: &mut PgConnection,
    permit: &Permit<ReadAudit>,
    wanted: &audit::MembersWanted<'_>,
) -> Result<Vec<audit::KnownMember>> {
    let is_chosen = members::id.nullable().is_not_distinct_from(wanted.chosen);
    let is_like = strpos(lower(users::name), lower(wanted.like)).gt(0);
    let found: Vec<(MemberId, String, String, Option<DateTime<Utc>>)> = members::table
        .inner_join(users::table)
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(is_chosen.or(is_like))
        .order((is_chosen.desc(), lower(users::name), members::id))
        .select((members::id, users::name, users::email, members::removed_at))
        .limit(wanted.most)
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(id, name, email, removed_at)| audit::KnownMember {
            id,
            name,
            email,
            is_removed: removed_at.is_some(),
        })
        .collect())
}
