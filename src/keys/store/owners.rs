//! The members who have personal keys.

use diesel::prelude::*;

use super::reach::reached;
use crate::{
    error::Result,
    ids::MemberId,
    keys::model::OwnedBy,
    people,
    policy::{ListKeys, Permit},
    schema::keys,
};

/// How many a list to choose from has.
const SHOWN: i64 = 200;

/// By name; of many some, and always the one that was chosen.
pub fn owners(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    chosen: Option<OwnedBy>,
) -> Result<Vec<(MemberId, String)>> {
    let found: Vec<Option<MemberId>> = keys::table
        .filter(reached(permit))
        .filter(keys::owner_member_id.is_not_null())
        .select(keys::owner_member_id)
        .distinct()
        .limit(SHOWN)
        .load(conn)?;
    let mut ids: Vec<MemberId> = found.into_iter().flatten().collect();
    if let Some(OwnedBy::Member(id)) = chosen {
        ids.push(id);
    }
    let mut named: Vec<(MemberId, String)> =
        people::names(conn, permit, &ids)?.into_iter().collect();
    named.sort_by(|(a, one), (b, other)| (one.to_lowercase(), a).cmp(&(other.to_lowercase(), b)));
    Ok(named)
}
