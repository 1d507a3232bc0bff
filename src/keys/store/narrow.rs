//! The keys that a list is narrowed to: by what they may do, by part of their label, by the beginning of their id.

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    dsl::not,
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text},
};

use super::{count::Counts, reach::reached};
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Ends, Filter, OwnedBy, Search, State, Wanted},
    policy::{ListKeys, Permit},
    schema::keys,
};

/// How many keys are counted and no more: whoever sees more of them searches on.
pub const EXACT: i64 = 1_000;

/// The planner knows little of parts of labels. So it is told to look up pairs of letters where that is asked for, and
/// then, where many keys fit, to follow the index of an order: it would rather read the whole table.
const LOOK_UP: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;
    SET LOCAL enable_indexonlyscan = off";
const ANY_WAY: &str = "SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on;
    SET LOCAL enable_indexonlyscan = on";
const FOLLOW: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";
/// What is searched for decides the plan, so none is kept for every search.
const NEW_PLANS: &str = "SET LOCAL plan_cache_mode = force_custom_plan";

// The last three are of the migration that made their index.
#[diesel::declare_sql_function]
extern "SQL" {
    fn strpos(text: Text, part: Text) -> Integer;
    fn folded(text: Text) -> Text;
    fn letter_pairs(text: Text) -> Array<Text>;
    fn sought_pairs(text: Text) -> Array<Text>;
}

pub type Query<'a> = keys::BoxedQuery<'a, Pg>;
pub type Predicate = Box<dyn BoxableExpression<keys::table, Pg, SqlType = Bool>>;

/// How many keys are found, and which: none of them named where they are many.
pub struct Found {
    pub counts: Counts,
    pub few: Option<Vec<KeyId>>,
}

impl Found {
    /// All keys of a workspace.
    pub fn all(counts: Counts) -> Self {
        Self { counts, few: None }
    }
}

/// [`State::of`] as a condition, as [`State::listed`] says; a test holds the two together.
pub fn is_in(state: State, now: DateTime<Utc>) -> Predicate {
    let is_suspended = not(keys::is_revoked).and(keys::suspended_at.is_not_null());
    let is_kept = not(keys::is_revoked).and(keys::suspended_at.is_null());
    let living = is_kept.and(keys::ends_at.gt(now));
    match state {
        State::Revoked => Box::new(keys::is_revoked),
        State::Suspended => Box::new(is_suspended),
        State::Expired => Box::new(is_kept.and(keys::ends_at.le(now))),
        State::Deactivated => Box::new(living.and(keys::deactivated_at.is_not_null())),
        State::Active | State::Rotating => Box::new(living.and(keys::deactivated_at.is_null())),
    }
}

fn permitted<'a>(permit: &Permit<ListKeys>, wanted: &Wanted) -> Query<'a> {
    let all = keys::table.filter(reached(permit)).into_boxed();
    let all = match wanted.permission {
        None => all,
        Some(permission) => {
            all.filter(keys::permissions.contains(vec![permission.describe().code]))
        }
    };
    let owner = keys::owner_member_id;
    match wanted.owner {
        None => all,
        Some(OwnedBy::Workspace) => all.filter(owner.is_null()),
        Some(OwnedBy::Me) => all.filter(owner.eq(permit.actor().member_id())),
        Some(OwnedBy::Members) => all.filter(owner.is_not_null()),
        Some(OwnedBy::Member(id)) => all.filter(owner.eq(id)),
    }
}

/// Those that fit, found by a look at one after the other.
pub fn fitting<'a>(permit: &Permit<ListKeys>, wanted: &Wanted) -> Query<'a> {
    let all = permitted(permit, wanted);
    let Some(search) = &wanted.search else {
        return all;
    };
    let has_part = strpos(keys::label_folded, folded(search.text().to_owned())).gt(0);
    match search.id() {
        None => all.filter(has_part),
        Some(id) => all.filter(has_part.or(keys::id.like(format!("{id}%")))),
    }
}

/// Those of them that the list shows.
pub fn is_wanted<'a>(all: Query<'a>, wanted: &Wanted, now: DateTime<Utc>) -> Query<'a> {
    match wanted.filter {
        Filter::Kept => all.filter(not(keys::is_revoked)),
        Filter::In(state) => all.filter(is_in(state, now)),
    }
}

/// Those that are found, where they are few. `all`: the keys of the workspace, whatever is wanted.
pub fn few(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    all: &Counts,
) -> Result<Option<Vec<KeyId>>> {
    let found = search(conn, permit, wanted, all)?;
    if found.len() as i64 > EXACT {
        conn.batch_execute(FOLLOW)?;
        return Ok(None);
    }
    Ok(Some(found.into_iter().map(|(id, _)| id).collect()))
}

/// The same with how many there are in each state.
pub fn narrow(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    all: &Counts,
    now: DateTime<Utc>,
) -> Result<Found> {
    let found = search(conn, permit, wanted, all)?;
    let mut counts = Counts {
        is_bounded: true,
        ..Counts::default()
    };
    if found.len() as i64 <= EXACT {
        let mut few = Vec::new();
        for (id, ends) in found {
            counts.add(ends.state(now), 1);
            few.push(id);
        }
        return Ok(Found {
            counts,
            few: Some(few),
        });
    }
    // Each state until it is too much, in the order in which living keys and others stand apart.
    conn.batch_execute(FOLLOW)?;
    for state in State::ALL {
        let some: Vec<KeyId> = fitting(permit, wanted)
            .filter(is_in(state, now))
            .order(keys::ends_at)
            .select(keys::id)
            .limit(EXACT + 1)
            .load(conn)?;
        counts.add(state, some.len() as i64);
    }
    Ok(Found { counts, few: None })
}

/// As many as are counted, and one more.
fn search(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    all: &Counts,
) -> Result<Vec<Row>> {
    conn.batch_execute(NEW_PLANS)?;
    match &wanted.search {
        Some(search) if all.total() > EXACT => {
            conn.batch_execute(LOOK_UP)?;
            let found = look_up(conn, permit, wanted, search)?;
            conn.batch_execute(ANY_WAY)?;
            Ok(found)
        }
        _ => first(conn, fitting(permit, wanted)),
    }
}

/// An id, and what its state is made of.
type Row = (KeyId, Ends);

/// One more than are counted, at most.
fn first(conn: &mut PgConnection, query: Query<'_>) -> Result<Vec<Row>> {
    Ok(query
        .select((keys::id, Ends::as_select()))
        .limit(EXACT + 1)
        .load(conn)?)
}

/// Those that fit, by the pairs of letters in them.
fn look_up(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    search: &Search,
) -> Result<Vec<Row>> {
    let part = || folded(search.text().to_owned());
    let by_label = permitted(permit, wanted)
        .filter(letter_pairs(keys::label_folded).contains(sought_pairs(part())))
        .filter(strpos(keys::label_folded, part()).gt(0));
    let mut found = first(conn, by_label)?;
    if let Some(id) = search.id() {
        let by_id = permitted(permit, wanted).filter(keys::id.like(format!("{id}%")));
        found.extend(first(conn, by_id)?);
        found.sort_by_key(|(id, ..)| *id);
        found.dedup_by_key(|(id, ..)| *id);
    }
    Ok(found)
}
