//! Keys to choose from, while somebody types.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};

use super::reach::reached;
use crate::{
    db::{LOOKED_AT, Names, Typed, first},
    error::Result,
    ids::KeyId,
    keys::model::Key,
    policy::{Action, Permit},
    schema::keys,
};

/// Keys of the workspace that nobody has revoked, whatever else they are: those whose label begins with what was typed
/// first, then those in whose label each of its words begins one.
pub fn to_share<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    most: i64,
) -> Result<Vec<Key>> {
    labelled(conn, permit, typed, (most, false))
}

/// The same, with personal ones among them.
pub fn find_labelled<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    most: i64,
) -> Result<Vec<Key>> {
    labelled(conn, permit, typed, (most, true))
}

fn labelled<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    (most, with_personal): (i64, bool),
) -> Result<Vec<Key>> {
    let is_asked = || {
        let of_workspace = keys::owner_member_id.is_null();
        of_workspace.or(with_personal.into_sql::<Bool>())
    };
    let begin: Names<KeyId> = keys::table
        .filter(reached(permit))
        .filter(keys::revoked_at.is_null())
        .filter(is_asked())
        .filter(keys::label_folded.ge(typed.from.clone()))
        .filter(keys::label_folded.lt(typed.to.clone()))
        .order((keys::label_folded, keys::id))
        .limit(most)
        .select((keys::label_folded, keys::id))
        .load(conn)?;
    let ids = first(most, begin, || {
        let fits = sql::<Bool>("words_in(keys.label_folded) @@ ")
            .bind::<Text, _>(typed.words.clone())
            .sql("::TSQUERY");
        Ok(keys::table
            .filter(reached(permit))
            .filter(keys::revoked_at.is_null())
            .filter(is_asked())
            .filter(fits)
            .limit(LOOKED_AT)
            .select((keys::label_folded, keys::id))
            .load(conn)?)
    })?;
    let mut found: Vec<Key> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(&ids))
        .select(Key::as_select())
        .load(conn)?;
    found.sort_by_key(|key| ids.iter().position(|id| *id == key.id));
    Ok(found)
}
