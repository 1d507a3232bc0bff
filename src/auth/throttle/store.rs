//! The only queries over `sign_in_counters`.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;

use super::{GUESSES_A_DAY, pause};
use crate::{
    error::{Error, Result},
    policy::Unscoped,
    schema::sign_in_counters,
};

/// Counts a guess before it is checked, so that a hundred at once are a hundred and not one.
///
/// # Errors
/// [`Error::Limited`]: it is too early; the guess is not to be checked.
pub fn take_guess(
    conn: &mut PgConnection,
    _: Unscoped,
    email: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<()> {
    let today = now.date_naive();
    let fresh = diesel::insert_into(sign_in_counters::table)
        .values((
            sign_in_counters::email_digest.eq(email.as_slice()),
            sign_in_counters::day.eq(today),
            sign_in_counters::failures.eq(1),
            sign_in_counters::blocked_until.eq(now + pause(1)),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if fresh == 1 {
        return Ok(());
    }
    let counter = sign_in_counters::table.find(email.as_slice());
    let (day, failures, blocked_until): (NaiveDate, i32, DateTime<Utc>) = counter
        .select((
            sign_in_counters::day,
            sign_in_counters::failures,
            sign_in_counters::blocked_until,
        ))
        .for_update()
        .first(conn)
        .optional()?
        // Cleared between the two statements, by a sign-in that succeeded.
        .unwrap_or((today, 0, now));
    let until = match day == today && failures >= GUESSES_A_DAY {
        true => blocked_until.max((today + Days::new(1)).and_time(NaiveTime::MIN).and_utc()),
        false => blocked_until,
    };
    if until > now {
        return Err(Error::Limited {
            retry_after: (until - now).to_std().unwrap_or_default(),
        });
    }
    let failures = if day == today { failures + 1 } else { 1 };
    diesel::update(counter)
        .set((
            sign_in_counters::day.eq(today),
            sign_in_counters::failures.eq(failures),
            sign_in_counters::blocked_until.eq(now + pause(failures)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what is there.
pub fn touch(conn: &mut PgConnection, _: Unscoped, email: &[u8; 32]) -> Result<()> {
    diesel::update(sign_in_counters::table.find(email.as_slice()))
        .set(sign_in_counters::failures.eq(sign_in_counters::failures))
        .execute(conn)?;
    Ok(())
}

/// The password was right.
pub fn clear(conn: &mut PgConnection, _: Unscoped, email: &[u8; 32]) -> Result<()> {
    diesel::delete(sign_in_counters::table.find(email.as_slice())).execute(conn)?;
    Ok(())
}

/// Forgets the counters of past days.
pub fn sweep(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let today = now.date_naive();
    diesel::delete(
        sign_in_counters::table
            .filter(sign_in_counters::day.lt(today))
            .filter(sign_in_counters::blocked_until.lt(now)),
    )
    .execute(conn)?;
    Ok(())
}
