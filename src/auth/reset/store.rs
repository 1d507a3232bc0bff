//! The only queries over `reset_links`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::actions::LASTS;
use crate::{
    auth::throttle::digest_of,
    error::{Error, Result},
    ids::UserId,
    people::User,
    policy::Unscoped,
    schema::{reset_links, users},
    web::link::LinkDigest,
};

/// The link of an address, which opens nothing yet: whether anybody has an account there is not looked at. The one
/// before it is worth nothing any more.
pub fn put(
    conn: &mut PgConnection,
    _: Unscoped,
    email: &[u8; 32],
    token: LinkDigest,
    now: DateTime<Utc>,
) -> Result<()> {
    let fresh = (
        reset_links::token_digest.eq(token.0.to_vec()),
        reset_links::user_id.eq(None::<UserId>),
        reset_links::created_at.eq(now),
        reset_links::expires_at.eq(now + LASTS),
    );
    diesel::insert_into(reset_links::table)
        .values((
            reset_links::email_digest.eq(email.as_slice()),
            fresh.clone(),
        ))
        .on_conflict(reset_links::email_digest)
        .do_update()
        .set(fresh)
        .execute(conn)?;
    Ok(())
}

/// Whom it lets choose a new password. None: nobody, and as much is written.
pub fn give(
    conn: &mut PgConnection,
    _: Unscoped,
    token: LinkDigest,
    user: Option<UserId>,
) -> Result<()> {
    diesel::update(reset_links::table)
        .filter(reset_links::token_digest.eq(token.0.as_slice()))
        .set(reset_links::user_id.eq(user))
        .execute(conn)?;
    Ok(())
}

/// Whom a link lets choose a new password now. It was sent to the address that they have now, or it opens nothing: one
/// that was on its way while that changed must not be of use to whoever has the mailbox they left.
pub fn find(
    conn: &mut PgConnection,
    _: Unscoped,
    token: LinkDigest,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    let found: Option<(User, Vec<u8>)> = reset_links::table
        .inner_join(users::table)
        .filter(reset_links::token_digest.eq(token.0.as_slice()))
        .filter(reset_links::expires_at.gt(now))
        .select((User::as_select(), reset_links::email_digest))
        .first(conn)
        .optional()?;
    let is_theirs = |user: &User, sent_to: Vec<u8>| sent_to == digest_of(&user.email);
    Ok(found.and_then(|(user, sent_to)| is_theirs(&user, sent_to).then_some(user)))
}

/// It has been used.
///
/// # Errors
/// `NotFound`: it was used already, or a newer one took its place.
pub fn take(
    conn: &mut PgConnection,
    _: Unscoped,
    token: LinkDigest,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let taken = diesel::delete(reset_links::table)
        .filter(reset_links::token_digest.eq(token.0.as_slice()))
        .filter(reset_links::user_id.eq(user))
        .filter(reset_links::expires_at.gt(now))
        .execute(conn)?;
    if taken == 1 {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Whatever was sent to somebody opens nothing any more.
pub fn forget(conn: &mut PgConnection, _: Unscoped, user: UserId) -> Result<()> {
    diesel::delete(reset_links::table.filter(reset_links::user_id.eq(user))).execute(conn)?;
    Ok(())
}

/// Those whose time is over.
pub fn sweep(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(reset_links::table.filter(reset_links::expires_at.le(now))).execute(conn)?;
    Ok(())
}
