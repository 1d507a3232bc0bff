//! What keys gave, and that is in force.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::{KeyId, ShareId},
    library::model::{Folder, Share, ShareRow},
    policy::{ManageLibrary, Permit},
    schema::{folders, shares},
};

/// A role, and the key that gave it.
pub struct Given {
    pub share: Share,
    pub folder: Folder,
    pub by: KeyId,
}

/// Also in folders in the trash, by folder: at most so many, and how many there are. What was given to one of these keys is
/// left out: where they are not to be trusted it ends with them.
pub fn given_by(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    keys: &[KeyId],
    most: i64,
    now: DateTime<Utc>,
) -> Result<(Vec<Given>, i64)> {
    let those = shares::table
        .inner_join(
            folders::table.on(folders::workspace_id
                .eq(shares::workspace_id)
                .and(folders::id.eq(shares::folder_id))),
        )
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::created_by_key_id.eq_any(keys))
        .filter(shares::key_id.is_null().or(shares::key_id.ne_all(keys)))
        .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)));
    let total = those.clone().count().get_result(conn)?;
    let rows: Vec<(ShareRow, Folder, KeyId)> = those
        .order((folders::folded, folders::id, shares::id))
        .limit(most)
        .select((
            ShareRow::as_select(),
            Folder::as_select(),
            shares::created_by_key_id.assume_not_null(),
        ))
        .load(conn)?;
    let given = rows.into_iter().map(|(row, folder, by)| {
        let share = Share::try_from(row)?;
        Ok(Given { share, folder, by })
    });
    Ok((given.collect::<Result<Vec<Given>>>()?, total))
}

/// Takes these away, but for what is not theirs any more: somebody else has given it anew since they were read. Those that
/// are gone.
pub fn delete_given(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    keys: &[KeyId],
    given: Vec<Given>,
) -> Result<Vec<Given>> {
    let ids: Vec<ShareId> = given.iter().map(|given| given.share.id).collect();
    let gone: Vec<ShareId> = diesel::delete(shares::table)
        .filter(shares::workspace_id.eq(permit.workspace()))
        .filter(shares::id.eq_any(ids))
        .filter(shares::created_by_key_id.eq_any(keys))
        .returning(shares::id)
        .get_results(conn)?;
    let gone: HashSet<ShareId> = gone.into_iter().collect();
    let those = given.into_iter();
    Ok(those
        .filter(|given| gone.contains(&given.share.id))
        .collect())
}

/// Each is known as given by a key, and then.
pub fn set_givers(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    of: Vec<(ShareId, KeyId, DateTime<Utc>)>,
) -> Result<()> {
    let (mut ids, mut keys, mut times) = (vec![], vec![], vec![]);
    for (id, key, at) in of {
        ids.push(id);
        keys.push(key);
        times.push(at);
    }
    sql_query(
        "UPDATE shares SET created_at = given.at, created_by_member_id = NULL, created_by_key_id = given.by
         FROM unnest($2, $3, $4) AS given (id, by, at) WHERE workspace_id = $1 AND shares.id = given.id",
    )
    .bind::<Uuid, _>(permit.workspace())
    .bind::<Array<Uuid>, _>(ids)
    .bind::<Array<Text>, _>(keys)
    .bind::<Array<Timestamptz>, _>(times)
    .execute(conn)?;
    Ok(())
}
