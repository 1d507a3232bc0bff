//! The only queries over `outbox`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{case_when, max, min},
    prelude::*,
    sql_types::{Nullable, Text, Timestamptz},
};

use super::{
    model::{Claimed, Failure, Last, NewMail, State, next_try},
    smtp::Failed,
};
use crate::{
    error::Result,
    ids::MailId,
    policy::{Permit, TestMail, Unscoped},
    schema::outbox,
};

/// How long a mail belongs to the server that tries to send it, unless that says again that it does.
const CLAIM: TimeDelta = TimeDelta::seconds(20);

/// How many tries may have ended without anybody knowing how: so often may one mail arrive.
const COPIES: i32 = 2;

/// What is over is remembered so long.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "coalesce"]
    fn failure_or(failure: Nullable<Text>, other: Text) -> Nullable<Text>;
    #[sql_name = "coalesce"]
    fn time_or(at: Nullable<Timestamptz>, other: Timestamptz) -> Nullable<Timestamptz>;
}

pub fn insert(conn: &mut PgConnection, _: Unscoped, new: NewMail<'_>) -> Result<()> {
    diesel::insert_into(outbox::table)
        .values(new)
        .execute(conn)?;
    Ok(())
}

/// The same, and unless it `stays` it is taken back at once, having cost as much.
pub fn insert_if(
    conn: &mut PgConnection,
    _: Unscoped,
    new: NewMail<'_>,
    stays: bool,
) -> Result<()> {
    let inserted = conn.transaction(|conn| {
        diesel::insert_into(outbox::table)
            .values(new)
            .execute(conn)?;
        match stays {
            true => Ok(()),
            false => Err(diesel::result::Error::RollbackTransaction),
        }
    });
    match inserted {
        Err(diesel::result::Error::RollbackTransaction) => Ok(()),
        other => Ok(other?),
    }
}

