//! People and groups to choose from, while somebody types.

use std::collections::HashMap;

use diesel::{dsl::sql, prelude::*, sql_types::Bool, sql_types::Text};

use super::{
    list::{columns, joined, listed},
    lower,
};
use crate::{
    db::{LOOKED_AT, Names, Typed, first},
    error::Result,
    ids::{GroupId, MemberId},
    people::model::Listed,
    policy::{Action, Permit},
    schema::{groups, members, users},
};

/// Active members: whose address is just what was typed first, then whose name begins with it, then those in whose name
/// or address each of its words begins one.
pub fn candidates<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    most: i64,
) -> Result<Vec<Listed>> {
    found(conn, permit, typed, (most, false))
}

/// The same, with those who are suspended among them.
pub fn find_members<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    most: i64,
) -> Result<Vec<Listed>> {
    found(conn, permit, typed, (most, true))
}

fn found<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    (most, with_suspended): (i64, bool),
) -> Result<Vec<Listed>> {
    let all = || {
        let is_asked = with_suspended.into_sql::<Bool>();
        members::table
            .inner_join(users::table)
            .filter(members::workspace_id.eq(permit.workspace()))
            .filter(members::removed_at.is_null())
            .filter(members::suspended_at.is_null().or(is_asked))
            .select((users::folded, members::id))
    };
    let mut begin: Names<MemberId> = all()
        .filter(lower(users::email).eq(lower(typed.text.clone())))
        .load(conn)?;
    let named: Names<MemberId> = all()
        .filter(users::folded.ge(typed.from.clone()))
        .filter(users::folded.lt(typed.to.clone()))
        .order((users::folded, users::id))
        .limit(most)
        .load(conn)?;
    begin.extend(named);
    let ids = first(most, begin, || {
        let fits = sql::<Bool>("words_in(users.folded) @@ ")
            .bind::<Text, _>(typed.words.clone())
            .sql("::TSQUERY");
        Ok(all().filter(fits).limit(LOOKED_AT).load(conn)?)
    })?;
    let rows = joined()
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::id.eq_any(&ids))
        .select(columns())
        .load(conn)?;
    let mut found: Vec<Listed> = rows.into_iter().map(listed).collect();
    found.sort_by_key(|of| ids.iter().position(|id| *id == of.member.id));
    Ok(found)
}

/// Groups: id, name and description. Those whose name begins with what was typed first, then those in whose name each of
/// its words begins one.
pub fn find_groups<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &Typed,
    most: i64,
) -> Result<Vec<(GroupId, String, String)>> {
    let all = || {
        groups::table
            .filter(groups::workspace_id.eq(permit.workspace()))
            .select((groups::folded, groups::id))
    };
    let begin: Names<GroupId> = all()
        .filter(groups::folded.ge(typed.from.clone()))
        .filter(groups::folded.lt(typed.to.clone()))
        .order((groups::folded, groups::id))
        .limit(most)
        .load(conn)?;
    let ids = first(most, begin, || {
        let fits = sql::<Bool>("words_in(groups.folded) @@ ")
            .bind::<Text, _>(typed.words.clone())
            .sql("::TSQUERY");
        Ok(all().filter(fits).limit(LOOKED_AT).load(conn)?)
    })?;
    let rows: Vec<(GroupId, String, String)> = groups::table
        .filter(groups::workspace_id.eq(permit.workspace()))
        .filter(groups::id.eq_any(&ids))
        .select((groups::id, groups::name, groups::description))
        .load(conn)?;
    let mut found: HashMap<GroupId, _> = rows.into_iter().map(|row| (row.0, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
