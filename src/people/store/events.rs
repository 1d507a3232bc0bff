//! The only queries over `account_events`.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::exists,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text, Timestamptz},
};
use serde_json::Value;

use crate::{
    actor::{Person, Source},
    error::Result,
    ids::{AccountEventId, UserId},
    people::model::AccountEvent,
    policy::Unscoped,
    schema::account_events,
    web::paging::{Slice, Stretch},
};

/// So many on one page.
const PAGE: usize = 20;

const SIGNED_IN: &str = "account.signed_in";

/// What happened to an account, for its owner alone. `action` is `account.past_participle`.
pub fn record_event(
    conn: &mut PgConnection,
    reason: Unscoped,
    user: UserId,
    source: &Source,
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    record_change(conn, reason, user, source, action, (None, None), now)
}

/// The same about something that has a before or an after.
pub fn record_change(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    source: &Source,
    action: &'static str,
    (before, after): (Option<Value>, Option<Value>),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(account_events::table)
        .values((
            account_events::id.eq(AccountEventId::fresh()),
            account_events::user_id.eq(user),
            account_events::at.eq(now),
            account_events::action.eq(action),
            account_events::ip.eq(source.ip.map(|ip| ip.to_string())),
            account_events::user_agent.eq(source.user_agent.as_deref()),
            account_events::request_id.eq(source.request.map(|id| id.to_string())),
            account_events::before.eq(before),
            account_events::after.eq(after),
        ))
        .execute(conn)?;
    Ok(())
}

/// Before `now`: has the person ever?
pub fn has_signed_in(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let before = account_events::table
        .filter(account_events::user_id.eq(user))
        .filter(account_events::at.lt(now))
        .filter(account_events::action.eq(SIGNED_IN));
    Ok(diesel::select(exists(before)).get_result(conn)?)
}

/// Deletes events of everybody from before `limit`, at most `most`, and says how many; but the last sign-in of each
/// stays, for [`has_signed_in`]. What another server deletes at this moment is left to it.
pub fn forget_some_events(
    conn: &mut PgConnection,
    _: Unscoped,
    limit: DateTime<Utc>,
    most: i64,
) -> Result<usize> {
    // The last sign-in is looked up for each event, along its index: joined, all would be compared with all.
    Ok(sql_query(
        "DELETE FROM account_events WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM account_events old
             WHERE at < $1 AND (action <> $2 OR at < (
                 SELECT max(at) FROM account_events same WHERE same.user_id = old.user_id AND same.action = $2))
             ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED))",
    )
    .bind::<Timestamptz, _>(limit)
    .bind::<Text, _>(SIGNED_IN)
    .bind::<BigInt, _>(most)
    .execute(conn)?)
}

/// One page of one's own, newest first.
pub fn events(
    conn: &mut PgConnection,
    person: &Person,
    stretch: &Stretch<AccountEventId>,
) -> Result<Slice<AccountEvent>> {
    let mut query = account_events::table
        .filter(account_events::user_id.eq(person.id))
        .select(AccountEvent::as_select())
        .limit(PAGE as i64 + 1)
        .into_boxed();
    // The time alone bounds the scan of the index; the id only decides among equals.
    query = match stretch {
        Stretch::Newest => query,
        Stretch::OlderThan(c) => query
            .filter(account_events::at.le(c.at))
            .filter(account_events::at.lt(c.at).or(account_events::id.lt(c.id))),
        Stretch::NewerThan(c) => query
            .filter(account_events::at.ge(c.at))
            .filter(account_events::at.gt(c.at).or(account_events::id.gt(c.id))),
    };
    let rows = match stretch {
        Stretch::NewerThan(_) => query
            .order((account_events::at.asc(), account_events::id.asc()))
            .load(conn)?,
        _ => query
            .order((account_events::at.desc(), account_events::id.desc()))
            .load(conn)?,
    };
    Ok(Slice::of(rows, stretch, PAGE))
}
