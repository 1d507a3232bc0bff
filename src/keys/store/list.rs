//! One page of the list, in any of its orders. Each is the way through an index, so that a page costs the same however
//! many keys there are.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{not, sql},
    prelude::*,
    sql_types::{Bool, Nullable, Text, Timestamptz},
};

use super::{
    narrow::{Found, Predicate, fitting, is_in},
    reach::reached,
    read::{Listed, with_companions},
};
use crate::{
    error::Result,
    ids::KeyId,
    keys::model::{Filter, Key, Order, Place, Wanted},
    policy::{ListKeys, Permit},
    schema::keys,
    web::{
        paging::{Slice, Stretch},
        time::Zone,
    },
};

/// How many keys a page shows.
const PAGE: usize = 50;

/// The keys after a place, in the direction of a sign. A row is compared as such, which the index of its order can do:
/// many keys are equal, such as those that never end.
pub fn beyond(sign: &str, place: &Place, id: KeyId) -> Predicate {
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
    (wanted, found): (&Wanted, &Found),
    stretch: &Stretch<KeyId, Place>,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Slice<Listed>> {
    let mut query = match &found.few {
        None => fitting(permit, wanted),
        Some(few) => keys::table
            .filter(reached(permit))
            .filter(keys::id.eq_any(few.clone()))
            .into_boxed(),
    };
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
    let rows: Vec<Key> = query
        .select(Key::as_select())
        .limit(PAGE as i64 + 1)
        .load(conn)?;
    let slice = Slice::of(rows, stretch, PAGE);
    Ok(Slice {
        rows: with_companions(conn, permit, slice.rows, (zone, now))?,
        newer: slice.newer,
        older: slice.older,
    })
}
