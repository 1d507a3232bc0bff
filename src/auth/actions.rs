//! Signing in and out, as transactions. The passwords between them are checked outside: a connection must not wait for that.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    new_sign_in,
    session::{SessionDigest, SessionId},
    store, throttle,
};
use crate::{
    actor::{Person, Source},
    error::Result,
    mail::Mail,
    people::{self, Email, PasswordHash, User},
    policy::Unscoped,
    web::{limit::Limits, time::Zone},
};

pub const WHY: Unscoped = Unscoped::because("somebody who signs in is not known yet");

/// Somebody who has an account at the address, and the hash that their password must match.
pub type Known = Option<(User, PasswordHash)>;

/// Counts a guess, and finds what to compare it with.
///
/// # Errors
/// `Limited`: it is too early for another guess, which is then not to be checked.
pub fn take_guess(conn: &mut PgConnection, email: &str, now: DateTime<Utc>) -> Result<Known> {
    throttle::take_guess(conn, WHY, &throttle::digest_of(email), now)?;
    let Ok(email) = Email::parse(email) else {
        return Ok(None);
    };
    let Some(user) = people::find_user(conn, WHY, email.as_str())? else {
        return Ok(None);
    };
    let hash = people::hash_of(conn, WHY, user.id)?;
    Ok(Some((user, hash)))
}

/// The password was right. None: it was changed while it was being checked, so it opens nothing any more.
/// `left` is the session that this browser had before, which ends.
pub fn sign_in(
    conn: &mut PgConnection,
    user: &User,
    checked: &PasswordHash,
    left: Option<SessionDigest>,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<Option<SessionId>> {
    if people::hash_of(conn, WHY, user.id)? != *checked {
        return Ok(None);
    }
    forgive(conn, user)?;
    if let Some(left) = left {
        store::close(conn, WHY, left)?;
    }
    let id = SessionId::fresh()?;
    store::open(conn, WHY, id.digest(), user.id, source, now)?;
    people::record_event(conn, WHY, user.id, source, "account.signed_in", now)?;
    Ok(Some(id))
}

/// Writes to somebody who has just signed in with a browser that is not known. Nobody is told of their first time.
pub fn announce_sign_in(
    conn: &mut PgConnection,
    (mail, limits): (&Mail, &Limits),
    user: &User,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    if people::has_signed_in(conn, WHY, user.id, now)?
        && limits.sign_in_mails.take(&user.id).is_ok()
    {
        let memberships = people::memberships(conn, WHY, user.id)?;
        let home = memberships.iter().find(|m| m.deleted_at.is_none());
        let zone = home.map_or(Zone::UTC, |member| member.zone);
        mail.enqueue(
            conn,
            &user.email,
            new_sign_in::letter(source, zone, now),
            now,
        )?;
    }
    Ok(())
}

/// The last guess was right: what was counted before it no longer counts.
pub fn forgive(conn: &mut PgConnection, user: &User) -> Result<()> {
    throttle::clear(conn, WHY, &throttle::digest_of(&user.email))
}

pub fn sign_out(
    conn: &mut PgConnection,
    person: &Person,
    session: SessionDigest,
    now: DateTime<Utc>,
) -> Result<()> {
    store::close(conn, WHY, session)?;
    people::record_event(
        conn,
        WHY,
        person.id,
        &person.source,
        "account.signed_out",
        now,
    )
}

/// Gives this session a new id and ends all others; says how many.
///
/// # Errors
/// `Unauthenticated`: the password or the session changed meanwhile. Then nothing is done.
pub fn change_password(
    conn: &mut PgConnection,
    person: &Person,
    (old, new): (&PasswordHash, &PasswordHash),
    (session, renewed): (SessionDigest, SessionDigest),
    now: DateTime<Utc>,
) -> Result<usize> {
    people::change_password(conn, person, old, new, now)?;
    store::rename(conn, person, session, renewed)?;
    store::close_others(conn, person, renewed)
}

/// Sets a password without the old one, ends every session, and lets the person try again at once. Says how many
/// sessions ended.
pub fn reset_password(
    conn: &mut PgConnection,
    reason: Unscoped,
    user: &User,
    new: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<usize> {
    // First: who signs in with the old password at this moment holds the row, and their session is then seen.
    people::reset_password(conn, reason, user, new, now)?;
    forgive(conn, user)?;
    store::close_all(conn, reason, user.id)
}
