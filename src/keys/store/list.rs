//! One page of the list, in any of its orders. Each is the way through an index, so that a page costs the same however
//! many keys there are.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Nullable, Text, Timestamptz},
};

use super::read::{Listed, with_companions};
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Filter, Key, Order, Place, State, Wanted},
    policy::{ListKeys, Permit},
    schema::keys,
    web::{
        paging::{Slice, Stretch},
        time::Zone,
    },
};

/// How many keys a page shows.
const PAGE: usize = 50;

/// By which index the keys are found that a list is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// That of the list's order, which is followed until a page is full: for what many keys are.
    Order,
    /// That of labels and permissions: for what few keys are.
    Content,
}

type Predicate = Box<dyn BoxableExpression<keys::table, Pg, SqlType = Bool>>;

/// [`State::of`] as a condition; a test holds the two together.
pub fn is_in(state: State, now: DateTime<Utc>) -> Predicate {
    let is_kept = not(keys::is_revoked);
    let living = not(keys::is_revoked).and(keys::ends_at.gt(now));
    match state {
        State::Revoked => Box::new(keys::is_revoked),
        State::Expired => Box::new(is_kept.and(keys::ends_at.le(now))),
        State::Deactivated => Box::new(living.and(keys::deactivated_at.is_not_null())),
        State::Active => Box::new(living.and(keys::deactivated_at.is_null())),
    }
}

// Of the migration that made them.
#[diesel::declare_sql_function]
extern "SQL" {
    fn strpos(text: Text, part: Text) -> Integer;
    fn folded(text: Text) -> Text;
    fn letter_pairs(text: Text) -> Array<Text>;
    fn sought_pairs(text: Text) -> Array<Text>;
}

/// The keys of the workspace, narrowed by what they may do and by the search.
pub fn narrowed<'a>(
    permit: &Permit<ListKeys>,
    wanted: &Wanted,
    through: Through,
) -> keys::BoxedQuery<'a, Pg> {
    let mut query = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .into_boxed();
    if let Some(permission) = wanted.permission {
        query = query.filter(keys::permissions.contains(vec![permission.describe().code]));
    }
    let Some(search) = &wanted.search else {
        return query;
    };
    let part = || folded(search.text().to_owned());
    let fits = strpos(keys::label_folded, part()).gt(0);
    let has_pairs = letter_pairs(keys::label_folded).contains(sought_pairs(part()));
    let id = search.id().map(|id| keys::id.like(format!("{id}%")));
    match (through, id) {
        (Through::Order, None) => query.filter(fits),
        (Through::Order, Some(id)) => query.filter(fits.or(id)),
        (Through::Content, None) => query.filter(fits.and(has_pairs)),
        (Through::Content, Some(id)) => query.filter(fits.and(has_pairs).or(id)),
    }
}

/// The keys after a place, in the direction of a sign. A row is compared as such, which the index of its order can do:
/// many keys are equal, such as those that never end.
fn beyond(sign: &str, place: &Place, id: KeyId) -> Predicate {
    match place {
        Place::Made(at) => Box::new(
            sql::<Bool>(&format!("(created_at, id) {sign} ("))
                .bind::<Timestamptz, _>(*at)
                .sql(", ")
                .bind::<Text, _>(id)
                .sql(")"),
        ),
        Place::Label(label) => Box::new(
            sql::<Bool>(&format!("(label_folded, id) {sign} (folded("))
                .bind::<Text, _>(label.clone())
                .sql("), ")
                .bind::<Text, _>(id)
                .sql(")"),
        ),
        Place::End(end) => Box::new(
            sql::<Bool>(&format!("(ends_at, id) {sign} (coalesce("))
                .bind::<Nullable<Timestamptz>, _>(*end)
                .sql(", 'infinity'), ")
                .bind::<Text, _>(id)
                .sql(")"),
        ),
    }
}

pub fn list(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    (wanted, through): (&Wanted, Through),
    stretch: &Stretch<KeyId, Place>,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Slice<Listed>> {
    let mut query = narrowed(permit, wanted, through).limit(PAGE as i64 + 1);
    query = match wanted.filter {
        Filter::Kept => query.filter(not(keys::is_revoked)),
        Filter::In(state) => query.filter(is_in(state, now)),
    };
    let falls = matches!(wanted.order, Order::Newest | Order::LabelReversed);
    let is_back = matches!(stretch, Stretch::NewerThan(_));
    let rises = falls == is_back;
    if let Stretch::OlderThan(cursor) | Stretch::NewerThan(cursor) = stretch {
        let sign = if rises { ">" } else { "<" };
        query = query.filter(beyond(sign, &cursor.at, cursor.id));
    }
    query = match (wanted.order, rises) {
        (Order::Newest | Order::Oldest, true) => query.order((keys::created_at, keys::id)),
        (Order::Newest | Order::Oldest, false) => {
            query.order((keys::created_at.desc(), keys::id.desc()))
        }
        (Order::Label | Order::LabelReversed, true) => query.order((keys::label_folded, keys::id)),
        (Order::Label | Order::LabelReversed, false) => {
            query.order((keys::label_folded.desc(), keys::id.desc()))
        }
        (Order::Expiry, true) => query.order((keys::ends_at, keys::id)),
        (Order::Expiry, false) => query.order((keys::ends_at.desc(), keys::id.desc())),
    };
    let found: Vec<Key> = query.select(Key::as_select()).load(conn)?;
    let slice = Slice::of(found, stretch, PAGE);
    Ok(Slice {
        rows: with_companions(conn, permit, slice.rows, (zone, now))?,
        newer: slice.newer,
        older: slice.older,
    })
}
