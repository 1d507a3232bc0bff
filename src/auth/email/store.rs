//! The only queries over `email_changes`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    actions::LASTS,
    model::{EmailChange, Links, Side},
};
use crate::{
    actor::Person,
    error::Result,
    ids::UserId,
    people::Email,
    policy::Unscoped,
    schema::email_changes,
    web::link::{LinkDigest, LinkToken, Purpose},
};

/// In place of whatever waited before.
pub fn put(
    conn: &mut PgConnection,
    person: &Person,
    new: &Email,
    links: &Links,
    now: DateTime<Utc>,
) -> Result<()> {
    let (old_digest, new_digest) = links.digests();
    let none = None::<DateTime<Utc>>;
    let fresh = (
        email_changes::new_email.eq(new.as_str()),
        email_changes::asked_at.eq(now),
        email_changes::expires_at.eq(now + LASTS),
        email_changes::old_token_digest.eq(old_digest),
        email_changes::new_token_digest.eq(new_digest),
        email_changes::old_confirmed_at.eq(none),
        email_changes::new_confirmed_at.eq(none),
    );
    diesel::insert_into(email_changes::table)
        .values((email_changes::user_id.eq(person.id), fresh.clone()))
        .on_conflict(email_changes::user_id)
        .do_update()
        .set(fresh)
        .execute(conn)?;
    Ok(())
}

/// What waits now.
pub fn pending(
    conn: &mut PgConnection,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<Option<EmailChange>> {
    Ok(email_changes::table
        .find(person.id)
        .filter(email_changes::expires_at.gt(now))
        .select(EmailChange::as_select())
        .first(conn)
        .optional()?)
}

/// Gives what waits other links and its whole time again; what is confirmed stays so. None: nothing waits.
pub fn renew(
    conn: &mut PgConnection,
    person: &Person,
    links: &Links,
    now: DateTime<Utc>,
) -> Result<Option<EmailChange>> {
    let (old_digest, new_digest) = links.digests();
    Ok(diesel::update(email_changes::table.find(person.id))
        .filter(email_changes::expires_at.gt(now))
        .set((
            email_changes::old_token_digest.eq(old_digest),
            email_changes::new_token_digest.eq(new_digest),
            email_changes::expires_at.eq(now + LASTS),
        ))
        .returning(EmailChange::as_returning())
        .get_result(conn)
        .optional()?)
}

/// What a link of one's own confirms, held until the caller's transaction ends. None: it was followed before, or never
/// worth anything here.
pub fn follow(
    conn: &mut PgConnection,
    person: &Person,
    token: &LinkToken,
    now: DateTime<Utc>,
) -> Result<Option<(EmailChange, Side)>> {
    let bytes = |digest: LinkDigest| digest.0.to_vec();
    let is_old = || email_changes::old_token_digest.eq(bytes(token.digest(Purpose::LeaveEmail)));
    let is_new = || email_changes::new_token_digest.eq(bytes(token.digest(Purpose::TakeEmail)));
    let is_open_old = is_old().and(email_changes::old_confirmed_at.is_null());
    let is_open_new = is_new().and(email_changes::new_confirmed_at.is_null());
    let found: Option<(EmailChange, bool)> = email_changes::table
        .find(person.id)
        .filter(email_changes::expires_at.gt(now))
        .filter(is_open_old.or(is_open_new))
        .select((EmailChange::as_select(), is_old()))
        .for_update()
        .first(conn)
        .optional()?;
    let side = |is_old| if is_old { Side::Old } else { Side::New };
    Ok(found.map(|(change, is_old)| (change, side(is_old))))
}

/// One of the two.
pub fn confirm(
    conn: &mut PgConnection,
    person: &Person,
    side: Side,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = email_changes::table.find(person.id);
    match side {
        Side::Old => diesel::update(change)
            .set(email_changes::old_confirmed_at.eq(now))
            .execute(conn)?,
        Side::New => diesel::update(change)
            .set(email_changes::new_confirmed_at.eq(now))
            .execute(conn)?,
    };
    Ok(())
}

/// False: nothing waited.
pub fn cancel(conn: &mut PgConnection, person: &Person, now: DateTime<Utc>) -> Result<bool> {
    let waiting = email_changes::table.find(person.id);
    let cancelled = diesel::delete(waiting.filter(email_changes::expires_at.gt(now)));
    Ok(cancelled.execute(conn)? == 1)
}

/// What waits for somebody is over, whatever it was.
pub fn forget(conn: &mut PgConnection, _: Unscoped, user: UserId) -> Result<()> {
    diesel::delete(email_changes::table.find(user)).execute(conn)?;
    Ok(())
}

/// What nobody confirmed in time.
pub fn sweep(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(email_changes::table.filter(email_changes::expires_at.le(now))).execute(conn)?;
    Ok(())
}