/// Takes one mail that is due, for [`CLAIM`]. Another server that looks at the same moment takes another.
pub fn claim(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<Option<Claimed>> {
    let due: Option<MailId> = outbox::table
        .filter(outbox::due_at.le(now))
        .filter(outbox::not_after.gt(now))
        .filter(outbox::open_tries.lt(COPIES))
        .order(outbox::due_at)
        .select(outbox::id)
        .for_update()
        .skip_locked()
        .first(conn)
        .optional()?;
    let Some(id) = due else { return Ok(None) };
    let claimed = diesel::update(outbox::table.find(id))
        .set((
            outbox::due_at.eq(now + CLAIM),
            outbox::tries.eq(outbox::tries + 1),
            outbox::open_tries.eq(outbox::open_tries + 1),
        ))
        .returning(Claimed::as_returning())
        .get_result(conn)?;
    Ok(Some(claimed))
}

/// Still at it.
pub fn hold(
    conn: &mut PgConnection,
    _: Unscoped,
    (id, tries): (MailId, i32),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .filter(outbox::tries.eq(tries))
        // One that comes late shortens no pause.
        .filter(outbox::due_at.le(now + CLAIM))
        .set(outbox::due_at.eq(now + CLAIM))
        .execute(conn)?;
    Ok(())
}

/// Whoever tries it at this moment, or gave it up: it has been sent.
pub fn note_sent(
    conn: &mut PgConnection,
    _: Unscoped,
    id: MailId,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::sent_at.eq(now),
            outbox::due_at.eq(None::<DateTime<Utc>>),
            outbox::given_up_at.eq(None::<DateTime<Utc>>),
            outbox::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    Ok(())
}

/// It waits for the next try, or is given up: also where one more could be one copy too many. Nothing where another
/// server has taken it over meanwhile, or where this is said again.
pub fn note_failed(
    conn: &mut PgConnection,
    _: Unscoped,
    mail: &Claimed,
    failed: &Failed,
    now: DateTime<Utc>,
) -> Result<()> {
    let is_spent = !failed.is_certain && mail.open_tries >= COPIES;
    let next = match failed.is_final || is_spent {
        true => None,
        false => next_try(mail.tries, now, mail.not_after),
    };
    let row = outbox::table
        .find(mail.id)
        .filter(outbox::tries.eq(mail.tries))
        .filter(outbox::open_tries.eq(mail.open_tries))
        .filter(outbox::due_at.is_not_null());
    let told = (
        outbox::open_tries.eq(outbox::open_tries - i32::from(failed.is_certain)),
        outbox::failed_at.eq(now),
        outbox::failure.eq(failed.why.code()),
        outbox::reply.eq(&failed.reply),
    );
    match next {
        Some(next) => diesel::update(row)
            .set((told, outbox::due_at.eq(next)))
            .execute(conn)?,
        None => diesel::update(row)
            .set((
                told,
                outbox::due_at.eq(None::<DateTime<Utc>>),
                outbox::given_up_at.eq(now),
                outbox::sealed.eq(None::<Vec<u8>>),
            ))
            .execute(conn)?,
    };
    Ok(())
}

/// Mails whose time is over, unless one is on its way just now; and those that may have arrived as often as they may.
pub fn give_up(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let is_nobodys = outbox::open_tries.eq(0).or(outbox::due_at.le(now));
    let is_spent = outbox::open_tries.ge(COPIES).and(outbox::due_at.le(now));
    let why = case_when(
        outbox::open_tries.gt(0),
        Failure::BrokenOff.code().into_sql::<Text>(),
    )
    .otherwise(Failure::TooLate.code().into_sql::<Text>());
    diesel::update(outbox::table)
        .filter(outbox::due_at.is_not_null())
        .filter(outbox::not_after.le(now).and(is_nobodys).or(is_spent))
        .set((
            outbox::due_at.eq(None::<DateTime<Utc>>),
            outbox::given_up_at.eq(now),
            outbox::sealed.eq(None::<Vec<u8>>),
            outbox::failed_at.eq(time_or(outbox::failed_at, now)),
            outbox::failure.eq(failure_or(outbox::failure, why)),
        ))
        .execute(conn)?;
    Ok(())
}

/// To be called now and then, also where mail is not set up any more.
pub fn sweep(conn: &mut PgConnection, reason: Unscoped, now: DateTime<Utc>) -> Result<()> {
    give_up(conn, reason, now)?;
    let is_old = outbox::created_at.lt(now - REMEMBERED);
    diesel::delete(outbox::table.filter(outbox::due_at.is_null().and(is_old))).execute(conn)?;
    Ok(())
}

pub fn state(conn: &mut PgConnection, _: &Permit<TestMail>) -> Result<State> {
    let of_the_server = Failure::OF_THE_SERVER.map(Failure::code);
    let trouble: Option<(DateTime<Utc>, String, Option<String>)> = outbox::table
        .filter(outbox::failed_at.is_not_null())
        .filter(outbox::failure.eq_any(of_the_server))
        .order(outbox::failed_at.desc())
        .select((
            outbox::failed_at.assume_not_null(),
            outbox::failure.assume_not_null(),
            outbox::reply,
        ))
        .first(conn)
        .optional()?;
    Ok(State {
        sent_at: outbox::table.select(max(outbox::sent_at)).first(conn)?,
        trouble: trouble.and_then(|(at, failure, reply)| {
            Some((at, Failure::of(&failure)?, reply.unwrap_or_default()))
        }),
        waiting_since: outbox::table
            .filter(outbox::due_at.is_not_null())
            .filter(outbox::failure.is_not_null())
            .select(min(outbox::created_at))
            .first(conn)?,
    })
}

/// The last mail of one purpose to one address.
pub fn last(
    conn: &mut PgConnection,
    _: &Permit<TestMail>,
    purpose: &str,
    recipient: &str,
) -> Result<Option<Last>> {
    Ok(outbox::table
        .filter(outbox::recipient.eq(recipient))
        .filter(outbox::purpose.eq(purpose))
        .order(outbox::created_at.desc())
        .select(Last::as_select())
        .first(conn)
        .optional()?)
}
