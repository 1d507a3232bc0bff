//! People to choose from, while somebody types.

use diesel::prelude::*;

use super::{
    list::{columns, containing, folded, joined, listed},
    lower,
};
use crate::{
    error::Result,
    people::model::{Listed, words},
    policy::{Action, Permit},
    schema::{members, users},
};

/// Active members with each word in their name or address: whose name or address is just what was typed first, then
/// those that begin with it.
pub fn candidates<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    typed: &str,
    most: i64,
) -> Result<Vec<Listed>> {
    let typed: String = typed.trim().chars().take(200).collect();
    let mut query = joined()
        .filter(members::workspace_id.eq(permit.workspace()))
        .filter(members::removed_at.is_null())
        .filter(members::suspended_at.is_null())
        .into_boxed();
    for word in words(&typed) {
        query = query.filter(users::folded.like(folded(containing(&word))));
    }
    let is_it = folded(users::name)
        .eq(folded(typed.clone()))
        .or(lower(users::email).eq(lower(typed.clone())));
    let beginning = containing(&typed).split_off(1);
    let begins = users::folded.like(folded(beginning));
    let rows = query
        .order((is_it.desc(), begins.desc(), users::folded, users::id))
        .limit(most)
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(listed).collect())
}
